using System.Text.Json;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Messaging;

public sealed class OutboxRelayTests : IAsyncLifetime
{
    private AppHost _app = null!;

    private Tables Tables => _app.Services.GetRequiredService<Tables>();

    private OutboxRelay Relay => _app.Services.GetRequiredService<OutboxRelay>();

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Events_are_sent_and_then_their_note_is_gone()
    {
        var mark = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        var happened = await CommitAsync(mark, 1);

        await Relay.PublishAsync(mark, [happened], CancellationToken.None);

        Assert.Empty(await NotesAsync());
    }

    [Fact]
    public async Task Events_of_a_process_that_died_after_its_commit_are_sent_by_the_next_one_at_start()
    {
        var mark = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync(mark, 1);
        await CommitAsync(mark, 2);

        await RestartAsync();

        Assert.Equal(["p1-1", "p1-2"], await HeardAsync());
        Assert.Empty(await NotesAsync());
    }

    [Fact]
    public async Task A_sweep_that_sends_the_events_of_one_writer_leaves_the_note_of_another_who_has_not_committed_yet()
    {
        await CommitAsync(await Relay.MarkAsync("cases", "p1", CancellationToken.None), 1);
        var other = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await RestartAsync();
        Assert.Equal(["p1-1"], await HeardAsync());

        await CommitAsync(other, 2);
        await RestartAsync();

        Assert.Equal(["p1-1", "p1-2"], await HeardAsync());
        Assert.Empty(await NotesAsync());
    }

    [Fact]
    public async Task A_writer_who_was_told_that_its_commit_failed_leaves_its_note_to_the_sweep()
    {
        var stood = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync(stood, 1);
        Relay.Leave(stood);
        Relay.Leave(await Relay.MarkAsync("cases", "p2", CancellationToken.None));

        Assert.Equal(1, await Relay.SweepAsync(CancellationToken.None));

        Assert.Empty(await NotesAsync());
    }

    [Fact]
    public async Task Events_that_were_sent_are_not_sent_again_for_another_writers_note()
    {
        var first = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await Relay.PublishAsync(first, [await CommitAsync(first, 1)], CancellationToken.None);
        var second = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync(second, 2);
        Relay.Leave(second);

        Assert.Equal(1, await Relay.SweepAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Events_that_together_are_too_big_for_one_send_go_in_several()
    {
        var mark = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        OutgoingEvent[] events = [await CommitAsync(mark, 1, 150_000), await CommitAsync(mark, 2, 150_000), await CommitAsync(mark, 3)];

        await Relay.PublishAsync(mark, events, CancellationToken.None);

        Assert.Equal(["p1-1", "p1-2", "p1-3"], await HeardAsync());
    }

    [Fact]
    public async Task A_partition_that_cannot_be_sent_does_not_hold_up_the_others()
    {
        for (var n = 1; n <= 30; n++)
        {
            await CommitAsync(await Relay.MarkAsync("cases", $"p{n}", CancellationToken.None), 1);
        }

        await Tables.Cases.UpdateEntityAsync(
            new TableEntity("p1", "e_0000000001") { ["At"] = "no instant" }, ETag.All, TableUpdateMode.Merge);
        await RestartAsync();

        Assert.Contains(":p1:", Assert.Single(await NotesAsync()).RowKey, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_note_of_a_living_writer_is_left_alone()
    {
        await CommitAsync(await Relay.MarkAsync("cases", "p1", CancellationToken.None), 1);

        Assert.Equal(0, await Relay.SweepAsync(CancellationToken.None));
        Assert.Single(await NotesAsync());
    }

    private async Task RestartAsync()
    {
        await _app.RestartAsync();
        await _app.SettleAsync();
    }

    private async Task<OutgoingEvent> CommitAsync(OutboxMark mark, int sequence, int size = 0)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(new { Text = new string('x', size) });
        var happened = new OutgoingEvent(
            $"{mark.Partition}-{sequence}", "nothing-anybody-hears", 1, mark.Partition, null, null, _app.Now, data);
        await Tables.Cases.AddEntityAsync(happened.ToRow($"e_{sequence:D10}", mark));
        return happened;
    }

    /// <summary>What came to the list of cases, which hears everything and gives up on what is about no case.</summary>
    private async Task<IReadOnlyList<string>> HeardAsync()
    {
        await _app.SettleAsync();
        await using var receiver = _app.Services.GetRequiredService<ServiceBusClient>().CreateReceiver(
            Topology.CaseEvents, Topology.CaseIndex, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        return [.. (await receiver.PeekMessagesAsync(100)).Select(message => message.MessageId).Order(StringComparer.Ordinal)];
    }

    private async Task<IReadOnlyList<TableEntity>> NotesAsync()
    {
        await _app.Services.GetRequiredService<OutboxNotes>().RemovedAsync();
        var rows = new List<TableEntity>();
        await foreach (var row in Tables.Get("pending").QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
