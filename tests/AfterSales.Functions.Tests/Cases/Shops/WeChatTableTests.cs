using System.Net;
using System.Text.Json.Nodes;

namespace AfterSales.Functions.Tests.Cases.Shops;

/// <summary>
/// What WeChat Store publishes of its after-sale timeouts and outcomes (developers.weixin.qq.com, guides of after-sale, dispute and
/// guarantee), played over HTTP under wechat-store.yaml: a row of the table is a case. The request is made on day 0 at 09:00:00. How
/// long a party has for its evidence is not published: the platform names it with each request (<c>expired_time</c>).
/// </summary>
public sealed class WeChatTableTests(WeChatShop shop) : IClassFixture<WeChatShop>
{
    private static readonly Row[] Table =
    [
        new("the seller handles a refund in 48 h, else the refund proceeds", "refund",
            People: [],
            Waits: ["day 2 09:00:00 supplier seller"],
            Then: ["day 2 09:00:00 deadline-missed", "day 2 09:00:00 late-response-recorded", "day 2 09:00:00 claim-upheld", "day 2 09:00:00 refund-instructed"],
            Stands: "seller, 300.00 to be paid"),
        new("the seller handles a return in 48 h, else the platform intervenes", "return",
            People: [],
            Waits: ["day 2 09:00:00 supplier seller"],
            Then: ["day 2 09:00:00 deadline-missed", "day 2 09:00:00 late-response-recorded", "day 2 09:00:00 escalated"],
            Stands: "platform, nothing to be paid"),
        new("the buyer ships back in 7 d, else the request is closed", "return",
            People: ["day 1 10:00:00 supplier accept"],
            Waits: ["day 8 23:59:59 customer ship-back"],
            Then: ["day 8 23:59:59 deadline-missed", "day 8 23:59:59 remedy-lapsed", "day 8 23:59:59 grant-reduced", "day 8 23:59:59 case-closed"],
            Stands: "lapsed, nothing to be paid"),
        new("the seller confirms the receipt in 10 d, else it counts as received and is refunded", "return",
            People: ["day 1 10:00:00 supplier accept", "day 3 12:00:00 customer ship-back carrier=sf tracking=SF123456"],
            Waits: ["day 13 23:59:59 supplier receive"],
            Then: ["day 13 23:59:59 deadline-missed", "day 13 23:59:59 remedy-step-done", "day 13 23:59:59 refund-instructed"],
            Stands: "seller, 300.00 to be paid"),
        new("the seller confirms the receipt, and it is refunded", "return",
            People:
            [
                "day 1 10:00:00 supplier accept", "day 3 12:00:00 customer ship-back carrier=sf tracking=SF123456", "day 5 09:00:00 supplier receive",
            ],
            Waits: ["day 6 09:00:00 marketplace payout"],
            Then: [],
            Stands: "seller, 300.00 to be paid"),
        new("the buyer asks the platform in 7 d after a refusal, else it is closed", "refund",
            People: ["day 1 10:00:00 supplier refuse statement=worn"],
            Waits: ["day 8 23:59:59 customer customer"],
            Then: ["day 8 23:59:59 decision-accepted", "day 8 23:59:59 case-closed"],
            Stands: "refused, nothing to be paid"),
        new("a buyer who asks in time has the platform judge, which binds both: for him", "refund",
            People:
            [
                "day 1 10:00:00 supplier refuse statement=worn", "day 8 23:59:59 customer contest reason=never-worn",
                "day 9 10:00:00 inspection decide outcome=uphold reason=seen",
            ],
            Waits: ["day 10 10:00:00 marketplace payout"],
            Then: [],
            Stands: "platform, 300.00 to be paid"),
        new("a buyer who asks in time has the platform judge, which binds both: against him", "refund",
            People:
            [
                "day 1 10:00:00 supplier refuse statement=worn", "day 2 10:00:00 customer contest reason=never-worn",
                "day 3 10:00:00 inspection decide outcome=refuse reason=seen",
            ],
            Waits: [],
            Then: [],
            Stands: "refused, nothing to be paid"),
        new("104 the buyer's evidence is awaited; 105 it has come", "return",
            People: ["day 3 10:00:00 inspection request-evidence customer=day+2", "day 5 10:00:00 customer submit-evidence"],
            Waits: ["day 17 23:59:59 inspection platform"],
            Then: [],
            Stands: "platform, nothing to be paid"),
        new("104 the buyer's evidence is awaited; 305 its time is over", "return",
            People: ["day 3 10:00:00 inspection request-evidence customer=day+2"],
            Waits: ["day 5 10:00:00 customer evidence", "day 17 23:59:59 inspection platform"],
            Then: ["day 5 10:00:00 deadline-missed"],
            Stands: "platform, nothing to be paid"),
        new("106 the seller's evidence is awaited; 107 it has come", "return",
            People: ["day 3 10:00:00 inspection request-evidence supplier=day+3", "day 6 10:00:00 supplier submit-evidence"],
            Waits: ["day 17 23:59:59 inspection platform"],
            Then: [],
            Stands: "platform, nothing to be paid"),
        new("106 the seller's evidence is awaited; 307 its time is over", "return",
            People: ["day 3 10:00:00 inspection request-evidence supplier=day+3"],
            Waits: ["day 6 10:00:00 supplier evidence", "day 17 23:59:59 inspection platform"],
            Then: ["day 6 10:00:00 deadline-missed"],
            Stands: "platform, nothing to be paid"),
        new("108 evidence of both is awaited; 109 the time of both is over", "return",
            People: ["day 3 10:00:00 inspection request-evidence customer=day+2 supplier=day+2"],
            Waits: ["day 5 10:00:00 customer evidence", "day 5 10:00:00 supplier evidence", "day 17 23:59:59 inspection platform"],
            Then: ["day 5 10:00:00 deadline-missed", "day 5 10:00:00 deadline-missed"],
            Stands: "platform, nothing to be paid"),
        new("112 the platform judges after the evidence", "return",
            People: ["day 3 10:00:00 inspection request-evidence customer=day+2", "day 6 10:00:00 inspection decide outcome=uphold remedy=refund reason=seen"],
            Waits: ["day 7 10:00:00 marketplace payout"],
            Then: [],
            Stands: "platform, 300.00 to be paid"),
        new("a guarantee order for a counterfeit pays the appraisal's fee and 3 times the price", "refund",
            People: ["day 1 10:00:00 supplier accept"],
            Waits: ["day 2 10:00:00 marketplace payout"],
            Then: [],
            Stands: "seller, 980.00 to be paid",
            Facts: """{"counterfeit":true,"appraisal_fee":"80.00"}"""),
        new("a guarantee order for damage pays in proportion, freight included", "refund",
            People: ["day 1 10:00:00 supplier accept"],
            Waits: ["day 2 10:00:00 marketplace payout"],
            Then: [],
            Stands: "seller, 111.00 to be paid",
            Facts: """{"damage_percent":33,"freight":"12.00"}"""),
        new("STATUS_PAY_BLOCK: an amount that looks abnormal is not paid until somebody else has looked", "refund",
            People:
            [
                "day 1 10:00:00 supplier refuse statement=worn", "day 2 10:00:00 customer contest reason=never-worn",
                "day 3 10:00:00 inspection decide outcome=uphold remedy=refund amount=250.00 reason=goodwill",
            ],
            Waits: ["day 4 10:00:00 manager approval", "day 17 23:59:59 inspection platform"],
            Then: ["day 4 10:00:00 deadline-missed", "day 4 10:00:00 proposal-sent-back"],
            Stands: "platform, nothing to be paid",
            Facts: "{}"),
    ];

    public static TheoryData<string> Rows => [.. Table.Select(row => row.Published)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task WeChat_publishes_that(string published)
    {
        var row = Table.Single(one => one.Published == published);
        var @case = await shop.AskAsync(row.Asked, JsonNode.Parse(row.Facts)!.AsObject());
        foreach (var act in row.People) await @case.DoAsync(act);
        Assert.Equal(row.Waits, await @case.WaitsAsync());
        var before = (await @case.HistoryAsync()).Count();

        if (row.Then is [.., var last]) await @case.UntilAfterAsync(last[..last.LastIndexOf(' ')]);

        Assert.Equal(row.Then, (await @case.HistoryAsync()).Skip(before));
        Assert.Equal(row.Stands, await @case.StandsAsync());
    }

    [Fact]
    public async Task An_item_has_five_requests_and_no_sixth()
    {
        for (var n = 1; n <= 5; n++) await shop.AskAsync("refund", new JsonObject { ["quality_problem"] = true }, "O-asked-often");

        Assert.Equal(
            "requests-per-item-exhausted",
            await shop.SendRequestAsync("refund", new JsonObject { ["quality_problem"] = true }, "O-asked-often").ProblemAsync(HttpStatusCode.Conflict));
    }

    /// <summary>A row of the table.</summary>
    /// <param name="Published">The timeout and its outcome.</param>
    /// <param name="Asked">The kind of request.</param>
    /// <param name="People">What people do; see <see cref="WeChatCase.DoAsync"/>.</param>
    /// <param name="Waits">Whose clocks run then, the case shows.</param>
    /// <param name="Then">What happens by itself.</param>
    /// <param name="Stands">The outcome, or the step of an open case, and what the marketplace has been told to pay.</param>
    private sealed record Row(
        string Published, string Asked, string[] People, string[] Waits, string[] Then, string Stands, string Facts = """{"quality_problem":true}""");
}
