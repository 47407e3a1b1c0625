using System.Text;
using AfterSales.Domain.Surveys;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Primitives;
using NodaTime;

namespace AfterSales.Functions.Surveys;

/// <summary>
/// The customer's page. The signed token in the address is both the key and the guard against forged posts: nobody without it
/// can make a browser answer.
/// </summary>
public sealed class SurveyPageFunctions(SurveyStore surveys, SurveyLinks links, PersonVault vault, TimeProvider clock)
{
    private const int LargestForm = 32 * 1024;

    [Function("survey-page")]
    [Access.Anyone]
    public async Task<IResult> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "surveys/{token}")] HttpRequest request, string token, CancellationToken cancellationToken)
    {
        SurveyPage page = PageFor(request, token);
        (SurveyRecord? record, Answer? refusal) = await FindAsync(page, token, cancellationToken);
        if (record is null) return refusal!;
        return record.Survey.Status switch
        {
            SurveyStatus.Answered => page.Thanks(record),
            SurveyStatus.Expired => page.Expired(),
            _ when Now() > record.Survey.Times.Due => page.Expired(),
            _ => page.Form(record, null, null, null),
        };
    }

    [Function("survey-answer")]
    [Access.Anyone]
    public async Task<IResult> Receive(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "surveys/{token}")] HttpRequest request,
        string token,
        CancellationToken cancellationToken)
    {
        SurveyPage page = PageFor(request, token);
        (SurveyRecord? record, Answer? refusal) = await FindAsync(page, token, cancellationToken);
        if (record is null) return refusal!;
        if (await request.ReadWithinAsync(LargestForm, cancellationToken) is not { } body)
            return Problem.Of(413, "body-too-large", $"The form may have at most {LargestForm} bytes.");

        Dictionary<string, StringValues> form = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));
        string? comment = form.GetValueOrDefault("comment").ToString().Trim() is { Length: > 0 } text ? text.ReplaceLineEndings("\n") : null;
        int score = int.TryParse(form.GetValueOrDefault("score"), out int given) ? given : 0;
        string? sealedComment = comment is { Length: <= SurveyDecider.LongestComment }
            ? await vault.SealTextAsync(new PersonId(record.Person), comment, cancellationToken)
            : null;
        (SurveyDecision decision, _) = await surveys.ExecuteAsync(record.Key, new AnswerSurvey(Now(), score, comment), sealedComment, cancellationToken);
        switch (decision)
        {
            case SurveyDecision.Accepted:
                return ToThanks(request, token);
            case SurveyDecision.Refused { Code: "already-answered" }:
                return ToThanks(request, token);
            case SurveyDecision.Refused { Code: "score-out-of-range" }:
                return page.Form(record, WordsFor(request).ScoreWanted, null, comment);
            case SurveyDecision.Refused { Code: "comment-too-long" }:
                return page.Form(record, WordsFor(request).CommentTooLong, score, comment);
            case SurveyDecision.Refused { Code: "not-invited" }:
                return page.NotFound();
            case SurveyDecision.Refused:
                return page.Expired();
            default:
                throw new InvalidOperationException($"Unknown decision {decision}.");
        }
    }

    private async Task<(SurveyRecord? Record, Answer? Refusal)> FindAsync(SurveyPage page, string token, CancellationToken cancellationToken) =>
        links.Read(token) switch
        {
            LinkReading.Valid valid when SurveyKey.Parse(valid.Subject) is { } key && await surveys.FindAsync(key, cancellationToken) is { } record =>
                (record, null),
            LinkReading.Expired => (null, page.Expired()),
            _ => (null, page.NotFound()),
        };

    private static Answer ToThanks(HttpRequest request, string token) =>
        new Answer(303, "text/plain", ReadOnlyMemory<byte>.Empty).With("Location", $"/surveys/{token}?lang={WordsFor(request).Code}").With("Cache-Control", "no-store");

    private static SurveyPage PageFor(HttpRequest request, string token) => new(WordsFor(request), token);

    private static SurveyWords WordsFor(HttpRequest request) => SurveyWords.For(request.Query["lang"], request.Headers.AcceptLanguage);

    private Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());
}
