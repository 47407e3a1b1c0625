using System.Diagnostics;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Ledger.Exports;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Benchmarks;

/// <summary>The ledger written as a file in every format, from the embedded store: a million lines, and a tenth of them. The memory for the
/// many must be that for the few.</summary>
internal static class ExportCost
{
    private const int Suppliers = 10;
    private const int EntriesEach = 50_000;
    private const int LinesAnEntry = 2;
    private const int RowsAtOnce = 100;
    private const double MostMegabytesMore = 32;

    public static async Task RunAsync(TextWriter output)
    {
        await using var folder = new BenchmarkFolder([EmbeddedStorageHandler.Schema]);
        using var http = new HttpClient(new EmbeddedStorageHandler(folder.Store));
        var ledger = new TableClient(
            "UseDevelopmentStorage=true", LedgerStore.Table, new TableClientOptions { Transport = new HttpClientTransport(http) });
        await ledger.CreateIfNotExistsAsync();
        var began = Stopwatch.GetTimestamp();
        for (var n = 0; n < Suppliers; n++) await FillAsync(ledger, SupplierOf(n));
        await output.WriteLineAsync(
            $"export: {Suppliers * EntriesEach * LinesAnEntry:n0} lines, stored in {Stopwatch.GetElapsedTime(began).TotalSeconds:n0} s");
        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            // The first one pays for what is compiled and pooled once.
            await WriteAsync(ledger, new LedgerExport(format, new EntrySelection(SupplierOf(0))));
            var few = await WriteAsync(ledger, new LedgerExport(format, new EntrySelection(SupplierOf(1))));
            var many = await WriteAsync(ledger, new LedgerExport(format, new EntrySelection()));
            await TellAsync(output, format, EntriesEach, few);
            await TellAsync(output, format, Suppliers * EntriesEach, many);
            var met = many.Megabytes - few.Megabytes <= MostMegabytesMore ? "met" : "MISSED";
            await output.WriteLineAsync($"    {met}: at most {MostMegabytesMore} MB more for ten times the lines");
        }
    }

    private static Task TellAsync(TextWriter output, ExportFormat format, int entries, Cost cost) => output.WriteLineAsync(
        $"  {format,-8} {entries * LinesAnEntry,9:n0} lines in {cost.Seconds,5:n1} s, {cost.Bytes / 1e6,6:n1} MB, peak working set {cost.Megabytes,5:n0} MB");

    private static async Task<Cost> WriteAsync(TableClient ledger, LedgerExport export)
    {
        GC.Collect();
        var peak = Environment.WorkingSet;
        await using var look = new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10));
        var began = Stopwatch.GetTimestamp();
        await using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        await export.WriteAsync(LedgerExport.ReadAsync(ledger, export.Selection.Supplier, default), file, default);
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return new Cost(seconds, file.Length, peak / 1e6);
    }

    private static async Task FillAsync(TableClient ledger, SupplierId supplier)
    {
        var (head, rows) = (LedgerEntry.Origin, new List<TableTransactionAction>());
        for (var n = 1; n <= EntriesEach; n++)
        {
            var entry = Entry(supplier, n, head);
            head = entry.Digest;
            rows.Add(new TableTransactionAction(TableTransactionActionType.Add, LedgerRows.Row(entry).First()));
            if (rows.Count < RowsAtOnce && n < EntriesEach) continue;
            await ledger.SubmitTransactionAsync(rows);
            rows.Clear();
        }
    }

    private static LedgerEntry Entry(SupplierId supplier, int n, string previous) => new LedgerEntry(
        LedgerEntry.IdOf(supplier, $"{n}"),
        supplier,
        n,
        EntryPhase.Posted,
        new EntryReason("charge", ["MALL-LAD-3"], $"case_{n}", $"payout_{n}", "金履专柜", new LocalDate(2026, 1, 1).PlusDays(n % 365)),
        [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, Money.OfFen(n))],
        null,
        Instant.FromUtc(2026, 1, 1, 0, 0).Plus(Duration.FromSeconds(n)),
        $"{n}",
        LedgerEntry.Origin,
        previous,
        "").Sealed();

    private static SupplierId SupplierOf(int n) => SupplierId.Parse($"S-{n}");

    private sealed record Cost(double Seconds, long Bytes, double Megabytes);
}
