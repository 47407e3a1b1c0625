using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>
/// A mall case in a test: registered on Monday 2026-11-02 at 09:00:00 in Shanghai unless said otherwise, and what is done to it.
/// Clock times are Shanghai's.
/// </summary>
internal sealed class Mall
{
    public static readonly DateTimeZone Shanghai = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];
    public static readonly Actor Supplier = new(Party.Supplier, "S-1");
    public static readonly Actor OtherSupplier = new(Party.Supplier, "S-2");
    public static readonly Actor FloorManager = new(Party.FloorManager, "floor-manager-1");
    public static readonly Actor Inspection = new(Party.Inspection, "inspection-1");
    public static readonly Actor Manager = new(Party.Manager, "manager-1");
    public static readonly Actor Finance = new(Party.Finance, "finance-1");
    public static readonly Actor Agent = new(Party.Agent, "agent-1");
    public static readonly Actor Customer = new(Party.Customer);
    public static readonly Actor Marketplace = new(Party.Marketplace, "demo-mall");

    public static readonly CaseProcess Process = CaseProcesses.Of(ShippedRulebooks.Find("mall-sanbao")!, CalendarSet.Shipped)!;

    private readonly List<CaseEvent> _events = [];

    private Mall(OpenCase open) => Do(open);

    public Case Now { get; private set; } = null!;

    public IReadOnlyList<CaseEvent> Events => _events;

    public PayoutId Payout => Now.Payouts[^1].Id;

    /// <summary>A covered return of leather shoes: 300.00 yuan less 13 days at 0.5 % = 280.50.</summary>
    public static Mall CoveredShoes(string registered = "2026-11-02 09:00:00", Instant? shiftEnd = null) =>
        new(Opening(registered, Shoes(), ClaimKind.Return) with { ShiftEnd = shiftEnd });

    /// <summary>A case of another rulebook.</summary>
    public static Mall Of(OpenCase open) => new(open);

    public static Mall ShoesForExchange() => new(Opening("2026-11-02 09:00:00", Shoes("exchange"), ClaimKind.Exchange));

    public static Mall ShoesForRepair() => new(Opening("2026-11-02 09:00:00", Shoes(defect: "heel_off"), ClaimKind.Repair));

    public static Mall ClearanceShoes() => new(Opening("2026-11-02 09:00:00", Shoes(clearance: true), ClaimKind.Return));

    public static Mall ShoesWithoutDefect() => new(Opening("2026-11-02 09:00:00", Shoes(defect: "none"), ClaimKind.Return));

    public static Mall ShoesWithFactsMissing() =>
        new(Opening("2026-11-02 09:00:00", Decide("""{"category":"shoe","price":"300.00"}"""), ClaimKind.Return));

    public static OpenCase Opening(string registered, DecisionDocument decision, ClaimKind kind) => new(
        At(registered), Marketplace, CaseId.For("demo-mall", "R-1001"), "demo-mall", "R-1001", "S-1", "person_x",
        new Claim(kind, "quality"), new OrderLine("O-55", "1", Money.Yuan("300.00"), Money.Yuan("0.00"), null), decision,
        "Asia/Shanghai", Process);

    public static DecisionDocument Shoes(string wants = "return", string defect = "broken_sole", bool clearance = false) => Decide($$"""
        {"category":"shoe","goods_class":["leather"],"defect":"{{defect}}","has_card":true,"has_voucher":true,"both_acknowledge_sale":false,
         "clearance_goods":{{(clearance ? "true" : "false")}},"man_made_damage":false,"self_disassembled":false,"goods_match_papers":true,
         "prior_repairs_same_defect":0,"price":"300.00","sale_date":"2026-10-20","claim_date":"2026-11-02","wants":"{{wants}}"}
        """);

    public static DecisionDocument Decide(string facts)
    {
        using var json = JsonDocument.Parse(facts);
        var reading = ShippedRulebooks.Find("mall-sanbao")!.ReadFacts(json.RootElement);
        Assert.Empty(reading.Faults);
        return ShippedRulebooks.Find("mall-sanbao")!.Evaluate(reading.Facts);
    }

    public static Instant At(string local) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss").Parse(local).Value.InZoneStrictly(Shanghai).ToInstant();

    public static string Shown(Instant at) =>
        LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss").Format(at.InZone(Shanghai).LocalDateTime);

    /// <summary>Does it; the test fails when it is refused.</summary>
    public Mall Do(CaseCommand command)
    {
        var decision = CaseDecider.Decide(Now, command);
        var accepted = Assert.IsType<Decision.Accepted>(decision is Decision.Refused refused
            ? throw new InvalidOperationException($"{command.GetType().Name} was refused: {refused.Refusal.Code}")
            : decision);
        _events.AddRange(accepted.Events);
        Now = accepted.State;
        return this;
    }

    /// <summary>Lets time pass: every deadline that was due before takes its consequence, as the orchestrator would have it.</summary>
    public Mall Until(string local)
    {
        while (Now.Earliest is { } next && next.Due < At(local))
        {
            Do(new DeadlineElapsed(next.Due + Duration.FromTicks(1), next.Id));
        }
        return this;
    }

    /// <summary>The code with which it is refused; the case stays as it was.</summary>
    public string Refuses(CaseCommand command) => Assert.IsType<Decision.Refused>(CaseDecider.Decide(Now, command)).Refusal.Code;

    public Mall SupplierAccepts(string at) => Do(new SupplierAccepts(At(at), Supplier));

    public Mall SupplierRefuses(string at) => Do(new SupplierRefuses(At(at), Supplier, "sealed"));

    public Mall Decides(string at, Actor by, Outcome outcome) => Do(new DecideClaim(At(at), by, outcome, "sealed"));

    public Mall Paid(string at) => Do(new ConfirmPayout(At(at), Marketplace, Payout));

    public Mall CustomerAccepts(string at) => Do(new AcceptDecision(At(at), Customer));

    public Mall CustomerContests(string at) => Do(new ContestDecision(At(at), Customer, "sealed"));

    public Mall Ships(string at) => Does(at, Customer, RemedyStep.ShipBack, new StepNote("sf", "SF123456"));

    public Mall Does(string at, Actor by, RemedyStep step, StepNote? note = null) => Do(new DoRemedyStep(At(at), by, step, note ?? StepNote.None));

    public IEnumerable<T> All<T>() => _events.OfType<T>();

    public T The<T>() => Assert.Single(_events.OfType<T>());

    /// <summary>What is waited for: clock and due instant.</summary>
    public string[] Waiting() => [.. Now.Deadlines.Select(deadline => $"{deadline.Name} {Shown(deadline.Due)}")];

    /// <summary>The history: when and what.</summary>
    public string[] History() => [.. _events.Select(happened => $"{Shown(happened.At)} {happened.Name}")];
}
