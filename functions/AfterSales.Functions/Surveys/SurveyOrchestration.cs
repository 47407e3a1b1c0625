using AfterSales.Domain.Surveys;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using NodaTime;

namespace AfterSales.Functions.Surveys;

/// <summary>What the survey's orchestration is started with; instants in UTC.</summary>
public sealed record SurveyPlan(string CaseId, int Number, DateTime LinkAt, DateTime Due);

/// <summary>A step of a survey, dated by the orchestration so that a repeated step says the same.</summary>
public sealed record SurveyStep(string CaseId, int Number, DateTime At);

/// <summary>Waits for 10:00 of the day after, invites the customer, and waits for the answer or the end of the third day.</summary>
public sealed class SurveyOrchestration(SurveyStore surveys, TimeProvider clock)
{
    public const string Name = "survey";
    public const string AnsweredEvent = "survey-answered";

    private const string Invite = "survey-invite";
    private const string Expire = "survey-expire";

    // Some hours of outage of the storage; the callback is worth no more.
    private static readonly TaskOptions Retried = TaskOptions.FromRetryPolicy(new RetryPolicy(8, TimeSpan.FromSeconds(10), 3));

    [Function(Name)]
    public static async Task Run([OrchestrationTrigger] TaskOrchestrationContext context, SurveyPlan plan)
    {
        await context.CreateTimer(plan.LinkAt, CancellationToken.None);
        await context.CallActivityAsync(Invite, new SurveyStep(plan.CaseId, plan.Number, context.CurrentUtcDateTime), Retried);

        using var over = new CancellationTokenSource();
        // The due instant itself is on time.
        Task late = context.CreateTimer(plan.Due.AddTicks(1), over.Token);
        Task answered = context.WaitForExternalEvent<bool>(AnsweredEvent, over.Token);
        Task first = await Task.WhenAny(late, answered);
        over.Cancel();
        if (first == late) await context.CallActivityAsync(Expire, new SurveyStep(plan.CaseId, plan.Number, context.CurrentUtcDateTime), Retried);
    }

    [Function(Invite)]
    public Task InviteCustomer([ActivityTrigger] SurveyStep step, CancellationToken cancellationToken) =>
        surveys.ExecuteAsync(Key(step), new InviteCustomer(At(step)), null, cancellationToken);

    /// <summary>
    /// Asks by the clock and not by the step's instant, so that a repetition may find the time passed; what happens is dated due anyway.
    /// </summary>
    /// <exception cref="InvalidOperationException">The time has not passed, as when a timer fires early. The step is tried again.</exception>
    [Function(Expire)]
    public async Task ExpireSurvey([ActivityTrigger] SurveyStep step, CancellationToken cancellationToken)
    {
        var now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        (SurveyDecision decision, _) = await surveys.ExecuteAsync(Key(step), new ExpireSurvey(now), null, cancellationToken);
        if (decision is SurveyDecision.Refused refused)
            throw new InvalidOperationException($"The survey {Key(step).Subject} does not expire: {refused.Detail}");
    }

    private static SurveyKey Key(SurveyStep step) => new(step.CaseId, step.Number);

    private static Instant At(SurveyStep step) => Instant.FromDateTimeUtc(DateTime.SpecifyKind(step.At, DateTimeKind.Utc));
}
