using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Tests.Architecture;
using AfterSales.Functions.Tests.Rulebooks;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Penalties;

public class PenaltyTests
{
    [Fact]
    public async Task A_silent_case_charges_the_deposit_pending_then_posted_and_fines_the_person_in_charge()
    {
        await using AppHost app = await AppHost.StartAsync();
        await RegisterAsync(app, "赵六");
        string caseId = await OpenAsync(app);

        await app.AdvanceToAsync("2026-11-04T09:00:01+08:00");
        JsonNode supplier = await SupplierAsync(app);
        Assert.Equal("10000.00", supplier["depositBalance"]!.GetValue<string>());
        string held = supplier["pendingCharges"]!.GetValue<string>();
        Assert.Equal("280.50", held);

        await ConfirmAsync(app, caseId);
        supplier = await SupplierAsync(app);
        Assert.Equal("9719.50", supplier["depositBalance"]!.GetValue<string>());
        Assert.Equal("0.00", supplier["pendingCharges"]!.GetValue<string>());
        Assert.Equal("late-response", Assert.Single(supplier["strikes"]!.AsArray())!["kind"]!.GetValue<string>());

        JsonArray entries = await EntriesAsync(app);
        Assert.Equal(
            [("deposit", "posted"), ("charge", "pending"), ("fine", "posted"), ("charge", "settled"), ("recovery", "posted")],
            entries.Select(entry => (entry!["kind"]!.GetValue<string>(), entry["phase"]!.GetValue<string>())));
        Assert.Equal("20.00", entries[2]!["amount"]!.GetValue<string>());
        Assert.StartsWith("person:", entries[2]!["postings"]![0]!["from"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Contains("MALL-LIM-6", entries[1]!["clauses"]!.AsArray().Select(clause => clause!.GetValue<string>()));
        Assert.All(entries.Skip(1), entry => Assert.Equal(caseId, entry!["caseId"]!.GetValue<string>()));
        Assert.Equal(0, (await VerifyAsync(app))["failed"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_case_that_is_decided_anew_is_fined_and_charged_once()
    {
        await using AppHost app = await AppHost.StartAsync();
        await RegisterAsync(app, "赵六");
        string caseId = await OpenAsync(app);
        await app.AdvanceToAsync("2026-11-04T09:00:01+08:00");
        await ConfirmAsync(app, caseId);
        string link = app.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, caseId, app.Now.AddDays(90));
        using (var contest = new StringContent("""{"action":"contest","reason":"要求全额"}""", System.Text.Encoding.UTF8, "application/json"))
            await app.Http.PostAsync(new Uri($"/api/v1/cases/{caseId}/actions?link={link}", UriKind.Relative), contest).JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();
        await app.AdvanceAsync(TimeSpan.FromDays(1));
        await app.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Agent, new { action = "record-outcome", outcome = "for-customer", note = "消协支持顾客" })
            .JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();

        JsonArray entries = await EntriesAsync(app);
        Assert.Single(entries, entry => entry!["kind"]!.GetValue<string>() == "fine");
        Assert.Single(entries, entry => entry!["phase"]!.GetValue<string>() == "settled");
        Assert.Equal("9719.50", (await SupplierAsync(app))["depositBalance"]!.GetValue<string>());
        Assert.Equal(0, await DeadLettersAsync(app));
    }

    [Fact]
    public async Task With_nobody_registered_the_fine_is_a_task_for_finance_until_somebody_is()
    {
        await using AppHost app = await AppHost.StartAsync();
        await RegisterAsync(app, null);
        await OpenAsync(app);
        await app.AdvanceToAsync("2026-11-04T09:00:01+08:00");

        JsonNode task = Assert.Single((await SupplierAsync(app))["tasks"]!.AsArray())!;
        Assert.Equal("register-responsible-person", task["kind"]!.GetValue<string>());
        Assert.DoesNotContain(await EntriesAsync(app), entry => entry!["kind"]!.GetValue<string>() == "fine");

        foreach (string person in new[] { "赵六", "王五" })
            await app.SendAsync(HttpMethod.Put, "/api/v1/suppliers/S-1", Role.Finance, new { responsiblePerson = person }).JsonAsync(HttpStatusCode.OK);
        Assert.Empty((await SupplierAsync(app))["tasks"]!.AsArray());
        JsonNode fine = Assert.Single(await EntriesAsync(app), entry => entry!["kind"]!.GetValue<string>() == "fine")!;
        Assert.Equal(("20.00", task["caseId"]!.GetValue<string>()), (fine["amount"]!.GetValue<string>(), fine["caseId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_claim_accepted_at_the_counter_is_charged_without_fine_or_strike()
    {
        await using AppHost app = await AppHost.StartAsync();
        await RegisterAsync(app, "赵六");
        string caseId = await OpenAsync(app);
        await app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Supplier, new { action = "accept" }, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();
        await ConfirmAsync(app, caseId);

        JsonNode supplier = await SupplierAsync(app);
        Assert.Equal("9719.50", supplier["depositBalance"]!.GetValue<string>());
        Assert.Empty(supplier["strikes"]!.AsArray());
        JsonArray entries = await EntriesAsync(app);
        Assert.Equal(["deposit", "charge", "charge", "recovery"], entries.Select(entry => entry!["kind"]!.GetValue<string>()));
        Assert.Equal("MALL-QFR-1", entries[1]!["clauses"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task A_payout_that_finance_cancels_leaves_the_deposit_as_it_was()
    {
        await using AppHost app = await AppHost.StartAsync();
        await RegisterAsync(app, "赵六");
        string caseId = await OpenAsync(app);
        await app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Supplier, new { action = "accept" }, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        // Three instructions, a day each, and the payout is finance's.
        await app.AdvanceAsync(TimeSpan.FromDays(4));
        await app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Finance, new { action = "cancel-payout", reason = "paid in cash elsewhere" })
            .JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();

        JsonNode supplier = await SupplierAsync(app);
        Assert.Equal("10000.00", supplier["depositBalance"]!.GetValue<string>());
        Assert.Equal("0.00", supplier["pendingCharges"]!.GetValue<string>());
        Assert.Equal(["posted", "pending", "voided"], (await EntriesAsync(app)).Select(entry => entry!["phase"]!.GetValue<string>()));

        // The marketplace pays all the same: the charge is booked anew.
        await ConfirmAsync(app, caseId);
        Assert.Equal("9719.50", (await SupplierAsync(app))["depositBalance"]!.GetValue<string>());
        Assert.Equal(
            [("deposit", "posted"), ("charge", "pending"), ("charge", "voided"), ("charge", "posted"), ("recovery", "posted")],
            (await EntriesAsync(app)).Select(entry => (entry!["kind"]!.GetValue<string>(), entry["phase"]!.GetValue<string>())));
        Assert.Equal(0, (await VerifyAsync(app))["failed"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_partial_receipt_charges_the_deposit_what_the_customer_is_paid()
    {
        await using AppHost app = await AppHost.StartAsync();
        await PublishStepsAsync(app);
        await RegisterAsync(app, null);
        JsonNode opened = await app.WebhookAsync(WebhookBodies.ShoeClaim().With("/data/order/quantity", 3)).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();
        string caseId = opened["caseId"]!.GetValue<string>();
        await ActAsync(app, caseId, new { action = "accept" });
        Assert.Equal("261.00", (await SupplierAsync(app))["pendingCharges"]!.GetValue<string>());

        await ActAsync(app, caseId, new { action = "receive", quantity = 2 });

        Assert.Equal("174.00", (await SupplierAsync(app))["pendingCharges"]!.GetValue<string>());
        await ConfirmAsync(app, caseId);
        JsonNode supplier = await SupplierAsync(app);
        Assert.Equal("9826.00", supplier["depositBalance"]!.GetValue<string>());
        Assert.Equal("0.00", supplier["pendingCharges"]!.GetValue<string>());
        JsonNode @case = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("174.00", @case["refund"]!["payouts"]![0]!["amount"]!.GetValue<string>());
        Assert.Equal(0, (await VerifyAsync(app))["failed"]!.GetValue<int>());
        Assert.Equal(0, await DeadLettersAsync(app));
    }

    [Theory]
    [InlineData("claim-upheld")]
    [InlineData("grant-reduced")]
    [InlineData("refund-confirmed")]
    [InlineData("payout-settled")]
    [InlineData("payout-cancelled")]
    [InlineData("late-response-recorded")]
    public void Everything_that_is_booked_is_subscribed_to(string type)
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "infra", "servicebus.json")))!;
        JsonNode penalties = file["UserConfig"]!["Namespaces"]![0]!["Topics"]![0]!["Subscriptions"]!.AsArray()
            .Single(one => one!["Name"]!.GetValue<string>() == Topology.Penalties)!;
        Assert.Contains(
            penalties["Rules"]!.AsArray(),
            rule => rule!["Properties"]!["CorrelationFilter"]!["Properties"]![Topology.TypeProperty]?.GetValue<string>() == type);
    }

    [Fact]
    public async Task A_payout_in_flight_is_not_finances_to_settle_or_cancel()
    {
        await using AppHost app = await AppHost.StartAsync();
        string actions = $"/api/v1/cases/{await OpenAsync(app)}/actions";
        await app.SendAsync(HttpMethod.Post, actions, Role.Supplier, new { action = "accept" }, supplier: "S-1")
            .JsonAsync(HttpStatusCode.OK);
        foreach (string action in new[] { "settle", "cancel-payout" })
        {
            JsonNode problem = await app.SendAsync(HttpMethod.Post, actions, Role.Finance, new { action, reason = "paid in cash" })
                .JsonAsync(HttpStatusCode.Conflict);
            Assert.Equal("payout-in-flight", problem["code"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task What_finance_paid_counts_on_the_day_that_it_names()
    {
        await using AppHost app = await AppHost.StartAsync();
        string caseId = await OpenAsync(app);
        await ActAsync(app, caseId, new { action = "accept" });
        await app.AdvanceToAsync("2026-12-01T09:00:00+08:00");

        await app.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Finance, new { action = "settle", paidOn = "2026-11-29", reference = "ICBC-7/2" })
            .JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();

        Assert.Equal(
            ["charge pending 2026-11-02", "charge settled 2026-11-29", "recovery posted 2026-11-29"],
            (await EntriesAsync(app)).Select(entry => $"{entry!["kind"]} {entry["phase"]} {entry["effectiveOn"]}"));
    }

    /// <summary>The mall's rules, with goods that come back before money goes out.</summary>
    private static async Task PublishStepsAsync(AppHost app)
    {
        string text = Policies.Mall("9.7", "0.01");
        string changed = text.Replace(
            "\n  remedies:\n",
            "\n  remedies:\n    return:\n      - step: receive\n        owner: supplier\n        length: 10 days\n"
                + "        onMiss: {action: proceed, en: The goods count as received., zh: 视为已收货。}\n",
            StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        var desk = new PolicyDesk(app, "mall-sanbao");
        await desk.PutAsync("9.7", changed, "li").JsonAsync(HttpStatusCode.Created);
        await desk.PublishAsync("9.7", "du").JsonAsync(HttpStatusCode.OK);
    }

    private static async Task ActAsync(AppHost app, string caseId, object action)
    {
        await app.SendAsync(HttpMethod.Post, $"/api/v1/cases/{caseId}/actions", Role.Supplier, action, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await app.SettleAsync();
    }

    private static async Task RegisterAsync(AppHost app, string? person)
    {
        await app.SendAsync(HttpMethod.Put, "/api/v1/suppliers/S-1", Role.Finance, new { name = "金履专柜", responsiblePerson = person }).JsonAsync(HttpStatusCode.OK);
        await app.SendAsync(HttpMethod.Post, "/api/v1/suppliers/S-1/entries", Role.Finance, new { kind = "deposit", amount = "10000.00" }).JsonAsync(HttpStatusCode.Created);
    }

    private static async Task<string> OpenAsync(AppHost app)
    {
        JsonNode opened = await app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    private static async Task ConfirmAsync(AppHost app, string caseId)
    {
        JsonNode @case = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{caseId}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        var payout = new JsonObject { ["payoutId"] = @case["refund"]!["payouts"]![0]!["id"]!.GetValue<string>() };
        await app.WebhookAsync(WebhookBodies.About("refund.confirmed", data: payout)).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();
    }

    private static async Task<int> DeadLettersAsync(AppHost app)
    {
        await using ServiceBusReceiver receiver = app.Services.GetRequiredService<ServiceBusClient>().CreateReceiver(
            Topology.CaseEvents, Topology.Penalties, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        return (await receiver.PeekMessagesAsync(10)).Count;
    }

    private static Task<JsonNode> SupplierAsync(AppHost app) => app.SendAsync(HttpMethod.Get, "/api/v1/suppliers/S-1", Role.Finance).JsonAsync(HttpStatusCode.OK);

    private static async Task<JsonArray> EntriesAsync(AppHost app) =>
        (await app.SendAsync(HttpMethod.Get, "/api/v1/suppliers/S-1/entries", Role.Finance).JsonAsync(HttpStatusCode.OK))["items"]!.AsArray();

    private static Task<JsonNode> VerifyAsync(AppHost app) => app.SendAsync(HttpMethod.Get, "/api/v1/ledger/verify", Role.Finance).JsonAsync(HttpStatusCode.OK);
}
