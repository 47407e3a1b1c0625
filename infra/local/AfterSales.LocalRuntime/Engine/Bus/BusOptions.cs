using System.Globalization;
using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>How triggers are served: the section <c>extensions.serviceBus</c> of host.json, with the platform's defaults.</summary>
public sealed record BusOptions
{
    private static readonly string[] WithoutEffect =
    [
        "prefetchCount", "clientRetryOptions", "transportType", "webProxy", "maxConcurrentSessions", "maxConcurrentCallsPerSession",
        "sessionIdleTimeout", "enableCrossEntityTransactions", "minMessageBatchSize", "maxBatchWaitTime",
    ];

    /// <summary>How many messages of one function are handled at the same time.</summary>
    public int MaxConcurrentCalls { get; init; } = 16 * Environment.ProcessorCount;

    /// <summary>Whether a message is completed when its function returns, where the trigger does not say.</summary>
    public bool AutoCompleteMessages { get; init; } = true;

    /// <summary>How long a running function keeps its message locked, on the wall clock.</summary>
    public TimeSpan MaxAutoLockRenewalDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The most messages that a batched function gets at once.</summary>
    public int MaxMessageBatchSize { get; init; } = 1000;

    /// <summary>Transport time: locks, waits and duplicate windows.</summary>
    public TimeProvider Transport { get; init; } = TimeProvider.System;

    /// <summary>Reads host.json; without its section, the defaults. Keys that only matter over a network have no effect.</summary>
    /// <exception cref="BusConfigurationException">An unknown key or a value out of range; every one is listed.</exception>
    public static BusOptions Load(string hostJson)
    {
        if (!File.Exists(hostJson))
        {
            return new BusOptions();
        }

        var lenient = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        using var document = JsonDocument.Parse(File.ReadAllBytes(hostJson), lenient);
        var options = new BusOptions();
        if (!document.RootElement.TryGetProperty("extensions", out var extensions)
            || !extensions.TryGetProperty("serviceBus", out var section))
        {
            return options;
        }

        var faults = new List<string>();
        foreach (var property in section.EnumerateObject())
        {
            options = options.With(property, faults);
        }

        return faults.Count == 0 ? options : throw new BusConfigurationException(hostJson, faults);
    }

    private BusOptions With(JsonProperty property, List<string> faults)
    {
        var value = property.Value;
        switch (property.Name)
        {
            case "maxConcurrentCalls" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var calls) && calls > 0:
                return this with { MaxConcurrentCalls = calls };
            case "maxMessageBatchSize" when value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var size) && size > 0:
                return this with { MaxMessageBatchSize = size };
            case "autoCompleteMessages" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                return this with { AutoCompleteMessages = value.GetBoolean() };
            case "maxAutoLockRenewalDuration" when value.ValueKind == JsonValueKind.String
                && TimeSpan.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var renewal) && renewal >= TimeSpan.Zero:
                return this with { MaxAutoLockRenewalDuration = renewal };
            case "maxConcurrentCalls" or "maxMessageBatchSize" or "autoCompleteMessages" or "maxAutoLockRenewalDuration":
                faults.Add($"extensions.serviceBus.{property.Name}: {value.GetRawText()} is out of range");
                return this;
            default:
                if (!WithoutEffect.Contains(property.Name))
                {
                    faults.Add($"extensions.serviceBus.{property.Name}: unknown key");
                }

                return this;
        }
    }
}
