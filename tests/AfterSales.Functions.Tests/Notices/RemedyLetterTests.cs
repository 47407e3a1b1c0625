using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain.Tests.Cases.Shops;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Rulebooks;

namespace AfterSales.Functions.Tests.Notices;

/// <summary>Letters of a shop whose remedies take steps: what the customer is to do, until when, and what happens otherwise.</summary>
public sealed class RemedyLetterTests : IAsyncLifetime
{
    private const string Mall = "wechat-store";

    private AppHost _app = null!;

    public async Task InitializeAsync()
    {
        _app = await AppHost.StartAsync();
        await OwnMarketplace.AddAsync(_app, Mall, "1.0.0", Encoding.UTF8.GetString(Shop.Text));
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Who_is_to_send_goods_back_is_told_until_when_and_what_fewer_pieces_come_to()
    {
        var id = await AskAsync("return");
        await ActAsync(id, Role.Supplier, new { action = "accept" });
        var asked = await TextAsync(id, "ship-back");
        Assert.Contains("请在2026年11月9日 23:59之前寄回商品", asked, StringComparison.Ordinal);
        Assert.Contains("send the goods of order O-55 back by 23:59 on 9 November 2026", asked, StringComparison.Ordinal);
        Assert.Contains("If it is not done by then: The request is closed.", asked, StringComparison.Ordinal);

        await ActAsync(id, Role.Agent, new { action = "ship-back", carrier = "sf", tracking = "SF1" });
        await ActAsync(id, Role.Supplier, new { action = "receive", quantity = 2 });

        Assert.Contains("You therefore get 100.00 CNY less, which makes 200.00 CNY in all.", await TextAsync(id, "reduced"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_to_send_goods_back_is_reminded_of_that_and_of_no_decision()
    {
        var id = await AskAsync("return");
        await ActAsync(id, Role.Supplier, new { action = "accept" });
        await _app.AdvanceToAsync("2026-11-09T20:00:00+08:00");

        Assert.Contains("please send the goods back by 23:59 on 9 November 2026", await TextAsync(id, "reminder-to-do"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repair_that_has_a_price_is_not_said_to_be_free_and_the_price_is_to_be_answered()
    {
        var id = await AskAsync("repair", quality: null);
        await ActAsync(id, Role.Supplier, new { action = "accept", remedy = "repair" });
        var granted = await TextAsync(id, "granted");
        Assert.DoesNotContain("free of charge", granted, StringComparison.Ordinal);
        Assert.Contains("维修，先向您报价", granted, StringComparison.Ordinal);

        await ActAsync(id, Role.Supplier, new { action = "quote", amount = "80.00", note = "换鞋跟" });
        var quoted = await TextAsync(id, "accept-quote");
        Assert.Contains("costs 80.00 CNY", quoted, StringComparison.Ordinal);
        Assert.Contains("whether you agree", quoted, StringComparison.Ordinal);
        Assert.Contains("换鞋跟", quoted, StringComparison.Ordinal);

        await ActAsync(id, Role.Customer, new { action = "decline-quote" });
        Assert.Contains("handed back to you by 23:59 on 5 November 2026", await TextAsync(id, "not-repaired"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_price_that_was_taken_is_to_be_paid_and_is_not_called_an_exchange()
    {
        var id = await AskAsync("repair", quality: null);
        await ActAsync(id, Role.Supplier, new { action = "accept", remedy = "repair" });
        await ActAsync(id, Role.Supplier, new { action = "quote", amount = "80.00" });
        await ActAsync(id, Role.Customer, new { action = "accept-quote" });
        var due = await TextAsync(id, "pay-difference");
        Assert.Contains("The repair costs 80.00 CNY, as you agreed.", due, StringComparison.Ordinal);
        Assert.DoesNotContain("exchange", due, StringComparison.Ordinal);

        await _app.AdvanceAsync(TimeSpan.FromDays(9));

        Assert.Contains("The repair was not paid for.", await TextAsync(id, "not-repaired"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_asked_for_evidence_is_told_what_and_until_when()
    {
        var id = await AskAsync("return");
        await ActAsync(id, Role.Agent, new
        {
            action = "request-evidence",
            note = "鞋底的照片",
            from = new[] { new { party = "customer", due = "2026-11-03T12:00:00+08:00" } },
        });

        var asked = await TextAsync(id, "evidence");

        Assert.Contains("请在2026年11月3日 12:00之前提交照片", asked, StringComparison.Ordinal);
        Assert.Contains("鞋底的照片", asked, StringComparison.Ordinal);
        Assert.Contains("what comes later is taken and marked late", asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_voucher_that_was_issued_is_told()
    {
        var id = await AskAsync("return", quality: null);
        await ActAsync(id, Role.Supplier, new { action = "accept", remedy = "coupon", amount = "20.00" });
        await ActAsync(id, Role.Agent, new { action = "issue-coupon", amount = "20.00", note = "WELCOME-20" });

        var told = await TextAsync(id, "coupon");

        Assert.Contains("It is worth 20.00 CNY.", told, StringComparison.Ordinal);
        Assert.Contains("WELCOME-20", told, StringComparison.Ordinal);
    }

    private async Task<string> AskAsync(string kind, bool? quality = true)
    {
        var facts = quality is { } given ? new JsonObject { ["quality_problem"] = given } : [];
        var body = WebhookBodies.ShoeClaim().With("/data/claim/kind", kind).With("/data/facts", facts).With("/data/order/quantity", 3);
        var opened = await _app.WebhookAsync(body, marketplace: Mall).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    /// <summary>The customer comes by his signed link, everybody else with a token.</summary>
    private async Task ActAsync(string id, Role role, object action)
    {
        await (role == Role.Customer
            ? _app.ByLinkAsync(id, action)
            : _app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/actions", role, action, supplier: "S-1")).JsonAsync(HttpStatusCode.OK);
        await _app.SettleAsync();
    }

    private async Task<string> TextAsync(string id, string kind)
    {
        var letters = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/letters", Role.Agent).JsonAsync(HttpStatusCode.OK);
        var letter = Assert.Single(letters["items"]!.AsArray(), one => one!["kind"]!.GetValue<string>() == kind)!;
        using var request = new HttpRequestMessage(HttpMethod.Get, letter["href"]!.GetValue<string>());
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _app.Token(Role.Agent));
        request.Headers.Add("Accept", "text/plain");
        using var response = await _app.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
