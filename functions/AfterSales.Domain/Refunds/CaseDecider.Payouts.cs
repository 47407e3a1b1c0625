using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// The money's way to the customer: instructed, confirmed or failed by the marketplace, dealt with by finance. One payout at a
/// time is open; what has been paid is never instructed again, and while an attempt may still be paid nobody settles or cancels.
/// </summary>
public static partial class CaseDecider
{
    private static Refusal? Confirm(Story story, ConfirmPayout confirm)
    {
        if (Find(story.Now, confirm.PayoutId) is not { } payout) return Refusals.UnknownPayout;
        if (confirm is { Amount: { } said, Tenders: null } && said != payout.Amount) return Refusals.PayoutAmountDiffers(payout.Amount);
        switch (payout.State)
        {
            case PayoutState.Confirmed:
                return null;
            case PayoutState.Settled:
                NoteAnswer(story, confirm.At, confirm.By, payout, "confirmed");
                return null;
            default:
                if (confirm.Tenders is { } parts)
                {
                    if (WhyNotParts(story.Now, payout, parts) is { } fault) return fault;
                    if (!ConfirmParts(story, confirm, payout, parts)) return null;
                }
                // The money has left: what finance cancelled is paid all the same, and the record shows both.
                if (payout.Cancellation is not null) NoteAnswer(story, confirm.At, confirm.By, payout, "confirmed");
                story.Happens(new RefundConfirmed(
                    confirm.At, confirm.By, payout.Id, payout.Attempt, payout.Amount, payout.Cancellation, confirm.Refund));
                AfterPayout(story, confirm.At);
                return null;
        }
    }

    /// <summary>Every tender is one of the order's, is confirmed with one amount, and all of them are no more than was instructed.</summary>
    private static Refusal? WhyNotParts(Case now, Payout payout, IReadOnlyList<TenderShare> parts)
    {
        if (parts.Any(part => now.Order.Tenders?.Any(tender => tender.Id == part.Id) != true)) return Refusals.UnknownTender;
        if (parts.Any(part => !part.Amount.IsPositive)) return Refusals.PayoutAmountDiffers(payout.Amount);
        var known = (payout.Parts ?? []).Concat(parts).Distinct().ToList();
        return known.DistinctBy(part => part.Id).Count() != known.Count || Total(payout, known) > payout.Amount
            ? Refusals.PayoutAmountDiffers(payout.Amount)
            : null;
    }

    /// <summary>Notes each tender once. True when nothing of the payout is left.</summary>
    private static bool ConfirmParts(Story story, ConfirmPayout confirm, Payout payout, IReadOnlyList<TenderShare> parts)
    {
        foreach (var part in parts.Distinct().Except(payout.Parts ?? []))
        {
            story.Happens(new TenderRefunded(confirm.At, confirm.By, payout.Id, part.Id, part.Amount));
        }
        return Total(payout, Find(story.Now, payout.Id)!.Parts ?? []) == payout.Amount;
    }

    private static Money Total(Payout payout, IEnumerable<TenderShare> parts) =>
        parts.Aggregate(payout.Amount with { Fen = 0 }, (sum, part) => sum + part.Amount);

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
                if (!MayGoOut(story.Now, payout)) story.Happens(new PayoutQueuedForFinance(fail.At, Actor.Clock, payout.Id, payout.Amount));
                return null;
        }
    }

    /// <summary>Only the instruction that it is about is held: what was answered, or sent anew by a person, goes on.</summary>
    private static Refusal? Hold(Story story, HoldPayout hold)
    {
        if (Find(story.Now, hold.PayoutId) is not { } payout) return Refusals.UnknownPayout;
        if (payout.State != PayoutState.Instructed || payout.Attempt != hold.Attempt) return null;
        story.Happens(new PayoutQueuedForFinance(hold.At, hold.By, payout.Id, payout.Amount, hold.Reason));
        return null;
    }

    private static Refusal? Settle(Story story, SettlePayout settle)
    {
        if (WhyNotFinance(story.Now, settle.By, settle.PayoutId) is { } refusal) return refusal;
        if (settle.PaidOn > settle.At.InZone(story.Now.TimeZone).Date) return Refusals.PaidOnLater;
        story.Happens(new PayoutSettled(
            settle.At, settle.By, settle.PayoutId, story.Now.OpenPayout!.Amount, settle.SealedReason, settle.PaidOn, settle.Reference));
        AfterPayout(story, settle.At);
        return null;
    }

    private static Refusal? Cancel(Story story, CancelPayout cancel)
    {
        if (WhyNotFinance(story.Now, cancel.By, cancel.PayoutId) is { } refusal) return refusal;
        if (story.Now.OpenPayout!.Parts is not null) return Refusals.PayoutPartlyPaid;
        story.Happens(new PayoutCancelled(cancel.At, cancel.By, cancel.PayoutId, story.Now.OpenPayout!.Amount, cancel.SealedReason));
        AfterPayout(story, cancel.At);
        return null;
    }

    private static Refusal? Retry(Story story, RetryPayout retry)
    {
        if (WhyNotFinance(story.Now, retry.By, retry.PayoutId) is { } refusal) return refusal;
        if (story.Now.OpenPayout is { Held: not null } held) return Release(story, retry, held);
        Instruct(story, retry.At, retry.By, story.Now.OpenPayout!.Again());
        return null;
    }

    /// <summary>The marketplace did not answer in time: told again, or, after the last attempt, finance's business.</summary>
    private static void InstructAgain(Story story, Instant at, Actor by)
    {
        var payout = story.Now.OpenPayout!;
        if (MayGoOut(story.Now, payout))
        {
            Instruct(story, at, by, payout.Again());
        }
        else
        {
            story.Happens(new PayoutQueuedForFinance(at, by, payout.Id, payout.Amount));
        }
    }

    /// <summary>
    /// Attempts are left and all of it is still owed. It is not when a payout cancelled before turns out to have been paid: then a
    /// person decides.
    /// </summary>
    private static bool MayGoOut(Case now, Payout payout) => payout.Attempt < now.Process.Payout.Attempts && now.Paid + payout.Amount <= now.Granted;

    /// <summary>
    /// What was cancelled and is granted anew goes out under its old id, which the marketplace pays once: an answer to the cancelled
    /// instruction that comes after all is then an answer to this one.
    /// </summary>
    private static void InstructWhatIsOwed(Story story, Instant at)
    {
        var now = story.Now;
        if (now.Fulfilment is { IsOpen: true }) return;
        var owed = now.Granted - now.Paid;
        if (now.OpenPayout is not null || !owed.IsPositive) return;
        var cancelled = now.Payouts.FirstOrDefault(payout => payout.State == PayoutState.Cancelled && payout.Amount == owed);
        var payout = cancelled?.Again() ?? new Payout(PayoutId.For(now.Id, now.Payouts.Length + 1), owed, PayoutState.Instructed, 1, at);
        Instruct(story, at, Actor.Clock, payout with
        {
            Components = now.Components.IsEmpty ? null : MoneyParts.Due(now.Components, [.. now.Payouts.Where(one => one.IsPaid).SelectMany(PartsOf)], owed),
            Pieces = now.Payouts.Any(one => one.Pieces is not null && one.Id != payout.Id) ? null : now.PiecesBack,
        });
    }

    /// <summary>A payout that says nothing else is for the goods.</summary>
    private static IReadOnlyList<MoneyComponent> PartsOf(Payout payout) =>
        payout.Components ?? [new MoneyComponent(MoneyParts.Price, payout.Amount, ProcessClocks.PayoutClock)];

    private static void Instruct(Story story, Instant at, Actor by, Payout payout) => story.Happens(new RefundInstructed(
        at, by, payout.Id, payout.Attempt, payout.Amount,
        [ProcessClocks.Payout(story.Now, at, payout.Attempt, story.NextDeadline)], payout.Components, payout.Pieces));

    private static Refusal? NoteTooMuch(Story story, NoteOverpayment note)
    {
        if (story.Now.Overpayments.All(known => known.Key != note.Key)) story.Happens(new OverpaymentFound(note.At, note.By, note.Key, note.Amount));
        return null;
    }

    private static Refusal? ResolveTooMuch(Story story, ResolveOverpayment resolve)
    {
        if (resolve.By.Party != Party.Finance) return Refusals.NotYourStep(resolve.By.Party, Party.Finance);
        if (story.Now.Overpaid is not { } open) return Refusals.NothingOverpaid;
        if (LetOut(story.Now, resolve.By)) return Refusals.OwnRelease;
        story.Happens(new OverpaymentResolved(resolve.At, resolve.By, resolve.End, open, resolve.SealedReason));
        return null;
    }

    private static void AfterPayout(Story story, Instant at)
    {
        InstructWhatIsOwed(story, at);
        story.CloseIfDone(at);
    }

    private static void NoteAnswer(Story story, Instant at, Actor by, Payout payout, string given) =>
        NoteAnyway(story, at, by, new Contradiction($"payout:{payout.Id}", WireName.Of(payout.State), given));

    private static Payout? Find(Case now, PayoutId id) => now.Payouts.FirstOrDefault(payout => payout.Id == id);

    private static Refusal? WhyNotFinance(Case now, Actor by, PayoutId id)
    {
        if (by.Party != Party.Finance) return Refusals.NotYourStep(by.Party, Party.Finance);
        if (Find(now, id) is not { } payout) return Refusals.UnknownPayout;
        if (!payout.IsOpen) return Refusals.PayoutNotOpen;
        return payout.State == PayoutState.Instructed ? Refusals.PayoutInFlight : null;
    }
}
