using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using CsCheck;

namespace AfterSales.Functions.Tests.Intake.Platforms;

/// <summary>Platforms deliver at least once and in no order. Whatever comes of that, the case is the same.</summary>
public sealed class AnyOrderTests(PlatformShops shops) : IClassFixture<PlatformShops>
{
    private static int _last = 1000;

    private static readonly Dictionary<string, string[]> Events = new()
    {
        ["taobao returned and paid"] =
        [
            "taobao/1-refund-created.json", "taobao/2-refund-modified.json", "taobao/3-buyer-returned-goods.json", "taobao/4-refund-success.json",
        ],
        ["taobao closed"] =
        [
            "taobao/1-refund-created.json", "taobao/2-refund-modified.json", "taobao/3-buyer-returned-goods.json", "taobao/5-refund-closed.json",
        ],
        ["shopify refunded"] =
        [
            "shopify/orders-create.json", "shopify/orders-updated.json", "shopify/returns-request.json", "shopify/refunds-create.json",
        ],
        ["shopify cancelled"] =
        [
            "shopify/orders-create.json", "shopify/orders-updated.json", "shopify/returns-request.json", "shopify/returns-cancel.json",
        ],
        ["demo-shop closed"] =
        [
            "demo-shop/1-ticket-opened.json", "demo-shop/2-ticket-changed.json", "demo-shop/3-parcel-sent-back.json",
            "demo-shop/4-parcel-arrived.json", "demo-shop/6-ticket-closed-by-buyer.json",
        ],
        ["demo-shop paid"] =
        [
            "demo-shop/1-ticket-opened.json", "demo-shop/2-ticket-changed.json", "demo-shop/3-parcel-sent-back.json",
            "demo-shop/4-parcel-arrived.json", "demo-shop/5-money-returned.json",
        ],
    };

    public static TheoryData<string> Stories => [.. Events.Keys];

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task Any_order_and_any_repetition_of_a_platforms_events_ends_in_the_same_case(string story)
    {
        var events = Events[story];
        var expected = await PlayedAsync(story, events);

        await AnyDelivery(events).SampleAsync(
            async delivered => Assert.Equal(expected, await PlayedAsync(story, delivered)), iter: 12, threads: 1);
    }

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task All_of_a_platforms_events_at_the_same_moment_end_in_the_same_case(string story)
    {
        var expected = await PlayedAsync(story, Events[story]);
        var number = Interlocked.Increment(ref _last);

        await Task.WhenAll(Events[story].Concat(Events[story]).Select(file => shops.AcceptedAsync(ShopOf(story), file, number)));

        Assert.Equal(expected, await EndAsync(story, number));
    }

    /// <summary>Every event at least once, some more often, in any order.</summary>
    private static Gen<string[]> AnyDelivery(string[] events) =>
        Gen.Int[0, events.Length - 1].Array[0, 4].SelectMany(
            repeated => Gen.Shuffle(events.Concat(repeated.Select(i => events[i])).ToArray()));

    private async Task<string> PlayedAsync(string story, IEnumerable<string> files)
    {
        var number = Interlocked.Increment(ref _last);
        foreach (var file in files)
        {
            await shops.AcceptedAsync(ShopOf(story), file, number);
        }

        return await EndAsync(story, number);
    }

    /// <summary>All that the case holds, but what tells when and in which order it came to know it, and the ids that differ by case; and
    /// the day of the claim, which is the wall clock's where Shopify gives none.</summary>
    private async Task<string> EndAsync(string story, int number)
    {
        var shop = ShopOf(story);
        var @case = await shops.CaseAsync(shop, shop switch
        {
            PlatformShops.Taobao => PlatformShops.RefundId(number),
            PlatformShops.Shopify => PlatformShops.ReturnId(number),
            _ => PlatformShops.TicketNo(number),
        });
        return AppJson.ToText(new
        {
            @case.Status,
            @case.Outcome,
            @case.Answer,
            @case.Level,
            @case.SupplierId,
            @case.CustomerId,
            @case.Claim,
            @case.Order.Line,
            @case.Order.Paid,
            @case.Order.SoldAt,
            Facts = @case.Decision.Facts.All.Where(fact => fact.Key != "claim_date").OrderBy(fact => fact.Key, StringComparer.Ordinal)
                .Select(fact => $"{fact.Key} = {fact.Value}"),
            Conclusions = JsonSerializer.SerializeToElement(@case.Decision.Conclusions, AppJson.Options),
            @case.Decision.Money,
            Missing = @case.Decision.Missing.Select(missing => missing.Name).Order(StringComparer.Ordinal),
            Reports = @case.Reports.Select(WireName.Of).Order(StringComparer.Ordinal),
            @case.Contradictions,
            PaidOut = @case.Paid,
        });
    }

    private static string ShopOf(string story) => story.Split(' ')[0] switch
    {
        "taobao" => PlatformShops.Taobao,
        "shopify" => PlatformShops.Shopify,
        _ => PlatformShops.Mapped,
    };
}
