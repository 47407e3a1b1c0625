using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Tests.Bus;

/// <summary>A process that sends and completes messages and is killed: what it was told must hold afterwards.</summary>
public sealed class BusCrash
{
    private const int Senders = 6;
    private const int AcknowledgedBeforeKill = 400;

    [Fact]
    public async Task What_was_sent_and_not_completed_survives_a_kill_and_what_was_completed_does_not_come_back()
    {
        var folder = TestBus.NewFolder();
        var said = await KilledProcess.RunAsync("use-bus", folder, AcknowledgedBeforeKill);
        var sent = said.Where(s => s.StartsWith('+')).Select(s => s[1..]).ToHashSet();
        var completed = said.Where(s => s.StartsWith('-')).Select(s => s[1..]).ToHashSet();

        await using (var bus = await TestBus.OpenAsync(folder))
        {
            var kept = await BodiesAsync(bus.Client.CreateReceiver("jobs"));
            var copies = await BodiesAsync(bus.Client.CreateReceiver("events", "all"));

            Assert.Empty(completed.Intersect(kept));

            // Two may be completed on disk without its having been heard: the one of the line that was cut, and the one after it.
            Assert.InRange(sent.Except(completed).Except(kept).Count(), 0, 2);
            Assert.Empty(sent.Except(copies));
        }

        Directory.Delete(folder, recursive: true);
    }

    private static async Task<HashSet<string>> BodiesAsync(ServiceBusReceiver receiver) =>
        [.. (await receiver.PeekMessagesAsync(100_000)).Select(m => m.Body.ToString())];

    /// <summary>Sends from several tasks, completes from another; says <c>+body</c> and <c>-body</c> once that is acknowledged.</summary>
    internal static async Task UseUntilKilledAsync(string folder, TextWriter said)
    {
        var bus = await TestBus.OpenAsync(folder);
        var output = TextWriter.Synchronized(said);
        var events = bus.Client.CreateSender("events");
        await Task.WhenAll([.. Enumerable.Range(0, Senders).Select(SendAsync), CompleteAsync()]);

        async Task SendAsync(int sender)
        {
            for (var i = 0; ; i++)
            {
                var body = $"{sender}-{i}";
                await events.SendMessageAsync(new ServiceBusMessage(body));
                await bus.Jobs.SendMessageAsync(new ServiceBusMessage(body));
                await SayAsync($"+{body}");
            }
        }

        async Task CompleteAsync()
        {
            var receiver = bus.Client.CreateReceiver("jobs");
            while (true)
            {
                var message = await receiver.ReceiveMessageAsync();
                await receiver.CompleteMessageAsync(message);
                await SayAsync($"-{message.Body}");
            }
        }

        async Task SayAsync(string line)
        {
            await output.WriteLineAsync(line);
            await output.FlushAsync();
        }
    }
}
