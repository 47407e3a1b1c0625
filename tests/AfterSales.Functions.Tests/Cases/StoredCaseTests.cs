using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Tests.Cases;
using AfterSales.Domain.Tests.Cases.Shops;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Tests.Cases;

/// <summary>What is stored of a case is kept for good: its shape is held against samples, and it comes back as it was.</summary>
public sealed class StoredCaseTests
{
    private const string Sample = "events.v1.jsonl";

    [Fact]
    public void Events_are_stored_in_the_published_shape()
    {
        var now = Lives().SelectMany(life => life.Events).DistinctBy(happened => happened.Name).Select(WithSmallDecision)
            .OrderBy(happened => happened.Name, StringComparer.Ordinal).Select(AppJson.ToText).ToList();
        var published = File.Exists(Beside(Sample)) ? File.ReadAllLines(Beside(Sample)) : [];
        var same = now.Select(Shape).SequenceEqual(published.Select(Shape));
        if (!same) File.WriteAllLines(Beside("events.v1.received.txt"), now);

        Assert.True(same, "Published events do not change: see events.v1.received.txt beside the sample. A new shape is a new version.");
    }

    [Fact]
    public void Every_kind_of_event_has_a_sample()
    {
        var known = typeof(CaseEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().Select(kind => (string)kind.TypeDiscriminator!);

        var samples = File.ReadLines(Beside(Sample)).Select(line => AppJson.From<CaseEvent>(line).Name);

        Assert.Equal(known.Order(StringComparer.Ordinal), samples);
    }

    [Fact]
    public void A_published_event_reads_back_as_it_was_written() => Assert.All(
        File.ReadLines(Beside(Sample)), line => Assert.Equal(line, AppJson.ToText(AppJson.From<CaseEvent>(line))));

    [Fact]
    public void A_confirmation_names_a_cancellation_only_where_there_was_one() => Assert.All(
        Lives().SelectMany(life => life.Events).OfType<RefundConfirmed>(), confirmed =>
        {
            var text = AppJson.ToText<CaseEvent>(confirmed);
            Assert.Equal(confirmed.Cancellation is not null, text.Contains("cancellation"));
            Assert.Equal(confirmed, AppJson.From<CaseEvent>(text));
        });

    [Fact]
    public void A_stored_case_goes_on_as_the_one_in_memory_would() => Assert.All(Lives(), life =>
    {
        var stored = AppJson.From<Case>(AppJson.ToBytes(life.Now)) with { Process = life.Now.Process };
        var at = life.Now.Timeline[^1].At + NodaTime.Duration.FromDays(500);

        Assert.Equal(AppJson.ToText(life.Now), AppJson.ToText(stored));
        Assert.Equal(AppJson.ToText(CaseDecider.CaughtUp(life.Now, at)), AppJson.ToText(CaseDecider.CaughtUp(stored, at)));
    });

    /// <summary>The event's name and every path in it with the kind of its value.</summary>
    private static string Shape(string line)
    {
        using var json = JsonDocument.Parse(line);
        return $"{json.RootElement.GetProperty("$type").GetString()}: {string.Join(", ", Paths(json.RootElement, "").Distinct())}";
    }

    private static IEnumerable<string> Paths(JsonElement element, string at) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Paths(property.Value, $"{at}/{property.Name}")),
        JsonValueKind.Array when element.GetArrayLength() > 0 => element.EnumerateArray().SelectMany(item => Paths(item, $"{at}/-")),
        JsonValueKind.True or JsonValueKind.False => [$"{at} truth"],
        _ => [$"{at} {element.ValueKind}"],
    };

    /// <summary>The wording of the policy is not part of the shape: a decision of one line stands for every other.</summary>
    private static CaseEvent WithSmallDecision(CaseEvent happened) => happened switch
    {
        CaseOpened opened => opened with { Decision = SmallDecision },
        CaseUpdated updated => updated with { Decision = SmallDecision },
        SnapshotTaken taken => taken with { Decision = SmallDecision, FactsTaken = ["price"] },
        _ => happened,
    };

    private static DecisionDocument SmallDecision { get; } = new(
        new RulebookVersion("mall-sanbao", "1.0.0", "digest"),
        Facts.None.With("category", "shoe").With("has_card", true).With("price", Money.Yuan("300.00")),
        Conclusions.None.With("covered", true).With("result", "exchange_or_return"),
        [new Citation("MALL-3.1.1-A", "A断底", "Broken sole.", "000_e963dd01ead280bc.txt:182", "defect = broken_sole", "缺陷 = 断底", ["X-25"])],
        MoneyStatement.Of([new MoneyComponent("price", Money.Yuan("300.00"), "MALL-3.1.1-A")]),
        [new MissingFact("sale_date", "day of sale", "售出日", ["MALL-3.1.1-DSTART"])],
        ["a note"]);

    /// <summary>Cases that together have seen every kind of event.</summary>
    private static IEnumerable<Mall> Lives()
    {
        yield return Mall.CoveredShoes().Until("2026-11-04 09:00:30").Paid("2026-11-04 09:01:00").Until("2026-11-20 00:00:00");

        yield return Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00").Paid("2026-11-02 09:06:00")
            .Do(new NoteMarketplaceRefund(Mall.At("2026-11-02 09:07:00"), Mall.Marketplace, "re_1", Money.Yuan("280.50")));

        var failing = Mall.CoveredShoes().SupplierAccepts("2026-11-02 09:05:00");
        yield return failing.Do(new FailPayout(Mall.At("2026-11-02 09:06:00"), Mall.Marketplace, failing.Payout, "sealed"))
            .Until("2026-11-10 00:00:00")
            .Do(new SettlePayout(Mall.At("2026-11-10 10:00:00"), Mall.Finance, failing.Payout, "sealed"));

        var cancelled = Mall.CoveredShoes().SupplierRefuses("2026-11-02 09:05:00")
            .Do(new ExcuseClock(Mall.At("2026-11-02 09:30:00"), Mall.Inspection, "4h", "sealed"))
            .Decides("2026-11-02 14:00:00", Mall.FloorManager, Outcome.Uphold);
        yield return cancelled.Until("2026-11-06 00:00:00")
            .Do(new CancelPayout(Mall.At("2026-11-06 15:00:00"), Mall.Finance, cancelled.Payout, "sealed"))
            .Paid("2026-11-06 15:01:00");

        yield return Mall.ClearanceShoes().Until("2026-11-02 10:00:00").Decides("2026-11-03 10:00:00", Mall.Manager, Outcome.Refuse)
            .CustomerContests("2026-11-03 11:00:00")
            .Do(new RecordOutcome(Mall.At("2026-12-01 09:00:00"), Mall.Agent, ExternalOutcome.Unresolved, "sealed"));

        var file = new EvidenceFile("sole.jpg", new string('a', 64), 1234, "image/jpeg", 960, 720);
        yield return Mall.ShoesWithFactsMissing()
            .Do(new AddEvidence(Mall.At("2026-11-02 09:00:01"), Mall.Marketplace, file))
            .Do(new RequestEvidence(Mall.At("2026-11-02 09:00:02"), Mall.Marketplace, "box.jpg", "sealed"))
            .Do(new RejectEvidence(Mall.At("2026-11-02 09:00:03"), Actor.Clock, "box.jpg", "not-a-photo", "This is no photo."))
            .Do(new UpdateCase(
                Mall.At("2026-11-02 09:01:00"), Mall.Marketplace, ["defect"], [new Contradiction("fact:price", "300.00", "400.00")],
                Mall.Shoes()))
            .Do(new TakeSnapshot(
                Mall.At("2026-11-02 09:01:30"), Mall.Marketplace, new SnapshotVersion(1_793_000_000_000, "digest"), new Claim(ClaimKind.Refund, "quality"),
                new OrderLine("O-55", "1", Money.Yuan("300.00"), Money.Yuan("0.00"), null), ["price"], [], Mall.Shoes()))
            .Do(new OpenOriginal(Mall.At("2026-11-02 09:01:02"), Mall.Inspection, "sole.jpg"))
            .Do(new AskForEvidence(
                Mall.At("2026-11-02 09:01:03"), Mall.Agent, [new(Party.Supplier, Mall.At("2026-11-03 09:00:00"))], "sealed"))
            .Do(new StageEvidence(Mall.At("2026-11-02 09:01:04"), Mall.Supplier, file with { Name = "counter.jpg" }))
            .Do(new SubmitEvidence(Mall.At("2026-11-02 09:01:05"), Mall.Supplier))
            .Do(new NoteReport(Mall.At("2026-11-02 09:02:00"), Mall.Marketplace, MarketplaceReport.ReturnShipped))
            .Do(new WithdrawCase(Mall.At("2026-11-02 09:03:00"), Mall.Customer));

        yield return Mall.CoveredShoes()
            .Do(new NoteOverpayment(Mall.At("2026-11-02 09:00:10"), "payout_1", Money.Yuan("80.50")))
            .Do(new ResolveOverpayment(Mall.At("2026-11-02 09:00:20"), Mall.Finance, OverpaymentEnd.Recovered, "sealed"))
            .Do(new MakeOffer(Mall.At("2026-11-02 09:01:00"), Mall.Supplier, Remedy.Refund, Money.Yuan("100.00"), SealedNote: "sealed"))
            .Do(new DeclineOffer(Mall.At("2026-11-02 09:02:00"), Mall.Customer, "sealed"))
            .Do(new MakeOffer(Mall.At("2026-11-02 09:03:00"), Mall.Supplier, Remedy.Coupon, Money.Yuan("30.00"), Due: Mall.At("2026-11-02 09:04:00"))).Until("2026-11-02 09:05:00")
            .Do(new MakeOffer(Mall.At("2026-11-02 09:05:00"), Mall.Agent, Remedy.Refund, Money.Yuan("200.00")))
            .Do(new AcceptOffer(Mall.At("2026-11-02 09:06:00"), Mall.Customer));

        foreach (var second in new CaseCommand[]
        {
            new ApproveDecision(Mall.At("2026-11-03 11:00:00"), Mall.Manager), new SendBackDecision(Mall.At("2026-11-03 11:00:00"), Mall.Manager, "sealed"),
        })
        {
            var held = Shop.Request(ClaimKind.Refund).SupplierAccepts("2026-11-03 10:00:00");
            yield return held.Do(new HoldPayout(Mall.At("2026-11-03 10:00:00"), Actor.Clock, held.Payout, 1, PayoutHold.ItemRefundedAlready))
                .Do(new RetryPayout(Mall.At("2026-11-03 10:30:00"), Mall.Finance, held.Payout, "sealed")).Do(second);
        }
        yield return Shop.Request(ClaimKind.Exchange)
            .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Terms: new GrantTerms(Money.Yuan("350.00")))).Ships("2026-11-05 12:00:00")
            .Does("2026-11-06 12:00:00", Mall.Supplier, RemedyStep.Receive, new StepNote(Quantity: 1));

        var other = CaseId.For("demo-mall", "R-1000");
        yield return Shop.Request(ClaimKind.Return)
            .Do(new PauseClocks(Mall.At("2026-11-02 10:00:00"), Mall.Agent, PauseReason.ForceMajeure, "sealed"))
            .Do(new ResumeClocks(Mall.At("2026-11-02 11:00:00"), Mall.Agent))
            .Do(new LinkCase(Mall.At("2026-11-02 12:00:00"), Mall.Agent, other, LinkKind.Related, CaseStates.Other("R-1000")))
            .SupplierAccepts("2026-11-03 10:00:00").Ships("2026-11-04 10:00:00")
            .Do(new DoRemedyStep(Mall.At("2026-11-05 10:00:00"), Mall.Supplier, RemedyStep.Receive, new StepNote(Quantity: 2)));
        yield return Shop.Request(ClaimKind.Return, "{}")
            .Do(new SupplierAccepts(Mall.At("2026-11-03 10:00:00"), Mall.Supplier, Remedy.Return, Money.Yuan("300.00"))).Until("2026-11-20 00:00:00")
            .Do(new ReopenCase(Mall.At("2026-11-20 10:00:00"), Mall.Customer, "sealed"))
            .Do(new DecideClaim(
                Mall.At("2026-11-20 11:00:00"), Shop.Platform, Outcome.Uphold, "sealed", Remedy.Refund, Money.Yuan("300.00"), "WX-FAKE"))
            .Do(new SendBackDecision(Mall.At("2026-11-20 12:00:00"), Mall.Manager, "sealed"));
        yield return Shop.Request(ClaimKind.Refund).Do(new MergeCase(Mall.At("2026-11-02 10:00:00"), Mall.Agent, other, CaseStates.Other("R-1000")));

        var opening = Shop.Opening(ClaimKind.Refund, """{"quality_problem":true}""");
        var tender = new Tender("t-1", "card", Money.Yuan("300.00"));
        var split = Mall.Of(opening with { Order = opening.Order with { Tenders = [tender] } }).SupplierAccepts("2026-11-03 10:00:00");
        yield return split.Do(new ConfirmPayout(
            Mall.At("2026-11-03 11:00:00"), Mall.Marketplace, split.Payout, null, [new TenderShare("t-1", Money.Yuan("100.00"))]));

    }

    private static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
