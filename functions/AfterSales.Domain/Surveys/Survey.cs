using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Surveys;

[JsonConverter(typeof(JsonStringEnumConverter<SurveyStatus>))]
public enum SurveyStatus
{
    [JsonStringEnumMemberName("planned")] Planned,
    [JsonStringEnumMemberName("invited")] Invited,
    [JsonStringEnumMemberName("answered")] Answered,
    [JsonStringEnumMemberName("expired")] Expired,
}

/// <summary>
/// When the customer is called back: the link at 10:00 on the day after the closure, the answer due at the end of the third day
/// . <see cref="Due"/> is the last on-time instant.
/// </summary>
public sealed record SurveyTimes(Instant LinkAt, Instant Due)
{
    public static readonly LocalTime LinkTime = new(10, 0);
    public const int DaysToAnswer = 3;

    public static SurveyTimes After(Instant closed, DateTimeZone zone)
    {
        LocalDate day = closed.InZone(zone).Date;
        return new SurveyTimes(
            (day.PlusDays(1) + LinkTime).InZoneLeniently(zone).ToInstant(),
            DayCount.EndOfDay(day, DaysToAnswer).InZoneLeniently(zone).ToInstant());
    }
}

/// <summary>The callback survey of one closure of a case.</summary>
/// <param name="Score">1 to 5, when answered.</param>
/// <param name="ReviewOpened">The score was bad, and somebody must look at the case again .</param>
public sealed record Survey(
    SurveyTimes Times,
    SurveyStatus Status = SurveyStatus.Planned,
    Instant? InvitedAt = null,
    Instant? AnsweredAt = null,
    int? Score = null,
    bool ReviewOpened = false);

/// <summary>Something that happened to a survey. What the customer wrote is kept sealed, apart from these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
[JsonDerivedType(typeof(SurveyInvited), "survey-invited")]
[JsonDerivedType(typeof(SurveyAnswered), "survey-answered")]
[JsonDerivedType(typeof(SurveyReviewOpened), "survey-review-opened")]
[JsonDerivedType(typeof(SurveyExpired), "survey-expired")]
public abstract record SurveyEvent(Instant At);

public sealed record SurveyInvited(Instant At, Instant Due) : SurveyEvent(At);

/// <param name="Score">1 (bad) to 5 (good).</param>
public sealed record SurveyAnswered(Instant At, int Score, bool HasComment) : SurveyEvent(At);

/// <summary>A bad answer: the case is to be looked at again .</summary>
public sealed record SurveyReviewOpened(Instant At, int Score) : SurveyEvent(At);

public sealed record SurveyExpired(Instant At) : SurveyEvent(At);

public abstract record SurveyCommand(Instant At);

public sealed record InviteCustomer(Instant At) : SurveyCommand(At);

public sealed record AnswerSurvey(Instant At, int Score, string? Comment) : SurveyCommand(At);

/// <summary>Nobody answered in time.</summary>
public sealed record ExpireSurvey(Instant At) : SurveyCommand(At);

/// <summary>What came of a command: events (none when it had been done before), or a refusal with a stable code.</summary>
public abstract record SurveyDecision
{
    private SurveyDecision()
    {
    }

    public sealed record Accepted(IReadOnlyList<SurveyEvent> Events) : SurveyDecision;

    /// <param name="Code"><c>score-out-of-range</c>, <c>comment-too-long</c>, <c>not-invited</c>, <c>already-answered</c>,
    /// <c>survey-expired</c>, <c>not-due</c>.</param>
    public sealed record Refused(string Code, string Detail) : SurveyDecision;
}

/// <summary>The survey's rules.</summary>
public static class SurveyDecider
{
    public const int Worst = 1;
    public const int Best = 5;

    /// <summary>This score or less opens a review .</summary>
    public const int Bad = 2;

    public const int LongestComment = 1000;

    public static SurveyDecision Decide(Survey survey, SurveyCommand command) => (survey.Status, command) switch
    {
        (SurveyStatus.Planned, InviteCustomer invite) => Accept(new SurveyInvited(invite.At, survey.Times.Due)),
        (_, InviteCustomer) => Accept(),
        (_, AnswerSurvey answer) => Answer(survey, answer),
        (SurveyStatus.Answered or SurveyStatus.Expired, ExpireSurvey) => Accept(),
        (_, ExpireSurvey expire) => expire.At > survey.Times.Due
            ? Accept(new SurveyExpired(survey.Times.Due))
            : new SurveyDecision.Refused("not-due", "The time to answer has not passed."),
        _ => throw new ArgumentOutOfRangeException(nameof(command)),
    };

    public static Survey Evolve(Survey survey, SurveyEvent happened) => happened switch
    {
        SurveyInvited invited => survey with { Status = SurveyStatus.Invited, InvitedAt = invited.At },
        SurveyAnswered answered => survey with { Status = SurveyStatus.Answered, AnsweredAt = answered.At, Score = answered.Score },
        SurveyReviewOpened => survey with { ReviewOpened = true },
        SurveyExpired => survey with { Status = SurveyStatus.Expired },
        _ => throw new ArgumentOutOfRangeException(nameof(happened)),
    };

    private static SurveyDecision Answer(Survey survey, AnswerSurvey answer)
    {
        if (survey.Status == SurveyStatus.Planned) return new SurveyDecision.Refused("not-invited", "The survey has not been sent.");
        if (survey.Status == SurveyStatus.Answered) return new SurveyDecision.Refused("already-answered", "The survey has been answered.");
        if (survey.Status == SurveyStatus.Expired || answer.At > survey.Times.Due)
            return new SurveyDecision.Refused("survey-expired", "The time to answer has passed.");
        if (answer.Score is < Worst or > Best) return new SurveyDecision.Refused("score-out-of-range", $"A score is {Worst} to {Best}.");
        if (answer.Comment?.Length > LongestComment) return new SurveyDecision.Refused("comment-too-long", $"A comment has at most {LongestComment} characters.");
        var answered = new SurveyAnswered(answer.At, answer.Score, !string.IsNullOrWhiteSpace(answer.Comment));
        return answer.Score <= Bad ? Accept(answered, new SurveyReviewOpened(answer.At, answer.Score)) : Accept(answered);
    }

    private static SurveyDecision.Accepted Accept(params IReadOnlyList<SurveyEvent> events) => new(events);
}
