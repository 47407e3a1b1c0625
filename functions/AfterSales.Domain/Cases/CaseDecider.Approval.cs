namespace AfterSales.Domain.Cases;

/// <summary>
/// Four eyes: what gives more than the rulebook, above a limit, takes effect when a second person approves it; so does the release of a payout
/// that was held back.
/// </summary>
public static partial class CaseDecider
{
    private static bool NeedsApproval(Case now, Grant grant) =>
        now.Process.Limits.Approval is { } terms && grant.Generosity - RuleAmount(now) > terms.Above with { Currency = grant.Amount.Currency };

    private static Money RuleAmount(Case now) => Grant.ByRulebook(now)?.Generosity ?? now.Nothing;

    private static void Propose(Story story, DecideClaim decide, Grant grant) => story.Happens(new DecisionProposed(
        decide.At, decide.By, story.Now.Level, grant.Remedy, grant.Worth, decide.Clause, decide.SealedReason,
        [ProcessClocks.Approval(story.Now, story.Now.Process.Limits.Approval!, decide.At, story.NextDeadline)],
        grant.Beside.IsEmpty ? null : grant.Goods, grant.Kept(decide.Terms)));

    private static Refusal? Approve(Story story, ApproveDecision approve)
    {
        if (WhyNotSecond(story.Now, approve.By) is { } refusal) return refusal;
        if (story.Now.Proposal is not { } proposal)
        {
            ReleaseProposed(story, approve, story.Now.OpenPayout!, story.Now.OpenPayout!.Release!);
            return null;
        }
        var (grant, fault) = Grant.Of(story.Now, proposal.Remedy, proposal.Goods ?? proposal.Amount, proposal.Terms);
        if (fault is not null) return fault;
        Uphold(story, approve.At, approve.By, grant!, bySilence: false, proposal.SealedReason, proposal.Clause);
        return null;
    }

    private static Refusal? SendBack(Story story, SendBackDecision sendBack)
    {
        if (WhyNotSecond(story.Now, sendBack.By) is { } refusal) return refusal;
        story.Happens(story.Now.Proposal is null
            ? new PayoutReleaseSentBack(sendBack.At, sendBack.By, story.Now.OpenPayout!.Id, sendBack.SealedReason)
            : new ProposalSentBack(sendBack.At, sendBack.By, BySilence: false, sendBack.SealedReason));
        return null;
    }

    private static Refusal? WhyNotSecond(Case now, Actor by)
    {
        var second = now.Process.Limits.Approval?.By ?? Party.Manager;
        if (by.Party != second) return Refusals.NotYourStep(by.Party, second);
        if ((now.Proposal?.By ?? now.OpenPayout?.Release?.By) is not { } first) return now.IsClosed ? Refusals.CaseClosed : Refusals.NothingProposed;
        if (by.Id is not { } id) return null;
        return id == first.Id ? Refusals.OwnProposal : now.Proposal is not null && now.Deciders.Contains(id) ? Refusals.OwnDecision : null;
    }
}
