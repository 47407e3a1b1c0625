using AfterSales.Domain.Cases;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>A case in a list.</summary>
/// <param name="Due">The earliest of its open deadlines.</param>
/// <param name="Breaches">How many deadlines it has missed.</param>
public sealed record CaseRow(
    string Id, string Marketplace, string ExternalId, string OrderId, string Supplier, string Status, string Level, string Kind,
    string? Owner, string Granted, string Currency, string Zone, Instant OpenedAt, Instant? Due, Instant? ClosedAt, int Breaches)
{
    internal static CaseRow Of(Case @case) => new(
        @case.Id.ToString(), @case.Marketplace, @case.ExternalId, @case.Order.OrderId, @case.SupplierId, WireName.Of(@case.Status),
        @case.Level.Value, WireName.Of(@case.Claim.Kind), @case.Owner is { } owner ? WireName.Of(owner) : null,
        @case.Granted.ToString(), @case.Granted.Currency.Code, @case.Zone, @case.OpenedAt,
        @case.Earliest?.Due, @case.ClosedAt, @case.Breaches.Length);

    internal static CaseRow Of(TableEntity row) => new(
        row.GetString("CaseId"), row.GetString("Marketplace"), row.GetString("ExternalId"), row.GetString("OrderId"),
        row.GetString("Supplier"), row.GetString("Status"), row.GetString("Level"), row.GetString("Kind"), row.GetString("Owner"),
        row.GetString("Granted"), row.GetString("Currency"), row.GetString("Zone"), row.GetDateTimeOffset("OpenedAt")!.Value.ToInstant(),
        row.GetDateTimeOffset("Due")?.ToInstant(), row.GetDateTimeOffset("ClosedAt")?.ToInstant(), row.GetInt32("Breaches")!.Value);

    /// <summary>The row under a key of a partition.</summary>
    internal TableEntity At(string partition, string rowKey)
    {
        var row = new TableEntity(partition, rowKey)
        {
            ["CaseId"] = Id,
            ["Marketplace"] = Marketplace,
            ["ExternalId"] = ExternalId,
            ["OrderId"] = OrderId,
            ["Supplier"] = Supplier,
            ["Status"] = Status,
            ["Level"] = Level,
            ["Kind"] = Kind,
            ["Granted"] = Granted,
            ["Currency"] = Currency,
            ["Zone"] = Zone,
            ["OpenedAt"] = OpenedAt.ToDateTimeOffset(),
            ["Breaches"] = Breaches,
        };
        if (Owner is not null) row["Owner"] = Owner;
        if (Due is { } due) row["Due"] = due.ToDateTimeOffset();
        if (ClosedAt is { } closed) row["ClosedAt"] = closed.ToDateTimeOffset();
        return row;
    }
}
