using AfterSales.LocalRuntime;
using AfterSales.LocalRuntime.Engine.Functions;
using Microsoft.AspNetCore.Http;

namespace Microsoft.Azure.Functions.Worker
{
    public static class FunctionContextExtensions
    {
        /// <summary>The HTTP request that set this invocation off; null when something else did.</summary>
        public static HttpContext? GetHttpContext(this FunctionContext context) =>
            (context as InvocationContext)?.Payload as HttpContext;
    }
}

namespace Microsoft.Azure.Functions.Worker.Builder
{
    public static class FunctionsApplicationBuilderAspNetCoreExtensions
    {
        /// <summary>Functions take <see cref="HttpRequest"/> and return <see cref="IResult"/> or action results.</summary>
        public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
        {
            Composition.AddHttp(builder.Services);
            return builder;
        }
    }
}
