using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using AfterSales.LocalRuntime.Engine.Bus;
using AfterSales.LocalRuntime.Engine.Http;
using AfterSales.LocalRuntime.Engine.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// Finds the functions of an app and everything that is wrong with them. A fault names the method, so that one start of the app shows
/// all there is to mend.
/// </summary>
internal sealed partial class FunctionDiscovery
{
    private readonly IConfiguration _configuration;
    private readonly IServiceProviderIsService _services;
    private readonly string _routePrefix;
    private readonly BusTopology _topology;
    private readonly List<FoundFunction> _functions = [];
    private readonly List<string> _faults = [];
    private readonly List<(string Name, string Method)> _names = [];
    private readonly List<(HttpFunctionTrigger Trigger, string Method)> _routes = [];
    private readonly HashSet<Type> _classes = [];

    private FunctionDiscovery(IServiceProvider services, string routePrefix, BusTopology topology)
    {
        _configuration = services.GetRequiredService<IConfiguration>();
        _services = services.GetRequiredService<IServiceProviderIsService>();
        _routePrefix = routePrefix;
        _topology = topology;
    }

    /// <summary>The functions of the classes, in the order of their names, and the faults.</summary>
    public static (IReadOnlyList<FoundFunction> Functions, IReadOnlyList<string> Faults) Find(
        IEnumerable<Type> classes, IServiceProvider services, string routePrefix, BusTopology topology)
    {
        var discovery = new FunctionDiscovery(services, routePrefix, topology);
        foreach (var type in classes)
        {
            discovery.Add(type);
        }

        discovery._functions.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        discovery.CheckNames();
        discovery.CheckRoutes();
        return (discovery._functions, discovery._faults);
    }

    private static string NameOf(Attribute attribute) => $"[{attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}]";

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private void Add(Type type)
    {
        const BindingFlags any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        foreach (var method in type.GetMethods(any | BindingFlags.DeclaredOnly))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is { } attribute)
            {
                Add(method, attribute.Name);
            }
        }
    }

    private void Add(MethodInfo method, string name)
    {
        var before = _faults.Count;
        _names.Add((name, NameOf(method)));
        CheckName(method, name);
        CheckMethod(method);
        var triggers = method.GetParameters().Where(p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null).ToList();
        if (triggers.Count != 1)
        {
            Fault(method, triggers.Count == 0
                ? "no parameter has a trigger's attribute"
                : $"several triggers: {string.Join(", ", triggers.Select(t => t.Name))}; a function has one");
            return;
        }

        var attribute = triggers[0].GetCustomAttribute<TriggerBindingAttribute>()!;
        if (TriggerOf(attribute, name) is not { } trigger)
        {
            Fault(method, $"{NameOf(attribute)} is not a trigger that the local runtime knows");
            return;
        }

        if (trigger is HttpFunctionTrigger http)
        {
            _routes.Add((http, NameOf(method)));
        }

        foreach (var fault in trigger.Faults)
        {
            Fault(method, fault);
        }

        var binders = method.GetParameters().Select(parameter => BinderOf(method, parameter, trigger)).ToList();
        var outputs = new FunctionOutputs(method, trigger is HttpFunctionTrigger, _configuration, _topology, fault => Fault(method, fault));
        if (_faults.Count == before)
        {
            _functions.Add(new FoundFunction(name, method, trigger, binders!, outputs));
        }
    }

    private FunctionTrigger? TriggerOf(TriggerBindingAttribute attribute, string name) => attribute switch
    {
        HttpTriggerAttribute http => new HttpFunctionTrigger(http, name, _routePrefix),
        ServiceBusTriggerAttribute bus => new BusFunctionTrigger(bus, _configuration, _topology),
        TimerTriggerAttribute timer => new TimerFunctionTrigger(timer, _configuration),
        OrchestrationTriggerAttribute orchestration => new OrchestrationFunctionTrigger(orchestration.Orchestration ?? name),
        ActivityTriggerAttribute activity => new ActivityFunctionTrigger(activity.Activity ?? name),
        _ => null,
    };

    private ParameterBinder? BinderOf(MethodInfo method, ParameterInfo parameter, FunctionTrigger trigger)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
        {
            return Unbindable("is passed by reference");
        }

        switch (parameter.GetCustomAttribute<BindingAttribute>())
        {
            case TriggerBindingAttribute:
                return trigger.BindTrigger(parameter) ?? Unbindable($"cannot be a {trigger.Type}'s; it must be {trigger.Accepts}");
            case DurableClientAttribute when trigger is OrchestrationFunctionTrigger:
                return Unbindable("is a durable client, which an orchestrator may not use");
            case DurableClientAttribute:
                return type == typeof(DurableTaskClient)
                    ? static context => context.Runtime.Durable.Client
                    : Unbindable("has [DurableClient] and must be a DurableTaskClient");
            case { } other:
                return Unbindable($"has {NameOf(other)}, which the local runtime does not know");
        }

        if (type == typeof(FunctionContext))
        {
            return static context => context;
        }

        if (type == typeof(CancellationToken))
        {
            return static context => context.CancellationToken;
        }

        if (trigger.BindNamed(parameter) is { } binder)
        {
            return binder;
        }

        if (parameter.HasDefaultValue)
        {
            var value = parameter.DefaultValue;
            return _ => value;
        }

        return Unbindable($"cannot be bound{(trigger.Named.Length == 0 ? "" : $": {trigger.Named}")}");

        ParameterBinder? Unbindable(string why)
        {
            Fault(method, $"parameter '{parameter.Name}' ({NameOf(type)}) {why}");
            return null;
        }
    }

    private void CheckName(MethodInfo method, string name)
    {
        if (!ValidName().IsMatch(name))
        {
            Fault(method, $"the function's name '{name}' must begin with a letter and hold letters, digits, '-' and '_', at most 128");
        }
    }

    private void CheckMethod(MethodInfo method)
    {
        var type = method.DeclaringType!;
        if (!method.IsPublic || !type.IsVisible)
        {
            Fault(method, "the method and its class must be public");
        }

        if (method.IsGenericMethodDefinition || type.ContainsGenericParameters)
        {
            Fault(method, "the method and its class must not be generic");
        }

        var result = FunctionOutputs.ResultOf(method.ReturnType);
        if (method.ReturnType == typeof(void) && method.GetCustomAttribute<AsyncStateMachineAttribute>() is not null)
        {
            Fault(method, "the wrong return type: 'async void' cannot be waited for; return Task");
        }
        else if (result is not null && (result.IsByRef || result.IsPointer || result.IsByRefLike || IsAsyncStream(result)))
        {
            Fault(method, $"the wrong return type: {NameOf(result)} cannot be waited for");
        }

        if (!method.IsStatic && _classes.Add(type))
        {
            CheckConstructor(type, method);
        }
    }

    private void CheckConstructor(Type type, MethodInfo method)
    {
        var constructors = type.GetConstructors();
        if (type.IsAbstract || constructors.Length == 0)
        {
            Fault(method, $"{type.Name} cannot be made: it is abstract or has no public constructor");
            return;
        }

        // With several constructors the choice is dependency injection's; the common case of one can be told in advance.
        foreach (var parameter in constructors.Length == 1 ? constructors[0].GetParameters() : [])
        {
            var keyed = parameter.GetCustomAttribute<FromKeyedServicesAttribute>();
            var known = keyed is null
                ? _services.IsService(parameter.ParameterType)
                : _services is IServiceProviderIsKeyedService withKeys && withKeys.IsKeyedService(parameter.ParameterType, keyed.Key);
            if (!known && !parameter.HasDefaultValue)
            {
                Fault(method, $"the constructor of {type.Name} needs {NameOf(parameter.ParameterType)}, which is not registered");
            }
        }
    }

    private void CheckNames()
    {
        foreach (var (name, method) in _names)
        {
            AlsoThatOf(method, $"the function's name '{name}'", _names
                .Where(o => o.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(o => o.Method));
        }
    }

    private void CheckRoutes()
    {
        foreach (var (trigger, method) in _routes)
        {
            AlsoThatOf(method, $"the route {trigger.Source}", _routes
                .Where(o => o.Trigger.Shape == trigger.Shape && Overlap(trigger, o.Trigger)).Select(o => o.Method));
        }
    }

    private void AlsoThatOf(string method, string what, IEnumerable<string> all)
    {
        var others = all.ToList();
        others.Remove(method);
        if (others.Count > 0)
        {
            _faults.Add($"{method}: {what} is also that of {string.Join(", ", others)}");
        }
    }

    private void Fault(MethodInfo method, string fault) => _faults.Add($"{NameOf(method)}: {fault}");

    private static bool Overlap(HttpFunctionTrigger a, HttpFunctionTrigger b) =>
        a.Methods.Count == 0 || b.Methods.Count == 0 || a.Methods.Intersect(b.Methods).Any();

    private static bool IsAsyncStream(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>);

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ValidName();
}
