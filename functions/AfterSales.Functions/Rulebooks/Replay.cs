using System.Runtime.CompilerServices;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using Azure.Data.Tables;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What came of deciding a closed case again. No differences: it holds to the fen.</summary>
/// <param name="Differences">In words: what was decided and what comes out now.</param>
public sealed record ReplayedCase(CaseId Case, RulebookVersion Rulebook, Money Payable, IReadOnlyList<string> Differences);

/// <summary>Decides closed cases again, each by the very version that it was frozen to, and compares every conclusion and every component
/// of the money.</summary>
public static class Replay
{
    /// <param name="only">These cases; none = all that are closed.</param>
    public static async IAsyncEnumerable<ReplayedCase> RunAsync(
        TableClient decisions,
        RulebookRegistry rulebooks,
        IReadOnlyCollection<CaseId> only,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var past in PastDecisions.ClosedAsync(decisions, only, cancellationToken))
        {
            Rulebook rulebook;
            string? fault = null;
            try
            {
                rulebook = await rulebooks.OfAsync(past.Rulebook, cancellationToken);
            }
            catch (InvalidOperationException e)
            {
                (rulebook, fault) = (null!, e.Message);
            }

            yield return fault is not null
                ? new ReplayedCase(past.Case, past.Rulebook, past.ReadOutcome().Payable, [fault])
                : Compare(past, rulebook);
        }
    }

    /// <summary>The decision again, against the one that was kept.</summary>
    public static ReplayedCase Compare(PastDecision past, Rulebook rulebook)
    {
        var before = past.ReadOutcome();
        var reading = past.ReadFacts(rulebook);
        var after = PastOutcome.Of(rulebook.Evaluate(reading.Facts));
        List<string> differences =
        [
            .. reading.Faults.Select(fault => $"{fault.Pointer}: {fault.Detail}"),
            .. DecisionDifference.Between(before.Conclusions, after.Conclusions)
                .Select(changed => $"{changed.Name}: {changed.Before ?? "nothing"} was concluded, now {changed.After ?? "nothing"}"),
            .. Components(before.Components, after.Components),
        ];
        if (before.Payable != after.Payable) differences.Add($"payable: {before.Payable} was decided, now {after.Payable}");
        return new ReplayedCase(past.Case, past.Rulebook, before.Payable, differences);
    }

    private static IEnumerable<string> Components(IReadOnlyList<MoneyComponent> before, IReadOnlyList<MoneyComponent> after)
    {
        for (var i = 0; i < Math.Max(before.Count, after.Count); i++)
        {
            var (was, now) = (before.ElementAtOrDefault(i), after.ElementAtOrDefault(i));
            if (was != now) yield return $"component {i + 1}: {Shown(was)} was decided, now {Shown(now)}";
        }
    }

    private static string Shown(MoneyComponent? line) => line is null ? "nothing" : $"{line.Name} {line.Amount} by {line.Clause}";
}
