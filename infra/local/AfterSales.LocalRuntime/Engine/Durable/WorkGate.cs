namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>Lets at most a number of pieces of work run at once on the thread pool; the others wait in line.
/// <paramref name="run"/> must call <see cref="Release"/> once for each piece, when it is done.</summary>
internal sealed class WorkGate<T>(int limit, Action<T> run)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _line = new();
    private int _running;

    public void Enqueue(T piece)
    {
        lock (_gate)
        {
            if (_running >= limit)
            {
                _line.Enqueue(piece);
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(run, piece, preferLocal: false);
    }

    public void Release()
    {
        T? next;
        lock (_gate)
        {
            if (!_line.TryDequeue(out next))
            {
                _running--;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(run, next, preferLocal: false);
    }
}
