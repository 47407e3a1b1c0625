using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Cases;

/// <summary>What may still happen to a case that is over, and how cases are tied together.</summary>
public static partial class CaseDecider
{
    /// <summary>
    /// A closed case goes on where a contest would have sent it: one step above who decided last; a withdrawn one where it stood. Its
    /// clocks run from the reopening.
    /// </summary>
    private static Refusal? Reopen(Story story, ReopenCase reopen)
    {
        var now = story.Now;
        if (reopen.By.Party is not (Party.Customer or Party.Agent or Party.Manager)) return Refusals.NotYourStep(reopen.By.Party, Party.Customer);
        if (!now.IsClosed) return Refusals.NotClosed;
        if (now.Outcome == CaseOutcome.Merged || now.Process.Limits.ReopenWithin is not { } within) return Refusals.NotReopened;
        var last = DeadlineArithmetic.Of(new ClockAnchor(now.ClosedAt!.Value, "closed", "结案"), within, "P", now.TimeZone, now.Process.Calendar);
        if (reopen.At > last.Due) return Refusals.DeadlinePassed;
        var level = now.Ruling is null ? now.Rung : now.Process.AfterContest(now.Level);
        if (level is null) return Refusals.NotReopened;
        var anchor = new ClockAnchor(reopen.At, "reopened", "重新受理");
        story.Happens(new CaseReopened(
            reopen.At, reopen.By, now.Run + 1, level.Code, reopen.SealedReason, ProcessClocks.OnReaching(now, level.Code, reopen.At, anchor)));
        return null;
    }

    private static Refusal? Link(Story story, LinkCase link)
    {
        if (link.By.Party is not (Party.Agent or Party.Inspection or Party.Manager or Party.Clock))
        {
            return Refusals.NotYourStep(link.By.Party, Party.Agent);
        }
        if (link.Other == story.Now.Id) return Refusals.SameCase;
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
        story.Happens(new CaseMerged(merge.At, merge.By, merge.Into));
        story.Happens(new CaseClosed(merge.At, merge.By, CaseOutcome.Merged, now.HighestLevel, null, now.Paid));
        return null;
    }
}
