using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Failures that the engine itself reports, under the names that the genuine one uses.</summary>
internal static class DurableFailures
{
    public const string ActivityNotFound = "ActivityTaskNotFound";
    private const string OrchestratorNotFound = "OrchestratorTaskNotFound";
    private const string NonDeterministic = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    public static TaskFailureDetails MissingActivity(string name) => Of(ActivityNotFound, $"No activity task named '{name}' was found.");

    public static TaskFailureDetails MissingOrchestrator(string name) =>
        Of(OrchestratorNotFound, $"No orchestrator task named '{name}' was found.");

    public static TaskFailureDetails Violation(string message) => Of(typeof(InvalidOperationException).FullName!, message);

    public static TaskFailureDetails NonDeterminism(NonDeterminismException e) => Of(NonDeterministic, e.Message);

    public static TaskFailureDetails NothingDurableAwaited(OrchestrationInstance instance) => Violation(
        $"Orchestrator '{instance.Name}' (instance '{instance.Id}') waits, but not for anything durable: no activity, timer or event is "
        + "outstanding, so nothing could ever wake it. Only tasks made by its TaskOrchestrationContext may be awaited; other work belongs in activities.");

    private static TaskFailureDetails Of(string type, string message) => new(type, message, null, null, null);
}
