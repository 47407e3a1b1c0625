using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Functions.Http;
using static AfterSales.Functions.Tests.Suppliers.SupplierCounter;

namespace AfterSales.Functions.Tests.Suppliers;

/// <summary>
/// The examples of the mall's rulebook about its suppliers, played through the service: cases, payments and findings go in, and what the
/// example expects comes out of the ledger, the penalties and the reviews.
/// </summary>
public sealed class SupplierExampleTests
{
    private const string Deposit = $"supplier:{Id}:deposit";

    private static readonly IReadOnlyDictionary<string, Example> Examples =
        Example.Of(ShippedRulebooks.Find("mall-sanbao")!.Source).ToDictionary(example => example.Id);

    private static readonly string[] ClausesOfSuppliers =
    [
        "MALL-QFR-", "MALL-LIM-6", "MALL-DEP-1", "MALL-LAD-3", "MALL-LAD-4", "MALL-LAD-6", "MALL-LAD-7", "MALL-LAD-8", "MALL-LAD-9", "MALL-C8.3",
        "MALL-C8.4-", "MALL-C8.5-", "MALL-C8.6-", "MALL-C8.7",
    ];

    [Fact]
    public void Every_example_about_suppliers_is_played()
    {
        var played = GetType().GetMethods()
            .SelectMany(method => method.GetCustomAttributes(typeof(InlineDataAttribute), false).Cast<InlineDataAttribute>())
            .Select(data => (string)data.GetData(null!).Single()[0]);
        var told = Examples.Values
            .Where(example => example.Rules.All(rule => ClausesOfSuppliers.Any(clause => rule.StartsWith(clause, StringComparison.Ordinal))
                || rule == "MALL-LIM-5"))
            .Select(example => example.Id);

        Assert.Equal(told.Order(StringComparer.Ordinal), played.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("EX-MALL-092")]
    public async Task A_quality_return_is_paid_first_and_recovered_from_the_maker(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync();

        var caseId = await counter.PayOutAsync(Word(given, "refund"));

        var charge = Assert.Single(await counter.EntriesAsync("charge"), entry => Word(entry, "phase") == "settled");
        var recovery = Assert.Single(await counter.EntriesAsync("recovery"));
        Assert.Equal(
            expect["entries"]!.AsArray().Select(entry => Word(entry!, "amount")), [Word(charge, "amount"), Word(recovery, "amount")]);
        Assert.Equal("customer:refunds", Word(charge["postings"]![0]!, "to"));
        Assert.Equal(($"maker:{Id}:claims", $"counter:{Id}:recoverable"), Posting(recovery));
        Assert.Equal(caseId, Word(recovery, "caseId"));
    }

    [Theory]
    [InlineData("EX-MALL-094")]
    [InlineData("EX-MALL-551")]
    [InlineData("EX-MALL-552")]
    public async Task Damage_is_paid_first_and_recovered_from_the_maker(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync();
        var paid = WordOrNone(given, "refund_paid");
        var caseId = paid is null ? await counter.ComplainAsync("quality") : await counter.PayOutAsync(paid);

        var compensated = await counter.DoAsync("/compensations", Role.Inspection, new
        {
            kind = "injury",
            @case = caseId,
            cost = Word(given, "injury_cost"),
            causedByQuality = given["quality_cause_confirmed"]!.GetValue<bool>(),
            responsibleParty = Word(given, "responsible_party"),
        }, status: HttpStatusCode.Created);

        Assert.Equal(WordOrNone(expect, "paid_to_customer") ?? Word(given, "injury_cost"), Word(compensated, "amount"));
        Assert.Equal(Word(expect, "recovery_claim"), await counter.BalanceAsync($"counter:{Id}:recoverable"));
    }

    [Theory]
    [InlineData("EX-MALL-106")]
    [InlineData("EX-MALL-553")]
    public async Task A_counter_that_does_not_cooperate_pays_from_its_deposit(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync(deposit: Word(given, "deposit_balance"));
        await SettleAsync(counter, given["counter_cooperates"]!.GetValue<bool>(), Word(given, "compensation"));

        var charges = (await counter.EntriesAsync("charge")).Where(entry => Word(entry, "phase") == "settled").ToList();
        Assert.Equal(expect["entries"]!.AsArray().Select(entry => Word(entry!, "amount")), charges.Select(charge => Word(charge, "amount")));
        Assert.All(charges, charge => Assert.Equal((Deposit, "customer:refunds"), Posting(charge)));
        Assert.All(charges, charge => Assert.Contains("MALL-LIM-6", charge["clauses"]!.AsArray().Select(clause => clause!.GetValue<string>())));
        Assert.Equal(Word(expect, "deposit_balance"), await counter.BalanceAsync(Deposit));
    }

    [Theory]
    [InlineData("EX-MALL-107")]
    public async Task The_counter_deposit_is_the_quality_deposit_and_finance_holds_it(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync(deposit: "0.00");

        await counter.BookAsync("deposit", Word(given, "deposit_paid"));

        Assert.Equal(Word(expect, "balance"), await counter.BalanceAsync(Deposit));
        Assert.Equal(
            "role-not-allowed",
            await counter.SendAsync("/entries", Role.Manager, new { kind = "deposit", amount = "1.00" }).ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Theory]
    [InlineData("EX-MALL-108")]
    [InlineData("EX-MALL-554")]
    public async Task A_deposit_is_made_full_again_from_payables_and_the_rest_is_claimed_in_cash(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync($"{Word(given, "deducted_on")}T10:00:00+08:00", deposit: Word(given, "deposit_required"));
        await counter.BookAsync("payables", Word(given, "payables_to_supplier"));

        await counter.PayOutAsync(Word(given, "pay_customer"));

        Assert.Equal(Word(expect, "balance_after_deduction"), await counter.BalanceAsync(Deposit));
        var lastDay = Word(await counter.GetAsync("/deposit"), "topUpDue");
        var due = WordOrNone(expect, "top_up_due") ?? $"{lastDay}T23:59:59";
        Assert.Equal(due[..10], lastDay);
        await counter.App.AdvanceToAsync($"{due}+08:00");
        Assert.Empty(await counter.EntriesAsync("top-up"));
        await counter.App.AdvanceAsync(TimeSpan.FromMinutes(6));

        Assert.Equal(Word(expect, "top_up"), Word(Assert.Single(await counter.EntriesAsync("top-up"))["postings"]![0]!, "amount"));
        Assert.Equal(Word(expect, "payables_after"), await counter.BalanceAsync($"supplier:{Id}:payables"));
        Assert.Equal(Word(expect, "deposit_balance"), await counter.BalanceAsync(Deposit));
        Assert.Equal(Negative(Word(expect, "cash_claim")), await counter.BalanceAsync($"supplier:{Id}:claims"));
    }

    [Theory]
    [InlineData("EX-MALL-120")]
    [InlineData("EX-MALL-122")]
    [InlineData("EX-MALL-555")]
    [InlineData("EX-MALL-556")]
    [InlineData("EX-MALL-557")]
    public async Task A_deposit_is_given_back_from_the_day_after_the_last_guarantee_day(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync($"{Word(given, "release_requested")}T10:00:00+08:00", deposit: Word(given, "deposit_balance"));
        await counter.ComplainAsync("quality", given["open_cases"]!.GetValue<int>(), Word(given, "last_sale_date"));
        if (Word(given, "amounts_due") is not "0.00" and var owed) await counter.ClaimAsync(owed);

        var release = await counter.DoAsync(
            "/releases", Role.FloorManager, new { lastSaleDate = Word(given, "last_sale_date"), classesSold = given["classes_sold"] },
            status: HttpStatusCode.Created);
        var signatures = $"/releases/{Word(release, "id")}/signatures";
        if (given["sales_floor_head_signed"]!.GetValue<bool>()) await counter.DoAsync(signatures, Role.FloorManager, subject: "head");
        if (given["inspection_signed"]!.GetValue<bool>()) await counter.DoAsync(signatures, Role.Inspection, subject: "inspector");

        release = Assert.Single((await counter.GetAsync("/releases"))["items"]!.AsArray())!;
        Assert.Equal(WordOrNone(expect, "last_guarantee_day") ?? Word(release, "lastGuaranteeDay"), Word(release, "lastGuaranteeDay"));
        Assert.Equal(WordOrNone(expect, "earliest_release") ?? Word(release, "earliestRelease"), Word(release, "earliestRelease"));
        Assert.Equal(WordOrNone(expect, "blocked_by") ?? WordOrNone(release, "blockedBy"), WordOrNone(release, "blockedBy"));
        Assert.Equal(expect["release"]!.GetValue<bool>(), release["released"]!.GetValue<bool>());
        Assert.Equal(Word(expect, "amount"), Word(release, "amount"));
        Assert.Equal(
            expect["release"]!.GetValue<bool>() ? [(Deposit, "house:cash")] : [],
            (await counter.EntriesAsync("release")).Select(Posting));
        Assert.Equal(expect["release"]!.GetValue<bool>() ? "0.00" : Word(given, "deposit_balance"), await counter.BalanceAsync(Deposit));
        Assert.Equal(Word(given, "amounts_due"), Word(release, "kept"));
    }

    [Theory]
    [InlineData("EX-MALL-125")]
    [InlineData("EX-MALL-558")]
    public async Task Counterfeit_goods_on_the_counter_cost_twice_the_base_out_of_the_deposit(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync();

        object found = new
        {
            kind = "banned-goods",
            finding = Word(given, "finding"),
            units = given["units_on_counter"]!.GetValue<int>(),
            @base = Word(given, "base_penalty"),
            confirmed = given["confirmed"]!.GetValue<bool>(),
        };
        if (Word(expect, "penalty") == "0.00")
        {
            Assert.Equal("no-grounds", await counter.SendAsync("/penalties", Role.Inspection, found).ProblemAsync(HttpStatusCode.Conflict));
            Assert.Empty(await counter.EntriesAsync("penalty"));
            return;
        }

        var penalty = await counter.DoAsync("/penalties", Role.Inspection, found, status: HttpStatusCode.Created);

        Assert.Equal(Word(expect, "penalty"), Word(penalty["fine"]!, "amount"));
        Assert.Equal(expect["confiscate_units"]!.GetValue<int>(), penalty["reasons"]!["conclusions"]!["confiscate_units"]!.GetValue<int>());
        var held = Assert.Single(await counter.EntriesAsync("penalty"));
        Assert.Equal(("pending", (Deposit, "house:penalties")), (Word(held, "phase"), Posting(held)));
        Assert.Equal(Word(expect, "penalty"), Word(held, "amount"));
    }

    [Theory]
    [InlineData("EX-MALL-127")]
    [InlineData("EX-MALL-128")]
    [InlineData("EX-MALL-129")]
    public async Task Short_weight_is_compensated_once_the_price_out_of_the_deposit(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync();
        var caseId = await counter.ComplainAsync("quality", Word(given, "price"));
        var remedy = WordOrNone(given, "remedy");
        if (remedy == "return")
        {
            await counter.ActAsync(caseId, Role.Supplier, new { action = "accept" });
            await counter.ConfirmAsync(caseId);
            Assert.Equal(Word(expect, "refund"), await counter.BalanceAsync("customer:refunds"));
        }

        var compensated = await counter.DoAsync("/compensations", Role.Inspection, new
        {
            kind = Word(given, "complaint").Replace('_', '-'),
            @case = caseId,
            confirmed = given["confirmed"]!.GetValue<bool>(),
            remedy,
        }, status: HttpStatusCode.Created);

        Assert.Equal(Word(expect, "compensation"), Word(compensated, "amount"));
        Assert.Equal(WordOrNone(expect, "exchange_fee"), remedy == "exchange" ? Word(compensated["why"]!["conclusions"]!, "exchange_fee") : null);
        Assert.Equal(Word(expect, "compensation"), await counter.BalanceAsync("customer:compensation"));
        Assert.Equal(
            WordOrNone(expect, "customer_total") ?? Word(expect, "compensation"),
            $"{Amount(await counter.BalanceAsync("customer:refunds")) + Amount(await counter.BalanceAsync("customer:compensation"))}");
        Assert.All(await counter.EntriesAsync("compensation"), entry => Assert.Equal((Deposit, "customer:compensation"), Posting(entry)));
    }

    [Theory]
    [InlineData("EX-MALL-130")]
    [InlineData("EX-MALL-547")]
    [InlineData("EX-MALL-576")]
    public async Task The_review_of_a_month_is_written_on_the_first_working_day_after_it(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync($"{expect["period"]![1]}T10:00:00+08:00");
        var caseId = await counter.ComplainAsync("late repair");
        var due = Word(expect, "due");

        await counter.App.AdvanceToAsync($"{due[..10]}T00:04:00+08:00");
        Assert.Empty((await counter.GetAsync("/reviews"))["items"]!.AsArray());
        await counter.App.AdvanceToAsync($"{due}+08:00");

        var review = Assert.Single((await counter.GetAsync("/reviews"))["items"]!.AsArray())!;
        Assert.Equal((Word(given, "month"), due[..10]), (Word(review, "month"), Word(review, "due")));
        Assert.Equal(caseId, Word(Assert.Single(review["counted"]!.AsArray())!, "case"));
    }

    [Theory]
    [InlineData("EX-MALL-131")]
    [InlineData("EX-MALL-559")]
    public async Task An_unresolved_complaint_is_deducted_and_the_person_responsible_fined(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync(
            terms: new { responsiblePerson = Word(given, "responsible_person") }, deposit: Word(given, "deposit_balance"));
        await counter.ListenAsync();

        await SettleAsync(counter, given["supplier_resolved"]!.GetValue<bool>(), Word(given, "customer_remedy_cost"));

        var charges = (await counter.EntriesAsync("charge")).Where(entry => Word(entry, "phase") == "settled");
        var fines = await counter.EntriesAsync("fine");
        Assert.Equal(expect["entries"]!.AsArray().Select(entry => Word(entry!, "amount")), charges.Concat(fines).Select(entry => Word(entry, "amount")));
        Assert.All(fines, fine => Assert.StartsWith("person:", Posting(fine).From, StringComparison.Ordinal));
        Assert.Equal(Word(expect, "deposit_balance"), await counter.BalanceAsync(Deposit));
        Assert.Equal(expect["notice_to_supplier"]!.GetValue<bool>(), (await counter.ToldAsync("charge.posted")).Count > 0);
    }

    [Theory]
    [InlineData("EX-MALL-132")]
    public async Task The_person_responsible_is_fined_once_a_case(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync(terms: new { responsiblePerson = "assistant Zhao" });
        await counter.ComplainAsync("quality", given["unresolved_cases_same_person"]!.GetValue<int>());

        await counter.App.AdvanceAsync(TimeSpan.FromHours(49));

        Assert.Equal(Word(expect, "fine_total"), await counter.BalanceAsync("house:fines"));
    }

    [Theory]
    [InlineData("EX-MALL-133")]
    [InlineData("EX-MALL-136")]
    [InlineData("EX-MALL-139")]
    [InlineData("EX-MALL-560")]
    [InlineData("EX-MALL-561")]
    [InlineData("EX-MALL-562")]
    [InlineData("EX-MALL-563")]
    [InlineData("EX-MALL-564")]
    public async Task Complaints_about_one_issue_in_one_month_bring_a_warning_and_an_ultimatum(string id)
    {
        var (given, expect) = Told(id);
        var told = Complaints(given);
        await using var counter = await SupplierCounter.OpenAsync($"{told[0].Day}T09:00:00+08:00");
        var cases = new List<string>();
        foreach (var (day, issue) in told)
        {
            await counter.App.AdvanceToAsync($"{day}T10:00:00+08:00");
            cases.Add(await counter.ComplainAsync(issue, kind: "exchange"));
        }

        foreach (var unfounded in cases.Take(given["closed_unfounded"]?.GetValue<int>() ?? 0)) await counter.WithdrawAsync(unfounded);

        var conduct = await counter.GetAsync($"/conduct?month={WordOrNone(given, "month") ?? told[0].Day[..7]}");
        if (expect["counted"] is { } counted) Assert.Equal(counted.GetValue<int>(), conduct["counted"]!.AsArray().Count);
        Assert.Equal(given["closed_unfounded"]?.GetValue<int>() ?? 0, conduct["excluded"]!.AsArray().Count);
        Assert.Equal(expect["verbal_warnings"]!.GetValue<int>(), await counter.StandingAsync("warning"));
        Assert.Equal(expect["ultimatums"]?.GetValue<int>() ?? 0, await counter.StandingAsync("ultimatum"));
    }

    [Theory]
    [InlineData("EX-MALL-140")]
    [InlineData("EX-MALL-565")]
    [InlineData("EX-MALL-566")]
    public async Task Without_improvement_in_the_month_after_the_ultimatum_the_supplier_is_to_leave(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync($"{Word(given, "ultimatum_month")}-20T10:00:00+08:00");
        await counter.ComplainAsync(Word(given, "issue"), 4);
        Assert.Equal(1, await counter.StandingAsync("ultimatum"));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(15));
        Assert.StartsWith(WordOrNone(expect, "second_month") ?? "", $"{counter.App.Now:yyyy-MM}", StringComparison.Ordinal);

        await counter.ComplainAsync(Word(given, "issue"), given["complaints_next_month"]!.GetValue<int>());

        var proposals = await counter.PenaltiesAsync("expulsion");
        Assert.Equal(expect["expulsion_proposed"]!.GetValue<bool>(), proposals.Count > 0);
        foreach (var proposal in proposals)
        {
            await counter.DoAsync($"/penalties/{Word(proposal, "id")}/confirmation", Role.Manager, new
            {
                decision = given["manager_confirms"]!.GetValue<bool>() ? "confirm" : "decline",
                reason = "as the example says",
            });
        }

        await counter.App.AdvanceAsync(TimeSpan.FromDays(9));
        Assert.Equal(
            expect["expelled"]?.GetValue<bool>() ?? false, WordOrNone((await counter.GetAsync("/conduct"))["contract"]!, "endedBy") == "expulsion");
        Assert.Equal(Word(expect, "deposit_forfeited_after_confirmation"), await counter.BalanceAsync("house:forfeits"));
    }

    [Theory]
    [InlineData("EX-MALL-143")]
    [InlineData("EX-MALL-567")]
    [InlineData("EX-MALL-568")]
    public async Task The_levy_is_raised_once_when_enough_complaints_count(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync();

        await counter.ComplainAsync("rude staff", given["cumulative_counted"]!.GetValue<int>());

        var before = given["levy_already_raised"]!.GetValue<bool>() ? 1 : 0;
        var levies = (await counter.PenaltiesAsync("levy")).Skip(before).ToList();
        Assert.Equal(expect["levy_raised_now"]!.GetValue<bool>(), levies.Count > 0);
        Assert.Equal(Word(expect, "amount"), levies.Count > 0 ? Word(levies[0]["fine"]!, "amount") : "0.00");
        Assert.Equal(given["cumulative_counted"]!.GetValue<int>(), (await counter.GetAsync("/conduct"))["cumulative"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("EX-MALL-146")]
    [InlineData("EX-MALL-569")]
    [InlineData("EX-MALL-570")]
    public async Task The_levy_is_paid_in_one_payment_within_its_time(string id)
    {
        var (given, expect) = Told(id);
        await using var counter = await SupplierCounter.OpenAsync($"{Word(given, "notice_date")}T10:00:00+08:00");
        await counter.ComplainAsync("rude staff", 26);
        var levy = Assert.Single(await counter.PenaltiesAsync("levy"));
        Assert.Equal($"{WordOrNone(expect, "due") ?? Word(levy["deadline"]!, "due")[..19]}+08:00", Word(levy["deadline"]!, "due"));

        await counter.App.AdvanceToAsync($"{Word(given, "paid_at")}+08:00");
        using var answer = await counter.SendAsync($"/penalties/{Word(levy, "id")}/payments", Role.Finance, new { amount = Word(given, "payment") });
        await counter.App.AdvanceAsync(TimeSpan.FromDays(5));

        Assert.Equal(expect["accepted"]!.GetValue<bool>(), answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(
            Word(expect, "contract"), (await counter.GetAsync("/conduct"))["contract"]!["endedAt"] is null ? "kept" : "terminate");
        Assert.Equal("1000.00", await counter.BalanceAsync("house:levies"));
        Assert.Equal(expect["accepted"]!.GetValue<bool>() ? "0.00" : "-1000.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
    }

    [Theory]
    [InlineData("EX-MALL-149")]
    [InlineData("EX-MALL-150")]
    [InlineData("EX-MALL-151")]
    [InlineData("EX-MALL-571")]
    public async Task A_year_without_complaints_brings_a_plaque(string id)
    {
        var (given, expect) = Told(id);
        var year = given["year"]!.GetValue<int>();
        await using var counter = await SupplierCounter.OpenAsync(
            $"{year}-12-28T10:00:00+08:00", new { contractFrom = Word(given, "contract_from"), contractTo = Word(given, "contract_to") });
        var unfounded = given["closed_unfounded"]!.GetValue<int>();
        foreach (var caseId in await counter.ComplainAsync("quality", unfounded)) await counter.WithdrawAsync(caseId);
        for (var i = unfounded; i < given["complaints"]!.GetValue<int>(); i++) await counter.PayOutAsync("300.00");

        // By then the cases are closed.
        await counter.App.AdvanceToAsync($"{year + 1}-01-31T10:00:00+08:00");

        var judged = Assert.Single((await counter.GetAsync("/conduct"))["years"]!.AsArray())!;
        Assert.Equal(year, judged["year"]!.GetValue<int>());
        Assert.Equal(expect["plaque"]!.GetValue<bool>(), judged["plaque"]!.GetValue<bool>());
        Assert.Equal(WordOrNone(expect, "plaque_text"), WordOrNone(judged, "text"));
    }

    /// <summary>The counter exchanges the goods itself, or lets the case come up to the manager until the customer is paid.</summary>
    private static async Task SettleAsync(SupplierCounter counter, bool cooperates, string cost)
    {
        var caseId = await counter.ComplainAsync("quality", cost, cooperates ? "exchange" : "return");
        if (cooperates)
        {
            await counter.ActAsync(caseId, Role.Supplier, new { action = "accept" });
            return;
        }

        await counter.App.AdvanceAsync(TimeSpan.FromHours(49));
        await counter.ConfirmAsync(caseId);
    }

    /// <summary>The complaints that an example tells of, by day and issue, in the order of their days.</summary>
    private static IReadOnlyList<(string Day, string Issue)> Complaints(JsonNode given)
    {
        var issue = WordOrNone(given, "issue");
        if (given["dates"] is JsonArray days) return [.. days.Select(day => (day!.GetValue<string>(), issue!))];
        var month = Word(given, "month");
        return given["complaints_by_issue"] is JsonObject issues
            ? [.. issues.SelectMany(one => Enumerable.Repeat(($"{month}-10", one.Key), one.Value!.GetValue<int>()))]
            : [.. Enumerable.Repeat(($"{month}-10", issue!), (given["complaints"] ?? given["complaints_counted"])!.GetValue<int>())];
    }

    private static (JsonNode Given, JsonNode Expect) Told(string id) => (Node(Examples[id].Given), Node(Examples[id].Expect));

    private static JsonNode Node(JsonElement element) => JsonNode.Parse(element.GetRawText())!;

    private static (string From, string To) Posting(JsonNode entry) => (Word(entry["postings"]![0]!, "from"), Word(entry["postings"]![0]!, "to"));

    private static Money Amount(string amount) => Money.Yuan(amount);

    private static string Negative(string amount) => amount == "0.00" ? amount : $"-{amount}";
}
