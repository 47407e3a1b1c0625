using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;
using AfterSales.Functions.Tests.Api;
using AfterSales.LocalRuntime;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Tests;

/// <summary>The whole app on the local runtime: a folder of its own, a free port, a virtual clock that stands still until it is advanced.</summary>
public sealed class AppHost : IAsyncDisposable
{
    public const string DefaultStart = "2026-11-02T09:00:00+08:00";
    public const string Marketplace = "demo-mall";
    public const string Secret = "ZGVtby1tYWxsLXNlY3JldC1mb3ItbG9jYWwtdXNlLW9ubHk=";

    private AppHostOptions _options;
    private readonly bool _ownsFolder;
    private IHost _host;

    private AppHost(AppHostOptions options, bool ownsFolder, IHost host)
    {
        (_options, _ownsFolder, _host) = (options, ownsFolder, host);
        Http = Client();
    }

    /// <summary>Speaks to the app without a token. An answer that is not as openapi.yaml says fails the test.</summary>
    public HttpClient Http { get; private set; }

    public IServiceProvider Services => _host.Services;

    public LocalRuntime.LocalRuntime Runtime => Services.GetRequiredService<LocalRuntime.LocalRuntime>();

    public string DataFolder => _options.DataFolder!;

    public DateTimeOffset Now => Runtime.Clock.GetUtcNow();

    public static async Task<AppHost> StartAsync(AppHostOptions? options = null)
    {
        options ??= new AppHostOptions();
        var ownsFolder = options.DataFolder is null;
        options = options with { DataFolder = options.DataFolder ?? Directory.CreateTempSubdirectory("aftersales-test-").FullName };
        return new AppHost(options, ownsFolder, await RunAsync(options));
    }

    /// <summary>Ends the app and starts it again on the same folder.</summary>
    /// <param name="settings">Settings beside those that it had.</param>
    public async Task RestartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        await StopAsync();
        if (settings is not null)
        {
            _options = _options with { Settings = _options.Settings.Concat(settings).ToDictionary() };
        }

        _host = await RunAsync(_options);
        Http = Client();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (_ownsFolder)
        {
            Directory.Delete(DataFolder, recursive: true);
        }
    }

    /// <summary>Waits until the app has done all that was asked of it, at the instant where the clock stands.</summary>
    public Task SettleAsync() => Runtime.Work.IdleAsync();

    public Task AdvanceAsync(TimeSpan by) => Runtime.Clock.AdvanceToAsync(Now + by, CancellationToken.None);

    /// <param name="instant">ISO 8601 with offset.</param>
    public Task AdvanceToAsync(string instant) =>
        Runtime.Clock.AdvanceToAsync(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture), CancellationToken.None);

    public string Token(Role role, string? supplier = null, string? marketplace = null, string? subject = null) => DevelopmentTokens.Create(
        Convert.FromBase64String(Services.GetRequiredService<IConfiguration>()["Access:SigningKey"]!), role, TimeSpan.FromHours(1), supplier,
        marketplace, subject);

    /// <summary>Sends a request with a token of the role.</summary>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Role role, object? body = null, string? supplier = null, string? marketplace = null, string? idempotencyKey = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = Content(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token(role, supplier, marketplace));
        if (idempotencyKey is not null)
        {
            request.Headers.Add(Idempotency.Header, idempotencyKey);
        }

        return Http.SendAsync(request);
    }

    /// <summary>Acts as the customer does, who comes by the signed link of the case.</summary>
    public Task<HttpResponseMessage> ByLinkAsync(string caseId, object action) => Http.PostAsync(
        new Uri($"/api/v1/cases/{caseId}/actions{Services.GetRequiredService<SignedLinks>().CaseLink(caseId, Now.AddDays(7)).Query}", UriKind.Relative),
        Content(action));

    /// <summary>Sends a webhook as the marketplace does, signed now by the wall clock.</summary>
    public Task<HttpResponseMessage> WebhookAsync(JsonNode body, string? id = null, string marketplace = Marketplace) =>
        WebhookAsync(Encoding.UTF8.GetBytes(body.ToJsonString()), id, marketplace);

    /// <inheritdoc cref="WebhookAsync(JsonNode, string?, string)"/>
    public Task<HttpResponseMessage> WebhookAsync(byte[] body, string? id = null, string marketplace = Marketplace) =>
        Http.SendAsync(SignedWebhook(body, id ?? $"msg_{Guid.NewGuid():n}", TimeProvider.System.GetUtcNow(), marketplace));

    public static HttpRequestMessage SignedWebhook(
        byte[] body, string id, DateTimeOffset at, string marketplace = Marketplace, string secret = Secret)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/marketplaces/{marketplace}/webhooks") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add(StandardWebhook.IdHeader, id);
        request.Headers.Add(StandardWebhook.TimestampHeader, timestamp);
        request.Headers.Add(StandardWebhook.SignatureHeader, StandardWebhook.Sign(Convert.FromBase64String(secret), id, timestamp, body));
        return request;
    }

    private static async Task<IHost> RunAsync(AppHostOptions options)
    {
        var host = FunctionApp.Build([], builder =>
        {
            builder.UseLocalRuntime(runtime =>
            {
                runtime.DataFolder = options.DataFolder!;
                runtime.VirtualClock = options.VirtualClock;
                runtime.Start = DateTimeOffset.Parse(options.Start, CultureInfo.InvariantCulture);
                runtime.Url = "http://127.0.0.1:0";
                runtime.SettingsFile = Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
                runtime.Banner = null;
            });
            builder.Logging.SetMinimumLevel(options.LogLevel);
            options.Configure?.Invoke(builder);
            foreach (var (key, value) in options.Settings)
            {
                builder.Configuration[key] = value;
            }
        });
        await host.StartAsync();
        return host;
    }

    private static HttpContent? Content(object? body) => body switch
    {
        null => null,
        HttpContent content => content,
        byte[] bytes => new ByteArrayContent(bytes),
        _ => new StringContent(body as string ?? JsonSerializer.Serialize(body, JsonSerializerOptions.Web), Encoding.UTF8, "application/json"),
    };

    private HttpClient Client() => new(new ContractHandler()) { BaseAddress = new Uri(Runtime.Url), Timeout = TimeSpan.FromMinutes(1) };

    private async Task StopAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync();
        }
        else
        {
            _host.Dispose();
        }
    }
}

/// <summary>How the app is started; the defaults are right for most tests.</summary>
public sealed record AppHostOptions
{
    /// <summary>Null = a temporary folder, deleted with the app.</summary>
    public string? DataFolder { get; init; }

    public bool VirtualClock { get; init; } = true;

    public string Start { get; init; } = AppHost.DefaultStart;

    public LogLevel LogLevel { get; init; } = LogLevel.Error;

    /// <summary>Puts more into the app before its own services, such as faults of the storage.</summary>
    public Action<FunctionsApplicationBuilder>? Configure { get; init; }

    /// <summary>Settings beside those of local.settings.template.json, which they win over.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}
