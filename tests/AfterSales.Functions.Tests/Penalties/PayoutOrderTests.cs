using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Penalties;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Functions.Tests.Penalties;

/// <summary>The bus promises no order: whatever comes first, every charge ends under a payout and the sums agree.</summary>
public class PayoutOrderTests
{
    private static readonly CaseId Case = CaseId.For("demo-mall", "R-1");
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");
    private static readonly Actor Someone = new(Party.Marketplace, "demo-mall");
    private static readonly Instant At = Instant.FromUtc(2026, 11, 2, 1, 0);
    private static readonly PayoutId First = PayoutId.For(Case, 1);
    private static readonly PayoutId Second = PayoutId.For(Case, 2);

    [Fact]
    public async Task A_later_payout_that_is_booked_first_leaves_the_earlier_ones_charge_alone()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("50.00"), Upheld("100.00"), Paid(Second, "100.00"), Paid(First, "50.00"));

        Assert.Equal(
            ["charge pending 50.00", "charge pending 100.00", "charge settled 100.00", "recovery posted 100.00", "charge settled 50.00",
                "recovery posted 50.00"],
            await BookedAsync(app));
    }

    [Fact]
    public async Task A_payout_whose_charges_are_not_all_in_the_book_books_nothing_yet()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("50.00"));

        await Assert.ThrowsAsync<OutageException>(() => HandleAsync(app, Paid(Second, "100.00")));

        Assert.Equal(["charge pending 50.00"], await BookedAsync(app));
    }

    [Fact]
    public async Task A_payout_after_a_cancellation_waits_for_it_in_the_book_and_is_posted_once()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("50.00"));
        RefundConfirmed late = new(At, Someone, First, 3, Money.Yuan("50.00"), Cancellation: 9);

        await Assert.ThrowsAsync<OutageException>(() => HandleAsync(app, late));
        await HandleAsync(app, Cancelled("50.00"), late, late);

        Assert.Equal(
            ["charge pending 50.00", "charge voided 50.00", "charge posted 50.00", "recovery posted 50.00"], await BookedAsync(app));
        LedgerBook book = await app.Services.GetRequiredService<LedgerStore>().LoadAsync(Supplier, CancellationToken.None);
        Assert.Equal(Money.Yuan("50.00"), Money.Zero - book.Balances.PostedOf(Account.Deposit(Supplier)));
    }

    [Fact]
    public async Task A_payout_cancelled_granted_anew_and_paid_is_voided_once_and_settled_once()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("50.00"), Cancelled("50.00"), Upheld("50.00"), Paid(First, "50.00"));

        Assert.Equal(
            ["charge pending 50.00", "charge voided 50.00", "charge pending 50.00", "charge settled 50.00", "recovery posted 50.00"],
            await BookedAsync(app));
    }

    [Fact]
    public async Task What_is_taken_off_a_grant_leaves_a_charge_of_what_is_paid()
    {
        await using AppHost app = await AppHost.StartAsync();
        CaseEvent reduced = Reduced("30.00");
        await HandleAsync(app, Upheld("100.00"), reduced, reduced, Paid(First, "70.00"));

        Assert.Equal(
            ["charge pending 100.00", "charge voided 100.00", "charge pending 70.00", "charge settled 70.00", "recovery posted 70.00"],
            await BookedAsync(app));
    }

    [Fact]
    public async Task What_is_taken_off_comes_off_the_last_grants_and_not_off_a_payout_on_its_way()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("50.00"), Upheld("20.00"), Upheld("40.00"), Reduced("60.00"), Paid(First, "50.00"));

        Assert.Equal(
            ["charge pending 50.00", "charge pending 20.00", "charge pending 40.00", "charge voided 40.00", "charge voided 20.00",
                "charge settled 50.00", "recovery posted 50.00"],
            await BookedAsync(app));
    }

    [Fact]
    public async Task A_payout_that_is_told_of_before_the_reduction_waits_for_it()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("100.00"));

        await Assert.ThrowsAsync<OutageException>(() => HandleAsync(app, Paid(First, "70.00")));
        await HandleAsync(app, Reduced("30.00"), Paid(First, "70.00"));

        LedgerBook book = await app.Services.GetRequiredService<LedgerStore>().LoadAsync(Supplier, CancellationToken.None);
        Assert.Equal(Money.Yuan("70.00"), Money.Zero - book.Balances.PostedOf(Account.Deposit(Supplier)));
        Assert.True(book.Balances.PendingOf(Account.Deposit(Supplier)).IsZero);
    }

    [Fact]
    public async Task A_reduction_that_was_interrupted_goes_on_where_it_stopped()
    {
        await using AppHost app = await AppHost.StartAsync();
        await HandleAsync(app, Upheld("100.00"));

        await Assert.ThrowsAsync<OutageException>(() => HandleAsync(app, Reduced("130.00")));
        await HandleAsync(app, Upheld("50.00"), Reduced("130.00"), Reduced("130.00"), Paid(First, "20.00"));

        Assert.Equal(
            ["charge pending 100.00", "charge voided 100.00", "charge pending 50.00", "charge voided 50.00", "charge pending 20.00",
                "charge settled 20.00", "recovery posted 20.00"],
            await BookedAsync(app));
    }

    [Theory]
    [InlineData("100", "50 100", "100")]
    [InlineData("150", "50 50 100", "50 100")]
    [InlineData("60", "10 50 100", "10 50")]
    [InlineData("40", "20 30 10", "30 10")]
    [InlineData("0", "20", "")]
    [InlineData("70", "50 100", null)]
    public void The_charges_behind_a_payout_make_up_its_amount_exactly(string amount, string open, string? expected)
    {
        IReadOnlyList<OpenCharge>? chosen = ChargesBehind.Payout(
            Money.Yuan(amount), [.. open.Split(' ').Select((sum, number) => new OpenCharge($"{number}", Money.Yuan(sum), []))]);

        Assert.Equal(expected, chosen is null ? null : string.Join(' ', chosen.Select(charge => charge.Amount.Fen / 100)));
    }

    private static ClaimUpheld Upheld(string increase) => new(
        At, Someone, new StepCode("counter"), Remedy.Refund, Money.Yuan(increase), Money.Yuan(increase), true, false, false,
        ["MALL-3.1.1-A"], null, []);

    private static RefundConfirmed Paid(PayoutId payout, string amount) => new(At, Someone, payout, 4, Money.Yuan(amount));

    private static PayoutCancelled Cancelled(string amount) => new(At, Someone, First, Money.Yuan(amount), null);

    private static GrantReduced Reduced(string amount) =>
        new(At, Someone, Money.Yuan(amount), Money.Zero, ReductionReason.ShortReceipt);

    private static async Task HandleAsync(AppHost app, params ImmutableArray<CaseEvent> events)
    {
        var accounting = app.Services.GetRequiredService<PenaltyAccounting>();
        foreach (CaseEvent happened in events)
        {
            // An event delivered twice is the same envelope; two equal decisions in a list are two.
            string id = happened switch
            {
                ClaimUpheld => $"{Case}-{Guid.NewGuid():n}",
                PayoutCancelled => $"{Case}-9",
                GrantReduced reduced => $"{Case}-{reduced.Amount.Fen}",
                _ => $"{Case}-{happened.GetHashCode()}",
            };
            var envelope = new Envelope(
                id, happened.Name, 1, Case.ToString(), Supplier.ToString(), "demo-mall", At.ToDateTimeOffset(), default);
            await accounting.HandleAsync(envelope, happened, CancellationToken.None);
        }
    }

    /// <summary>What is in the book, in the order booked: kind, phase, amount.</summary>
    private static async Task<string[]> BookedAsync(AppHost app) =>
        [.. (await app.Services.GetRequiredService<LedgerStore>().EntriesAsync(Supplier, 0, 100, CancellationToken.None))
            .Select(entry => $"{entry.Reason.Kind} {WireName.Of(entry.Phase)} {entry.Postings[0].Amount}")];
}
