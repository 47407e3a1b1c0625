using AfterSales.Functions.Rulebooks;
using NodaTime;

namespace AfterSales.Functions.Tests.Rulebooks;

public sealed class VersionLifeTests
{
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 1, 0);
    private static readonly CheckReport Good = new(3, [], []);
    private static readonly VersionEntry Draft = new("corner-shop", "1", "d1", VersionState.Checked, "li", Now, Good);

    [Fact]
    public void The_same_text_is_the_same_draft() =>
        Assert.IsType<VersionStep.Same>(VersionLife.Save(Draft, Draft with { Author = "du", SavedAt = Now + Duration.FromHours(1) }, knowsCurrent: false));

    [Fact]
    public void An_author_writes_over_their_own_draft_and_not_over_anothers_unseen()
    {
        Assert.IsType<VersionStep.Change>(VersionLife.Save(Draft, Draft with { Digest = "d2" }, knowsCurrent: false));
        var another = Draft with { Digest = "d2", Author = "du" };
        Assert.Equal("draft-of-another", Refused(VersionLife.Save(Draft, another, knowsCurrent: false)));
        Assert.Equal("du", Changed(VersionLife.Save(Draft, another, knowsCurrent: true)).Author);
    }

    [Fact]
    public void A_published_or_withdrawn_text_never_changes()
    {
        foreach (var state in new[] { VersionState.Published, VersionState.Withdrawn })
        {
            Assert.Equal("version-final", Refused(VersionLife.Save(Draft with { State = state }, Draft with { Digest = "d2" }, knowsCurrent: true)));
            Assert.IsType<VersionStep.Same>(VersionLife.Save(Draft with { State = state }, Draft, knowsCurrent: false));
        }
    }

    [Fact]
    public void Another_person_than_the_author_publishes()
    {
        Assert.Equal("second-person-needed", Refused(VersionLife.Publish(Draft, Good, "li", Now, null, acceptFindings: false)));
        var published = Changed(VersionLife.Publish(Draft, Good, "du", Now, null, acceptFindings: false));
        Assert.Equal((VersionState.Published, "du", Now, Now), (published.State, published.Publisher, published.PublishedAt, published.From));
    }

    [Fact]
    public void Publishing_needs_examples_and_that_they_pass()
    {
        Assert.Equal("examples-fail", Refused(VersionLife.Publish(Draft, CheckReport.None, "du", Now, null, acceptFindings: true)));
        var failing = Good with { ExamplesFailed = [new FailedExample("EX-1", ["refund: expected 5, concluded 6"])] };
        var refusal = Assert.IsType<VersionStep.Refusal>(VersionLife.Publish(Draft, failing, "du", Now, null, acceptFindings: true));
        Assert.Equal("/examples/EX-1", Assert.Single(refusal.Errors).Pointer);
    }

    [Fact]
    public void What_the_lint_remarks_is_accepted_by_name_or_corrected()
    {
        var remarked = Good with { Findings = [new VersionFinding(3, 5, "widens", "the cap was 100.00")] };
        var refusal = Assert.IsType<VersionStep.Refusal>(VersionLife.Publish(Draft, remarked, "du", Now, null, acceptFindings: false));
        Assert.Equal(("findings-not-accepted", "3:5"), (refusal.Code, Assert.Single(refusal.Errors).Pointer));
        Assert.Equal(VersionState.Published, Changed(VersionLife.Publish(Draft, remarked, "du", Now, null, acceptFindings: true)).State);
    }

    [Fact]
    public void A_version_is_published_from_now_or_later()
    {
        Assert.Equal("from-in-the-past", Refused(VersionLife.Publish(Draft, Good, "du", Now, Now - Duration.FromSeconds(1), acceptFindings: false)));
        var later = Now + Duration.FromDays(30);
        Assert.Equal(later, Changed(VersionLife.Publish(Draft, Good, "du", Now, later, acceptFindings: false)).From);
    }

    [Fact]
    public void Publishing_twice_is_publishing_once()
    {
        var published = Changed(VersionLife.Publish(Draft, Good, "du", Now, null, acceptFindings: false));
        Assert.IsType<VersionStep.Same>(VersionLife.Publish(published, Good, "du", Now + Duration.FromHours(1), null, acceptFindings: false));
        Assert.Equal("version-final", Refused(VersionLife.Publish(published, Good, "bai", Now, null, acceptFindings: false)));
    }

    [Fact]
    public void Only_what_is_published_and_not_needed_is_withdrawn()
    {
        var published = Changed(VersionLife.Publish(Draft, Good, "du", Now, null, acceptFindings: false));
        Assert.Equal("not-published", Refused(VersionLife.Withdraw(Draft, "du", Now, "wrong", needed: false)));
        Assert.Equal("last-version", Refused(VersionLife.Withdraw(published, "du", Now, "wrong", needed: true)));
        var withdrawn = Changed(VersionLife.Withdraw(published, "bai", Now, "wrong", needed: false));
        Assert.Equal((VersionState.Withdrawn, "bai", "wrong"), (withdrawn.State, withdrawn.WithdrawnBy, withdrawn.Reason));
        Assert.IsType<VersionStep.Same>(VersionLife.Withdraw(withdrawn, "du", Now, "again", needed: false));
        Assert.Equal("version-final", Refused(VersionLife.Publish(withdrawn, Good, "du", Now, null, acceptFindings: false)));
    }

    private static VersionEntry Changed(VersionStep step) => Assert.IsType<VersionStep.Change>(step).Entry;

    private static string Refused(VersionStep step) => Assert.IsType<VersionStep.Refusal>(step).Code;
}
