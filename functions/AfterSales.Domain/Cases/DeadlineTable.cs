using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// What happens to a mall case when nobody acts: every clock, whose it is, how its due instant is counted and what silence
/// means. Minutes and hours are wall-clock time without pauses; days end at 23:59:59 of the Nth day.
/// </summary>
public static class DeadlineTable
{
    /// <summary>The clocks that run from registration.</summary>
    public static ImmutableArray<Deadline> OnOpening(Instant registered, Instant? shiftEnd, DateTimeZone zone)
    {
        var counter = Timed(Clock.Counter, 1, "MALL-LIM-1", Registered(registered), Duration.FromMinutes(10), zone, ToInspection);
        var firstDecision = FirstDecision(Registered(registered), zone, 2);
        ImmutableArray<Deadline> clocks = [counter, firstDecision, Resolution(Registered(registered), zone, 3)];
        return shiftEnd is { } end ? clocks.Add(ShiftEnd(registered, end, zone, 4)) : clocks;
    }

    /// <summary>
    /// The clocks that start when a case reaches a rung. The 4 and 48 hours run from registration; where a contested decision
    /// comes back after they are over, they run from the contest.
    /// </summary>
    public static ImmutableArray<Deadline> OnReaching(Case reached, Rung rung, Instant at)
    {
        var zone = reached.TimeZone;
        var next = reached.DeadlinesStarted + 1;
        ImmutableArray<Deadline> step = rung switch
        {
            Rung.FloorHead when reached.Open(Clock.FloorHead) is null =>
                [FirstDecision(RegisteredOrContested(reached.OpenedAt, at, Duration.FromHours(4)), zone, next)],
            Rung.InspectionDepartment => [Inspection(at, zone, next)],
            Rung.ConsumerAssociation => [Days(Clock.ConsumerAssociation, next, "MALL-LAD-5", new(at, "referred", "转交"), 60, zone, new(
                "The file goes to legal counsel.", "案卷转交法律顾问。"))],
            Rung.LegalCounsel => [Days(Clock.LegalCounsel, next, "MALL-LAD-5", new(at, "referred", "转交"), 15, zone, new(
                "The file goes to legal arbitration.", "案卷提交法律仲裁。"))],
            Rung.Counter or Rung.FloorHead or Rung.GmInCharge or Rung.LegalArbitration => [],
            _ => throw new ArgumentOutOfRangeException(nameof(rung)),
        };
        return Ladder.IsExternal(rung) || reached.Open(Clock.GmInCharge) is not null
            ? step
            : step.Add(Resolution(RegisteredOrContested(reached.OpenedAt, at, Duration.FromHours(48)), zone, next + step.Length));
    }

    /// <summary>
    /// After a recorded exception to the 48 hours nothing escalates, but the manager does not wait for ever: seven more days,
    /// then the rulebook's conclusion.
    /// </summary>
    public static Deadline ResolutionAfterException(Instant missed, DateTimeZone zone, int number) => Days(
        Clock.GmInCharge, number, "MALL-C8.2-48H", new(missed, "missed with an exception on record", "逾期且已记录例外"), 7, zone, RulebookDecides);

    public static Deadline Payout(Instant instructed, int attempt, DateTimeZone zone, int number) => Timed(
        Clock.Payout, number, "payout", new(instructed, "instructed", "通知付款"), Duration.FromHours(24), zone,
        attempt < Refunds.Payout.AutomaticAttempts
            ? new("The marketplace is told to pay again.", "再次通知平台付款。")
            : new("The payout goes to finance's queue; the case stays open until it is paid or settled.",
                "付款转入财务待办;付款确认或由财务结清前案件不关闭。"),
        proposed: true);

    public static Deadline Customer(Instant decided, DateTimeZone zone, int number) => Days(
        Clock.Customer, number, "customer", new(decided, "decided", "作出决定"), 7, zone, new(
            "The decision counts as accepted; the case closes as soon as nothing is left to pay.",
            "视为接受处理结果;款项付清后案件关闭。"));

    /// <summary>Whose time a clock counts.</summary>
    public static Party Owner(Clock clock) => clock switch
    {
        Clock.Counter => Party.Supplier,
        Clock.FloorHead => Party.FloorManager,
        Clock.InspectionDepartment => Party.Inspection,
        Clock.GmInCharge or Clock.ShiftEnd => Party.Manager,
        Clock.Payout => Party.Marketplace,
        Clock.Customer => Party.Customer,
        Clock.ConsumerAssociation or Clock.LegalCounsel => Party.Agent,
        _ => throw new ArgumentOutOfRangeException(nameof(clock)),
    };

    private static Wording ToInspection { get; } = new(
        "The case goes to the Inspection Department and a late response is recorded against the supplier.",
        "案件转交督察部,并记录供应商逾期未处理。");

    private static Wording RulebookDecides { get; } = new(
        "The rulebook's conclusion becomes the decision: a covered claim is granted and paid from the supplier's deposit "
        + "(MALL-LIM-6, MALL-LAD-3); a claim that is excluded, left to negotiation (MALL-3.2) or without the facts it needs is "
        + "refused with its clause.",
        "规则手册的结论成为处理决定:符合规定的予以支持,并从供应商质量保证金中支付(MALL-LIM-6、MALL-LAD-3);"
        + "不在范围内、属协商解决(MALL-3.2)或缺少必要事实的,按相应条款不予支持。");

    private static Deadline FirstDecision(Anchor anchor, DateTimeZone zone, int number) => Timed(
        Clock.FloorHead, number, "MALL-C8.2-4H", anchor, Duration.FromHours(4), zone, new(
            "A case still with the counter or the floor head goes to the Inspection Department; in any case the breach is recorded.",
            "仍在专柜或楼层负责人处的案件转交督察部;无论如何记录逾期。"));

    private static Deadline Inspection(Instant handedOver, DateTimeZone zone, int number) => Timed(
        Clock.InspectionDepartment, number, "MALL-LIM-2", new(handedOver, "handed over", "移交督察部"), Duration.FromMinutes(30), zone, new(
            "The case goes to the general manager in charge.", "案件上报主管总经理。"));

    private static Deadline Resolution(Anchor anchor, DateTimeZone zone, int number) => Timed(
        Clock.GmInCharge, number, "MALL-C8.2-48H", anchor, Duration.FromHours(48), zone, RulebookDecides);

    private static Deadline ShiftEnd(Instant registered, Instant shiftEnd, DateTimeZone zone, int number) => Timed(
        Clock.ShiftEnd, number, "MALL-LIM-3", Registered(registered), shiftEnd - registered, zone, new(
            "The breach is recorded against the manager who accepted the complaint; it may not be handed to the next shift.",
            "记录受理管理人员逾期;不得移交下班解决。"));

    /// <summary>An instant that a clock runs from, and what happened then.</summary>
    private readonly record struct Anchor(Instant At, string En, string Zh);

    private static Anchor Registered(Instant at) => new(at, "registered", "登记");

    private static Anchor RegisteredOrContested(Instant registered, Instant contested, Duration length) =>
        registered + length >= contested ? Registered(registered) : new(contested, "contested", "提出异议");

    private static Deadline Timed(
        Clock clock, int number, string clause, Anchor anchor, Duration length, DateTimeZone zone, Wording onMiss, bool proposed = false) =>
        Made(clock, number, clause, DeadlineArithmetic.After(anchor.At, anchor.En, anchor.Zh, length, clause, zone), onMiss, proposed);

    /// <summary>Every clock of days is a proposed reading.</summary>
    private static Deadline Days(Clock clock, int number, string clause, Anchor anchor, int days, DateTimeZone zone, Wording onMiss) =>
        Made(clock, number, clause, DeadlineArithmetic.EndOfDay(anchor.At, anchor.En, anchor.Zh, days, "P", zone), onMiss, proposed: true);

    private static Deadline Made(
        Clock clock, int number, string clause, DeadlineArithmetic arithmetic, Wording onMiss, bool proposed) => new(
            $"{WireName.Of(clock)}-{number}", clock, clause, Owner(clock), arithmetic.Due, onMiss, arithmetic, proposed);
}
