using System.Globalization;
using System.Text.Json.Nodes;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>An orchestration's history as the management API shows it: results with the names and times of what they answer.</summary>
internal static class HistoryView
{
    public static JsonArray Of(List<HistoryChunk> history, InstanceRow row, bool showOutput)
    {
        var shown = new JsonArray();
        var asked = new Dictionary<int, (HistoryEvent Event, long At)>();
        foreach (var chunk in history)
        {
            foreach (var e in chunk.Events)
            {
                if (e.Kind is HistoryKind.TaskScheduled or HistoryKind.TimerCreated)
                {
                    asked[e.TaskId] = (e, chunk.At);
                }

                if (Show(e, row, asked, showOutput) is { } view)
                {
                    view["Timestamp"] = Instant(chunk.At);
                    shown.Add(view);
                }
            }
        }

        return shown;
    }

    public static JsonNode? Json(string? text) => text is null ? null : JsonNode.Parse(text);

    private static JsonObject? Show(
        in HistoryEvent e, InstanceRow row, Dictionary<int, (HistoryEvent Event, long At)> asked, bool showOutput)
    {
        var view = new JsonObject { ["EventType"] = e.Kind.ToString() };
        switch (e.Kind)
        {
            case HistoryKind.ExecutionStarted:
                view["FunctionName"] = row.Name;
                return view;
            case HistoryKind.TaskCompleted or HistoryKind.TaskFailed:
                view["FunctionName"] = asked[e.TaskId].Event.Name;
                view["ScheduledTime"] = Instant(asked[e.TaskId].At);
                if (e.Failure is { } failure)
                {
                    view["Reason"] = failure.ErrorMessage;
                }
                else if (showOutput)
                {
                    view["Result"] = Json(e.Data);
                }

                return view;
            case HistoryKind.TimerCreated or HistoryKind.TimerFired:
                view["FireAt"] = Instant(asked[e.TaskId].Event.Ticks);
                return view;
            case HistoryKind.EventRaised or HistoryKind.EventSent:
                view["Name"] = e.Name;
                if (showOutput)
                {
                    view["Input"] = Json(e.Data);
                }

                return view;
            case HistoryKind.ExecutionEnded:
                view["EventType"] = "ExecutionCompleted";
                view["OrchestrationStatus"] = row.Status.ToString();
                if (showOutput)
                {
                    view["Result"] = Json(row.Output);
                }

                return view;
            default:
                // Calls show with their results, cancelled timers not at all.
                return null;
        }
    }

    private static string Instant(long ticks) => new DateTime(ticks, DateTimeKind.Utc).ToString("O", CultureInfo.InvariantCulture);
}
