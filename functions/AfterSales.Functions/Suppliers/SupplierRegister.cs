using AfterSales.Domain;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Suppliers;

/// <summary>Something that counts against a supplier and is no money.</summary>
public sealed record Strike(string Kind, string CaseId, string Clause, Instant At);

/// <summary>Something that finance has to do by hand.</summary>
/// <param name="Kind"><c>register-responsible-person</c>: a fine is due and nobody is registered to bear it.</param>
public sealed record FinanceTask(string Kind, string CaseId, string Clause, Money Amount, Instant At)
{
    public const string RegisterPerson = "register-responsible-person";
}

/// <summary>
/// What is known of suppliers beside their books: table <c>suppliers</c>, partition <c>terms</c> with a row each, and a
/// partition <c>of_{supplier}</c> with strikes (<c>s_…</c>) and tasks for finance (<c>t_…</c>).
/// </summary>
public sealed class SupplierRegister(Tables tables, PersonVault vault)
{
    public const string Table = "suppliers";

    private const string TermsPartition = "terms";

    /// <summary>What was agreed with the supplier, or null when the supplier has never been met.</summary>
    public async Task<SupplierTerms?> FindAsync(SupplierId id, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await tables.Get(Table)
            .GetEntityIfExistsAsync<TableEntity>(TermsPartition, id.ToString(), cancellationToken: cancellationToken);
        return row.HasValue ? TermsOf(row.Value!) : null;
    }

    public async Task<IReadOnlyList<SupplierTerms>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<SupplierTerms>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {TermsPartition}");
        await foreach (TableEntity row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) all.Add(TermsOf(row));
        return all;
    }

    /// <summary>Makes a supplier known on the usual terms, if it is not known yet.</summary>
    public async Task MeetAsync(SupplierId id, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not null) return;
        try
        {
            await tables.Get(Table).AddEntityAsync(RowOf(SupplierTerms.Usual(id), null), cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // Met by another handler at the same moment.
        }
    }

    /// <summary>Agrees terms. The person's name is sealed with the person's own key.</summary>
    /// <param name="person">Name of the person responsible; null leaves nobody registered.</param>
    public async Task<SupplierTerms> AgreeAsync(
        SupplierId id, string? name, Money depositRequired, string? person, LocalDate? contractFrom, LocalDate? contractTo,
        CancellationToken cancellationToken)
    {
        PersonId? personId = person is null ? null : vault.PersonOf($"supplier:{id}", person);
        string? sealedName = personId is { } known ? await vault.SealTextAsync(known, person!, cancellationToken) : null;
        var terms = new SupplierTerms(id, name, depositRequired, personId?.Value, contractFrom, contractTo);
        await tables.Get(Table).UpsertEntityAsync(RowOf(terms, sealedName), TableUpdateMode.Replace, cancellationToken);
        return terms;
    }

    /// <summary>The name of the person registered, or null: nobody, or erased.</summary>
    public async Task<string?> PersonNameAsync(SupplierTerms terms, CancellationToken cancellationToken)
    {
        if (terms.ResponsiblePersonId is not { } person) return null;
        TableEntity row = await tables.Get(Table).GetEntityAsync<TableEntity>(TermsPartition, terms.Id.ToString(), cancellationToken: cancellationToken);
        return row.GetString("PersonName") is { } sealedName ? await vault.OpenTextAsync(new PersonId(person), sealedName, cancellationToken) : null;
    }

    /// <summary>Records a strike once an event.</summary>
    public Task StrikeAsync(SupplierId id, string eventId, Strike strike, CancellationToken cancellationToken) =>
        PutAsync(id, $"s_{eventId}", strike, cancellationToken);

    /// <summary>Leaves a task to finance once a case and kind.</summary>
    public Task AskFinanceAsync(SupplierId id, FinanceTask task, CancellationToken cancellationToken) =>
        PutAsync(id, TaskRow(task), task, cancellationToken);

    /// <summary>Ends a task; one that has ended is no fault.</summary>
    public Task DoneAsync(SupplierId id, FinanceTask task, CancellationToken cancellationToken) =>
        tables.Get(Table).DeleteEntityAsync($"of_{id}", TaskRow(task), ETag.All, cancellationToken);

    public Task<IReadOnlyList<Strike>> StrikesAsync(SupplierId id, CancellationToken cancellationToken) => ListAsync<Strike>(id, "s_", "s`", cancellationToken);

    public Task<IReadOnlyList<FinanceTask>> TasksAsync(SupplierId id, CancellationToken cancellationToken) =>
        ListAsync<FinanceTask>(id, "t_", "t`", cancellationToken);

    private static string TaskRow(FinanceTask task) => $"t_{task.Kind}_{task.CaseId}";

    private Task PutAsync<T>(SupplierId id, string rowKey, T value, CancellationToken cancellationToken) => tables.Get(Table).UpsertEntityAsync(
        new TableEntity($"of_{id}", rowKey) { ["Value"] = AppJson.ToText(value) }, TableUpdateMode.Replace, cancellationToken);

    private async Task<IReadOnlyList<T>> ListAsync<T>(SupplierId id, string from, string below, CancellationToken cancellationToken)
    {
        var all = new List<T>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {$"of_{id}"} and RowKey ge {from} and RowKey lt {below}");
        await foreach (TableEntity row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            all.Add(AppJson.From<T>(row.GetString("Value")));
        return all;
    }

    private static TableEntity RowOf(SupplierTerms terms, string? sealedName) => new(TermsPartition, terms.Id.ToString())
    {
        ["Name"] = terms.Name,
        ["DepositRequired"] = terms.DepositRequired.ToString(),
        ["PersonId"] = terms.ResponsiblePersonId,
        ["ContractFrom"] = terms.ContractFrom is { } from ? LocalDatePattern.Iso.Format(from) : null,
        ["ContractTo"] = terms.ContractTo is { } to ? LocalDatePattern.Iso.Format(to) : null,
        ["PersonName"] = sealedName,
    };

    private static SupplierTerms TermsOf(TableEntity row) => new(
        SupplierId.Parse(row.RowKey), row.GetString("Name"), Money.Yuan(row.GetString("DepositRequired")), row.GetString("PersonId"),
        DayOf(row, "ContractFrom"), DayOf(row, "ContractTo"));

    private static LocalDate? DayOf(TableEntity row, string column) =>
        row.GetString(column) is { } day ? LocalDatePattern.Iso.Parse(day).Value : null;
}
