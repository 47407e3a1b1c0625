using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Starts clocks: whose time it is, how its end is reckoned, and what silence will mean, all said at once.</summary>
internal static class ProcessClocks
{
    /// <summary>The clocks that run from registration.</summary>
    public static ImmutableArray<Deadline> OnOpening(CaseProcess process, Instant registered, Instant? shiftEnd, DateTimeZone zone)
    {
        var started = ImmutableArray.CreateBuilder<Deadline>();
        foreach (var terms in process.Clocks.Where(clock => clock.On.Contains(process.First.Code)))
        {
            int number = started.Count + 1;
            if (terms.From != ClockStartsAt.Shift) started.Add(Of(terms, terms.Length!, Registered(registered), process, zone, number));
            else if (shiftEnd is { } end)
                started.Add(Made(terms, DeadlineArithmetic.Given(Registered(registered), end, terms.Clause, zone), number, terms.Proposed));
        }
        return started.ToImmutable();
    }

    /// <summary>
    /// The clocks that start when a case reaches a step. Those from registration that a decision stopped run on; where their time is
    /// over when a contested decision comes back, they run from the contest.
    /// </summary>
    public static ImmutableArray<Deadline> OnReaching(Case reached, StepCode step, Instant at, ClockAnchor? anew = null)
    {
        var started = ImmutableArray.CreateBuilder<Deadline>();
        foreach (var terms in reached.Process.Clocks.Where(clock =>
            clock.On.Contains(step) && clock.From != ClockStartsAt.Shift && reached.Open(clock.Name) is null))
        {
            var anchor = anew
                ?? (terms.From == ClockStartsAt.Reached ? Reached(reached.Process[step], at) : RegisteredOrContested(reached, terms, at));
            started.Add(Of(terms, terms.Length!, anchor, reached.Process, reached.TimeZone, reached.DeadlinesStarted + 1 + started.Count));
        }
        return started.ToImmutable();
    }

    /// <summary>
    /// After a recorded exception nothing follows from the missed clock, but nobody waits for ever: a longer one, then the same
    /// consequence.
    /// </summary>
    public static Deadline AfterException(Case now, ClockTerms terms, ClockLength length, Instant missed, int number) =>
        Of(terms, length, new ClockAnchor(missed, "missed with an exception on record", "逾期且已记录例外"), now.Process, now.TimeZone, number, proposed: true);

    public static Deadline Payout(Case now, Instant instructed, int attempt, int number)
    {
        var terms = now.Process.Payout;
        var sum = Arithmetic(now, new ClockAnchor(instructed, "instructed", "通知付款"), terms.Length, terms.Proposed ? "P" : terms.Clause);
        return new Deadline(
            $"{PayoutClock}-{number}", PayoutClock, terms.Clause, Party.Marketplace, sum.Due,
            attempt < terms.Attempts
                ? new("The marketplace is told to pay again.", "再次通知平台付款。")
                : new("The payout goes to finance's queue; the case stays open until it is paid or settled.",
                    "付款转入财务待办;付款确认或由财务结清前案件不关闭。"),
            sum, terms.Proposed);
    }

    public static Deadline Answer(Case now, Instant decided, int number)
    {
        var terms = now.Process.Answer;
        var sum = Arithmetic(now, new ClockAnchor(decided, "decided", "作出决定"), terms.Length, terms.Proposed ? "P" : terms.Clause);
        return new Deadline(
            $"{AnswerClock}-{number}", AnswerClock, terms.Clause, Party.Customer, sum.Due,
            new("The decision counts as accepted; the case closes as soon as nothing is left to pay.",
                "视为接受处理结果;款项付清后案件关闭。"),
            sum, terms.Proposed);
    }

    public static Deadline Remedy(Case now, RemedyStepTerms terms, Instant at, int number)
    {
        string name = WireName.Of(terms.Step);
        var anchor = new ClockAnchor(at, "begun", "开始");
        var sum = Arithmetic(now, anchor, terms.Length, terms.Proposed ? "P" : terms.Clause).Pausable(anchor);
        return new Deadline($"{name}-{number}", name, terms.Clause, terms.Owner, sum.Due, terms.OnMissWords, sum, terms.Proposed);
    }

    public static Deadline Approval(Case now, ApprovalTerms terms, Instant proposed, int number)
    {
        var anchor = new ClockAnchor(proposed, "proposed", "提请核准");
        var sum = Arithmetic(now, anchor, terms.Length, terms.Proposed ? "P" : terms.Clause).Pausable(anchor);
        return new Deadline(
            $"{ApprovalClock}-{number}", ApprovalClock, terms.Clause, terms.By, sum.Due,
            new("The decision is not approved and goes back to its step.", "视为未核准,退回原处理层级。"), sum, terms.Proposed);
    }

    /// <summary>
    /// All pauses of one reason share the length: it runs from the first, and stands still while the case's clocks ran. With a due instant
    /// that is not ahead it is used up.
    /// </summary>
    public static Deadline Pause(Case now, ClockLength length, PauseReason reason, Instant at, int number)
    {
        var earlier = now.PausesOver.Where(pause => pause.Reason == WireName.Of(reason)).ToList();

        // The last instant of a pause is still its own, as the last of any clock is.
        var ran = earlier.Select((pause, i) => new ClockPause(pause.To + Duration.FromTicks(1), i + 1 < earlier.Count ? earlier[i + 1].From : at, "clocks-ran"));
        var first = earlier.Count == 0 ? at : earlier[0].From;
        var sum = DeadlineArithmetic.Of(new ClockAnchor(first, "paused", "暂停"), length, "P", now.TimeZone, now.Process.Calendar, [.. ran]);
        var waitsFor = reason == PauseReason.WaitingForCustomer ? Party.Customer : Party.Agent;
        return new Deadline(
            $"{PauseClock}-{number}", PauseClock, PauseClock, waitsFor, sum.Due,
            new("The clocks run on.", "恢复计时。"), sum, Proposed: true);
    }

    /// <summary>Who offers names the instant; no clause of a rulebook sets it, so it is marked as proposed.</summary>
    public static Deadline Offer(Case now, Offer offer, Wording onMiss, int number) => new(
        $"{OfferClock}-{number}", OfferClock, now.Rung.Clause, offer.To, offer.Due, onMiss,
        DeadlineArithmetic.Given(new(offer.At, "offered", "提出协商方案"), offer.Due, "P", now.TimeZone), Proposed: true);

    public const string PayoutClock = "payout";
    public const string AnswerClock = "customer";
    public const string ApprovalClock = "approval";
    public const string PauseClock = "pause";
    public const string EvidenceClock = "evidence";
    public const string OfferClock = "offer";

    private static DeadlineArithmetic Arithmetic(Case now, ClockAnchor anchor, ClockLength length, string rule) =>
        DeadlineArithmetic.Of(anchor, length, rule, now.TimeZone, now.Process.Calendar);

    private static ClockAnchor Registered(Instant at) => new(at, "registered", "登记");

    private static ClockAnchor Reached(Rung rung, Instant at) => rung.IsExternal
        ? new(at, "referred", "转交")
        : new(at, "handed over", $"移交{rung.Name.Zh}");

    private static ClockAnchor RegisteredOrContested(Case now, ClockTerms terms, Instant contested)
    {
        var due = DeadlineArithmetic.Of(Registered(now.ClocksFrom), terms.Length!, terms.Clause, now.TimeZone, now.Process.Calendar).Due;
        return due >= contested ? Registered(now.ClocksFrom) : new(contested, "contested", "提出异议");
    }

    private static Deadline Of(
        ClockTerms terms, ClockLength length, ClockAnchor anchor, CaseProcess process, DateTimeZone zone, int number, bool? proposed = null)
    {
        bool isProposed = proposed ?? terms.Proposed;
        var sum = DeadlineArithmetic.Of(anchor, length, isProposed ? "P" : terms.Clause, zone, process.Calendar);
        return Made(terms, terms.MayPause ? sum.Pausable(anchor) : sum, number, isProposed);
    }

    private static Deadline Made(ClockTerms terms, DeadlineArithmetic arithmetic, int number, bool proposed) => new(
        $"{terms.Name}-{number}", terms.Name, terms.Clause, terms.Owner, arithmetic.Due, terms.OnMissWords, arithmetic, proposed);
}
