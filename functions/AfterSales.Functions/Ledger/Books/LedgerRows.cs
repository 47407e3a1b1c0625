using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Ledger.Books;

/// <summary>
/// The rows of a supplier's book, a partition of the table <c>ledger</c>: <c>head</c> (count, chain head, balances), <c>e_{sequence}</c>
/// (entries), <c>k_{entry id}</c> (one effect a key: the id follows from the key), <c>x_{entry id}</c> (what settled, voided or reversed it),
/// <c>p_{case}_{sequence}</c> (held, for a case), <c>y_{payout}</c> (how much of a payout, or of a cancellation of it, is booked).
/// </summary>
internal static class LedgerRows
{
    public const string Head = "head";
    public const string EntryPrefix = "e_";
    public const string EntryEnd = "e`";
    public const string HeldPrefix = "p_";
    public const string HeldEnd = "p`";
    public const string Expires = "Expires";

    private const string BookColumn = "Book";
    private const string EntryColumn = "Entry";
    private const string SequenceColumn = "Sequence";
    private const string IdColumn = "EntryId";

    public static string EntryKey(long sequence) => $"{EntryPrefix}{sequence:D10}";

    public static string KeyOf(string entryId) => $"k_{entryId}";

    public static string OutcomeOf(string target) => $"x_{target}";

    public static string HeldOf(string? caseId) => $"{HeldPrefix}{caseId ?? "none"}_";

    public static string Held(LedgerEntry entry) => $"{HeldOf(entry.Reason.CaseId)}{entry.Sequence:D10}";

    public static string ProgressOf(string effect) => $"y_{effect}";

    public static TableEntity Row(LedgerBook book)
    {
        var row = new TableEntity(book.Supplier.ToString(), Head);
        LongColumn.Write(row, BookColumn, AppJson.ToBytes(book));
        return row;
    }

    /// <summary>The rows that come with an entry, new ones all of them.</summary>
    public static IEnumerable<TableEntity> Row(LedgerEntry entry)
    {
        string partition = entry.Supplier.ToString();
        var row = new TableEntity(partition, EntryKey(entry.Sequence));
        LongColumn.Write(row, EntryColumn, AppJson.ToBytes(entry));
        yield return row;
        yield return new TableEntity(partition, KeyOf(entry.Id)) { [SequenceColumn] = entry.Sequence };
        if (entry.Target is { } target) yield return new TableEntity(partition, OutcomeOf(target)) { [SequenceColumn] = entry.Sequence };
        if (entry.Phase == EntryPhase.Pending)
            yield return new TableEntity(partition, Held(entry)) { [IdColumn] = entry.Id, [Expires] = entry.Expires?.ToDateTimeOffset() };
    }

    public static TableEntity Row(SupplierId supplier, PayoutProgress payout) => new(supplier.ToString(), ProgressOf(payout.Effect))
    {
        ["Fen"] = payout.Booked.Fen,
        ["Clauses"] = string.Join(' ', payout.Clauses),
    };

    public static LedgerBook BookOf(TableEntity row) => AppJson.From<LedgerBook>(LongColumn.Read(row, BookColumn));

    public static LedgerEntry EntryOf(TableEntity row) => AppJson.From<LedgerEntry>(LongColumn.Read(row, EntryColumn));

    public static long SequenceOf(TableEntity pointer) => pointer.GetInt64(SequenceColumn) ?? 0;

    public static string EntryIdOf(TableEntity held) => held.GetString(IdColumn);

    public static PayoutProgress ProgressOf(string effect, TableEntity? row) => row is null
        ? new PayoutProgress(effect, Money.Zero, [])
        : new PayoutProgress(effect, Money.OfFen(row.GetInt64("Fen") ?? 0), [.. row.GetString("Clauses").Split(' ')]);
}

/// <summary>How much of a payout is booked once the entry is written, and the clauses of what was booked.</summary>
/// <param name="Effect">The payout's id, or one cancellation of it.</param>
public sealed record PayoutProgress(string Effect, Money Booked, ImmutableArray<string> Clauses);

/// <summary>An entry that is held for a case and not yet settled or voided.</summary>
public sealed record OpenCharge(string EntryId, Money Amount, IReadOnlyList<string> Clauses);

/// <summary>An entry that is held for a time.</summary>
/// <param name="Expires">The last instant at which it can be settled.</param>
public sealed record HeldForATime(string EntryId, Instant Expires);
