using AfterSales.Domain.Calendars;
using AfterSales.Domain.Surveys;
using NodaTime;

namespace AfterSales.Domain.Tests.Surveys;

public class SurveyTests
{
    private static readonly Instant Closed = Shanghai(11, 11, 23, 59, 59);
    private static readonly SurveyTimes Times = SurveyTimes.After(Closed, Zones.Shanghai);
    private static readonly Survey Invited = After(new Survey(Times), new InviteCustomer(Times.LinkAt));

    [Fact]
    public void The_link_goes_out_at_ten_the_day_after_and_the_answer_is_due_on_the_third_day()
    {
        Assert.Equal(Shanghai(11, 12, 10, 0, 0), Times.LinkAt);
        Assert.Equal(Shanghai(11, 14, 23, 59, 59), Times.Due);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(5, false)]
    public void A_score_of_two_or_less_opens_a_review(int score, bool review) =>
        Assert.Equal(review, After(Invited, new AnswerSurvey(Times.Due, score, null)).ReviewOpened);

    [Fact]
    public void An_answer_at_the_due_instant_is_on_time_and_later_is_not()
    {
        Assert.Equal(SurveyStatus.Answered, After(Invited, new AnswerSurvey(Times.Due, 4, "好")).Status);
        Assert.Equal("survey-expired", Code(Invited, new AnswerSurvey(Times.Due + Duration.FromTicks(1), 4, null)));
        Assert.Equal("survey-expired", Code(After(Invited, new ExpireSurvey(Times.Due + Duration.FromTicks(1))), new AnswerSurvey(Times.Due, 4, null)));
    }

    [Fact]
    public void It_is_answered_once() =>
        Assert.Equal("already-answered", Code(After(Invited, new AnswerSurvey(Times.LinkAt, 4, null)), new AnswerSurvey(Times.LinkAt, 1, null)));

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_score_is_one_to_five(int score) => Assert.Equal("score-out-of-range", Code(Invited, new AnswerSurvey(Times.LinkAt, score, null)));

    [Fact]
    public void A_comment_has_a_limit() =>
        Assert.Equal("comment-too-long", Code(Invited, new AnswerSurvey(Times.LinkAt, 3, new string('长', SurveyDecider.LongestComment + 1))));

    [Fact]
    public void Nobody_answers_before_being_invited() => Assert.Equal("not-invited", Code(new Survey(Times), new AnswerSurvey(Times.LinkAt, 3, null)));

    [Fact]
    public void It_does_not_expire_at_the_due_instant_itself() => Assert.Equal("not-due", Code(Invited, new ExpireSurvey(Times.Due)));

    [Fact]
    public void Repeated_steps_change_nothing()
    {
        Assert.Empty(Events(Invited, new InviteCustomer(Times.LinkAt)));
        Assert.Empty(Events(After(Invited, new AnswerSurvey(Times.LinkAt, 4, null)), new ExpireSurvey(Times.Due + Duration.FromTicks(1))));
    }

    private static Survey After(Survey survey, SurveyCommand command) => Events(survey, command).Aggregate(survey, SurveyDecider.Evolve);

    private static IReadOnlyList<SurveyEvent> Events(Survey survey, SurveyCommand command) =>
        Assert.IsType<SurveyDecision.Accepted>(SurveyDecider.Decide(survey, command)).Events;

    private static string Code(Survey survey, SurveyCommand command) =>
        Assert.IsType<SurveyDecision.Refused>(SurveyDecider.Decide(survey, command)).Code;

    private static Instant Shanghai(int month, int day, int hour, int minute, int second) =>
        new LocalDateTime(2026, month, day, hour, minute, second).InZoneStrictly(Zones.Shanghai).ToInstant();
}
