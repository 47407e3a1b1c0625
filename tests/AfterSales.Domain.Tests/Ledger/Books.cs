using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Domain.Tests.Ledger;

/// <summary>A book with its entries, as storage holds them.</summary>
internal sealed class Books(SupplierId supplier)
{
    public List<LedgerEntry> Entries { get; } = [];

    public LedgerBook Book { get; private set; } = LedgerBook.Empty(supplier);

    public LedgerOutcome Decide(LedgerCommand command) => Book.Decide(
        command,
        new LedgerEvidence(
            Entries.Find(entry => entry.Key == command.Key),
            Entries.Find(entry => entry.Id == command.Aim),
            command.Aim is null ? null : Entries.Find(entry => entry.Target == command.Aim)),
        ChartOfAccounts.Shipped);

    public void Add(LedgerOutcome.Written written)
    {
        Entries.Add(written.Entry);
        Book = written.Book;
    }

    public LedgerEntry Write(LedgerCommand command)
    {
        var written = Assert.IsType<LedgerOutcome.Written>(Decide(command));
        Add(written);
        return written.Entry;
    }

    public string Refused(LedgerCommand command) => Assert.IsType<LedgerOutcome.Refused>(Decide(command)).Code;

    /// <summary>Closes the month as its entries have it.</summary>
    public Close Closing(int year, int month, NodaTime.Instant at)
    {
        var fold = new PeriodFold();
        foreach (LedgerEntry entry in Entries) fold.Add(entry);
        return Close.Month(fold.SealOf(new NodaTime.YearMonth(year, month)), Book.Count, at);
    }
}
