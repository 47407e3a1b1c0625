using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Domain.Ledger;

/// <summary>Something in a book that is not as it was written.</summary>
/// <param name="Code"><c>wrong-sequence</c>, <c>wrong-supplier</c>, <c>chain-broken</c>, <c>entry-changed</c>, <c>unknown-target</c>,
/// <c>resolved-twice</c>, <c>postings-differ</c>, <c>key-used-twice</c>, <c>in-closed-month</c>, <c>seal-differs</c>, <c>tail-cut</c>,
/// <c>balances-differ</c>, <c>anchor-differs</c>, <c>anchors-conflict</c>, <c>head-missing</c>, <c>book-missing</c>.</param>
public sealed record LedgerFault(string Supplier, long Sequence, string Code, string Detail);

/// <summary>What checking one book found.</summary>
public sealed record BookVerification(string Supplier, long Entries, IReadOnlyList<LedgerFault> Faults);

/// <summary>
/// Checks one book, entry by entry in the order stored: that the chain holds, that what is settled, voided or reversed was there, that closed
/// months stayed as they were sealed, that the balances are the fold, and that it is what was anchored. It remembers 32 bytes an entry.
/// </summary>
/// <param name="anchors">Digests by sequence, as they were anchored outside the book; null when nothing was.</param>
public sealed class LedgerVerification(SupplierId supplier, IReadOnlyDictionary<long, string>? anchors = null)
{
    // Beyond these, more of the same helps nobody.
    private const int MostFaults = 1000;

    private readonly Dictionary<ulong, Known> _known = [];
    private readonly List<LedgerFault> _faults = [];
    private readonly PeriodFold _periods = new();
    private LedgerBook _folded = LedgerBook.Empty(supplier);
    private long _seen;

    /// <summary>Checks the entries of one book, in the order stored, against what the book says of itself.</summary>
    public static BookVerification Verify(LedgerBook book, IEnumerable<LedgerEntry> entries)
    {
        var verification = new LedgerVerification(book.Supplier);
        foreach (LedgerEntry entry in entries) verification.Add(entry);
        return verification.Finish(book);
    }

    public void Add(LedgerEntry entry)
    {
        _seen++;
        foreach ((string code, string detail) in Check(entry))
        {
            if (_faults.Count < MostFaults) _faults.Add(new LedgerFault(supplier.ToString(), entry.Sequence, code, detail));
        }
        _known[Short(entry.Id)] = new Known(Short(Spelled(entry, turnedRound: false)), Resolved: false);
        if (entry.Target is { } target && _known.TryGetValue(Short(target), out Known aim)) _known[Short(target)] = aim with { Resolved = true };
        _periods.Add(entry);
        _folded = _folded.After(entry);
    }

    public BookVerification Finish(LedgerBook book)
    {
        if (_folded.Count != book.Count || _folded.Head != book.Head)
            Fault("tail-cut", $"The book says {book.Count} entries; the chain ends at {_folded.Count}.");
        if (anchors is { Count: > 0 } && anchors.Keys.Max() is var last && last > _folded.Count)
            Fault("tail-cut", $"Entry {last} was anchored; the chain ends at {_folded.Count}.");
        if (!_folded.Balances.Equals(book.Balances)) Fault("balances-differ", "The balances kept are not the sum of the postings.");
        if (_folded.ClosedThrough != book.ClosedThrough) Fault("seal-differs", "The book is not closed through the day that its entries say.");
        return new BookVerification(supplier.ToString(), _seen, _faults);

        void Fault(string code, string detail) => _faults.Add(new LedgerFault(supplier.ToString(), _folded.Count, code, detail));
    }

    private IEnumerable<(string Code, string Detail)> Check(LedgerEntry entry)
    {
        if (entry.Supplier != supplier) yield return ("wrong-supplier", $"The entry belongs to supplier {entry.Supplier}.");
        if (entry.Sequence != _folded.Count + 1) yield return ("wrong-sequence", $"Entry {_folded.Count + 1} should follow.");
        if (entry.Previous != _folded.Head) yield return ("chain-broken", "The entry does not follow the one before it.");
        if (entry.ComputeDigest() != entry.Digest) yield return ("entry-changed", "The entry's content does not match its digest.");
        if (anchors?.TryGetValue(entry.Sequence, out string? anchored) == true && anchored != entry.Digest)
            yield return ("anchor-differs", "Another entry was anchored in this place.");
        if (_known.ContainsKey(Short(entry.Id))) yield return ("key-used-twice", $"There is already an entry {entry.Id}.");
        if (_folded.ClosedThrough is { } closed && entry.Reason.EffectiveOn <= closed)
            yield return ("in-closed-month", $"The entry counts on {entry.Reason.EffectiveOn:uuuu-MM-dd}, which was closed before it.");
        if (entry.Seal is { } seal && seal != _periods.SealOf(seal.Month))
            yield return ("seal-differs", $"The seal of {seal.Name} is not what its entries come to.");
        if (entry.Target is { } target && WhyNotAimedAt(entry, target) is { } fault) yield return fault;
    }

    private (string Code, string Detail)? WhyNotAimedAt(LedgerEntry entry, string target)
    {
        if (!_known.TryGetValue(Short(target), out Known aim)) return ("unknown-target", $"There is no entry {target} before it.");
        // What was settled can be reversed, once: the reversal then names the entry that settled.
        if (aim.Resolved) return ("resolved-twice", $"Entry {target} was settled, voided or reversed before.");
        return aim.Postings != Short(Spelled(entry, entry.Phase == EntryPhase.Reversal))
            ? ("postings-differ", $"The postings are not those of entry {target}.")
            : null;
    }

    private static string Spelled(LedgerEntry entry, bool turnedRound)
    {
        var text = new StringBuilder();
        foreach (Posting posting in entry.Postings)
        {
            (Account from, Account to) = turnedRound ? (posting.To, posting.From) : (posting.From, posting.To);
            text.Append(from).Append('>').Append(to).Append(' ').Append(posting.Amount.Fen).Append(posting.Amount.Currency).Append(';');
        }
        return text.ToString();
    }

    /// <summary>64 bits that stand for a text: two of a million differ with a chance of one in thirty million.</summary>
    private static ulong Short(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    private readonly record struct Known(ulong Postings, bool Resolved);
}
