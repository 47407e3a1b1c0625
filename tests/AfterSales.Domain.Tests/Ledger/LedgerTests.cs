using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using CsCheck;
using NodaTime;

namespace AfterSales.Domain.Tests.Ledger;

public class LedgerTests
{
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");
    private static readonly Account Deposit = Account.Deposit(Supplier);
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 1, 0);

    [Theory]
    [InlineData("supplier:S-1:deposit", true)]
    [InlineData("customer:refunds", true)]
    [InlineData("person:p.1_x:fines", true)]
    [InlineData("deposit", false)]
    [InlineData("supplier::deposit", false)]
    [InlineData("supplier:S 1:deposit", false)]
    [InlineData("a:b:c:d:e:f", false)]
    [InlineData("供应商:deposit", false)]
    [InlineData(null, false)]
    public void An_account_is_a_path_of_two_to_five_plain_segments(string? path, bool valid) => Assert.Equal(valid, Account.TryParse(path, out _));

    [Fact]
    public void A_deposit_is_posted_at_once()
    {
        var books = new Books(Supplier);
        LedgerEntry entry = books.Write(Pay("d", "10000.00"));
        Assert.Equal(1, entry.Sequence);
        Assert.Equal(LedgerEntry.Origin, entry.Previous);
        Assert.Equal(Money.Yuan("10000.00"), books.Book.Balances.PostedOf(Deposit));
        Assert.Equal(Money.Yuan("-10000.00"), books.Book.Balances.PostedOf(Account.HouseCash));
    }

    [Fact]
    public void A_charge_is_pending_until_it_is_settled_and_then_only_posted()
    {
        var books = new Books(Supplier);
        LedgerEntry held = books.Write(Hold("c", "165.00"));
        Assert.Equal(Money.Zero, books.Book.Balances.PostedOf(Deposit));
        Assert.Equal(Money.Yuan("-165.00"), books.Book.Balances.PendingOf(Deposit));
        books.Write(new Settle("s", Why, Now, held.Id));
        Assert.Equal(Money.Yuan("-165.00"), books.Book.Balances.PostedOf(Deposit));
        Assert.Equal(Money.Zero, books.Book.Balances.PendingOf(Deposit));
    }

    [Fact]
    public void A_voided_charge_leaves_nothing()
    {
        var books = new Books(Supplier);
        LedgerEntry held = books.Write(Hold("c", "165.00"));
        books.Write(new Release("v", Why, Now, held.Id));
        Assert.Equal(Balances.None, books.Book.Balances);
    }

    [Fact]
    public void What_is_held_is_settled_or_voided_once()
    {
        var books = new Books(Supplier);
        LedgerEntry held = books.Write(Hold("c", "165.00"));
        LedgerEntry voided = books.Write(Hold("c2", "1.00"));
        books.Write(new Settle("s", Why, Now, held.Id));
        books.Write(new Release("v", Why, Now, voided.Id));
        Assert.Equal(LedgerRefusals.AlreadySettled, books.Refused(new Release("v2", Why, Now, held.Id)));
        Assert.Equal(LedgerRefusals.AlreadySettled, books.Refused(new Settle("s2", Why, Now, held.Id)));
        Assert.Equal(LedgerRefusals.AlreadyVoided, books.Refused(new Settle("s3", Why, Now, voided.Id)));
    }

    [Fact]
    public void A_reversal_is_linked_and_undoes_once()
    {
        var books = new Books(Supplier);
        LedgerEntry paid = books.Write(Pay("d", "10.00"));
        LedgerEntry reversal = books.Write(new Reverse("r", Why, Now, paid.Id));
        Assert.Equal(paid.Id, reversal.Target);
        Assert.Equal(Balances.None, books.Book.Balances);
        Assert.Equal(LedgerRefusals.AlreadyReversed, books.Refused(new Reverse("r2", Why, Now, paid.Id)));
        Assert.Equal(LedgerRefusals.ReversalOfReversal, books.Refused(new Reverse("r3", Why, Now, reversal.Id)));
    }

    [Fact]
    public void What_is_pending_cannot_be_reversed_and_what_is_posted_cannot_be_settled()
    {
        var books = new Books(Supplier);
        LedgerEntry held = books.Write(Hold("c", "1.00"));
        LedgerEntry paid = books.Write(Pay("d", "1.00"));
        Assert.Equal(LedgerRefusals.NotReversible, books.Refused(new Reverse("r", Why, Now, held.Id)));
        Assert.Equal(LedgerRefusals.NotPending, books.Refused(new Settle("s", Why, Now, paid.Id)));
        Assert.Equal(LedgerRefusals.EntryUnknown, books.Refused(new Settle("s", Why, Now, "entry_unknown")));
    }

    [Fact]
    public void The_same_key_has_one_effect_and_refuses_another_input()
    {
        var books = new Books(Supplier);
        LedgerEntry first = books.Write(Pay("k", "10.00"));
        Assert.Equal(first, Assert.IsType<LedgerOutcome.Repeated>(books.Decide(Pay("k", "10.00") with { Recorded = Now + Duration.FromHours(1) })).Entry);
        Assert.Equal(LedgerRefusals.KeyReused, books.Refused(Pay("k", "11.00")));
    }

    [Fact]
    public void Postings_that_move_nothing_or_nowhere_or_too_much_are_refused()
    {
        var books = new Books(Supplier);
        Assert.Equal(LedgerRefusals.AmountNotPositive, books.Refused(Pay("a", "0.00")));
        Assert.Equal(LedgerRefusals.AmountNotPositive, books.Refused(Pay("b", "-1.00")));
        Assert.Equal(LedgerRefusals.NoPostings, books.Refused(new Post("c", Why, Now, [])));
        Assert.Equal(LedgerRefusals.SameAccount, books.Refused(new Post("d", Why, Now, [new Posting(Deposit, Deposit, Money.Yuan("1.00"))])));
        Assert.Equal(
            LedgerRefusals.CurrencyMismatch,
            books.Refused(new Post("e", Why, Now, [new Posting(Account.HouseCash, Deposit, new Money(1, Currency.Parse("USD")))])));
        Assert.Equal(
            LedgerRefusals.AmountOverflow,
            books.Refused(new Post("f", Why, Now, [new Posting(Account.HouseCash, Deposit, Money.OfFen(long.MaxValue))])));
        Assert.Equal(LedgerRefusals.KeyInvalid, books.Refused(Pay("", "1.00")));
        Assert.Empty(books.Entries);
    }

    [Fact]
    public void Whatever_is_asked_the_book_is_the_fold_of_what_was_written_and_verifies() => GenCommands.Sample(commands =>
    {
        var books = new Books(Supplier);
        foreach (LedgerCommand command in commands)
        {
            LedgerBook before = books.Book;
            if (books.Decide(command) is LedgerOutcome.Written written) books.Add(written);
            else Assert.Equal(before, books.Book);
        }
        Assert.Equal(Balances.Of(books.Entries), books.Book.Balances);
        Assert.Equal(0, books.Book.Balances.Posted.Values.Sum(balance => balance.Fen));
        Assert.Equal(0, books.Book.Balances.Pending.Values.Sum(balance => balance.Fen));
        Assert.Equal(books.Entries.Count, books.Entries.Select(entry => entry.Key).Distinct().Count());
        Assert.Empty(LedgerVerification.Verify(books.Book, books.Entries).Faults);
    });

    [Fact]
    public void An_entry_edited_deleted_inserted_or_moved_or_a_tail_cut_off_is_named()
    {
        var books = new Books(Supplier);
        for (int i = 0; i < 5; i++) books.Write(Pay($"d{i}", "10.00"));
        LedgerEntry[] good = [.. books.Entries];

        LedgerEntry[] edited = [.. good];
        edited[2] = edited[2] with { Reason = Why with { Note = "other" } };
        Assert.Equal((3L, "entry-changed"), First(edited));

        LedgerEntry[] resealed = [.. good];
        resealed[2] = (resealed[2] with { Reason = Why with { Note = "other" } }).Sealed();
        Assert.Equal((4L, "chain-broken"), First(resealed));

        Assert.Equal((4L, "wrong-sequence"), First([.. good[..2], .. good[3..]]));
        Assert.Equal((2L, "wrong-sequence"), First([.. good[..2], good[1], .. good[2..]]));
        Assert.Equal((4L, "wrong-sequence"), First([good[0], good[1], good[3], good[2], good[4]]));
        Assert.Equal((4L, "tail-cut"), First(good[..4]));
        Assert.Empty(LedgerVerification.Verify(books.Book, good).Faults);

        LedgerBook wrong = books.Book with { Balances = Balances.None };
        Assert.Equal("balances-differ", Assert.Single(LedgerVerification.Verify(wrong, good).Faults).Code);

        (long, string) First(LedgerEntry[] entries)
        {
            LedgerFault fault = LedgerVerification.Verify(books.Book, entries).Faults[0];
            return (fault.Sequence, fault.Code);
        }
    }

    [Fact]
    public void A_sum_may_be_larger_than_any_amount_and_is_refused_only_where_it_cannot_be_kept()
    {
        var books = new Books(Supplier);
        for (int i = 0; i < 3; i++) books.Write(Pay($"d{i}", "10000000000.00"));
        Money held = books.Book.Balances.PostedOf(Deposit);
        Assert.Equal("30000000000.00", held.ToString());
        Assert.Equal(held, JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(held)));
        LedgerBook full = books.Book with { Balances = new Balances(books.Book.Balances.Posted.SetItem(Deposit, Money.OfFen(long.MaxValue)), books.Book.Balances.Pending) };
        var refused = Assert.IsType<LedgerOutcome.Refused>(full.Decide(Pay("more", "0.01"), LedgerEvidence.None, ChartOfAccounts.Shipped));
        Assert.Equal(LedgerRefusals.AmountOverflow, refused.Code);
    }

    [Fact]
    public void Finance_ends_by_hand_only_what_it_held_and_takes_back_nothing_of_a_penalty()
    {
        var books = new Books(Supplier);
        LedgerEntry charge = books.Write(Hold("case", "165.00"));
        LedgerEntry fine = books.Write(new Reserve("fine", Why with { Kind = EntryKinds.Penalty }, Now, charge.Postings));
        LedgerEntry booked = books.Write(new Settle("fine:settled", Why with { Kind = EntryKinds.Penalty }, Now, fine.Id));
        LedgerEntry held = books.Write(new Reserve("mine", Why with { Kind = EntryKinds.Reservation }, Now, charge.Postings));
        Assert.Equal(LedgerRefusals.EntryHeldElsewhere, books.Refused(new Release("r1", Why, Now, charge.Id) { ByHand = true }));
        Assert.Equal(LedgerRefusals.EntryHeldElsewhere, books.Refused(new Settle("s1", Why, Now, charge.Id) { ByHand = true }));
        Assert.Equal(LedgerRefusals.EntryHeldElsewhere, books.Refused(new Reverse("c1", Why, Now, booked.Id) { ByHand = true }));
        books.Write(new Settle("s2", Why, Now, charge.Id));
        LedgerEntry settled = books.Write(new Settle("s3", Why, Now, held.Id) { ByHand = true });
        books.Write(new Reverse("c2", Why, Now, settled.Id) { ByHand = true });
    }

    [Fact]
    public void Whoever_names_no_day_is_understood_again_on_a_later_one()
    {
        var books = new Books(Supplier);
        Post Paid(int day) => Pay("k", "10.00") with { Reason = Why with { EffectiveOn = new LocalDate(2026, 11, day) } };
        books.Write(Paid(2) with { DayByDefault = true });
        Assert.IsType<LedgerOutcome.Repeated>(books.Decide(Paid(3) with { DayByDefault = true }));
        Assert.Equal(LedgerRefusals.KeyReused, books.Refused(Paid(3)));
    }

    [Fact]
    public void An_amount_that_was_reckoned_on_another_book_is_refused()
    {
        var books = new Books(Supplier);
        books.Write(Pay("d", "100.00"));
        Assert.Equal("book-moved", books.Refused(Pay("late", "1.00") with { Of = 0 }));
        LedgerEntry written = books.Write(Pay("now", "1.00") with { Of = 1 });
        Assert.Equal(written, Assert.IsType<LedgerOutcome.Repeated>(books.Decide(Pay("now", "1.00") with { Of = 1 })).Entry);
    }

    [Fact]
    public void What_is_taken_from_payables_is_there_and_not_reserved()
    {
        var books = new Books(Supplier);
        Account payables = Account.Payables(Supplier);
        Assert.Equal("payables-short", books.Refused(TopUp("t0", "0.01")));
        books.Write(new Post("p", Why, Now, [new Posting(Account.HousePurchases, payables, Money.Yuan("100.00"))]));
        books.Write(new Reserve("r", Why, Now, [new Posting(payables, Account.HouseFines, Money.Yuan("30.00"))]));
        Assert.Equal("payables-short", books.Refused(TopUp("t1", "70.01")));
        books.Write(TopUp("t2", "70.00"));
        Assert.Equal(Money.Yuan("30.00"), books.Book.Balances.PostedOf(payables));

        Post TopUp(string key, string amount) =>
            new(key, Why, Now, [new Posting(payables, Deposit, Money.Yuan(amount))]) { WithinPayables = true };
    }

    [Fact]
    public void What_comes_to_the_deposit_meets_what_was_called_in_and_a_reversal_calls_it_in_again()
    {
        var books = new Books(Supplier);
        Account claims = Account.CashClaims(Supplier);
        books.Write(new Post("c", Why, Now, [new Posting(claims, Account.HouseCalls, Money.Yuan("546.00"))]));
        LedgerEntry paid = books.Write(Pay("d", "600.00") with { MeetsCalls = true });
        Assert.Equal((Money.Yuan("600.00"), Money.Zero, Money.Zero), State());
        books.Write(Pay("more", "10.00") with { MeetsCalls = true });
        Assert.Equal((Money.Yuan("610.00"), Money.Zero, Money.Zero), State());

        books.Write(new Reverse("undo", Why, Now, paid.Id));

        Assert.Equal((Money.Yuan("10.00"), Money.Yuan("-546.00"), Money.Yuan("546.00")), State());
        Assert.Empty(LedgerVerification.Verify(books.Book, books.Entries).Faults);

        (Money, Money, Money) State() => (
            books.Book.Balances.PostedOf(Deposit), books.Book.Balances.PostedOf(claims), books.Book.Balances.PostedOf(Account.HouseCalls));
    }

    private static EntryReason Why { get; } = new("charge", ["MALL-LAD-3"], "case_x", null, null, new LocalDate(2026, 11, 2));

    private static Post Pay(string key, string amount) =>
        new(key, Why with { Kind = "deposit" }, Now, [new Posting(Account.HouseCash, Deposit, new Money(Fen(amount)))]);

    private static Reserve Hold(string key, string amount) =>
        new(key, Why, Now, [new Posting(Deposit, Account.CustomerRefunds, new Money(Fen(amount)))]);

    private static long Fen(string amount) => Money.Yuan(amount).Fen;

    private static Gen<LedgerCommand[]> GenCommands { get; } = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 15], Gen.Int[0, 15], Gen.Long[0, 100_000], (kind, key, target, fen) =>
    {
        ImmutableArray<Posting> postings = [new Posting(Deposit, Account.CustomerRefunds, Money.OfFen(fen))];
        string aim = LedgerEntry.IdOf(Supplier, $"k{target}");
        return (LedgerCommand)(kind switch
        {
            0 => new Post($"k{key}", Why, Now, postings),
            1 => new Reserve($"k{key}", Why, Now, postings) { Expires = fen % 3 == 0 ? Now : null },
            2 => new Settle($"k{key}", Why, Now, aim),
            3 => new Release($"k{key}", Why, Now, aim),
            4 => new Expire($"k{key}", Why, Now + Duration.FromSeconds(1), aim),
            _ => new Reverse($"k{key}", Why, Now, aim),
        });
    }).Array[0, 60];
}
