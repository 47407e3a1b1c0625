using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Suppliers;

/// <summary>
/// What the mall's rulebook says about its suppliers: every number, threshold and day comes from evaluating its clauses. The answers are
/// decision documents, so that what follows from them can cite its clauses and the values they looked at.
/// </summary>
public sealed class MallRules(Rulebook rulebook)
{
    public const string RulebookId = "mall-sanbao";

    public const string TopUp = "MALL-LAD-4";
    public const string Release = "MALL-LAD-6";
    public const string BannedGoods = "MALL-LAD-7";
    public const string ShortMeasure = "MALL-LAD-9";
    public const string Injury = "MALL-QFR-2";
    public const string Recovery = "MALL-QFR-3";
    public const string PersonFine = "MALL-C8.4-20";
    public const string VerbalWarning = "MALL-C8.5-W1";
    public const string Ultimatum = "MALL-C8.5-W2";
    public const string Expulsion = "MALL-C8.5-OUT";
    public const string Levy = "MALL-C8.6-1000";
    public const string LevyPayment = "MALL-C8.6-ONCE";
    public const string Plaque = "MALL-C8.7";
    public const string Summary = "MALL-C8.3";

    public DateTimeZone Zone => rulebook.Zone;

    public DecisionDocument WarningsFor(string issue, YearMonth month, int counted) => Ask(
        [VerbalWarning, Ultimatum],
        Facts.None.With("issue", issue).With("month", new RuleValue.Month(month)).With("complaints_counted", counted));

    /// <param name="ultimatum">The month of the ultimatum; what counts is the month after.</param>
    public DecisionDocument ExpulsionFor(string issue, YearMonth ultimatum, int countedNextMonth, Money deposit, bool confirmed) => Ask(
        [Expulsion],
        Facts.None
            .With("issue", issue)
            .With("ultimatum_month", new RuleValue.Month(ultimatum))
            .With("complaints_next_month", countedNextMonth)
            .With("deposit_balance", deposit)
            .With("manager_confirms", confirmed));

    public DecisionDocument LevyFor(int cumulative, bool raisedBefore) => Ask(
        [Levy], Facts.None.With("cumulative_counted", cumulative).With("levy_already_raised", raisedBefore));

    /// <summary>Whether a payment of the levy is taken, and until when it is due.</summary>
    public DecisionDocument LevyPaymentOf(LocalDate noticeOn, Money payment, LocalDateTime paidAt) => Ask(
        [LevyPayment],
        Facts.None.With("notice_date", noticeOn).With("payment", payment).With("paid_at", new RuleValue.Moment(paidAt)));

    /// <summary>The last day to pay a levy announced on a day.</summary>
    public LocalDate LevyDue(LocalDate noticeOn) => DueOf(Ask([LevyPayment], Facts.None.With("notice_date", noticeOn)), "due");

    public DecisionDocument BannedGoodsFound(string finding, bool confirmed, int units, Money baseAmount) => Ask(
        [BannedGoods],
        Facts.None
            .With("finding", finding)
            .With("confirmed", confirmed)
            .With("units_on_counter", units)
            .With("base_penalty", baseAmount));

    /// <param name="remedy"><c>return</c> or <c>exchange</c>.</param>
    public DecisionDocument ShortMeasureFound(string complaint, bool confirmed, Money price, string? remedy)
    {
        Facts facts = Facts.None.With("complaint", complaint).With("confirmed", confirmed).With("price", price);
        return Ask(["MALL-LAD-8", ShortMeasure], remedy is null ? facts : facts.With("remedy", remedy));
    }

    public DecisionDocument InjuryFound(Money cost, bool causedByQuality, string? responsible)
    {
        Facts facts = Facts.None.With("injury_cost", cost).With("quality_cause_confirmed", causedByQuality);
        return Ask([Injury], responsible is null ? facts : facts.With("responsible_party", responsible));
    }

    /// <summary>The fine on the person responsible for one case left unresolved.</summary>
    public Money FinePerCase() => Ask([PersonFine], Facts.None.With("unresolved_cases_same_person", 1)).Conclusions.Amount("fine_total")
        ?? throw Silent(PersonFine);

    /// <summary>How a deposit is made full again: from payables, and what is left to claim in cash, by when.</summary>
    public DecisionDocument TopUpOf(Money required, Money balance, Money payables, LocalDate deductedOn) => Ask(
        ["MALL-LAD-3", TopUp],
        Facts.None
            .With("deposit_required", required)
            .With("deposit_balance", balance)
            .With("pay_customer", Money.Zero)
            .With("payables_to_supplier", payables)
            .With("deducted_on", deductedOn));

    public DecisionDocument ReleaseOf(
        LocalDate lastSale, IReadOnlyList<string> classes, LocalDate askedOn, int openCases, bool floorHeadSigned, bool inspectionSigned,
        Money amountsDue, Money deposit) => Ask(
        [Release],
        Facts.None
            .With("last_sale_date", lastSale)
            .With("classes_sold", new RuleValue.Items([.. classes.Select(name => (RuleValue)name)]))
            .With("release_requested", askedOn)
            .With("open_cases", openCases)
            .With("sales_floor_head_signed", floorHeadSigned)
            .With("inspection_signed", inspectionSigned)
            .With("amounts_due", amountsDue)
            .With("deposit_balance", deposit));

    /// <summary>Whether the rulebook has a guarantee period for a class of goods.</summary>
    /// <param name="today">Any day will do.</param>
    public bool KnowsClass(string name, LocalDate today) =>
        ReleaseOf(today, [name], today, 0, false, false, Money.Zero, Money.Zero).Conclusions.Find("last_guarantee_day") is not null;

    public DecisionDocument PlaqueOf(int year, int complaints, int excluded, LocalDate contractFrom, LocalDate contractTo) => Ask(
        [Plaque],
        Facts.None
            .With("year", year)
            .With("complaints", complaints)
            .With("closed_unfounded", excluded)
            .With("contract_from", contractFrom)
            .With("contract_to", contractTo));

    /// <summary>The day on which the review of a month is due: the first working day after it.</summary>
    public LocalDate ReviewDue(YearMonth month) => DueOf(
        Ask([Summary], Facts.None.With("month", new RuleValue.Month(month)).With("job", "complaint_analysis_summary")), "due");

    /// <summary>The day of a conclusion that is a date or a date-time, also of an answer that was stored: there it is a text.</summary>
    /// <exception cref="InvalidOperationException">The rulebook did not conclude it.</exception>
    public static LocalDate DueOf(DecisionDocument answer, string name) => answer.Conclusions.Find(name) switch
    {
        RuleValue.Moment moment => moment.Value.Date,
        RuleValue.Day day => day.Value,
        RuleValue.Text { Value: var text } => LocalDatePattern.Iso.Parse(text.Split('T')[0]).GetValueOrThrow(),
        _ => throw Silent(name),
    };

    private static InvalidOperationException Silent(string about) =>
        new($"The rulebook {RulebookId} says nothing of {about}; the version in force cannot judge suppliers.");

    private DecisionDocument Ask(ImmutableArray<string> clauses, Facts facts) => rulebook.Evaluate(facts, clauses);
}
