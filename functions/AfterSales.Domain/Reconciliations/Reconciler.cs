using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Reconciliations;

/// <summary>A line of a file of a bank or marketplace.</summary>
/// <param name="Line">Its number in the file; the headings are line 1.</param>
/// <param name="Id">The sender's own id of it.</param>
public sealed record StatementLine(int Line, string? Id, LocalDate Date, Money Amount, string? Reference, string? Counterparty);

/// <summary>What the ledger says moved: the entries of one supplier under one reference, or one entry without.</summary>
/// <param name="On">The last day that they count on.</param>
public sealed record LedgerMovement(
    SupplierId Supplier, ImmutableArray<string> Entries, LocalDate On, Money Amount, string? Reference, string? CaseId);

/// <summary>What became of a line.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LineOutcome>))]
public enum LineOutcome
{
    /// <summary>One movement, the same amount.</summary>
    [JsonStringEnumMemberName("matched")] Matched,

    /// <summary>One movement, another amount.</summary>
    [JsonStringEnumMemberName("amount-differs")] AmountDiffers,

    /// <summary>Told before, in <see cref="ReconciledLine.DuplicateOf"/>.</summary>
    [JsonStringEnumMemberName("duplicate")] Duplicate,

    /// <summary>The ledger has no movement for it.</summary>
    [JsonStringEnumMemberName("unmatched")] Unmatched,
}

/// <summary>A line, and what was found for it.</summary>
public sealed record ReconciledLine(StatementLine Line, LineOutcome Outcome)
{
    /// <summary>By which the movement was found.</summary>
    public string? Rule { get; init; }

    public LedgerMovement? Movement { get; init; }

    /// <summary>The file's amount less the ledger's, where they differ.</summary>
    public Money? Difference { get; init; }

    /// <summary>The number of the line that told it before.</summary>
    public int? DuplicateOf { get; init; }
}

/// <summary>Finds the movement that each line tells of, by rules in their order. No movement is told of by two lines.</summary>
public sealed class Reconciler
{
    private readonly ILookup<string, LedgerMovement> _byReference;
    private readonly ILookup<(Money Amount, LocalDate On), LedgerMovement> _byAmount;
    private readonly HashSet<LedgerMovement> _open;
    private readonly Dictionary<LedgerMovement, StatementLine> _taken = new(ReferenceEqualityComparer.Instance);

    private Reconciler(IReadOnlyCollection<LedgerMovement> movements)
    {
        _byReference = movements.Where(movement => movement.Reference is not null)
            .ToLookup(movement => movement.Reference!, StringComparer.OrdinalIgnoreCase);
        _byAmount = movements.ToLookup(movement => (movement.Amount, movement.On));
        _open = new HashSet<LedgerMovement>(movements, ReferenceEqualityComparer.Instance);
    }

    /// <returns>The lines in their order, and the movements from the first day of the file to its last that no line tells of.</returns>
    public static (ImmutableArray<ReconciledLine> Lines, ImmutableArray<LedgerMovement> LedgerOnly) Match(
        IReadOnlyList<StatementLine> lines, IReadOnlyCollection<LedgerMovement> movements, IReadOnlyList<MatchRule> rules)
    {
        var reconciler = new Reconciler(movements);
        var found = new ReconciledLine?[lines.Count];
        FindRepeatedIds(lines, found);
        foreach (MatchRule rule in rules)
        {
            for (int at = 0; at < lines.Count; at++) found[at] ??= reconciler.Apply(rule, lines[at]);
        }
        for (int at = 0; at < lines.Count; at++) found[at] ??= reconciler.Left(lines[at]);
        LocalDate? first = lines.Count == 0 ? null : lines.Min(line => line.Date);
        LocalDate? last = lines.Count == 0 ? null : lines.Max(line => line.Date);
        return ([.. found.OfType<ReconciledLine>()], [.. movements.Where(movement =>
            reconciler._open.Contains(movement) && movement.On >= first && movement.On <= last)]);
    }

    private static void FindRepeatedIds(IReadOnlyList<StatementLine> lines, ReconciledLine?[] found)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int at = 0; at < lines.Count; at++)
        {
            if (lines[at].Id is not { } id || ids.TryAdd(id, lines[at].Line)) continue;
            found[at] = new ReconciledLine(lines[at], LineOutcome.Duplicate) { DuplicateOf = ids[id] };
        }
    }

    private ReconciledLine? Apply(MatchRule rule, StatementLine line)
    {
        if ((rule.Reference ? ByReference(rule, line) : ByAmount(rule, line)) is not { } movement) return null;
        _open.Remove(movement);
        _taken[movement] = line;
        bool same = movement.Amount == line.Amount;
        return new ReconciledLine(line, same ? LineOutcome.Matched : LineOutcome.AmountDiffers)
        {
            Rule = rule.Name,
            Movement = movement,
            Difference = same ? null : line.Amount - movement.Amount,
        };
    }

    private LedgerMovement? ByReference(MatchRule rule, StatementLine line) => line.Reference is { } reference
        ? Nearest(_byReference[reference].Where(movement => Fits(rule, line, movement)), line.Date)
        : null;

    private LedgerMovement? ByAmount(MatchRule rule, StatementLine line)
    {
        IEnumerable<LocalDate> days = Enumerable.Range(-rule.Days!.Value, 2 * rule.Days.Value + 1).Select(line.Date.PlusDays);
        return Nearest(days.SelectMany(day => _byAmount[(line.Amount, day)]).Where(movement => Fits(rule, line, movement)), line.Date);
    }

    private bool Fits(MatchRule rule, StatementLine line, LedgerMovement movement) =>
        _open.Contains(movement)
        && (!rule.Amount || movement.Amount == line.Amount)
        && (!rule.Supplier || movement.Supplier.ToString() == line.Counterparty)
        && (rule.Days is not { } days || Apart(movement, line.Date) <= days);

    /// <summary>Null when there is none, or when several are as near as each other.</summary>
    private static LedgerMovement? Nearest(IEnumerable<LedgerMovement> movements, LocalDate day)
    {
        List<LedgerMovement> nearest = [.. movements.GroupBy(movement => Apart(movement, day)).MinBy(group => group.Key) ?? Enumerable.Empty<LedgerMovement>()];
        return nearest.Count == 1 ? nearest[0] : null;
    }

    private static int Apart(LedgerMovement movement, LocalDate day) => Math.Abs(Period.DaysBetween(movement.On, day));

    /// <summary>What no rule found: told before when its reference is that of a movement which another line tells of.</summary>
    private ReconciledLine Left(StatementLine line)
    {
        LedgerMovement? told = line.Reference is { } reference ? _byReference[reference].FirstOrDefault(_taken.ContainsKey) : null;
        return told is null
            ? new ReconciledLine(line, LineOutcome.Unmatched)
            : new ReconciledLine(line, LineOutcome.Duplicate) { DuplicateOf = _taken[told].Line };
    }
}
