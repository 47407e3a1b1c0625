using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Cases;

/// <summary>
/// A payout was held back because with it more would go back for the item than was paid. That it goes out all the same has a reason, above
/// the limit of four eyes a second person, and what it costs is not written off by who let it out.
/// </summary>
public static partial class CaseDecider
{
    private static Refusal? Release(Story story, RetryPayout retry, Payout held)
    {
        if (held.Release is not null) return Refusals.AwaitingApproval;
        if (retry.SealedReason is not { } reason) return Refusals.ReasonRequired;
        if (story.Now.Process.Limits.Approval is { } terms && held.Amount > terms.Above with { Currency = held.Amount.Currency })
        {
            story.Happens(new PayoutReleaseProposed(retry.At, retry.By, held.Id, held.Amount, reason));
            return null;
        }
        story.Happens(new PayoutReleased(retry.At, retry.By, held.Id, reason));
        Instruct(story, retry.At, retry.By, held.Again());
        return null;
    }

    /// <summary>It goes out in the name of who proposed it: that finance wants it paid is what the item's account goes by.</summary>
    private static void ReleaseProposed(Story story, ApproveDecision approve, Payout held, PayoutRelease release)
    {
        story.Happens(new PayoutReleased(approve.At, approve.By, held.Id, null));
        Instruct(story, approve.At, release.By, held.Again());
    }

    private static bool LetOut(Case now, Actor by) => by.Id is { } id && now.Payouts.Any(payout => payout.ReleasedBy == id);
}
