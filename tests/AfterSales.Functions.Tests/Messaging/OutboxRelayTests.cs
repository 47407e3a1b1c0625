using System.Text.Json;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
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

        await _app.RestartAsync();
        await _app.SettleAsync();

        Assert.Empty(await RowsAsync("cases"));
        Assert.Empty(await RowsAsync("pending"));
    }

    [Fact]
    public async Task The_note_of_a_living_writer_is_left_alone()
    {
        await Relay.MarkAsync("cases", "p1", CancellationToken.None);
        await CommitAsync("p1", 1);

        Assert.Equal(0, await Relay.SweepAsync(CancellationToken.None));
        Assert.Single(await RowsAsync("cases"));
    }

    private async Task<TableEntity> CommitAsync(string partition, long sequence)
    {
        var envelope = new Envelope(
            $"{partition}-{sequence}", "nothing-anybody-hears", 1, partition, null, null, _app.Now, JsonSerializer.SerializeToElement(new { }));
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
