using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Surveys;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Surveys;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Functions.Tests.Surveys;

public class SurveyTests
{
    [Fact]
    public async Task The_link_goes_out_at_ten_and_a_bad_score_opens_a_review()
    {
        await using AppHost app = await AppHost.StartAsync();
        (string caseId, Uri page) = await ClosedAsync(app);
        Assert.Equal("planned", (await SurveyAsync(app))["state"]!.GetValue<string>());

        await app.AdvanceToAsync("2026-11-03T10:00:00+08:00");
        JsonNode invited = await SurveyAsync(app);
        Assert.Equal("invited", invited["state"]!.GetValue<string>());
        Assert.Equal("2026-11-03T10:00:00+08:00", invited["invitedAt"]!.GetValue<string>());
        Assert.Equal("2026-11-05T23:59:59+08:00", invited["due"]!.GetValue<string>());

        using HttpResponseMessage shown = await app.Http.GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        Assert.Equal("text/html", shown.Content.Headers.ContentType!.MediaType);
        Assert.Contains("您对这次处理满意吗", await shown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("How satisfied", await app.Http.GetStringAsync(new Uri($"{page}?lang=en")), StringComparison.Ordinal);

        using HttpResponseMessage thanks = await AnswerAsync(app, page, "1", "鞋底又开了");
        Assert.Equal(HttpStatusCode.OK, thanks.StatusCode);
        Assert.Contains("重新查看", await thanks.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await app.SettleAsync();

        JsonNode answered = await SurveyAsync(app);
        Assert.Equal("answered", answered["state"]!.GetValue<string>());
        Assert.Equal(1, answered["score"]!.GetValue<int>());
        Assert.Equal("鞋底又开了", answered["comment"]!.GetValue<string>());
        Assert.Equal("open", answered["review"]!["state"]!.GetValue<string>());
        Assert.Equal(caseId, answered["caseId"]!.GetValue<string>());

        // The answer's event ended the wait, by way of the bus.
        OrchestrationMetadata? waited = await app.Runtime.Durable.Client.GetInstanceAsync(new SurveyKey(caseId, 1).InstanceId);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, waited!.RuntimeStatus);

        // A second answer changes nothing and is met with thanks.
        using HttpResponseMessage again = await AnswerAsync(app, page, "5", null);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(1, (await SurveyAsync(app))["score"]!.GetValue<int>());

        await app.AdvanceToAsync("2026-11-07T00:00:00+08:00");
        Assert.Equal("answered", (await SurveyAsync(app))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_answer_at_the_last_second_counts_and_after_it_the_page_is_gone()
    {
        await using AppHost app = await AppHost.StartAsync();
        (_, Uri page) = await ClosedAsync(app);
        await app.AdvanceToAsync("2026-11-05T23:59:59+08:00");
        using (HttpResponseMessage form = await app.Http.GetAsync(page)) Assert.Equal(HttpStatusCode.OK, form.StatusCode);

        await app.AdvanceToAsync("2026-11-06T00:00:00+08:00");
        using HttpResponseMessage late = await app.Http.GetAsync(page);
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        using HttpResponseMessage answer = await AnswerAsync(app, page, "5", null);
        Assert.Equal(HttpStatusCode.Gone, answer.StatusCode);
        Assert.Equal("expired", (await SurveyAsync(app))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_form_without_a_score_is_shown_again_and_a_forged_link_shows_nothing()
    {
        await using AppHost app = await AppHost.StartAsync();
        (_, Uri page) = await ClosedAsync(app);
        await app.AdvanceToAsync("2026-11-03T10:00:00+08:00");

        using HttpResponseMessage again = await AnswerAsync(app, page, null, "<script>alert(1)</script>");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        string html = await again.Content.ReadAsStringAsync();
        Assert.Contains("role=\"alert\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);

        using HttpResponseMessage forged = await app.Http.GetAsync(new Uri($"{page}x"));
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
        Assert.Equal("invited", (await SurveyAsync(app))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_survey_survives_a_restart_of_the_app()
    {
        await using AppHost app = await AppHost.StartAsync();
        await ClosedAsync(app);
        await app.RestartAsync();
        await app.AdvanceToAsync("2026-11-06T00:00:00+08:00");
        Assert.Equal("expired", (await SurveyAsync(app))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_invitation_whose_commit_stood_while_its_answer_was_lost_is_sent_all_the_same()
    {
        var faults = new StorageFaults();
        var options = new AppHostOptions { Configure = builder => builder.Services.AddSingleton(faults) };
        await using AppHost app = await AppHost.StartAsync(options);
        await ClosedAsync(app);
        int lost = 0;
        bool IsFirstCommit(HttpRequestMessage request) =>
            request.RequestUri!.AbsolutePath.EndsWith("$batch", StringComparison.Ordinal) && Interlocked.Exchange(ref lost, 1) == 0;
        faults.Decide = request => IsFirstCommit(request)
            ? new StorageFault.ConnectionLost(AfterEffect: true)
            : null;

        await app.AdvanceToAsync("2026-11-03T10:06:00+08:00");

        Assert.Equal(1, lost);
        Assert.Equal("invited", (await SurveyAsync(app))["state"]!.GetValue<string>());
        Assert.DoesNotContain(await RowKeysAsync(app), key => key.StartsWith("o_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_survey_that_is_told_to_expire_too_early_says_so_and_is_told_again()
    {
        await using AppHost app = await AppHost.StartAsync();
        (string caseId, _) = await ClosedAsync(app);
        await app.AdvanceToAsync("2026-11-05T23:59:59+08:00");
        SurveyOrchestration steps = ActivatorUtilities.CreateInstance<SurveyOrchestration>(app.Services);
        var expire = new SurveyStep(caseId, 1, app.Now.UtcDateTime);

        await Assert.ThrowsAsync<InvalidOperationException>(() => steps.ExpireSurvey(expire, default));

        await app.AdvanceToAsync("2026-11-06T00:00:00+08:00");
        await steps.ExpireSurvey(expire, default);
        Assert.Equal("expired", (await SurveyAsync(app))["state"]!.GetValue<string>());
    }

    /// <summary>A case accepted at the counter, paid and accepted by the customer on the first day; with the address of its survey.</summary>
    private static async Task<(string CaseId, Uri Page)> ClosedAsync(AppHost app)
    {
        JsonNode opened = await app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted);
        string caseId = opened["caseId"]!.GetValue<string>();
        await app.SettleAsync();
        await ActAsync(app, caseId, Role.Supplier, new { action = "accept" });
        JsonNode @case = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        var payout = new JsonObject { ["payoutId"] = @case["refund"]!["payouts"]![0]!["id"]!.GetValue<string>() };
        await app.WebhookAsync(WebhookBodies.About("refund.confirmed", data: payout)).JsonAsync(HttpStatusCode.Accepted);
        string link = app.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, caseId, app.Now.AddDays(90));
        using var accept = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions?link={link}")
        {
            Content = new StringContent("""{"action":"accept-decision"}""", System.Text.Encoding.UTF8, "application/json"),
        };
        using HttpResponseMessage accepted = await app.Http.SendAsync(accept);
        Assert.True(accepted.IsSuccessStatusCode, await accepted.Content.ReadAsStringAsync());
        await app.SettleAsync();

        var times = SurveyTimes.After(Instant.FromDateTimeOffset(app.Now), DateTimeZoneProviders.Tzdb["Asia/Shanghai"]);
        Uri page = app.Services.GetRequiredService<SurveyLinks>().Address(new SurveyKey(caseId, 1), times);
        return (caseId, new Uri(app.Http.BaseAddress!, page.PathAndQuery));
    }

    private static Task<JsonNode> ActAsync(AppHost app, string caseId, Role role, object action) =>
        app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", role, action, supplier: "S-1").JsonAsync(HttpStatusCode.OK);

    private static async Task<JsonNode> SurveyAsync(AppHost app) => Assert.Single(
        (await app.SendAsync(HttpMethod.Get, "/api/v1/surveys", Role.Agent).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray())!;

    private static async Task<IReadOnlyList<string>> RowKeysAsync(AppHost app)
    {
        var keys = new List<string>();
        TableClient table = app.Services.GetRequiredService<Tables>().Get(SurveyStore.Table);
        await foreach (TableEntity row in table.QueryAsync<TableEntity>()) keys.Add(row.RowKey);
        return keys;
    }

    private static Task<HttpResponseMessage> AnswerAsync(AppHost app, Uri page, string? score, string? comment)
    {
        var fields = new Dictionary<string, string>();
        if (score is not null) fields["score"] = score;
        if (comment is not null) fields["comment"] = comment;
        return app.Http.PostAsync(page, new FormUrlEncodedContent(fields));
    }
}
