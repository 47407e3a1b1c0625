using Microsoft.Azure.Functions.Worker;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>What an invocation returned, kept so that middleware can read and replace it.</summary>
internal sealed class InvocationOutcome : InvocationResult
{
    public override object? Value { get; set; }

    public static InvocationResult Of(FunctionContext context) => Get(context);

    public static InvocationResult<T> Of<T>(FunctionContext context) => new Typed<T>(Get(context));

    private static InvocationOutcome Get(FunctionContext context) => ((InvocationContext)context).Outcome;

    private sealed class Typed<T>(InvocationOutcome outcome) : InvocationResult<T>
    {
        public override T? Value
        {
            get => outcome.Value switch
            {
                null => default,
                T value => value,
                var other => throw new InvalidOperationException($"The function returned {other.GetType()}, not {typeof(T)}."),
            };
            set => outcome.Value = value;
        }
    }
}
