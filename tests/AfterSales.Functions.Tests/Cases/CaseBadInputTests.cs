using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

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
    public async Task Without_a_token_nobody_sees_a_case() =>
        Assert.Equal("token-missing",
            await _app.Http.GetAsync(new Uri($"/api/v1/cases/{_id}", UriKind.Relative)).ProblemAsync(HttpStatusCode.Unauthorized));

    private async Task<string> OpenAsync()
    {
        var request = WebhookBodies.ShoeClaim($"R-{Interlocked.Increment(ref _requests)}");
        var accepted = await _app.WebhookAsync(request).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return accepted["caseId"]!.GetValue<string>();
    }

    private Task<HttpResponseMessage> ActAsync(Role role, object body, string supplier = "S-1", string? key = null) => _app.SendAsync(
        HttpMethod.Post, $"/api/v1/cases/{_id}/actions", role, body, supplier: role == Role.Supplier ? supplier : null,
        idempotencyKey: key);
}
