using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>No party alone fills a case: it is told so, and deadlines elapse and money is paid all the same.</summary>
public sealed class FullCaseTests : IAsyncLifetime
{
    private static readonly string Long = new('字', 3900);

    private AppHost _app = null!;
    private string _id = null!;

    public async Task InitializeAsync()
    {
        _app = await AppHost.StartAsync();
        _id = (await _app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();
        await _app.SettleAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_customer_who_withdraws_and_reopens_again_and_again()
    {
        for (var n = 0; n < CaseRoom.MostReopenings; n++)
        {
            await ByLinkAsync(new { action = "withdraw" }).JsonAsync(HttpStatusCode.OK);
            await ByLinkAsync(new { action = "reopen", reason = Long }).JsonAsync(HttpStatusCode.OK);
        }

        await IsDecidedAndPaidAsync();
        await ByLinkAsync(new { action = "accept-decision" }).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("case-full", await ByLinkAsync(new { action = "reopen", reason = Long }).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_supplier_who_offers_and_a_customer_who_declines_again_and_again()
    {
        var offered = 0;
        Task<HttpResponseMessage> OfferAsync() => SupplierAsync(new { action = "offer", remedy = "refund", amount = "100.00", note = Long });
        for (; offered < CaseRoom.MostOffers; offered++)
        {
            using var offer = await OfferAsync();
            if (offer.StatusCode != HttpStatusCode.OK) break;
            using var declined = await ByLinkAsync(new { action = "decline-offer", reason = Long });
            if (declined.StatusCode != HttpStatusCode.OK) break;
        }

        Assert.InRange(offered, 10, CaseRoom.MostOffers);
        Assert.Equal("case-full", await SupplierAsync(new { action = "offer", remedy = "coupon", amount = "20.00", note = Long }).ProblemAsync(HttpStatusCode.Conflict));
        await IsDecidedAndPaidAsync();
    }

    [Fact]
    public async Task A_marketplace_that_contradicts_itself_again_and_again()
    {
        for (var n = 0; n < CaseRoom.MostContradictions / 2; n++) await ContradictAsync(n).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal("case-full", await ContradictAsync(CaseRoom.MostContradictions).ProblemAsync(HttpStatusCode.Conflict));
        await IsDecidedAndPaidAsync();
    }

    [Fact]
    public async Task A_case_as_large_as_parties_may_make_it_is_still_decided_by_staff_and_by_its_clocks()
    {
        Assert.InRange(await FillAsync(20_000), 5, 20);
        Assert.InRange(await FillAsync(1000), 0, 30);
        Assert.Equal("case-full", await SupplierAsync(new { action = "refuse", statement = Long }).ProblemAsync(HttpStatusCode.Conflict));
        await ActAsync(Role.Agent, new { action = "request-evidence", from = new[] { new { party = "customer", due = "2026-11-02T10:00:00+08:00" } } })
            .JsonAsync(HttpStatusCode.OK);
        await IsDecidedAndPaidAsync();
    }

    /// <summary>How many contradictions of so many characters the case takes until it is full.</summary>
    private async Task<int> FillAsync(int characters)
    {
        var (store, by) = (_app.Services.GetRequiredService<CaseStore>(), new Actor(Party.Marketplace, AppHost.Marketplace));
        for (var n = 0; n < CaseRoom.MostContradictions; n++)
        {
            var said = new Contradiction($"fact:{n}", "held", new string('x', characters));
            var decision = await store.ExecuteAsync(
                CaseId.Parse(_id), current => [new UpdateCase(Now, by, [], [said], current!.Decision)], null, default);
            if (decision is not Decision.Refused refused) continue;
            Assert.Equal("case-full", refused.Refusal.Code);
            return n;
        }

        throw new InvalidOperationException("It took all of them.");
    }

    private NodaTime.Instant Now => _app.Now.ToInstant();

    /// <summary>Nobody does anything for two days, so the rulebook decides; the marketplace pays.</summary>
    private async Task IsDecidedAndPaidAsync()
    {
        await _app.SettleAsync();
        await _app.AdvanceAsync(TimeSpan.FromHours(49));
        var decided = await CaseAsync();
        Assert.Equal(("awaiting-payout", "true"), (Text(decided["status"]), decided["ruling"]!["bySilence"]!.ToString()));
        var payout = new JsonObject { ["payoutId"] = Text(decided["refund"]!["payouts"]![0]!["id"]) };
        await _app.WebhookAsync(WebhookBodies.About("refund.confirmed", data: payout)).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("280.50", Text((await CaseAsync())["refund"]!["paid"]));
    }

    private Task<HttpResponseMessage> ContradictAsync(int n)
    {
        var facts = new JsonObject { ["price"] = $"{400 + n}.00", ["prior_repairs_same_defect"] = 1 + n };
        return _app.WebhookAsync(WebhookBodies.About("case.updated", data: new JsonObject { ["facts"] = facts }));
    }

    private Task<HttpResponseMessage> SupplierAsync(object action) => ActAsync(Role.Supplier, action);

    private Task<HttpResponseMessage> ActAsync(Role role, object action) =>
        _app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{_id}/actions", role, action, supplier: role == Role.Supplier ? "S-1" : null);

    private Task<HttpResponseMessage> ByLinkAsync(object action) => _app.ByLinkAsync(_id, action);

    private Task<JsonNode> CaseAsync() => _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{_id}", Role.Agent).JsonAsync(HttpStatusCode.OK);

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}
