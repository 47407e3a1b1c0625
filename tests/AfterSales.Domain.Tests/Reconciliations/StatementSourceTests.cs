using System.Text;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Reconciliations;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Domain.Suppliers;
using AfterSales.Domain.Tests.Ledger;
using NodaTime;

namespace AfterSales.Domain.Tests.Reconciliations;

public class StatementSourceTests
{
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");

    [Fact]
    public void The_shipped_sources_read_without_a_fault() => Assert.Equal(["demo-bank", "demo-payouts"], StatementSourceFile.Shipped.Keys);

    [Fact]
    public void Every_fault_of_a_source_is_told()
    {
        var faults = new List<SourceFault>();
        StatementSource? read = StatementSourceFile.Read("bank.yaml", Encoding.UTF8.GetBytes("""
            id: other
            title: {zh: 银行, en: Bank}
            encoding: latin1
            account: house:safe
            columns: {date: D}
            dates: "%"
            rules:
              - {name: by-amount, same: [amount]}
              - {name: by-colour, same: [reference, colour], days: 900}
            """), faults);

        Assert.Null(read);
        Assert.Equal(
            ["wrong-id", "unknown-value", "unknown-value", "missing-key", "wrong-value", "wrong-value", "unknown-value", "wrong-value"],
            faults.Select(fault => fault.Code));
    }

    [Fact]
    public void What_makes_an_account_grow_is_positive_and_what_is_only_held_is_no_movement()
    {
        var books = new Books(Supplier);
        var reason = new EntryReason("charge", [], null, "payout_1", null, new LocalDate(2026, 11, 2));
        Instant now = Instant.FromUtc(2026, 11, 2, 1, 0);
        LedgerEntry paidIn = books.Write(new Post("d", reason, now, [new Posting(Account.HouseCash, Account.Deposit(Supplier), Money.Yuan("500.00"))]));
        LedgerEntry held = books.Write(new Reserve("c", reason, now, [new Posting(Account.Deposit(Supplier), Account.CustomerRefunds, Money.Yuan("30.00"))]));
        LedgerEntry settled = books.Write(new Settle("s", reason, now, held.Id));
        LedgerEntry undone = books.Write(new Reverse("r", reason, now, settled.Id));

        StatementSource bank = StatementSourceFile.Shipped["demo-bank"];
        StatementSource payouts = StatementSourceFile.Shipped["demo-payouts"];
        Assert.Equal((Money.Yuan("500.00"), null), (bank.MovementOf(paidIn), payouts.MovementOf(paidIn)));
        Assert.Null(payouts.MovementOf(held));
        Assert.Equal((Money.Yuan("30.00"), Money.Yuan("-30.00")), (payouts.MovementOf(settled), payouts.MovementOf(undone)));
    }
}
