using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases.Files;

/// <summary>What became of a deadline.</summary>
public enum ClockEnd
{
    /// <summary>It still runs, or stands still.</summary>
    Open,
    Missed,

    /// <summary>What it waited for was done, or it no longer mattered.</summary>
    Over,
}

/// <summary>A deadline of the case, with the arithmetic that made it.</summary>
public sealed record PastClock(Deadline Deadline, ClockEnd End);

/// <summary>Every deadline that a case ever had, read from its events: a case itself keeps those that are open.</summary>
public sealed class ClockHistory(Tables tables)
{
    /// <summary>In the order in which they started; one that stood still, with its last due instant.</summary>
    public async Task<IReadOnlyList<PastClock>> OfAsync(Case @case, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {@case.Id.ToString()} and RowKey ge {"e_"} and RowKey lt {"e`"}");
        var started = new List<Deadline>();
        var missed = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in tables.Cases.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var happened = AppJson.From<CaseEvent>(OutgoingEvent.Of(row).Data.Span);
            if (happened is DeadlineMissed miss) missed.Add(miss.DeadlineId);
            foreach (var deadline in happened.Starts)
            {
                var known = started.FindIndex(one => one.Id == deadline.Id);
                if (known < 0) started.Add(deadline);
                else started[known] = deadline;
            }
        }

        return [.. started.Select(deadline => new PastClock(deadline, EndOf(@case, deadline, missed)))];
    }

    private static ClockEnd EndOf(Case @case, Deadline deadline, HashSet<string> missed) =>
        @case.Deadlines.Any(open => open.Id == deadline.Id) ? ClockEnd.Open
        : missed.Contains(deadline.Id) ? ClockEnd.Missed
        : ClockEnd.Over;
}
