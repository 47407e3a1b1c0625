namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>The executions of waiting orchestrators that are kept in memory. When there are too many, the one that waited longest
/// is forgotten; it is rebuilt from its history when it is woken.</summary>
internal sealed class ExecutionCache(int capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<OrchestrationExecution> _oldestFirst = new();

    public void Keep(OrchestrationExecution execution)
    {
        if (capacity <= 0)
        {
            return;
        }

        lock (_gate)
        {
            execution.Instance.Cached = _oldestFirst.AddLast(execution);
            if (_oldestFirst.Count > capacity)
            {
                _oldestFirst.First!.Value.Instance.Cached = null;
                _oldestFirst.RemoveFirst();
            }
        }
    }

    /// <summary>Takes the execution out, to be run; null when it is not in memory.</summary>
    public OrchestrationExecution? Take(OrchestrationInstance instance)
    {
        lock (_gate)
        {
            if (instance.Cached is not { } node)
            {
                return null;
            }

            _oldestFirst.Remove(node);
            instance.Cached = null;
            return node.Value;
        }
    }
}
