using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>Staff ask the parties for evidence; what is staged counts when it is submitted, what is late is marked so.</summary>
public sealed class EvidenceRoundTests
{
    private const string Asked = "2026-11-02 10:00:00";
    private const string CustomersDue = "2026-11-03 10:00:00";
    private const string SuppliersDue = "2026-11-03 12:00:00";

    [Fact]
    public void Each_party_that_is_asked_has_a_clock_of_its_own_that_says_what_silence_means()
    {
        var mall = AskedBoth();

        Assert.Equal(
            ["evidence " + CustomersDue, "evidence " + SuppliersDue],
            mall.Waiting().Where(clock => clock.StartsWith("evidence", StringComparison.Ordinal)));
        var clock = mall.Now.Deadlines.First(deadline => deadline.Name == "evidence");
        Assert.Equal((Party.Customer, true), (clock.Owner, clock.Proposed));
        Assert.Contains("marked late", clock.OnMiss.En);
        Assert.Equal(Mall.At(Asked), clock.Arithmetic.Anchor);
    }

    [Fact]
    public void What_is_staged_does_not_count_until_it_is_submitted_and_is_final_then()
    {
        var mall = AskedBoth()
            .Do(new StageEvidence(Mall.At("2026-11-02 11:00:00"), Mall.Customer, File("a.jpg")))
            .Do(new StageEvidence(Mall.At("2026-11-02 11:01:00"), Mall.Supplier, File("b.jpg")));
        Assert.Empty(mall.Now.Evidence);

        mall.Do(new SubmitEvidence(Mall.At("2026-11-02 11:05:00"), Mall.Customer));

        var counted = Assert.Single(mall.Now.Evidence);
        Assert.Equal(("a.jpg", Mall.At("2026-11-02 11:05:00"), false), (counted.Name, counted.At, counted.Late));
        Assert.Equal("b.jpg", Assert.Single(mall.Now.StagedEvidence).Name);
        Assert.Equal("evidence-already-submitted", mall.Refuses(new SubmitEvidence(Mall.At("2026-11-02 11:06:00"), Mall.Customer)));
        Assert.Equal(
            "evidence-already-submitted", mall.Refuses(new StageEvidence(Mall.At("2026-11-02 11:06:00"), Mall.Customer, File("c.jpg"))));
        Assert.Equal(
            "evidence-already-submitted", mall.Refuses(new AddEvidence(Mall.At("2026-11-02 11:06:00"), Mall.Customer, File("c.jpg"))));
    }

    [Fact]
    public void A_round_is_over_when_all_have_submitted_and_its_clocks_stop()
    {
        var mall = AskedBoth()
            .Do(new SubmitEvidence(Mall.At("2026-11-02 11:05:00"), Mall.Customer))
            .Do(new SubmitEvidence(Mall.At("2026-11-02 11:06:00"), Mall.Supplier));

        Assert.Null(mall.Now.OpenRound);
        Assert.Equal(1, mall.The<EvidenceRoundClosed>().Round);
        Assert.DoesNotContain(mall.Now.Deadlines, deadline => deadline.Name == "evidence");
        mall.Do(new AddEvidence(Mall.At("2026-11-02 11:07:00"), Mall.Customer, File("more.jpg")));
    }

    [Fact]
    public void At_its_due_instant_evidence_is_on_time_and_right_after_it_is_late()
    {
        var due = Mall.At(CustomersDue);
        var onTime = AskedBoth().Do(new AddEvidence(due, Mall.Customer, File("a.jpg")));
        var late = AskedBoth().Do(new AddEvidence(due + Duration.FromTicks(1), Mall.Customer, File("a.jpg")))
            .Do(new StageEvidence(due + Duration.FromHours(1), Mall.Customer, File("b.jpg")))
            .Do(new SubmitEvidence(due + Duration.FromHours(1), Mall.Customer));

        Assert.False(Assert.Single(onTime.Now.Evidence).Late);
        Assert.Equal([true, true], late.Now.Evidence.Select(file => file.Late));
        Assert.Equal((Party.Customer, due), (late.All<DeadlineMissed>().Last().Owner, late.All<DeadlineMissed>().Last().Due));
        Assert.True(late.The<EvidenceSubmitted>().Late);
    }

    [Fact]
    public void Who_was_not_asked_is_not_late()
    {
        var mall = Mall.CoveredShoes().Do(new AskForEvidence(Mall.At(Asked), Mall.Agent, [new(Party.Supplier, Mall.At(SuppliersDue))]));

        mall.Do(new AddEvidence(Mall.At("2026-11-03 20:00:00"), Mall.Customer, File("a.jpg")));

        Assert.False(Assert.Single(mall.Now.Evidence).Late);
        Assert.Equal("evidence-not-asked", mall.Refuses(new SubmitEvidence(Mall.At("2026-11-03 20:00:00"), Mall.Customer)));
    }

    [Fact]
    public void A_decision_ends_the_round_and_what_was_not_submitted_is_not_evidence()
    {
        var mall = AskedBoth()
            .Do(new StageEvidence(Mall.At("2026-11-02 11:00:00"), Mall.Customer, File("a.jpg")))
            .Decides("2026-11-02 12:00:00", Mall.Manager, Outcome.Uphold);

        Assert.Null(mall.Now.OpenRound);
        Assert.Empty(mall.Now.StagedEvidence);
        Assert.Empty(mall.Now.Evidence);
        Assert.Equal("evidence-not-asked", mall.Refuses(new SubmitEvidence(Mall.At("2026-11-02 12:01:00"), Mall.Customer)));
    }

    [Theory]
    [InlineData("2026-11-02 09:59:59")]
    [InlineData(Asked)]
    [InlineData("2027-01-01 10:00:01")]
    public void A_due_instant_is_ahead_and_not_further_than_sixty_days(string due) => Assert.Equal(
        "evidence-due-out-of-range",
        Mall.CoveredShoes().Refuses(new AskForEvidence(Mall.At(Asked), Mall.Agent, [new(Party.Customer, Mall.At(due))])));

    [Fact]
    public void Nobody_is_asked_twice_in_a_round_and_staff_are_not_asked()
    {
        var customer = new EvidenceAsk(Party.Customer, Mall.At(CustomersDue));
        Assert.Equal("evidence-nobody-asked", Mall.CoveredShoes().Refuses(new AskForEvidence(Mall.At(Asked), Mall.Agent, [])));
        Assert.Equal(
            "evidence-nobody-asked", Mall.CoveredShoes().Refuses(new AskForEvidence(Mall.At(Asked), Mall.Agent, [customer, customer])));
        Assert.Equal(
            "evidence-nobody-asked",
            Mall.CoveredShoes().Refuses(new AskForEvidence(Mall.At(Asked), Mall.Agent, [customer with { From = Party.Manager }])));
        Assert.Equal("evidence-round-open", AskedBoth().Refuses(new AskForEvidence(Mall.At(Asked), Mall.Agent, [customer])));
    }

    [Fact]
    public void A_staged_file_can_be_replaced_by_its_sender_alone()
    {
        var mall = AskedBoth()
            .Do(new StageEvidence(Mall.At("2026-11-02 11:00:00"), Mall.Customer, File("a.jpg")))
            .Do(new StageEvidence(Mall.At("2026-11-02 11:01:00"), Mall.Customer, File("a.jpg") with { Sha256 = "11" }));

        Assert.Equal("11", Assert.Single(mall.Now.StagedEvidence).Sha256);
        Assert.Equal(
            "evidence-name-taken", mall.Refuses(new StageEvidence(Mall.At("2026-11-02 11:02:00"), Mall.Supplier, File("a.jpg"))));
    }

    [Fact]
    public void An_original_is_opened_on_record_once_for_each_person_and_file()
    {
        var mall = Mall.CoveredShoes().Do(new AddEvidence(Mall.At("2026-11-02 09:01:00"), Mall.Customer, File("a.jpg")))
            .Do(new OpenOriginal(Mall.At("2026-11-02 09:02:00"), Mall.Inspection, "a.jpg"))
            .Do(new OpenOriginal(Mall.At("2026-11-02 09:03:00"), Mall.Inspection, "a.jpg"))
            .Do(new OpenOriginal(Mall.At("2026-11-02 09:04:00"), Mall.Manager, "a.jpg"));

        Assert.Equal([Party.Inspection, Party.Manager], mall.All<EvidenceOriginalOpened>().Select(opened => opened.By.Party));
        Assert.Equal("not-your-step", mall.Refuses(new OpenOriginal(Mall.At("2026-11-02 09:05:00"), Mall.Supplier, "a.jpg")));
    }

    private static Mall AskedBoth() => Mall.CoveredShoes().Until(Asked).Do(new AskForEvidence(
        Mall.At(Asked), Mall.Manager,
        [new(Party.Customer, Mall.At(CustomersDue)), new(Party.Supplier, Mall.At(SuppliersDue))]));

    private static EvidenceFile File(string name) => new(name, "00", 1, "image/jpeg", 1, 1);
}
