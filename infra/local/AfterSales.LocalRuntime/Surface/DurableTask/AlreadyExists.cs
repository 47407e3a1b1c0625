namespace DurableTask.Core.Exceptions;

/// <summary>An orchestration of this instance id is there already and its status does not let it be started again.</summary>
public class OrchestrationAlreadyExistsException(string message) : InvalidOperationException(message);
