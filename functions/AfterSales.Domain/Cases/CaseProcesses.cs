using System.Collections.Immutable;
using System.Globalization;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Cases;

/// <summary>Reads how cases go out of a rulebook.</summary>
public static class CaseProcesses
{
    /// <summary>Null when the rulebook says nothing of how cases go: no marketplace can use it.</summary>
    public static CaseProcess? Of(Rulebook rulebook, CalendarSet calendars) =>
        rulebook.Source.Case is { } source ? Of(rulebook.Source, source, calendars) : null;

    private static CaseProcess Of(RulebookSource rulebook, CaseSource source, CalendarSet calendars) => new(
        [.. rulebook.Ladder.Select((step, number) => RungOf(step, number))],
        [.. source.Clocks.Select(clock => ClockOf(rulebook, clock))],
        new AnswerTerms(
            Length(rulebook, source.Answer), ClauseOf(source.Answer, ProcessClocks.AnswerClock), source.Answer.IsProposed, source.AnswersGrants),
        new PayoutTerms(
            Length(rulebook, source.Payout), ClauseOf(source.Payout, ProcessClocks.PayoutClock), source.Payout.IsProposed, Number(source.Attempts)),
        source.Remedies.ToImmutableDictionary(remedy => Named<Remedy>(remedy.Remedy), remedy => RemedyOf(rulebook, remedy)),
        LimitsOf(rulebook, source.Limits),
        new CaseClauses(
            source.Registration.Value, source.Escalation.Value, source.Undetermined.Value,
            [.. rulebook.Clauses.Select(clause => clause.Id.Value)]),
        rulebook.Calendar is { } calendar ? calendars.Find(calendar.Value) : null);

    private static Rung RungOf(LadderStepSource step, int number) => new(
        new StepCode(step.Step.Value), number, Named<Party>(step.Role!), step.Clause.Value, new Wording(step.Words.En, step.Words.Zh),
        step.External, step.Binding, Code(step.Refuse), Code(step.PassOn), Code(step.ContestTo), step.ContestClause?.Value);

    private static ClockTerms ClockOf(RulebookSource rulebook, CaseClockSource clock)
    {
        var limit = clock.Limit is { } named ? rulebook.Clocks.First(one => one.Id.Value == named.Value) : null;
        var length = limit is null ? Length(rulebook, clock.Time!) : limit.Length is { } text ? CaseReader.Length(rulebook, text.Value) : null;
        return new ClockTerms(
            clock.Clock.Value,
            limit?.Clauses[0].Value ?? ClauseOf(clock.Time!, clock.Clock.Value),
            clock.Time?.IsProposed ?? false,
            Named<Party>(clock.Owner),
            new Wording(clock.Words.En, clock.Words.Zh),
            [.. clock.On.Select(step => new StepCode(step.Value))],
            Named<ClockStartsAt>(clock.From),
            clock.Until.Value == "decided" ? ClockScope.Decision : ClockScope.Step,
            length,
            ConsequenceOf(clock.OnMiss),
            new Wording(clock.OnMiss.Words.En, clock.OnMiss.Words.Zh),
            clock.Late,
            clock.Pauses,
            clock.Exception is { } exception
                ? new ExceptionTerms(exception.Value, clock.Then is { } then ? CaseReader.Length(rulebook, then.Value) : null)
                : null);
    }

    private static Consequence ConsequenceOf(CaseMissSource miss) => (miss.Action.Value, Code(miss.To)) switch
    {
        ("go", { } step) => new Consequence.GoTo(step),
        ("decide", { } step) => new Consequence.RulebookDecides(step),
        ("grant-or-go", { } step) => new Consequence.GrantOrGoTo(step),
        ("grant", _) => new Consequence.Grant(),
        ("refuse", _) => new Consequence.Refuse(),
        ("nothing", _) => new Consequence.Nothing(),
        _ => throw new InvalidOperationException($"The reading let '{miss.Action}' pass."),
    };

    private static RemedyTerms RemedyOf(RulebookSource rulebook, RemedySource remedy) => new(WithPayment(
        [.. remedy.Steps.Select(step => new RemedyStepTerms(
            Named<RemedyStep>(step.Step), Named<Party>(step.Owner), Length(rulebook, step.Time), ClauseOf(step.Time, step.Step.Value),
            step.Time.IsProposed, Named<StepMissed>(step.OnMiss.Action), Code(step.OnMiss.To),
            new Wording(step.OnMiss.Words.En, step.OnMiss.Words.Zh), step.Optional))]));

    /// <summary>A price that was taken is paid: at once and by the terms of taking it, unless the rulebook says when.</summary>
    private static ImmutableArray<RemedyStepTerms> WithPayment(ImmutableArray<RemedyStepTerms> steps) =>
        steps.FirstOrDefault(step => step.Step == RemedyStep.AcceptQuote) is { } taken && steps.All(step => step.Step != RemedyStep.PayDifference)
            ? steps.Insert(steps.IndexOf(taken) + 1, taken with { Step = RemedyStep.PayDifference })
            : steps;

    private static CaseLimits LimitsOf(RulebookSource rulebook, CaseLimitsSource limits) => new(
        Code(limits.UnresolvedFrom),
        limits.Approval is { } approval
            ? new ApprovalTerms(
                Money.Yuan(approval.Above.Value), Named<Party>(approval.By), Length(rulebook, approval.Time),
                ClauseOf(approval.Time, "approval"), approval.Time.IsProposed)
            : null,
        limits.Reopen is { } reopen ? CaseReader.Length(rulebook, reopen.Value) : null,
        limits.Pause is { } pause ? CaseReader.Length(rulebook, pause.Value) : null,
        limits.RequestsPerItem is { } requests ? Number(requests) : null);

    private static ClockLength Length(RulebookSource rulebook, CaseTimeSource time) => CaseReader.Length(rulebook, time.Length.Value)!;

    private static string ClauseOf(CaseTimeSource time, string otherwise) => time.Clause?.Value ?? otherwise;

    private static StepCode? Code(SourceText? step) => step is null ? null : new StepCode(step.Value);

    private static int Number(SourceText text) => int.Parse(text.Value, CultureInfo.InvariantCulture);

    private static T Named<T>(SourceText text) where T : struct, Enum => WireName.TryParse<T>(text.Value, out var value)
        ? value
        : throw new InvalidOperationException($"The reading let '{text}' pass.");
}
