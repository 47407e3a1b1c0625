using System.Collections.Concurrent;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using Azure.Data.Tables;

namespace AfterSales.Functions.Rulebooks;

/// <summary>An amount under the rules as they were, and under the draft.</summary>
public sealed record MoneyChange(Money Before, Money After)
{
    public Money Difference => After - Before;
}

/// <param name="Cases">How many decisions of the supplier were compared.</param>
public sealed record SupplierChange(string Supplier, int Cases, int Changed, MoneyChange Money);

/// <param name="Changed">How many cases it no longer, newly or otherwise bears on.</param>
/// <param name="Money">The components that cite the clause.</param>
public sealed record ClauseChange(string Clause, string Text, string TextEn, int Changed, MoneyChange Money);

/// <summary>A case that the draft would have decided otherwise.</summary>
/// <param name="Clauses">Whose part in the decision changed.</param>
public sealed record CaseChange(
    CaseId Case,
    string Supplier,
    string Version,
    MoneyChange Money,
    IReadOnlyList<DecisionDifference> Conclusions,
    IReadOnlyList<string> Clauses);

/// <summary>A fact that the draft asks for and past cases do not tell, or that they tell and the draft does not know.</summary>
public sealed record FactGap(string Fact, int Cases);

/// <summary>What a draft would have changed in past decisions.</summary>
/// <param name="Decisions">How many were compared.</param>
/// <param name="Undecided">How many were decided, and lack a fact that the draft needs.</param>
/// <param name="Cases">A page of those that changed, the largest difference in money first; <paramref name="Changed"/> says of how many.
/// </param>
/// <param name="Cursor">Asks for the next page; null at the end.</param>
public sealed record WhatIfReport(
    RulebookVersion Draft,
    int Decisions,
    int Changed,
    int MoneyChanged,
    int Undecided,
    MoneyChange Money,
    IReadOnlyList<SupplierChange> BySupplier,
    IReadOnlyList<ClauseChange> ByClause,
    IReadOnlyList<FactGap> Missing,
    IReadOnlyList<FactGap> Unknown,
    IReadOnlyList<CaseChange> Cases,
    string? Cursor);

/// <summary>Runs a draft over the stored decisions of its rulebook, and beside it the version that each was decided by.</summary>
public static class WhatIf
{
    /// <param name="page">Which of the changed cases the report lists.</param>
    /// <param name="changed">Told of every case that changes, one after the other, in no particular order.</param>
    /// <param name="progress">Told after each page of decisions how many are done.</param>
    /// <exception cref="InvalidOperationException">The version of a past decision cannot be loaded.</exception>
    public static async Task<WhatIfReport> RunAsync(
        TableClient decisions,
        RulebookRegistry rulebooks,
        Rulebook draft,
        ChangedCases page,
        Action<CaseChange>? changed,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        var tally = new WhatIfTally(draft, page, changed);
        var comparing = Task.CompletedTask;
        await foreach (var stored in PastDecisions.PagesAsync(decisions, draft.Version.Id, cancellationToken))
        {
            var pasts = stored.Where(past => past.OpenedAt <= page.OpenedBy).ToList();
            var versions = new Dictionary<string, Rulebook>(StringComparer.Ordinal);
            foreach (var version in pasts.Select(past => past.Rulebook).DistinctBy(version => version.Digest))
            {
                versions[version.Digest] = await rulebooks.OfAsync(version, cancellationToken);
            }

            // The next page is read while this one is compared.
            await comparing;
            comparing = Task.Run(
                () =>
                {
                    tally.Add(pasts, versions);
                    progress?.Report(tally.Decisions);
                },
                cancellationToken);
        }

        await comparing;
        return tally.ToReport();
    }
}

/// <summary>Adds up what changes. Not shared between threads, but may use several.</summary>
internal sealed class WhatIfTally(Rulebook draft, ChangedCases page, Action<CaseChange>? watcher)
{
    private readonly SortedDictionary<string, Sum> _suppliers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Sum> _clauses = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _missing = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _unknown = new(StringComparer.Ordinal);
    private readonly PriorityQueue<CaseChange, CaseRank> _listed = new(CaseRank.LastFirst);
    private readonly Sum _total = new();
    private int _moneyChanged;
    private int _undecided;
    private int _fromHere;

    public int Decisions => _total.Cases;

    public void Add(IReadOnlyList<PastDecision> pasts, IReadOnlyDictionary<string, Rulebook> versions)
    {
        if (pasts.Count == 0) return;
        var compared = new Comparison[pasts.Count];
        Parallel.ForEach(
            Partitioner.Create(0, pasts.Count, Math.Max(1, pasts.Count / Environment.ProcessorCount)),
            range =>
            {
                for (var i = range.Item1; i < range.Item2; i++) compared[i] = Compare(pasts[i], versions[pasts[i].Rulebook.Digest]);
            });
        foreach (var comparison in compared) Add(comparison);
    }

    public WhatIfReport ToReport()
    {
        var cases = new List<CaseChange>();
        while (_listed.TryDequeue(out var change, out _)) cases.Add(change);
        cases.Reverse();
        return new WhatIfReport(
            draft.Version,
            _total.Cases,
            _total.Changed,
            _moneyChanged,
            _undecided,
            _total.Money,
            [.. _suppliers.Select(pair => new SupplierChange(pair.Key, pair.Value.Cases, pair.Value.Changed, pair.Value.Money))],
            [.. ByClause()],
            [.. _missing.Select(pair => new FactGap(pair.Key, pair.Value))],
            [.. _unknown.Select(pair => new FactGap(pair.Key, pair.Value))],
            cases,
            _fromHere > cases.Count && cases.Count > 0 ? page.CursorAfter(cases[^1], draft.Version.Digest) : null);
    }

    private IEnumerable<ClauseChange> ByClause()
    {
        var order = draft.Clauses.Select((clause, index) => (clause.Id, index)).ToDictionary(pair => pair.Id, pair => pair.index);
        return _clauses.Where(pair => pair.Value.Changed > 0)
            .OrderBy(pair => order.GetValueOrDefault(pair.Key, int.MaxValue)).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair =>
            {
                var clause = draft.FindClause(pair.Key);
                return new ClauseChange(pair.Key, clause?.Text ?? "", clause?.TextEn ?? "", pair.Value.Changed, pair.Value.Money);
            });
    }

    private Comparison Compare(PastDecision past, Rulebook version)
    {
        var before = version.Evaluate(past.ReadFacts(version).Facts);
        var reading = past.ReadFacts(draft);
        return new Comparison(past, before, draft.Evaluate(reading.Facts), reading.Faults);
    }

    private void Add(Comparison compared)
    {
        var (past, before, after, faults) = compared;
        var money = new MoneyChange(PastOutcome.Of(before).Payable, PastOutcome.Of(after).Payable);
        var conclusions = DecisionDifference.Between(before.Conclusions, after.Conclusions);
        var changed = conclusions.Count > 0 || !money.Difference.IsZero
            || !before.Money.Components.AsSpan().SequenceEqual(after.Money.Components.AsSpan());
        _total.Add(money, changed);
        Of(_suppliers, past.Supplier).Add(money, changed);
        foreach (var fault in faults) Count(_unknown, fault.Pointer[(fault.Pointer.LastIndexOf('/') + 1)..]);
        if (before.Covered is not null && after.Covered is null)
        {
            _undecided++;
            foreach (var fact in after.Missing) Count(_missing, fact.Name);
        }

        var clauses = AddClauses(before, after);
        if (!changed) return;
        if (!money.Difference.IsZero) _moneyChanged++;
        var change = new CaseChange(past.Case, past.Supplier, past.Rulebook.Version, money, conclusions, clauses);
        watcher?.Invoke(change);
        Keep(change);
    }

    /// <summary>Adds the money of each clause, and answers the clauses whose part changed.</summary>
    private List<string> AddClauses(DecisionDocument before, DecisionDocument after)
    {
        var changed = new List<string>();
        foreach (var clause in Clauses(before).Union(Clauses(after)))
        {
            var money = new MoneyChange(MoneyOf(before, clause), MoneyOf(after, clause));
            var isChanged = !money.Difference.IsZero || Cites(before, clause) != Cites(after, clause);
            Of(_clauses, clause).Add(money, isChanged);
            if (isChanged) changed.Add(clause);
        }

        return changed;
    }

    private void Keep(CaseChange change)
    {
        var rank = CaseRank.Of(change);
        if (!rank.ComesAfter(page.After)) return;
        _fromHere++;
        if (_listed.Count < page.Size) _listed.Enqueue(change, rank);
        else if (page.Size > 0) _listed.EnqueueDequeue(change, rank);
    }

    private static bool Cites(DecisionDocument decision, string clause) => decision.Citations.Any(citation => citation.Clause == clause);

    private static IEnumerable<string> Clauses(DecisionDocument decision) =>
        decision.Citations.Select(citation => citation.Clause).Concat(decision.Money.Components.Select(line => line.Clause));

    private static Money MoneyOf(DecisionDocument decision, string clause) => decision.Covered == true
        ? decision.Money.Components.Where(line => line.Clause == clause).Aggregate(Money.Zero, (sum, line) => sum + line.Amount)
        : Money.Zero;

    private static Sum Of(IDictionary<string, Sum> sums, string key)
    {
        if (sums.TryGetValue(key, out var sum)) return sum;
        sums.Add(key, sum = new Sum());
        return sum;
    }

    private static void Count(SortedDictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private sealed record Comparison(PastDecision Past, DecisionDocument Before, DecisionDocument After, IReadOnlyList<FactFault> Faults);

    private sealed class Sum
    {
        private long _before;
        private long _after;

        public int Cases { get; private set; }

        public int Changed { get; private set; }

        public MoneyChange Money => new(Domain.Money.OfFen(_before), Domain.Money.OfFen(_after));

        public void Add(MoneyChange money, bool changed)
        {
            Cases++;
            if (changed) Changed++;
            _before = checked(_before + money.Before.Fen);
            _after = checked(_after + money.After.Fen);
        }
    }
}
