namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Counts what is under way, so that a stop can wait for it.</summary>
internal sealed class BusyCount
{
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count = 1;

    /// <summary>Counts one more, unless <paramref name="stopping"/> is set.</summary>
    public bool TryEnter(CancellationToken stopping)
    {
        Interlocked.Increment(ref _count);
        if (!stopping.IsCancellationRequested)
        {
            return true;
        }

        Exit();
        return false;
    }

    public void Exit()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>Waits until nothing is under way; false when that takes longer than <paramref name="patience"/>. Called once.</summary>
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        Exit();
        return await Task.WhenAny(_drained.Task, Task.Delay(patience)) == _drained.Task;
    }
}
