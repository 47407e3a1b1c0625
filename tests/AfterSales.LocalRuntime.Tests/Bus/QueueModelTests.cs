using Azure.Messaging.ServiceBus;
using CsCheck;

namespace AfterSales.LocalRuntime.Tests.Bus;

/// <summary>Whatever is done to a queue in whatever order, restarts between, it holds what a plain list says it holds.</summary>
public class QueueModelTests
{
    private const int MaxDeliveryCount = 3;

    private enum Step
    {
        Send,
        Receive,
        Complete,
        Abandon,
        DeadLetter,
        LoseLocks,
        Restart,
    }

    [Fact]
    public async Task A_queue_holds_what_a_plain_list_says() =>
        await Gen.Enum<Step>().Array[1, 40].SampleAsync(RunAsync, iter: 30);

    private static async Task RunAsync(Step[] steps)
    {
        var folder = TestBus.NewFolder();
        var bus = await TestBus.OpenAsync(folder);
        var model = new List<Expected>();
        var dead = new List<string>();
        var sent = 0;
        foreach (var step in steps)
        {
            var held = model.Where(m => m.Lock is not null).MaxBy(m => m.Order);
            switch (step)
            {
                case Step.Send:
                    await bus.Jobs.SendMessageAsync(new ServiceBusMessage($"{++sent}"));
                    model.Add(new Expected($"{sent}", sent));
                    break;
                case Step.Receive when model.Find(m => m.Lock is null) is { } next:
                    next.Lock = await bus.ReceiveAsync("jobs");
                    next.Deliveries++;
                    Assert.Equal((next.Body, next.Deliveries), (next.Lock.Body.ToString(), next.Lock.DeliveryCount));
                    break;
                case Step.Complete when held is not null:
                    await bus.Client.CreateReceiver("jobs").CompleteMessageAsync(held.Lock);
                    model.Remove(held);
                    break;
                case Step.Abandon when held is not null:
                    await bus.Client.CreateReceiver("jobs").AbandonMessageAsync(held.Lock);
                    GiveBack(held);
                    break;
                case Step.DeadLetter when held is not null:
                    await bus.Client.CreateReceiver("jobs").DeadLetterMessageAsync(held.Lock, "test");
                    model.Remove(held);
                    dead.Add(held.Body);
                    break;
                case Step.LoseLocks:
                    bus.Wall.Advance(TimeSpan.FromSeconds(30));
                    await bus.Work.IdleAsync();
                    model.Where(m => m.Lock is not null).ToList().ForEach(GiveBack);
                    break;
                case Step.Restart:
                    await bus.DisposeAsync();
                    bus = await TestBus.OpenAsync(folder);
                    await bus.Work.IdleAsync();
                    model.Where(m => m.Lock is not null).ToList().ForEach(GiveBack);
                    break;
            }
        }

        Assert.Equal(model.Select(m => m.Body), await bus.BodiesAsync("jobs"));
        Assert.Equal(dead.Order(StringComparer.Ordinal), (await bus.BodiesAsync("jobs/$DeadLetterQueue")).Order(StringComparer.Ordinal));
        await bus.DisposeAsync();
        Directory.Delete(folder, recursive: true);

        void GiveBack(Expected message)
        {
            message.Lock = null;
            if (message.Deliveries >= MaxDeliveryCount)
            {
                model.Remove(message);
                dead.Add(message.Body);
            }
        }
    }

    private sealed class Expected(string body, int order)
    {
        public string Body { get; } = body;

        public int Order { get; } = order;

        public int Deliveries { get; set; }

        public ServiceBusReceivedMessage? Lock { get; set; }
    }
}
