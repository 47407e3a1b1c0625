using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>What clients ask of the engine. Each task completes when what it acknowledges is on disk.</summary>
public sealed partial class DurableEngine
{
    private static readonly OrchestrationRuntimeStatus[] RefusedUnlessToldOtherwise =
        [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended];

    /// <summary>Adds the management API of Durable Functions, <c>/runtime/webhooks/durabletask/…</c>.</summary>
    public void MapManagementApi(Microsoft.AspNetCore.Routing.IEndpointRouteBuilder endpoints) => new ManagementApi(this).Map(endpoints);

    /// <summary>Starts an orchestration, in place of an ended one of the same id.</summary>
    /// <exception cref="OrchestrationAlreadyExistsException">One of that id is there in a status that forbids it.</exception>
    internal async Task<string> StartInstanceAsync(string name, string? input, StartOrchestrationOptions? options)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        var id = string.IsNullOrEmpty(options?.InstanceId) ? Guid.NewGuid().ToString("N") : options.InstanceId;
        var refused = options?.DedupeStatuses is { } given ? [.. given.Select(ParseStatus)] : RefusedUnlessToldOtherwise;
        OrchestrationInstance instance;
        while (!TryReserve(id, name, input, out instance))
        {
            await MakeRoomAsync(instance, refused);
        }

        var startAt = options?.StartAt?.UtcTicks;
        var tags = options?.Tags is { Count: > 0 } t ? System.Text.Json.JsonSerializer.Serialize(t) : null;
        var row = new NewInstance(instance.Key, id, name, input, _clock.GetUtcNow().UtcTicks, startAt, tags);
        try
        {
            if (await _store.WriteAsync(session => DurableStore.Insert(session, row, refused)) is { } existing)
            {
                throw AlreadyExists(id, existing);
            }
        }
        catch
        {
            GiveUp(instance);
            throw;
        }

        var isDue = startAt is null || startAt <= _clock.GetUtcNow().UtcTicks;
        if (!isDue)
        {
            (instance.Timers ??= [])[DurableTimer.Start] = _timers.Arm(instance, 0, DurableTimer.Start, startAt!.Value);
        }

        Settle(instance, isDue ? [new InstanceMessage(HistoryEvent.Started, 0)] : []);
        return id;
    }

    /// <summary>Hands an event to an orchestration.</summary>
    /// <exception cref="OrchestrationGoneException">There is no such orchestration, or it has ended.</exception>
    internal Task RaiseAsync(string id, string name, string? payload) => SendAsync(id, HistoryEvent.EventRaised(name, payload));

    /// <summary>Ends an orchestration from outside.</summary>
    /// <exception cref="OrchestrationGoneException">There is no such orchestration, or it has ended.</exception>
    internal Task TerminateAsync(string id, string? output) =>
        SendAsync(id, HistoryEvent.Ended((int)OrchestrationRuntimeStatus.Terminated, output, null));

    /// <summary>Completes when the orchestration has started (or has ended).</summary>
    /// <exception cref="InvalidOperationException">There is no such orchestration.</exception>
    internal Task<InstanceRow> WaitForStartAsync(string id, CancellationToken cancellation) =>
        WaitAsync(id, row => row.Status != OrchestrationRuntimeStatus.Pending, WhenStarted, cancellation);

    /// <summary>Completes when the orchestration has ended.</summary>
    /// <exception cref="InvalidOperationException">There is no such orchestration.</exception>
    internal Task<InstanceRow> WaitForEndAsync(string id, CancellationToken cancellation) =>
        WaitAsync(
            id,
            row => row.Status is not (OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running),
            WhenEnded,
            cancellation);

    internal static OrchestrationGoneException NoSuchInstance(string id) => new($"There is no orchestration '{id}'.");

    private static OrchestrationRuntimeStatus ParseStatus(string text) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(text, ignoreCase: true, out var status)
        ? status
        : throw new ArgumentException($"'{text}' is no orchestration status.", nameof(text));

    private static OrchestrationAlreadyExistsException AlreadyExists(string id, OrchestrationRuntimeStatus status) =>
        new($"An orchestration '{id}' is there already, and its status is {status}.");

    /// <summary>Takes the id for a new instance; else gives the one that has it. The new one's mailbox already counts as scheduled, so that
    /// nothing of it runs before its row is on disk.</summary>
    private bool TryReserve(string id, string name, string? input, out OrchestrationInstance instance)
    {
        if (_instances.TryGetValue(id, out instance!))
        {
            return false;
        }

        var fresh = new OrchestrationInstance(Interlocked.Increment(ref _lastKey), id, name)
        {
            IsScheduled = true,
            Work = BeginStep(name),
            Fresh = new FreshInput(input),
        };
        instance = _instances.GetOrAdd(id, fresh);
        if (instance != fresh)
        {
            fresh.Work.Dispose();
        }

        return instance == fresh;
    }

    /// <summary>Waits until the instance that has the id is gone, if it is going or may be ended.</summary>
    private async Task MakeRoomAsync(OrchestrationInstance existing, IReadOnlyCollection<OrchestrationRuntimeStatus> refused)
    {
        var row = _store.Read(session => DurableStore.Find(session, existing.Id));
        if (row is { Status: OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running } or null)
        {
            var status = row?.Status ?? OrchestrationRuntimeStatus.Pending;
            if (refused.Contains(status))
            {
                throw AlreadyExists(existing.Id, status);
            }

            Deliver(existing, new InstanceMessage(
                HistoryEvent.Ended((int)OrchestrationRuntimeStatus.Terminated, null, null), InstanceMessage.AnyExecution));
        }

        await WhenEnded(existing);
    }

    private void GiveUp(OrchestrationInstance instance)
    {
        List<InstanceMessage> unread;
        lock (instance.Gate)
        {
            instance.HasEnded = true;
            unread = instance.Mailbox;
            instance.Mailbox = [];
            instance.EndWaiters?.TrySetResult();
            instance.StartWaiters?.TrySetResult();
        }

        _instances.TryRemove(KeyValuePair.Create(instance.Id, instance));
        unread.ForEach(message => Refuse(instance, message));
        instance.Work!.Dispose();
    }

    private async Task SendAsync(string id, HistoryEvent e)
    {
        ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_instances.TryGetValue(id, out var instance)
            && Deliver(instance, new InstanceMessage(e, InstanceMessage.AnyExecution, accepted)))
        {
            await accepted.Task;
            return;
        }

        throw _store.Read(session => DurableStore.Find(session, id)) is null ? NoSuchInstance(id) : HasEnded(id);
    }

    private async Task<InstanceRow> WaitAsync(
        string id, Func<InstanceRow, bool> isThere, Func<OrchestrationInstance, Task> when, CancellationToken cancellation)
    {
        while (true)
        {
            if (_instances.TryGetValue(id, out var instance))
            {
                await when(instance).WaitAsync(cancellation);
            }

            var row = _store.Read(session => DurableStore.Find(session, id)) ?? throw NoSuchInstance(id);
            if (isThere(row))
            {
                return row;
            }

            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
        }
    }

    private static Task WhenStarted(OrchestrationInstance instance)
    {
        lock (instance.Gate)
        {
            return instance.HasStarted || instance.HasEnded
                ? Task.CompletedTask
                : (instance.StartWaiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    private static Task WhenEnded(OrchestrationInstance instance)
    {
        lock (instance.Gate)
        {
            return instance.HasEnded
                ? Task.CompletedTask
                : (instance.EndWaiters ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}

/// <summary>An orchestration that was to be told something is not there, or has ended.</summary>
internal sealed class OrchestrationGoneException(string message) : InvalidOperationException(message);
