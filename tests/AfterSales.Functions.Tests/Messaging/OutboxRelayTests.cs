using System.Text.Json;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
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
    public async Task Rows_are_sent_and_then_gone_with_their_note()
    {
        var mark = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        var row = await CommitAsync("p1", 1);

        await Relay.PublishAsync(mark, [row], CancellationToken.None);

        Assert.Empty(await RowsAsync("cases"));
        Assert.Empty(await RowsAsync("pending"));
    }

    [Fact]
    public async Task Rows_of_a_process_that_died_after_its_commit_are_sent_by_the_next_one_at_start()
    {
        await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync("p1", 1);
        await CommitAsync("p1", 2);

        await RestartAsync();

        Assert.Empty(await RowsAsync("cases"));
    }

    [Fact]
    public async Task A_sweep_that_sends_the_rows_of_one_writer_leaves_the_note_of_another_who_has_not_committed_yet()
    {
        await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync("p1", 1);
        await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await RestartAsync();
        Assert.Empty(await RowsAsync("cases"));

        await CommitAsync("p1", 2);
        await RestartAsync();

        Assert.Empty(await RowsAsync("cases"));
    }

    [Fact]
    public async Task A_writer_who_was_told_that_its_commit_failed_leaves_its_note_to_the_sweep()
    {
        var stood = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync("p1", 1);
        Relay.Leave(stood);
        Relay.Leave(await Relay.MarkAsync("cases", "p2", CancellationToken.None));

        Assert.Equal(1, await Relay.SweepAsync(CancellationToken.None));

        Assert.Empty(await RowsAsync("cases"));
        Assert.Empty(await RowsAsync("pending"));
    }

    [Fact]
    public async Task Rows_that_together_are_too_big_for_one_send_go_in_several()
    {
        var mark = await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        TableEntity[] rows = [await CommitAsync("p1", 1, 150_000), await CommitAsync("p1", 2, 150_000), await CommitAsync("p1", 3)];

        await Relay.PublishAsync(mark, rows, CancellationToken.None);

        Assert.Empty(await RowsAsync("cases"));
    }

    [Fact]
    public async Task A_partition_that_cannot_be_sent_does_not_hold_up_the_others()
    {
        for (var n = 1; n <= 30; n++)
        {
            await Relay.MarkAsync("cases", $"p{n}", CancellationToken.None);
            await CommitAsync($"p{n}", 1);
        }

        await Tables.Cases.UpdateEntityAsync(
            new TableEntity("p1", "o_0000000001") { ["Message"] = "no envelope"u8.ToArray() }, ETag.All, TableUpdateMode.Replace);
        await RestartAsync();

        Assert.Equal("p1", Assert.Single(await RowsAsync("cases")).PartitionKey);
    }

    [Fact]
    public async Task The_note_of_a_living_writer_is_left_alone()
    {
        await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync("p1", 1);

        Assert.Equal(0, await Relay.SweepAsync(CancellationToken.None));
        Assert.Single(await RowsAsync("cases"));
    }

    private async Task RestartAsync()
    {
        await _app.RestartAsync();
        await _app.SettleAsync();
    }

    private async Task<TableEntity> CommitAsync(string partition, long sequence, int size = 0)
    {
        var data = JsonSerializer.SerializeToElement(new { Text = new string('x', size) });
        var envelope = new Envelope(
            $"{partition}-{sequence}", "nothing-anybody-hears", 1, partition, null, null, _app.Now, data);
        var row = OutboxRow.Of(partition, sequence, envelope);
        await Tables.Cases.AddEntityAsync(row);
        return row;
    }

    private async Task<IReadOnlyList<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in Tables.Get(table).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
