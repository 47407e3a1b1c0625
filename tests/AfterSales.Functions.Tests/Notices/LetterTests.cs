using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Tests.Outbound;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Notices;

public sealed partial class LetterTests : IAsyncLifetime
{
    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_customer_whose_claim_is_granted_is_told_what_by_which_clause_and_what_to_do_until_when()
    {
        var caseId = await AcceptedAsync();

        var letter = await TextAsync(caseId, "granted");

        Assert.Contains("您的售后申请 R-1001 已获支持", letter, StringComparison.Ordinal);
        Assert.Contains("金额为 280.50 CNY", letter, StringComparison.Ordinal);
        Assert.Contains("“A断底”（MALL-3.1.1-A）", letter, StringComparison.Ordinal);
        Assert.Contains("请在2026年11月9日 23:59之前告诉我们", letter, StringComparison.Ordinal);
        Assert.Contains("Please tell us by 23:59 on 9 November 2026", letter, StringComparison.Ordinal);
        Assert.Contains("The decision counts as accepted", letter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_customer_whose_claim_is_refused_reads_the_clause_and_the_reason_of_the_person_who_decided()
    {
        var caseId = await _app.OpenAsync();
        await ActAsync(caseId, Role.Supplier, new { action = "refuse", statement = "Worn for a year" });
        await ActAsync(caseId, Role.FloorManager, new { action = "decide", outcome = "refuse", reason = "鞋底有人为剪切的痕迹" });

        var letter = await TextAsync(caseId, "refused");

        Assert.Contains("这次不能支持您的要求", letter, StringComparison.Ordinal);
        Assert.Contains("鞋底有人为剪切的痕迹", letter, StringComparison.Ordinal);
        Assert.Contains("you may object", letter, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_letter_of_a_case_from_opening_to_payment_says_a_machine_word()
    {
        var caseId = await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(49));
        var payout = _app.Marketplace.Received.Single(m => m.Type == "refund.instructed").Data["payoutId"]!.GetValue<string>();
        var confirmation = WebhookBodies.About("refund.confirmed", data: new JsonObject { ["payoutId"] = payout });
        await _app.Host.WebhookAsync(confirmation).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(8));

        var letters = await LettersAsync(caseId);

        Assert.Equal(["received", "granted", "paid", "reminder", "closed"], letters.Select(l => l["kind"]!.GetValue<string>()));
        foreach (var letter in letters)
        {
            var text = await _app.GetTextAsync(letter["href"]!.GetValue<string>(), "text/plain");
            Assert.DoesNotMatch(MachineWord(), Link().Replace(text, ""));
        }
    }

    [Fact]
    public async Task A_case_that_goes_outside_the_house_is_promised_no_decision_but_told_what_follows()
    {
        var claim = WebhookBodies.ShoeClaim().With("/data/facts/clearance_goods", true);
        var caseId = (await _app.Host.WebhookAsync(claim).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(49));
        var store = _app.Host.Services.GetRequiredService<CaseStore>();
        var contest = new ContestDecision(NodaTime.Instant.FromDateTimeOffset(_app.Host.Now), new Actor(Party.Customer), "sealed");
        await store.ExecuteAsync(CaseId.Parse(caseId), contest, null, default);
        await _app.Host.SettleAsync();

        var moved = await TextAsync(caseId, "moved");
        Assert.DoesNotContain("You will have a decision", moved, StringComparison.Ordinal);
        Assert.Contains("The file goes to legal counsel.", moved, StringComparison.Ordinal);

        var received = await TextAsync(caseId, "received");
        Assert.Contains("The seller deals with it first", received, StringComparison.Ordinal);
        Assert.Contains("You will have a decision by 09:00 on 4 November 2026", received, StringComparison.Ordinal);
        Assert.Contains("was registered at 09:00 on 2 November 2026", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_customer_reads_letters_by_the_signed_link_and_nobody_elses()
    {
        var caseId = await AcceptedAsync();
        var other = await _app.OpenAsync("R-2");
        var link = _app.Marketplace.Received.First(m => m.Type == "case.opened" && m.Data["caseId"]!.GetValue<string>() == caseId)
            .Data["customerLink"]!.GetValue<string>().Split('?')[1];

        using var list = await _app.Host.Http.GetAsync($"/api/v1/cases/{caseId}/letters?{link}");
        Assert.Equal(HttpStatusCode.OK, list.StatusCode);
        using var foreign = await _app.Host.Http.GetAsync($"/api/v1/cases/{other}/letters?{link}");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);

        // The link in a letter opens a page with all of them, and each of its own links opens a letter.
        var text = await TextAsync(caseId, "granted");
        var page = await BrowseAsync(Link().Match(text).Value);
        foreach (Match address in Address().Matches(page))
        {
            Assert.Contains("<article lang=\"zh-CN\">", await BrowseAsync(WebUtility.HtmlDecode(address.Groups["address"].Value)), StringComparison.Ordinal);
        }

        Assert.Equal(2, Address().Count(page));
    }

    [Theory]
    [InlineData(Role.Supplier)]
    [InlineData(Role.Marketplace)]
    [InlineData(Role.Finance)]
    [InlineData(Role.Auditor)]
    public async Task Who_does_not_deal_with_the_customer_does_not_read_the_letters(Role role)
    {
        var caseId = await _app.OpenAsync();

        var answer = _app.Host.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}/letters", role, supplier: "S-1", marketplace: AppHost.Marketplace);

        Assert.Equal("role-not-allowed", await answer.ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task Letters_are_sealed_and_gone_when_the_customer_is_erased()
    {
        var caseId = await AcceptedAsync();
        var tables = _app.Host.Services.GetRequiredService<Tables>();
        await foreach (var row in tables.Get("letters").QueryAsync<TableEntity>())
        {
            Assert.Equal(-1, row.GetBinary("Sealed").AsSpan().IndexOf("Qingzhao"u8));
        }

        var vault = _app.Host.Services.GetRequiredService<PersonVault>();
        await vault.EraseAsync(vault.PersonOf(AppHost.Marketplace, "C-7"));

        Assert.Empty(await LettersAsync(caseId));
    }

    [Fact]
    public async Task What_the_customer_wrote_cannot_become_part_of_the_page()
    {
        var claim = WebhookBodies.ShoeClaim().With("/data/customer/name", "<script>alert(1)</script>");
        await _app.Host.WebhookAsync(claim).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();
        var caseId = CaseId.For(AppHost.Marketplace, "R-1001").ToString();

        var page = await _app.GetTextAsync((await LettersAsync(caseId))[0]["href"]!.GetValue<string>(), "text/html");

        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    private async Task<string> AcceptedAsync()
    {
        var caseId = await _app.OpenAsync();
        await ActAsync(caseId, Role.Supplier, new { action = "accept" });
        return caseId;
    }

    private async Task ActAsync(string caseId, Role role, object action)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", role, action, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }

    private async Task<IReadOnlyList<JsonNode>> LettersAsync(string caseId) =>
        [.. (await _app.GetAsync($"/api/v1/cases/{caseId}/letters", Role.Agent))["items"]!.AsArray().Select(l => l!)];

    private async Task<string> TextAsync(string caseId, string kind) => await _app.GetTextAsync(
        Assert.Single(await LettersAsync(caseId), l => l["kind"]!.GetValue<string>() == kind)["href"]!.GetValue<string>(), "text/plain");

    private async Task<string> BrowseAsync(string address)
    {
        var path = address.StartsWith("http", StringComparison.Ordinal) ? new Uri(address).PathAndQuery : address;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "text/html,application/xhtml+xml");
        using var response = await _app.Host.Http.SendAsync(request);
        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    // snake_case, braces left unfilled, and the names of states and events.
    [GeneratedRegex(@"[a-z]+_[a-z]+|[{}]|\b[a-z]+\.[a-z]+\b|claim-|case-|deadline-missed|null", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MachineWord();

    [GeneratedRegex(@"http\S+", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Link();

    [GeneratedRegex("<a href=\"(?<address>[^\"]+)\"", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
