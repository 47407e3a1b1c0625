using System.Collections.Immutable;
using System.Globalization;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Resolves names and types, orders the decisions and compiles their expressions. Every fault is listed.</summary>
internal sealed partial class RulebookCompiler(RulebookSource source, CalendarSet calendars, ICollection<SourceFault> faults)
{
    private readonly Dictionary<string, (int Index, CelType Type)> _conclusions = [];
    private readonly Dictionary<string, NameWords> _words = [];
    private readonly Dictionary<string, Clause> _clauses = [];
    private readonly HashSet<string> _broken = [];
    private readonly Dictionary<int, int> _decisionOfSlot = [];
    private readonly int _before = faults.Count;
    private int _slots;

    /// <summary>Null when there are faults.</summary>
    public CompiledRulebook? Compile()
    {
        DateTimeZone zone = Zones.Find(source.Zone.Value) ?? Refuse(source.Zone, "unknown-zone", "a time zone of the tz database, such as Asia/Shanghai", Zones.Shanghai);
        var scope = new CelScope { Calendar = Calendar(), Hours = Hours(zone) };
        FactCatalogue facts = Facts();
        foreach (FactDefinition fact in facts.All)
            scope.TryAdd(new CelName(fact.Name, fact.Optional ? new CelType.Optional(fact.Type) : fact.Type, NameKind.Fact, fact.Slot));
        Constants(scope, zone);
        ImmutableArray<ConclusionDefinition> conclusions = Conclusions(scope);
        CelExpression? claimLimit = source.Claim?.Limit is { } most ? Limit(most, scope, CelType.Money) : null;
        Clauses();
        Draft[] drafts = Drafts(scope);
        int[] order = Order(drafts);
        var decisions = new CompiledDecision[drafts.Length];
        var words = new SentenceWords(_words);
        foreach (int index in order) decisions[index] = Decision(drafts[index], index, scope, words);
        if (order.Length < drafts.Length) return null;
        CompiledClaim? claim = source.Claim is { } written ? Claim(written, decisions, scope, facts, claimLimit) : null;
        CompiledCheck[] checklist = [.. source.Checklist.Select(item => new CompiledCheck(
            item, item.Done is { } done ? Expression(done, scope, CelType.Bool, []) : null))];
        CompiledEvidence[] evidence = [.. source.Evidence.Select(item => Evidence(item, scope))];
        foreach (SupplierTermSource term in source.Supplier)
            if (term.Amount is { } amount) Expression(amount, scope, null, []);
        if (faults.Count > _before) return null;
        foreach (CompiledDecision decision in decisions) decision.NoteWhatBears(decisions.Length);
        return new CompiledRulebook(
            source, zone, facts, [.. _clauses.Values], conclusions, decisions, order, claim, checklist, new SentenceWords(_words), _slots)
        {
            Evidence = evidence,
        };
    }

    private CompiledEvidence Evidence(EvidenceSource item, CelScope scope) => new(
        new EvidenceItem(
            item.Id.Value, [.. item.Kinds.Select(kind => kind.Value)], item.Count, item.From, item.Clause.Value, item.Words.Zh, item.Words.En,
            item.HoldsClocks),
        [.. item.Reasons.Select(reason => reason.Value)],
        item.When is { } when ? Expression(when, scope, CelType.Bool, []) : null);

    /// <summary>Null when it has a fault, or mentions a name whose own fault is already listed.</summary>
    private Step? Expression(SourceText text, CelScope scope, CelType? expected, Dictionary<int, Let> lets, ICollection<SourceFault>? into = null)
    {
        if (_broken.Count > 0 && MentionedNames.In(text.Value).Any(name => _broken.Contains(name) || _broken.Contains(name.Split('.')[0]))) return null;
        if (CelExpression.Compile(source.File, text, scope, expected, into ?? faults) is not { } expression) return null;
        Let[] needed = [.. expression.Reads
            .Where(name => name.Kind == NameKind.Computed && lets.ContainsKey(name.Slot))
            .SelectMany(name => lets[name.Slot].Step.Lets.Append(lets[name.Slot]))
            .Distinct()];
        int[] needs = [.. expression.Reads.Concat(needed.SelectMany(let => let.Step.Expression.Reads))
            .Where(name => name.Kind == NameKind.Computed && _decisionOfSlot.ContainsKey(name.Slot))
            .Select(name => _decisionOfSlot[name.Slot])
            .Distinct()];
        return new Step(expression, needed, needs);
    }

    private CelType? Type(SourceText text)
    {
        if (TypeText.TryParse(text.Value, out CelType? type)) return type;
        Add(text, "unknown-type", $"'{text.Value}' is no type; there are {TypeText.Known}.");
        return null;
    }

    private static ImmutableArray<SymbolWords> Symbols(ImmutableArray<SymbolSource> symbols) =>
        symbols.IsDefaultOrEmpty ? [] : [.. symbols.Select(symbol => new SymbolWords(symbol.Symbol.Value, symbol.Words.En, symbol.Words.Zh))];

    private T Refuse<T>(SourceText text, string code, string wanted, T instead)
    {
        Add(text, code, string.Create(CultureInfo.InvariantCulture, $"'{text.Value}' must be {wanted}."));
        return instead;
    }

    private void Add(SourceText text, string code, string detail) => Add(text.At, code, detail);

    private void Add(SourcePosition at, string code, string detail) => faults.Add(new SourceFault(source.File, at, code, detail));
}
