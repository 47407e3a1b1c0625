using System.Diagnostics;
using AfterSales.LocalRuntime;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Benchmarks;

/// <summary>A function that is as small as a function can be, with a service from its scope.</summary>
public sealed class SmallFunctions(TimeProvider clock)
{
    [Function("small")]
    public IResult Small([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "small/{id}")] HttpRequest request, string id) =>
        Results.Text(clock is null ? "" : id);

    [Function("minute")]
    public void Minute([TimerTrigger("0 * * * * *")] TimerInfo timer) => GC.KeepAlive(timer);
}

/// <summary>
/// Requests to an HTTP function through middleware, beside the same answer from ASP.NET alone in the same run: what the host adds is the
/// ratio of the two. Then a month of a timer that runs every minute, on a virtual clock.
/// </summary>
internal static class HttpThroughput
{
    private const int Clients = 32;
    private const int Requests = 40_000;

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("bench-").FullName;
        await using (var alone = AspNetAlone())
        {
            using var functions = Functions(folder);
            await alone.StartAsync();
            await functions.StartAsync();
            var runtime = functions.Services.GetRequiredService<LocalRuntime.LocalRuntime>();
            await MeasureAsync(alone.Urls.First(), Requests / 4);
            await MeasureAsync(runtime.Url, Requests / 4);
            for (var round = 1; round <= 3; round++)
            {
                var bare = await MeasureAsync(alone.Urls.First(), Requests);
                var hosted = await MeasureAsync(runtime.Url, Requests);
                await output.WriteLineAsync(
                    $"http round {round}: {hosted:n0} requests/s to a function; ASP.NET alone {bare:n0}/s; ratio {bare / hosted:n2}");
            }

            var began = Stopwatch.GetTimestamp();
            await runtime.Clock.AdvanceToAsync(runtime.Clock.GetUtcNow().AddDays(30), CancellationToken.None);
            await output.WriteLineAsync($"timers: 30 days of a timer every minute in {Stopwatch.GetElapsedTime(began).TotalSeconds:n2} s");
            await functions.StopAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    private static WebApplication AspNetAlone()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/small/{id}", (string id) => Results.Text(id));
        return app;
    }

    private static IHost Functions(string folder)
    {
        var builder = FunctionsApplication.CreateBuilder([]);
        builder.UseLocalRuntime(options =>
        {
            options.DataFolder = folder;
            options.ContentRoot = folder;
            options.Url = "http://127.0.0.1:0";
            options.VirtualClock = true;
            options.FunctionTypes = [typeof(SmallFunctions)];
            options.Banner = null;
        });
        File.WriteAllText(Path.Combine(folder, "host.json"), """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""");
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware(async (_, next) => await next());
        builder.Logging.ClearProviders();
        return builder.Build();
    }

    private static async Task<double> MeasureAsync(string url, int requests)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        var left = requests;
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await client.GetByteArrayAsync("/small/abc");
            }
        })));
        return requests / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
