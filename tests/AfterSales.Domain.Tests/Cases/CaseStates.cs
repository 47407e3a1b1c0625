using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Tests.Cases.Shops;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>A case in every state that it can stand in, and everything that somebody could want to do to it.</summary>
internal static class CaseStates
{
    public static IReadOnlyList<Party> People { get; } =
        [.. Enum.GetValues<Party>().Where(party => party != Party.Clock)];

    /// <summary>Name, case, and an instant at which nothing is overdue.</summary>
    public static IEnumerable<(string Name, Case Case, Instant At)> All() => OfTheMall().Concat(OfTheShop());

    private static IEnumerable<(string Name, Case Case, Instant At)> OfTheMall()
    {
        yield return State("counter", Mall.CoveredShoes(), "2026-11-02 09:05:00");
        yield return State("floor head", Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00"), "2026-11-02 10:00:00");
        yield return State("counter, something offered to the customer", Offered(), "2026-11-02 09:07:00");
        yield return State("counter, something else asked for by the customer",
            Offered().Do(new MakeOffer(Mall.At("2026-11-02 09:06:00"), Mall.Customer, Remedy.Refund, Money.Yuan("150.00"))), "2026-11-02 09:07:00");
        yield return State("inspection", Mall.CoveredShoes().Until("2026-11-02 09:11:00"), "2026-11-02 09:11:00");
        yield return State("inspection, evidence asked of both", Asked(), "2026-11-02 09:20:00");
        yield return State("inspection, evidence asked of both and overdue", Asked().Until("2026-11-02 09:36:00"), "2026-11-02 09:36:00");
        yield return State("manager", Mall.CoveredShoes().Until("2026-11-02 10:00:00"), "2026-11-02 10:00:00");
        yield return State("floor head, both clocks excepted",
            Excepted(Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00")), "2026-11-02 14:00:00");
        yield return State("manager, both clocks excepted", Excepted(Mall.CoveredShoes().Until("2026-11-02 10:00:00")), "2026-11-02 14:00:00");
        yield return State("upheld, payout instructed", Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00"), "2026-11-02 10:00:00");
        yield return State("upheld, payout failed", Failed(), "2026-11-02 10:00:00");
        yield return State("upheld, with finance", Mall.CoveredShoes().Until("2026-11-08 00:00:00"), "2026-11-08 00:00:00");
        yield return State("upheld, held for finance", Held(Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00")), "2026-11-02 10:00:00");
        yield return State("upheld, cancelled", Cancelled(), "2026-11-07 10:00:00");
        yield return State("upheld, cancelled, paid after all", Cancelled().Paid("2026-11-07 09:00:00"), "2026-11-07 10:00:00");
        yield return State("upheld, paid",
            Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Paid("2026-11-02 09:06:00"), "2026-11-02 10:00:00");
        yield return State("upheld by silence, paid",
            Mall.CoveredShoes().Until("2026-11-04 09:00:30").Paid("2026-11-04 09:01:00"), "2026-11-04 10:00:00");
        yield return State("accepted, payout instructed",
            Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").CustomerAccepts("2026-11-02 09:30:00"), "2026-11-02 10:00:00");
        yield return State("refused by the floor head", RefusedByFloorHead(), "2026-11-02 10:30:00");
        yield return State("consumer association", RefusedByManager().CustomerContests("2026-11-03 11:00:00"), "2026-11-04 10:00:00");
        yield return State("legal counsel", RefusedByManager().CustomerContests("2026-11-03 11:00:00").Until("2027-01-05 00:00:00"),
            "2027-01-05 10:00:00");
        yield return State("arbitration", RefusedByManager().CustomerContests("2026-11-03 11:00:00").Until("2027-06-01 00:00:00"),
            "2027-06-01 10:00:00");
        yield return State("closed, accepted", RefusedByFloorHead().CustomerAccepts("2026-11-02 10:30:00"), "2026-11-02 11:00:00");
        yield return State("closed, paid too much", PaidTooMuch(), "2026-11-03 11:00:00");
        yield return State("closed by silence", RefusedByFloorHead().Until("2026-11-20 00:00:00"), "2026-11-20 00:00:00");
        yield return State("closed, withdrawn", Mall.CoveredShoes().Do(new WithdrawCase(Mall.At("2026-11-02 09:01:00"), Mall.Customer)),
            "2026-11-02 11:00:00");
    }

    private static IEnumerable<(string Name, Case Case, Instant At)> OfTheShop()
    {
        Mall Accepted(ClaimKind kind) => Shop.Request(kind).SupplierAccepts("2026-11-03 10:00:00");
        Mall Inspected() => Accepted(ClaimKind.Exchange).Ships("2026-11-05 12:00:00").Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive);
        Mall Priced() => Shop.Request(ClaimKind.Repair, "{}").Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Repair))
            .Does("2026-11-04 09:00:00", Mall.Supplier, RemedyStep.Quote, new StepNote(Amount: Money.Yuan("80.00")));
        yield return State("shop: seller", Shop.Request(ClaimKind.Return), "2026-11-02 10:00:00");
        yield return State("shop: platform", Shop.Request(ClaimKind.Return).Until("2026-11-04 10:00:00"), "2026-11-04 10:00:00");
        yield return State("shop: clocks paused",
            Shop.Request(ClaimKind.Return).Do(new PauseClocks(Mall.At("2026-11-02 10:00:00"), Mall.Agent, PauseReason.ForceMajeure, "sealed")),
            "2026-11-02 11:00:00");
        yield return State("shop: to be shipped back", Accepted(ClaimKind.Return), "2026-11-03 11:00:00");
        yield return State("shop: to be received", Accepted(ClaimKind.Return).Ships("2026-11-05 12:00:00"), "2026-11-05 13:00:00");
        yield return State("shop: to be inspected", Inspected(), "2026-11-06 13:00:00");
        yield return State("shop: replacement to be sent",
            Inspected().Does("2026-11-06 14:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable)),
            "2026-11-06 15:00:00");
        yield return State("shop: difference to be paid", Shop.DearerExchange(), "2026-11-06 15:00:00");
        yield return State("shop: difference paid, replacement to be sent",
            Shop.DearerExchange().Does("2026-11-06 15:00:00", Mall.Marketplace, RemedyStep.PayDifference), "2026-11-06 16:00:00");
        yield return State("shop: price to be taken", Priced(), "2026-11-04 10:00:00");
        yield return State("shop: price not taken, goods to be handed back",
            Priced().Do(new DeclineQuote(Mall.At("2026-11-04 10:00:00"), Mall.Customer)), "2026-11-04 11:00:00");
        yield return State("shop: taken price to be paid", Priced().Does("2026-11-04 11:00:00", Mall.Customer, RemedyStep.AcceptQuote), "2026-11-04 12:00:00");
        yield return State("shop: to be repaired", Accepted(ClaimKind.Repair), "2026-11-03 11:00:00");
        yield return State("shop: to be answered", Shop.Request(ClaimKind.Complaint, "{}").Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Answer)), "2026-11-03 11:00:00");
        yield return State("shop: coupon to be issued",
            Shop.Request(ClaimKind.Complaint, "{}").Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Coupon, Money.Yuan("30.00"))),
            "2026-11-03 11:00:00");
        yield return State("shop: decision proposed",
            Shop.Request(ClaimKind.Refund, "{}").SupplierRefuses("2026-11-03 10:00:00").CustomerContests("2026-11-04 10:00:00").Do(
                new DecideClaim(Mall.At("2026-11-05 10:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("250.00"))),
            "2026-11-05 11:00:00");
        yield return State("shop: payout of much money held for finance", HeldAboveLimit(), "2026-11-03 11:00:00");
        yield return State("shop: its release proposed", HeldAboveLimit().Do(Release("2026-11-03 10:30:00")), "2026-11-03 11:00:00");
        yield return State("shop: lapsed", Accepted(ClaimKind.Return).Until("2026-11-20 00:00:00"), "2026-11-20 10:00:00");
        yield return State("shop: merged",
            Shop.Request(ClaimKind.Return).Do(new MergeCase(Mall.At("2026-11-02 10:00:00"), Mall.Agent, CaseId.For("demo-mall", "R-1000"), Other("R-1000"))),
            "2026-11-02 11:00:00");
    }

    /// <summary>Who can do something at all, in the right state.</summary>
    public static bool MayEver(Party party, CaseAction action) => action switch
    {
        CaseAction.Accept or CaseAction.Refuse => party == Party.Supplier,
        CaseAction.Offer or CaseAction.AcceptOffer or CaseAction.DeclineOffer => party is Party.Supplier or Party.Agent or Party.Customer,
        CaseAction.Decide or CaseAction.RecordException => party is Party.FloorManager or Party.Inspection or Party.Manager,
        CaseAction.PassOn => party == Party.FloorManager,
        CaseAction.RecordOutcome => party == Party.Agent,
        CaseAction.Settle or CaseAction.CancelPayout or CaseAction.RetryPayout or CaseAction.ResolveOverpayment => party == Party.Finance,
        CaseAction.AcceptDecision or CaseAction.Contest => party == Party.Customer,
        CaseAction.Withdraw => party is Party.Customer or Party.Marketplace,
        CaseAction.Approve or CaseAction.SendBack => party == Party.Manager,
        CaseAction.Pause or CaseAction.Resume or CaseAction.Link => party is Party.Agent or Party.Inspection or Party.Manager,
        CaseAction.Merge => party is Party.Agent or Party.Manager,
        CaseAction.Reopen => party is Party.Customer or Party.Agent or Party.Manager,
        CaseAction.ShipBack => party is Party.Customer or Party.Marketplace or Party.Agent,
        CaseAction.Receive => party is Party.Supplier or Party.Marketplace or Party.Agent,
        CaseAction.Inspect or CaseAction.ShipReplacement or CaseAction.Quote or CaseAction.Repair => party is Party.Supplier,
        CaseAction.HandBack => party is Party.Supplier or Party.Marketplace or Party.Agent,
        CaseAction.PayDifference => party is Party.Marketplace or Party.Finance,
        CaseAction.AcceptQuote or CaseAction.DeclineQuote => party == Party.Customer,
        CaseAction.IssueCoupon or CaseAction.Reply => party == Party.Agent,
        CaseAction.RequestEvidence or CaseAction.CloseEvidenceRound =>
            party is Party.Agent or Party.FloorManager or Party.Inspection or Party.Manager,
        CaseAction.SubmitEvidence => party is Party.Customer or Party.Supplier,
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    /// <summary>The command, with contents that are right wherever the step is right.</summary>
    public static CaseCommand Command(CaseAction action, Case now, Instant at, Party party)
    {
        var by = new Actor(party, party == Party.Supplier ? now.SupplierId : $"{WireName.Of(party)}-{at.ToUnixTimeTicks()}");
        var payout = now.Payouts.IsEmpty ? PayoutId.For(now.Id, 1) : now.Payouts[^1].Id;
        return action switch
        {
            CaseAction.Accept => new SupplierAccepts(at, by, Remedy.Refund, Money.Yuan("300.00")),
            CaseAction.Refuse => new SupplierRefuses(at, by, "sealed"),
            CaseAction.Decide => new DecideClaim(at, by, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("300.00")),
            CaseAction.Offer => new MakeOffer(at, by, Remedy.Refund, Money.Yuan("50.00")),
            CaseAction.AcceptOffer => new AcceptOffer(at, by),
            CaseAction.DeclineOffer => new DeclineOffer(at, by),
            CaseAction.PassOn => new PassOn(at, by),
            CaseAction.RecordException => new ExcuseClock(at, by,
                now.Exceptions.Contains("4h") ? "48h" : "4h", "sealed"),
            CaseAction.RecordOutcome =>
                new RecordOutcome(at, by, ExternalOutcome.ForCustomer, "sealed", Remedy.Refund, Money.Yuan("300.00")),
            CaseAction.Settle => new SettlePayout(at, by, payout),
            CaseAction.CancelPayout => new CancelPayout(at, by, payout),
            CaseAction.RetryPayout => new RetryPayout(at, by, payout, "sealed"),
            CaseAction.ResolveOverpayment => new ResolveOverpayment(at, by, OverpaymentEnd.WrittenOff),
            CaseAction.AcceptDecision => new AcceptDecision(at, by),
            CaseAction.Contest => new ContestDecision(at, by, "sealed"),
            CaseAction.Withdraw => new WithdrawCase(at, by),
            CaseAction.RequestEvidence => new AskForEvidence(at, by, [new(Party.Customer, at + Duration.FromDays(2))]),
            CaseAction.SubmitEvidence => new SubmitEvidence(at, by),
            CaseAction.CloseEvidenceRound => new CloseEvidenceRound(at, by),
            CaseAction.Approve => new ApproveDecision(at, by),
            CaseAction.SendBack => new SendBackDecision(at, by, "sealed"),
            CaseAction.Pause => new PauseClocks(at, by, PauseReason.ForceMajeure, "sealed"),
            CaseAction.Resume => new ResumeClocks(at, by),
            CaseAction.Link => new LinkCase(at, by, CaseId.For("demo-mall", $"other-{now.Links.Length}"), LinkKind.Related, Other($"other-{now.Links.Length}")),
            CaseAction.Merge => new MergeCase(at, by, CaseId.For("demo-mall", "R-9"), Other("R-9")),
            CaseAction.Reopen => new ReopenCase(at, by, "sealed"),
            CaseAction.DeclineQuote => new DeclineQuote(at, by),
            _ when AllowedActions.StepOf(action) is { } step =>
                new DoRemedyStep(at, by, step, step == RemedyStep.Quote ? new StepNote(Amount: Money.Yuan("80.00")) : StepNote.None),
            _ => throw new ArgumentOutOfRangeException(nameof(action)),
        };
    }

    /// <summary>An open case of the same customer.</summary>
    public static Case Other(string externalId) => Mall.CoveredShoes().Now with { Id = CaseId.For("demo-mall", externalId), ExternalId = externalId };

    private static Mall Offered() => Mall.CoveredShoes().Do(
        new MakeOffer(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("100.00"), Due: Mall.At("2026-11-02 12:00:00")));

    private static Mall PaidTooMuch() => Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Paid("2026-11-02 09:06:00")
        .CustomerAccepts("2026-11-02 10:00:00").Do(new NoteOverpayment(Mall.At("2026-11-02 10:01:00"), "payout_1", Money.Yuan("80.50")));

    private static Mall Asked() => Mall.CoveredShoes().Until("2026-11-02 09:11:00").Do(new AskForEvidence(
        Mall.At("2026-11-02 09:15:00"), Mall.Inspection,
        [new(Party.Customer, Mall.At("2026-11-02 09:35:00")), new(Party.Supplier, Mall.At("2026-11-02 09:35:00"))]));

    private static Mall Excepted(Mall mall) => mall
        .Do(new ExcuseClock(Mall.At("2026-11-02 10:00:00"), Mall.Manager, "4h", "sealed"))
        .Do(new ExcuseClock(Mall.At("2026-11-02 10:00:00"), Mall.Manager, "48h", "sealed"))
        .Until("2026-11-02 14:00:00");

    internal static Mall HeldAboveLimit() => Held(Shop.Request(ClaimKind.Refund).SupplierAccepts("2026-11-03 10:00:00"));

    internal static Mall Held(Mall mall) => mall.Do(new HoldPayout(
        mall.Now.OpenPayout!.InstructedAt, Actor.Clock, mall.Payout, mall.Now.OpenPayout.Attempt, PayoutHold.ItemRefundedAlready));

    private static RetryPayout Release(string at) =>
        new(Mall.At(at), Mall.Finance, PayoutId.For(CaseId.For("demo-mall", "R-1001"), 1), "sealed");

    private static Mall Failed()
    {
        var mall = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00");
        return mall.Do(new FailPayout(Mall.At("2026-11-02 09:06:00"), Mall.Marketplace, mall.Payout));
    }

    private static Mall Cancelled()
    {
        var mall = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Until("2026-11-06 00:00:00");
        return mall.Do(new CancelPayout(Mall.At("2026-11-06 10:00:00"), Mall.Finance, mall.Payout));
    }

    private static Mall RefusedByFloorHead() =>
        Mall.ClearanceShoes().SupplierRefuses("2026-11-02 09:05:00").Decides("2026-11-02 10:00:00", Mall.FloorManager, Outcome.Refuse);

    private static Mall RefusedByManager() =>
        Mall.ClearanceShoes().Until("2026-11-02 10:00:00").Decides("2026-11-03 10:00:00", Mall.Manager, Outcome.Refuse);

    private static (string Name, Case Case, Instant At) State(string name, Mall mall, string at) => (name, mall.Now, Mall.At(at));
}
