using System.Collections.Concurrent;
using AfterSales.LocalRuntime.Engine.Bus;
using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Durable;
using AfterSales.LocalRuntime.Engine.Functions;
using AfterSales.LocalRuntime.Engine.Http;
using AfterSales.LocalRuntime.Engine.Storage;
using AfterSales.LocalRuntime.Engine.Timers;
using Azure.Core.Serialization;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AfterSales.LocalRuntime;

/// <summary>
/// The running pieces of the local runtime, in one process. The data folder is open from the first use, so that storage and bus serve the
/// app's own services while they start; functions run from <see cref="StartAsync"/>, HTTP last, until <see cref="StopAsync"/>.
/// </summary>
public sealed class LocalRuntime : IHostedService, IAsyncDisposable
{
    private static readonly TimeSpan HttpGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FunctionGrace = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ServiceBusSender> _senders = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopping = new();
    private readonly IServiceProvider _services;
    private readonly LocalRuntimeOptions _options;
    private readonly FunctionAppPlan _plan;
    private readonly ILoggerFactory _logging;
    private readonly FunctionInvoker _invoker;
    private readonly TimerEngine _timers;
    private readonly ServiceBusClient _outputs;
    private HttpServer? _http;
    private bool _stopped;
    private bool _disposed;

    internal LocalRuntime(LocalRuntimeOptions options, FunctionAppPlan plan, IServiceProvider services)
    {
        _options = options;
        _plan = plan;
        _services = services;
        _logging = services.GetRequiredService<ILoggerFactory>();
        (Serializer, DataConverter) = SerializersOf(services);
        Url = options.Url;
        Store = SqliteStore.Open(
            options.DataFolder,
            [RuntimeClock.Schema, TimerEngine.Schema, EmbeddedStorageHandler.Schema, BusEngine.Schema, DurableEngine.Schema],
            options.Url);
        try
        {
            Work = new WorkTracker();
            Clock = RuntimeClock.OpenAsync(Store, Work, options.VirtualClock, options.Start).GetAwaiter().GetResult();
        }
        catch
        {
            Store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        Bus = new BusEngine(Store, Clock, Work, plan.Topology, plan.BusOptions, _logging);
        Bus.Publish(options.BusHost);
        _outputs = new ServiceBusClient(options.BusConnection);
        Durable = new DurableEngine(Store, Clock, Work, plan.DurableOptions with { DataConverter = DataConverter }, _logging);
        _invoker = new FunctionInvoker(this, services, plan.Middleware);
        _timers = new TimerEngine(Store, Clock, Work, _invoker, plan.Functions, _logging.CreateLogger<TimerEngine>(), _stopping.Token);
    }

    /// <summary>Where HTTP is served, with the real port once the host has started.</summary>
    public string Url { get; private set; }

    public RuntimeClock Clock { get; }

    public WorkTracker Work { get; }

    public SqliteStore Store { get; }

    public BusEngine Bus { get; }

    public DurableEngine Durable { get; }

    /// <summary>JSON of messages.</summary>
    internal ObjectSerializer Serializer { get; }

    /// <summary>JSON of durable inputs and outputs.</summary>
    internal DataConverter DataConverter { get; }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var function in _plan.Functions)
        {
            Register(function);
        }

        Clock.Add(_timers);
        Clock.Add(Bus);
        Clock.Add(Durable);
        await Durable.StartAsync();
        await Bus.StartAsync();
        await _timers.StartAsync();
        Clock.Start();

        var http = new HttpFunctions(_invoker, Work, _plan.Host);
        var admin = new AdminApi(this, _plan.Functions, _invoker, _logging.CreateLogger<AdminApi>(), _stopping.Token);
        _http = new HttpServer(_services, _logging, _options.Url, endpoints =>
        {
            http.Map(endpoints, _plan.Functions);
            admin.Map(endpoints);
            Durable.MapManagementApi(endpoints);
        });
        Url = await _http.StartAsync(cancellationToken);
        _services.GetRequiredService<IConfiguration>()["WEBSITE_HOSTNAME"] = new Uri(Url).Authority;
        if (_options.Banner is { } banner)
        {
            StartBanner.Print(banner, _plan.Functions, Url);
        }
    }

    /// <summary>Takes no more requests, then sets nothing more off, and gives what runs some seconds to end. What did not is set off
    /// again at the next start: messages stay on the bus, activities in their histories, timers are past due.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        _timers.Stop();
        if (_http is not null)
        {
            using var grace = new CancellationTokenSource(HttpGrace);
            await _http.StopAsync(grace.Token);
        }

        await _stopping.CancelAsync();
        await Bus.DisposeAsync();
        await Durable.DisposeAsync();
        var drained = _invoker.DrainedAsync();
        if (await Task.WhenAny(drained, Task.Delay(FunctionGrace, TimeProvider.System, CancellationToken.None)) != drained)
        {
            var working = string.Join(", ", Work.Describe());
            _logging.CreateLogger<LocalRuntime>().LogWarning("Stopped while functions still ran: {Work}.", working);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        await StopAsync(CancellationToken.None);
        if (_http is not null)
        {
            await _http.DisposeAsync();
        }

        await _outputs.DisposeAsync();
        await Clock.DisposeAsync();
        await Store.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>The sender that the outputs of functions go through.</summary>
    internal ServiceBusSender SenderOf(string entity) => _senders.GetOrAdd(entity, _outputs.CreateSender);

    private void Register(FoundFunction function)
    {
        switch (function.Trigger)
        {
            case BusFunctionTrigger bus:
                var autoComplete = bus.AutoComplete ?? _plan.BusOptions.AutoCompleteMessages;
                if (bus.Queue is not null)
                {
                    Bus.Register(bus.Queue, Handle, bus.IsBatched, autoComplete);
                }
                else
                {
                    Bus.Register(bus.Topic!, bus.Subscription!, Handle, bus.IsBatched, autoComplete);
                }

                break;
            case OrchestrationFunctionTrigger orchestration:
                Durable.RegisterOrchestrator(
                    orchestration.OrchestrationName, context => _invoker.ReplayAsync(function, context, _stopping.Token));
                break;
            case ActivityFunctionTrigger activity:
                Durable.RegisterActivity(
                    activity.ActivityName, (call, cancellationToken) => _invoker.InvokeAsync(function, call, cancellationToken));
                break;
        }

        Task Handle(IReadOnlyList<ServiceBusReceivedMessage> messages, CancellationToken cancellationToken) =>
            _invoker.InvokeAsync(function, messages, cancellationToken);
    }

    private static (ObjectSerializer Serializer, DataConverter DataConverter) SerializersOf(IServiceProvider services)
    {
        var json = services.GetRequiredService<IOptions<System.Text.Json.JsonSerializerOptions>>().Value;
        return services.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer is { } own
            ? (own, new SerializerDataConverter(own))
            : (new JsonObjectSerializer(json), new Microsoft.DurableTask.Converters.JsonDataConverter(json));
    }
}
