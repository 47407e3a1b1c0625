using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace AfterSales.LocalRuntime.Engine.Storage;

/// <summary>
/// The one SQLite file of a data folder. Writes of all components are queued to a single writer that commits them in groups
/// (WAL, synchronous FULL), each in a savepoint of its own; a write task completes only after its commit is on disk, and writes
/// are committed in the order in which they were queued. Reads run beside the writer on pooled connections.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private const int GroupCommitMaxWrites = 512;

    private readonly Channel<PendingWrite> _queue = Channel.CreateUnbounded<PendingWrite>(new UnboundedChannelOptions { SingleReader = true });
    private readonly System.Collections.Concurrent.ConcurrentBag<StoreSession> _readers = [];
    private readonly string _connectionString;
    private readonly FileStream _lock;
    private readonly Thread _writer;
    private volatile bool _disposed;

    private SqliteStore(string folder, FileStream folderLock, string connectionString, StoreSession writer)
    {
        Folder = folder;
        _lock = folderLock;
        _connectionString = connectionString;
        _writer = new Thread(() => RunWriter(writer)) { IsBackground = true, Name = "sqlite-writer" };
        _writer.Start();
    }

    /// <summary>The data folder: <c>store.db</c>, the blobs' folder and the lock file live here.</summary>
    public string Folder { get; }

    /// <summary>
    /// Opens (and creates) the store of a data folder and applies <paramref name="schema"/>, statements that must be repeatable
    /// (<c>CREATE TABLE IF NOT EXISTS …</c>).
    /// </summary>
    /// <exception cref="DataFolderInUseException">Another process has the folder open.</exception>
    public static SqliteStore Open(string folder, IEnumerable<string> schema, string owner = "")
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        var folderLock = TakeLock(folder, owner);
        try
        {
            var connectionString = new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "store.db"), Pooling = false }.ToString();
            var writer = StoreSession.Open(connectionString);
            writer.Execute("PRAGMA journal_mode=WAL");
            writer.Execute("PRAGMA synchronous=FULL");
            writer.Execute("PRAGMA wal_autocheckpoint=4000");
            foreach (var statement in schema)
            {
                writer.ExecuteScript(statement);
            }

            return new SqliteStore(folder, folderLock, connectionString, writer);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Queues a write. The task completes after the commit, with the result of <paramref name="work"/>; if that throws,
    /// only its own changes are rolled back and the task carries the exception. The work runs on the writer's thread and must not block.</summary>
    public Task<T> WriteAsync<T>(Func<StoreSession, T> work)
    {
        var write = new PendingWrite<T>(work);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(write), this);
        return write.Task;
    }

    /// <inheritdoc cref="WriteAsync{T}"/>
    public Task WriteAsync(Action<StoreSession> work) => WriteAsync<object?>(session =>
    {
        work(session);
        return null;
    });

    /// <summary>Runs a read in one snapshot of what is committed.</summary>
    public T Read<T>(Func<StoreSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_readers.TryTake(out var session))
        {
            session = StoreSession.Open(_connectionString);
            session.Execute("PRAGMA query_only=ON");
        }

        try
        {
            session.Execute("BEGIN");
            try
            {
                return work(session);
            }
            finally
            {
                session.Execute("COMMIT");
            }
        }
        finally
        {
            _readers.Add(session);
        }
    }

    /// <summary>Stops accepting writes, commits what is queued and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _queue.Writer.Complete();
        await Task.Run(_writer.Join);
        foreach (var reader in _readers)
        {
            reader.Dispose();
        }

        _lock.Dispose();
    }

    private static FileStream TakeLock(string folder, string owner)
    {
        var path = Path.Combine(folder, "in-use");
        try
        {
            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            stream.SetLength(0);
            var text = $"process {Environment.ProcessId} {owner}".TrimEnd();
            stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
            stream.Flush();
            File.WriteAllText(path + ".by", text);
            return stream;
        }
        catch (IOException e)
        {
            var holder = File.Exists(path + ".by") ? File.ReadAllText(path + ".by") : "another process";
            throw new DataFolderInUseException($"The data folder {folder} is in use by {holder}.", e);
        }
    }

    private void RunWriter(StoreSession session)
    {
        var batch = new List<PendingWrite>(GroupCommitMaxWrites);
        var reader = _queue.Reader;
        while (WaitToRead(reader))
        {
            while (batch.Count < GroupCommitMaxWrites && reader.TryRead(out var write))
            {
                batch.Add(write);
            }

            Commit(session, batch);
            batch.Clear();
        }

        session.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        session.Dispose();
    }

    private static bool WaitToRead(ChannelReader<PendingWrite> reader)
    {
        var wait = reader.WaitToReadAsync();
        return wait.IsCompletedSuccessfully ? wait.Result : wait.AsTask().GetAwaiter().GetResult();
    }

    private static void Commit(StoreSession session, List<PendingWrite> batch)
    {
        try
        {
            session.Execute("BEGIN IMMEDIATE");
            foreach (var write in batch)
            {
                session.Execute("SAVEPOINT w");
                if (!write.TryRun(session))
                {
                    session.Execute("ROLLBACK TO w");
                }

                session.Execute("RELEASE w");
            }

            session.Execute("COMMIT");
        }
        catch (SqliteException e)
        {
            // Disk full or an I/O error: nothing of the group was acknowledged, and each waiter is told.
            session.TryRollback();
            foreach (var write in batch)
            {
                write.Fail(e);
            }

            return;
        }

        foreach (var write in batch)
        {
            write.Complete();
        }
    }

    private abstract class PendingWrite
    {
        public abstract bool TryRun(StoreSession session);

        public abstract void Complete();

        public abstract void Fail(Exception exception);
    }

    private sealed class PendingWrite<T>(Func<StoreSession, T> work) : PendingWrite
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T _result = default!;
        private Exception? _failure;

        public Task<T> Task => _done.Task;

        public override bool TryRun(StoreSession session)
        {
            try
            {
                _result = work(session);
                return true;
            }
            catch (Exception e)
            {
                // Whatever the work threw belongs to its caller; the writer goes on with the next one.
                _failure = e;
                return false;
            }
        }

        public override void Complete()
        {
            if (_failure is null)
            {
                _done.SetResult(_result);
            }
            else
            {
                _done.SetException(_failure);
            }
        }

        public override void Fail(Exception exception) => _done.SetException(_failure ?? exception);
    }
}

/// <summary>The data folder is held by another process; the message names it.</summary>
public sealed class DataFolderInUseException(string message, Exception inner) : IOException(message, inner);
