using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Intake;

public sealed class WebhookUnderFaultsTests
{
    [Fact]
    public async Task A_write_whose_answer_was_lost_is_repeated_without_harm()
    {
        var lost = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var faults = new StorageFaults();
        await using var app = await AppHost.StartAsync(new AppHostOptions { Configure = builder => builder.Services.AddSingleton(faults) });
        faults.Decide = request => request.Method != HttpMethod.Get && lost.TryAdd(Written(request), true)
            ? new StorageFault.ConnectionLost(AfterEffect: true)
            : null;

        var answer = await app.WebhookAsync(WebhookBodies.ShoeClaim().WithPhoto("sole.jpg", TestPhotos.Jpeg())).JsonAsync(HttpStatusCode.Accepted);

        faults.Decide = null;
        Assert.Superset(new HashSet<string> { "keys", "webhooks", "pending", "$batch", "raw", "evidence" }, lost.Keys.ToHashSet());
        var @case = await app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(answer["caseId"]!.GetValue<string>()), CancellationToken.None);
        Assert.Equal(["case-opened", "evidence-added"], @case!.Timeline.Select(entry => entry.Event).Take(2));
        Assert.Single(@case.Evidence);
    }

    [Fact]
    public async Task A_request_that_died_between_its_commit_and_its_answer_is_completed_by_its_repetition()
    {
        await using var app = await AppHost.StartAsync();
        var body = Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim().WithPhoto("sole.jpg", TestPhotos.Jpeg()).ToJsonString());
        var first = await app.WebhookAsync(body, "msg_1").JsonAsync(HttpStatusCode.Accepted);
        await ForgetAnswerAsync(app);

        var second = await app.WebhookAsync(body, "msg_1").JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(first["caseId"]!.GetValue<string>(), second["caseId"]!.GetValue<string>());
        var @case = await app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.For(AppHost.Marketplace, "R-1001"), CancellationToken.None);
        Assert.Single(@case!.Evidence);
        Assert.Single(@case.Timeline, entry => entry.Event == "case-opened");
    }

    private static async Task ForgetAnswerAsync(AppHost app)
    {
        var table = app.Services.GetRequiredService<Tables>().Cases;
        await foreach (var row in table.QueryAsync<TableEntity>(row => row.RowKey.CompareTo("k_") > 0))
        {
            row.Remove("Status");
            await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
        }
    }

    // The table, the container, or $batch.
    private static string Written(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries)[1].Split('(')[0];
}
