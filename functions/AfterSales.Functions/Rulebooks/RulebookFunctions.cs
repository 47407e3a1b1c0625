using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>Rulebooks to read and to ask. Nothing here stores anything.</summary>
public sealed class RulebookFunctions(TimeProvider clock)
{
    private const int LargestBody = 256 * 1024;

    [Function("rulebooks-list")]
    [Access]
    public static IResult List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/rulebooks")] HttpRequest request) =>
        Answer.Json(200, new { items = ShippedRulebooks.Ids.Select(id => RulebookSummary.Of(ShippedRulebooks.Find(id)!)) });

    [Function("rulebooks-get")]
    [Access]
    public static IResult Get([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/rulebooks/{id}")] HttpRequest request, string id) =>
        ShippedRulebooks.Find(id) is { } rulebook
            ? Answer.Json(200, new { rulebook = RulebookSummary.Of(rulebook), facts = rulebook.FactCatalogue.All.Select(FactView.Of), clauses = rulebook.Clauses })
            : NoSuchRulebook(id);

    /// <summary>The conclusions that the named clauses reach from the facts given.</summary>
    [Function("rulebooks-evaluate")]
    [Access]
    public static async Task<IResult> Evaluate(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/evaluate")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        if (ShippedRulebooks.Find(id) is not { } rulebook) return NoSuchRulebook(id);
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        (EvaluateRequest? question, IReadOnlyList<Fault> faults) = EvaluateRequest.Read(body, rulebook);
        if (question is null) return Problem.Of(422, "invalid-question", "The question cannot be answered; see errors.", faults);
        DecisionDocument decision = rulebook.Evaluate(question.Facts, question.Clauses);
        return decision.Conclusions.Count > 0
            ? Answer.Json(200, new { decision.Conclusions, decision.Citations, decision.Rulebook })
            : Problem.Of(422, "no-rule-reached", "These facts reach no rule of these clauses.", [.. decision.Missing.Select(AsFault)]);
    }

    /// <summary>What a claim would get: the decision document.</summary>
    [Function("quotes")]
    [Access]
    public async Task<IResult> Quote(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/quotes")] HttpRequest request, CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        (QuoteRequest? quote, IReadOnlyList<Fault> faults) = QuoteRequest.Read(body, Instant.FromDateTimeOffset(clock.GetUtcNow()));
        if (quote is null) return Problem.Of(422, "invalid-question", "The question cannot be answered; see errors.", faults);
        DerivedFacts derived = quote.Rulebook.Derive(quote.Facts, quote.Context);
        DecisionDocument decision = quote.Rulebook.Evaluate(derived.Facts);
        return Answer.Json(200, decision with { Notes = [.. derived.Notes, .. decision.Notes] });
    }

    private static Fault AsFault(MissingFact missing) =>
        new($"/facts/{missing.Name}", "missing-fact", $"{missing.English}; needed by {string.Join(", ", missing.Clauses)}.");

    private static Answer NoSuchRulebook(string id) => Problem.Of(404, "no-such-rulebook", $"There is no rulebook '{id}'.");

    private static Answer TooLarge() => Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
}

internal sealed record RulebookSummary(string Id, string Version, string Digest, string Zone, int Clauses)
{
    public static RulebookSummary Of(Rulebook rulebook) =>
        new(rulebook.Version.Id, rulebook.Version.Version, rulebook.Version.Digest, rulebook.Zone.Id, rulebook.Clauses.Count);
}

internal sealed record FactView(string Name, string Type, string English, string Chinese, ImmutableArray<string> Symbols)
{
    public static FactView Of(FactDefinition fact) => new(fact.Name, fact.Type.ToString()!, fact.English, fact.Chinese, fact.Symbols);
}
