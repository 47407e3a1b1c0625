using System.Text;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Notices;

/// <summary>A letter in a list.</summary>
public sealed record LetterView(string Id, string Kind, DateTimeOffset At, string Subject, string SubjectZh, string Href);

/// <summary>The letters of a case, for its customer and for those in the mall who deal with the customer.</summary>
public sealed class LetterFunctions(CaseStore cases, LetterStore letters)
{
    private static readonly Answer NoSuchLetter = Problem.Of(404, "no-such-letter", "There is no such letter.");

    /// <summary>All letters, the oldest first: as JSON, or as a page for a browser.</summary>
    [Function("letter-list")]
    [Access(Role.Customer, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}/letters")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var (stored, refusal) = await cases.ReadForAsync(request.GetCaller(), id, cancellationToken);
        if (stored is null) return refusal!;
        var all = await letters.OfAsync(stored.State, cancellationToken);
        return Wants(request, "text/html")
            ? LetterPage.ToAnswer(LetterPage.List(all, letter => Address(id, letter) + request.QueryString))
            : Answer.Json(200, new
            {
                Items = all.Select(letter => new LetterView(
                    letter.Id, letter.Kind, letter.At, letter.En.Subject, letter.Zh.Subject, Address(id, letter.Id))),
            }).With("Cache-Control", "private, no-store");
    }

    /// <summary>One letter in both languages: as a page, or as plain text to who asks for <c>text/plain</c>.</summary>
    [Function("letter-get")]
    [Access(Role.Customer, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}/letters/{letter}")] HttpRequest request,
        string id,
        string letter,
        CancellationToken cancellationToken)
    {
        var (stored, refusal) = await cases.ReadForAsync(request.GetCaller(), id, cancellationToken);
        if (stored is null) return refusal!;
        if (await letters.FindAsync(stored.State, letter, cancellationToken) is not { } found) return NoSuchLetter;
        return Wants(request, "text/plain")
            ? new Answer(200, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(found.ToPlainText())).With("Cache-Control", "private, no-store")
            : LetterPage.ToAnswer(LetterPage.Of(found, $"/api/v1/cases/{id}/letters{request.QueryString}"));
    }

    private static bool Wants(HttpRequest request, string type) =>
        request.Headers.Accept.ToString().Contains(type, StringComparison.OrdinalIgnoreCase);

    private static string Address(string caseId, string letter) => $"/api/v1/cases/{caseId}/letters/{Uri.EscapeDataString(letter)}";
}
