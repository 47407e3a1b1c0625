using System.Text;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Domain.Tests.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>What evidence a rulebook wants for a claim, and what of it a case lacks.</summary>
public sealed class EvidenceChecklistTests
{
    private static readonly EvidenceItem Defect = Item("defect", "customer", "photo", "video");
    private static readonly EvidenceItem Voucher = Item("voucher", "customer", "photo", "document");

    [Fact]
    public void The_mall_wants_the_defect_and_the_purchase_shown_and_marks_both_as_proposed()
    {
        var items = ShippedRulebooks.Find("mall-sanbao")!.EvidenceFor("quality", Mall.Shoes().Facts);

        Assert.Equal([("defect_shown", "P", false), ("purchase_shown", "P", false)], items.Select(item => (item.Id, item.Clause, item.HoldsClocks)));
        Assert.All(items, item => Assert.NotEqual(item.Chinese, item.English));
    }

    [Fact]
    public void A_claim_without_a_defect_needs_no_photo_of_one() => Assert.Equal(
        ["purchase_shown"],
        ShippedRulebooks.Find("mall-sanbao")!.EvidenceFor("quality", Mall.Shoes(defect: "preference").Facts).Select(item => item.Id));

    [Fact]
    public void A_file_counts_for_one_item_and_for_the_one_that_needs_it_more()
    {
        var photo = File("a.jpg", "image/jpeg", Mall.Customer);
        var pdf = File("b.pdf", "application/pdf", Mall.Customer);

        Assert.Equal([("defect", 1), ("voucher", 1)], Missing());
        Assert.Equal([("voucher", 1)], Missing(photo));
        Assert.Equal([("defect", 1)], Missing(pdf));
        Assert.Empty(Missing(pdf, photo));
        Assert.Empty(EvidenceChecklist.Missing([Voucher, Defect], [photo, pdf]));
        Assert.Empty(EvidenceChecklist.Missing([Voucher, Defect], [pdf, photo]));
    }

    [Fact]
    public void What_the_marketplace_sends_is_the_customers_and_what_the_supplier_sends_is_not()
    {
        Assert.Equal([("voucher", 1)], Missing(File("a.jpg", "image/jpeg", Mall.Marketplace)));
        Assert.Equal([("defect", 1), ("voucher", 1)], Missing(File("a.jpg", "image/jpeg", Mall.Supplier)));
    }

    [Fact]
    public void An_item_may_want_several_files() => Assert.Equal(
        1, Assert.Single(EvidenceChecklist.Missing([Defect with { Count = 2 }], [File("a.mp4", "video/mp4", Mall.Customer)])).Wanted);

    [Theory]
    [InlineData("kinds: [photo, video]", "kinds: [photo, film]", "unknown-value")]
    [InlineData("from: customer", "from: court", "unknown-value")]
    [InlineData("holds: clocks", "holds: horses", "unknown-value")]
    [InlineData("count: 2", "count: 0", "wrong-shape")]
    [InlineData("clause: P", "clause: S-9", "unknown-clause")]
    [InlineData("- {id: receipt", "- {id: broken_part", "duplicate-id")]
    [InlineData("id: broken_part\n    reasons", "reasons", "missing-key")]
    public void A_faulty_item_of_evidence_is_told_with_its_place(string right, string wrong, string code)
    {
        Assert.Contains(right, SampleRulebook.Yaml);
        var yaml = SampleRulebook.Yaml.Replace(right, wrong, StringComparison.Ordinal);
        var faults = new List<SourceFault>();

        Assert.Null(RulebookFile.Read("sample.yaml", Encoding.UTF8.GetBytes(yaml), faults));

        Assert.Contains(faults, fault => fault.Code == code && fault.At.Line > 60);
    }

    [Fact]
    public void Reasons_and_conditions_say_when_it_is_wanted_and_what_holds_the_clocks()
    {
        var policy = Policy("""
              - {id: always, kinds: document, clause: C-1, zh: 凭证, en: receipt}
              - {id: broken, reasons: [quality, damage], when: units > 1, kinds: photo, holds: clocks, clause: P, zh: 损坏, en: broken part}
            """);

        Assert.Equal(["always", "broken"], Ids(policy, "quality", 2));
        Assert.Equal(["always"], Ids(policy, "quality", 1));
        Assert.Equal(["always"], Ids(policy, "preference", 2));
        Assert.True(policy.EvidenceFor("quality", Facts.None.With("units", 2))[1].HoldsClocks);
        Assert.Equal(["always"], policy.EvidenceFor("quality", Facts.None).Select(item => item.Id));
    }

    [Fact]
    public void A_condition_that_is_none_is_a_fault_of_the_rulebook()
    {
        var faults = new List<SourceFault>();

        Assert.Null(Compiled("  - {id: always, when: units + 1, kinds: document, clause: P, zh: 凭证, en: receipt}", faults));

        Assert.Contains(faults, fault => fault.Code == "type-mismatch");
    }

    [Fact]
    public void A_case_opens_with_the_items_that_hold_its_clocks()
    {
        var opening = Mall.Opening("2026-11-02 09:00:00", Mall.Shoes(), ClaimKind.Return);

        var held = Assert.IsType<Decision.Accepted>(CaseDecider.Decide(null, opening with { HeldForEvidence = ["broken"] })).State;
        var free = Assert.IsType<Decision.Accepted>(CaseDecider.Decide(null, opening)).State;

        Assert.Equal("broken", Assert.Single(held.HeldForEvidence));
        Assert.Empty(free.HeldForEvidence);
    }

    private static IEnumerable<string> Ids(Rulebook policy, string reason, long units) =>
        policy.EvidenceFor(reason, Facts.None.With("units", units)).Select(item => item.Id);

    private static Rulebook Policy(string evidence)
    {
        var faults = new List<SourceFault>();
        return Compiled(evidence, faults) ?? throw new InvalidOperationException(string.Join('\n', faults));
    }

    private static Rulebook? Compiled(string evidence, List<SourceFault> faults) => Rulebook.Load("shop.yaml", Encoding.UTF8.GetBytes($$"""
        id: shop
        version: "1"
        title: {zh: 店, en: Shop}
        source: {document: shop.txt, lines: 1-2}
        zone: Asia/Shanghai
        facts:
          units: {type: integer, zh: 台数, en: machines}
        clauses:
          - {id: C-1, marks: [conduct], text: 凭证。, en: Receipts., source: "shop.txt:1"}
        evidence:
        {{evidence}}
        """), new CalendarSet([]), faults);

    private static IEnumerable<(string Item, int Wanted)> Missing(params FiledEvidence[] files) =>
        EvidenceChecklist.Missing([Defect, Voucher], files).Select(missing => (missing.Item.Id, missing.Wanted));

    private static EvidenceItem Item(string id, string? from, params string[] kinds) => new(id, [.. kinds], 1, from, "P", "某", "some", false);

    private static FiledEvidence File(string name, string type, Actor by) =>
        FiledEvidence.Of(new EvidenceFile(name, "00", 1, type, null, null), by, Mall.At("2026-11-02 09:00:00"), late: false);
}
