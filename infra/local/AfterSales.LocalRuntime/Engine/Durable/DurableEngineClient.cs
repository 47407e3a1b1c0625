using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>The client that functions get. It talks to the engine in the same process; disposing it does nothing.</summary>
internal sealed class DurableEngineClient(DurableEngine engine) : DurableTaskClient("local")
{
    private const int PurgePerWrite = 200;

    private DataConverter Converter => engine.Options.DataConverter;

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null,
        CancellationToken cancellation = default) =>
        engine.StartInstanceAsync(orchestratorName.Name, Converter.Serialize(input), options).WaitAsync(cancellation);

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(instanceId);
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        try
        {
            await engine.RaiseAsync(instanceId, eventName, Converter.Serialize(eventPayload)).WaitAsync(cancellation);
        }
        catch (OrchestrationGoneException) when (!engine.Options.ThrowStatusExceptionsOnRaiseEvent)
        {
            // Asked for: an event that nobody can take is dropped.
        }
    }

    public override async Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Metadata(await engine.WaitForStartAsync(instanceId, cancellation), getInputsAndOutputs);

    public override async Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Metadata(await engine.WaitForEndAsync(instanceId, cancellation), getInputsAndOutputs);

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        engine.TerminateAsync(instanceId, Converter.Serialize(options?.Output)).WaitAsync(cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException("Suspending orchestrations is not supported by the local runtime.");

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw new NotSupportedException("Resuming orchestrations is not supported by the local runtime.");

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        Task.FromResult(engine.Store.Read(session => DurableStore.Find(session, instanceId)) is { } row
            ? Metadata(row, getInputsAndOutputs) : null);

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null)
    {
        filter ??= new OrchestrationQuery();
        return Pageable.Create(
            (token, size, _) => Task.FromResult(ReadPage(filter, token ?? filter.ContinuationToken, size ?? filter.PageSize)));
    }

    public override async Task<PurgeResult> PurgeInstanceAsync(
        string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        new(await engine.Store.WriteAsync(session => DurableStore.Purge(session, instanceId)) ? 1 : 0, true);

    public override async Task<PurgeResult> PurgeAllInstancesAsync(
        PurgeInstancesFilter filter, PurgeInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var all = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var some = await engine.Store.WriteAsync(session => DurableStore.Purge(session, filter, PurgePerWrite));
            all += some;
            if (some < PurgePerWrite)
            {
                return new PurgeResult(all, true);
            }
        }
    }

    /// <exception cref="InvalidOperationException">There is no such instance; or it runs and is to keep its id.</exception>
    public override Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var row = engine.Store.Read(session => DurableStore.Find(session, instanceId)) ?? throw DurableEngine.NoSuchInstance(instanceId);
        var options = new StartOrchestrationOptions(restartWithNewInstanceId ? null : instanceId);
        return engine.StartInstanceAsync(row.Name, row.Input, options).WaitAsync(cancellation);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Page<OrchestrationMetadata> ReadPage(OrchestrationQuery filter, string? token, int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (!long.TryParse(token ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var after))
        {
            throw new ArgumentException($"'{token}' is no continuation token.", nameof(token));
        }

        var rows = engine.Store.Read(session => DurableStore.List(session, filter, after, size + 1));
        var hasMore = rows.Count > size;
        var page = rows.Take(size).Select(row => Metadata(row, filter.FetchInputsAndOutputs)).ToList();
        return new Page<OrchestrationMetadata>(page, hasMore ? rows[size - 1].Key.ToString(CultureInfo.InvariantCulture) : null);
    }

    private OrchestrationMetadata Metadata(InstanceRow row, bool withData) => new(row.Name, row.Id)
    {
        DataConverter = withData ? Converter : null,
        RuntimeStatus = row.Status,
        CreatedAt = new DateTimeOffset(row.Created, TimeSpan.Zero),
        LastUpdatedAt = new DateTimeOffset(row.Updated, TimeSpan.Zero),
        SerializedInput = withData ? row.Input : null,
        SerializedOutput = withData ? row.Output : null,
        SerializedCustomStatus = withData ? row.CustomStatus : null,
        FailureDetails = row.Failure,
        Tags = row.Tags is null
            ? System.Collections.Immutable.ImmutableDictionary<string, string>.Empty
            : JsonSerializer.Deserialize<Dictionary<string, string>>(row.Tags)!,
    };
}
