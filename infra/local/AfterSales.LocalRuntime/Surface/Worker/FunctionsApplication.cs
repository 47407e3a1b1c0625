using System.Reflection;
using System.Runtime.CompilerServices;
using AfterSales.LocalRuntime;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    public FunctionsApplication()
    {
    }

    /// <summary>Begins a function app whose functions are those of the calling assembly.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args, Assembly.GetCallingAssembly());
}

/// <summary>A function app being put together. <see cref="Build"/> turns it into a host that runs on the local runtime.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _inner;
    private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

    internal FunctionsApplicationBuilder(string[] args, Assembly functions)
    {
        _inner = Composition.CreateHostBuilder(args);
        LocalRuntime = new LocalRuntimeOptions { FunctionAssembly = functions };
        Composition.ApplySettings(_inner.Configuration, LocalRuntime);
    }

    public ConfigurationManager Configuration => _inner.Configuration;

    IConfigurationManager IHostApplicationBuilder.Configuration => _inner.Configuration;

    public IHostEnvironment Environment => _inner.Environment;

    public ILoggingBuilder Logging => _inner.Logging;

    public IMetricsBuilder Metrics => _inner.Metrics;

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_inner).Properties;

    public IServiceCollection Services => _inner.Services;

    internal LocalRuntimeOptions LocalRuntime { get; }

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _middleware.Add(middleware);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        _inner.ConfigureContainer(factory, configure);

    /// <exception cref="FunctionFaultsException">Functions or settings are wrong; the message lists every fault.</exception>
    public IHost Build() => Composition.Build(_inner, LocalRuntime, _middleware);
}
