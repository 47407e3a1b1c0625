using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using static AfterSales.Functions.Tests.Suppliers.SupplierCounter;

namespace AfterSales.Functions.Tests.Suppliers;

/// <summary>How complaints are counted, shown and acted upon, over HTTP on the virtual clock.</summary>
public sealed class ConductTests
{
    [Fact]
    public async Task Excluded_cases_are_shown_beside_counted_ones_and_what_rested_on_them_is_lifted_and_comes_back()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var cases = await counter.ComplainAsync("late repair", 3);
        await counter.ComplainAsync("rude staff");
        Assert.Equal("announced", Word(Assert.Single(await counter.PenaltiesAsync("warning")), "status"));

        await counter.WithdrawAsync(cases[0]);
        Assert.Equal("lifted", Word(Assert.Single(await counter.PenaltiesAsync("warning")), "status"));
        await counter.DoAsync($"/faults/{cases[1]}", Role.Inspection, new { carrier = 100 }, method: HttpMethod.Put);

        var conduct = await counter.GetAsync("/conduct");
        Assert.Equal(
            [(cases[0], "withdrawn"), (cases[1], "not-at-fault")],
            conduct["excluded"]!.AsArray().Select(one => (Word(one!, "case"), Word(one!, "why"))).OrderBy(one => one.Item1 == cases[0] ? 0 : 1));
        Assert.Equal(
            [("late repair", 1, 2), ("rude staff", 1, 0)],
            conduct["issues"]!.AsArray().Select(issue => (Word(issue!, "issue"), issue!["counted"]!.GetValue<int>(), issue["excluded"]!.GetValue<int>())));

        await counter.ComplainAsync("late repair", 2);
        Assert.Equal(["lifted", "announced"], (await counter.PenaltiesAsync("warning")).Select(warning => Word(warning, "status")));
    }

    [Fact]
    public async Task Events_that_come_again_and_in_any_order_change_nothing()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var cases = await counter.ComplainAsync("late repair", 4);
        var before = await counter.GetAsync("/conduct");
        var penalties = (await counter.GetAsync("/penalties")).ToJsonString();

        var conduct = counter.App.Services.GetRequiredService<SupplierConduct>();
        await Task.WhenAll(cases.Reverse().Concat(cases).Select(id => conduct.NoteAsync(CaseId.Parse(id), CancellationToken.None)));
        await counter.App.SettleAsync();

        Assert.Equal(before.ToJsonString(), (await counter.GetAsync("/conduct")).ToJsonString());
        Assert.Equal(penalties, (await counter.GetAsync("/penalties")).ToJsonString());
        Assert.Equal((1, 1), (await counter.StandingAsync("warning"), await counter.StandingAsync("ultimatum")));
    }

    [Fact]
    public async Task A_complaint_whose_issue_is_told_later_is_taken_from_the_issue_that_it_was_counted_under()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        foreach (var number in new[] { 1, 2, 3 })
        {
            await counter.App.WebhookAsync(WebhookBodies.ShoeClaim($"Q-{number}", Id).With("/data/order/id", $"O-{number}").With("/data/claim/kind", "exchange"))
                .JsonAsync(HttpStatusCode.Accepted);
            await counter.App.SettleAsync();
        }

        Assert.Equal(1, await counter.StandingAsync("warning"));

        await counter.App.WebhookAsync(WebhookBodies.About(
            "case.updated", "Q-1", new JsonObject { ["facts"] = new JsonObject { ["issue"] = "glue" } })).JsonAsync(HttpStatusCode.Accepted);
        await counter.App.SettleAsync();

        Assert.Equal(["glue", "quality"], (await counter.GetAsync("/conduct"))["issues"]!.AsArray().Select(issue => Word(issue!, "issue")));
        Assert.Equal("lifted", Word(Assert.Single(await counter.PenaltiesAsync("warning")), "status"));
    }

    [Fact]
    public async Task Complaints_of_another_month_or_issue_are_counted_apart()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-30T23:59:59+08:00");
        await counter.ComplainAsync("late repair", 2);
        await counter.ComplainAsync("rude staff", 2);
        await counter.App.AdvanceAsync(TimeSpan.FromSeconds(1));
        await counter.ComplainAsync("late repair", 2);

        Assert.Equal(0, await counter.StandingAsync("warning"));
        Assert.Equal(4, (await counter.GetAsync("/conduct?month=2026-11"))["counted"]!.AsArray().Count);
        Assert.Equal(2, (await counter.GetAsync("/conduct?month=2026-12"))["counted"]!.AsArray().Count);
    }

    [Fact]
    public async Task Who_bears_part_of_a_fault_funds_it_and_the_score_follows()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var caseId = await counter.PayOutAsync("300.00");
        Assert.Equal("9700.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(97, await ScoreAsync(counter));

        await counter.DoAsync($"/faults/{caseId}", Role.Manager, new { supplier = 33, carrier = 67 }, method: HttpMethod.Put);
        Assert.Equal("9901.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal("-201.00", await counter.BalanceAsync("fault:carrier:claims"));
        Assert.Equal(99, await ScoreAsync(counter));

        await counter.DoAsync($"/faults/{caseId}", Role.Manager, new { supplier = 100 }, method: HttpMethod.Put);
        Assert.Equal("9700.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(["posted", "reversal"], (await counter.EntriesAsync("fault-share")).Select(entry => Word(entry, "phase")));
        Assert.Equal("shares-not-whole", Assert.Single(
            await counter.SendAsync($"/faults/{caseId}", Role.Manager, new { supplier = 99 }, method: HttpMethod.Put)
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)).Code);
    }

    [Fact]
    public async Task The_forecast_tells_what_is_held_what_open_cases_may_cost_and_warns_when_little_is_left()
    {
        await using var counter = await SupplierCounter.OpenAsync(deposit: "1000.00");
        await counter.ListenAsync();
        var undecided = await counter.ComplainAsync("quality", "300.00");
        var granted = await counter.ComplainAsync("quality", "150.00");
        await counter.ActAsync(granted, Role.Supplier, new { action = "accept" });

        var deposit = await counter.GetAsync("/deposit", Role.Supplier);
        Assert.Equal(
            ("1000.00", "150.00", "300.00", "550.00", false),
            (Word(deposit, "balance"), Word(deposit, "held"), Word(deposit, "exposure"), Word(deposit, "afterOpenCases"), deposit["low"]!.GetValue<bool>()));

        await counter.ComplainAsync("quality", "60.00");
        deposit = await counter.GetAsync("/deposit", Role.Supplier);
        Assert.Equal(("490.00", true), (Word(deposit, "afterOpenCases"), deposit["low"]!.GetValue<bool>()));
        await counter.ComplainAsync("quality", "10.00");
        Assert.Equal(["deposit.low"], await counter.ToldAsync("deposit."));
        await counter.WithdrawAsync(undecided);
        Assert.Equal("780.00", Word(await counter.GetAsync("/deposit"), "afterOpenCases"));
    }

    [Fact]
    public async Task What_payables_do_not_cover_is_claimed_in_cash_once_and_paid_by_a_top_up_in_cash()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        await counter.BookAsync("payables", "100.00");
        await counter.PayOutAsync("350.00");

        var topUp = await counter.DoAsync("/top-ups", Role.Finance, status: HttpStatusCode.Created);
        Assert.Equal(
            [("top-up", "100.00"), ("cash-claim", "250.00")],
            topUp["entries"]!.AsArray().Select(entry => (Word(entry!, "kind"), Word(entry!, "amount"))));
        Assert.Equal("9750.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal("-250.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
        Assert.Equal("nothing-lacking", await counter.SendAsync("/top-ups", Role.Finance).ProblemAsync(HttpStatusCode.Conflict));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(9));
        Assert.Single(await counter.EntriesAsync("cash-claim"));

        await counter.App.SendAsync(HttpMethod.Post, $"{Root}/entries", Role.Finance, new { kind = "top-up", amount = "250.00", source = "cash" })
            .JsonAsync(HttpStatusCode.Created);
        Assert.Equal("10000.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal("0.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
    }

    [Fact]
    public async Task A_deposit_paid_in_meets_the_claim_first_and_its_correction_opens_the_claim_again()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        await counter.PayOutAsync("546.00");
        await counter.DoAsync("/top-ups", Role.Finance, status: HttpStatusCode.Created);
        Assert.Equal("-546.00", await counter.BalanceAsync($"supplier:{Id}:claims"));

        var paid = await counter.BookAsync("deposit", "546.00");

        Assert.Equal("546.00", Word(paid, "amount"));
        Assert.Equal("0.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
        Assert.Equal("10000.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        await counter.DoAsync("/entries", Role.Finance, new { kind = "correction", entry = Word(paid, "id"), note = "bounced" }, status: HttpStatusCode.Created);
        Assert.Equal("-546.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
        Assert.Equal("9454.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
    }

    [Fact]
    public async Task A_release_waits_for_its_day_its_signatures_and_its_cases_and_keeps_what_is_owed()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-28T10:00:00+08:00");
        var open = await counter.ComplainAsync("quality", soldOn: "2026-09-30");
        var asked = await counter.DoAsync(
            "/releases", Role.FloorManager, new { lastSaleDate = "2026-09-30", classesSold = new[] { "cloth", "sports" } }, status: HttpStatusCode.Created);
        Assert.Equal(("2026-11-30", "open_case"), (Word(asked, "lastGuaranteeDay"), Word(asked, "blockedBy")));
        var signatures = $"/releases/{Word(asked, "id")}/signatures";
        await counter.DoAsync(signatures, Role.FloorManager, subject: "head");
        await counter.WithdrawAsync(open);
        Assert.Equal("guarantee_period", Word(await counter.DoAsync(signatures, Role.Inspection, subject: "inspector"), "blockedBy"));
        await counter.App.AdvanceToAsync("2026-12-01T00:04:59+08:00");
        Assert.Empty(await counter.EntriesAsync("release"));

        await counter.App.AdvanceToAsync("2026-12-01T00:06:00+08:00");

        var released = Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray())!;
        Assert.True(released["released"]!.GetValue<bool>());
        Assert.Equal("10000.00", Word(released, "amount"));
        Assert.Equal("0.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(3));
        Assert.Single(await counter.EntriesAsync("release"));
    }

    [Fact]
    public async Task A_month_is_reviewed_once_and_its_review_stays_as_it_was_written()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-27T10:00:00+08:00");
        var cases = await counter.ComplainAsync("late repair", 3);
        await counter.App.AdvanceToAsync("2026-12-01T09:00:00+08:00");
        var review = await NovemberAsync();
        Assert.Equal(3, review["byIssue"]!["late repair"]!.GetValue<int>());
        Assert.Equal("warning", Word(Assert.Single(review["penalties"]!.AsArray())!, "kind"));
        // Three complaints, three late answers and a warning.
        Assert.Equal(80, review["scorecard"]!["score"]!.GetValue<int>());

        foreach (var id in cases) await counter.WithdrawAsync(id);
        await counter.App.AdvanceToAsync("2026-12-02T09:00:00+08:00");

        Assert.Equal(review.ToJsonString(), (await NovemberAsync()).ToJsonString());

        async Task<JsonNode> NovemberAsync() =>
            Assert.Single((await counter.GetAsync("/reviews"))["items"]!.AsArray(), one => Word(one!, "month") == "2026-11")!;
    }

    [Fact]
    public async Task A_month_of_thirteen_thousand_cases_is_reviewed()
    {
        const int Cases = 13_000;
        await using var counter = await SupplierCounter.OpenAsync("2026-11-30T10:00:00+08:00");
        var table = counter.App.Services.GetRequiredService<Tables>().Get(ConductStore.Table);
        foreach (var some in Enumerable.Range(0, Cases).Select(ComplaintRow).Chunk(100))
            await table.SubmitTransactionAsync(some.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));

        await counter.App.AdvanceToAsync("2026-12-01T09:00:00+08:00");

        var review = Assert.Single((await counter.GetAsync("/reviews"))["items"]!.AsArray())!;
        Assert.Equal(Cases, review["counted"]!.AsArray().Count);
        Assert.Equal(Cases, review["scorecard"]!["complaints"]!.AsArray().Count);
        Assert.Equal(Cases, review["byIssue"]!["late repair"]!.GetValue<int>());

        static TableEntity ComplaintRow(int number)
        {
            var complaint = new Complaint(
                CaseId.For("demo-mall", $"{number}"), "late repair", new NodaTime.LocalDate(2026, 11, 2), CaseOutcome.Upheld, Domain.Money.Zero,
                FaultShares.SupplierAlone, 1);
            var row = new TableEntity(Id, $"c_2026-11_{complaint.Case}") { ["Open"] = false };
            LongColumn.Write(row, "Value", AppJson.ToBytes(new ComplaintRecord(complaint)));
            return row;
        }
    }

    [Fact]
    public async Task A_year_with_an_open_case_is_judged_when_that_is_closed()
    {
        await using var counter = await SupplierCounter.OpenAsync(
            "2026-12-31T20:00:00+08:00", new { contractFrom = "2026-01-01", contractTo = "2026-12-31" });
        var open = await counter.ComplainAsync("quality");
        await counter.App.AdvanceToAsync("2027-01-04T10:00:00+08:00");
        Assert.Empty((await counter.GetAsync("/conduct"))["years"]!.AsArray());

        await counter.ConfirmAsync(open);
        await counter.App.AdvanceToAsync("2027-02-10T10:00:00+08:00");

        Assert.False(Assert.Single((await counter.GetAsync("/conduct"))["years"]!.AsArray())!["plaque"]!.GetValue<bool>());
    }

    [Fact]
    public async Task Who_has_left_before_the_year_was_over_has_no_year_without_complaints()
    {
        await using var counter = await SupplierCounter.OpenAsync(
            "2026-12-20T10:00:00+08:00", new { contractFrom = "2026-01-01", contractTo = "2026-12-31" });
        var asked = await counter.DoAsync(
            "/releases", Role.FloorManager, new { lastSaleDate = "2026-08-01", classesSold = new[] { "cloth" } }, status: HttpStatusCode.Created);
        var signatures = $"/releases/{Word(asked, "id")}/signatures";
        await counter.DoAsync(signatures, Role.FloorManager);
        await counter.DoAsync(signatures, Role.Inspection, subject: "inspector");

        await counter.App.AdvanceToAsync("2027-01-05T10:00:00+08:00");

        Assert.False(Assert.Single((await counter.GetAsync("/conduct"))["years"]!.AsArray())!["plaque"]!.GetValue<bool>());
        var contract = (await counter.GetAsync())["contract"]!;
        Assert.Equal(("2026-01-01", "2026-12-31", "release"), (Word(contract, "from"), Word(contract, "to"), Word(contract, "endedBy")));
    }

    [Theory]
    [InlineData("2026-13")]
    [InlineData("-9998-01")]
    public async Task A_month_that_is_none_is_named(string month)
    {
        await using var counter = await SupplierCounter.OpenAsync();

        Assert.Equal(
            ("?month", "invalid-month"),
            Assert.Single(await counter.App.SendAsync(HttpMethod.Get, $"{Root}/conduct?month={month}", Role.Finance).FaultsAsync(HttpStatusCode.BadRequest)));
    }

    private static async Task<int> ScoreAsync(SupplierCounter counter) =>
        (await counter.GetAsync("/conduct"))["scorecard"]!["score"]!.GetValue<int>();
}
