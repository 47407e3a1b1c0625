using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>How much waits for a role.</summary>
/// <param name="Open">Cases in its queue.</param>
/// <param name="More">There are more than were counted: the first thousand by due time are.</param>
/// <param name="Overdue">Due by now, their consequence about to be drawn.</param>
/// <param name="DueWithinHour">Due within the next hour, also those that are overdue.</param>
/// <param name="DueWithinDay">Due within the next 24 hours, also those before.</param>
/// <param name="Breached">Cases in the queue that have missed a deadline on their way.</param>
public sealed record QueueCount(string Role, int Open, bool More, int Overdue, int DueWithinHour, int DueWithinDay, int Breached);

/// <summary>Counts queues: one call to the storage a role, side by side.</summary>
public sealed class QueueCounts(Tables tables)
{
    private const int MostCounted = 1000;

    private static readonly string[] Columns = ["RowKey", "Breaches"];

    /// <summary>The queues of all roles, in the order of <see cref="Party"/>; those of one marketplace or supplier where one is given.</summary>
    public async Task<IReadOnlyList<QueueCount>> CountAsync(
        string? marketplace, string? supplier, Instant now, CancellationToken cancellationToken)
    {
        var partition = supplier is not null ? ListKeys.OfSupplier(supplier)
            : marketplace is not null ? ListKeys.OfMarketplace(marketplace)
            : ListKeys.Everybody;
        var roles = Enum.GetValues<Party>().Where(party => party != Party.Clock).Select(WireName.Of);
        return await Task.WhenAll(roles.Select(role => CountRoleAsync(partition, role, now, cancellationToken)));
    }

    private async Task<QueueCount> CountRoleAsync(string partition, string role, Instant now, CancellationToken cancellationToken)
    {
        var queue = ListKeys.Queue(role);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {queue} and RowKey lt {ListKeys.End(queue)}");
        await foreach (var page in tables.Get(CaseIndex.Table)
            .QueryAsync<TableEntity>(filter, MostCounted, Columns, cancellationToken).AsPages())
        {
            var due = page.Values.Select(row => ListKeys.DueOf(queue, row.RowKey)).ToList();
            return new QueueCount(
                role, page.Values.Count, page.ContinuationToken is not null, Within(Duration.Zero), Within(Duration.FromHours(1)),
                Within(Duration.FromHours(24)), page.Values.Count(row => row.GetInt32("Breaches") > 0));

            int Within(Duration time) => due.Count(at => at <= now + time);
        }

        return new QueueCount(role, 0, false, 0, 0, 0, 0);
    }
}
