using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Messaging;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>
/// Writes one supplier's book. Commands that come while others are being written wait and go together in the next transaction, so that many
/// writers of one process do not undo each other's work; writers of other processes are met by the head's ETag.
/// </summary>
internal sealed class BookWriter(TableClient table, SupplierId supplier, BookReader reader, LedgerAnchors anchors)
{
    private const int Attempts = 40;

    private readonly Lock _gate = new();
    private readonly Queue<Waiting> _waiting = new();
    private bool _writing;

    // As this process left it; whoever wrote since shows as a conflict, and a refusal without a write is decided anew on what is stored.
    private StoredBook? _last;

    public Task<LedgerOutcome> ExecuteAsync(LedgerCommand command, PayoutProgress? progress, CancellationToken cancellationToken)
    {
        var mine = new Waiting(command, progress);
        lock (_gate)
        {
            _waiting.Enqueue(mine);
            if (_writing) return mine.Outcome.WaitAsync(cancellationToken);
            _writing = true;
        }
        _ = WriteAllAsync();
        return mine.Outcome.WaitAsync(cancellationToken);
    }

    private async Task WriteAllAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                await WriteAsync(batch);
            }
            catch (Exception e)
            {
                // Whoever waits gets it; the next batch starts from what is stored.
                _last = null;
                foreach (Waiting waiting in batch) waiting.Fail(e);
            }
        }
    }

    private List<Waiting> Next()
    {
        lock (_gate)
        {
            List<Waiting> batch = [.. _waiting];
            _waiting.Clear();
            _writing = batch.Count > 0;
            return batch;
        }
    }

    private async Task WriteAsync(List<Waiting> batch)
    {
        int conflicts = 0;
        for (int done = 0; done < batch.Count;)
        {
            var transaction = new BookTransaction(_last ?? await reader.HeadAsync(supplier, CancellationToken.None) ?? StoredBook.Empty(supplier));
            int end = done;
            while (end < batch.Count && await transaction.TryAddAsync(batch[end].Command, batch[end].Progress, reader, mayBeRepeated: conflicts > 0)) end++;
            if (transaction is { IsEmpty: true, HasRefused: true } && _last is not null)
            {
                // No write has shown yet whether the book is still as this process left it; it is not to be refused for what it was.
                _last = null;
                continue;
            }
            if (await CommitAsync(transaction))
            {
                for (int i = done; i < end; i++) batch[i].Finish(transaction.Outcomes[i - done]);
                (done, conflicts) = (end, 0);
                continue;
            }
            _last = null;
            if (++conflicts == Attempts) throw new OutageException($"The book of {supplier} was written by others {Attempts} times in a row.");
        }
    }

    /// <summary>False when somebody else wrote to the book, or a key was used before: to be decided again on what it is now.</summary>
    private async Task<bool> CommitAsync(BookTransaction transaction)
    {
        if (transaction.IsEmpty) return true;
        try
        {
            Response<IReadOnlyList<Response>> answer = await table.SubmitTransactionAsync(transaction.Actions(), CancellationToken.None);
            _last = answer.Value[0].Headers.ETag is { } etag ? new StoredBook(transaction.Book, etag) : null;
            anchors.Note(transaction.Last!);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private sealed class Waiting(LedgerCommand command, PayoutProgress? progress)
    {
        private readonly TaskCompletionSource<LedgerOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LedgerCommand Command => command;

        public PayoutProgress? Progress => progress;

        public Task<LedgerOutcome> Outcome => _outcome.Task;

        public void Finish(LedgerOutcome outcome) => _outcome.TrySetResult(outcome);

        public void Fail(Exception cause) => _outcome.TrySetException(cause);
    }
}
