using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Calls a function's method: makes its class from the invocation's services, awaits what the method returns, disposes the
/// instance.</summary>
internal sealed class FunctionCall
{
    private readonly MethodInvoker _invoker;
    private readonly ObjectFactory? _factory;
    private readonly Func<object?, Task<object?>> _await;
    private readonly bool _needsServices;

    public FunctionCall(MethodInfo method)
    {
        _invoker = MethodInvoker.Create(method);
        _await = AwaiterOf(method.ReturnType);
        if (!method.IsStatic)
        {
            var type = method.DeclaringType!;
            _factory = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);
            _needsServices = type.GetConstructors().Any(c => c.GetParameters().Length > 0);
        }
    }

    public Task<object?> RunAsync(InvocationContext context)
    {
        var binders = context.Function.Binders;
        var arguments = binders.Length == 0 ? [] : new object?[binders.Length];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = binders[i](context);
        }

        if (_factory is null)
        {
            return _await(_invoker.Invoke(null, arguments.AsSpan()));
        }

        var instance = _factory(_needsServices ? context.InstanceServices : NoServices.Instance, null);
        return instance is IAsyncDisposable or IDisposable
            ? RunAndDisposeAsync(instance, arguments)
            : _await(_invoker.Invoke(instance, arguments.AsSpan()));
    }

    private async Task<object?> RunAndDisposeAsync(object instance, object?[] arguments)
    {
        try
        {
            return await _await(_invoker.Invoke(instance, arguments.AsSpan()));
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                ((IDisposable)instance).Dispose();
            }
        }
    }

    private static Func<object?, Task<object?>> AwaiterOf(Type returned)
    {
        if (returned == typeof(Task))
        {
            return static result => WithoutResult((Task)result!);
        }

        if (returned == typeof(ValueTask))
        {
            return static result => WithoutResult(((ValueTask)result!).AsTask());
        }

        var generic = returned.IsGenericType ? returned.GetGenericTypeDefinition() : null;
        if (generic == typeof(Task<>) || generic == typeof(ValueTask<>))
        {
            var awaiter = generic == typeof(Task<>) ? nameof(OfTask) : nameof(OfValueTask);
            return typeof(FunctionCall).GetMethod(awaiter, BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(returned.GetGenericArguments()).CreateDelegate<Func<object?, Task<object?>>>();
        }

        return Task.FromResult;
    }

    private static async Task<object?> WithoutResult(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> OfTask<T>(object? task) => await (Task<T>)task!;

    private static async Task<object?> OfValueTask<T>(object? task) => await (ValueTask<T>)task!;

    /// <summary>For classes whose constructor takes nothing: no scope need be begun to make one.</summary>
    private sealed class NoServices : IServiceProvider
    {
        public static readonly NoServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }
}
