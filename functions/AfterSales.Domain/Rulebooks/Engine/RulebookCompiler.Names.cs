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

    private OpeningHours? Hours(DateTimeZone zone)
    {
        foreach (HoursSource hours in source.Hours.Where(hours => hours.Days.Any(day => day is OpenDays.WorkingDay or OpenDays.DayOff)))
        {
            if (source.Calendar is null)
                Add(hours.At, "no-calendar", "Hours of working days or days off need a calendar; write 'calendar: china' at the file's head.");
        }
        return source.Hours.IsEmpty ? null : new OpeningHours(
            source.Hours.SelectMany(hours => hours.Days.Select(day => (day, hours.Open))).ToDictionary(entry => entry.day, entry => entry.Open), zone);
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
                (SourceNode part, CelType wanted) = Mistyped(constant.Value, type, zone);
                string given = part is SourceNode.Scalar { Text: var text } ? $", not '{text}'" : "";
                Add(part.At, "mistyped", $"'{name}' must be {FactReader.Describe(wanted, signed: true)}{given}.");
                _broken.Add(name);
            }
            else if (!scope.TryAdd(new CelName(name, type, NameKind.Constant, 0, value)))
            {
                Add(constant.Name, "duplicate-name", $"'{name}' is the name of another fact or constant.");
            }
        }
    }

    /// <summary>The part of a value that keeps it from being of its type; the value itself when it has no parts.</summary>
    private static (SourceNode Part, CelType Wanted) Mistyped(SourceNode value, CelType type, DateTimeZone zone)
    {
        (IEnumerable<SourceNode> parts, CelType? of) = (value, type) switch
        {
            (SourceNode.Map map, CelType.Map { Element: var element }) => (map.Entries.Select(entry => entry.Value), element),
            (SourceNode.Sequence list, CelType.List { Element: var element }) => (list.Items, element),
            _ => ((IEnumerable<SourceNode>)[], null),
        };
        if (of is null) return (value, type);
        foreach (SourceNode part in parts)
        {
            using JsonDocument json = SourceJson.ToJson(part);
            if (FactReader.Read(json.RootElement, of, signed: true, zone) is null) return Mistyped(part, of, zone);
        }
        return (value, type);
    }

    // Limits are read before there are decisions: facts and constants are all that they know.
    private CelExpression? Limit(SourceText text, CelScope scope, CelType type) =>
        Expression(text, scope, new CelType.Optional(type), [])?.Expression;

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
            CelExpression? limit = conclusion.Limit is { } text ? Limit(text, scope, type) : null;
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
