using System.Net;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Suppliers;
using Microsoft.Extensions.DependencyInjection;
using static AfterSales.Functions.Tests.Suppliers.SupplierCounter;

namespace AfterSales.Functions.Tests.Suppliers;

/// <summary>A penalty from its announcement through notice and appeals to its end, over HTTP on the virtual clock.</summary>
public sealed class PenaltyCaseTests
{
    [Fact]
    public async Task A_penalty_appealed_and_overturned_leaves_fine_and_strike_reversed_linked_and_dated_and_the_scorecard_recomputed()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        await counter.ListenAsync();
        var path = await ImposeAsync(counter);
        Assert.Equal(90, await ScoreAsync(counter));
        Assert.Equal("1000.00", Word(await counter.GetAsync("/deposit"), "held"));

        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "供货商的发票在此" });
        var suspended = await counter.GetAsync(path);
        Assert.Equal(("under-appeal", "held"), (Word(suspended, "status"), Word(suspended["fine"]!, "state")));
        Assert.Equal(100, await ScoreAsync(counter));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(1));
        await counter.DoAsync($"{path}/appeals/1", Role.Inspection, new { decision = "uphold", reason = "发票不是这批货的" }, "second");
        Assert.Equal(90, await ScoreAsync(counter));
        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "另附进货单" });
        await counter.App.AdvanceAsync(TimeSpan.FromDays(1));
        await counter.DoAsync($"{path}/appeals/2", Role.Manager, new { decision = "overturn", reason = "进货单属实" }, "third");

        var overturned = await counter.GetAsync(path);
        Assert.Equal(("overturned", "released"), (Word(overturned, "status"), Word(overturned["fine"]!, "state")));
        Assert.Equal("2026-11-04T01:00:00Z", Word(overturned["fine"]!, "endedAt"));
        Assert.Equal("2026-11-04T01:00:00Z", Word(overturned["strike"]!, "reversedAt"));
        Assert.False(overturned["strike"]!["stands"]!.GetValue<bool>());
        Assert.Equal([("uphold", "inspection"), ("overturn", "manager")], overturned["appeals"]!.AsArray()
            .Select(appeal => (Word(appeal!, "decision"), Word(appeal!, "decidedBy"))));
        var entries = await counter.EntriesAsync("penalty");
        Assert.Equal(["pending", "voided"], entries.Select(entry => Word(entry, "phase")));
        Assert.Equal(Word(entries[0], "id"), Word(entries[1], "target"));
        Assert.Equal(Word(entries[1], "id"), Word(overturned["fine"]!["entries"]!, "ended"));
        Assert.Equal("2026-11-04", Word(entries[1], "effectiveOn"));
        Assert.Equal("0.00", Word(await counter.GetAsync("/deposit"), "held"));
        Assert.Equal(["penalty.appeal-decided", "penalty.appeal-decided", "penalty.announced"], await counter.ToldAsync("penalty."));
        Assert.Equal(100, await ScoreAsync(counter));
        Assert.Equal(0, await FailedBooksAsync(counter));
    }

    [Fact]
    public async Task A_penalty_that_nobody_appeals_against_takes_effect_after_its_notice_and_its_fine_and_strike_are_reversed_each_by_itself()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        var deadline = (await counter.GetAsync(path))["deadline"]!;
        Assert.Equal("2026-11-09T23:59:59+08:00", Word(deadline, "due"));
        Assert.Contains("7 days", Word(deadline["arithmetic"]!, "en"), StringComparison.Ordinal);

        await counter.App.AdvanceToAsync("2026-11-09T23:59:59+08:00");
        Assert.Equal("announced", Word(await counter.GetAsync(path), "status"));
        await counter.App.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("final", Word(await counter.GetAsync(path), "status"));
        Assert.Equal("9000.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal("2026-11-16", Word(await counter.GetAsync("/deposit"), "topUpDue"));
        await counter.DoAsync($"{path}/reversals", Role.Manager, new { part = "fine", reason = "goodwill" });
        var finePart = await counter.GetAsync(path);
        Assert.Equal(("reversed", true), (Word(finePart["fine"]!, "state"), finePart["strike"]!["stands"]!.GetValue<bool>()));
        Assert.Equal("10000.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(90, await ScoreAsync(counter));
        var entries = await counter.EntriesAsync("penalty");
        Assert.Equal(["pending", "settled", "reversal"], entries.Select(entry => Word(entry, "phase")));
        Assert.Equal(Word(entries[1], "id"), Word(entries[2], "target"));

        await counter.DoAsync($"{path}/reversals", Role.Manager, new { part = "strike", reason = "goodwill" });
        Assert.Equal(100, await ScoreAsync(counter));
        Assert.Equal(
            "nothing-to-reverse",
            await counter.SendAsync($"{path}/reversals", Role.Manager, new { part = "strike", reason = "again" }).ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal(0, await FailedBooksAsync(counter));
    }

    [Fact]
    public async Task Nobody_decides_an_appeal_against_his_own_decision_and_there_are_two_rounds()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter, "first");
        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "no" });
        object uphold = new { decision = "uphold", reason = "yes" };

        Assert.Equal("same-person", await counter.SendAsync($"{path}/appeals/1", Role.Inspection, uphold, "first").ProblemAsync(HttpStatusCode.Conflict));
        await counter.DoAsync($"{path}/appeals/1", Role.Inspection, uphold, "second");
        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "still no" });
        Assert.Equal("same-person", await counter.SendAsync($"{path}/appeals/2", Role.Manager, uphold, "second").ProblemAsync(HttpStatusCode.Conflict));
        await counter.DoAsync($"{path}/appeals/2", Role.Manager, uphold, "third");

        Assert.Equal("final", Word(await counter.GetAsync(path), "status"));
        Assert.Equal("9000.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(
            "penalty-not-appealable", await counter.SendAsync($"{path}/appeals", Role.Supplier, new { reason = "no" }).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task An_appeal_that_nobody_decides_in_time_overturns_the_penalty()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "no" });
        Assert.Equal("2026-11-12T23:59:59+08:00", Word((await counter.GetAsync(path))["deadline"]!, "due"));

        await counter.App.AdvanceToAsync("2026-11-13T00:00:00+08:00");

        var overturned = await counter.GetAsync(path);
        Assert.Equal("overturned", Word(overturned, "status"));
        Assert.Equal("clock", Word(overturned["appeals"]![0]!, "decidedBy"));
        Assert.Equal("2026-11-12T15:59:59Z", Word(overturned["fine"]!, "endedAt"));
        Assert.Equal("10000.00", Word(await counter.GetAsync("/deposit"), "available"));
    }

    [Fact]
    public async Task An_expulsion_is_proposed_and_forfeits_the_deposit_only_after_a_second_person_confirms_it()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-20T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        await counter.App.AdvanceToAsync("2026-12-03T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);
        var proposal = Assert.Single(await counter.PenaltiesAsync("expulsion"));
        Assert.Equal(("proposed", "none"), (Word(proposal, "status"), Word(proposal["fine"]!, "state")));
        Assert.Equal(3, proposal["cases"]!.AsArray().Count);
        Assert.Empty(await counter.EntriesAsync("forfeit"));

        // Declined, proposed anew by a manager, confirmed by another one.
        await counter.DoAsync($"/penalties/{Word(proposal, "id")}/confirmation", Role.Manager, new { decision = "decline", reason = "a talk first" }, "wang");
        var again = await counter.DoAsync(
            "/penalties", Role.Manager, new { kind = "expulsion", issue = "late repair", month = "2026-12" }, "wang", HttpStatusCode.Created);
        var path = $"/penalties/{Word(again, "id")}";
        object confirm = new { decision = "confirm", reason = "no improvement" };
        Assert.Equal("same-person", await counter.SendAsync($"{path}/confirmation", Role.Manager, confirm, "wang").ProblemAsync(HttpStatusCode.Conflict));
        await counter.DoAsync($"{path}/confirmation", Role.Manager, confirm, "zhou");
        Assert.Equal("pending", Word(Assert.Single(await counter.EntriesAsync("forfeit")), "phase"));
        await counter.App.AdvanceAsync(TimeSpan.FromDays(8));

        var final = await counter.GetAsync(path);
        Assert.Equal(("final", "settled"), (Word(final, "status"), Word(final["fine"]!, "state")));
        Assert.Equal("0.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(Word(final["fine"]!, "amount"), await counter.BalanceAsync("house:forfeits"));
        var contract = (await counter.GetAsync("/conduct"))["contract"]!;
        Assert.Equal(("expulsion", "2026-12-10T15:59:59Z"), (Word(contract, "endedBy"), Word(contract, "endedAt")));
        Assert.Equal(0, await FailedBooksAsync(counter));
    }

    [Fact]
    public async Task A_levy_is_refused_in_parts_and_left_unpaid_ends_the_contract()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        await counter.ComplainAsync("rude staff", 27);
        var levy = Assert.Single(await counter.PenaltiesAsync("levy"));
        Assert.Equal("1000.00", Word(levy["fine"]!, "amount"));
        Assert.Equal(26, levy["cases"]!.AsArray().Count);
        var path = $"/penalties/{Word(levy, "id")}";

        Assert.Equal(
            "part-payment-refused", await counter.SendAsync($"{path}/payments", Role.Finance, new { amount = "999.99" }).ProblemAsync(HttpStatusCode.Conflict));
        await counter.App.AdvanceToAsync("2026-11-10T00:00:00+08:00");

        Assert.Equal("final", Word(await counter.GetAsync(path), "status"));
        Assert.Equal("levy", Word((await counter.GetAsync("/conduct"))["contract"]!, "endedBy"));
        Assert.Equal("-1000.00", await counter.BalanceAsync($"supplier:{Id}:claims"));
        Assert.Equal(
            "levy-not-payable", await counter.SendAsync($"{path}/payments", Role.Finance, new { amount = "1000.00" }).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_supplier_sees_and_appeals_against_its_own_penalties_only()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        await counter.GetAsync(path, Role.Supplier);

        foreach (var what in new[] { path, "/penalties", "/conduct", "/deposit", "/reviews", "/releases" })
        {
            Assert.Equal("not-your-supplier", await counter.App.SendAsync(HttpMethod.Get, Root + what, Role.Supplier, supplier: "S-2")
                .ProblemAsync(HttpStatusCode.Forbidden));
        }

        Assert.Equal("not-your-supplier", await counter.App.SendAsync(HttpMethod.Post, $"{Root}{path}/appeals", Role.Supplier, new { reason = "no" }, supplier: "S-2")
            .ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("role-not-allowed", await counter.SendAsync($"{path}/appeals", Role.Manager, new { reason = "no" }).ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task A_request_that_cannot_be_used_lists_all_its_faults_and_a_key_has_one_effect()
    {
        await using var counter = await SupplierCounter.OpenAsync();

        Assert.Equal(
            [("/base", "missing-field"), ("/finding", "invalid-choice"), ("/more", "unknown-field"), ("/units", "invalid-number")],
            (await counter.SendAsync("/penalties", Role.Inspection, new { kind = "banned-goods", finding = "old", units = 0, more = 1 })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)).OrderBy(fault => fault.Pointer, StringComparer.Ordinal));
        Assert.Equal("no-grounds", await counter.SendAsync("/penalties", Role.Manager, new { kind = "expulsion", issue = "late repair", month = "2026-11" })
            .ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal("no-such-penalty", await counter.SendAsync("/penalties/penalty_1/appeals", Role.Supplier, new { reason = "no" })
            .ProblemAsync(HttpStatusCode.NotFound));

        object found = new { kind = "banned-goods", finding = "shoddy_on_counter", units = 3, @base = "10.00" };
        for (var i = 0; i < 2; i++)
            await counter.App.SendAsync(HttpMethod.Post, $"{Root}/penalties", Role.Inspection, found, idempotencyKey: "found-1").JsonAsync(HttpStatusCode.Created);
        await counter.App.SettleAsync();
        Assert.Single(await counter.EntriesAsync("penalty"));
    }

    [Fact]
    public async Task A_change_that_is_told_of_again_and_again_is_booked_once()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        await counter.App.AdvanceAsync(TimeSpan.FromDays(8));
        await counter.DoAsync($"{path}/reversals", Role.Manager, new { part = "fine", reason = "goodwill" });
        var services = counter.App.Services;
        Assert.True(PenaltyId.TryParse(path.Split('/')[^1], out var id));
        var penalty = await services.GetRequiredService<PenaltyStore>().FindAsync(SupplierId.Parse(Id), id, CancellationToken.None);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(
            _ => services.GetRequiredService<PenaltyBooks>().BringInLineAsync(penalty!, CancellationToken.None)));

        Assert.Equal(["pending", "settled", "reversal"], (await counter.EntriesAsync("penalty")).Select(entry => Word(entry, "phase")));
        Assert.Equal(0, await FailedBooksAsync(counter));
    }

    [Fact]
    public async Task A_body_that_is_no_json_is_a_bad_request()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        foreach (var (what, role) in new[]
        {
            ("/penalties", Role.Inspection), ($"{path}/appeals", Role.Supplier), ($"{path}/appeals/1", Role.Manager),
            ($"{path}/confirmation", Role.Manager), ($"{path}/reversals", Role.Manager), ($"{path}/payments", Role.Finance),
            ("/compensations", Role.Inspection), ("/releases", Role.FloorManager),
        })
        {
            Assert.Equal(
                [("", "not-json")],
                await counter.App.SendAsync(HttpMethod.Post, Root + what, role, "[]", supplier: Id).FaultsAsync(HttpStatusCode.BadRequest));
        }
    }

    private static async Task<string> ImposeAsync(SupplierCounter counter, string by = "first") =>
        $"/penalties/{Word(await counter.DoAsync(
            "/penalties", Role.Inspection, new { kind = "banned-goods", finding = "counterfeit_on_counter", units = 40, @base = "500.00" }, by,
            HttpStatusCode.Created), "id")}";

    private static async Task<int> ScoreAsync(SupplierCounter counter) =>
        (await counter.GetAsync("/conduct"))["scorecard"]!["score"]!.GetValue<int>();

    private static async Task<int> FailedBooksAsync(SupplierCounter counter) =>
        (await counter.App.SendAsync(HttpMethod.Get, "/api/v1/ledger/verify", Role.Finance).JsonAsync(HttpStatusCode.OK))["failed"]!.GetValue<int>();
}
