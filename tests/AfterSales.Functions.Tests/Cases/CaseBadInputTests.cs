using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>What is refused, each with its code.</summary>
public sealed class CaseBadInputTests(SharedApp shared) : IClassFixture<SharedApp>, IAsyncLifetime
{
    private static int _requests;

    private readonly AppHost _app = shared.App;
    private string _id = null!;

    public async Task InitializeAsync() => _id = await OpenAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData(Role.FloorManager, "decide")]
    [InlineData(Role.Inspection, "decide")]
    [InlineData(Role.Manager, "decide")]
    [InlineData(Role.Supplier, "decide")]
    [InlineData(Role.Agent, "accept")]
    [InlineData(Role.FloorManager, "pass-on")]
    [InlineData(Role.Agent, "record-outcome")]
    [InlineData(Role.Manager, "settle")]
    [InlineData(Role.Supplier, "record-exception")]
    [InlineData(Role.Agent, "accept-decision")]
    public async Task An_action_by_the_wrong_party_is_not_its_step(Role role, string action)
    {
        var body = action switch
        {
            "decide" => new JsonObject { ["action"] = action, ["outcome"] = "uphold", ["reason"] = "x" },
            "record-outcome" => new JsonObject { ["action"] = action, ["outcome"] = "for-customer", ["note"] = "x" },
            "record-exception" => new JsonObject { ["action"] = action, ["clock"] = "4h", ["reason"] = "x" },
            _ => new JsonObject { ["action"] = action },
        };

        Assert.Equal("not-your-step", await ActAsync(role, body).ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task An_action_after_its_deadline_is_refused_whether_the_timer_was_served_or_not()
    {
        await _app.AdvanceAsync(TimeSpan.FromMinutes(11));

        Assert.Equal("deadline-passed", await ActAsync(Role.Supplier, new { action = "accept" }).ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal("deadline-passed",
            await ActAsync(Role.Supplier, new { action = "refuse", statement = "no" }).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_token_of_another_supplier_neither_sees_the_case_nor_acts_on_it()
    {
        Assert.Equal("not-your-case",
            await ActAsync(Role.Supplier, new { action = "accept" }, supplier: "S-2").ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("not-your-case", await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{_id}", Role.Supplier, supplier: "S-2")
            .ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_customers_link_opens_its_own_case_only()
    {
        var other = await OpenAsync();
        var links = (SignedLinks)_app.Services.GetService(typeof(SignedLinks))!;
        var link = links.CaseLink(_id, _app.Now.AddDays(7)).Query;

        using var own = await _app.Http.GetAsync(new Uri($"/api/v1/cases/{_id}{link}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        Assert.Equal("not-your-case", await _app.Http.PostAsJsonAsync($"/api/v1/cases/{other}/actions{link}", new { action = "withdraw" })
            .ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Every_fault_of_an_action_is_in_one_answer()
    {
        Assert.Equal(
            [("/surprise", "unknown-field"), ("/reason", "missing-field"), ("/outcome", "invalid-choice"), ("/amount", "invalid-amount")],
            (await ActAsync(Role.FloorManager, new { action = "decide", outcome = "maybe", amount = "-1", surprise = true })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)).OrderByDescending(fault => fault.Pointer));
        Assert.Equal([("/action", "invalid-choice")],
            await ActAsync(Role.Agent, new { action = "dance" }).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal([("", "not-json")], await ActAsync(Role.Agent, "{").FaultsAsync(HttpStatusCode.BadRequest));
    }

    [Fact]
    public async Task A_case_that_is_not_there_is_not_found()
    {
        Assert.Equal("no-such-case",
            await _app.SendAsync(HttpMethod.Get, "/api/v1/cases/case_nonsense", Role.Agent).ProblemAsync(HttpStatusCode.NotFound));
        var unknown = $"case_{new string('a', 26)}";
        Assert.Equal("no-such-case", await _app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{unknown}/actions", Role.Manager,
            new { action = "decide", outcome = "uphold", reason = "x" }).ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer_and_another_body_is_refused()
    {
        var first = await ActAsync(Role.Supplier, new { action = "accept" }, key: "k-1").JsonAsync(HttpStatusCode.OK);
        using var again = await ActAsync(Role.Supplier, new { action = "accept" }, key: "k-1");

        Assert.Equal("true", again.Headers.GetValues(Idempotency.ReplayedHeader).Single());
        Assert.Equal(first["version"]!.GetValue<long>(), (await again.JsonAsync())["version"]!.GetValue<long>());
        Assert.Equal("idempotency-key-reused",
            await ActAsync(Role.Supplier, new { action = "refuse", statement = "no" }, key: "k-1")
                .ProblemAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_case_is_tied_to_one_that_exists_and_merged_into_one_about_the_same_that_goes_on()
    {
        var nowhere = $"case_{new string('a', 26)}";
        foreach (var action in new[] { "merge", "link" })
        {
            Assert.Equal("no-other-case",
                await ActAsync(Role.Agent, new { action, @case = nowhere }).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        }

        var stranger = await OpenAsync("C-8", "O-56");
        Assert.Equal("not-a-duplicate",
            await ActAsync(Role.Agent, new { action = "merge", @case = stranger }).ProblemAsync(HttpStatusCode.UnprocessableEntity));

        var (first, second) = (_id, await OpenAsync());
        await ActAsync(Role.Agent, new { action = "merge", @case = second }).JsonAsync(HttpStatusCode.OK);
        _id = second;
        Assert.Equal("other-case-closed", await ActAsync(Role.Agent, new { action = "merge", @case = first }).ProblemAsync(HttpStatusCode.Conflict));

        // What went on in its place came to nothing.
        await Store.ExecuteAsync(CaseId.Parse(second), new WithdrawCase(_app.Now.ToInstant(), new Actor(Party.Customer)), null, default);
        _id = first;
        var reopened = await ActAsync(Role.Agent, new { action = "reopen", reason = "The other one was withdrawn." }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("open", reopened["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_was_withdrawn_is_not_withdrawn_again()
    {
        Task<HttpResponseMessage> WithdrawAsync() => _app.ByLinkAsync(_id, new { action = "withdraw" });

        await WithdrawAsync().JsonAsync(HttpStatusCode.OK);

        Assert.Equal("case-closed", await WithdrawAsync().ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Nobody_excuses_his_own_clock() => Assert.Equal(
        "own-clock",
        await ActAsync(Role.FloorManager, new { action = "record-exception", clock = "4h", reason = "x" }).ProblemAsync(HttpStatusCode.Forbidden));

    [Fact]
    public async Task A_text_has_no_control_characters() => Assert.Equal(
        [("/statement", "invalid-text")],
        await ActAsync(Role.Supplier, new { action = "refuse", statement = "no\u0000" }).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task Without_a_token_nobody_sees_a_case() =>
        Assert.Equal("token-missing",
            await _app.Http.GetAsync(new Uri($"/api/v1/cases/{_id}", UriKind.Relative)).ProblemAsync(HttpStatusCode.Unauthorized));

    private CaseStore Store => _app.Services.GetRequiredService<CaseStore>();

    private async Task<string> OpenAsync(string customer = "C-7", string order = "O-55")
    {
        var request = WebhookBodies.ShoeClaim($"R-{Interlocked.Increment(ref _requests)}", customer: customer).With("/data/order/id", order);
        var accepted = await _app.WebhookAsync(request).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return accepted["caseId"]!.GetValue<string>();
    }

    private Task<HttpResponseMessage> ActAsync(Role role, object body, string supplier = "S-1", string? key = null) => _app.SendAsync(
        HttpMethod.Post, $"/api/v1/cases/{_id}/actions", role, body, supplier: role == Role.Supplier ? supplier : null,
        idempotencyKey: key);
}
