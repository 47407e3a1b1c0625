using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>What is kept of decisions, and whether closed cases still come out as they were decided.</summary>
public sealed class ReplayTests
{
    [Fact]
    public async Task Closed_cases_come_out_as_decided_and_a_changed_fen_is_found()
    {
        await using var app = await AppHost.StartAsync();
        var @case = await OpenAsync(app, "R-1");
        var open = await OpenAsync(app, "R-2");
        await WithdrawAsync(app, "R-1");

        var replayed = Assert.Single(await ReplayAsync(app));
        Assert.Equal((@case, "280.50", 0), (replayed.Case.ToString(), $"{replayed.Payable}", replayed.Differences.Count));
        Assert.Empty(await ReplayAsync(app, open));

        var row = (await Decisions(app).GetEntityAsync<TableEntity>("mall-sanbao", @case)).Value;
        var outcome = AppJson.From<JsonNode>(row.GetBinary("Outcome"));
        outcome["payable"] = "280.49";
        outcome["components"]![0]!["amount"] = "300.01";
        row["Outcome"] = AppJson.ToBytes(outcome);
        await Decisions(app).UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);

        var failed = Assert.Single(await ReplayAsync(app, @case));
        Assert.Equal(2, failed.Differences.Count);
        Assert.Contains(failed.Differences, difference => difference.Contains("280.49 was decided, now 280.50", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_kept_of_a_decision_follows_the_case()
    {
        await using var app = await AppHost.StartAsync();
        var body = WebhookBodies.ShoeClaim("R-3");
        body["data"]!["facts"]!.AsObject().Remove("defect");
        var @case = (await app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();
        await app.SettleAsync();
        Assert.Equal("0.00", await PayableAsync(app, @case));

        await app.WebhookAsync(new JsonObject
        {
            ["type"] = "case.updated",
            ["timestamp"] = "2026-11-02T09:00:00+08:00",
            ["data"] = new JsonObject { ["externalId"] = "R-3", ["facts"] = new JsonObject { ["defect"] = "broken_sole" } },
        }).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();

        Assert.Equal("280.50", await PayableAsync(app, @case));
    }

    [Fact]
    public async Task Past_decisions_say_nothing_about_the_customer()
    {
        await using var app = await AppHost.StartAsync();
        await OpenAsync(app, "R-1");
        await app.SettleAsync();

        await foreach (var row in Decisions(app).QueryAsync<TableEntity>())
        {
            var text = string.Concat(row.Select(column => column.Value is byte[] bytes ? Encoding.UTF8.GetString(bytes) : $"{column.Value}"));
            Assert.DoesNotContain("Li Qingzhao", text, StringComparison.Ordinal);
            Assert.DoesNotContain("person_", text, StringComparison.Ordinal);
            Assert.DoesNotContain("O-55", text, StringComparison.Ordinal);
        }
    }

    internal static async Task<string> OpenAsync(AppHost app, string externalId) =>
        (await app.WebhookAsync(WebhookBodies.ShoeClaim(externalId)).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();

    internal static async Task WithdrawAsync(AppHost app, string externalId)
    {
        await app.WebhookAsync(new JsonObject
        {
            ["type"] = "case.withdrawn",
            ["timestamp"] = "2026-11-02T09:00:00+08:00",
            ["data"] = new JsonObject { ["externalId"] = externalId },
        }).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();
    }

    internal static async Task<List<ReplayedCase>> ReplayAsync(AppHost app, params string[] cases)
    {
        var replayed = new List<ReplayedCase>();
        await foreach (var one in Replay.RunAsync(
            Decisions(app), app.Services.GetRequiredService<RulebookRegistry>(), [.. cases.Select(CaseId.Parse)], CancellationToken.None))
        {
            replayed.Add(one);
        }

        return replayed;
    }

    private static async Task<string> PayableAsync(AppHost app, string @case)
    {
        var row = (await Decisions(app).GetEntityAsync<TableEntity>("mall-sanbao", @case)).Value;
        return AppJson.From<JsonNode>(row.GetBinary("Outcome"))["payable"]!.GetValue<string>();
    }

    private static TableClient Decisions(AppHost app) => app.Services.GetRequiredService<Tables>().Get(PastDecisions.Table);
}
