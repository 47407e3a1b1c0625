namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>
/// Whoever waits for the answer of an HTTP function goes before what runs behind people's backs. On the platform the two run on machines
/// of their own; here they share one, so while an HTTP function runs, functions of messages and activities begin a little later.
/// </summary>
internal sealed class AnswersFirst : IDisposable
{
    /// <summary>A burst of requests is answered by then. Under requests without end it is what each message or activity is late by, and no
    /// more.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly TimeSpan _longestWait;
    private readonly Timer _patience;
    private int _answering;
    private TaskCompletionSource? _turn;

    public AnswersFirst(TimeSpan longestWait)
    {
        _longestWait = longestWait;
        _patience = new Timer(_ => GiveTurn());
    }

    /// <summary>Runs what somebody waits for.</summary>
    public async Task AnswerAsync(Func<Task> answer)
    {
        Interlocked.Increment(ref _answering);
        try
        {
            await answer();
        }
        finally
        {
            if (Interlocked.Decrement(ref _answering) == 0)
            {
                GiveTurn();
            }
        }
    }

    /// <summary>Completes when nobody waits for an answer, and soon in any case.</summary>
    public Task TurnAsync()
    {
        lock (_gate)
        {
            if (Volatile.Read(ref _answering) == 0)
            {
                return Task.CompletedTask;
            }

            if (_turn is null)
            {
                _turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _patience.Change(_longestWait, Timeout.InfiniteTimeSpan);
            }

            return _turn.Task;
        }
    }

    public void Dispose()
    {
        _patience.Dispose();
        GiveTurn();
    }

    private void GiveTurn()
    {
        lock (_gate)
        {
            _turn?.SetResult();
            _turn = null;
        }
    }
}
