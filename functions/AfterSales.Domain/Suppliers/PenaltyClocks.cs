using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>The clocks of a penalty: how long each step takes, by the house's rules and, for a levy, by the mall's.</summary>
public sealed class PenaltyClocks(HouseRules house, MallRules mall)
{
    public const string Notice = "notice";
    public const string Appeal = "appeal";
    public const string Confirmation = "confirmation";

    public int Rounds => house.Rounds;

    /// <summary>The supplier's time: to appeal, or to pay a levy.</summary>
    /// <param name="toPay">Whether a levy waits to be paid.</param>
    /// <param name="number">Of the clocks started before; makes the id.</param>
    public Deadline NoticeOf(bool toPay, Instant from, int number) => toPay
        ? Of(Notice, number, MallRules.LevyPayment, Party.Supplier, from, LevyDays(from), "announced", "通知",
            new Wording("The levy stands unpaid and the contract is terminated.", "投诉基金仍未缴清,解除合同。"))
        : Of(Notice, number, HouseRules.Notice, Party.Supplier, from, house.NoticeDays, "announced", "通知",
            new Wording("The penalty takes effect.", "处罚生效。"));

    public Deadline AppealOf(Instant from, int round, int number) => Of(
        Appeal, number, HouseRules.Appeal, round == 1 ? Party.Inspection : Party.Manager, from, house.DecisionDays, "appealed", "申诉",
        new Wording("The penalty is overturned.", "处罚撤销。"));

    public Deadline ConfirmationOf(Instant from, int number) => Of(
        Confirmation, number, HouseRules.Confirmation, Party.Manager, from, house.ConfirmationDays, "proposed", "提议",
        new Wording("The proposal lapses.", "不予处罚。"));

    /// <summary>The calendar day of an instant in the mall.</summary>
    public LocalDate DayOf(Instant at) => at.InZone(mall.Zone).Date;

    private int LevyDays(Instant from)
    {
        LocalDate day = DayOf(from);
        return DayCount.Days(day, mall.LevyDue(day));
    }

    private Deadline Of(
        string name, int number, string clause, Party owner, Instant from, int days, string sinceEn, string sinceZh, Wording onMiss)
    {
        DeadlineArithmetic arithmetic = DeadlineArithmetic.Of(
            new ClockAnchor(from, sinceEn, sinceZh), new ClockLength.Days(days), clause, mall.Zone, null);
        return new Deadline($"{name}-{number}", name, clause, owner, arithmetic.Due, onMiss, arithmetic, Proposed: true);
    }
}
