using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>What a rulebook declares: its calendar, facts, constants, conclusions and clauses.</summary>
internal sealed partial class RulebookCompiler
{
    // Given in a question, they take the calendar's place; not given, the calendar's own are meant.
    private static readonly string[] CalendarFacts = ["holidays", "makeup_workdays"];

    private WorkingDays? Calendar()
    {
        if (source.Calendar is not { } named) return null;
        return calendars.Find(named.Value) is { } calendar
            ? calendar.Days
            : Refuse(named, "unknown-calendar", $"one of {string.Join(", ", calendars.Ids)}", WorkingDays.Weekdays);
    }

    private FactCatalogue Facts()
    {
        var facts = new Dictionary<string, FactDefinition>();
        foreach (FactSource fact in source.Facts)
        {
            if (Type(fact.Type) is not { } type)
            {
                _broken.Add(fact.Name.Value);
                continue;
            }
            if (type is CelType.Union)
            {
                Add(fact.Type, "type-not-allowed", "A fact has one type; only 'date | datetime' may be either.");
                continue;
            }
            ImmutableArray<SymbolWords> symbols = Symbols(fact.Values);
            var definition = new FactDefinition(
                fact.Name.Value, type, fact.Words.En, fact.Words.Zh, fact.Closed ? [.. symbols.Select(symbol => symbol.Symbol)] : [])
            {
                Optional = fact.Optional || CalendarFacts.Contains(fact.Name.Value),
                Signed = fact.Signed,
                Unit = fact.Unit,
                Words = symbols,
            };
            if (!facts.TryAdd(fact.Name.Value, definition)) Add(fact.Name, "duplicate-name", $"'{fact.Name.Value}' is declared twice.");
            _words[fact.Name.Value] = new NameWords(fact.Words.En, fact.Words.Zh, symbols);
        }
        foreach (ChecklistSource item in source.Checklist)
        {
            if (item.Fact is not { } name || _broken.Contains(name.Value)) continue;
            if (facts.TryAdd(name.Value, new FactDefinition(name.Value, CelType.Bool, item.Words.En, item.Words.Zh, []) { Optional = true }))
                _words[name.Value] = new NameWords(item.Words.En, item.Words.Zh, []);
            else if (facts[name.Value].Type != CelType.Bool)
                Add(name, "mistyped", $"'{name.Value}' is {facts[name.Value].Type}; a checklist wants a boolean fact, or an expression under 'done'.");
        }
        // One of the two alone would put nothing in the place of the calendar's other list.
        if (CalendarFacts.Any(facts.ContainsKey))
        {
            foreach (string name in CalendarFacts)
                facts.TryAdd(name, new FactDefinition(name, new CelType.List(CelType.Date), name, name, []) { Optional = true });
        }
        return new FactCatalogue(facts.Values);
    }

    private void Constants(CelScope scope, DateTimeZone zone)
    {
        foreach (ConstantSource constant in source.Constants)
        {
            string name = constant.Name.Value;
            _words[name] = new NameWords(constant.Words.En, constant.Words.Zh, []);
            if (Type(constant.Type) is not { } type)
            {
                _broken.Add(name);
                continue;
            }
            using JsonDocument json = SourceJson.ToJson(constant.Value);
            if (FactReader.Read(json.RootElement, type, signed: true, zone) is not { } value)
            {
                Add(constant.Value.At, "mistyped", $"'{name}' must be {FactReader.Describe(type, signed: true)}.");
                _broken.Add(name);
            }
            else if (!scope.TryAdd(new CelName(name, type, NameKind.Constant, 0, value)))
            {
                Add(constant.Name, "duplicate-name", $"'{name}' is the name of another fact or constant.");
            }
        }
    }

    private ImmutableArray<ConclusionDefinition> Conclusions(CelScope scope)
    {
        var conclusions = ImmutableArray.CreateBuilder<ConclusionDefinition>();
        foreach (ConclusionSource conclusion in source.Conclusions)
        {
            string name = conclusion.Name.Value;
            if (Type(conclusion.Type) is not { } type)
            {
                _broken.Add(name);
                continue;
            }
            if (!_conclusions.TryAdd(name, (conclusions.Count, type)))
            {
                Add(conclusion.Name, "duplicate-name", $"The conclusion '{name}' is declared twice.");
                continue;
            }
            CelExpression? limit = conclusion.Limit is { } text ? Expression(text, scope, new CelType.Optional(type), [])?.Expression : null;
            ImmutableArray<SymbolWords> symbols = Symbols(conclusion.Values);
            conclusions.Add(new ConclusionDefinition(name, type, conclusion.Words.En, conclusion.Words.Zh, conclusion.Unit, symbols, limit));
        }
        return conclusions.ToImmutable();
    }

    private void Clauses()
    {
        foreach (ClauseSource clause in source.Clauses)
        {
            var compiled = new Clause(clause.Id.Value, clause.Text, clause.TextEn, clause.Source, [.. clause.Readings.Select(reading => reading.Value)])
            {
                Marks = [.. clause.Marks.Select(mark => mark.Value)],
            };
            if (!_clauses.TryAdd(clause.Id.Value, compiled)) Add(clause.Id, "duplicate-id", $"The clause '{clause.Id.Value}' is there twice.");
        }
    }

    private Clause? Cited(SourceText id)
    {
        if (_clauses.TryGetValue(id.Value, out Clause? clause)) return clause;
        Add(id, "unknown-clause", $"There is no clause '{id.Value}' under 'clauses'.");
        return null;
    }

    /// <summary>Clause ids, those with a closing star spelled out.</summary>
    private string[] Expanded(ImmutableArray<SourceText> written)
    {
        var ids = new List<string>();
        foreach (SourceText text in written)
        {
            string[] found = text.Value.EndsWith('*')
                ? [.. _clauses.Keys.Where(id => id.StartsWith(text.Value[..^1], StringComparison.Ordinal))]
                : _clauses.ContainsKey(text.Value) ? [text.Value] : [];
            if (found.Length == 0) Add(text, "unknown-clause", $"There is no clause '{text.Value}' under 'clauses'.");
            ids.AddRange(found);
        }
        return [.. ids.Distinct()];
    }
}
