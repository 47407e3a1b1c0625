using AfterSales.Domain.Calendars;
using AfterSales.Domain.Refunds;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What may still happen to a case that is over, and how cases are tied together.</summary>
public static partial class CaseDecider
{
    /// <summary>
    /// A closed case goes on where a contest would have sent it: one step above who decided last; a withdrawn one where it stood. Its
    /// clocks run from the reopening. Staff open one that was merged, when the case that went on in its place gave nothing.
    /// </summary>
    private static Refusal? Reopen(Story story, ReopenCase reopen)
    {
        var now = story.Now;
        if (reopen.By.Party is not (Party.Customer or Party.Agent or Party.Manager)) return Refusals.NotYourStep(reopen.By.Party, Party.Customer);
        if (!now.IsClosed) return Refusals.NotClosed;
        if (now.Process.Limits.ReopenWithin is not { } within || LastClosing(now, reopen) is not { } closed) return Refusals.NotReopened;
        var last = DeadlineArithmetic.Of(new ClockAnchor(closed, "closed", "结案"), within, "P", now.TimeZone, now.Process.Calendar);
        if (reopen.At > last.Due) return Refusals.DeadlinePassed;
        var level = now.Ruling is null ? now.Rung : now.Process.AfterContest(now.Level);
        if (level is null) return Refusals.NotReopened;
        var anchor = new ClockAnchor(reopen.At, "reopened", "重新受理");
        story.Happens(new CaseReopened(
            reopen.At, reopen.By, now.Run + 1, level.Code, reopen.SealedReason, ProcessClocks.OnReaching(now, level.Code, reopen.At, anchor)));
        return null;
    }

    /// <summary>From when the time to reopen runs; null when this is not opened again.</summary>
    private static Instant? LastClosing(Case now, ReopenCase reopen)
    {
        if (now.Outcome != CaseOutcome.Merged) return now.ClosedAt;
        return reopen is { By.Party: not Party.Customer, MergedInto: { ClosedAt: { } closed, Outcome: not CaseOutcome.Upheld } other }
            && now.Links.Contains(new CaseLink(other.Id, LinkKind.MergedInto))
                ? Instant.Max(closed, now.ClosedAt!.Value)
                : null;
    }

    private static Refusal? Link(Story story, LinkCase link)
    {
        if (link.By.Party is not (Party.Agent or Party.Inspection or Party.Manager or Party.Clock))
        {
            return Refusals.NotYourStep(link.By.Party, Party.Agent);
        }
        if (link.Other == story.Now.Id) return Refusals.SameCase;
        if (link.Target is null) return Refusals.NoOtherCase;
        if (!story.Now.Links.Contains(new CaseLink(link.Other, link.Kind))) story.Happens(new CaseLinked(link.At, link.By, link.Other, link.Kind));
        return null;
    }

    /// <summary>Only a case that nobody has decided is merged: money that was granted stays with its case.</summary>
    private static Refusal? Merge(Story story, MergeCase merge)
    {
        var now = story.Now;
        if (merge.By.Party is not (Party.Agent or Party.Manager)) return Refusals.NotYourStep(merge.By.Party, Party.Agent);
        if (merge.Into == now.Id) return Refusals.SameCase;
        if (now.IsClosed) return now.Outcome == CaseOutcome.Merged && now.Links.Contains(new CaseLink(merge.Into, LinkKind.MergedInto)) ? null : Refusals.CaseClosed;
        if (now.Ruling is not null) return Refusals.AlreadyDecided;
        if (merge.Target is not { } target) return Refusals.NoOtherCase;

        // It goes on in this one's place, so no two cases are merged into each other.
        if (target.IsClosed) return Refusals.OtherCaseClosed;
        if (!IsAboutTheSame(now, target)) return Refusals.NoDuplicate;
        story.Happens(new CaseMerged(merge.At, merge.By, merge.Into));
        story.Happens(new CaseClosed(merge.At, merge.By, CaseOutcome.Merged, now.HighestLevel, null, now.Paid));
        return null;
    }

    private static bool IsAboutTheSame(Case one, Case other) =>
        one.CustomerId == other.CustomerId || ItemKey.Of(one.Marketplace, one.Order) == ItemKey.Of(other.Marketplace, other.Order);
}
