using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Functions.Tests.Intake.Platforms;

public sealed class MappedPayloadTests(PlatformShops shops) : IClassFixture<PlatformShops>
{
    private static int _last;

    private readonly int _number = 100 + Interlocked.Increment(ref _last);

    private Task<Case> TheCase => shops.CaseAsync(PlatformShops.Mapped, PlatformShops.TicketNo(_number));

    [Fact]
    public async Task A_ticket_opens_a_case_as_the_mapping_file_says()
    {
        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/1-ticket-opened.json", _number);

        var @case = await TheCase;
        Assert.Equal((new Claim(ClaimKind.Return, "quality"), Money.Yuan("300.00")), (@case.Claim, @case.Order.Paid));
        Assert.Equal(Instant.FromUnixTimeSeconds(1792454400), @case.Order.SoldAt);
        Assert.Equal((true, "broken_upper"), (@case.Decision.Facts.Truth("has_card"), @case.Decision.Facts.Text("defect")));
    }

    [Fact]
    public async Task A_newer_revision_replaces_what_the_older_one_said_and_the_rulebook_decides_anew()
    {
        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/1-ticket-opened.json", _number);

        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/2-ticket-changed.json", _number);

        var @case = await TheCase;
        Assert.Equal((ClaimKind.Exchange, "broken_sole"), (@case.Claim.Kind, @case.Decision.Facts.Text("defect")));
        Assert.Equal("exchange", @case.Decision.Facts.Text("wants"));
        Assert.Empty(@case.Contradictions);
    }

    [Fact]
    public async Task The_same_event_under_another_webhook_id_has_one_effect()
    {
        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/1-ticket-opened.json", _number);
        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/3-parcel-sent-back.json", _number);
        var before = await TheCase;

        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/1-ticket-opened.json", _number);
        await shops.AcceptedAsync(PlatformShops.Mapped, "demo-shop/3-parcel-sent-back.json", _number);

        Assert.Equal(before.Sequence, (await TheCase).Sequence);
    }

    [Fact]
    public async Task Every_fault_is_listed_at_its_place_in_the_payload()
    {
        var body = PlatformShops.SampleJson("demo-shop/1-ticket-opened.json", _number)
            .With("/ticket/kind", "WISH")
            .With("/ticket/opened_at", "yesterday")
            .With("/ticket/revision", "two")
            .With("/order/paid_cents", 300.5)
            .With("/order/paid_at", "soon")
            .With("/goods/materials", 7)
            .Without("/buyer/uid");

        Assert.Equal(
            [
                ("/buyer/uid", "missing"),
                ("/order/paid_at", "bad-date"),
                ("/order/paid_cents", "bad-amount"),
                ("/ticket/kind", "unknown-value"),
                ("/ticket/revision", "mistyped"),
            ],
            (await SentAsync(body).FaultsAsync(HttpStatusCode.UnprocessableEntity)).OrderBy(fault => fault.Pointer, StringComparer.Ordinal));
        Assert.Equal(
            [("/goods/materials", "mistyped-fact"), ("/ticket/opened_at", "bad-date")],
            (await SentAsync(PlatformShops.SampleJson("demo-shop/1-ticket-opened.json", _number)
                .With("/ticket/opened_at", "yesterday").With("/goods/materials", 7)).FaultsAsync(HttpStatusCode.UnprocessableEntity))
            .OrderBy(fault => fault.Pointer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_event_that_the_file_ignores_is_accepted_and_one_that_it_does_not_know_is_refused()
    {
        var ignored = await SentAsync(new JsonObject { ["event"] = "ticket.viewed" }).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("ignored", ignored["status"]!.GetValue<string>());
        Assert.Equal(
            [("/event", "unknown-value")],
            await SentAsync(new JsonObject { ["event"] = "ticket.eaten" }).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal([("/event", "missing")], await SentAsync([]).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task Pictures_are_asked_for_at_the_addresses_of_the_payload_and_one_that_may_not_be_fetched_is_refused_there()
    {
        var body = PlatformShops.SampleJson("demo-shop/1-ticket-opened.json", _number);
        body["ticket"]!["pictures"] = new JsonArray(new JsonObject { ["name"] = "a.jpg", ["src"] = "ftp://example.com/a.jpg" });
        Assert.Equal(
            [("/ticket/pictures/0", "evidence-url-not-allowed")], await SentAsync(body).FaultsAsync(HttpStatusCode.UnprocessableEntity));

        body["ticket"]!["pictures"]![0]!["src"] = "https://pictures.example.com/a.jpg";
        await SentAsync(body).JsonAsync(HttpStatusCode.Accepted);

        Assert.Contains("evidence-fetch-requested", (await TheCase).Timeline.Select(entry => entry.Event));
    }

    private Task<HttpResponseMessage> SentAsync(JsonObject body) =>
        shops.App.WebhookAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), marketplace: PlatformShops.Mapped);
}
