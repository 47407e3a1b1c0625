using AfterSales.LocalRuntime.Engine.Durable;
using CsCheck;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Durable;

public class StoredHistory
{
    private static readonly Gen<string?> Text = Gen.String.Null();

    private static readonly Gen<int> Id = Gen.Int[0, int.MaxValue - 1];

    private static readonly Gen<TaskFailureDetails> Failure = Gen.Select(Gen.String, Gen.String, Text, Gen.Bool, (type, message, stack, nested) =>
        new TaskFailureDetails(type, message, stack, nested ? new TaskFailureDetails("Inner", message, null, null, null) : null, null));

    private static readonly Gen<HistoryEvent> Events = Gen.OneOf(
        Gen.Const(HistoryEvent.Started),
        Gen.Select(Id, Gen.String, Text, HistoryEvent.TaskScheduled),
        Gen.Select(Id, Text, HistoryEvent.TaskCompleted),
        Gen.Select(Id, Failure, HistoryEvent.TaskFailed),
        Gen.Select(Id, Gen.Long[0, DateTime.MaxValue.Ticks], HistoryEvent.TimerCreated),
        Id.Select(HistoryEvent.TimerFired),
        Id.Select(HistoryEvent.TimerCanceled),
        Gen.Select(Gen.String, Text, HistoryEvent.EventRaised),
        Gen.Select(Id, Gen.String, Gen.String, Text, HistoryEvent.EventSent),
        Gen.Int[0, 7].Select(status => HistoryEvent.Ended(status, null, null)));

    [Fact]
    public void What_is_written_is_read_back()
    {
        Events.List[0, 20].Sample(events => Assert.Equal(events, HistoryCodec.Decode(HistoryCodec.Encode(events, []))));
    }

    [Fact]
    public void History_of_another_version_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => HistoryCodec.Decode([9, 1]));
        Assert.Throws<InvalidDataException>(() => HistoryCodec.Decode([1, 77]));
    }

    [Fact]
    public void Version_one_is_read_for_ever()
    {
        var bytes = Convert.FromHexString(
            "01010200045061790A7B2246656E223A357D03000004AC020254026D000249026E02730005018180E3F4BECD86EF08060107" +
            "02080365760231090303746F03657604E4BDA00A01");
        var failure = new TaskFailureDetails("T", "m", null, new TaskFailureDetails("I", "n", "s", null, null), null);

        Assert.Equal(
            [
                HistoryEvent.Started,
                HistoryEvent.TaskScheduled(0, "Pay", """{"Fen":5}"""),
                HistoryEvent.TaskCompleted(0, null),
                HistoryEvent.TaskFailed(300, failure),
                HistoryEvent.TimerCreated(1, 638977248000000001),
                HistoryEvent.TimerFired(1),
                HistoryEvent.TimerCanceled(2),
                HistoryEvent.EventRaised("ev", "1"),
                HistoryEvent.EventSent(3, "to", "ev", "\u4f60"),
                HistoryEvent.Ended(1, null, null),
            ],
            HistoryCodec.Decode(bytes));
    }

    [Fact]
    public async Task A_step_that_the_disk_refuses_is_tried_again_and_its_sender_is_told()
    {
        await using var host = await DurableHost.OpenAsync(engine => engine.Orchestrator("Wait", async context =>
        {
            var first = await context.WaitForExternalEvent<string>("e");
            return first + await context.WaitForExternalEvent<string>("e");
        }));
        await host.StartAsync("Wait", id: "x");
        await host.Client.RaiseEventAsync("x", "e", "kept+");
        await host.Store.WriteAsync(s => s.Execute(
            "CREATE TRIGGER full BEFORE UPDATE ON durable_instances BEGIN SELECT RAISE(ABORT, 'disk full'); END"));

        await Assert.ThrowsAsync<SqliteException>(() => host.Client.RaiseEventAsync("x", "e", "lost"));
        await host.Store.WriteAsync(s => s.Execute("DROP TRIGGER full"));
        await host.Client.RaiseEventAsync("x", "e", "again");

        var end = await host.EndOfAsync("x");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, end.RuntimeStatus);
        Assert.Equal("kept+again", end.ReadOutputAs<string>());
    }
}
