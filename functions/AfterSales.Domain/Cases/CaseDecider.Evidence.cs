using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Cases;

/// <summary>Files of the case, and the rounds in which staff ask the parties for them.</summary>
public static partial class CaseDecider
{
    /// <summary>The longest time that a party can be given for its evidence, in days of 24 hours.</summary>
    public const int LongestEvidenceDays = 60;

    private static readonly InstantPattern ShownDue = InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss 'UTC'");

    private static readonly Wording LateIsMarked = new(
        "The case goes on without it; what comes later is taken and marked late.", "案件继续处理;逾期提交的证据仍予接收并标明逾期。");

    private static Refusal? Add(Story story, AddEvidence add)
    {
        var file = add.File;
        if (story.Now.Evidence.FirstOrDefault(known => known.Name == file.Name) is { } taken) return SameOrTaken(taken, file);
        var isAwaited = story.Now.AwaitedEvidence.Any(awaited => awaited.Name == file.Name);
        if (story.Now.IsClosed && !isAwaited) return Refusals.CaseClosed;
        if (story.Now.StagedEvidence.Any(known => known.Name == file.Name)) return Refusals.DuplicateEvidence;
        if (story.Now.OpenRound?.RequestTo(add.By.Party) is { SubmittedAt: not null }) return EvidenceRefusals.Submitted;
        if (IsFull(story.Now) && !isAwaited) return Refusals.TooMuchEvidence;
        story.Happens(new EvidenceAdded(add.At, add.By, file));
        ResumeForCustomer(story, add.At, add.By);
        return null;
    }

    private static Refusal? Request(Story story, RequestEvidence request)
    {
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        var known = story.Now.AwaitedEvidence.Any(awaited => awaited.Name == request.Name)
            || story.Now.Evidence.Any(file => file.Name == request.Name);
        if (known) return null;
        if (IsFull(story.Now)) return Refusals.TooMuchEvidence;
        story.Happens(new EvidenceFetchRequested(request.At, request.By, request.Name, request.SealedUrl));
        return null;
    }

    private static Refusal? Reject(Story story, RejectEvidence reject)
    {
        var rejected = new RejectedFile(reject.Name, reject.Code, reject.Detail);

        // One that is being fetched keeps its place until it is told what became of it; those are counted when they are asked for.
        var isAwaited = story.Now.AwaitedEvidence.Any(awaited => awaited.Name == reject.Name);
        if (!isAwaited && story.Now.RejectedEvidence.Contains(rejected)) return null;
        if (!isAwaited && story.Now.RejectedEvidence.Length >= CaseRoom.MostRejectedFiles) return Refusals.CaseFull;
        story.Happens(new EvidenceRejected(reject.At, reject.By, reject.Name, reject.Code, reject.Detail));
        return null;
    }

    private static Refusal? Ask(Story story, AskForEvidence ask)
    {
        if (!AsksForEvidence(ask.By.Party)) return Refusals.NotYourStep(ask.By.Party, Party.Agent);
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.Decided) return Refusals.AlreadyDecided;
        if (story.Now.OpenRound is not null) return EvidenceRefusals.RoundOpen;
        var parties = ask.From.Select(wanted => wanted.From).Distinct().ToList();
        if (parties.Count == 0 || parties.Count < ask.From.Count || !parties.TrueForAll(GivesEvidence)) return EvidenceRefusals.NothingAsked;
        var latest = ask.At + Duration.FromDays(LongestEvidenceDays);
        if (ask.From.Any(wanted => wanted.Due <= ask.At || wanted.Due > latest)) return EvidenceRefusals.DueNotAhead;
        ImmutableArray<Deadline> clocks =
            [.. ask.From.Select((wanted, i) => EvidenceClock(story.Now, ask.At, wanted, story.NextDeadline + i))];
        story.Happens(new EvidenceRequested(
            ask.At, ask.By, story.Now.EvidenceRounds.Length + 1, [.. ask.From], ask.SealedNote, clocks));
        return null;
    }

    private static Refusal? Stage(Story story, StageEvidence stage)
    {
        if (WhyNotInRound(story.Now, stage.By) is { } refusal) return refusal;
        var file = stage.File;
        if (story.Now.Evidence.FirstOrDefault(known => known.Name == file.Name) is { } taken) return SameOrTaken(taken, file);
        var before = story.Now.StagedEvidence.FirstOrDefault(known => known.Name == file.Name);
        if (before is not null && before.By.Party != stage.By.Party) return Refusals.DuplicateEvidence;
        if (before is not null && IsSame(before, file)) return null;
        if (story.Now.AwaitedEvidence.Any(awaited => awaited.Name == file.Name)) return Refusals.DuplicateEvidence;
        if (before is null && IsFull(story.Now)) return Refusals.TooMuchEvidence;
        story.Happens(new EvidenceStaged(stage.At, stage.By, file));
        return null;
    }

    private static Refusal? Submit(Story story, SubmitEvidence submit)
    {
        if (WhyNotInRound(story.Now, submit.By) is { } refusal) return refusal;
        var round = story.Now.OpenRound!;
        var request = round.RequestTo(submit.By.Party)!;
        story.Happens(new EvidenceSubmitted(
            submit.At, submit.By, round.Number, request.DeadlineId,
            [.. story.Now.StagedEvidence.Where(file => file.By.Party == submit.By.Party).Select(file => file.Name)],
            submit.At > request.Due));
        if (story.Now.OpenRound!.Requests.All(asked => asked.SubmittedAt is not null))
        {
            story.Happens(new EvidenceRoundClosed(submit.At, Actor.Clock, round.Number));
        }
        return null;
    }

    private static Refusal? CloseRound(Story story, CloseEvidenceRound close)
    {
        if (!AsksForEvidence(close.By.Party)) return Refusals.NotYourStep(close.By.Party, Party.Agent);
        if (story.Now.IsClosed) return Refusals.CaseClosed;
        if (story.Now.OpenRound is not { } round) return EvidenceRefusals.NoRound;
        story.Happens(new EvidenceRoundClosed(close.At, close.By, round.Number));
        return null;
    }

    private static Refusal? Open(Story story, OpenOriginal open)
    {
        if (!AsksForEvidence(open.By.Party)) return Refusals.NotYourStep(open.By.Party, Party.Inspection);
        if (story.Now.Evidence.All(file => file.Name != open.File)) return EvidenceRefusals.NoSuchFile;
        var opened = new EvidenceOriginalOpened(open.At, open.By, open.File);
        var line = CaseTimeline.Of(story.Now.Process, opened);
        if (!story.Now.Timeline.Any(entry => entry with { At = line.At } == line)) story.Happens(opened);
        return null;
    }

    // A file that is being fetched has its place already.
    private static bool IsFull(Case now) => now.Evidence.Length + now.AwaitedEvidence.Length + now.StagedEvidence.Length >= MostEvidence;

    private static bool IsSame(FiledEvidence known, EvidenceFile file) =>
        FiledEvidence.Of(file, known.By, known.At, known.Late) == known;

    private static Refusal? SameOrTaken(FiledEvidence known, EvidenceFile file) => IsSame(known, file) ? null : Refusals.DuplicateEvidence;

    private static bool AsksForEvidence(Party party) => party is Party.Agent or Party.FloorManager or Party.Inspection or Party.Manager;

    private static bool GivesEvidence(Party party) => party is Party.Customer or Party.Supplier;

    private static Refusal? WhyNotInRound(Case now, Actor by)
    {
        if (!GivesEvidence(by.Party)) return Refusals.NotYourStep(by.Party, Party.Customer);
        if (by.Party == Party.Supplier && by.Id != now.SupplierId) return Refusals.NotYourCase;
        if (now.IsClosed) return Refusals.CaseClosed;
        return now.OpenRound?.RequestTo(by.Party) switch
        {
            null => EvidenceRefusals.NoRound,
            { SubmittedAt: not null } => EvidenceRefusals.Submitted,
            _ => null,
        };
    }

    /// <summary>Staff name the instant; no clause of a rulebook sets it, so it is marked as proposed.</summary>
    private static Deadline EvidenceClock(Case now, Instant asked, EvidenceAsk wanted, int number)
    {
        var hours = (wanted.Due - asked).TotalHours;
        var arithmetic = new DeadlineArithmetic(
            asked, $"{hours:0.##} h", "P", wanted.Due,
            $"asked {ShownDue.Format(asked)}, due {ShownDue.Format(wanted.Due)} as named by who asked (P)",
            $"{ShownDue.Format(asked)} 要求举证,由要求人指定 {ShownDue.Format(wanted.Due)} 前提交(P)");
        return new Deadline(
            $"{ProcessClocks.EvidenceClock}-{number}", ProcessClocks.EvidenceClock, "evidence", wanted.From, wanted.Due, LateIsMarked, arithmetic, Proposed: true);
    }

    /// <summary>What an event means for the files of the case and its rounds.</summary>
    private static Case WithEvidence(Case now, CaseEvent happened) => happened switch
    {
        EvidenceAdded added => now with
        {
            Evidence = now.Evidence.Add(FiledEvidence.Of(added.File, added.By, added.At, IsLate(now, added))),
            AwaitedEvidence = now.AwaitedEvidence.RemoveAll(awaited => awaited.Name == added.File.Name),
        },
        EvidenceFetchRequested requested => now with
        {
            AwaitedEvidence = now.AwaitedEvidence.Add(new AwaitedFile(requested.File, requested.SealedUrl)),
        },
        EvidenceRejected rejected => now with
        {
            RejectedEvidence = now.RejectedEvidence.Add(new RejectedFile(rejected.File, rejected.Code, rejected.Detail)),
            AwaitedEvidence = now.AwaitedEvidence.RemoveAll(awaited => awaited.Name == rejected.File),
        },
        EvidenceRequested asked => now with
        {
            EvidenceRounds = now.EvidenceRounds.Add(new EvidenceRound(
                asked.Round, asked.At, asked.By,
                [.. asked.From.Zip(asked.Deadlines, (wanted, clock) => new EvidenceRequest(wanted.From, wanted.Due, clock.Id, null))])),
        },
        EvidenceStaged staged => now with
        {
            StagedEvidence = now.StagedEvidence.RemoveAll(known => known.Name == staged.File.Name)
                .Add(FiledEvidence.Of(staged.File, staged.By, staged.At, late: false)),
        },
        EvidenceSubmitted submitted => Counted(now, submitted),
        EvidenceRoundClosed closed => WithoutRound(now, closed.At),
        ClaimUpheld or ClaimRefused or CaseWithdrawn or CaseClosed => WithoutRound(now, happened.At),
        _ => now,
    };

    private static bool IsLate(Case now, EvidenceAdded added) =>
        now.OpenRound?.RequestTo(added.By.Party) is { } request && added.At > request.Due;

    private static Case Counted(Case now, EvidenceSubmitted submitted) => now with
    {
        Evidence = now.Evidence.AddRange(now.StagedEvidence.Where(file => submitted.Files.Contains(file.Name))
            .Select(file => file with { At = submitted.At, Late = submitted.Late })),
        StagedEvidence = now.StagedEvidence.RemoveAll(file => submitted.Files.Contains(file.Name)),
        EvidenceRounds = [.. now.EvidenceRounds.Select(round => round.Number != submitted.Round ? round : round with
        {
            Requests = [.. round.Requests.Select(asked =>
                asked.From == submitted.By.Party ? asked with { SubmittedAt = submitted.At } : asked)],
        })],
    };

    private static Case WithoutRound(Case now, Instant at) => now with
    {
        EvidenceRounds = [.. now.EvidenceRounds.Select(round => round.IsOpen ? round with { ClosedAt = at } : round)],
        StagedEvidence = [],
    };
}
