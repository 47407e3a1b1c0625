using System.Collections.Immutable;
using System.Diagnostics;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>The steps of a granted remedy: goods come back and are looked at, others go out, a repair is priced and done.</summary>
public static partial class CaseDecider
{
    /// <summary>
    /// Begins the steps that the process gives the remedy. One that is under way already, granted anew, goes on. So does the handing back of
    /// goods whose repair the customer did not take, until the repair is granted anew.
    /// </summary>
    private static void BeginRemedy(Story story, Instant at, bool anew = false)
    {
        var now = story.Now;
        var remedy = now.GrantedRemedy!.Value;
        var terms = now.Process.Of(remedy).Steps;
        if (terms.IsEmpty || now.Fulfilment is { IsOpen: false, Lapsed: false }) return;
        var fulfilment = now.Fulfilment is { } under && (!under.Lapsed || (under.IsOpen && !anew)) ? WithDifference(now, under) : new Fulfilment(remedy, at, [.. terms.Select(step =>
            new RemedyProgress(step.Step, step.Owner, IsNeeded(now, step) ? StepState.Waiting : StepState.Skipped))]);
        var running = now.Deadlines.FirstOrDefault(deadline => now.Process.ScopeOf(deadline.Name) == ClockScope.Remedy);
        var goesOn = running is not null && fulfilment.Current is { } current && running.Name == WireName.Of(current.Step);
        if (goesOn || (fulfilment.Current is null && now.Fulfilment is null)) return;
        story.Happens(new RemedyBegun(
            at, Actor.Clock, remedy, fulfilment.Steps,
            fulfilment.Current is { } first
                ? [ProcessClocks.Remedy(now, terms.First(step => step.Step == first.Step), at, story.NextDeadline)]
                : []));
    }

    /// <summary>The same exchange, granted anew for goods at another price: the difference is waited for, or no longer.</summary>
    private static Fulfilment WithDifference(Case now, Fulfilment under)
    {
        if (under.Remedy == Remedy.Repair || under.Steps.FirstOrDefault(step => step.Step == RemedyStep.PayDifference) is not { } known) return under;
        var wanted = now.DifferenceDue is not null ? new RemedyProgress(known.Step, known.Owner, StepState.Waiting)
            : known.State == StepState.Waiting ? known with { State = StepState.Skipped }
            : known;
        return under with { Steps = under.Steps.Replace(known, wanted) };
    }

    /// <summary>A repair inside the guarantee is neither priced nor paid; goods at the same price have no difference.</summary>
    private static bool IsNeeded(Case now, RemedyStepTerms terms) => terms.Step switch
    {
        RemedyStep.PayDifference when now.GrantedRemedy != Remedy.Repair => now.DifferenceDue is not null,
        RemedyStep.Quote or RemedyStep.AcceptQuote or RemedyStep.PayDifference => !terms.Optional || !now.Entitlement.IsCovered,
        _ => true,
    };

    /// <summary>Whether a repair of the case's goods has a price, which the customer takes or not.</summary>
    public static bool IsPriced(Case now) =>
        now.Process.Of(Remedy.Repair).Steps.Any(terms => terms.Step == RemedyStep.Quote && IsNeeded(now, terms));

    private static Refusal? DoStep(Story story, DoRemedyStep done)
    {
        var now = story.Now;
        if (now.Fulfilment?.Steps.FirstOrDefault(step => step.Step == done.Step) is not { } step)
        {
            return now.IsClosed ? Refusals.CaseClosed : Refusals.NoSuchRemedyStep;
        }
        if (!MayDo(now, step, done.By)) return Refusals.NotYourStep(done.By.Party, step.Step == RemedyStep.PayDifference ? Party.Marketplace : step.Owner);
        if (step.State is not StepState.Waiting) return step.State == StepState.Lapsed || step.State == StepState.DoneBySilence ? Refusals.DeadlinePassed : Refusals.StepDone;
        if (now.Fulfilment.Current != step) return Refusals.StepNotYet;
        if (WhyNotNoted(now, done) is { } fault) return fault;
        Complete(story, done.At, done.By, done.Step, StepState.Done, done.Note);
        return null;
    }

    /// <summary>
    /// Carriers speak through the marketplace; an agent notes what was told him. That money came is for those to say who see it come.
    /// </summary>
    private static bool MayDo(Case now, RemedyProgress step, Actor by) => step.Step == RemedyStep.PayDifference
        ? by.Party is Party.Marketplace or Party.Finance
        : (by.Party == step.Owner && (by.Party != Party.Supplier || by.Id == now.SupplierId))
        || (by.Party is Party.Marketplace or Party.Agent && step.Step is RemedyStep.ShipBack or RemedyStep.Receive or RemedyStep.HandBack);

    private static Refusal? WhyNotNoted(Case now, DoRemedyStep done) => done switch
    {
        { Step: RemedyStep.Receive, Note.Quantity: < 0 } => Refusals.QuantityOutOfRange,
        { Step: RemedyStep.Receive, Note.Quantity: { } quantity } when quantity + (done.Note.Before ?? 0) > now.Order.Pieces => Refusals.QuantityOutOfRange,
        { Step: RemedyStep.PayDifference, Note.Amount: { } paid } when paid != now.DifferenceDue => Refusals.DifferenceDiffers(now.DifferenceDue!.Value),
        { Step: RemedyStep.IssueCoupon, Note.Amount: { } worth } when worth != now.Coupon => Refusals.CouponDiffers(now.Coupon),
        { Step: RemedyStep.Inspect, Note.Amount: { } off } when off.IsNegative || off > Reducible(now) => Refusals.DeductionOutOfRange,
        { Step: RemedyStep.Quote, Note.Amount: not { IsPositive: true } } => Refusals.QuoteRequired,
        { Step: RemedyStep.Quote, Note.Amount: { } price } when price > now.Order.Paid => Refusals.QuoteAbovePrice,
        _ => null,
    };

    private static void Complete(Story story, Instant at, Actor by, RemedyStep step, StepState state, StepNote note)
    {
        if (step == RemedyStep.Receive) LessenDifference(story, at, by, note);
        if (step == RemedyStep.PayDifference && state == StepState.Done) note = note with { Amount = story.Now.DifferenceDue };
        if (step == RemedyStep.IssueCoupon && state == StepState.Done) note = note with { Amount = story.Now.Coupon };
        var steps = story.Now.Fulfilment!.Completed(step, state, at, note);
        var terms = story.Now.Process.Of(steps.Remedy).Steps;
        story.Happens(new RemedyStepDone(
            at, by, step, state, note,
            steps.Current is { } next ? [ProcessClocks.Remedy(story.Now, terms.First(one => one.Step == next.Step), at, story.NextDeadline)] : []));
        Reduce(story, at, by, step, note);
        if (story.Now.Fulfilment is { IsOpen: true }) return;
        InstructWhatIsOwed(story, at);
        story.CloseIfDone(at);
    }

    /// <summary>Fewer pieces back, or damaged ones: less is owed, each piece its exact share and no fen left behind.</summary>
    private static void Reduce(Story story, Instant at, Actor by, RemedyStep step, StepNote note)
    {
        var now = story.Now;
        switch (step)
        {
            case RemedyStep.Receive when note.Quantity is { } received && received < now.Order.Pieces:
                var left = ShareOf(now, note.Before ?? 0, received);
                Lessen(story, at, by, now.Granted - left.Sum(now.Nothing), ReductionReason.ShortReceipt, left);
                break;
            case RemedyStep.Inspect when note.Amount is { IsPositive: true } off:
                Lessen(story, at, by, off, ReductionReason.Damage, now.Components);
                break;
        }
    }

    /// <summary>For fewer pieces fewer go out: of the difference the customer owes their exact share.</summary>
    private static void LessenDifference(Story story, Instant at, Actor by, StepNote note)
    {
        if (story.Now.DifferenceDue is not { } due || note.Quantity is not { } received) return;
        var share = MoneyParts.OfPieces(due, note.Before ?? 0, received, story.Now.Order.Pieces);
        if (share != due) story.Happens(new DifferenceReduced(at, by, share));
    }

    /// <summary>What is granted for so many pieces. Their way back cost what it cost.</summary>
    private static ImmutableArray<MoneyComponent> ShareOf(Case now, int before, int received)
    {
        var whole = now.Components.IsEmpty ? [new MoneyComponent(MoneyParts.Price, now.Granted, "")] : now.Components;
        return [.. whole.Select(part => part.Name == MoneyParts.ReturnFreight
            ? part
            : part with { Amount = MoneyParts.OfPieces(part.Amount, before, received, now.Order.Pieces) })];
    }

    private static void Lessen(
        Story story, Instant at, Actor by, Money less, ReductionReason reason, ImmutableArray<MoneyComponent> parts)
    {
        var now = story.Now;
        var amount = Money.Min(less, Reducible(now));
        if (!amount.IsPositive) return;
        var granted = now.Granted - amount;
        story.Happens(new GrantReduced(at, by, amount, granted, reason, now.Components.IsEmpty ? null : MoneyParts.Balanced(parts, granted)));
    }

    /// <summary>What may still be taken off: not what was paid, nor what is on its way to the customer and may be.</summary>
    private static Money Reducible(Case now) =>
        Money.Max(now.Granted - now.Paid - (now.OpenPayout?.Amount ?? now.Granted with { Fen = 0 }), now.Granted with { Fen = 0 });

    private static Refusal? Decline(Story story, DeclineQuote decline)
    {
        if (decline.By.Party != Party.Customer) return Refusals.NotYourStep(decline.By.Party, Party.Customer);
        if (story.Now.Fulfilment?.Current is not { Step: RemedyStep.AcceptQuote }) return story.Now.IsClosed ? Refusals.CaseClosed : Refusals.NoSuchRemedyStep;
        Lapse(story, decline.At, decline.By, RemedyStep.AcceptQuote);
        return null;
    }

    /// <summary>A step's time is over.</summary>
    private static void ElapseRemedyStep(Story story, Deadline deadline)
    {
        var at = deadline.Due;
        var current = story.Now.Fulfilment!.Current!;
        var terms = story.Now.Process.Of(story.Now.Fulfilment.Remedy).Steps.First(step => step.Step == current.Step);
        story.Happens(Missed(deadline));
        switch (terms.OnMiss)
        {
            case StepMissed.Proceed:
                Complete(story, at, Actor.Clock, current.Step, StepState.DoneBySilence, StepNote.None);
                break;
            case StepMissed.Lapse:
                Lapse(story, at, Actor.Clock, current.Step);
                break;
            case StepMissed.Escalate when !story.Now.Decided:
                break; // It is with somebody who decides already.
            case StepMissed.Escalate:
                Climb(story, at, Actor.Clock, terms.To!.Value, EscalationCause.DeadlineMissed);
                break;
            case StepMissed.Breach:
                break;
            default:
                throw new UnreachableException($"Unknown consequence {terms.OnMiss}.");
        }
    }

    /// <summary>The customer wants it no longer: a remedy of which nothing was done is over; one that was begun is completed.</summary>
    private static void EndRemedy(Story story, Instant at, Actor by)
    {
        if (story.Now.Fulfilment is not { Current: { } current } fulfilment) return;
        if (fulfilment.Steps.All(step => step.State is StepState.Waiting or StepState.Skipped)) Lapse(story, at, by, current.Step);
        else BeginRemedy(story, at);
    }

    /// <summary>What was granted and not paid is no longer owed. Goods that are with the repairer are handed back all the same.</summary>
    private static void Lapse(Story story, Instant at, Actor by, RemedyStep step)
    {
        bool ofPrice = step == RemedyStep.AcceptQuote || (step == RemedyStep.PayDifference && story.Now.Fulfilment!.Remedy == Remedy.Repair);
        if (ofPrice && story.Now.Fulfilment!.Steps.Any(one => one is { Step: RemedyStep.HandBack, State: StepState.Waiting }))
        {
            HandBackAsItIs(story, at, by, step);
        }
        else
        {
            story.Happens(new RemedyLapsed(at, by, step));
        }
        Lessen(story, at, by, story.Now.Granted, ReductionReason.Lapsed, story.Now.Components);
        story.CloseIfDone(at);
    }

    /// <summary>The priced repair is not done; the goods go back by the clock that handing them back has.</summary>
    /// <param name="step">Which came to nothing: the price was not taken, or not paid.</param>
    private static void HandBackAsItIs(Story story, Instant at, Actor by, RemedyStep step)
    {
        foreach (var unneeded in story.Now.Fulfilment!.Steps)
        {
            if (unneeded is { State: StepState.Waiting, Step: RemedyStep.PayDifference or RemedyStep.Repair } && unneeded.Step != step)
                story.Happens(new RemedyStepDone(at, by, unneeded.Step, StepState.Skipped, StepNote.None, []));
        }
        var terms = story.Now.Process.Of(story.Now.Fulfilment!.Remedy).Steps.First(one => one.Step == RemedyStep.HandBack);
        story.Happens(new RemedyStepDone(
            at, by, step, StepState.Lapsed, StepNote.None, [ProcessClocks.Remedy(story.Now, terms, at, story.NextDeadline)]));
    }
}
