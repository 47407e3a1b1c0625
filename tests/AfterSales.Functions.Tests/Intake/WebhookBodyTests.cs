using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Intake;

public sealed class WebhookBodyTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly AppHost _app = shared.App;

    [Fact]
    public async Task A_body_that_is_not_JSON_is_a_bad_request() =>
        Assert.Equal("not-json", await _app.WebhookAsync(Encoding.UTF8.GetBytes("{\"type\": ")).ProblemAsync(HttpStatusCode.BadRequest));

    [Theory]
    [InlineData("{\"type\":\"case.requested\",\"data\":{\"externalId\":\"x\\ud800\"}}")]
    [InlineData("{\"type\":\"case.requested\",\"type\":\"case.updated\"}")]
    public async Task A_text_that_cannot_be_read_and_a_field_given_twice_are_bad_requests(string body) =>
        Assert.Equal("not-json", await _app.WebhookAsync(Encoding.UTF8.GetBytes(body)).ProblemAsync(HttpStatusCode.BadRequest));

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_a_bad_request() =>
        Assert.Equal("not-json", await _app.WebhookAsync([.. "{\"type\":\""u8, 0xff, 0xfe, .. "\"}"u8]).ProblemAsync(HttpStatusCode.BadRequest));

    [Theory]
    [InlineData("/data/order/soldAt", "9999-12-31T23:59:59+08:00", "out-of-range")]
    [InlineData("/data/order/soldAt", "0001-01-01T00:00:00+08:00", "out-of-range")]
    [InlineData("/timestamp", "9999-12-31T00:00:00+08:00", "out-of-range")]
    [InlineData("/timestamp", "2199-01-01T00:00:00+08:00", "out-of-range")]
    [InlineData("/data/order/soldAt", "2026-11-30T00:00:00+08:00", "out-of-range")]
    [InlineData("/data/customer/email", "a@b\r\nBcc: x@y", "out-of-range")]
    [InlineData("/data/customer/phone", "1\t2", "out-of-range")]
    [InlineData("/data/facts/sale_date", "9999-12-31", "mistyped-fact")]
    public async Task A_date_beyond_reckoning_is_a_fault_and_not_a_case(string pointer, string date, string code) =>
        Assert.Contains(
            (pointer, code),
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().With(pointer, date)).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_body_over_twenty_five_megabytes_is_too_large() =>
        Assert.Equal("body-too-large", await _app.WebhookAsync(new byte[25 * 1024 * 1024 + 1]).ProblemAsync(HttpStatusCode.RequestEntityTooLarge));

    [Fact]
    public async Task Every_fault_of_a_body_is_listed_with_its_place()
    {
        var body = WebhookBodies.ShoeClaim()
            .Without("/data/externalId")
            .Without("/data/customer/id")
            .With("/timestamp", "2 November")
            .With("/data/order/paid", "-1.00")
            .With("/data/order/freight", "1.005")
            .With("/data/order/soldAt", "2026-13-01T00:00:00+08:00")
            .With("/data/claim/kind", "revenge")
            .With("/data/facts/has_card", "yes")
            .With("/data/facts/colour", "red")
            .With("/data/facts/price", "-5.00");

        var faults = await _app.WebhookAsync(body).FaultsAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Equal(
            [
                ("/data/claim/kind", "unknown-value"),
                ("/data/customer/id", "missing"),
                ("/data/externalId", "missing"),
                ("/data/facts/colour", "unknown-fact"),
                ("/data/facts/has_card", "mistyped-fact"),
                ("/data/facts/price", "fact-out-of-range"),
                ("/data/order/freight", "bad-amount"),
                ("/data/order/paid", "negative-amount"),
                ("/data/order/soldAt", "bad-date"),
                ("/timestamp", "bad-date"),
            ],
            faults.OrderBy(f => f.Pointer, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Facts_that_are_too_large_together_are_refused()
    {
        var many = new JsonArray([.. Enumerable.Range(1, 2000).Select(_ => JsonValue.Create("leather"))]);

        Assert.Equal(
            [("/data/facts", "facts-too-large")],
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().With("/data/facts/goods_class", many)).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task An_unknown_type_is_refused() =>
        Assert.Contains(
            ("/type", "unknown-value"),
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().With("/type", "case.imagined")).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_body_that_is_no_object_is_refused() =>
        Assert.Equal([("", "mistyped")], await _app.WebhookAsync(Encoding.UTF8.GetBytes("[]")).FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task Facts_that_nobody_gave_are_no_fault_but_listed()
    {
        var body = WebhookBodies.ShoeClaim("R-missing").Without("/data/facts/has_voucher").Without("/data/facts/has_card");

        var answer = await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);

        var missing = answer["missing"]!.AsArray().Select(m => m!.GetValue<string>());
        Assert.Contains("has_voucher", missing);
    }

    [Fact]
    public async Task The_same_id_and_body_gets_the_stored_answer_and_says_so()
    {
        var body = Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim("R-again").ToJsonString());
        var first = await _app.WebhookAsync(body, "msg_again").JsonAsync(HttpStatusCode.Accepted);

        using var second = await _app.WebhookAsync(body, "msg_again");

        Assert.Equal(HttpStatusCode.Accepted, second.StatusCode);
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(first.ToJsonString(), (await second.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_message_that_changed_nothing_gets_its_stored_answer_too()
    {
        var body = Encoding.UTF8.GetBytes(WebhookBodies.ShoeClaim("R-nothing-new").ToJsonString());
        await _app.WebhookAsync(body, "msg_new").JsonAsync(HttpStatusCode.Accepted);
        using var first = await _app.WebhookAsync(body, "msg_nothing_new");

        using var second = await _app.WebhookAsync(body, "msg_nothing_new");

        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((await first.JsonAsync()).ToJsonString(), (await second.JsonAsync()).ToJsonString());
    }

    [Fact]
    public async Task The_same_id_with_another_body_is_refused()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-one"), "msg_reused").JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(
            "webhook-id-reused",
            await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-two"), "msg_reused").ProblemAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_later_request_about_the_same_matter_finds_its_case()
    {
        var first = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-same")).JsonAsync(HttpStatusCode.Accepted);
        var second = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-same").With("/data/facts/defect", "heel_off"))
            .JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(first["caseId"]!.GetValue<string>(), second["caseId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("case.updated")]
    [InlineData("case.withdrawn")]
    [InlineData("return.shipped")]
    [InlineData("return.received")]
    [InlineData("item.refunded-elsewhere")]
    public async Task A_message_about_a_case_that_nobody_requested_is_not_found(string type) =>
        Assert.Equal("no-such-case", await _app.WebhookAsync(WebhookBodies.About(type, "R-nowhere")).ProblemAsync(HttpStatusCode.NotFound));

    [Theory]
    [InlineData("return.shipped", MarketplaceReport.ReturnShipped)]
    [InlineData("return.received", MarketplaceReport.ReturnReceived)]
    [InlineData("item.refunded-elsewhere", MarketplaceReport.RefundedElsewhere)]
    public async Task What_the_marketplace_reports_is_noted_on_the_case_once(string type, MarketplaceReport report)
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim($"R-{report}")).JsonAsync(HttpStatusCode.Accepted);

        await _app.WebhookAsync(WebhookBodies.About(type, $"R-{report}")).JsonAsync(HttpStatusCode.Accepted);
        await _app.WebhookAsync(WebhookBodies.About(type, $"R-{report}")).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(report, Assert.Single((await CaseAsync($"R-{report}")).Reports));
    }

    [Fact]
    public async Task Facts_added_later_are_taken_and_a_contradiction_is_shown_not_taken()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-update").Without("/data/facts/has_voucher")).JsonAsync(HttpStatusCode.Accepted);

        var answer = await _app.WebhookAsync(WebhookBodies.About("case.updated", "R-update", new JsonObject
        {
            ["facts"] = new JsonObject { ["has_voucher"] = true, ["has_card"] = false },
        })).JsonAsync(HttpStatusCode.Accepted);

        Assert.Empty(answer["missing"]!.AsArray());
        var @case = await CaseAsync("R-update");
        Assert.Equal(new Contradiction("fact:has_card", "true", "false"), Assert.Single(@case.Contradictions));
        Assert.Equal((true, true), (@case.Decision.Facts.Truth("has_card"), @case.Decision.Facts.Truth("has_voucher")));
    }

    [Fact]
    public async Task A_withdrawn_case_is_closed()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-withdrawn")).JsonAsync(HttpStatusCode.Accepted);

        var answer = await _app.WebhookAsync(WebhookBodies.About("case.withdrawn", "R-withdrawn")).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal("closed", answer["status"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_confirmation_needs_the_id_of_a_payout() =>
        Assert.Equal(
            [("/data/payoutId", "not-an-id")],
            await _app.WebhookAsync(WebhookBodies.About("refund.confirmed", data: new JsonObject { ["payoutId"] = "P1" }))
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_file_that_is_no_photo_is_refused_whatever_its_name() =>
        Assert.Equal(
            [("/data/evidence/0/data", "evidence-damaged")],
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().WithPhoto("sole.jpg", Encoding.ASCII.GetBytes("%PDF-1.7 not a photo")))
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_photo_over_ten_megabytes_is_refused()
    {
        byte[] large = [.. TestPhotos.Jpeg(), .. new byte[Photo.LargestFile]];

        Assert.Equal(
            [("/data/evidence/0/data", "evidence-too-large")],
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().WithPhoto("sole.jpg", large)).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_photo_over_fifty_megapixels_is_refused() =>
        Assert.Equal(
            [("/data/evidence/0/data", "evidence-too-many-pixels")],
            await _app.WebhookAsync(WebhookBodies.ShoeClaim().WithPhoto("huge.png", TestPhotos.Png(10_000, 5_001)))
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_message_with_forty_one_photos_is_refused()
    {
        var body = WebhookBodies.ShoeClaim();
        var photo = TestPhotos.Jpeg(8, 8);
        foreach (var number in Enumerable.Range(1, 41))
        {
            body.WithPhoto($"{number}.jpg", photo);
        }

        Assert.Equal([("/data/evidence", "evidence-too-many")], await _app.WebhookAsync(body).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task A_message_with_forty_photos_and_a_contradiction_in_every_fact_is_taken_at_once()
    {
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-much")).JsonAsync(HttpStatusCode.Accepted);
        var facts = WebhookBodies.ShoeClaim()["data"]!["facts"]!.DeepClone().AsObject();
        foreach (var (name, value) in facts.Where(fact => fact.Value!.GetValueKind() is JsonValueKind.True or JsonValueKind.False).ToList())
        {
            facts[name] = !value!.GetValue<bool>();
        }

        facts["defect"] = "heel_off";
        facts["prior_repairs_same_defect"] = 1;
        facts["goods_class"] = new JsonArray("sports");
        var body = WebhookBodies.About("case.updated", "R-much", new JsonObject { ["facts"] = facts });
        var photo = TestPhotos.Jpeg(8, 8);
        foreach (var number in Enumerable.Range(1, 40))
        {
            body.WithPhoto($"{number}.jpg", photo);
        }

        await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);

        var @case = await CaseAsync("R-much");
        Assert.Equal(40, @case.Evidence.Length);
        Assert.True(@case.Contradictions.Length >= 10, $"{@case.Contradictions.Length} contradictions");
    }

    [Fact]
    public async Task Photos_beyond_forty_of_a_case_are_noted_and_not_taken()
    {
        var photo = TestPhotos.Jpeg(8, 8);
        var first = Enumerable.Range(1, 39).Aggregate(WebhookBodies.ShoeClaim("R-forty"), (body, i) => body.WithPhoto($"{i}.jpg", photo));
        await _app.WebhookAsync(first).JsonAsync(HttpStatusCode.Accepted);

        var more = WebhookBodies.About("case.updated", "R-forty").WithPhoto("40.jpg", photo).WithPhoto("41.jpg", photo);
        await _app.WebhookAsync(more).JsonAsync(HttpStatusCode.Accepted);

        var @case = await CaseAsync("R-forty");
        Assert.Equal(40, @case.Evidence.Length);
        Assert.Equal(("41.jpg", "evidence-too-many"), (@case.RejectedEvidence[0].Name, @case.RejectedEvidence[0].Code));
    }

    [Fact]
    public async Task A_request_that_names_another_customer_takes_no_evidence_and_no_details_away()
    {
        var (old, added) = (TestPhotos.Jpeg(20, 20), TestPhotos.Jpeg(30, 30));
        var first = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-whose").WithPhoto("a.jpg", old)).JsonAsync(HttpStatusCode.Accepted);
        var id = first["caseId"]!.GetValue<string>();
        var before = (await CaseAsync("R-whose")).CustomerId;

        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-whose", customer: "C-other")
            .With("/data/customer/name", "Su Shi").WithPhoto("a.jpg", old).WithPhoto("b.jpg", added)).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(old, await PhotoAsync(id, "a.jpg"));
        Assert.Equal(added, await PhotoAsync(id, "b.jpg"));
        var @case = await CaseAsync("R-whose");
        Assert.Equal(before, @case.CustomerId);
        var noted = Assert.Single(@case.Contradictions);
        Assert.Equal(("customer", before), (noted.About, noted.Held));
        Assert.Equal("Li Qingzhao", await NameAsync(id));
    }

    [Fact]
    public async Task A_later_request_leaves_the_customers_details_as_they_were()
    {
        var first = await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-renamed")).JsonAsync(HttpStatusCode.Accepted);

        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-renamed").With("/data/customer/name", "Su Shi")).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal("Li Qingzhao", await NameAsync(first["caseId"]!.GetValue<string>()));
    }

    private async Task<string> NameAsync(string id) =>
        (await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Agent).JsonAsync(HttpStatusCode.OK))["customer"]!["name"]!.GetValue<string>();

    private async Task<byte[]> PhotoAsync(string id, string name)
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/{name}", Role.Agent);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    private async Task<Case> CaseAsync(string externalId) => (await _app.Services.GetRequiredService<CaseStore>()
        .LoadAsync(CaseId.For(AppHost.Marketplace, externalId), CancellationToken.None))!;

    [Fact]
    public async Task Files_with_bad_names_double_names_bad_base64_or_no_content_are_all_listed()
    {
        var photo = TestPhotos.Jpeg();
        var body = WebhookBodies.ShoeClaim()
            .WithPhoto("../up.jpg", photo)
            .WithPhoto("a.jpg", photo)
            .WithPhoto("a.jpg", photo)
            .WithFile(new JsonObject { ["name"] = "b.jpg", ["data"] = "§§§" })
            .WithFile(new JsonObject { ["name"] = "c.jpg" })
            .WithFile(new JsonObject { ["name"] = "d.jpg", ["url"] = "ftp://example.com/d.jpg" });

        Assert.Equal(
            [
                ("/data/evidence/0/name", "evidence-name-invalid"),
                ("/data/evidence/2/name", "evidence-name-taken"),
                ("/data/evidence/3/data", "evidence-not-base64"),
                ("/data/evidence/4/data", "missing"),
                ("/data/evidence/5/url", "evidence-url-not-allowed"),
            ],
            await _app.WebhookAsync(body).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }
}
