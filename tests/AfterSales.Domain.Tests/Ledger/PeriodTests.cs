using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Tests.Ledger;

public class PeriodTests
{
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");
    private static readonly Account Deposit = Account.Deposit(Supplier);
    private static readonly Instant December = Instant.FromUtc(2026, 12, 1, 1, 0);

    [Fact]
    public void A_closed_month_takes_nothing_more_and_says_so()
    {
        var books = WithNovember();
        books.Write(books.Closing(2026, 11, December));
        LedgerBook closed = books.Book;
        Assert.Equal(new LocalDate(2026, 11, 30), closed.ClosedThrough);
        Assert.Equal(LedgerRefusals.PeriodClosed, books.Refused(Pay("late", "1.00", new LocalDate(2026, 11, 30))));
        Assert.Equal(LedgerRefusals.PeriodClosed, books.Refused(Pay("later", "1.00", new LocalDate(2026, 10, 1))));
        Assert.Equal(closed, books.Book);
        books.Write(Pay("next", "1.00", new LocalDate(2026, 12, 1)));
    }

    [Fact]
    public void What_follows_from_an_event_of_a_closed_month_lands_in_the_next_with_a_pointer()
    {
        var books = WithNovember();
        books.Write(books.Closing(2026, 11, December));
        Post late = Pay("late", "1.00", new LocalDate(2026, 11, 12)) with { LandsLater = true };
        LedgerEntry landed = books.Write(late);
        Assert.Equal(new LocalDate(2026, 12, 1), landed.Reason.EffectiveOn);
        Assert.Equal(new LocalDate(2026, 11, 12), landed.Reason.BelongsTo);
        Assert.Equal(landed, Assert.IsType<LedgerOutcome.Repeated>(books.Decide(late)).Entry);
        Assert.Empty(LedgerVerification.Verify(books.Book, books.Entries).Faults);
    }

    [Fact]
    public void The_seal_of_a_month_is_the_same_whatever_is_recorded_after_it()
    {
        var books = WithNovember();
        PeriodSeal seal = books.Closing(2026, 11, December).Seal;
        books.Write(books.Closing(2026, 11, December));
        books.Write(Pay("next", "7.00", new LocalDate(2026, 12, 2)));
        Assert.Equal(seal, books.Closing(2026, 11, December).Seal);
        Assert.Equal(2, seal.Entries);
        Assert.Equal(Money.Yuan("110.00"), seal.Closing[Deposit]);
        Assert.Equal(Money.Yuan("117.00"), books.Closing(2026, 12, December).Seal.Closing[Deposit]);
    }

    [Fact]
    public void Months_are_closed_when_they_are_over_one_after_another_and_once()
    {
        var books = WithNovember();
        Assert.Equal(LedgerRefusals.PeriodNotOver, books.Refused(books.Closing(2026, 11, Instant.FromUtc(2026, 11, 30, 15, 59, 59))));
        LedgerEntry closed = books.Write(books.Closing(2026, 11, Instant.FromUtc(2026, 11, 30, 16, 0)));
        Assert.Equal(closed, Assert.IsType<LedgerOutcome.Repeated>(books.Decide(books.Closing(2026, 11, December))).Entry);
        Instant later = Instant.FromUtc(2027, 6, 1, 0, 0);
        Assert.Equal(LedgerRefusals.PeriodClosed, books.Refused(books.Closing(2026, 10, later)));
        Assert.Equal(LedgerRefusals.PeriodSkipped, books.Refused(books.Closing(2027, 1, later)));
        books.Write(books.Closing(2026, 12, later));
        Assert.Empty(LedgerVerification.Verify(books.Book, books.Entries).Faults);
    }

    [Fact]
    public void A_seal_that_is_not_what_its_entries_come_to_is_named()
    {
        var books = WithNovember();
        Close close = books.Closing(2026, 11, December);
        books.Write(close with { Seal = close.Seal with { Closing = close.Seal.Closing.SetItem(Deposit, Money.Yuan("1.00")) } });
        Assert.Equal("seal-differs", Assert.Single(LedgerVerification.Verify(books.Book, books.Entries).Faults).Code);
    }

    [Fact]
    public void Balances_are_as_of_a_day_and_as_of_what_was_known()
    {
        var books = new Books(Supplier);
        books.Write(Pay("a", "100.00", new LocalDate(2026, 11, 2)));
        LedgerEntry held = books.Write(Hold("h", "30.00", new LocalDate(2026, 11, 5), Instant.FromUtc(2026, 11, 5, 1, 0)));
        books.Write(new Settle("s", Reason(new LocalDate(2026, 11, 9)), Instant.FromUtc(2026, 11, 12, 1, 0), held.Id));
        Assert.Equal(("100.00", "0.00"), AsOf(new LocalDate(2026, 11, 4), null));
        Assert.Equal(("100.00", "-30.00"), AsOf(new LocalDate(2026, 11, 8), null));
        Assert.Equal(("70.00", "0.00"), AsOf(new LocalDate(2026, 11, 9), null));
        Assert.Equal(("100.00", "-30.00"), AsOf(new LocalDate(2026, 11, 9), Instant.FromUtc(2026, 11, 11, 0, 0)));
        Assert.Equal(("70.00", "0.00"), AsOf(null, Instant.FromUtc(2026, 11, 12, 1, 0)));

        (string, string) AsOf(LocalDate? day, Instant? known)
        {
            var fold = new BalancesAsOf(day, known);
            foreach (LedgerEntry entry in books.Entries) fold.Add(entry);
            return (fold.Balances.PostedOf(Deposit).ToString(), fold.Balances.PendingOf(Deposit).ToString());
        }
    }

    [Fact]
    public void What_is_held_for_a_time_lapses_after_it_and_not_before()
    {
        var books = new Books(Supplier);
        Instant until = Instant.FromUtc(2026, 11, 9, 4, 0);
        LedgerEntry held = books.Write(Hold("h", "30.00", new LocalDate(2026, 11, 5), until) with { Expires = until });
        LedgerEntry onTime = books.Write(Hold("g", "3.00", new LocalDate(2026, 11, 5), until) with { Expires = until });
        LedgerEntry forEver = books.Write(Hold("f", "1.00", new LocalDate(2026, 11, 5), until));
        Assert.Equal(LedgerRefusals.NotExpired, books.Refused(new Expire("x", Reason(new LocalDate(2026, 11, 9)), until, held.Id)));
        Assert.Equal(LedgerRefusals.NotExpired, books.Refused(new Expire("y", Reason(new LocalDate(2026, 11, 9)), December, forEver.Id)));
        books.Write(new Settle("s", Reason(new LocalDate(2026, 11, 9)), until, onTime.Id));
        Instant after = until + Duration.FromTicks(1);
        Assert.Equal(LedgerRefusals.EntryExpired, books.Refused(new Settle("t", Reason(new LocalDate(2026, 11, 9)), after, held.Id)));
        books.Write(new Expire("z", Reason(new LocalDate(2026, 11, 9)), after, held.Id));
        Assert.Equal(Money.Yuan("-1.00"), books.Book.Balances.PendingOf(Deposit));
        Assert.Equal(LedgerRefusals.EntryExpired, books.Refused(new Release("u", Reason(new LocalDate(2026, 11, 9)), after, held.Id)));
        Assert.Empty(LedgerVerification.Verify(books.Book, books.Entries).Faults);
    }

    private static Books WithNovember()
    {
        var books = new Books(Supplier);
        books.Write(Pay("a", "100.00", new LocalDate(2026, 11, 2)));
        books.Write(Pay("b", "10.00", new LocalDate(2026, 11, 30)));
        return books;
    }

    private static EntryReason Reason(LocalDate day) => new("deposit", ["MALL-DEP-1"], null, null, null, day);

    private static Post Pay(string key, string amount, LocalDate day) =>
        new(key, Reason(day), day.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant(), [new Posting(Account.HouseCash, Deposit, Money.Yuan(amount))]);

    private static Reserve Hold(string key, string amount, LocalDate day, Instant recorded) =>
        new(key, Reason(day), recorded, [new Posting(Deposit, Account.CustomerRefunds, Money.Yuan(amount))]);
}
