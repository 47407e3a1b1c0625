using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Tests.Outbound;

public sealed class DeliveryTests : IAsyncLifetime
{
    private OutboundApp _app = null!;

    public async Task InitializeAsync() => _app = await OutboundApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_marketplace_is_told_of_an_opened_case_by_a_signed_message()
    {
        await _app.OpenAsync();

        var told = Assert.Single(_app.Marketplace.Received);
        Assert.Equal((true, "case.opened", "R-1001"), (told.Signed, told.Type, told.Data["externalId"]!.GetValue<string>()));
        Assert.Equal("delivered", (await _app.OpeningAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_marketplace_that_is_out_is_told_later_under_the_same_id_and_with_the_same_body()
    {
        _app.Marketplace.Status = 503;
        await _app.OpenAsync();
        _app.Marketplace.Status = 200;

        await _app.Host.AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.Equal(2, _app.Marketplace.Posted.Count);
        Assert.Single(_app.Marketplace.Posted.Select(p => (p.Id, Convert.ToHexString(p.Body))).Distinct());
        Assert.Equal([(1, 503), (2, 200)], await AttemptsAsync(await _app.OpeningAsync()));
    }

    [Fact]
    public async Task Ten_attempts_are_made_within_three_days_then_it_has_failed_and_can_be_sent_again_by_hand()
    {
        _app.Marketplace.Status = 500;
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(3));
        var failed = await _app.OpeningAsync();
        Assert.Equal(("failed", 10), (failed["state"]!.GetValue<string>(), failed["attempts"]!.GetValue<int>()));
        Assert.Equal(10, _app.Marketplace.Received.Count(m => m.Type == "case.opened"));
        Assert.Single(_app.Marketplace.Received.Where(m => m.Type == "case.opened").Select(m => m.Id).Distinct());

        _app.Marketplace.Status = 200;
        await ReplayAsync(failed, HttpStatusCode.Accepted);

        var replayed = await _app.OpeningAsync();
        Assert.Equal(("delivered", 11), (replayed["state"]!.GetValue<string>(), replayed["attempts"]!.GetValue<int>()));
        Assert.Single(_app.Marketplace.Received.Where(m => m.Type == "case.opened").Select(m => m.Id).Distinct());
    }

    [Fact]
    public async Task A_replay_while_the_marketplace_is_still_out_has_all_its_attempts_before_it_again()
    {
        _app.Marketplace.Status = 500;
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(3));
        await ReplayAsync(await _app.OpeningAsync(), HttpStatusCode.Accepted);
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(1));

        var again = await _app.OpeningAsync();

        Assert.Equal(("pending", 15), (again["state"]!.GetValue<string>(), again["attempts"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("settle", "payout-settled")]
    [InlineData("cancel-payout", "payout-cancelled")]
    public async Task A_marketplace_that_was_down_is_not_told_to_pay_what_finance_has_dealt_with(string action, string why)
    {
        var @case = await _app.OpenAsync();
        _app.Marketplace.Status = 500;
        await ActAsync(@case, Role.Supplier, "accept");

        // Each instruction has a day; after the third finance has it, while attempts to tell the marketplace are still to come.
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(73));
        Assert.Contains(_app.Marketplace.Received, m => m.Type == "refund.instructed");
        await ActAsync(@case, Role.Finance, action);
        _app.Marketplace.Status = 200;
        _app.Marketplace.Received.Clear();
        await _app.Host.AdvanceAsync(TimeSpan.FromDays(5));

        Assert.DoesNotContain(_app.Marketplace.Received, m => m.Type == "refund.instructed");
        var instructions = (await _app.DeliveriesAsync($"?case={@case}")).Where(d => d["type"]!.GetValue<string>() == "refund.instructed").ToList();
        Assert.Equal(
            [("suppressed", "instructed-again"), ("suppressed", "instructed-again"), ("suppressed", why)],
            instructions.OrderBy(d => d["happenedAt"]!.GetValue<string>(), StringComparer.Ordinal)
                .Select(d => (d["state"]!.GetValue<string>(), d["lastFault"]!.GetValue<string>())));
    }

    [Fact]
    public async Task An_instruction_that_stands_is_told_when_the_marketplace_is_back()
    {
        var @case = await _app.OpenAsync();
        _app.Marketplace.Status = 500;
        await ActAsync(@case, Role.Supplier, "accept");
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(30));
        _app.Marketplace.Status = 200;
        _app.Marketplace.Received.Clear();

        await _app.Host.AdvanceAsync(TimeSpan.FromHours(10));

        Assert.Equal(2, Assert.Single(_app.Marketplace.Received, m => m.Type == "refund.instructed").Data["attempt"]!.GetValue<int>());
    }

    [Fact]
    public async Task What_is_still_being_delivered_is_not_sent_again_by_hand()
    {
        _app.Marketplace.Status = 500;
        await _app.OpenAsync();

        var answer = _app.Host.SendAsync(HttpMethod.Post, $"{await HrefAsync()}/replay", Role.Manager);

        Assert.Equal("delivery-pending", await answer.ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task The_third_day_survives_a_restart_of_the_app()
    {
        _app.Marketplace.Status = 500;
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(40));
        await _app.Host.RestartAsync();
        _app.Marketplace.Status = 200;

        await _app.Host.AdvanceAsync(TimeSpan.FromHours(32));

        Assert.Equal("delivered", (await _app.OpeningAsync())["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _app.Marketplace.Status = 302;

        await _app.OpenAsync();

        Assert.Equal("redirect-not-followed", (await _app.OpeningAsync())["lastFault"]!.GetValue<string>());
        Assert.Equal(0, _app.Marketplace.Strayed);
    }

    [Fact]
    public async Task A_supplier_is_told_what_concerns_it_and_what_it_is_told_names_nobody()
    {
        await _app.PutSupplierAsync();
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(49));

        Assert.Equal(
            ["case.opened", "deadline.reminder", "deadline.missed", "case.moved", "case.moved", "case.decided"],
            _app.Other.Received.Select(m => m.Type).Order(ByOrder));
        var opened = _app.Other.Received.Single(m => m.Type == "case.opened").Data;
        var deadline = Assert.Single(opened["deadlines"]!.AsArray())!;
        Assert.Equal(
            ("2026-11-02T09:10:00+08:00", "MALL-LIM-1"), (deadline["due"]!.GetValue<string>(), deadline["clause"]!.GetValue<string>()));
        var charge = _app.Other.Received.Single(m => m.Type == "case.decided").Data["charge"]!;
        Assert.Equal("held", charge["state"]!.GetValue<string>());
        Assert.All(
            _app.Other.Received.Concat(_app.Marketplace.Received),
            m => Assert.DoesNotContain("Qingzhao", m.Data.ToJsonString(), StringComparison.Ordinal));
        Assert.All(_app.Other.Received, m => Assert.DoesNotContain("link=", m.Data.ToJsonString(), StringComparison.Ordinal));
        Assert.All(_app.Other.Posted.Concat(_app.Marketplace.Posted), p => Assert.True(p.Body.Length < 20_000));
    }

    [Fact]
    public async Task A_role_of_the_staff_is_told_when_a_step_waits_for_it_at_each_of_its_endpoints()
    {
        await _app.PutAsync("/api/v1/endpoints/inspection/desk", new { url = _app.Other.Callback }, HttpStatusCode.Created);
        await _app.PutAsync("/api/v1/endpoints/inspection/night-desk", new { url = _app.Other.Callback }, HttpStatusCode.Created);
        await _app.OpenAsync();
        Assert.Empty(_app.Other.Received);

        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(11));

        Assert.Equal(["step.started", "step.started"], _app.Other.Received.Select(m => m.Type));
        Assert.Single(_app.Other.Received.Select(m => m.Id).Distinct());
        Assert.All(_app.Other.Received, m => Assert.Equal("inspection", m.Data["role"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_endpoint_that_answers_410_is_sent_nothing_more_until_it_is_put_again()
    {
        await _app.PutSupplierAsync();
        _app.Other.Status = 410;
        await _app.OpenAsync();
        Assert.Equal("disabled", (await _app.GetAsync(OutboundApp.Supplier))["state"]!.GetValue<string>());

        await _app.OpenAsync("R-2");
        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Single(_app.Other.Posted);
        var dropped = Assert.Single(await _app.DeliveriesAsync("?party=supplier&id=S-1&state=dropped"));
        Assert.Equal("endpoint-disabled", dropped["lastFault"]!.GetValue<string>());

        _app.Other.Status = 200;
        var again = await _app.PutAsync(OutboundApp.Supplier, new { url = _app.Other.Callback }, HttpStatusCode.OK);
        Assert.Equal("enabled", again["state"]!.GetValue<string>());
        await ReplayAsync(dropped, HttpStatusCode.Accepted);
        Assert.Equal(2, _app.Other.Posted.Count);
    }

    [Fact]
    public async Task A_marketplace_that_answered_410_is_enabled_again_by_an_empty_put()
    {
        _app.Marketplace.Status = 410;
        await _app.OpenAsync();
        Assert.Equal("disabled", (await _app.GetAsync("/api/v1/endpoints/marketplace/demo-mall"))["state"]!.GetValue<string>());

        _app.Marketplace.Status = 200;
        await _app.PutAsync("/api/v1/endpoints/marketplace/demo-mall", new { }, HttpStatusCode.OK);
        await _app.OpenAsync("R-2");

        Assert.Contains(_app.Marketplace.Received, m => m.Data["externalId"]!.GetValue<string>() == "R-2");
    }

    [Fact]
    public async Task What_was_to_be_delivered_to_an_endpoint_that_was_removed_is_dropped()
    {
        await _app.PutSupplierAsync();
        _app.Other.Status = 500;
        await _app.OpenAsync();
        using var removed = await _app.Host.SendAsync(HttpMethod.Delete, OutboundApp.Supplier, Role.Manager);
        Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);

        await _app.Host.AdvanceAsync(TimeSpan.FromSeconds(6));

        Assert.Equal("dropped", (await _app.OpeningAsync("?party=supplier&id=S-1"))["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task Deliveries_are_found_by_case_by_party_and_by_state_and_the_parties_see_their_own()
    {
        await _app.PutSupplierAsync();
        _app.Other.Status = 500;
        var first = await _app.OpenAsync();
        await _app.OpenAsync("R-2");

        Assert.Equal(4, (await _app.DeliveriesAsync()).Count);
        Assert.Equal(2, (await _app.DeliveriesAsync($"?case={first}")).Count);
        Assert.Equal(["supplier"], (await _app.DeliveriesAsync($"?case={first}&state=pending")).Select(d => d["party"]!.GetValue<string>()));
        Assert.Equal(2, (await _app.DeliveriesAsync("?state=pending")).Count);
        Assert.All(await _app.DeliveriesAsync("", Role.Supplier), d => Assert.Equal("supplier", d["party"]!.GetValue<string>()));
        Assert.All(await _app.DeliveriesAsync($"?case={first}", Role.Marketplace), d => Assert.Equal("marketplace", d["party"]!.GetValue<string>()));
        var foreign = (await _app.DeliveriesAsync("?party=marketplace&id=demo-mall"))[0]["href"]!.GetValue<string>();
        Assert.Equal("no-such-delivery", await _app.Host.SendAsync(HttpMethod.Get, foreign, Role.Supplier, supplier: "S-1")
            .ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task The_schedule_is_published_as_data()
    {
        var schedule = await _app.GetAsync("/api/v1/delivery-schedule", Role.Supplier);

        Assert.Equal((10, 9, 410), (schedule["attempts"]!.GetValue<int>(), schedule["waits"]!.AsArray().Count, schedule["disabledBy"]!.GetValue<int>()));
        Assert.Equal(("PT5S", "P1DT2H"), (schedule["waits"]![0]!.GetValue<string>(), schedule["waits"]![8]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("?state=lost", "/state")]
    [InlineData("?party=supplier", "/party")]
    [InlineData("?case=R-1", "/case")]
    public async Task A_query_that_cannot_be_used_is_refused(string query, string pointer)
    {
        var answer = _app.Host.SendAsync(HttpMethod.Get, $"/api/v1/deliveries{query}", Role.Manager);

        Assert.Equal(pointer, Assert.Single(await answer.FaultsAsync(HttpStatusCode.BadRequest)).Pointer);
    }

    // As a reader of the list would: opened first, decided last, and what lies between by its kind.
    private static IComparer<string> ByOrder { get; } = Comparer<string>.Create((a, b) => Rank(a).CompareTo(Rank(b)));

    private static int Rank(string type) => Array.IndexOf(["case.opened", "deadline.reminder", "deadline.missed", "case.moved", "case.decided"], type);

    private async Task<string> HrefAsync() => (await _app.OpeningAsync())["href"]!.GetValue<string>();

    private async Task<IReadOnlyList<(int Number, int Status)>> AttemptsAsync(JsonNode delivery) =>
        [.. (await _app.GetAsync(delivery["href"]!.GetValue<string>()))["attempts"]!.AsArray()
            .Select(a => (a!["number"]!.GetValue<int>(), a["status"]!.GetValue<int>()))];

    private async Task ReplayAsync(JsonNode delivery, HttpStatusCode status)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"{delivery["href"]}/replay", Role.Manager).JsonAsync(status);
        await _app.Host.SettleAsync();
    }

    private async Task ActAsync(string @case, Role role, string action)
    {
        await _app.Host.SendAsync(HttpMethod.Post, $"/api/v1/cases/{@case}/actions", role, new { action }, supplier: "S-1").JsonAsync(HttpStatusCode.OK);
        await _app.Host.SettleAsync();
    }
}
