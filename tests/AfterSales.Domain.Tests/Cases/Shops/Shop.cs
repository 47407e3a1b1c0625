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
