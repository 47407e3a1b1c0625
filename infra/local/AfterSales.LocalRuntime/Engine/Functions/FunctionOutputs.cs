using System.Collections;
using System.Reflection;
using AfterSales.LocalRuntime.Engine.Bus;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// Where what a function returns goes: by an attribute on the method, the whole value; by attributes on the properties of its class,
/// each property's value. A null is not sent; an array (but not of bytes) is one message an element.
/// </summary>
internal sealed class FunctionOutputs
{
    private readonly List<Output> _outputs = [];
    private readonly Type? _multiOutput;
    private readonly PropertyInfo? _httpResult;

    public FunctionOutputs(MethodInfo method, bool isHttp, IConfiguration configuration, BusTopology topology, Action<string> fault)
    {
        var returned = ResultOf(method.ReturnType);
        foreach (var attribute in method.GetCustomAttributes<OutputBindingAttribute>())
        {
            if (returned is null)
            {
                fault($"{NameOf(attribute)} sends what the function returns, and it returns nothing");
            }

            Add("$return", attribute, value => value, configuration, topology, fault);
        }

        var properties = (returned?.GetProperties() ?? [])
            .Select(p => (Property: p, Attributes: p.GetCustomAttributes<OutputBindingAttribute>().ToList()))
            .Where(p => p.Attributes.Count > 0)
            .ToList();
        if (properties.Count == 0)
        {
            return;
        }

        _multiOutput = returned;
        foreach (var (property, attributes) in properties)
        {
            foreach (var attribute in attributes)
            {
                if (attribute is not HttpResultAttribute)
                {
                    Add(property.Name, attribute, property.GetValue, configuration, topology, fault);
                }
                else if (!isHttp)
                {
                    fault($"{returned!.Name}.{property.Name} is an [HttpResult], and no HTTP request sets the function off");
                }
                else if (_httpResult is not null)
                {
                    fault($"{returned!.Name} has more than one [HttpResult]");
                }
                else
                {
                    _httpResult = property;
                }
            }
        }
    }

    /// <summary>The outputs by name and type, for the function's definition.</summary>
    public IEnumerable<(string Name, string Type)> Bindings => _outputs.Select(o => (o.Name, "serviceBus"))
        .Concat(_httpResult is null ? [] : [(_httpResult.Name, "http")])
        .DistinctBy(o => o.Item1);

    /// <summary>Sends what is to be sent.</summary>
    public Task SendAsync(InvocationContext context, object? result) =>
        _outputs.Count == 0 || result is null ? Task.CompletedTask : SendAllAsync(context, result);

    /// <summary>What of the result is the HTTP answer.</summary>
    public object? HttpAnswer(object? result) =>
        _httpResult is not null && result is not null && _multiOutput!.IsInstanceOfType(result) ? _httpResult.GetValue(result) : result;

    /// <summary>What a method's type of return gives in the end: T of Task&lt;T&gt;; null for none.</summary>
    public static Type? ResultOf(Type returned)
    {
        if (returned == typeof(void) || returned == typeof(Task) || returned == typeof(ValueTask))
        {
            return null;
        }

        return returned.IsGenericType && returned.GetGenericTypeDefinition() is var generic
            && (generic == typeof(Task<>) || generic == typeof(ValueTask<>))
            ? returned.GetGenericArguments()[0]
            : returned;
    }

    private static string NameOf(OutputBindingAttribute attribute) =>
        $"[{attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal)}]";

    private void Add(
        string name,
        OutputBindingAttribute attribute,
        Func<object, object?> value,
        IConfiguration configuration,
        BusTopology topology,
        Action<string> fault)
    {
        if (attribute is not ServiceBusOutputAttribute bus)
        {
            fault($"{NameOf(attribute)} is not an output that the local runtime knows");
            return;
        }

        var entity = SettingExpressions.Resolve(bus.QueueOrTopicName, configuration, out var missing);
        foreach (var setting in missing)
        {
            fault($"the setting '{setting}', which names the entity of {NameOf(attribute)}, is missing");
        }

        if (missing.Count == 0 && !BusEntities.HasQueueOrTopic(topology, entity))
        {
            fault($"the queue or topic '{entity}' of {NameOf(attribute)} is not in servicebus.json");
        }

        var connection = string.IsNullOrEmpty(bus.Connection) ? "AzureWebJobsServiceBus" : bus.Connection;
        if (!BusEntities.HasConnection(connection, configuration))
        {
            fault($"the connection setting '{connection}' of {NameOf(attribute)} is missing");
        }

        _outputs.Add(new Output(name, entity, value));
    }

    private async Task SendAllAsync(InvocationContext context, object result)
    {
        // Middleware may have put another answer in the place of the function's; then the function's outputs do not exist.
        if (_multiOutput is not null && !_multiOutput.IsInstanceOfType(result))
        {
            return;
        }

        foreach (var output in _outputs)
        {
            var messages = Messages(output.Value(result), context).ToList();
            if (messages.Count > 0)
            {
                await context.Runtime.SenderOf(output.Entity).SendMessagesAsync(messages, context.CancellationToken);
            }
        }
    }

    private static IEnumerable<ServiceBusMessage> Messages(object? value, InvocationContext context) => value switch
    {
        null => [],
        string text => [new ServiceBusMessage(text)],
        byte[] bytes => [new ServiceBusMessage(new BinaryData(bytes))],
        Array several => several.Cast<object?>().SelectMany(one => Messages(one, context)),
        IEnumerable several when several.GetType().IsGenericType => several.Cast<object?>().SelectMany(one => Messages(one, context)),
        _ => [new ServiceBusMessage(context.Runtime.Serializer.Serialize(value)) { ContentType = "application/json" }],
    };

    private sealed record Output(string Name, string Entity, Func<object, object?> Value);
}
