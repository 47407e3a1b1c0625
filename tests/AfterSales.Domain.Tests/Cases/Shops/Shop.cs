using System.Runtime.CompilerServices;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Cases.Shops;

/// <summary>A case under the rulebook of WeChat Store, whose remedies take steps; see wechat-store.yaml.</summary>
internal static class Shop
{
    /// <summary>The rulebook as written.</summary>
    public static readonly byte[] Text = Read("wechat-store.yaml");

    public static readonly Rulebook WeChat = Load("wechat-store.yaml", Text);
    public static readonly CaseProcess Process = CaseProcesses.Of(WeChat, CalendarSet.Shipped)!;
    public static readonly Actor Platform = new(Party.Inspection, "platform-1");

    /// <summary>Three pieces for 300.00, asked for on Monday 2026-11-02 at 09:00:00.</summary>
    public static Mall Request(ClaimKind kind, string facts = """{"quality_problem":true}""", int pieces = 3) =>
        Mall.Of(Opening(kind, facts, pieces));

    /// <summary>An exchange for goods that cost 350.00; what came back has been looked at, the difference of 50.00 is waited for.</summary>
    public static Mall DearerExchange() => Request(ClaimKind.Exchange)
        .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: new GrantTerms(Money.Yuan("350.00"))))
        .Ships("2026-11-05 12:00:00").Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive)
        .Does("2026-11-06 14:00:00", Mall.Supplier, RemedyStep.Inspect, new StepNote(Condition: GoodsCondition.Resaleable));

    public static OpenCase Opening(ClaimKind kind, string facts, int pieces = 3)
    {
        using var json = JsonDocument.Parse(facts);
        var order = new OrderLine("O-55", "1", Money.Yuan("300.00"), Money.Yuan("0.00"), null, pieces);
        var at = Mall.At("2026-11-02 09:00:00");
        var reading = WeChat.ReadFacts(json.RootElement);
        Assert.Empty(reading.Faults);
        var derived = WeChat.Derive(reading.Facts, new ClaimContext(order.Paid, order.SoldAt, at, WireName.Of(kind)));
        var decision = WeChat.Evaluate(derived.Facts);
        return new OpenCase(
            at, Mall.Marketplace, CaseId.For("demo-mall", "R-1001"), "demo-mall", "R-1001", "S-1", "person_x", new Claim(kind, "quality"), order,
            decision, "Asia/Shanghai", Process);
    }

    private static byte[] Read(string file, [CallerFilePath] string here = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(here)!, file));

    private static Rulebook Load(string file, byte[] text)
    {
        var faults = new List<SourceFault>();
        return Rulebook.Load(file, text, CalendarSet.Shipped, faults)
            ?? throw new InvalidOperationException(string.Join('\n', faults));
    }
}
