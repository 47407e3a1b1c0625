using AfterSales.LocalRuntime.Engine.Clock;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>Handles the messages of one queue by up to so many calls at the same time (one, if they come in batches). A call that returns
/// completes its messages, one that throws gives them back for immediate redelivery.</summary>
internal sealed class BusListener(
    BusEngine engine,
    BusQueue queue,
    Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task> handler,
    bool batched,
    bool autoComplete) : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly int _maxHandlers = batched ? 1 : engine.Options.MaxConcurrentCalls;
    private readonly int _maxMessages = batched ? engine.Options.MaxMessageBatchSize : 1;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _runs;
    private int _handlers;
    private int _calls;

    public void Start()
    {
        lock (engine.Gate)
        {
            _runs = true;
            PumpInGate();
        }
    }

    /// <summary>Starts as many calls as there are messages and free places.</summary>
    public void PumpInGate()
    {
        while (_runs && _handlers < _maxHandlers && NextInGate() is { } call)
        {
            _handlers++;
            _calls++;

            // Unsafe on purpose: the sender's execution context (its trace, its work item) is not the handler's.
            ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(call), state: null);
        }
    }

    /// <summary>Takes no more messages, cancels the running calls and gives them some seconds to end. The messages of a call that does not
    /// are free again at the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (engine.Gate)
        {
            _runs = false;
            if (_calls == 0)
            {
                _stopped.TrySetResult();
            }
        }

        await _stop.CancelAsync();
        try
        {
            await _stopped.Task.WaitAsync(Grace, TimeProvider.System);
            _stop.Dispose();
        }
        catch (TimeoutException)
        {
            BusLog.StillRuns(engine.Log, queue.Path, _calls);
        }
    }

    /// <summary>The next call may start when the handler is done; it need not wait until that is on disk.</summary>
    private Task RunAsync(Call call) => call.Work.RunAsync(async () =>
    {
        var failure = await TryHandleAsync(call.Deliveries);
        var settled = failure is null ? SettleAsync(call.Deliveries) : GiveBackAsync(call.Deliveries, failure);
        lock (engine.Gate)
        {
            _handlers--;
            PumpInGate();
        }

        await settled;
        lock (engine.Gate)
        {
            if (--_calls == 0 && !_runs)
            {
                _stopped.TrySetResult();
            }
        }
    });

    /// <summary>The work that is owed for the messages becomes the call's own; for a batch, one stands for all.</summary>
    private Call? NextInGate()
    {
        var deliveries = queue.LockInGate(_maxMessages, engine.Options.MaxAutoLockRenewalDuration);
        if (deliveries.Count == 0)
        {
            return null;
        }

        var call = new Call(deliveries, deliveries[0].Message.Owed!);
        foreach (var (message, _, _) in deliveries)
        {
            if (message.Owed != call.Work)
            {
                message.Owed!.Dispose();
            }

            message.Owed = null;
        }

        return call;
    }

    private async Task<Exception?> TryHandleAsync(List<Delivery> deliveries)
    {
        try
        {
            await handler([.. deliveries.Select(d => d.Received)], _stop.Token);
            return null;
        }
        catch (Exception e)
        {
            // Whatever a function throws is its own affair: the message is delivered again, and buried after its last attempt.
            return e;
        }
    }

    private async Task SettleAsync(List<Delivery> deliveries)
    {
        if (!autoComplete)
        {
            queue.StopRenewing(deliveries);
            return;
        }

        try
        {
            var lost = await queue.CompleteHeldAsync(deliveries);
            foreach (var delivery in lost)
            {
                BusLog.LockLost(engine.Log, queue.Path, delivery.Received.MessageId, delivery.Received.DeliveryCount);
            }
        }
        catch (Exception e)
        {
            // The store refused the write: the messages are delivered again.
            BusLog.NotSettled(engine.Log, queue.Path, e);
        }
    }

    private async Task GiveBackAsync(List<Delivery> deliveries, Exception failure)
    {
        if (_stop.IsCancellationRequested)
        {
            // The process ends: the messages are free again when it comes back.
            return;
        }

        foreach (var delivery in deliveries)
        {
            BusLog.HandlerFailed(engine.Log, queue.Path, delivery.Received.MessageId, delivery.Received.DeliveryCount, failure);
            try
            {
                await queue.AbandonAsync(delivery.Token, properties: null);
            }
            catch (ServiceBusException)
            {
                // It ran out while the function ran; the message is on its way again already.
                BusLog.LockLost(engine.Log, queue.Path, delivery.Received.MessageId, delivery.Received.DeliveryCount);
            }
            catch (Exception e)
            {
                // The store refused the write: the message is delivered again.
                BusLog.NotSettled(engine.Log, queue.Path, e);
            }
        }
    }

    private sealed record Call(List<Delivery> Deliveries, WorkItem Work);
}

internal static partial class BusLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Queue}: message {MessageId}, delivery {DeliveryCount}, failed and is given back")]
    public static partial void HandlerFailed(ILogger logger, string queue, string? messageId, int deliveryCount, Exception failure);

    [LoggerMessage(2, LogLevel.Warning, "{Queue}: message {MessageId}, delivery {DeliveryCount}, lost its lock and is delivered again")]
    public static partial void LockLost(ILogger logger, string queue, string? messageId, int deliveryCount);

    [LoggerMessage(3, LogLevel.Error, "{Queue}: messages could not be settled; they are delivered again")]
    public static partial void NotSettled(ILogger logger, string queue, Exception failure);

    [LoggerMessage(4, LogLevel.Error, "The broker's own work could not be written")]
    public static partial void NotWritten(ILogger logger, Exception failure);

    [LoggerMessage(5, LogLevel.Warning, "{Count} messages of {Entity}, which servicebus.json no longer names, are kept and not delivered")]
    public static partial void Orphans(ILogger logger, int count, string entity);

    [LoggerMessage(6, LogLevel.Warning, "{Queue}: stopped while {Calls} calls ran; their messages are delivered again at the next start")]
    public static partial void StillRuns(ILogger logger, string queue, int calls);
}
