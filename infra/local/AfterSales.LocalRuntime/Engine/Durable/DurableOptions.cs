using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Limits of the durable engine: <c>extensions.durableTask</c> of host.json, and what only the local runtime knows.</summary>
public sealed record DurableOptions
{
    /// <summary>How many activities may be under way at once; at least 1.</summary>
    public int MaxConcurrentActivityFunctions { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>How many orchestrators may run code at once; at least 1. One that waits takes no place.</summary>
    public int MaxConcurrentOrchestratorFunctions { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Whether an event raised to an orchestration that is not there or has ended is refused; else it is dropped.</summary>
    public bool ThrowStatusExceptionsOnRaiseEvent { get; init; } = true;

    /// <summary>How many waiting orchestrators are kept in memory; the others are rebuilt from their history when they are woken.</summary>
    public int CachedOrchestrators { get; init; } = 20_000;

    /// <summary>Rebuilds every orchestrator from its history at every step, which finds non-determinism at once.</summary>
    public bool ReplayEveryStep { get; init; }

    /// <summary>Longer timers are made of several.</summary>
    public TimeSpan MaximumTimerInterval { get; init; } = TimeSpan.FromDays(3);

    /// <summary>Inputs, outputs, events and statuses: PascalCase writing, case-insensitive reading, enums as numbers.</summary>
    public DataConverter DataConverter { get; init; } =
        new JsonDataConverter(new System.Text.Json.JsonSerializerOptions { PropertyNameCaseInsensitive = true });
}

/// <summary>One call of an activity. <paramref name="InputJson"/> is null when the orchestrator gave no input.</summary>
public sealed record DurableActivityCall(string InstanceId, string Name, string? InputJson, int TaskId);
