namespace AfterSales.Domain.Ledger;

/// <summary>Something in a book that is not as it was written.</summary>
/// <param name="Code"><c>wrong-sequence</c>, <c>wrong-supplier</c>, <c>chain-broken</c>, <c>entry-changed</c>, <c>unknown-target</c>,
/// <c>resolved-twice</c>, <c>postings-differ</c>, <c>key-used-twice</c>, <c>tail-cut</c>, <c>balances-differ</c>.</param>
public sealed record LedgerFault(string Supplier, long Sequence, string Code, string Detail);

/// <summary>What checking one book found.</summary>
public sealed record BookVerification(string Supplier, long Entries, IReadOnlyList<LedgerFault> Faults);

/// <summary>Checks books: that the chain holds, that what is settled, voided or reversed was there, and that the balances are the fold.</summary>
public static class LedgerVerification
{
    /// <summary>Checks the entries of one book, in the order stored, against what the book says of itself.</summary>
    public static BookVerification Verify(LedgerBook book, IEnumerable<LedgerEntry> entries)
    {
        var faults = new List<LedgerFault>();
        var outcomes = new Dictionary<string, EntryPhase?>(StringComparer.Ordinal);
        var postings = new Dictionary<string, LedgerEntry>(StringComparer.Ordinal);
        LedgerBook folded = LedgerBook.Empty(book.Supplier);
        long seen = 0;
        foreach (LedgerEntry entry in entries)
        {
            seen++;
            foreach ((string code, string detail) in Check(folded, entry, outcomes, postings))
                faults.Add(new LedgerFault(book.Supplier.ToString(), entry.Sequence, code, detail));
            outcomes[entry.Id] = null;
            postings[entry.Id] = entry;
            if (entry.Target is { } target) outcomes[target] = entry.Phase;
            folded = folded.After(entry);
        }
        if (folded.Count != book.Count || folded.Head != book.Head)
            faults.Add(new LedgerFault(book.Supplier.ToString(), folded.Count, "tail-cut", $"The book says {book.Count} entries; the chain ends at {folded.Count}."));
        if (!folded.Balances.Equals(book.Balances))
            faults.Add(new LedgerFault(book.Supplier.ToString(), folded.Count, "balances-differ", "The balances kept are not the sum of the postings."));
        return new BookVerification(book.Supplier.ToString(), seen, faults);
    }

    private static IEnumerable<(string Code, string Detail)> Check(
        LedgerBook before, LedgerEntry entry, Dictionary<string, EntryPhase?> outcomes, Dictionary<string, LedgerEntry> known)
    {
        if (entry.Supplier != before.Supplier) yield return ("wrong-supplier", $"The entry belongs to supplier {entry.Supplier}.");
        if (entry.Sequence != before.Count + 1) yield return ("wrong-sequence", $"Entry {before.Count + 1} should follow.");
        if (entry.Previous != before.Head) yield return ("chain-broken", "The entry does not follow the one before it.");
        if (entry.ComputeDigest() != entry.Digest) yield return ("entry-changed", "The entry's content does not match its digest.");
        if (outcomes.ContainsKey(entry.Id)) yield return ("key-used-twice", $"There is already an entry {entry.Id}.");
        if (entry.Target is not { } target) yield break;
        if (!known.TryGetValue(target, out LedgerEntry? aim))
        {
            yield return ("unknown-target", $"There is no entry {target} before it.");
            yield break;
        }
        if (outcomes[target] is not null) yield return ("resolved-twice", $"Entry {target} was settled, voided or reversed before.");
        bool same = entry.Phase == EntryPhase.Reversal
            ? entry.Postings.Select(posting => (posting.To, posting.From, posting.Amount)).SequenceEqual(aim.Postings.Select(p => (p.From, p.To, p.Amount)))
            : entry.Postings.SequenceEqual(aim.Postings);
        if (!same) yield return ("postings-differ", $"The postings are not those of entry {target}.");
    }
}
