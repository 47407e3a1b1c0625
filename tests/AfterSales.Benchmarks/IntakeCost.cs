using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions;
using AfterSales.LocalRuntime;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Benchmarks;

/// <summary>
/// Signed webhooks over HTTP through the whole app, one after another. In the same requests, the time of each storage call that the request
/// itself makes: what intake adds is the ratio of the two.
/// </summary>
internal static class IntakeCost
{
    private const int WarmUp = 100;
    private const int Requests = 300;
    private const string Secret = "ZGVtby1tYWxsLXNlY3JldC1mb3ItbG9jYWwtdXNlLW9ubHk=";

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-intake-");
        try
        {
            var calls = new CallsOfRequests();
            await using var host = await StartAsync(folder.FullName, calls);
            var runtime = host.Services.GetRequiredService<LocalRuntime.LocalRuntime>();
            using var http = new HttpClient { BaseAddress = new Uri(runtime.Url) };
            await SendAsync(http, runtime, calls, "warm", WarmUp);
            for (var round = 1; round <= 3; round++)
            {
                var (request, storage, count) = await SendAsync(http, runtime, calls, $"r{round}", Requests);
                await output.WriteLineAsync(
                    $"intake round {round}: {request.TotalMilliseconds:n2} ms a webhook; its {count:n1} storage calls add up to "
                    + $"{storage.TotalMilliseconds:n2} ms; ratio {request / storage:n2}");
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Medians, because one pause of the machine is not what is measured.</summary>
    private static async Task<(TimeSpan Request, TimeSpan Storage, double Calls)> SendAsync(
        HttpClient http, LocalRuntime.LocalRuntime runtime, CallsOfRequests calls, string name, int count)
    {
        var measured = new List<(TimeSpan Request, TimeSpan Storage, int Calls)>();
        for (var i = 0; i < count; i++)
        {
            using var request = Webhook($"{name}-{i}");
            var began = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            var elapsed = Stopwatch.GetElapsedTime(began);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }

            var (storage, made) = calls.Of($"{name}-{i}");
            measured.Add((elapsed, storage, made));

            // What the case sets off afterwards is not part of the request.
            await runtime.Work.IdleAsync();
        }

        return (Median(measured.Select(m => m.Request)), Median(measured.Select(m => m.Storage)), measured.Average(m => m.Calls));
    }

    private static TimeSpan Median(IEnumerable<TimeSpan> times) => times.Order().ElementAt(times.Count() / 2);

    private static HttpRequestMessage Webhook(string id)
    {
        var body = Encoding.UTF8.GetBytes($$"""
            { "type": "case.requested", "timestamp": "2026-11-02T10:15:00+08:00", "data": {
              "externalId": "{{id}}",
              "customer": { "id": "C-{{id}}", "name": "A B", "phone": "+8613900000000", "city": "Lanzhou" },
              "supplier": { "id": "S-1", "name": "Shoes" },
              "order": { "id": "O-{{id}}", "paid": "300.00", "soldAt": "2026-10-20T00:00:00+08:00" },
              "claim": { "kind": "return", "reason": "quality", "description": "The sole came off" },
              "facts": { "category": "shoe", "goods_class": ["leather"], "defect": "broken_sole", "has_card": true, "has_voucher": true,
                "both_acknowledge_sale": false, "clearance_goods": false, "man_made_damage": false, "self_disassembled": false,
                "goods_match_papers": true, "prior_repairs_same_defect": 0 } } }
            """);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret), content));
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/marketplaces/demo-mall/webhooks") { Content = new ByteArrayContent(body) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1,{signature}");
        return request;
    }

    private static async Task<RunningHost> StartAsync(string folder, CallsOfRequests calls)
    {
        var host = FunctionApp.Build([], builder =>
        {
            builder.UseLocalRuntime(options =>
            {
                options.DataFolder = folder;
                options.VirtualClock = true;
                options.Start = new DateTimeOffset(2026, 11, 2, 10, 15, 0, TimeSpan.FromHours(8));
                options.Url = "http://127.0.0.1:0";
                options.SettingsFile = Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
                options.Banner = null;
            });
            builder.UseMiddleware(CallsOfRequests.KnowAsync);
            builder.Logging.SetMinimumLevel(LogLevel.Error);
            builder.Services.AddSingleton<HttpPipelineTransport>(services => new TimedTransport(
                new HttpClientTransport(new HttpClient(new EmbeddedStorageHandler(services.GetRequiredService<LocalRuntime.LocalRuntime>().Store))),
                calls));
        });
        await host.StartAsync();
        return new RunningHost(host);
    }

    private sealed class RunningHost(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    /// <summary>The storage calls made by the function that serves an HTTP request, told apart by the request's webhook-id.</summary>
    private sealed class CallsOfRequests
    {
        private static readonly AsyncLocal<string?> Current = new();

        private readonly ConcurrentDictionary<string, (TimeSpan Time, int Count)> _calls = new(StringComparer.Ordinal);

        /// <summary>A middleware that knows which request the calls below it belong to.</summary>
        public static Task KnowAsync(FunctionContext context, Func<Task> next)
        {
            Current.Value = context.GetHttpContext()?.Request.Headers["webhook-id"].ToString();
            return next();
        }

        public void Add(TimeSpan time)
        {
            if (Current.Value is { } id)
            {
                _calls.AddOrUpdate(id, (time, 1), (_, sum) => (sum.Time + time, sum.Count + 1));
            }
        }

        public (TimeSpan Time, int Count) Of(string id) => _calls.GetValueOrDefault(id);
    }

    private sealed class TimedTransport(HttpPipelineTransport inner, CallsOfRequests calls) : HttpPipelineTransport
    {
        public override Request CreateRequest() => inner.CreateRequest();

        public override void Process(HttpMessage message) => inner.Process(message);

        public override async ValueTask ProcessAsync(HttpMessage message)
        {
            var began = Stopwatch.GetTimestamp();
            await inner.ProcessAsync(message);
            calls.Add(Stopwatch.GetElapsedTime(began));
        }
    }
}
