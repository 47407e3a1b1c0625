using System.Text.Json.Nodes;
using AfterSales.Local.Commands;
using AfterSales.Local.Month;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>A covered shoe claim with which nobody does anything, through HTTP, on the virtual clock: the instants are fixed.</summary>
public sealed class SilentCaseTests
{
    private const string Secret = "whsec_ZGVtby1tYWxsLXNlY3JldC1mb3ItbG9jYWwtdXNlLW9ubHk=";

    private static readonly Story Silent = SampleMonth.Stories.Single(s => s.ExternalId == "R-1036") with
    {
        RequestedAt = SampleMonth.At("2026-11-02T09:00:00"),
        SoldAt = SampleMonth.At("2026-10-03T12:00:00"),
        Acts = [],
    };

    [Fact]
    public async Task The_silent_case_goes_through_its_steps_at_exactly_the_instants_of_the_escalation_table()
    {
        await using var marketplace = await Marketplace.StartAsync(Secret, [Silent], CancellationToken.None);
        await using var app = await StartAsync(marketplace);
        using var client = Client(app);
        var player = new Player(client, marketplace, [Silent], []);

        await player.PlayAsync(stepped: null, CancellationToken.None);

        var silent = await client.GetJsonAsync($"api/v1/cases/{player.CaseIds["R-1036"]}", client.Token("agent"), CancellationToken.None);
        Assert.Equal(
            [
                "2026-11-02T09:00:00+08:00 case-opened MALL-1.0",
                "2026-11-02T09:10:00+08:00 deadline-missed MALL-LIM-1",
                "2026-11-02T09:10:00+08:00 late-response-recorded MALL-LIM-1",
                "2026-11-02T09:10:00+08:00 escalated MALL-LAD-5",
                "2026-11-02T09:40:00+08:00 deadline-missed MALL-LIM-2",
                "2026-11-02T09:40:00+08:00 escalated MALL-LAD-5",
                "2026-11-02T13:00:00+08:00 deadline-missed MALL-C8.2-4H",
                "2026-11-04T09:00:00+08:00 deadline-missed MALL-C8.2-48H",
                "2026-11-04T09:00:00+08:00 claim-upheld MALL-3.1",
                "2026-11-04T09:00:00+08:00 refund-instructed ",
                "2026-11-04T09:01:00+08:00 refund-confirmed ",
                "2026-11-11T23:59:59+08:00 decision-accepted ",
                "2026-11-11T23:59:59+08:00 case-closed ",
            ],
            silent["timeline"]!.AsArray()
                .Where(line => line!["event"]!.GetValue<string>() is not ("evidence-added" or "evidence-fetch-requested"))
                .Select(line => $"{line!["at"]} {line["event"]} {line["clause"]}"));
        Assert.Equal("255.00", silent["refund"]!["paid"]!.GetValue<string>());
        Assert.Equal("2026-11-11T23:59:59+08:00", silent["closedAt"]!.GetValue<string>());

        var survey = Assert.Single((await client.GetJsonAsync(
            "api/v1/surveys", client.Token("agent"), CancellationToken.None))["items"]!.AsArray())!;
        Assert.Equal(SampleMonth.At("2026-11-12T10:00:00"), survey["invitedAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal(SampleMonth.At("2026-11-14T23:59:59"), survey["due"]!.GetValue<DateTimeOffset>());

        var entries = (await client.GetJsonAsync("api/v1/suppliers/S-101/entries", client.Token("finance"),
            CancellationToken.None))["items"]!.AsArray();
        Assert.Equal(
            [
                "deposit posted 8000.00", "charge pending 255.00", "fine posted 20.00", "charge settled 255.00", "recovery posted 255.00",
                // A week after the deduction: there are no payables to fill the deposit from.
                "cash-claim posted 255.00",
            ],
            entries.Select(e => $"{e!["kind"]} {e["phase"]} {e["amount"]}"));
    }

    [Theory]
    [InlineData("2026-11-02T09:10:00", "counter", "inspection_department")]
    [InlineData("2026-11-02T09:40:00", "inspection_department", "gm_in_charge")]
    public async Task An_action_at_the_due_instant_is_on_time_and_the_deadline_elapses_right_after_it(
        string due, string before, string after)
    {
        await using var marketplace = await Marketplace.StartAsync(Secret, [Silent], CancellationToken.None);
        await using var app = await StartAsync(marketplace);
        using var client = Client(app);
        await client.AdvanceToAsync(Silent.RequestedAt, CancellationToken.None);
        using var answer = await client.SendWebhookAsync(
            "msg_1", SampleMonth.Request(Silent, marketplace.PhotosUrl), CancellationToken.None);
        var path = $"api/v1/cases/{(await AppClient.ReadAsync(answer, CancellationToken.None))["caseId"]}";

        await client.AdvanceToAsync(SampleMonth.At(due), CancellationToken.None);
        Assert.Equal(before, await LevelAsync());
        await client.AdvanceToAsync(SampleMonth.At(due).AddTicks(1), CancellationToken.None);
        Assert.Equal(after, await LevelAsync());

        async Task<string> LevelAsync() => (await client.GetJsonAsync(
            path, client.Token("agent"), CancellationToken.None))["level"]!.GetValue<string>();
    }

    [Fact]
    public async Task Every_open_deadline_names_its_owner_and_says_what_happens_on_a_miss()
    {
        await using var marketplace = await Marketplace.StartAsync(Secret, [Silent], CancellationToken.None);
        await using var app = await StartAsync(marketplace);
        using var client = Client(app);
        await client.AdvanceToAsync(Silent.RequestedAt, CancellationToken.None);
        using var answer = await client.SendWebhookAsync(
            "msg_1", SampleMonth.Request(Silent, marketplace.PhotosUrl), CancellationToken.None);
        var path = $"api/v1/cases/{(await AppClient.ReadAsync(answer, CancellationToken.None))["caseId"]}";

        var opened = await client.GetJsonAsync(path, client.Token("agent"), CancellationToken.None);

        Assert.Equal(
            [
                "counter supplier 2026-11-02T09:10:00+08:00",
                "floor_head floor-manager 2026-11-02T13:00:00+08:00",
                "gm_in_charge manager 2026-11-04T09:00:00+08:00",
            ],
            opened["deadlines"]!.AsArray().Select(d => $"{d!["name"]} {d["owner"]} {d["due"]}"));
        Assert.All(opened["deadlines"]!.AsArray(), d => Assert.NotEmpty(d!["onMiss"]!["en"]!.GetValue<string>()));
        Assert.Contains(opened["decision"]!["citations"]!.AsArray(), Cites("MALL-3.1.1-A"));
    }

    private static Predicate<JsonNode?> Cites(string clause) => citation => citation!["clause"]!.GetValue<string>() == clause;

    private static Task<AppHost> StartAsync(Marketplace marketplace) => AppHost.StartAsync(new AppHostOptions
    {
        Start = "2026-11-02T08:59:00+08:00",
        Settings = new Dictionary<string, string?> { ["Marketplaces:0:CallbackUrl"] = marketplace.CallbackUrl.ToString() },
    });

    private static AppClient Client(AppHost app) =>
        new(new Uri(app.Runtime.Url), AppHost.Marketplace, Secret, TokenCommand.Sign, TimeSpan.Zero);
}
