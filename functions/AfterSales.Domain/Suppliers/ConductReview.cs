using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Suppliers;

/// <summary>A command for the penalty of an id.</summary>
public sealed record Measure(PenaltyId Penalty, PenaltyCommand Command);

/// <summary>What there is for an expulsion.</summary>
/// <param name="Decision">What the rulebook says if there was an ultimatum.</param>
/// <param name="Ultimatum">Of the month before; null when there was none.</param>
/// <param name="Grounds">Null when the ultimatum is not final or does not count, or the supplier has improved.</param>
public sealed record ExpulsionFinding(DecisionDocument Decision, Penalty? Ultimatum, Grounds? Grounds);

/// <summary>
/// What the mall's rules ask for when a supplier's complaints are counted: penalties to impose, and penalties to lift because complaints that
/// they rested on were closed as unfounded. Pure: the same complaints and penalties give the same measures, and none when all is done.
/// </summary>
/// <param name="penalties">All of the supplier so far.</param>
public sealed class ConductReview(SupplierId supplier, MallRules rules, IReadOnlyList<Penalty> penalties, Instant now)
{
    /// <summary>Warning, ultimatum and expulsion about one issue in one month.</summary>
    /// <param name="complaints">All of the supplier in that month.</param>
    /// <param name="deposit">What would be forfeited, for the statement of reasons.</param>
    public IEnumerable<Measure> OfMonth(string issue, YearMonth month, IReadOnlyList<Complaint> complaints, Money deposit)
    {
        ImmutableArray<CaseId> cases = Counted(complaints.Where(complaint => complaint.Issue == issue));
        DecisionDocument warned = rules.WarningsFor(issue, month, cases.Length);
        return
        [
            .. Warned(PenaltyKind.Warning, "verbal_warnings", MallRules.VerbalWarning),
            .. Warned(PenaltyKind.Ultimatum, "ultimatums", MallRules.Ultimatum),
            .. Expelled(issue, month, cases, deposit),
        ];

        IEnumerable<Measure> Warned(PenaltyKind kind, string count, string clause) => Of(
            kind,
            About(issue, month),
            Latest(kind, About(issue, month)),
            warned.Conclusions.Find(count) is RuleValue.Whole { Value: > 0 },
            new Grounds(warned, clause, cases, issue, month),
            Money.Zero);
    }

    /// <summary>The issues because of which something stands that counting anew may lift, of a month or of the one after.</summary>
    public IEnumerable<string> IssuesAround(YearMonth month) => penalties
        .Where(penalty => penalty.IsLiftable && (penalty.Grounds.Month == month || penalty.Grounds.Month == month.PlusMonths(1)))
        .Select(penalty => penalty.Grounds.Issue)
        .OfType<string>();

    /// <summary>The levy: over the contract, once .</summary>
    /// <param name="complaints">All of the supplier since its contract began.</param>
    /// <param name="contractFrom">Null where no contract is registered.</param>
    public IEnumerable<Measure> OfContract(IReadOnlyList<Complaint> complaints, LocalDate? contractFrom)
    {
        ImmutableArray<CaseId> cases = Counted(complaints);
        DecisionDocument levy = rules.LevyFor(cases.Length, raisedBefore: false);
        bool raised = levy.Conclusions.Truth("levy_raised_now") == true;
        return Of(
            PenaltyKind.Levy, About(contractFrom), LevyOf(contractFrom), raised, new Grounds(levy, MallRules.Levy, cases),
            levy.Conclusions.Amount("amount") ?? Money.Zero);
    }

    /// <summary>Whether the levy of the contract has come to its end: no count changes it any more.</summary>
    public bool LevyIsOver(LocalDate? contractFrom) => LevyOf(contractFrom) is { Status: PenaltyStatus.Final or PenaltyStatus.Overturned };

    /// <summary>What there is for an expulsion because of an issue in a month.</summary>
    /// <param name="complaints">All of the supplier in that month.</param>
    /// <param name="deposit">What would be forfeited, for the statement of reasons.</param>
    /// <param name="confirmed">Whether a second person confirms it.</param>
    public ExpulsionFinding Expulsion(string issue, YearMonth month, IReadOnlyList<Complaint> complaints, Money deposit, bool confirmed) =>
        Expulsion(issue, month, Counted(complaints.Where(complaint => complaint.Issue == issue)), deposit, confirmed);

    /// <summary>A proposal by a person, after an earlier one about the same was declined. Where one waits, or stands, it is that one.</summary>
    public Measure Proposed(string issue, YearMonth month, Grounds grounds, Actor by)
    {
        string about = About(issue, month);
        Penalty? latest = Latest(PenaltyKind.Expulsion, about);
        int generation = latest switch
        {
            null => 1,
            { IsOpen: true } or { ContractEndedAt: not null } => latest.Generation,
            _ => latest.Generation + 1,
        };
        return Impose(PenaltyKind.Expulsion, about, generation, grounds, Money.Zero, by);
    }

    private IEnumerable<Measure> Expelled(string issue, YearMonth month, ImmutableArray<CaseId> cases, Money deposit)
    {
        string about = About(issue, month);
        Penalty? latest = Latest(PenaltyKind.Expulsion, about);
        return Expulsion(issue, month, cases, deposit, confirmed: false).Grounds is { } grounds
            ? Of(PenaltyKind.Expulsion, about, latest, wanted: true, grounds, Money.Zero)
            : Lifted(latest);
    }

    private ExpulsionFinding Expulsion(string issue, YearMonth month, ImmutableArray<CaseId> cases, Money deposit, bool confirmed)
    {
        YearMonth before = month.PlusMonths(-1);
        Penalty? ultimatum = Latest(PenaltyKind.Ultimatum, About(issue, before));
        DecisionDocument said = rules.ExpulsionFor(issue, before, cases.Length, deposit, confirmed);
        bool stands = ultimatum is { IsEstablished: true } && said.Conclusions.Truth("expulsion_proposed") == true;
        return new ExpulsionFinding(said, ultimatum, stands ? new Grounds(said, MallRules.Expulsion, cases, issue, month) : null);
    }

    private IEnumerable<Measure> Of(PenaltyKind kind, string about, Penalty? latest, bool wanted, Grounds grounds, Money fine)
    {
        if (!wanted) return Lifted(latest);
        // What was declined or overturned stays so; what was lifted comes back when its complaints do.
        return latest is null or { Status: PenaltyStatus.Lifted }
            ? [Impose(kind, about, (Latest(kind, about)?.Generation ?? 0) + 1, grounds, fine, Actor.Clock)]
            : [];
    }

    /// <summary>Nothing where it does not stand, or where money was settled: that a person reverses.</summary>
    private IEnumerable<Measure> Lifted(Penalty? penalty) => penalty is { IsLiftable: true } ? [new Measure(penalty.Id, new LiftPenalty(now))] : [];

    /// <summary>
    /// The levy for the complaints of a contract: also one that was opened in its time under another beginning of the contract, or before any
    /// was registered, for a correction of terms is no new contract.
    /// </summary>
    private Penalty? LevyOf(LocalDate? contractFrom) => penalties
        .Where(penalty => penalty.Kind == PenaltyKind.Levy
            && (penalty.About == About(contractFrom) || contractFrom is not { } from || penalty.OpenedAt.InZone(rules.Zone).Date >= from))
        .MaxBy(penalty => (penalty.Status != PenaltyStatus.Lifted, penalty.OpenedAt));

    private Measure Impose(PenaltyKind kind, string about, int generation, Grounds grounds, Money fine, Actor by)
    {
        var impose = new ImposePenalty(now, by, supplier, kind, about, generation, grounds, fine);
        return new Measure(impose.Id, impose);
    }

    private Penalty? Latest(PenaltyKind kind, string about) =>
        penalties.Where(penalty => penalty.Kind == kind && penalty.About == about).MaxBy(penalty => penalty.Generation);

    private static ImmutableArray<CaseId> Counted(IEnumerable<Complaint> complaints) =>
        [.. complaints.Where(complaint => complaint.Counts).Select(complaint => complaint.Case)];

    private static string About(LocalDate? contractFrom) => contractFrom is { } from ? LocalDatePattern.Iso.Format(from) : "contract";

    private static string About(string issue, YearMonth month) => $"{YearMonthPattern.Iso.Format(month)}/{issue}";
}
