using System.Net;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Microsoft.Extensions.DependencyInjection;
using static AfterSales.Functions.Tests.Suppliers.SupplierCounter;

namespace AfterSales.Functions.Tests.Suppliers;

/// <summary>The deposit's money when several want it at once, when its supplier leaves, and when others bear part of a fault.</summary>
public sealed class DepositTests
{
    private const string Deposit = $"supplier:{Id}:deposit";
    private const string Claims = $"supplier:{Id}:claims";
    private const string Makers = $"maker:{Id}:claims";

    private static readonly object BannedGoods = new { kind = "banned-goods", finding = "counterfeit_on_counter", units = 1, @base = "500.00" };

    private static readonly object Cloth = new { lastSaleDate = "2026-08-20", classesSold = new[] { "cloth" } };

    [Theory]
    [InlineData("5000.00", "10000.00", "0.00")]
    [InlineData(null, "9000.00", "-1000.00")]
    public async Task Of_top_ups_at_once_one_is_made(string? payables, string deposit, string claims)
    {
        await using var counter = await OpenAsync(terms: new { depositRequired = "10000.00" }, deposit: "9000.00");
        if (payables is not null) await counter.BookAsync("payables", payables);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => counter.SendAsync("/top-ups", Role.Finance, subject: $"finance-{n}")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        foreach (var answer in answers.Where(answer => answer.StatusCode != HttpStatusCode.Created))
            Assert.Equal("nothing-lacking", await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal((deposit, claims), (await counter.BalanceAsync(Deposit), await counter.BalanceAsync(Claims)));
    }

    [Fact]
    public async Task Of_signatures_at_once_one_pays_the_deposit_out()
    {
        await using var counter = await OpenAsync();
        var signatures = await AskAsync(counter);
        await counter.DoAsync(signatures, Role.FloorManager, subject: "head");

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => counter.SendAsync(signatures, Role.Inspection, subject: $"inspector-{n}").JsonAsync(HttpStatusCode.OK)));

        Assert.Equal("10000.00", Word(Assert.Single(await counter.EntriesAsync("release")), "amount"));
        Assert.Equal("0.00", await counter.BalanceAsync(Deposit));
    }

    [Fact]
    public async Task A_deposit_that_was_short_before_is_filled_after_a_deduction_too()
    {
        await using var counter = await OpenAsync(terms: new { depositRequired = "10000.00" }, deposit: "9900.00");
        await counter.PayOutAsync("300.00");
        Assert.Equal("2026-11-09", WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));

        await counter.App.AdvanceToAsync("2026-11-10T10:00:00+08:00");

        Assert.Equal("-400.00", await counter.BalanceAsync(Claims));
        Assert.Null(WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));
    }

    [Fact]
    public async Task Who_was_given_its_deposit_back_is_not_asked_to_fill_it()
    {
        await using var counter = await OpenAsync();
        await counter.DoAsync("/penalties", Role.Inspection, BannedGoods, "inspector", HttpStatusCode.Created);
        await counter.App.AdvanceToAsync("2026-11-10T10:00:00+08:00");
        Assert.NotNull(WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));
        var signatures = await AskAsync(counter);
        await counter.DoAsync(signatures, Role.FloorManager, subject: "head");
        Assert.Equal("9000.00", Word(await counter.DoAsync(signatures, Role.Inspection, subject: "inspector"), "amount"));

        await counter.BookAsync("payables", "5000.00");
        Assert.Equal("contract-ended", await counter.SendAsync("/top-ups", Role.Finance).ProblemAsync(HttpStatusCode.Conflict));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(10));

        Assert.Equal(("0.00", "0.00"), (await counter.BalanceAsync(Deposit), await counter.BalanceAsync(Claims)));
        Assert.Null(WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));
    }

    [Fact]
    public async Task Who_was_expelled_is_not_asked_to_fill_its_deposit()
    {
        await using var counter = await OpenAsync("2026-11-25T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        await counter.App.AdvanceToAsync("2026-12-09T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);
        var expulsion = Assert.Single(await counter.PenaltiesAsync("expulsion"));
        await counter.DoAsync($"/penalties/{Word(expulsion, "id")}/confirmation", Role.Manager, new { decision = "confirm", reason = "x" }, "manager");
        await counter.App.AdvanceToAsync("2026-12-11T10:00:00+08:00");
        await counter.PayOutAsync("350.00", "other");
        await counter.BookAsync("payables", "5000.00");

        await counter.App.AdvanceToAsync("2026-12-29T10:00:00+08:00");

        Assert.Equal("5000.00", await counter.BalanceAsync($"supplier:{Id}:payables"));
        Assert.Equal("0.00", await counter.BalanceAsync(Claims));
        Assert.Equal("contract-ended", await counter.SendAsync("/top-ups", Role.Finance).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_release_waits_for_penalties_and_for_what_is_held_and_shows_the_facts_of_its_day()
    {
        await using var counter = await OpenAsync();
        var penalty = await counter.DoAsync("/penalties", Role.Inspection, BannedGoods, "inspector", HttpStatusCode.Created);
        var signatures = await AskAsync(counter);
        await counter.DoAsync(signatures, Role.FloorManager, subject: "head");
        Assert.Equal("open_penalty", Word(await counter.DoAsync(signatures, Role.Inspection, subject: "inspector"), "blockedBy"));
        await counter.DoAsync($"/penalties/{Word(penalty, "id")}/appeals", Role.Supplier, new { reason = "no" });
        await counter.DoAsync($"/penalties/{Word(penalty, "id")}/appeals/1", Role.Manager, new { decision = "overturn", reason = "x" }, "manager");

        await counter.App.AdvanceAsync(TimeSpan.FromDays(1));

        var released = Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray())!;
        Assert.Equal((true, "10000.00"), (released["released"]!.GetValue<bool>(), Word(released, "amount")));
        await counter.ClaimAsync("70.00");
        Assert.Equal(
            released.ToJsonString(), Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray())!.ToJsonString());
        Assert.Equal("10000.00", Word(released["why"]!["conclusions"]!, "amount"));
    }

    [Fact]
    public async Task A_release_names_the_last_sale_and_classes_that_there_are()
    {
        await using var counter = await OpenAsync();
        await counter.ComplainAsync("quality", soldOn: "2026-10-01");

        Assert.Equal(
            [("/lastSaleDate", "later-sale"), ("/classesSold/1", "unknown-class"), ("/classesSold/2", "unknown-class")],
            await counter.SendAsync("/releases", Role.FloorManager, new { lastSaleDate = "2026-09-30", classesSold = new[] { "cloth", "jaket", "x" } })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(
            [("/lastSaleDate", "invalid-date")],
            await counter.SendAsync("/releases", Role.FloorManager, new { lastSaleDate = "2026-11-03", classesSold = new[] { "cloth" } })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task One_release_is_open_at_a_time_and_two_people_sign_it()
    {
        await using var counter = await OpenAsync();
        await AskAsync(counter, new { lastSaleDate = "2026-08-01", classesSold = new[] { "suit" } });
        var signatures = await AskAsync(counter, new { lastSaleDate = "2026-10-31", classesSold = new[] { "cloth" } });
        Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray());

        await counter.DoAsync(signatures, Role.FloorManager, subject: "one");
        Assert.Equal("same-person", await counter.SendAsync(signatures, Role.Inspection, subject: "one").ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal("release-open", await counter.SendAsync("/releases", Role.FloorManager, Cloth).ProblemAsync(HttpStatusCode.Conflict));
        Assert.False(Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray())!["inspectionSigned"]!.GetValue<bool>());
    }

    [Fact]
    public async Task What_the_carrier_bears_is_not_recovered_from_the_maker_too_whichever_comes_first()
    {
        await using var counter = await OpenAsync();
        var before = await counter.ComplainAsync("quality", "300.00");
        await counter.DoAsync($"/faults/{before}", Role.Manager, new { supplier = 50, carrier = 50 }, method: HttpMethod.Put);
        await counter.ActAsync(before, Role.Supplier, new { action = "accept" });
        await counter.ConfirmAsync(before);
        Assert.Equal(("-150.00", "-150.00"), (await counter.BalanceAsync("fault:carrier:claims"), await counter.BalanceAsync(Makers)));

        var after = await counter.PayOutAsync("300.00");
        await counter.DoAsync($"/faults/{after}", Role.Manager, new { carrier = 100 }, method: HttpMethod.Put);
        Assert.Equal(("-450.00", "-150.00"), (await counter.BalanceAsync("fault:carrier:claims"), await counter.BalanceAsync(Makers)));

        await counter.DoAsync($"/faults/{after}", Role.Manager, new { supplier = 100 }, method: HttpMethod.Put);
        Assert.Equal(("-150.00", "-450.00"), (await counter.BalanceAsync("fault:carrier:claims"), await counter.BalanceAsync(Makers)));
        Assert.Equal("9550.00", await counter.BalanceAsync(Deposit));
    }

    [Fact]
    public async Task A_share_that_is_taken_back_is_filled_within_a_term()
    {
        await using var counter = await OpenAsync();
        var caseId = await counter.PayOutAsync("300.00");
        await counter.DoAsync($"/faults/{caseId}", Role.Manager, new { carrier = 100 }, method: HttpMethod.Put);
        await counter.App.AdvanceToAsync("2026-11-12T10:00:00+08:00");
        Assert.Null(WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));

        await counter.DoAsync($"/faults/{caseId}", Role.Manager, new { supplier = 100 }, method: HttpMethod.Put);

        Assert.Equal("2026-11-19", WordOrNone(await counter.GetAsync("/deposit"), "topUpDue"));
    }

    [Fact]
    public async Task Shares_put_at_once_come_to_one_truth_and_a_case_as_it_was_before_changes_nothing()
    {
        await using var counter = await OpenAsync();
        var id = await counter.ComplainAsync("quality", "300.00");
        var stale = (await counter.App.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(id), default))!;
        await counter.ActAsync(id, Role.Supplier, new { action = "accept" });
        await counter.ConfirmAsync(id);

        await Task.WhenAll(Enumerable.Range(1, 8).Select(n => counter
            .SendAsync($"/faults/{id}", Role.Manager, new { supplier = 100 - 10 * n, carrier = 10 * n }, $"manager-{n}", HttpMethod.Put)
            .JsonAsync(HttpStatusCode.OK)));
        var noted = await NotedAsync();
        await AgreeAsync(noted);

        await counter.App.Services.GetRequiredService<FaultFunds>().BookAsync(SupplierId.Parse(Id), stale, noted, default);
        Assert.Equal(noted.Funding, (await NotedAsync()).Funding);
        await AgreeAsync(noted);

        async Task<ComplaintRecord> NotedAsync() => (await counter.App.Services.GetRequiredService<ConductStore>().FindAsync(
            SupplierId.Parse(Id), Complaint.Of(stale, FaultShares.SupplierAlone).Month, stale.Id, default))!;

        async Task AgreeAsync(ComplaintRecord of)
        {
            var carrier = of.Complaint.Shares.OthersOf(Money.Yuan("300.00"))[FaultParty.Carrier];
            Assert.Equal(of.Complaint.Shares, of.Funding!.Shares);
            Assert.Equal(
                ($"-{carrier}", $"{Money.Yuan("9700.00") + carrier}", $"{carrier - Money.Yuan("300.00")}"),
                (await counter.BalanceAsync("fault:carrier:claims"), await counter.BalanceAsync(Deposit), await counter.BalanceAsync(Makers)));
        }
    }

    [Fact]
    public async Task A_run_that_ended_before_it_booked_what_it_intended_is_made_good_by_the_next()
    {
        await using var counter = await OpenAsync();
        var (conduct, supplier) = (counter.App.Services.GetRequiredService<ConductStore>(), SupplierId.Parse(Id));
        var id = await counter.PayOutAsync("300.00");
        var @case = (await counter.App.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(id), default))!;
        var half = FaultShares.Of(new Dictionary<FaultParty, int> { [FaultParty.Supplier] = 50, [FaultParty.Carrier] = 50 })!;
        await conduct.ChangeAsync(
            supplier, Complaint.Of(@case, half).Month, @case.Id,
            now => (now! with { Complaint = now.Complaint with { Shares = half } }).Intending(@case, Money.Yuan("300.00")),
            default);

        await counter.DoAsync($"/faults/{id}", Role.Manager, new { supplier = 90, carrier = 10 }, method: HttpMethod.Put);

        Assert.Equal("-30.00", await counter.BalanceAsync("fault:carrier:claims"));
        Assert.Equal("-270.00", await counter.BalanceAsync(Makers));
    }

    [Fact]
    public async Task A_case_is_compensated_once_and_with_one_amount()
    {
        await using var counter = await OpenAsync();
        var id = await counter.ComplainAsync("quality");
        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => counter.SendAsync("/compensations", Role.Inspection, Injury($"{n}00.00"), $"i{n}")));
        var made = Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.Created);
        var amount = Word(await Task.FromResult(made).JsonAsync(HttpStatusCode.Created), "amount");

        Assert.Equal(amount, await counter.BalanceAsync("customer:compensation"));
        await counter.DoAsync("/compensations", Role.Inspection, Injury(amount), status: HttpStatusCode.Created);
        Assert.Equal(
            "already-compensated", await counter.SendAsync("/compensations", Role.Inspection, Injury("999.00")).ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal(amount, await counter.BalanceAsync("customer:compensation"));

        object Injury(string cost) => new { kind = "injury", @case = id, cost, causedByQuality = true, responsibleParty = "maker M" };
    }

    private static async Task<string> AskAsync(SupplierCounter counter, object? request = null) =>
        $"/releases/{Word(await counter.DoAsync("/releases", Role.FloorManager, request ?? Cloth, status: HttpStatusCode.Created), "id")}/signatures";
}
