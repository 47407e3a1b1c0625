using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Suppliers;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger;

/// <summary>How a month stands in one supplier's book.</summary>
/// <param name="State"><c>open</c>, <c>closed</c>, or <c>not-begun</c>: the book's entries count in later months.</param>
/// <param name="ClosedThrough">The last day that is closed, if any is.</param>
public sealed record BookPeriod(SupplierId Supplier, string State, LocalDate? ClosedThrough);

/// <summary>How a month stands in all books.</summary>
/// <param name="State"><c>closed</c> when a book is and none is open; else <c>open</c>.</param>
public sealed record PeriodView(string Month, string State, IReadOnlyList<BookPeriod> Books);

/// <summary>Closes months, book by book. Safe to repeat: what is closed stays as it is.</summary>
public sealed class PeriodClosing(LedgerStore ledger, SupplierRegister suppliers, TimeProvider clock)
{
    private const string Open = "open";
    private const string Closed = "closed";
    private const string NotBegun = "not-begun";
    private const int Attempts = 20;

    public async Task<PeriodView> ViewAsync(YearMonth month, CancellationToken cancellationToken)
    {
        var books = new List<BookPeriod>();
        await foreach (LedgerBook book in BooksAsync(cancellationToken))
            books.Add(new BookPeriod(book.Supplier, await StateAsync(book, month, cancellationToken), book.ClosedThrough));
        bool closed = books.Exists(book => book.State == Closed) && !books.Exists(book => book.State == Open);
        return new PeriodView(YearMonthPattern.Iso.Format(month), closed ? Closed : Open, books);
    }

    /// <summary>
    /// Closes the month in every book, and in order before it what is open of the months from the book's first entry on; or, when one book
    /// refuses, says which and why and closes it in none.
    /// </summary>
    public async Task<IReadOnlyList<(SupplierId Supplier, LedgerOutcome.Refused Refusal)>> CloseAsync(YearMonth month, CancellationToken cancellationToken)
    {
        var open = new List<LedgerBook>();
        var refusals = new List<(SupplierId, LedgerOutcome.Refused)>();
        await foreach (LedgerBook book in BooksAsync(cancellationToken))
        {
            if (await StateAsync(book, month, cancellationToken) != Open) continue;
            open.Add(book);
            LedgerBook inTurn = book with { ClosedThrough = month.OnDayOfMonth(1).PlusDays(-1) };
            Close trial = Close.Month(new PeriodFold().SealOf(month), book.Count, Now());
            if (inTurn.Decide(trial, LedgerEvidence.None, ChartOfAccounts.Shipped) is LedgerOutcome.Refused refused) refusals.Add((book.Supplier, refused));
        }
        if (refusals.Count > 0) return refusals;
        foreach (LedgerBook book in open)
        {
            if (await CloseThroughAsync(book.Supplier, month, cancellationToken) is { } refused) refusals.Add((book.Supplier, refused));
        }
        return refusals;
    }

    private async Task<LedgerOutcome.Refused?> CloseThroughAsync(SupplierId supplier, YearMonth month, CancellationToken cancellationToken)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            var fold = new PeriodFold();
            (long entries, LocalDate? closed) = (0, null);
            await foreach (LedgerEntry entry in ledger.StreamAsync(supplier, cancellationToken))
            {
                fold.Add(entry);
                entries++;
                closed = entry.Seal?.LastDay ?? closed;
            }
            string? name = (await suppliers.FindAsync(supplier, cancellationToken))?.Name;
            LedgerOutcome? outcome = null;
            YearMonth next = closed is { } day ? day.PlusDays(1).ToYearMonth() : fold.LastDays.First().ToYearMonth();
            for (; next <= month && outcome is not LedgerOutcome.Refused; next = next.PlusMonths(1), entries++)
                outcome = await ledger.ExecuteAsync(supplier, Close.Month(fold.SealOf(next), entries, Now(), name), cancellationToken);
            if (outcome is not LedgerOutcome.Refused { Code: LedgerRefusals.BookMoved }) return outcome as LedgerOutcome.Refused;
        }
        throw new OutageException($"The book of {supplier} went on each of {Attempts} times that its month was to be closed.");
    }

    private async Task<string> StateAsync(LedgerBook book, YearMonth month, CancellationToken cancellationToken)
    {
        if (book.ClosedThrough is { } through && through.ToYearMonth() < month) return Open;
        if (await FirstMonthAsync(book.Supplier, cancellationToken) > month) return NotBegun;
        return book.ClosedThrough is null ? Open : Closed;
    }

    /// <summary>The first month in which an entry counts. Once a month is closed, none comes before it any more.</summary>
    private async Task<YearMonth> FirstMonthAsync(SupplierId supplier, CancellationToken cancellationToken)
    {
        LocalDate first = LocalDate.MaxIsoValue;
        await foreach (LedgerEntry entry in ledger.StreamAsync(supplier, cancellationToken))
        {
            if (entry.Phase == EntryPhase.Closed) break;
            first = LocalDate.Min(first, entry.Reason.EffectiveOn);
        }
        return first.ToYearMonth();
    }

    private async IAsyncEnumerable<LedgerBook> BooksAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SupplierTerms terms in await suppliers.AllAsync(cancellationToken))
        {
            LedgerBook book = await ledger.LoadAsync(terms.Id, cancellationToken);
            if (book.Count > 0) yield return book;
        }
    }

    private Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());
}
