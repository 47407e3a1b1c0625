using AfterSales.LocalRuntime.Engine.Storage;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>The instances that had not ended when the program stopped, and what each had asked for and not got yet.</summary>
internal sealed class RecoveredInstances
{
    private readonly Dictionary<long, Found> _byKey;

    public RecoveredInstances(StoreSession session)
    {
        _byKey = DurableStore.LiveInstances(session).ToDictionary(
            row => row.Key,
            row => new Found(new OrchestrationInstance(row.Key, row.Id, row.Name) { ExecutionNumber = row.Execution }, row.StartAt));
        DurableStore.ReadLiveHistories(session, (key, chunk) => _byKey[key].Take(chunk));
    }

    public IReadOnlyCollection<Found> All => _byKey.Values;

    /// <summary>An instance and its open activities and timers.</summary>
    internal sealed class Found(OrchestrationInstance instance, long? startAt)
    {
        private readonly SortedDictionary<int, HistoryEvent> _open = [];

        public OrchestrationInstance Instance => instance;

        public long? StartAt => startAt;

        public IReadOnlyCollection<HistoryEvent> Open => _open.Values;

        public void Take(HistoryChunk chunk)
        {
            instance.NextSeq = chunk.Seq + 1;
            instance.LastStepAt = chunk.At;
            foreach (var e in chunk.Events)
            {
                switch (e.Kind)
                {
                    case HistoryKind.ExecutionStarted:
                        instance.HasStarted = true;
                        break;
                    case HistoryKind.TaskScheduled or HistoryKind.TimerCreated:
                        _open[e.TaskId] = e;
                        break;
                    case HistoryKind.TaskCompleted or HistoryKind.TaskFailed or HistoryKind.TimerFired or HistoryKind.TimerCanceled:
                        _open.Remove(e.TaskId);
                        break;
                    default:
                        break;
                }
            }
        }
    }
}
