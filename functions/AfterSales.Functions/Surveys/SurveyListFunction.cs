using AfterSales.Domain.Surveys;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Surveys;

/// <summary>A review that a bad score opened.</summary>
public sealed record ReviewView(OffsetDateTime OpenedAt, string State);

/// <summary>A survey as staff see it.</summary>
/// <param name="Comment">What the customer wrote; absent when nothing was, or when the customer's data was erased.</param>
public sealed record SurveyView(
    string CaseId, string ExternalId, string SupplierId, SurveyStatus State, OffsetDateTime LinkAt, OffsetDateTime Due,
    OffsetDateTime? InvitedAt, OffsetDateTime? AnsweredAt, int? Score, string? Comment, ReviewView? Review);

public sealed record SurveysList(IReadOnlyList<SurveyView> Items);

public sealed class SurveyListFunction(SurveyStore surveys, PersonVault vault)
{
    /// <summary>All surveys in the order of their links, or those of one case: <c>?case=</c>.</summary>
    [Function("surveys-list")]
    [Access(Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/surveys")] HttpRequest request, CancellationToken cancellationToken)
    {
        string caseId = request.Query["case"].ToString();
        IReadOnlyList<SurveyRecord> records = caseId.Length > 0
            ? await surveys.OfCaseAsync(caseId, cancellationToken)
            : await surveys.AllAsync(cancellationToken);
        var views = new List<SurveyView>();
        foreach (SurveyRecord record in records.OrderBy(record => record.Survey.Times.LinkAt).ThenBy(record => record.ExternalId, StringComparer.Ordinal))
            views.Add(await ViewAsync(record, cancellationToken));
        return Answer.Json(200, new SurveysList(views));
    }

    private async Task<SurveyView> ViewAsync(SurveyRecord record, CancellationToken cancellationToken)
    {
        Survey survey = record.Survey;
        DateTimeZone zone = DateTimeZoneProviders.Tzdb[record.Zone];
        string? comment = record.SealedComment is { } text ? await vault.OpenTextAsync(new PersonId(record.Person), text, cancellationToken) : null;
        return new SurveyView(
            record.Key.CaseId, record.ExternalId, record.SupplierId, survey.Status, Local(survey.Times.LinkAt), Local(survey.Times.Due),
            LocalOrNull(survey.InvitedAt), LocalOrNull(survey.AnsweredAt), survey.Score, comment,
            survey.ReviewOpened ? new ReviewView(Local(survey.AnsweredAt!.Value), "open") : null);

        OffsetDateTime Local(Instant at) => at.InZone(zone).ToOffsetDateTime();
        OffsetDateTime? LocalOrNull(Instant? at) => at is { } instant ? Local(instant) : null;
    }
}
