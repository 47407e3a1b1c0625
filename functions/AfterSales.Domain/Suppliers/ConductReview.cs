using System.Collections.Immutable;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Suppliers;

/// <summary>A command for the penalty of an id.</summary>
public sealed record Measure(PenaltyId Penalty, PenaltyCommand Command);

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
            warned.Conclusions.Find(count) is RuleValue.Whole { Value: > 0 },
            new Grounds(warned, clause, cases, issue, month),
            Money.Zero);
    }

    /// <summary>The levy: over the contract, once .</summary>
    /// <param name="complaints">All of the supplier since its contract began.</param>
    /// <param name="contractFrom">Null where no contract is registered.</param>
    public IEnumerable<Measure> OfContract(IReadOnlyList<Complaint> complaints, LocalDate? contractFrom)
    {
        ImmutableArray<CaseId> cases = Counted(complaints);
        DecisionDocument levy = rules.LevyFor(cases.Length, raisedBefore: false);
        bool raised = levy.Conclusions.Truth("levy_raised_now") == true;
        return Of(PenaltyKind.Levy, About(contractFrom), raised, new Grounds(levy, MallRules.Levy, cases), levy.Conclusions.Amount("amount") ?? Money.Zero);
    }

    /// <summary>Whether the levy of the contract has come to its end: no count changes it any more.</summary>
    public bool LevyIsOver(LocalDate? contractFrom) =>
        Latest(PenaltyKind.Levy, About(contractFrom)) is { Status: PenaltyStatus.Final or PenaltyStatus.Overturned };

    /// <summary>A proposal by a person, after an earlier one about the same was declined. Null when the rulebook sees no grounds.</summary>
    public Measure? Proposed(string issue, YearMonth month, IReadOnlyList<Complaint> complaints, Money deposit, Actor by)
    {
        ImmutableArray<CaseId> cases = Counted(complaints.Where(complaint => complaint.Issue == issue));
        if (GroundsToExpel(issue, month, cases, deposit) is not { } grounds) return null;
        string about = About(issue, month);
        Penalty? latest = Latest(PenaltyKind.Expulsion, about);
        int generation = latest switch { null => 1, { IsOpen: true } => latest.Generation, _ => latest.Generation + 1 };
        return Impose(PenaltyKind.Expulsion, about, generation, grounds, Money.Zero, by);
    }

    private IEnumerable<Measure> Expelled(string issue, YearMonth month, ImmutableArray<CaseId> cases, Money deposit)
    {
        Grounds? grounds = GroundsToExpel(issue, month, cases, deposit);
        string about = About(issue, month);
        return grounds is not null
            ? Of(PenaltyKind.Expulsion, about, wanted: true, grounds, Money.Zero)
            : Lifted(Latest(PenaltyKind.Expulsion, about));
    }

    /// <summary>Null when there was no ultimatum the month before, or the supplier has improved.</summary>
    private Grounds? GroundsToExpel(string issue, YearMonth month, ImmutableArray<CaseId> cases, Money deposit)
    {
        YearMonth before = month.PlusMonths(-1);
        if (Latest(PenaltyKind.Ultimatum, About(issue, before)) is not { IsInForce: true }) return null;
        DecisionDocument expulsion = rules.ExpulsionFor(issue, before, cases.Length, deposit, confirmed: false);
        return expulsion.Conclusions.Truth("expulsion_proposed") == true ? new Grounds(expulsion, MallRules.Expulsion, cases, issue, month) : null;
    }

    private IEnumerable<Measure> Of(PenaltyKind kind, string about, bool wanted, Grounds grounds, Money fine)
    {
        Penalty? latest = Latest(kind, about);
        if (!wanted) return Lifted(latest);
        // What was declined or overturned stays so; what was lifted comes back when its complaints do.
        return latest is null or { Status: PenaltyStatus.Lifted }
            ? [Impose(kind, about, (latest?.Generation ?? 0) + 1, grounds, fine, Actor.Clock)]
            : [];
    }

    /// <summary>Nothing where it does not stand, or where money was settled: that a person reverses.</summary>
    private IEnumerable<Measure> Lifted(Penalty? penalty) =>
        penalty is { IsInForce: true } or { Status: PenaltyStatus.Proposed }
        && !(penalty.Status == PenaltyStatus.Final && penalty.Fine.State != FineState.None)
            ? [new Measure(penalty.Id, new LiftPenalty(now))]
            : [];

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
