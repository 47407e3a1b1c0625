using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Durable;
using AfterSales.LocalRuntime.Engine.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.LocalRuntime.Tests.Durable;

/// <summary>A durable engine over a store of its own, on a virtual clock unless told otherwise.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly bool _ownsFolder;

    private DurableHost(string folder, bool ownsFolder, SqliteStore store, WorkTracker work, RuntimeClock clock, DurableEngine engine)
    {
        Folder = folder;
        _ownsFolder = ownsFolder;
        Store = store;
        Work = work;
        Clock = clock;
        Engine = engine;
    }

    public string Folder { get; }

    public SqliteStore Store { get; }

    public WorkTracker Work { get; }

    public RuntimeClock Clock { get; }

    public DurableEngine Engine { get; }

    public DurableTaskClient Client => Engine.Client;

    /// <summary>Opens a host; <paramref name="register"/> tells it what to run. A folder that is given is kept.</summary>
    public static async Task<DurableHost> OpenAsync(
        Action<DurableEngine> register, string? folder = null, DurableOptions? options = null, bool virtualClock = true,
        Microsoft.Extensions.Logging.ILoggerFactory? loggers = null)
    {
        var path = folder ?? NewFolder();
        var store = SqliteStore.Open(path, [RuntimeClock.Schema, DurableEngine.Schema]);
        var work = new WorkTracker();
        var clock = await RuntimeClock.OpenAsync(store, work, virtualClock, virtualClock ? Start : null);
        var engine = new DurableEngine(store, clock, work, options ?? new DurableOptions(), loggers ?? NullLoggerFactory.Instance);
        register(engine);
        clock.Add(engine);
        await engine.StartAsync();
        clock.Start();
        return new DurableHost(path, folder is null, store, work, clock, engine);
    }

    public static string NewFolder() => Path.Combine(Path.GetTempPath(), "aftersales-durable-" + Guid.NewGuid().ToString("N"));

    /// <summary>Starts an orchestration, under an id if one is given.</summary>
    public Task<string> StartAsync(string name, object? input = null, string? id = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(name, input, id is null ? null : new StartOrchestrationOptions(id));

    /// <summary>Waits for the end, without letting time pass.</summary>
    public Task<OrchestrationMetadata> EndOfAsync(string id) => Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);

    /// <summary>Lets time pass until nothing waits for it, then reads the instance.</summary>
    public async Task<OrchestrationMetadata> RunToTheEndAsync(string id)
    {
        await Clock.AdvanceUntilIdleAsync(CancellationToken.None);
        return (await Client.GetInstanceAsync(id, getInputsAndOutputs: true))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Clock.DisposeAsync();
        await Engine.DisposeAsync();
        await Store.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>Short ways to register code.</summary>
internal static class Registrations
{
    public static void Orchestrator(this DurableEngine engine, string name, Func<TaskOrchestrationContext, Task<object?>> run) =>
        engine.RegisterOrchestrator(name, run);

    /// <summary>An activity that takes one JSON input.</summary>
    public static void Activity<TInput, TOutput>(this DurableEngine engine, string name, Func<TInput, TOutput> run) =>
        engine.RegisterActivity(name, (call, _) =>
            Task.FromResult<object?>(run(engine.Options.DataConverter.Deserialize<TInput>(call.InputJson)!)));
}
