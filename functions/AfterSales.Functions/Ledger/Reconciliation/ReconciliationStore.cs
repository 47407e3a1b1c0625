using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Reconciliations;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Ledger.Reconciliation;

/// <summary>A file compared with the ledger, as it was when the file came.</summary>
/// <param name="FileSha256">Of the file as sent, in hex.</param>
public sealed record ReconciliationSummary(
    string Id, string Source, SupplierId? Supplier, string FileSha256, Instant At, int Lines, int Matched, int AmountDiffers, int Duplicates,
    int Unmatched, int LedgerOnly);

/// <summary>The same with its lines, and the movements that the file does not tell of.</summary>
public sealed record ReconciliationDocument(
    ReconciliationSummary Summary, ImmutableArray<ReconciledLine> Lines, ImmutableArray<LedgerMovement> LedgerOnly);

/// <summary>
/// What was compared: a row each in the table <c>reconciliations</c>, and the document, which may name people, as a sealed blob. The id
/// follows from source, supplier and file, so that a file sent again finds what it came to.
/// </summary>
public sealed class ReconciliationStore(Tables tables, Blobs blobs, PersonVault vault)
{
    internal const string Table = "reconciliations";
    internal const string Container = "reconciliations";

    private const string Partition = "all";
    private const string Purpose = "reconciliation";
    private const string SummaryColumn = "Summary";

    public static string IdOf(string source, SupplierId? supplier, string fileSha256) =>
        "recon_" + Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{supplier}\n{fileSha256}")), 26);

    /// <summary>Null when there is none of that id.</summary>
    public async Task<ReconciliationDocument?> FindAsync(string id, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(Partition, id, cancellationToken: cancellationToken);
        if (!row.HasValue) return null;
        byte[] kept = await blobs.ReadAsync(Container, id, cancellationToken) ?? throw new InvalidOperationException($"{id} has no document.");
        return AppJson.From<ReconciliationDocument>(vault.OpenForApp(Purpose, kept));
    }

    /// <summary>The latest first.</summary>
    public async Task<IReadOnlyList<ReconciliationSummary>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new List<ReconciliationSummary>();
        string filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");
        await foreach (TableEntity row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            all.Add(AppJson.From<ReconciliationSummary>(row.GetString(SummaryColumn)));
        return [.. all.OrderByDescending(one => one.At).ThenBy(one => one.Id, StringComparer.Ordinal)];
    }

    /// <summary>Keeps it. Of two that come to the same id at once, the first one stays.</summary>
    public async Task<ReconciliationDocument> KeepAsync(ReconciliationDocument document, CancellationToken cancellationToken)
    {
        string id = document.Summary.Id;
        await blobs.WriteOnceAsync(Container, id, vault.SealForApp(Purpose, AppJson.ToBytes(document)), cancellationToken);
        byte[] kept = await blobs.ReadAsync(Container, id, cancellationToken) ?? throw new InvalidOperationException($"{id} has no document.");
        var stays = AppJson.From<ReconciliationDocument>(vault.OpenForApp(Purpose, kept));
        await tables.Get(Table).UpsertEntityAsync(
            new TableEntity(Partition, id) { [SummaryColumn] = AppJson.ToText(stays.Summary) }, TableUpdateMode.Replace, cancellationToken);
        return stays;
    }
}
