using System.Reflection;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// What sets a function off, and what its parameters can be bound to. A binder is made once per parameter, at start, and takes the
/// parameter's value from an invocation.
/// </summary>
internal abstract class FunctionTrigger
{
    private static readonly Dictionary<string, object?> NoData = [];

    /// <summary>The platform's name of the trigger, for example <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    /// <summary>The types that the trigger's own parameter may have, in words.</summary>
    public abstract string Accepts { get; }

    /// <summary>What else a parameter may be bound to by its name, in words; empty when nothing.</summary>
    public virtual string Named => "";

    /// <summary>What the trigger listens to, for people.</summary>
    public virtual string Source => "";

    /// <summary>The binder of the parameter that carries the trigger's attribute; null when its type does not fit.</summary>
    public abstract ParameterBinder? BindTrigger(ParameterInfo parameter);

    /// <summary>The binder of a parameter without attribute, taken by its name or position; null when there is nothing of that name or
    /// type.</summary>
    public virtual ParameterBinder? BindNamed(ParameterInfo parameter) => null;

    /// <summary>What is wrong with the trigger itself.</summary>
    public virtual IEnumerable<string> Faults => [];

    /// <summary>The trigger's data by name, for middleware.</summary>
    public virtual IReadOnlyDictionary<string, object?> BindingData(InvocationContext context) => NoData;
}

/// <summary>Takes a parameter's value from an invocation.</summary>
internal delegate object? ParameterBinder(InvocationContext context);
