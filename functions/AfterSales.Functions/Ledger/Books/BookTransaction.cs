using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>A book as stored.</summary>
/// <param name="ETag">Of its head; null when it has none yet.</param>
internal sealed record StoredBook(LedgerBook Book, ETag? ETag)
{
    public static StoredBook Empty(SupplierId supplier) => new(LedgerBook.Empty(supplier), null);
}

/// <summary>Commands decided one after another on a book, and the rows that carry them out together.</summary>
internal sealed class BookTransaction(StoredBook from)
{
    // A transaction has at most 100 rows, the head among them.
    private const int MostRows = 99;

    private readonly Dictionary<string, TableTransactionAction> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LedgerEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LedgerEntry> _outcomes = new(StringComparer.Ordinal);
    private readonly List<LedgerOutcome> _decided = [];

    public LedgerBook Book { get; private set; } = from.Book;

    public bool IsEmpty => _rows.Count == 0;

    public bool HasRefused => _decided.Exists(outcome => outcome is LedgerOutcome.Refused);

    /// <summary>The last entry of it, if there is any.</summary>
    public LedgerEntry? Last { get; private set; }

    /// <summary>What came of each command, in their order.</summary>
    public IReadOnlyList<LedgerOutcome> Outcomes => _decided;

    /// <summary>The head first.</summary>
    public IEnumerable<TableTransactionAction> Actions() =>
        [from.ETag is { } etag
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, LedgerRows.Row(Book), etag)
            : new TableTransactionAction(TableTransactionActionType.Add, LedgerRows.Row(Book)), .. _rows.Values];

    /// <summary>Decides the command after those before it. False when its rows do not fit beside theirs: it begins the next transaction.</summary>
    /// <param name="mayBeRepeated">Look first whether its key was used. Otherwise that shows when the rows are written: they are new ones.</param>
    public async Task<bool> TryAddAsync(LedgerCommand command, PayoutProgress? progress, BookReader reader, bool mayBeRepeated)
    {
        LedgerEvidence evidence = await EvidenceAsync(command, reader, mayBeRepeated);
        LedgerOutcome outcome = Book.Decide(command, evidence, ChartOfAccounts.Shipped);
        if (outcome is LedgerOutcome.Refused && !mayBeRepeated)
        {
            // It may be refused exactly because it was done before.
            evidence = await EvidenceAsync(command, reader, mayBeRepeated: true);
            outcome = Book.Decide(command, evidence, ChartOfAccounts.Shipped);
        }
        if (outcome is LedgerOutcome.Written written)
        {
            List<TableTransactionAction> rows = [.. RowsOf(written.Entry, evidence.Target, progress)];
            if (_rows.Count + rows.Count > MostRows || rows.Any(row => _rows.ContainsKey(row.Entity.RowKey))) return false;
            foreach (TableTransactionAction row in rows) _rows.Add(row.Entity.RowKey, row);
            _entries[written.Entry.Id] = written.Entry;
            if (written.Entry.Target is { } target) _outcomes[target] = written.Entry;
            (Book, Last) = (written.Book, written.Entry);
        }
        _decided.Add(outcome);
        return true;
    }

    private async Task<LedgerEvidence> EvidenceAsync(LedgerCommand command, BookReader reader, bool mayBeRepeated)
    {
        string id = LedgerEntry.IdOf(from.Book.Supplier, command.Key);
        LedgerEntry? same = _entries.GetValueOrDefault(id) ?? (mayBeRepeated ? await reader.FindAsync(from.Book.Supplier, id, default) : null);
        if (command.Aim is not { } aim) return new LedgerEvidence(same);
        return new LedgerEvidence(
            same,
            _entries.GetValueOrDefault(aim) ?? await reader.FindAsync(from.Book.Supplier, aim, default),
            _outcomes.GetValueOrDefault(aim) ?? (mayBeRepeated ? await reader.OutcomeAsync(from.Book.Supplier, aim, default) : null));
    }

    private static IEnumerable<TableTransactionAction> RowsOf(LedgerEntry entry, LedgerEntry? target, PayoutProgress? progress)
    {
        foreach (TableEntity row in LedgerRows.Row(entry)) yield return new(TableTransactionActionType.Add, row);
        if (target is { Phase: EntryPhase.Pending })
            yield return new(TableTransactionActionType.Delete, new TableEntity(entry.Supplier.ToString(), LedgerRows.Held(target)), ETag.All);
        if (progress is not null) yield return new(TableTransactionActionType.UpsertReplace, LedgerRows.Row(entry.Supplier, progress));
    }
}
