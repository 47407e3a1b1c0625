using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>Which cases are wanted, and how many at most. Null = any.</summary>
/// <param name="DueBy">Cases that wait for a deadline due at this instant or before.</param>
/// <param name="Q">An exact case id, external id or order id, or the customer's phone or e-mail.</param>
/// <param name="Contacts">Whether phone and e-mail are looked for.</param>
public sealed record CaseQuery(
    string? Marketplace, string? Supplier, string? Status, string? Owner, Instant? DueBy, string? Q, bool Contacts, string? Cursor, int Limit)
{
    public const int MostRows = 200;
    public const int UsualRows = 50;

    /// <summary>The list that holds them, as a range of row keys: a role's queue, else what is due, both earliest first; else what has a
    /// status, else all, newest first.</summary>
    internal (string From, string Until) Range => this switch
    {
        { Owner: { } owner, DueBy: { } due } => (ListKeys.Queue(owner), ListKeys.EndAt(ListKeys.Queue(owner), due)),
        { Owner: { } owner } => Whole(ListKeys.Queue(owner)),
        { DueBy: { } due } => (ListKeys.ByDue, ListKeys.EndAt(ListKeys.ByDue, due)),
        { Status: { } status } => Whole(ListKeys.Status(status)),
        _ => Whole(ListKeys.Newest),
    };

    internal string Partition => Supplier is { } supplier ? ListKeys.OfSupplier(supplier)
        : Marketplace is { } marketplace ? ListKeys.OfMarketplace(marketplace)
        : ListKeys.Everybody;

    /// <summary>What the range does not say by itself.</summary>
    internal string Rest => string.Concat(
        Supplier is not null && Marketplace is { } marketplace ? TableClient.CreateQueryFilter($" and Marketplace eq {marketplace}") : "",
        Status is { } status && (Owner is not null || DueBy is not null) ? TableClient.CreateQueryFilter($" and Status eq {status}") : "");

    internal bool Fits(CaseRow row) =>
        Is(Marketplace, row.Marketplace) && Is(Supplier, row.Supplier) && Is(Status, row.Status) && Is(Owner, row.Owner)
        && (DueBy is null || row.Due <= DueBy);

    private static bool Is(string? wanted, string? found) => wanted is null || wanted == found;

    private static (string From, string Until) Whole(string list) => (list, ListKeys.End(list));
}
