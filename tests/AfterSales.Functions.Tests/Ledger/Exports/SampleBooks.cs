using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Domain.Tests.Ledger;
using NodaTime;

namespace AfterSales.Functions.Tests.Ledger.Exports;

/// <summary>Two suppliers' books with every kind of entry in them, October closed in the first.</summary>
internal static class SampleBooks
{
    public const string FormulaNote = "=HYPERLINK(\"x\",\"中文\")";
    public const string TrickyNote = "two\nlines, entry: forged; [2020-01-01] | and \u0001";

    public static readonly SupplierId First = SupplierId.Parse("S-1");
    public static readonly SupplierId Second = SupplierId.Parse("S-2");
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 1, 0);

    public static IReadOnlyList<Books> All { get; } = [FirstBook(), SecondBook()];

    public static IReadOnlyList<LedgerEntry> Entries { get; } = [.. All.SelectMany(book => book.Entries)];

    /// <summary>What is posted on the accounts of both books together.</summary>
    public static Balances Balances { get; } = All.Aggregate(Balances.None, (sum, book) => sum.Plus(book.Book.Balances));

    public static async IAsyncEnumerable<LedgerEntry> StreamAsync(IEnumerable<LedgerEntry> entries)
    {
        foreach (LedgerEntry entry in entries)
        {
            await Task.Yield();
            yield return entry;
        }
    }

    private static Books FirstBook()
    {
        var books = new Books(First);
        Account deposit = Account.Deposit(First);
        books.Write(new Post("d1", Reason("deposit", 10, 5, note: FormulaNote, reference: "+86"), Now, [new Posting(Account.HouseCash, deposit, Money.Yuan("10000.00"))]));
        LedgerEntry charge = books.Write(new Reserve("c1", Reason("charge", 10, 20, clause: "MALL-LAD-3"), Now, [new Posting(deposit, Account.CustomerRefunds, Money.Yuan("300.00"))]));
        books.Write(books.Closing(2026, 10, Now));
        books.Write(new Settle("s1", Reason("charge", 11, 3, clause: "MALL-LAD-3", reference: "payout_1"), Now, charge.Id));
        LedgerEntry other = books.Write(new Reserve("c2", Reason("charge", 11, 4, clause: "MALL-LAD-3"), Now, [new Posting(deposit, Account.CustomerRefunds, Money.Yuan("0.05"))]));
        books.Write(new Release("v2", Reason("charge", 11, 5), Now, other.Id));
        books.Write(new Reserve("c3", Reason("charge", 11, 6), Now, [new Posting(deposit, Account.CustomerRefunds, Money.Yuan("7.77"))]));
        LedgerEntry fine = books.Write(new Post("f1", Reason("fine", 11, 7, note: TrickyNote), Now, [new Posting(Account.Fines("person_9"), Account.HouseFines, Money.Yuan("20.00"))]));
        books.Write(new Reverse("r1", Reason("correction", 11, 8), Now, fine.Id));
        return books;
    }

    private static Books SecondBook()
    {
        var books = new Books(Second);
        books.Write(new Post("d1", Reason("deposit", 11, 9, note: "金履专柜"), Now,
        [
            new Posting(Account.HouseCash, Account.Deposit(Second), Money.Yuan("500.00")),
            new Posting(Account.Payables(Second), Account.Deposit(Second), Money.Yuan("1.23")),
        ]));
        return books;
    }

    private static EntryReason Reason(string kind, int month, int day, string? clause = null, string? reference = null, string? note = null) =>
        new(kind, clause is null ? [] : [clause], "case_1", reference, note, new LocalDate(2026, month, day));
}
