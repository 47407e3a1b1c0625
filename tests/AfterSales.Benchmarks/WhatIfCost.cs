using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.Benchmarks;

/// <summary>A what-if over 100,000 stored decisions: rows read from the embedded store through the genuine SDK, each decided by the stored
/// version and by a draft, compared and added up. The issue allows 60 seconds.</summary>
internal static class WhatIfCost
{
    private const int Decisions = 100_000;
    private const int Suppliers = 50;
    private const int RowsInTransaction = 100;
    private static readonly string[] Defects = ["broken_sole", "broken_upper", "leather_burst", "none"];

    public static async Task RunAsync(TextWriter output)
    {
        await using var folder = new BenchmarkFolder([EmbeddedStorageHandler.Schema]);
        using var http = new HttpClient(new EmbeddedStorageHandler(folder.Store));
        var transport = new HttpClientTransport(http);
        var tables = new TableServiceClient("UseDevelopmentStorage=true", new TableClientOptions { Transport = transport });
        var blobs = new BlobServiceClient("UseDevelopmentStorage=true", new BlobClientOptions { Transport = transport });
        var table = tables.GetTableClient(PastDecisions.Table);
        await table.CreateAsync();
        await tables.CreateTableAsync(RulebookVersions.Table);
        var mall = ShippedRulebooks.Find("mall-sanbao")!;
        await FillAsync(table, mall);
        var registry = new RulebookRegistry(new RulebookVersions(new Tables(tables), new Blobs(blobs)), NullLogger<RulebookRegistry>.Instance);
        var draft = Draft(mall);

        var watch = Stopwatch.StartNew();
        var page = ChangedCases.First(ChangedCases.LargestPage);
        var report = await WhatIf.RunAsync(table, registry, draft, page, changed: null, progress: null, CancellationToken.None);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"what-if over {report.Decisions:N0} decisions: {watch.Elapsed.TotalSeconds:0.0} s (60 allowed), {report.Changed:N0} changed, "
            + $"{report.Money.Before} -> {report.Money.After}, difference {report.Money.Difference}"));
    }

    private static async Task FillAsync(TableClient table, Rulebook mall)
    {
        for (var start = 0; start < Decisions; start += RowsInTransaction)
        {
            await table.SubmitTransactionAsync(Enumerable.Range(start, RowsInTransaction)
                .Select(n => new TableTransactionAction(TableTransactionActionType.Add, Row(mall, n))));
        }
    }

    private static TableEntity Row(Rulebook mall, int n)
    {
        using var json = JsonDocument.Parse($$"""
            {"category":"shoe","goods_class":["leather"],"defect":"{{Defects[n % Defects.Length]}}","has_card":true,"has_voucher":true,
             "both_acknowledge_sale":false,"clearance_goods":{{(n % 11 == 0 ? "true" : "false")}},"man_made_damage":false,
             "self_disassembled":false,"goods_match_papers":true,"prior_repairs_same_defect":0,"price":"{{100 + n % 900}}.{{n % 100:00}}",
             "sale_date":"2026-{{1 + n % 9:00}}-{{1 + n % 28:00}}","claim_date":"2026-10-{{1 + n % 28:00}}","wants":"return"}
            """);
        var decision = mall.Evaluate(mall.ReadFacts(json.RootElement).Facts);
        return PastDecisions.RowOf(
            CaseId.For("demo-mall", $"R-{n}"), decision, $"S-{n % Suppliers}", DateTimeOffset.UnixEpoch.AddDays(20_000), null, sequence: 1);
    }

    /// <summary>The same policy with a daily rate of one percent.</summary>
    private static Rulebook Draft(Rulebook mall)
    {
        var text = Encoding.UTF8.GetString(ShippedRulebooks.Text(mall.Version.Id).Span);
        var rate = text.IndexOf("0.005", text.IndexOf("  return_rate_per_day:", StringComparison.Ordinal), StringComparison.Ordinal);
        var (draft, faults) = PolicyText.Load(mall.Version.Id, Encoding.UTF8.GetBytes($"{text[..rate]}0.01{text[(rate + "0.005".Length)..]}"));
        return draft ?? throw new InvalidOperationException(string.Join('\n', faults));
    }
}
