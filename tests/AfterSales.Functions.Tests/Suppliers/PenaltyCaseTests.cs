using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Azure.Data.Tables;
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
    public async Task An_ultimatum_under_appeal_or_overturned_is_no_ground_for_an_expulsion()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-29T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        var ultimatum = $"/penalties/{Word(Assert.Single(await counter.PenaltiesAsync("ultimatum")), "id")}";
        await counter.DoAsync($"{ultimatum}/appeals", Role.Supplier, new { reason = "no" });
        await counter.App.AdvanceToAsync("2026-12-03T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);

        object proposal = new { kind = "expulsion", issue = "late repair", month = "2026-12" };
        var refused = await counter.SendAsync("/penalties", Role.Manager, proposal).JsonAsync(HttpStatusCode.Conflict);
        Assert.Equal(("no-grounds", "under-appeal"), (Word(refused, "code"), Word(refused["ultimatum"]!, "status")));
        Assert.Equal("/month", Word(Assert.Single(refused["errors"]!.AsArray())!, "pointer"));
        Assert.Equal(3, refused["facts"]!["complaints_next_month"]!.GetValue<int>());
        await counter.DoAsync($"{ultimatum}/appeals/1", Role.Inspection, new { decision = "overturn", reason = "x" }, "insp");
        Assert.Empty(await counter.PenaltiesAsync("expulsion"));
    }

    [Fact]
    public async Task An_ultimatum_that_becomes_final_proposes_the_expulsion_and_one_that_falls_lifts_it()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-29T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        await counter.App.AdvanceToAsync("2026-12-03T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);
        Assert.Empty(await counter.PenaltiesAsync("expulsion"));
        await counter.App.AdvanceToAsync("2026-12-07T00:00:00+08:00");
        var path = $"/penalties/{Word(Assert.Single(await counter.PenaltiesAsync("expulsion")), "id")}";

        // Asked for again, it is the one that waits.
        object proposal = new { kind = "expulsion", issue = "late repair", month = "2026-12" };
        Assert.Equal(path[11..], Word(await counter.DoAsync("/penalties", Role.Manager, proposal), "id"));
        await counter.DoAsync($"{path}/confirmation", Role.Manager, new { decision = "confirm", reason = "yes" }, "zhou");
        var confirmed = await counter.GetAsync(path);
        Assert.Equal("announced", Word(confirmed, "status"));
        Assert.True(confirmed["reasons"]!["facts"]!["manager_confirms"]!.GetValue<bool>());

        var ultimatum = Word(Assert.Single(await counter.PenaltiesAsync("ultimatum")), "id");
        await counter.DoAsync($"/penalties/{ultimatum}/reversals", Role.Manager, new { part = "strike", reason = "an error" });

        var fallen = await counter.GetAsync(path);
        Assert.Equal(("lifted", "released"), (Word(fallen, "status"), Word(fallen["fine"]!, "state")));
        Assert.Equal("0.00", Word(await counter.GetAsync("/deposit"), "held"));
        Assert.Null((await counter.GetAsync("/conduct"))["contract"]!["endedAt"]);
    }

    [Fact]
    public async Task An_expulsion_is_not_confirmed_when_the_complaints_it_rested_on_no_longer_suffice()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-20T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        await counter.App.AdvanceToAsync("2026-12-03T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);
        var path = $"/penalties/{Word(Assert.Single(await counter.PenaltiesAsync("expulsion")), "id")}";
        var ultimatum = Assert.Single(await counter.PenaltiesAsync("ultimatum"));
        // Nothing that follows from it has been done yet.
        Assert.True(PenaltyId.TryParse(Word(ultimatum, "id"), out var id));
        await counter.App.Services.GetRequiredService<PenaltyStore>().ExecuteAsync(
            SupplierId.Parse(Id), id, new LiftPenalty(NodaTime.Instant.FromDateTimeOffset(counter.App.Now)), CancellationToken.None);

        var refused = await counter.SendAsync($"{path}/confirmation", Role.Manager, new { decision = "confirm", reason = "yes" }, "zhou")
            .JsonAsync(HttpStatusCode.Conflict);

        Assert.Equal(("no-grounds", "lifted"), (Word(refused, "code"), Word(refused["ultimatum"]!, "status")));
    }

    [Fact]
    public async Task An_expulsion_takes_what_is_free_of_the_deposit_when_it_becomes_final()
    {
        await using var counter = await SupplierCounter.OpenAsync("2026-11-20T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 4);
        await counter.App.AdvanceToAsync("2026-12-03T10:00:00+08:00");
        await counter.ComplainAsync("late repair", 3);
        var held = await counter.App.SendAsync(HttpMethod.Post, $"{Root}/entries", Role.Finance, new
        {
            kind = "reservation",
            lines = new object[] { new { account = $"supplier:{Id}:deposit", debit = "300.00" }, new { account = "house:cash", credit = "300.00" } },
        }).JsonAsync(HttpStatusCode.Created);
        var path = $"/penalties/{Word(Assert.Single(await counter.PenaltiesAsync("expulsion")), "id")}";
        await counter.DoAsync($"{path}/confirmation", Role.Manager, new { decision = "confirm", reason = "yes" }, "zhou");
        var announced = Money.Yuan(Word((await counter.GetAsync(path))["fine"]!, "amount"));

        await counter.App.SendAsync(HttpMethod.Post, $"{Root}/entries", Role.Finance, new { kind = "release", entry = Word(held, "id") })
            .JsonAsync(HttpStatusCode.Created);
        await counter.App.AdvanceAsync(TimeSpan.FromDays(8));

        var final = await counter.GetAsync(path);
        Assert.Equal(("settled", $"{announced + Money.Yuan("300.00")}"), (Word(final["fine"]!, "state"), Word(final["fine"]!, "amount")));
        Assert.Equal("0.00", await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal("0.00", Word(await counter.GetAsync("/deposit"), "held"));
        var entries = await counter.EntriesAsync("forfeit");
        Assert.Equal(["pending", "voided", "posted"], entries.Select(entry => Word(entry, "phase")));
        Assert.Equal(Word(entries[2], "id"), Word(final["fine"]!["entries"]!, "settled"));
        await counter.DoAsync($"{path}/reversals", Role.Manager, new { part = "fine", reason = "goodwill" });
        Assert.Equal(Word(final["fine"]!, "amount"), await counter.BalanceAsync($"supplier:{Id}:deposit"));
        Assert.Equal(0, await FailedBooksAsync(counter));
    }

    [Fact]
    public async Task A_levy_taken_back_is_not_collected_and_no_second_one_comes_when_the_contract_is_registered()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        await counter.ComplainAsync("rude staff", 26);
        var path = $"/penalties/{Word(Assert.Single(await counter.PenaltiesAsync("levy")), "id")}";
        Assert.Equal(
            ("/paidOn", "paid-out-of-time"),
            Assert.Single(await counter.SendAsync($"{path}/payments", Role.Finance, new { amount = "1000.00", paidOn = "2026-10-01" })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)));
        await counter.DoAsync($"{path}/reversals", Role.Manager, new { part = "fine", reason = "goodwill" });
        Assert.Equal(
            "levy-not-payable", await counter.SendAsync($"{path}/payments", Role.Finance, new { amount = "1000.00" }).ProblemAsync(HttpStatusCode.Conflict));
        await counter.App.SendAsync(
            HttpMethod.Put, Root, Role.Finance, new { depositRequired = "10000.00", contractFrom = "2026-01-01", contractTo = "2026-12-31" })
            .JsonAsync(HttpStatusCode.OK);
        await counter.ComplainAsync("rude staff", 1);

        await counter.App.AdvanceToAsync("2026-11-10T00:00:00+08:00");

        Assert.Equal("final", Word(Assert.Single(await counter.PenaltiesAsync("levy")), "status"));
        Assert.Null((await counter.GetAsync("/conduct"))["contract"]!["endedAt"]);
        Assert.Equal("0.00", await counter.BalanceAsync("house:levies"));
    }

    [Fact]
    public async Task A_fine_beyond_what_an_amount_may_be_is_refused_at_the_door()
    {
        await using var counter = await SupplierCounter.OpenAsync();

        Assert.Equal(
            ("/base", "amount-overflow"),
            Assert.Single(await counter.SendAsync(
                "/penalties", Role.Inspection, new { kind = "banned-goods", finding = "counterfeit_on_counter", units = 1, @base = "9999999999.00" })
                .FaultsAsync(HttpStatusCode.UnprocessableEntity)));

        Assert.Empty((await counter.GetAsync("/penalties"))["items"]!.AsArray());
    }

    [Fact]
    public async Task An_action_asked_for_again_under_its_key_gets_the_answer_that_it_got()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter);
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => AppealAsync()));
        await counter.App.SettleAsync();
        await counter.DoAsync($"{path}/appeals/1", Role.Inspection, new { decision = "uphold", reason = "yes" }, "second");
        // Nothing but the penalty's own transaction is needed to answer again.
        var others = counter.App.Services.GetRequiredService<Tables>().Get("idempotency");
        await foreach (var row in others.QueryAsync<TableEntity>()) await others.DeleteEntityAsync(row.PartitionKey, row.RowKey);

        string[] answers = [.. sent, await AppealAsync()];

        Assert.Single(answers.Distinct());
        Assert.Equal("under-appeal", Word(JsonNode.Parse(answers[0])!, "status"));
        Assert.Single((await counter.GetAsync(path))["appeals"]!.AsArray());
        Assert.Equal(
            "idempotency-key-reused",
            await counter.App.SendAsync(HttpMethod.Post, $"{Root}{path}/appeals", Role.Supplier, new { reason = "another" }, supplier: Id, idempotencyKey: "k-1")
                .ProblemAsync(HttpStatusCode.UnprocessableEntity));

        async Task<string> AppealAsync()
        {
            using var answer = await counter.App.SendAsync(HttpMethod.Post, $"{Root}{path}/appeals", Role.Supplier, new { reason = "no" }, supplier: Id, idempotencyKey: "k-1");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }
    }

    [Fact]
    public async Task The_malls_people_see_which_of_them_did_what_and_the_supplier_sees_their_roles()
    {
        await using var counter = await SupplierCounter.OpenAsync();
        var path = await ImposeAsync(counter, "wang");
        await counter.DoAsync($"{path}/appeals", Role.Supplier, new { reason = "no" });
        await counter.DoAsync($"{path}/appeals/1", Role.Manager, new { decision = "uphold", reason = "yes" }, "zhou");

        var shown = await counter.GetAsync(path);
        Assert.Equal(
            [("inspection", "wang"), ($"supplier {Id}", null), ("manager", "zhou")],
            shown["timeline"]!.AsArray().Select(step => (Word(step!, "by"), WordOrNone(step!, "person"))));
        Assert.Equal("zhou", Word(shown["appeals"]![0]!, "decidedByPerson"));
        Assert.DoesNotContain("zhou", (await counter.GetAsync(path, Role.Supplier)).ToJsonString(), StringComparison.Ordinal);
        foreach (var round in new[] { "2", "x" })
        {
            Assert.Equal("no-such-appeal", await counter.SendAsync($"{path}/appeals/{round}", Role.Manager, new { decision = "uphold", reason = "x" })
                .ProblemAsync(HttpStatusCode.NotFound));
        }
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
