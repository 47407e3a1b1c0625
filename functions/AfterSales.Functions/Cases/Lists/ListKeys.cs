using System.Globalization;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>
/// Keys of the table of lists. A partition is whose cases are listed: everybody's, a marketplace's or a supplier's. Within it the row keys
/// of a list begin alike and sort as the list does, so that a page is one range, and a case moves between lists in one transaction.
/// </summary>
/// <remarks>
/// <c>c_{case}</c> what is known of the case and which rows it has · <c>n_{newest}</c> all · <c>s_{status}_{newest}</c> by status ·
/// <c>d_{due}</c> by due time · <c>o_{owner}_{due}</c> the queue of a role · <c>x_{term}_{newest}</c> found by a word, in everybody's
/// partition only. After each comes <c>_{case}</c>.
/// </remarks>
internal static class ListKeys
{
    public const string Everybody = "all";
    public const string Newest = "n_";
    public const string ByDue = "d_";
    public const string Queues = "o_";

    // After every due instant: an owner without a clock comes last.
    private const string NoDue = "9999999999999999999";

    public static string OfMarketplace(string marketplace) => $"m:{marketplace}";

    public static string OfSupplier(string supplier) => $"s:{supplier}";

    public static string Case(string caseId) => $"c_{caseId}";

    public static string Status(string status) => $"s_{status}_";

    public static string Queue(string owner) => $"{Queues}{owner}_";

    public static string Term(string term) => $"x_{term}_";

    /// <summary>The end of a list's range: the first key that does not begin with <paramref name="list"/>, which ends with <c>_</c>.</summary>
    public static string End(string list) => list[..^1] + '`';

    /// <summary>The end of a list by due time, for what is due at <paramref name="due"/> or before.</summary>
    public static string EndAt(string list, Instant due) => list + Sorted(due.ToUnixTimeTicks() + 1);

    /// <summary>Newest first, then by id.</summary>
    public static string NewestFirst(Case @case) => $"{Sorted(long.MaxValue - @case.OpenedAt.ToUnixTimeTicks())}_{@case.Id}";

    /// <summary>Earliest first, then by id.</summary>
    public static string DueFirst(Case @case, Instant? due) => $"{(due is { } at ? Sorted(at.ToUnixTimeTicks()) : NoDue)}_{@case.Id}";

    /// <summary>The due instant of a row of a queue; null where no clock runs.</summary>
    public static Instant? DueOf(string queue, string rowKey)
    {
        var due = rowKey.AsSpan(queue.Length, NoDue.Length);
        return due.SequenceEqual(NoDue) ? null : Instant.FromUnixTimeTicks(long.Parse(due, CultureInfo.InvariantCulture));
    }

    private static string Sorted(long ticks) => ticks.ToString("D19", CultureInfo.InvariantCulture);
}
