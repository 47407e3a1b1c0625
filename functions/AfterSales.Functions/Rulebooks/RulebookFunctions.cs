using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>Rulebooks to read and to ask. Nothing here stores anything.</summary>
public sealed class RulebookFunctions(RulebookRegistry rulebooks, RulebookVersions versions, TimeProvider clock)
{
    /// <summary>Every rulebook in the version in force now.</summary>
    [Function("rulebooks-list")]
    [Access]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/rulebooks")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var items = new List<RulebookSummary>();
        foreach (var id in await rulebooks.IdsAsync(cancellationToken))
        {
            if (await rulebooks.InForceAsync(id, Now, cancellationToken) is { } rulebook) items.Add(RulebookSummary.Of(rulebook));
        }

        return Answer.Json(200, new { items });
    }

    /// <summary>A rulebook whole, in the version in force or in the one that <c>?version=</c> names, and the list of its versions.
    /// </summary>
    [Function("rulebooks-get")]
    [Access]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/rulebooks/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var all = await versions.ListAsync(id, cancellationToken);
        if (all.Count == 0) return RulebookProblems.NoSuchRulebook(id);
        var inForce = await rulebooks.VersionInForceAsync(id, Now, cancellationToken);
        var wanted = request.Query["version"].ToString() is { Length: > 0 } version ? version : inForce?.Version ?? all[0].Entry.Version;
        if (all.FirstOrDefault(stored => stored.Entry.Version == wanted)?.Entry is not { } entry)
        {
            return RulebookProblems.NoSuchVersion(id, wanted);
        }

        var rulebook = await rulebooks.OfAsync(new RulebookVersion(id, entry.Version, entry.Digest), cancellationToken);
        return Answer.Json(200, RulebookView.Of(
            rulebook, [.. all.Select(stored => VersionView.Of(stored.Entry, inForce, rulebook.Zone))]));
    }

    /// <summary>
    /// The conclusions that the named clauses reach from the facts given, and on request why named clauses' rules did not. Where no rule is
    /// reached it is a problem, which names the facts that are missing and tells the same about why not.
    /// </summary>
    [Function("rulebooks-evaluate")]
    [Access]
    public async Task<IResult> Evaluate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/evaluate")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var (json, refusal) = await QuestionJson.ReadAsync(request, cancellationToken);
        if (json is null) return refusal!;
        using var _ = json;
        var version = QuestionJson.Text(json.RootElement, "version");
        var rulebook = version is null
            ? await rulebooks.InForceAsync(id, Now, cancellationToken)
            : await rulebooks.NamedAsync(id, version, cancellationToken);
        if (rulebook is null) return version is null ? RulebookProblems.NoSuchRulebook(id) : RulebookProblems.NoSuchVersion(id, version);
        var faults = new List<Fault>();
        var question = EvaluateRequest.Read(json.RootElement, rulebook, faults);
        if (faults.Count > 0) return RulebookProblems.Invalid(faults);
        var decision = rulebook.Evaluate(question.Facts, question.Clauses);
        var whyNot = question.WhyNot?.Select(clause => rulebook.WhyNot(question.Facts, clause)).ToList();
        return decision.Conclusions.Count > 0
            ? Answer.Json(
                200, new { decision.Conclusions, decision.Citations, decision.Missing, decision.Notes, decision.Rulebook, whyNot })
            : RulebookProblems.NoRuleReached(decision, whyNot);
    }

    private Instant Now => clock.GetUtcNow().ToInstant();
}

/// <summary>What the rulebooks' functions refuse alike.</summary>
internal static class RulebookProblems
{
    /// <param name="whyNot">What was asked for of it; null = nothing.</param>
    public static Answer NoRuleReached(DecisionDocument decision, IReadOnlyList<WhyNot>? whyNot) => Problem.Of(
        422,
        "no-rule-reached",
        "These facts reach no rule of these clauses.",
        [.. decision.Missing.Select(AsFault)],
        whyNot is null ? null : new Dictionary<string, object> { ["whyNot"] = whyNot });

    public static Answer NoSuchRulebook(string id) => Problem.Of(404, "no-such-rulebook", $"There is no rulebook '{id}' in force.");

    public static Answer NoSuchVersion(string id, string version) =>
        Problem.Of(404, "no-such-version", $"There is no version '{version}' of a rulebook '{id}'.");

    public static Answer TooLarge(int most) => Problem.Of(413, "body-too-large", $"The body may have at most {most} bytes.");

    public static Answer Invalid(IReadOnlyList<Fault> faults) =>
        Problem.OfBody("invalid-question", "The question cannot be answered; see errors.", faults);

    /// <param name="faults">Pointers are line:column.</param>
    public static Answer DoesNotLoad(string detail, IReadOnlyList<Fault> faults) =>
        Problem.Of(422, "rulebook-invalid", $"{detail} errors gives line:column of each fault.", faults);

    private static Fault AsFault(MissingFact missing) =>
        new($"/facts/{missing.Name}", "missing-fact", $"{missing.English}; needed by {string.Join(", ", missing.Clauses)}.");
}
