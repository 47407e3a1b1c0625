using System.Reflection;
using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>A run of an orchestration. The first parameter that nothing else binds takes its input.</summary>
internal sealed class OrchestrationFunctionTrigger(string name) : FunctionTrigger
{
    private bool _inputIsBound;

    /// <summary>The name by which instances are started.</summary>
    public string OrchestrationName { get; } = name;

    public override string Type => "orchestrationTrigger";

    public override string Accepts => "a TaskOrchestrationContext";

    public override string Named => "one parameter takes the orchestration's input";

    public override ParameterBinder? BindTrigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TaskOrchestrationContext) ? static context => context.Payload : null;

    public override ParameterBinder? BindNamed(ParameterInfo parameter)
    {
        if (_inputIsBound)
        {
            return null;
        }

        _inputIsBound = true;
        var read = typeof(OrchestrationFunctionTrigger).GetMethod(nameof(InputOf), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(parameter.ParameterType).CreateDelegate<Func<TaskOrchestrationContext, object?>>();
        return context => read((TaskOrchestrationContext)context.Payload);
    }

    private static object? InputOf<T>(TaskOrchestrationContext context) => context.GetInput<T>();
}

/// <summary>An activity's call; its parameter takes the input.</summary>
internal sealed class ActivityFunctionTrigger(string name) : FunctionTrigger
{
    /// <summary>The name by which orchestrators call it.</summary>
    public string ActivityName { get; } = name;

    public override string Type => "activityTrigger";

    public override string Accepts => "a type that JSON can be read into, or a FunctionContext";

    public override string Named => "an activity knows its instanceId (string) only";

    public override ParameterBinder? BindTrigger(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type == typeof(Microsoft.Azure.Functions.Worker.FunctionContext))
        {
            return static context => context;
        }

        if (type == typeof(TaskOrchestrationContext) || type.IsByRefLike || type.IsPointer)
        {
            return null;
        }

        return context => context.Runtime.DataConverter.Deserialize(((DurableActivityCall)context.Payload).InputJson, type);
    }

    public override ParameterBinder? BindNamed(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(string) && parameter.Name!.Equals("instanceId", StringComparison.OrdinalIgnoreCase)
            ? static context => ((DurableActivityCall)context.Payload).InstanceId
            : null;

    public override IReadOnlyDictionary<string, object?> BindingData(InvocationContext context) =>
        new Dictionary<string, object?>(StringComparer.OrdinalIgnoreCase)
        {
            ["instanceId"] = ((DurableActivityCall)context.Payload).InstanceId,
        };
}
