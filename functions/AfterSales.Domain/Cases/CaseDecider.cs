using System.Diagnostics;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What the case answers to a command.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <param name="Events">What happened, in order; empty when it had happened already.</param>
    /// <param name="State">The case afterwards.</param>
    public sealed record Accepted(IReadOnlyList<CaseEvent> Events, Case State) : Decision;

    public sealed record Refused(Refusal Refusal) : Decision;
}

/// <summary>
/// The mall's case. <see cref="Decide(Case?, CaseCommand)"/> says what a command causes or why not; <see cref="Evolve"/> says what
/// the case is after an event. Both are pure.
/// <para>
/// Time decides first: whatever deadline was due before a command's instant takes its consequence before the command is looked
/// at, dated at its due instant. So the outcome never depends on how soon a timer was served.
/// </para>
/// </summary>
public static partial class CaseDecider
{
    /// <summary>Most files of one case, those that are being fetched among them.</summary>
    public const int MostEvidence = 40;

    /// <param name="current">Null when there is no such case yet.</param>
    public static Decision Decide(Case? current, CaseCommand command)
    {
        if (current is null)
        {
            return command is OpenCase open ? Open(open) : new Decision.Refused(Refusals.NoSuchCase);
        }
        if (command is DeadlineElapsed elapsed && WhyNotElapsed(current, elapsed) is { } early)
        {
            return new Decision.Refused(early);
        }
        var story = new Story(current);
        story.CatchUp(command.At);
        var refusal = Apply(story, command) ?? (CaseRoom.IsFull(story.Now, command, story.Events) ? Refusals.CaseFull : null);
        return refusal is null ? new Decision.Accepted(story.Events, story.Now) : new Decision.Refused(refusal);
    }

    /// <summary>Several commands one after the other: all of them, or none when one is refused.</summary>
    public static Decision Decide(Case? current, IReadOnlyList<CaseCommand> commands)
    {
        var state = current;
        var events = new List<CaseEvent>();
        foreach (var command in commands)
        {
            var decision = Decide(state, command);
            if (decision is not Decision.Accepted accepted) return decision;
            state = accepted.State;
            events.AddRange(accepted.Events);
        }
        return state is null ? new Decision.Refused(Refusals.NoSuchCase) : new Decision.Accepted(events, state);
    }

    /// <summary>The case as it is at an instant, with the consequences of everything that was due before.</summary>
    public static Case CaughtUp(Case current, Instant now)
    {
        var story = new Story(current);
        story.CatchUp(now);
        return story.Now;
    }

    private static Decision.Accepted Open(OpenCase open)
    {
        var clocks = ProcessClocks.OnOpening(open.Process, open.At, open.ShiftEnd, DateTimeZoneProviders.Tzdb[open.Zone]);
        var opened = new CaseOpened(
            open.At, open.By, open.Id, open.Marketplace, open.ExternalId, open.SupplierId, open.CustomerId, open.Claim, open.Order,
            open.Decision, open.Zone, clocks, open.HeldForEvidence is { Count: > 0 } ? open.HeldForEvidence : null);
        var story = new Story(Evolve(open.Process, null, opened));
        if (story.Now.HeldForEvidence.Length > 0) HoldClocks(story, open.At);
        return new Decision.Accepted([opened, .. story.Events], story.Now);
    }

    private static Refusal? WhyNotElapsed(Case current, DeadlineElapsed elapsed)
    {
        var deadline = current.Deadlines.FirstOrDefault(open => open.Id == elapsed.DeadlineId);
        return deadline is null or { Runs: false } ? Refusals.DeadlineMet
            : elapsed.At <= deadline.Due ? Refusals.DeadlineNotDue
            : null;
    }

    private static Refusal? Apply(Story story, CaseCommand command) => command switch
    {
        DeadlineElapsed => null,
        OpenCase => Refusals.AlreadyOpen,
        UpdateCase update => Update(story, update),
        WithdrawCase withdraw => Withdraw(story, withdraw),
        NoteReport note => Note(story, note),
        NoteMarketplaceRefund noted => Take(story, noted),
        AddEvidence add => Add(story, add),
        RequestEvidence request => Request(story, request),
        RejectEvidence reject => Reject(story, reject),
        AskForEvidence ask => Ask(story, ask),
        StageEvidence stage => Stage(story, stage),
        SubmitEvidence submit => Submit(story, submit),
        CloseEvidenceRound close => CloseRound(story, close),
        OpenOriginal open => Open(story, open),
        MakeOffer make => Make(story, make),
        AcceptOffer accept => Accept(story, accept),
        DeclineOffer decline => Decline(story, decline),
        SupplierAccepts accepts => Accept(story, accepts),
        SupplierRefuses refuses => Refuse(story, refuses),
        DecideClaim decide => DecideOnStep(story, decide),
        ApproveDecision approve => Approve(story, approve),
        SendBackDecision sendBack => SendBack(story, sendBack),
        PauseClocks pause => PauseCase(story, pause),
        ResumeClocks resume => Resume(story, resume),
        DoRemedyStep done => DoStep(story, done),
        DeclineQuote decline => Decline(story, decline),
        ReopenCase reopen => Reopen(story, reopen),
        LinkCase link => Link(story, link),
        MergeCase merge => Merge(story, merge),
        PassOn passOn => Pass(story, passOn),
        ExcuseClock exception => Except(story, exception),
        AcceptDecision accept => AcceptRuling(story, accept),
        ContestDecision contest => Contest(story, contest),
        RecordOutcome outcome => RecordExternal(story, outcome),
        ConfirmPayout confirm => Confirm(story, confirm),
        FailPayout fail => Fail(story, fail),
        HoldPayout hold => Hold(story, hold),
        SettlePayout settle => Settle(story, settle),
        CancelPayout cancel => Cancel(story, cancel),
        RetryPayout retry => Retry(story, retry),
        NoteOverpayment note => NoteTooMuch(story, note),
        ResolveOverpayment resolve => ResolveTooMuch(story, resolve),
        TakeSnapshot take => Take(story, take),
        NoteContradiction note => NoteContradicting(story, note),
        _ => throw new UnreachableException($"Unknown command {command.GetType().Name}."),
    };

    private static Refusal? Update(Story story, UpdateCase update)
    {
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        ResumeForCustomer(story, update.At, update.By);
        foreach (var contradiction in update.Contradictions.Where(given => !story.Now.Contradictions.Contains(given)))
        {
            story.Happens(new ContradictionNoted(update.At, update.By, contradiction.About, contradiction.Held, contradiction.Given));
        }
        if (update.FactsAdded.Count > 0)
        {
            story.Happens(new CaseUpdated(update.At, update.By, update.FactsAdded, update.Decision));
        }
        return null;
    }

    private static Refusal? Note(Story story, NoteReport note)
    {
        if (note is { Report: MarketplaceReport.DifferencePaid, Amount: { } paid } && story.Now.DifferenceDue is { } due && paid != due)
        {
            return Refusals.DifferenceDiffers(due);
        }
        if (note.Report == MarketplaceReport.RefundedElsewhere) NoteElsewhere(story, note);
        else if (!story.Now.Reports.Contains(note.Report)) story.Happens(new ReportNoted(note.At, note.By, note.Report, note.Amount));
        RemedyStep? step = note.Report switch
        {
            MarketplaceReport.ReturnShipped => RemedyStep.ShipBack,
            MarketplaceReport.ReturnReceived => RemedyStep.Receive,
            MarketplaceReport.DifferencePaid => RemedyStep.PayDifference,
            _ => null,
        };
        if (step is { } reported && story.Now.Fulfilment?.Current?.Step == reported)
        {
            Complete(story, note.At, note.By, reported, StepState.Done, StepNote.None);
        }
        return null;
    }

    private static Refusal? Withdraw(Story story, WithdrawCase withdraw)
    {
        if (withdraw.By.Party is not (Party.Customer or Party.Marketplace)) return Refusals.NotYourStep(withdraw.By.Party, Party.Customer);
        if (story.Now.Answer == CustomerAnswer.Withdrawn && withdraw.By.Party == Party.Marketplace) return null; // It says things again.
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.IsAnswered) return Refusals.AlreadyAnswered;
        story.Happens(new CaseWithdrawn(withdraw.At, withdraw.By));
        EndRemedy(story, withdraw.At, withdraw.By);
        story.CloseIfDone(withdraw.At);
        return null;
    }

    /// <summary>A case and what has happened to it since it was loaded. Lives within one decision.</summary>
    private sealed class Story(Case loaded)
    {
        private readonly List<CaseEvent> _events = [];

        public Case Now { get; private set; } = loaded;

        public IReadOnlyList<CaseEvent> Events => _events;

        public int NextDeadline => Now.DeadlinesStarted + 1;

        public void Happens(CaseEvent happened)
        {
            _events.Add(happened);
            Now = Evolve(Now.Process, Now, happened);
        }

        /// <summary>Lets every deadline due before <paramref name="now"/> take its consequence, the earliest first.</summary>
        public void CatchUp(Instant now)
        {
            while (Now.Earliest is { } overdue && overdue.Due < now)
            {
                Elapse(this, overdue);
            }
        }

        /// <summary>Closes the case when the customer has no more to say and nothing is left to pay.</summary>
        public void CloseIfDone(Instant at)
        {
            if (Now is (not { IsClosed: false, IsAnswered: true, OpenPayout: null }) or { Fulfilment.IsOpen: true }) return;
            var outcome = Now switch
            {
                { Fulfilment.Lapsed: true, Answer: CustomerAnswer.Withdrawn } => CaseOutcome.Withdrawn,
                { Fulfilment.Lapsed: true } => CaseOutcome.Lapsed,
                { GrantedRemedy: not null } => CaseOutcome.Upheld,
                { Answer: CustomerAnswer.Withdrawn } => CaseOutcome.Withdrawn,
                _ => CaseOutcome.Refused,
            };
            Happens(new CaseClosed(at, Actor.Clock, outcome, Now.HighestLevel, Now.GrantedRemedy, Now.Paid));
        }
    }
}
