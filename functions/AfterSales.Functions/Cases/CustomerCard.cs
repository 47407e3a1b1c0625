using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;

namespace AfterSales.Functions.Cases;

/// <summary>
/// Who the customer is and what they wrote, as the marketplace sent it. Personal: opened for those who deal with the customer.
/// </summary>
public sealed record CustomerCard(CustomerContact Customer, string? Description);

public sealed record CustomerContact(string Id, string? Name, string? Phone, string? Email, string? City, string? Locale);

/// <summary>Opens customer cards.</summary>
public sealed class CustomerCards(Tables tables, PersonVault vault)
{
    private const string Table = "people";
    private const string SealedColumn = "Sealed";

    /// <summary>The card, or null for who may not see it and when the customer's data has been erased.</summary>
    public async Task<CustomerCard?> OpenAsync(Case @case, Caller caller, CancellationToken cancellationToken) =>
        MaySee(caller) ? await OpenForLettersAsync(@case, cancellationToken) : null;

    /// <summary>The card, for writing to the customer; null when the customer's data has been erased.</summary>
    public async Task<CustomerCard?> OpenForLettersAsync(Case @case, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
            @case.CustomerId, @case.Id.ToString(), [SealedColumn], cancellationToken);
        if (!row.HasValue) return null;
        var card = await vault.OpenAsync(new PersonId(@case.CustomerId), row.Value!.GetBinary(SealedColumn), cancellationToken);
        return card is null ? null : AppJson.From<CustomerCard>(card);
    }

    /// <summary>Suppliers, finance and auditors do without; the marketplace and the customer know it anyway.</summary>
    private static bool MaySee(Caller caller) => caller.Role switch
    {
        Role.Agent or Role.FloorManager or Role.Inspection or Role.Manager or Role.Marketplace or Role.Customer => true,
        Role.Supplier or Role.Finance or Role.Auditor or Role.PolicyOwner => false,
        _ => throw new InvalidOperationException($"No such role: {caller.Role}"),
    };
}
