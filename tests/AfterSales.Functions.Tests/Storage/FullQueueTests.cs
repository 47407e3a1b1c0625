using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Cases.Lists;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Functions.Tests.Storage;

/// <summary>A queue with a hundred thousand cases in it, in the embedded store.</summary>
public sealed class FullQueueTests : IAsyncLifetime
{
    private const int Cases = 100_000;
    private const int RowsAtOnce = 100;
    private const int MostCalls = 3;

    private AppHost _app = null!;

    public async Task InitializeAsync() => _app = await AppHost.StartAsync(new AppHostOptions { Configure = StorageCalls.Count });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Listing_fifty_of_a_queue_of_a_hundred_thousand_takes_at_most_three()
    {
        await FillAsync();
        var first = await ListAsync("?owner=supplier");
        Assert.Equal(Enumerable.Range(0, 50).Select(n => $"R-{n}"), Names(first));

        var second = await ListAsync($"?owner=supplier&cursor={Uri.EscapeDataString(first["cursor"]!.GetValue<string>())}");
        Assert.Equal(Enumerable.Range(50, 50).Select(n => $"R-{n}"), Names(second));

        Assert.Equal(50, Names(await ListAsync("?owner=supplier&status=open")).Count());
        Assert.Equal(50, Names(await ListAsync("?owner=supplier&due=2099-01-01T00:00:00Z")).Count());

        // None of them is so; what a page can look at is looked at, and the cursor goes on from there.
        Assert.Empty(Names(await ListAsync("?owner=supplier&status=closed")));
    }

    private async Task<JsonNode> ListAsync(string query)
    {
        var page = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases{query}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        var calls = StorageCalls.Of(_app).OfLastRequest;
        Assert.True(calls.Count is > 0 and <= MostCalls, $"{calls.Count} calls: {string.Join(", ", calls)}");
        return page;
    }

    private static IEnumerable<string> Names(JsonNode page) => page["cases"]!.AsArray().Select(row => row!["externalId"]!.GetValue<string>());

    /// <summary>Writes the row that each case would have in the queue of the suppliers, as the index writes it.</summary>
    private async Task FillAsync()
    {
        var opened = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-0")).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        var model = (await _app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(opened["caseId"]!.GetValue<string>()), default))!;
        var table = _app.Services.GetRequiredService<Tables>().Get(CaseIndex.Table);
        await Parallel.ForEachAsync(Enumerable.Range(1, Cases - 1).Chunk(RowsAtOnce), async (chunk, cancellationToken) =>
            await table.SubmitTransactionAsync(
                chunk.Select(n => new TableTransactionAction(TableTransactionActionType.UpsertReplace, RowOf(Copy(model, n)))), cancellationToken));
    }

    private static TableEntity RowOf(Case @case)
    {
        var row = CaseRow.Of(@case);
        return row.At(ListKeys.Everybody, ListKeys.Queue(row.Owner!) + ListKeys.DueFirst(@case, row.Due));
    }

    private static Case Copy(Case model, int number) => model with
    {
        Id = CaseId.For(AppHost.Marketplace, $"R-{number}"),
        ExternalId = $"R-{number}",
        Deadlines = [.. model.Deadlines.Select(deadline => deadline with { Due = deadline.Due + Duration.FromSeconds(number) })],
    };
}
