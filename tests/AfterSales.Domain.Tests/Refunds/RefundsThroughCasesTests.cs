using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Tests.Cases;
using AfterSales.Domain.Tests.Cases.Shops;
using NodaTime;

namespace AfterSales.Domain.Tests.Refunds;

/// <summary>
/// Random lives of an item through the cases about it: grants, freight, exchanges, offers, goods that come back in parts, payouts that
/// fail. The account is told what the guard tells it. Each is seeded by its number so that a failure can be repeated.
/// </summary>
public sealed class RefundsThroughCasesTests
{
    private const int Lives = 2_000;
    private const int MostCases = 3;
    private const int MostSteps = 25;

    private static readonly OpenCase Return = Shop.Opening(ClaimKind.Return, """{"quality_problem":true}""");
    private static readonly OpenCase Exchange = Shop.Opening(ClaimKind.Exchange, """{"quality_problem":true}""");
    private static readonly OpenCase Denied = Shop.Opening(ClaimKind.Refund, "{}");
    private static readonly Remedy[] Remedies = [Remedy.Refund, Remedy.Return, Remedy.Exchange, Remedy.Compensation, Remedy.Coupon];

    [Fact]
    public void Whatever_cases_grant_no_more_goes_back_than_was_paid_and_a_full_refund_is_all_of_it()
    {
        var seen = new Dictionary<string, int>();
        for (var seed = 0; seed < Lives; seed++) new Life(seed, seen).Play();

        // Each of these happens often, or the lives would show nothing.
        Assert.All(
            ["offer-accepted", "difference", "cheaper", "pieces", "outbound", "return", "held", "refund-confirmed", "payout-cancelled", "report-noted",
                "refund-matched", "let-go", "too-much"],
            what => Assert.True(seen.GetValueOrDefault(what) > Lives / 100, $"{what} happened {seen.GetValueOrDefault(what)} times"));
    }

    private sealed class Life(int seed, Dictionary<string, int> seen)
    {
        private readonly Random _random = new(seed);
        private readonly List<Case> _cases = [];
        private RefundAccount _account = null!;
        private OrderLine _order = null!;
        private Instant _at = Mall.At("2026-11-02 09:00:00");

        public void Play()
        {
            var price = Money.OfFen(_random.NextInt64(1, 100_000));
            var freight = _random.Next(2) == 0 ? Money.Zero : Money.OfFen(_random.NextInt64(1, 2_000));
            _order = new OrderLine("O-1", "1", price, freight, null, _random.Next(1, 6));
            _account = RefundAccount.Open(price, freight, _order.Pieces, null);
            for (var number = _random.Next(1, MostCases + 1); number > 0; number--)
            {
                Open(new[] { Return, Exchange, Denied }[_random.Next(3)]);
                for (var step = _random.Next(4, MostSteps); step > 0; step--) Try(Any());
            }
            InFull();
        }

        private Case Now
        {
            get => _cases[^1];
            set => _cases[^1] = value;
        }

        private void Open(OpenCase opening)
        {
            _at += Duration.FromHours(1);
            var open = opening with
            {
                At = _at,
                Id = CaseId.For("demo-mall", $"R-{_cases.Count}"),
                Order = _order,
                Decision = opening == Denied || opening == Exchange ? opening.Decision : opening.Decision with
                {
                    Money = MoneyStatement.Of([new MoneyComponent("payable", _order.Paid, "WX-REFUND")]),
                },
            };
            _cases.Add(((Decision.Accepted)CaseDecider.Decide(null, open)).State);
        }

        private void Try(CaseCommand command)
        {
            if (CaseDecider.Decide(Now, command) is not Decision.Accepted accepted) return;
            Now = accepted.State;
            foreach (var happened in accepted.Events) Tell(happened);
            Sound();
        }

        /// <summary>What the guard does with an event.</summary>
        private void Tell(CaseEvent happened)
        {
            Saw(happened.Name);
            foreach (var paid in ItemRefund.DifferencesPaid(Now).Concat(ItemRefund.Elsewhere(Now))) Note(paid);
            switch (happened)
            {
                case RefundInstructed instructed when Now.Payouts.First(one => one.Id == instructed.PayoutId).State == PayoutState.Instructed:
                    Instruct(instructed);
                    break;
                case RefundConfirmed paid:
                    Note(ItemRefund.Paid(Now, paid.PayoutId, paid.Amount));
                    break;
                case PayoutSettled paid:
                    Note(ItemRefund.Paid(Now, paid.PayoutId, paid.Amount));
                    break;
                case PayoutCancelled cancelled:
                    Note(new RefundRequest.Undo($"{cancelled.PayoutId}.cancelled.{Now.Sequence}", "case", $"{cancelled.PayoutId}"));
                    break;
                default:
                    break;
            }
        }

        private void Instruct(RefundInstructed instructed)
        {
            var payout = Now.Payouts.First(one => one.Id == instructed.PayoutId);
            if (payout.Components is { } parts && parts.Sum(Now.Nothing) != payout.Amount) Fail($"parts of {parts.Sum(Now.Nothing)} make up {payout.Amount}");
            foreach (var part in payout.Components ?? []) Saw(part.Name.Split('_')[0] is "exchange" ? "cheaper" : part.Name.Split('_')[0]);
            if (payout.Pieces is not null) Saw("pieces");
            if (Note(ItemRefund.Told(Now, instructed))) return;
            Saw("held");
            Try(new HoldPayout(_at, Actor.Clock, payout.Id, payout.Attempt, PayoutHold.ItemRefundedAlready));
        }

        private bool Note(RefundRequest request)
        {
            var answer = _account.Decide(request);
            if (answer is RefundAnswer.Taken { Account: var account } taken)
            {
                if (request is RefundRequest.Fact && account.Entries.Count(entry => entry.Undone) > _account.Entries.Count(entry => entry.Undone)) Saw("let-go");
                if (taken.Entry is { Pending: false, TooMuch.IsPositive: true }) Saw("too-much");
                _account = account;
            }
            if (answer is RefundAnswer.Taken && request is RefundRequest.ExchangedForMore) Saw("difference");
            return answer is not RefundAnswer.Refused;
        }

        private void Sound()
        {
            var differences = _cases.Aggregate(Money.Zero, (sum, one) => sum + one.DifferencePaid);
            if (_account.Paid != _order.Paid + _order.Freight + differences) Fail($"what was paid is {_account.Paid}");
            if (_account.Refunded > _account.Paid) Fail($"{_account.Refunded} of {_account.Paid} went back");
            var paid = _cases.SelectMany(ItemRefund.Elsewhere).DistinctBy(refund => refund.Key)
                .Aggregate(_cases.Aggregate(Money.Zero, (sum, one) => sum + one.Paid), (sum, refund) => sum + refund.Named!.Value);
            var known = _account.Refunded + _account.Compensated + _account.TooMuch;
            if (paid > known) Fail($"cases paid {paid}, the account knows of {known}");
            if (differences.IsZero && _account.TooMuch > Money.Max(paid - _account.Paid, Money.Zero)) Fail($"{_account.TooMuch} too much of {paid} paid");
            if (!Now.Components.IsEmpty && Now.Components.Sum(Now.Nothing) != Now.Granted) Fail($"parts of {Now.Components.Sum(Now.Nothing)} make up {Now.Granted}");
            if (Now.Paid + (Now.OpenPayout?.Amount ?? Now.Nothing) > Now.Granted) Fail("more is paid than granted");
        }

        /// <summary>Whatever went before, the rest can be granted, and then nothing is left and not a fen more goes out.</summary>
        private void InFull()
        {
            for (var more = 0; _account.Left.IsPositive; more++)
            {
                if (more > MostCases * MostSteps) Fail($"{_account.Left} cannot be refunded");
                var ofPrice = _account.Price - _account.Entries.Where(entry => !entry.Undone).Aggregate(Money.Zero, (sum, entry) => sum + entry.Price);
                var ofFreight = _account.Left - ofPrice;
                Open(Denied);
                Try(new SupplierAccepts(
                    _at, Mall.Supplier, ofPrice.IsPositive ? Remedy.Refund : Remedy.Coupon,
                    ofPrice.IsPositive ? Money.Min(ofPrice, _order.Paid) : Money.OfFen(1), new GrantTerms(OutboundFreight: ofFreight)));
                Try(new DoRemedyStep(_at, Mall.Agent, RemedyStep.IssueCoupon, StepNote.None));
                if (Now.OpenPayout is not { State: PayoutState.Instructed }) Fail($"{_account.Left} is left and is not paid");
                Try(new ConfirmPayout(_at, Mall.Marketplace, Now.OpenPayout!.Id));
            }
            if (_account.Refunded != _account.Paid) Fail($"a full refund of {_account.Paid} is {_account.Refunded}");
            Open(Denied);
            Try(new SupplierAccepts(_at, Mall.Supplier, Remedy.Refund, Money.OfFen(1)));
            if (Now.OpenPayout?.Held is null) Fail("a fen too much");
        }

        private CaseCommand Any()
        {
            _at += Duration.FromSeconds(_random.Next(10) == 0 ? _random.Next(1, 900_000) : _random.Next(1, 4_000));
            var by = new Actor(Party.Inspection, $"platform-{_at.ToUnixTimeTicks()}");
            var payout = Now.Payouts.IsEmpty ? PayoutId.For(Now.Id, 1) : Now.Payouts[^1].Id;
            return _random.Next(30) switch
            {
                0 => new SupplierAccepts(_at, Mall.Supplier, Terms: Terms()),
                1 => new SupplierAccepts(_at, Mall.Supplier, Some(), Amount(), Terms()),
                2 => new SupplierRefuses(_at, Mall.Supplier, ""),
                3 => new DecideClaim(_at, by, Outcome.Uphold, "", Some(), Amount(), Terms: Terms()),
                4 => new MakeOffer(_at, _random.Next(2) == 0 ? Mall.Supplier : Mall.Customer, Some(), Amount(), Terms()),
                5 => new AcceptOffer(_at, Now.Offer?.To == Party.Supplier ? Mall.Supplier : Mall.Customer),
                6 => new ContestDecision(_at, Mall.Customer, ""),
                7 => new ApproveDecision(_at, new Actor(Party.Manager, $"manager-{_at.ToUnixTimeTicks()}")),
                8 or 9 => new ConfirmPayout(_at, Mall.Marketplace, payout),
                10 => new FailPayout(_at, Mall.Marketplace, payout),
                11 => new CancelPayout(_at, Mall.Finance, payout),
                12 => _random.Next(4) == 0 ? new SettlePayout(_at, Mall.Finance, payout) : new ReopenCase(_at, Mall.Customer, ""),
                13 when _random.Next(3) == 0 => Outside(),
                14 => new RetryPayout(_at, Mall.Finance, payout, "sealed"),
                _ => Step(),
            };
        }

        /// <summary>The marketplace has refunded by itself: something, or as much as it was told to.</summary>
        private CaseCommand Outside()
        {
            var some = Money.OfFen(_random.NextInt64(1, (_order.Paid.Fen / 4) + 2));
            var refund = $"re_{_random.Next(9)}";
            return _random.Next(2) == 0
                ? new NoteReport(_at, Mall.Marketplace, MarketplaceReport.RefundedElsewhere, some, refund)
                : new NoteMarketplaceRefund(_at, Mall.Marketplace, refund, Now.Payouts.IsEmpty ? some : Now.Payouts[^1].Amount);
        }

        /// <summary>The step of the remedy that is waited for.</summary>
        private CaseCommand Step()
        {
            var step = Now.Fulfilment?.Current?.Step ?? RemedyStep.ShipBack;
            var note = step switch
            {
                RemedyStep.Receive => new StepNote(Quantity: _random.Next(1, _order.Pieces + 1)) { Before = _account.PiecesBack == 0 ? null : _account.PiecesBack },
                RemedyStep.Inspect when _random.Next(3) == 0 => new StepNote(Condition: GoodsCondition.Damaged, Amount: Amount()),
                RemedyStep.Quote => new StepNote(Amount: Money.OfFen(100)),
                _ => StepNote.None,
            };
            var by = step switch
            {
                RemedyStep.PayDifference => Mall.Marketplace,
                RemedyStep.ShipBack or RemedyStep.AcceptQuote => Mall.Customer,
                RemedyStep.IssueCoupon or RemedyStep.Reply => Mall.Agent,
                _ => Mall.Supplier,
            };
            return new DoRemedyStep(_at, by, step, note);
        }

        private Remedy? Some() => _random.Next(3) == 0 ? null : Remedies[_random.Next(Remedies.Length)];

        private Money? Amount() => _random.Next(4) == 0 ? null : _random.Next(3) == 0 ? _order.Paid : Money.OfFen(_random.NextInt64(1, _order.Paid.Fen + 1));

        private GrantTerms? Terms() => _random.Next(3) == 0 ? null : new GrantTerms(
            _random.Next(2) == 0 ? Money.OfFen(_random.NextInt64(1, _order.Paid.Fen * 2)) : null,
            _random.Next(2) == 0 ? Money.OfFen(_random.NextInt64(0, _order.Freight.Fen + 1)) : null,
            _random.Next(2) == 0 ? Money.OfFen(_random.NextInt64(0, 1_000)) : null);

        private void Saw(string what) => seen[what] = seen.GetValueOrDefault(what) + 1;

        private void Fail(string what) => Assert.Fail($"Seed {seed}: {what}.\n{string.Join('\n', Now.Timeline.Select(line => $"{line.Event} {line.What.En}"))}");
    }
}
