using System.Net;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Rulebooks;

/// <summary>The life of a version through the API: saved, refused, published by a second person, withdrawn.</summary>
public sealed class VersionApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly PolicyDesk _desk = new(shared.App, "corner-shop");

    [Fact]
    public async Task A_text_that_does_not_load_is_refused_with_the_place_of_every_fault_and_nothing_of_it_is_kept()
    {
        var broken = Policies.CornerShop("broken").Replace("price - fee", "prise - fee", StringComparison.Ordinal)
            .Replace("claim_date) <= 7", "claim_date) <= \"seven\"", StringComparison.Ordinal)
            .Replace("zone: Asia/Shanghai", "zone: Mars/Olympus", StringComparison.Ordinal);

        var faults = await _desk.PutAsync("broken", broken, "li").FaultsAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(3, faults.Count);
        Assert.Contains(faults, fault => fault.Pointer.StartsWith("5:", StringComparison.Ordinal));
        Assert.All(faults, fault => Assert.Matches("^[0-9]+:[0-9]+$", fault.Pointer));
        Assert.Equal("no-such-version", await _desk.GetAsync("/versions/broken").ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_text_under_another_name_than_its_own_is_refused() => Assert.Equal(
        ["wrong-version"],
        (await _desk.PutAsync("9", Policies.CornerShop("8"), "li").FaultsAsync(HttpStatusCode.UnprocessableEntity)).Select(fault => fault.Code));

    [Fact]
    public async Task A_draft_is_saved_checked_and_read_back_byte_for_byte()
    {
        var text = Policies.CornerShop("1.0");
        var saved = await _desk.PutAsync("1.0", text, "li").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(("checked", "li", 2), (PolicyDesk.Word(saved, "state"), PolicyDesk.Word(saved, "author"), saved["checks"]!["examplesPassed"]!.GetValue<int>()));
        Assert.False(saved["inForce"]!.GetValue<bool>());
        Assert.Equal(text, await _desk.TextAsync("1.0"));
        Assert.Equal(PolicyDesk.Word(saved, "digest"), PolicyDesk.Word(await _desk.PutAsync("1.0", text, "du").JsonAsync(HttpStatusCode.OK), "digest"));
    }

    [Fact]
    public async Task A_draft_whose_examples_fail_is_kept_as_a_draft_and_not_published()
    {
        var saved = await _desk.PutAsync("1.1", Policies.CornerShop("1.1", expected: "96.00"), "li").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("draft", PolicyDesk.Word(saved, "state"));
        Assert.Equal("EX-SHOP-1", saved["checks"]!["examplesFailed"]![0]!["id"]!.GetValue<string>());
        Assert.Equal("examples-fail", await _desk.PublishAsync("1.1", "du").ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Who_wrote_it_does_not_publish_it()
    {
        await _desk.PutAsync("1.2", Policies.CornerShop("1.2"), "li").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("second-person-needed", await _desk.PublishAsync("1.2", "li").ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("role-not-allowed", await shared.App.SendAsync(
            HttpMethod.Post, "/api/v1/rulebooks/corner-shop/versions/1.2/publish", Role.Manager, new { }).ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_version_decides_from_its_instant_until_it_is_withdrawn_and_never_changes()
    {
        await using var app = await AppHost.StartAsync();
        var desk = new PolicyDesk(app, "corner-shop");
        await desk.PutAsync("1", Policies.CornerShop("1"), "li").JsonAsync(HttpStatusCode.Created);
        await desk.PutAsync("2", Policies.CornerShop("2", "10.00", "90.00"), "li").JsonAsync(HttpStatusCode.Created);
        Assert.Equal("no-such-rulebook", await AskAsync(desk).ProblemAsync(HttpStatusCode.NotFound));

        await desk.PublishAsync("1", "du").JsonAsync(HttpStatusCode.OK);
        var second = await desk.PublishAsync("2", "du", "2026-12-01T00:00:00+08:00").JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("published", "2026-12-01T00:00:00+08:00"), (PolicyDesk.Word(second, "state"), PolicyDesk.Word(second, "from")));
        Assert.Equal("95.00", await RefundAsync(desk));

        await app.AdvanceToAsync("2026-11-30T23:59:59+08:00");
        Assert.Equal("95.00", await RefundAsync(desk));
        await app.AdvanceToAsync("2026-12-01T00:00:00+08:00");
        Assert.Equal("90.00", await RefundAsync(desk));

        Assert.Equal("version-final", await desk.PutAsync("2", Policies.CornerShop("2", "1.00", "99.00"), "li").ProblemAsync(HttpStatusCode.Conflict));
        await desk.WithdrawAsync("2", "a fee that nobody agreed to").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("95.00", await RefundAsync(desk));
        var versions = (await desk.GetAsync("").JsonAsync(HttpStatusCode.OK))["versions"]!.AsArray();
        Assert.Equal([("2", "withdrawn"), ("1", "published")], versions.Select(v => (PolicyDesk.Word(v!, "version"), PolicyDesk.Word(v!, "state"))));
    }

    [Fact]
    public async Task Of_two_people_at_once_one_wins_and_the_other_is_told()
    {
        await _desk.PutAsync("3", Policies.CornerShop("3"), "li").JsonAsync(HttpStatusCode.Created);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _desk.PublishAsync("3", $"publisher-{i}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.StatusCode != HttpStatusCode.OK), answer => Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode));
    }

    [Fact]
    public async Task A_draft_of_another_is_replaced_only_by_who_has_read_it()
    {
        using var first = await _desk.PutAsync("4", Policies.CornerShop("4"), "li");
        var tag = first.Headers.ETag!;

        Assert.Equal("draft-of-another", await _desk.PutAsync("4", Policies.CornerShop("4", "6.00", "94.00"), "du").ProblemAsync(HttpStatusCode.Conflict));
        using var replaced = await _desk.PutAsync("4", Policies.CornerShop("4", "6.00", "94.00"), "du", ifMatch: tag);
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        Assert.Equal("etag-differs", await _desk.PutAsync("4", Policies.CornerShop("4", "7.00", "93.00"), "li", ifMatch: tag)
            .ProblemAsync(HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_repeated_request_gets_the_same_answer()
    {
        var text = Policies.CornerShop("5");
        using var first = await _desk.PutAsync("5", text, "li", key: "put-5");
        using var again = await _desk.PutAsync("5", text, "li", key: "put-5");

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.StatusCode, again.StatusCode));
        Assert.True(again.Headers.Contains(Idempotency.ReplayedHeader));
        Assert.Equal("idempotency-key-reused", await _desk.PutAsync("5", text + "# more", "li", key: "put-5").ProblemAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task The_version_that_a_marketplace_needs_is_not_withdrawn() => Assert.Equal("last-version", await new PolicyDesk(shared.App, "mall-sanbao")
        .WithdrawAsync(ShippedRulebooks.Find("mall-sanbao")!.Version.Version, "no more").ProblemAsync(HttpStatusCode.Conflict));

    [Fact]
    public async Task What_is_no_text_or_too_large_is_refused_unread()
    {
        Assert.Equal("yaml-wanted", await _desk.PutAsync("6", "{}", "li", contentType: "application/json").ProblemAsync(HttpStatusCode.UnsupportedMediaType));
        Assert.Equal("body-too-large", await _desk.PutAsync("6", new string('#', 1024 * 1024 + 1), "li").ProblemAsync(HttpStatusCode.RequestEntityTooLarge));
    }

    private static Task<HttpResponseMessage> AskAsync(PolicyDesk desk) => desk.EvaluateAsync("""
        {"clauses":["SHOP-1"],"facts":{"price":"100.00","sale_date":"2026-11-01","claim_date":"2026-11-03"}}
        """);

    private static async Task<string> RefundAsync(PolicyDesk desk) =>
        PolicyDesk.Word((await AskAsync(desk).JsonAsync(HttpStatusCode.OK))["conclusions"]!, "refund");
}
