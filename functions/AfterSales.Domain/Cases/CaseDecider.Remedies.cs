using System.Diagnostics;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>The steps of a granted remedy: goods come back and are looked at, others go out, a repair is priced and done.</summary>
public static partial class CaseDecider
{
    /// <summary>Begins the steps that the process gives the remedy. One that is under way already, granted anew, goes on.</summary>
    private static void BeginRemedy(Story story, Instant at)
    {
        var now = story.Now;
        var remedy = now.GrantedRemedy!.Value;
        var terms = now.Process.Of(remedy).Steps;
        if (terms.IsEmpty || now.Deadlines.Any(deadline => now.Process.ScopeOf(deadline.Name) == ClockScope.Remedy)) return;
        var fulfilment = now.Fulfilment is { Lapsed: false } under ? under : new Fulfilment(remedy, at, [.. terms.Select(step =>
            new RemedyProgress(step.Step, step.Owner, IsNeeded(now, step) ? StepState.Waiting : StepState.Skipped))]);
        if (now.Fulfilment is { IsOpen: false, Lapsed: false }) return;
        story.Happens(new RemedyBegun(
            at, Actor.Clock, remedy, fulfilment.Steps,
            fulfilment.Current is { } first
                ? [ProcessClocks.Remedy(now, terms.First(step => step.Step == first.Step), at, story.NextDeadline)]
                : []));
    }

    /// <summary>A repair inside the guarantee is not priced.</summary>
    private static bool IsNeeded(Case now, RemedyStepTerms terms) => !terms.Optional || terms.Step switch
    {
        RemedyStep.Quote or RemedyStep.AcceptQuote => !now.Entitlement.IsCovered,
        _ => true,
    };

    private static Refusal? DoStep(Story story, DoRemedyStep done)
    {
        var now = story.Now;
        if (now.Fulfilment?.Steps.FirstOrDefault(step => step.Step == done.Step) is not { } step)
        {
            return now.IsClosed ? Refusals.CaseClosed : Refusals.NoSuchRemedyStep;
        }
        if (!MayDo(now, step, done.By)) return Refusals.NotYourStep(done.By.Party, step.Owner);
        if (step.State is not StepState.Waiting) return step.State == StepState.Lapsed || step.State == StepState.DoneBySilence ? Refusals.DeadlinePassed : Refusals.StepDone;
        if (now.Fulfilment.Current != step) return Refusals.StepNotYet;
        if (WhyNotNoted(now, done) is { } fault) return fault;
        Complete(story, done.At, done.By, done.Step, StepState.Done, done.Note);
        return null;
    }

    /// <summary>Carriers speak through the marketplace; an agent notes what was told him.</summary>
    private static bool MayDo(Case now, RemedyProgress step, Actor by) =>
        (by.Party == step.Owner && (by.Party != Party.Supplier || by.Id == now.SupplierId))
        || (by.Party is Party.Marketplace or Party.Agent && step.Step is RemedyStep.ShipBack or RemedyStep.Receive or RemedyStep.HandBack);

    private static Refusal? WhyNotNoted(Case now, DoRemedyStep done) => done switch
    {
        { Step: RemedyStep.Receive, Note.Quantity: < 0 } => Refusals.QuantityOutOfRange,
        { Step: RemedyStep.Receive, Note.Quantity: { } quantity } when quantity > now.Order.Pieces => Refusals.QuantityOutOfRange,
        { Step: RemedyStep.Inspect, Note.Amount: { } off } when off.IsNegative || off > Reducible(now) => Refusals.DeductionOutOfRange,
        { Step: RemedyStep.Quote, Note.Amount: not { IsPositive: true } } => Refusals.QuoteRequired,
        _ => null,
    };

    private static void Complete(Story story, Instant at, Actor by, RemedyStep step, StepState state, StepNote note)
    {
        var steps = story.Now.Fulfilment!.With(step, state, at, note);
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
                var missing = now.Granted.Allocate([received, now.Order.Pieces - received])[1];
                Lessen(story, at, by, missing, ReductionReason.ShortReceipt);
                break;
            case RemedyStep.Inspect when note.Amount is { IsPositive: true } off:
                Lessen(story, at, by, off, ReductionReason.Damage);
                break;
        }
    }

    private static void Lessen(Story story, Instant at, Actor by, Money less, ReductionReason reason)
    {
        var amount = Money.Min(less, Reducible(story.Now));
        if (amount.IsPositive) story.Happens(new GrantReduced(at, by, amount, story.Now.Granted - amount, reason));
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

    /// <summary>What was granted and not paid is no longer owed.</summary>
    private static void Lapse(Story story, Instant at, Actor by, RemedyStep step)
    {
        story.Happens(new RemedyLapsed(at, by, step));
        Lessen(story, at, by, story.Now.Granted, ReductionReason.Lapsed);
        story.CloseIfDone(at);
    }
}
