using AfterSales.Domain.Refunds;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// The money's way to the customer: instructed, confirmed or failed by the marketplace, dealt with by finance. One payout at a
/// time is open; what has been paid is never instructed again.
/// </summary>
public static partial class CaseDecider
{
    private static Refusal? Confirm(Story story, ConfirmPayout confirm)
    {
        if (Find(story.Now, confirm.PayoutId) is not { } payout) return Refusals.UnknownPayout;
        switch (payout.State)
        {
            case PayoutState.Confirmed:
                return null;
            case PayoutState.Settled or PayoutState.Cancelled:
                NoteAnswer(story, confirm.At, confirm.By, payout, "confirmed");
                return null;
            default:
                story.Happens(new RefundConfirmed(confirm.At, confirm.By, payout.Id, payout.Attempt, payout.Amount));
                AfterPayout(story, confirm.At);
                return null;
        }
    }

    private static Refusal? Fail(Story story, FailPayout fail)
    {
        if (Find(story.Now, fail.PayoutId) is not { } payout) return Refusals.UnknownPayout;
        switch (payout.State)
        {
            case PayoutState.Failed or PayoutState.QueuedForFinance or PayoutState.Cancelled:
                return null;
            case PayoutState.Confirmed or PayoutState.Settled:
                NoteAnswer(story, fail.At, fail.By, payout, "failed");
                return null;
            default:
                story.Happens(new RefundFailed(fail.At, fail.By, payout.Id, payout.Attempt, payout.Amount, fail.SealedReason));
                if (!payout.HasAttemptsLeft) story.Happens(new PayoutQueuedForFinance(fail.At, Actor.Clock, payout.Id, payout.Amount));
                return null;
        }
    }

    private static Refusal? Settle(Story story, SettlePayout settle)
    {
        if (WhyNotFinance(story.Now, settle.By, settle.PayoutId) is { } refusal) return refusal;
        story.Happens(new PayoutSettled(settle.At, settle.By, settle.PayoutId, story.Now.OpenPayout!.Amount, settle.SealedReason));
        AfterPayout(story, settle.At);
        return null;
    }

    private static Refusal? Cancel(Story story, CancelPayout cancel)
    {
        if (WhyNotFinance(story.Now, cancel.By, cancel.PayoutId) is { } refusal) return refusal;
        story.Happens(new PayoutCancelled(cancel.At, cancel.By, cancel.PayoutId, story.Now.OpenPayout!.Amount, cancel.SealedReason));
        AfterPayout(story, cancel.At);
        return null;
    }

    private static Refusal? Retry(Story story, RetryPayout retry)
    {
        if (WhyNotFinance(story.Now, retry.By, retry.PayoutId) is { } refusal) return refusal;
        if (story.Now.OpenPayout!.State == PayoutState.Instructed) return Refusals.PayoutInFlight;
        Instruct(story, retry.At, retry.By, story.Now.OpenPayout with { Attempt = story.Now.OpenPayout.Attempt + 1 });
        return null;
    }

    /// <summary>The marketplace did not answer in time: told again, or, after the last attempt, finance's business.</summary>
    private static void InstructAgain(Story story, Instant at, Actor by)
    {
        var payout = story.Now.OpenPayout!;
        if (payout.HasAttemptsLeft)
        {
            Instruct(story, at, by, payout with { Attempt = payout.Attempt + 1 });
        }
        else
        {
            story.Happens(new PayoutQueuedForFinance(at, by, payout.Id, payout.Amount));
        }
    }

    private static void InstructWhatIsOwed(Story story, Instant at)
    {
        var now = story.Now;
        var owed = now.Granted - now.Paid;
        if (now.OpenPayout is not null || !owed.IsPositive) return;
        Instruct(story, at, Actor.Clock, new Payout(PayoutId.For(now.Id, now.Payouts.Length + 1), owed, PayoutState.Instructed, 1, at));
    }

    private static void Instruct(Story story, Instant at, Actor by, Payout payout) => story.Happens(new RefundInstructed(
        at, by, payout.Id, payout.Attempt, payout.Amount,
        [DeadlineTable.Payout(at, payout.Attempt, story.Now.TimeZone, story.NextDeadline)]));

    private static void AfterPayout(Story story, Instant at)
    {
        InstructWhatIsOwed(story, at);
        story.CloseIfDone(at);
    }

    private static void NoteAnswer(Story story, Instant at, Actor by, Payout payout, string given)
    {
        var contradiction = new Contradiction($"payout:{payout.Id}", WireName.Of(payout.State), given);
        if (story.Now.Contradictions.Contains(contradiction)) return;
        story.Happens(new ContradictionNoted(at, by, contradiction.About, contradiction.Held, contradiction.Given));
    }

    private static Payout? Find(Case now, PayoutId id) => now.Payouts.FirstOrDefault(payout => payout.Id == id);

    private static Refusal? WhyNotFinance(Case now, Actor by, PayoutId id)
    {
        if (by.Party != Party.Finance) return Refusals.NotYourStep(by.Party, Party.Finance);
        if (Find(now, id) is not { } payout) return Refusals.UnknownPayout;
        return payout.IsOpen ? null : Refusals.PayoutNotOpen;
    }
}
