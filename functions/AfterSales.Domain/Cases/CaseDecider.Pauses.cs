using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// Clocks that stand still for a reason. What time a deadline had left it keeps; the pause becomes part of its arithmetic. Limits of
/// wall-clock time run on.
/// </summary>
public static partial class CaseDecider
{
    private static Refusal? PauseCase(Story story, PauseClocks pause)
    {
        var now = story.Now;
        if (pause.By.Party is not (Party.Agent or Party.Inspection or Party.Manager)) return Refusals.NotYourStep(pause.By.Party, Party.Agent);
        if (now.IsClosed) return Refusals.CaseClosed;
        if (now.Pause is not null) return Refusals.AlreadyPaused;
        string[] paused = [.. now.Deadlines.Where(deadline => MayPause(now, deadline)).Select(deadline => deadline.Id)];
        if (now.Process.Limits.LongestPause is not { } longest || paused.Length == 0) return Refusals.NothingToPause;
        var clock = ProcessClocks.Pause(now, longest, pause.Reason, pause.At, story.NextDeadline);
        if (clock.Due <= pause.At) return Refusals.PauseUsedUp;
        story.Happens(new ClocksPaused(pause.At, pause.By, pause.Reason, pause.SealedNote, paused, [clock]));
        return null;
    }

    /// <summary>The rulebook wants its clocks to wait for evidence that is missing: those that may, stand still until the customer gives some.</summary>
    private static void HoldClocks(Story story, Instant at)
    {
        var now = story.Now;
        string[] held = [.. now.Deadlines.Where(deadline => MayPause(now, deadline)).Select(deadline => deadline.Id)];
        if (now.Process.Limits.LongestPause is not { } longest || held.Length == 0) return;
        story.Happens(new ClocksPaused(
            at, Actor.Clock, PauseReason.WaitingForCustomer, null, held,
            [ProcessClocks.Pause(now, longest, PauseReason.WaitingForCustomer, at, story.NextDeadline)]));
    }

    private static Refusal? Resume(Story story, ResumeClocks resume)
    {
        if (resume.By.Party is not (Party.Agent or Party.Inspection or Party.Manager)) return Refusals.NotYourStep(resume.By.Party, Party.Agent);
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Pause is null) return Refusals.NotPaused;
        story.Happens(Resumed(story.Now, resume.At, resume.By, bySilence: false));
        return null;
    }

    /// <summary>The customer has given what the clocks stood still for.</summary>
    private static void ResumeForCustomer(Story story, Instant at, Actor by)
    {
        if (story.Now.Pause is { Reason: PauseReason.WaitingForCustomer } && by.Party is Party.Customer or Party.Marketplace)
        {
            story.Happens(Resumed(story.Now, at, by, bySilence: false));
        }
    }

    private static ClocksResumed Resumed(Case now, Instant at, Actor by, bool bySilence) => new(
        at, by, bySilence, [.. now.Deadlines.Where(deadline => deadline.PausedAt is not null).Select(deadline => RunsOn(now, deadline, at))]);

    private static Deadline RunsOn(Case now, Deadline deadline, Instant at)
    {
        var pause = new ClockPause(deadline.PausedAt!.Value, at, WireName.Of(now.Pause!.Reason));
        var arithmetic = deadline.Arithmetic.With(pause, now.TimeZone, now.Process.Calendar);
        return deadline with { Arithmetic = arithmetic, Due = arithmetic.Due, PausedAt = null };
    }

    /// <summary>Keeps the pause that an event ended: all of one reason share the rulebook's limit.</summary>
    private static Case WithPauses(Case before, Case after, Instant at) => before.Pause is { } ended && after.Pause is null
        ? after with { PausesOver = after.PausesOver.Add(new ClockPause(ended.At, at, WireName.Of(ended.Reason))) }
        : after;

    /// <summary>Clocks of the ladder as their terms say; those of remedies and approvals may, those of money and answers never.</summary>
    private static bool MayPause(Case now, Deadline deadline) => deadline is { Runs: true, Arithmetic.From: not null } && now.Process.ScopeOf(deadline.Name) switch
    {
        ClockScope.Step or ClockScope.Decision => now.Process.Clock(deadline.Name) is { MayPause: true },
        ClockScope.Remedy or ClockScope.Approval => true,
        _ => false,
    };
}
