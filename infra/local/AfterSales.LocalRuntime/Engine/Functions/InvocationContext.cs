using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// One invocation. <see cref="Payload"/> is what the trigger brings: an <c>HttpContext</c>, a message or a batch, a <c>TimerInfo</c>, an
/// activity's call or an orchestration's context. Everything that few functions ask for is made on first use.
/// </summary>
internal sealed class InvocationContext(
    FoundFunction function, object payload, LocalRuntime runtime, IServiceProvider services, CancellationToken cancellationToken)
    : FunctionContext
{
    private string? _id;
    private IServiceProvider? _instanceServices;
    private AsyncServiceScope? _scope;
    private IDictionary<object, object>? _items;
    private InvocationFeatures? _features;
    private TriggerData? _binding;
    private Trace? _trace;

    public FoundFunction Function { get; } = function;

    public object Payload { get; } = payload;

    public LocalRuntime Runtime { get; } = runtime;

    public InvocationOutcome Outcome { get; } = new();

    public override string InvocationId => _id ??= Guid.NewGuid().ToString();

    public override string FunctionId => Function.Id;

    public override FunctionDefinition FunctionDefinition => Function;

    public override CancellationToken CancellationToken { get; } = cancellationToken;

    public override IServiceProvider InstanceServices
    {
        get
        {
            if (_instanceServices is null && Payload is HttpContext http)
            {
                _instanceServices = http.RequestServices;
            }
            else if (_instanceServices is null)
            {
                _scope = services.CreateAsyncScope();
                _instanceServices = _scope.Value.ServiceProvider;
            }

            return _instanceServices;
        }

        set => _instanceServices = value;
    }

    public override IDictionary<object, object> Items
    {
        get => _items ??= new Dictionary<object, object>();
        set => _items = value;
    }

    public override IInvocationFeatures Features => _features ??= new InvocationFeatures();

    public override BindingContext BindingContext => _binding ??= new TriggerData(this);

    public override TraceContext TraceContext => _trace ??= new Trace(Activity.Current);

    public override RetryContext RetryContext { get; } = FirstTry.Instance;

    /// <summary>Ends the invocation's scope of services, if one was begun.</summary>
    public ValueTask EndAsync() => _scope?.DisposeAsync() ?? ValueTask.CompletedTask;

    private sealed class TriggerData(InvocationContext context) : BindingContext
    {
        private IReadOnlyDictionary<string, object?>? _data;

        public override IReadOnlyDictionary<string, object?> BindingData => _data ??= context.Function.Trigger.BindingData(context);
    }

    private sealed class Trace(Activity? activity) : TraceContext
    {
        public override string TraceParent { get; } = activity?.Id ?? "";

        public override string TraceState { get; } = activity?.TraceStateString ?? "";
    }

    /// <summary>Functions are not retried by the host here: the bus redelivers messages, durable activities have their own policy.</summary>
    private sealed class FirstTry : RetryContext
    {
        public static readonly FirstTry Instance = new();

        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    private sealed class InvocationFeatures : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _byType = [];

        public void Set<T>(T instance) => _byType[typeof(T)] = instance ?? throw new ArgumentNullException(nameof(instance));

        public T? Get<T>() => _byType.TryGetValue(typeof(T), out var value) ? (T)value : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _byType.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
