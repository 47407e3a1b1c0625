using System.Net;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Storage;

/// <summary>How many calls to the storage a request makes until it is answered.</summary>
public sealed class RoundTripTests : IAsyncLifetime
{
    private AppHost _app = null!;

    private StorageCalls Calls => StorageCalls.Of(_app);

    public async Task InitializeAsync() => _app = await AppHost.StartAsync(new AppHostOptions { Configure = StorageCalls.Count });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Opening_a_case_takes_six_and_one_for_each_photo(int photos)
    {
        await WarmAsync();
        var body = WebhookBodies.ShoeClaim("R-1", customer: "C-new");
        for (var n = 1; n <= photos; n++) body.WithPhoto($"{n}.jpg", TestPhotos.Jpeg(20 + n, 20));

        await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);

        AtMost(6 + photos, Calls.OfLastRequest);
    }

    [Fact]
    public async Task Opening_a_case_takes_six_with_what_is_done_behind_the_answer_until_the_bus_has_it()
    {
        await WarmAsync();
        var before = await RowsWrittenAsync();

        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-1", customer: "C-new")).JsonAsync(HttpStatusCode.Accepted);

        // The writer's own note goes behind the answer; handlers of the bus have notes of theirs by then.
        var after = await RowsWrittenAsync();
        var note = Assert.Single(Calls.OfLastRequest, call => call.Contains("/pending(", StringComparison.Ordinal));
        var removal = Assert.Single(after.Skip(before.Count), call => call == note.Replace("PUT ", "DELETE ", StringComparison.Ordinal));
        AtMost(6, [.. Calls.OfLastRequest, removal]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("key-1")]
    public async Task Applying_an_action_takes_four(string? idempotencyKey)
    {
        var id = await WarmAsync();

        await ActAsync(id, new { action = "refuse", statement = "It was worn in the rain" }, idempotencyKey);

        AtMost(4, Calls.OfLastRequest);
    }

    [Fact]
    public async Task Applying_an_action_takes_four_in_a_process_that_has_not_seen_the_customer_yet()
    {
        var id = await WarmAsync();
        await _app.RestartAsync();
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-elsewhere", customer: "C-elsewhere")).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        await ReadAsync("R-elsewhere-unknown", HttpStatusCode.NotFound);

        await ActAsync(id, new { action = "refuse", statement = "It was worn in the rain" }, "key-2");

        AtMost(4, Calls.OfLastRequest);
    }

    [Fact]
    public async Task Reading_a_case_takes_two_also_when_the_customers_key_is_not_known_yet()
    {
        var id = await WarmAsync();
        await ReadAsync(id);
        AtMost(2, Calls.OfLastRequest);

        await _app.RestartAsync();
        await ReadAsync(id);

        AtMost(2, Calls.OfLastRequest);
    }

    [Fact]
    public async Task Listing_fifty_takes_one_from_whatever_list()
    {
        await FillAsync(300);
        string[] queries =
        [
            "?owner=supplier", "?owner=supplier&supplier=S-3", "?owner=supplier&status=open", "?owner=supplier&due=2026-12-01T00:00:00Z",
            "?due=2026-12-01T00:00:00Z", "?status=open", "?supplier=S-3", "?supplier=S-3&marketplace=demo-mall", "?marketplace=demo-mall", "",
        ];
        foreach (var query in queries)
        {
            var page = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases{query}", Role.Agent).JsonAsync(HttpStatusCode.OK);

            Assert.Equal(50, page["cases"]!.AsArray().Count);
            Assert.NotNull(page["cursor"]);
            AtMost(1, Calls.OfLastRequest);
        }
    }

    /// <summary>Puts copies of one case into the storage and has the lists made from them.</summary>
    private async Task FillAsync(int count)
    {
        await WarmAsync();
        var cases = _app.Services.GetRequiredService<Tables>().Cases;
        var model = (await _app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.For(AppHost.Marketplace, "R-warm"), default))!;
        await Parallel.ForEachAsync(Enumerable.Range(1, count), async (n, cancellationToken) =>
        {
            var copy = model with
            {
                Id = CaseId.For(AppHost.Marketplace, $"R-{n}"),
                ExternalId = $"R-{n}",
                SupplierId = $"S-{n % 5}",
                OpenedAt = model.OpenedAt + NodaTime.Duration.FromSeconds(n),
            };
            var head = new TableEntity(copy.Id.ToString(), "head") { ["Card"] = Array.Empty<byte>() };
            LongColumn.Write(head, "State", AppJson.ToBytes(copy));
            await cases.AddEntityAsync(head, cancellationToken);
        });
        await _app.SendAsync(HttpMethod.Post, "/api/v1/index/rebuilds", Role.Manager).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
    }

    private async Task<IReadOnlyList<string>> RowsWrittenAsync()
    {
        await _app.Services.GetRequiredService<OutboxNotes>().RemovedAsync();
        return Calls.All;
    }

    /// <summary>A case by somebody else, so that what a process reads once has been read.</summary>
    private async Task<string> WarmAsync()
    {
        var answer = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-warm", customer: "C-warm")).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        await RowsWrittenAsync();
        return answer["caseId"]!.GetValue<string>();
    }

    private async Task ActAsync(string id, object action, string? idempotencyKey) => await _app.SendAsync(
        HttpMethod.Post, $"/api/v1/cases/{id}/actions", Role.Supplier, action, supplier: "S-1", idempotencyKey: idempotencyKey)
        .JsonAsync(HttpStatusCode.OK);

    private Task<System.Text.Json.Nodes.JsonNode> ReadAsync(string id, HttpStatusCode status = HttpStatusCode.OK) =>
        _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Agent).JsonAsync(status);

    private static void AtMost(int most, IReadOnlyList<string> calls) =>
        Assert.True(calls.Count <= most, $"{calls.Count} calls: {string.Join(", ", calls)}");
}
