using Azure.Core;
using Azure.Core.Pipeline;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Benchmarks;

/// <summary>Stands in the app's way to storage and, when a request asks for it, keeps the calls that this request makes until
/// its answer.</summary>
internal sealed class CallRecorder(HttpPipelineTransport storage) : HttpPipelineTransport
{
    /// <summary>The header of a request whose calls are kept.</summary>
    public const string Header = "benchmark-record";

    private static readonly AsyncLocal<Recording?> Current = new();

    /// <summary>The calls of the request that asked last.</summary>
    public static IReadOnlyList<RecordedCall> Last { get; private set; } = [];

    /// <summary>A middleware around the function. What runs for messages meanwhile belongs to no request.</summary>
    public static async Task AroundAsync(FunctionContext context, Func<Task> next)
    {
        var recording = context.GetHttpContext()?.Request.Headers.ContainsKey(Header) == true ? new Recording() : null;
        Current.Value = recording;
        await next();
        if (recording is not null)
        {
            Last = recording.End();
        }
    }

    public override Request CreateRequest() => storage.CreateRequest();

    public override void Process(HttpMessage message) => storage.Process(message);

    public override ValueTask ProcessAsync(HttpMessage message) =>
        Current.Value is { } recording ? RecordAsync(recording, message) : storage.ProcessAsync(message);

    private async ValueTask RecordAsync(Recording recording, HttpMessage message)
    {
        using var body = new MemoryStream();
        if (message.Request.Content is { } content)
        {
            await content.WriteToAsync(body, message.CancellationToken);
        }

        var stage = recording.Begin(message.Request, body.ToArray());
        await storage.ProcessAsync(message);
        recording.Ended(stage);
    }

    private sealed class Recording
    {
        private readonly Lock _gate = new();
        private readonly List<RecordedCall> _calls = [];
        private int _lastEnded;
        private bool _over;

        public int Begin(Request request, byte[] body)
        {
            lock (_gate)
            {
                var stage = _lastEnded + 1;
                if (!_over)
                {
                    var conditional = request.Headers.Contains("If-Match") || request.Headers.Contains("If-None-Match");
                    _calls.Add(new RecordedCall(stage, request.Method.Method, request.Uri.ToUri(), conditional, body));
                }

                return stage;
            }
        }

        public void Ended(int stage)
        {
            lock (_gate)
            {
                _lastEnded = Math.Max(_lastEnded, stage);
            }
        }

        public IReadOnlyList<RecordedCall> End()
        {
            lock (_gate)
            {
                _over = true;
                return [.. _calls];
            }
        }
    }
}
