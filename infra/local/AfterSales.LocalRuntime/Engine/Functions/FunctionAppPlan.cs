using AfterSales.LocalRuntime.Engine.Bus;
using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>A function app that has been found to be in order: its functions, its middleware, what host.json and servicebus.json
/// say.</summary>
internal sealed record FunctionAppPlan(
    IReadOnlyList<FoundFunction> Functions,
    IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> Middleware,
    HostSettings Host,
    BusTopology Topology,
    BusOptions BusOptions,
    DurableOptions DurableOptions)
{
    /// <summary>Finds the functions and checks everything that can be checked without running.</summary>
    /// <exception cref="FunctionFaultsException">Something is wrong; every fault is listed.</exception>
    public static FunctionAppPlan Make(
        LocalRuntimeOptions options,
        IReadOnlyList<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> middleware,
        IServiceProvider services)
    {
        var faults = new List<string>();
        var host = HostSettings.Load(options.ContentRoot, faults.Add);
        var busOptions = Read(() => BusOptions.Load(Path.Combine(options.ContentRoot, "host.json")), new BusOptions(), faults);
        var topologyFile = Path.Combine(options.ContentRoot, "servicebus.json");
        var none = new BusTopology([], []);
        var topology = File.Exists(topologyFile) ? Read(() => BusTopology.Load(topologyFile), none, faults) : none;
        var classes = options.FunctionTypes ?? options.FunctionAssembly!.GetTypes();
        var (functions, functionFaults) = FunctionDiscovery.Find(classes, services, host.RoutePrefix, topology);
        faults.AddRange(functionFaults);
        return faults.Count == 0
            ? new FunctionAppPlan(functions, middleware, host, topology, busOptions, DurableOptionsOf(host.DurableTask))
            : throw new FunctionFaultsException(faults);
    }

    private static DurableOptions DurableOptionsOf(IConfigurationSection section)
    {
        var defaults = new DurableOptions();
        return defaults with
        {
            MaxConcurrentActivityFunctions = section.GetValue("maxConcurrentActivityFunctions", defaults.MaxConcurrentActivityFunctions),
            MaxConcurrentOrchestratorFunctions =
                section.GetValue("maxConcurrentOrchestratorFunctions", defaults.MaxConcurrentOrchestratorFunctions),
            ThrowStatusExceptionsOnRaiseEvent =
                section.GetValue("throwStatusExceptionsOnRaiseEvent", defaults.ThrowStatusExceptionsOnRaiseEvent),
        };
    }

    private static T Read<T>(Func<T> read, T otherwise, List<string> faults)
    {
        try
        {
            return read();
        }
        catch (BusConfigurationException e)
        {
            faults.AddRange(e.Faults);
            return otherwise;
        }
        catch (System.Text.Json.JsonException)
        {
            // Told by HostSettings, which reads the same file.
            return otherwise;
        }
    }
}
