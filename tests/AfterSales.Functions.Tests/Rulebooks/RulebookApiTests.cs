using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Rulebooks;

public class RulebookApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    [Fact]
    public async Task The_named_clauses_conclude_with_their_original_wording()
    {
        JsonNode answer = await Ask("""{"clauses":["MALL-C8.4-20"],"facts":{"unresolved_cases_same_person":2}}""").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("40.00", answer["conclusions"]!["fine_total"]!.GetValue<string>());
        Assert.Equal("并处以当事人20元罚款", answer["citations"]![0]!["text"]!.GetValue<string>());
        Assert.Equal("mall-sanbao", answer["rulebook"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Every_fault_of_a_question_is_named() => Assert.Equal(
        [("/clauses/0", "unknown-clause"), ("/facts/colour", "unknown-fact"), ("/facts/price", "mistyped-fact")],
        await Ask("""{"clauses":["MALL-9.9"],"facts":{"colour":"red","price":true}}""").FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_question_that_reaches_no_rule_says_what_was_missing() => Assert.Contains(
        ("/facts/category", "missing-fact"), await Ask("""{"clauses":["MALL-3.1"],"facts":{}}""").FaultsAsync(HttpStatusCode.UnprocessableEntity));

    [Fact]
    public async Task A_quote_decides_from_the_order_and_stores_nothing()
    {
        JsonNode quote = await shared.App.SendAsync(HttpMethod.Post, "/api/v1/quotes", Role.Supplier, """
            { "rulebook": "mall-sanbao", "order": { "paid": "300.00", "soldAt": "2026-10-20T00:00:00+08:00" }, "claim": { "kind": "return" },
              "facts": { "category": "shoe", "goods_class": ["leather"], "defect": "broken_sole", "has_card": true, "has_voucher": true,
                "both_acknowledge_sale": false, "clearance_goods": false, "man_made_damage": false, "self_disassembled": false,
                "goods_match_papers": true, "prior_repairs_same_defect": 0 } }
            """, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        // 13 days from 20 October to 2 November: 300.00 x 0.5% x 13 = 19.50.
        Assert.Equal("280.50", quote["money"]!["total"]!.GetValue<string>());
        JsonNode cases = await shared.App.SendAsync(HttpMethod.Get, "/api/v1/cases", Role.Agent).JsonAsync(HttpStatusCode.OK);
        Assert.Empty(cases["cases"]!.AsArray());
    }

    [Fact]
    public async Task A_repair_centre_has_three_days_for_twenty_one_machines()
    {
        JsonNode answer = await Ask(
            """{"clauses":["REP-8"],"facts":{"units":21,"batch_received":"2024-05-06T14:00:00"}}""", "repair-centre").JsonAsync(HttpStatusCode.OK);
        Assert.Equal(3, answer["conclusions"]!["days"]!.GetValue<int>());
        Assert.Equal("2024-05-09T23:59:59", answer["conclusions"]!["due"]!.GetValue<string>());
        Assert.StartsWith("八、", answer["citations"]![0]!["text"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Why_a_clause_did_not_apply_is_told_with_the_values_that_it_looked_at()
    {
        JsonNode answer = await Ask("""
            { "clauses": ["MALL-3.1"], "whyNot": ["MALL-3.4.3"], "facts": { "category": "shoe", "goods_class": ["leather"], "defect": "broken_sole",
                "price": "300.00", "sale_date": "2026-10-20", "claim_date": "2026-11-02", "has_card": true, "has_voucher": true,
                "both_acknowledge_sale": false, "clearance_goods": false, "man_made_damage": false, "self_disassembled": false,
                "goods_match_papers": true, "prior_repairs_same_defect": 0 } }
            """).JsonAsync(HttpStatusCode.OK);
        JsonNode whyNot = Assert.Single(answer["whyNot"]!.AsArray())!;
        Assert.Equal(("MALL-3.4.3", false), (whyNot["clause"]!.GetValue<string>(), whyNot["applied"]!.GetValue<bool>()));
        Assert.Contains("clearance_goods", whyNot["rules"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal([("/whyNot/0", "unknown-clause")], await Ask("""
            {"clauses":["MALL-C8.4-20"],"whyNot":["MALL-9.9"],"facts":{}}
            """).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task Where_no_rule_is_reached_the_problem_says_why_not()
    {
        using HttpResponseMessage answer = await Ask(
            """{"clauses":["REP-8"],"whyNot":["REP-8"],"facts":{"batch_received":"2024-05-06T14:00:00"}}""", "repair-centre");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonNode problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("no-rule-reached", problem["code"]!.GetValue<string>());
        Assert.Contains(problem["errors"]!.AsArray(), fault => fault!["pointer"]!.GetValue<string>() == "/facts/units");
        JsonNode whyNot = Assert.Single(problem["whyNot"]!.AsArray())!;
        Assert.Equal(("REP-8", false), (whyNot["clause"]!.GetValue<string>(), whyNot["applied"]!.GetValue<bool>()));
        Assert.Contains("units", whyNot["rules"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_that_is_not_there_answers_nothing() => Assert.Equal("no-such-version", await Ask(
        """{"clauses":["MALL-C8.4-20"],"version":"none","facts":{}}""").ProblemAsync(HttpStatusCode.NotFound));

    [Fact]
    public async Task What_a_clause_wants_recorded_is_done_or_missing_in_the_case()
    {
        await using AppHost app = await AppHost.StartAsync();
        JsonObject body = WebhookBodies.ShoeClaim("R-1");
        body["data"]!["facts"]!["card_number_recorded"] = true;
        string id = (await app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();

        JsonNode @case = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Agent).JsonAsync(HttpStatusCode.OK);

        var checklist = @case["checklist"]!.AsArray().ToDictionary(item => item!["clause"]!.GetValue<string>(), item => item!["done"]!.GetValue<bool>());
        Assert.True(checklist["MALL-3.1.0"]);
        Assert.False(checklist["MALL-C8.1"]);
        Assert.All(@case["checklist"]!.AsArray(), item => Assert.NotEmpty(item!["zh"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_rulebook_is_there_to_read()
    {
        JsonNode list = await shared.App.SendAsync(HttpMethod.Get, "/api/v1/rulebooks", Role.Agent).JsonAsync(HttpStatusCode.OK);
        const string id = "mall-sanbao";
        Assert.Contains(list["items"]!.AsArray(), item => item!["id"]!.GetValue<string>() == id && item["title"]!["zh"]!.GetValue<string>().Length > 0);
        Assert.Equal(ShippedRulebooks.Ids.Count, list["items"]!.AsArray().Count);
        JsonNode rulebook = await shared.App.SendAsync(HttpMethod.Get, $"/api/v1/rulebooks/{id}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        Assert.Equal(79, rulebook["clauses"]!.AsArray().Count);
        Assert.Equal("no-such-rulebook", await shared.App.SendAsync(HttpMethod.Get, "/api/v1/rulebooks/none", Role.Agent).ProblemAsync(HttpStatusCode.NotFound));
    }

    private Task<HttpResponseMessage> Ask(string question, string rulebook = "mall-sanbao") =>
        shared.App.SendAsync(HttpMethod.Post, $"/api/v1/rulebooks/{rulebook}/evaluate", Role.PolicyOwner, question);
}
