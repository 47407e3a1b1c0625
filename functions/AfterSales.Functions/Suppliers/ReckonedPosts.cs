using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Messaging;

namespace AfterSales.Functions.Suppliers;

/// <summary>Entries whose amounts follow from what the book holds.</summary>
internal static class ReckonedPosts
{
    private const int Attempts = 40;

    /// <summary>Reckons an entry on the book as it is and books it; reckons it anew when the book went on meanwhile.</summary>
    /// <param name="reckon">Null when nothing is to be booked.</param>
    /// <returns>The entry, or the one that was booked before under its key; null when nothing was to be booked.</returns>
    /// <exception cref="OutageException">Others kept writing to the book; trying again later helps.</exception>
    public static async Task<LedgerEntry?> PostReckonedAsync(
        this LedgerStore ledger, SupplierId supplier, Func<LedgerBook, Task<Post?>> reckon, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var book = await ledger.LoadAsync(supplier, cancellationToken);
            if (await reckon(book) is not { } post) return null;
            switch (await ledger.ExecuteAsync(supplier, post with { Of = book.Count, LandsLater = true }, cancellationToken))
            {
                case LedgerOutcome.Written written:
                    return written.Entry;
                case LedgerOutcome.Repeated repeated:
                    return repeated.Entry;
                case LedgerOutcome.Refused { Code: LedgerRefusals.KeyReused }:
                    return await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, post.Key), cancellationToken);
                case LedgerOutcome.Refused { Code: LedgerRefusals.BookMoved }:
                    continue;
                case LedgerOutcome.Refused refused:
                    throw new InvalidOperationException($"The ledger refused {post.Key}: {refused.Code}. {refused.Detail}");
                case var other:
                    throw new InvalidOperationException($"Unknown outcome {other}.");
            }
        }

        throw new OutageException($"The book of {supplier} was written by others {Attempts} times in a row.");
    }
}
