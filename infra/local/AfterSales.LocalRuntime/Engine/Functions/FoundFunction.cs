using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>A function of the app, ready to be invoked: its trigger, its parameters' binders, its outputs.</summary>
internal sealed class FoundFunction : FunctionDefinition
{
    public FoundFunction(
        string name, MethodInfo method, FunctionTrigger trigger, IReadOnlyList<ParameterBinder> binders, FunctionOutputs outputs)
    {
        Name = name;
        Id = name;
        Trigger = trigger;
        Binders = [.. binders];
        Outputs = outputs;
        Call = new FunctionCall(method);
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        PathToAssembly = method.DeclaringType.Assembly.Location;
        Parameters = [.. method.GetParameters().Select(p => new FunctionParameter(p.Name!, p.ParameterType))];
        InputBindings = method.GetParameters()
            .Select(p => (p.Name, Attribute: p.GetCustomAttribute<BindingAttribute>()))
            .Where(p => p.Attribute is not null)
            .Select(p => new Binding(p.Name!, TypeOf(p.Attribute!, trigger), BindingDirection.In))
            .ToImmutableDictionary(b => b.Name, BindingMetadata (b) => b);
        OutputBindings = outputs.Bindings
            .Select(o => new Binding(o.Name, o.Type, BindingDirection.Out))
            .ToImmutableDictionary(b => b.Name, BindingMetadata (b) => b);
    }

    public FunctionTrigger Trigger { get; }

    public ParameterBinder[] Binders { get; }

    public FunctionOutputs Outputs { get; }

    public FunctionCall Call { get; }

    public override string Name { get; }

    public override string Id { get; }

    public override string EntryPoint { get; }

    public override string PathToAssembly { get; }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    private static string TypeOf(BindingAttribute attribute, FunctionTrigger trigger)
    {
        if (attribute is TriggerBindingAttribute)
        {
            return trigger.Type;
        }

        var name = attribute.GetType().Name.Replace("Attribute", "", StringComparison.Ordinal);
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    private sealed class Binding(string name, string type, BindingDirection direction) : BindingMetadata
    {
        public override string Name { get; } = name;

        public override string Type { get; } = type;

        public override BindingDirection Direction { get; } = direction;
    }
}
