using System.Net;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using NodaTime.Extensions;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>Cases in storage when several act at once, and the orchestrations that belong to them.</summary>
public sealed class CaseStoreTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static int _requests;

    private readonly AppHost _app = shared.App;

    private CaseStore Store => _app.Services.GetRequiredService<CaseStore>();

    private DurableTaskClient Orchestrations => _app.Runtime.Durable.Client;

    private NodaTime.Instant Now => _app.Now.ToInstant();

    [Fact]
    public async Task Of_two_who_act_at_once_one_wins_and_the_other_sees_the_new_state()
    {
        var id = await OpenAsync();
        var supplier = new Actor(Party.Supplier, "S-1");

        var both = await Task.WhenAll(
            Store.ExecuteAsync(id, new SupplierAccepts(Now, supplier), null, default),
            Store.ExecuteAsync(id, new SupplierRefuses(Now, supplier, "sealed"), null, default));

        Assert.Single(both.OfType<Decision.Accepted>());
        Assert.Contains(Assert.Single(both.OfType<Decision.Refused>()).Refusal.Code, new[] { "already-decided", "already-answered" });
    }

    [Fact]
    public async Task Many_who_act_at_once_are_all_heard_and_every_event_has_its_number()
    {
        var id = await OpenAsync();
        var files = Enumerable.Range(1, 8).Select(n => new EvidenceFile($"{n}.jpg", new string('a', 64), n, "image/jpeg", 1, 1)).ToList();

        await Task.WhenAll(files.Select(file => Store.ExecuteAsync(id, new AddEvidence(Now, Actor.Clock, file), null, default)));

        var @case = (await Store.LoadAsync(id, default))!;
        Assert.Equal(files.Select(file => file.Name), @case.Evidence.Select(file => file.Name).Order(StringComparer.Ordinal));
        var events = await EventsAsync(id);
        Assert.Equal(@case.Sequence, events.Count);
        Assert.Equal(AppJson.ToText(@case), AppJson.ToText(CaseDecider.Fold(@case.Process, events)));
    }

    [Fact]
    public async Task A_command_under_a_key_used_before_is_accepted_again_and_does_nothing()
    {
        var id = await OpenAsync();
        var accept = new SupplierAccepts(Now, new Actor(Party.Supplier, "S-1"));

        var first = await Store.ExecuteAsync(id, accept, "key-1", default);
        var again = await Store.ExecuteAsync(id, accept, "key-1", default);

        Assert.NotEmpty(Assert.IsType<Decision.Accepted>(first).Events);
        Assert.Empty(Assert.IsType<Decision.Accepted>(again).Events);
    }

    [Fact]
    public async Task What_is_refused_leaves_nothing_behind()
    {
        var id = await OpenAsync();
        var before = (await RowsAsync(id, "")).Select(row => row.RowKey).ToList();

        await Store.ExecuteAsync(id, new DecideClaim(Now, new Actor(Party.Manager, "m"), Outcome.Uphold, "sealed"), "key-2", default);

        Assert.Equal(before, (await RowsAsync(id, "")).Select(row => row.RowKey));
    }

    [Theory]
    [InlineData(98, true)]
    [InlineData(99, false)]
    public async Task Commands_that_make_more_events_than_can_be_stored_at_once_are_refused_whole(int events, bool taken)
    {
        var id = await OpenAsync();
        var before = (await Store.LoadAsync(id, default))!;
        List<CaseCommand> commands =
            [.. Enumerable.Range(1, events).Select(n => new UpdateCase(Now, Actor.Clock, [$"fact {n}"], [], before.Decision))];

        var decision = await Store.ExecuteAsync(id, _ => commands, "key-3", default);

        Assert.Equal(taken ? null : "too-much-at-once", (decision as Decision.Refused)?.Refusal.Code);
        Assert.Equal(before.Sequence + (taken ? events : 0), (await Store.LoadAsync(id, default))!.Sequence);
    }

    [Fact]
    public async Task The_orchestration_of_a_case_waits_while_it_is_open_and_ends_with_it()
    {
        var id = await OpenAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Orchestrations.GetInstanceAsync($"{id}:1"))!.RuntimeStatus);

        await Store.ExecuteAsync(id, new WithdrawCase(Now, new Actor(Party.Customer)), null, default);
        await _app.SettleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Orchestrations.GetInstanceAsync($"{id}:1"))!.RuntimeStatus);
    }

    [Fact]
    public async Task A_start_that_is_told_twice_or_after_the_end_starts_nothing()
    {
        var id = await OpenAsync();
        var created = (await Orchestrations.GetInstanceAsync($"{id}:1"))!.CreatedAt;
        await TellAgainAsync(id);
        Assert.Equal(created, (await Orchestrations.GetInstanceAsync($"{id}:1"))!.CreatedAt);

        await Store.ExecuteAsync(id, new WithdrawCase(Now, new Actor(Party.Customer)), null, default);
        await _app.SettleAsync();
        await TellAgainAsync(id);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await Orchestrations.GetInstanceAsync($"{id}:1"))!.RuntimeStatus);
    }

    private async Task TellAgainAsync(CaseId id)
    {
        var opened = (await EventsAsync(id))[0];
        var envelope = new Envelope($"{id}-1", opened.Name, 1, id.ToString(), "S-1", AppHost.Marketplace, opened.At.ToDateTimeOffset(),
            System.Text.Json.JsonSerializer.SerializeToElement(opened, AppJson.Options));
        await _app.Services.GetRequiredService<Senders>().To(Topology.CaseEvents).SendMessageAsync(
            new(AppJson.ToBytes(envelope))
            {
                MessageId = $"{id}-again-{Interlocked.Increment(ref _requests)}",
                ApplicationProperties = { [Topology.RetryForProperty] = Topology.CaseStart },
            });
        await _app.SettleAsync();
    }

    private async Task<CaseId> OpenAsync()
    {
        var request = WebhookBodies.ShoeClaim($"R-store-{Interlocked.Increment(ref _requests)}");
        var accepted = await _app.WebhookAsync(request).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return CaseId.Parse(accepted["caseId"]!.GetValue<string>());
    }

    private async Task<List<CaseEvent>> EventsAsync(CaseId id) =>
        [.. (await RowsAsync(id, "e_")).Select(row => AppJson.From<CaseEvent>(LongColumn.Read(row, "Event")))];

    private async Task<List<TableEntity>> RowsAsync(CaseId id, string prefix)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _app.Services.GetRequiredService<Tables>().Cases.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {id.ToString()}")))
        {
            if (row.RowKey.StartsWith(prefix, StringComparison.Ordinal)) rows.Add(row);
        }
        return rows;
    }
}
