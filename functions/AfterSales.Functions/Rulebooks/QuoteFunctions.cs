using System.Text.Json;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What a claim would get, without any effect.</summary>
public sealed class QuoteFunctions(RulebookRegistry rulebooks, CaseStore cases, TimeProvider clock)
{
    /// <summary>
    /// The decision document: by the version of <c>rulebook</c> in force at <c>timestamp</c> (default now), or, of a <c>case</c>, by the
    /// version that it is frozen to, with its facts under those given.
    /// </summary>
    [Function("quotes")]
    [Access]
    public async Task<IResult> Quote(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/quotes")] HttpRequest request,
        CancellationToken cancellationToken)
    {
        var (json, refusal) = await QuestionJson.ReadAsync(request, cancellationToken);
        if (json is null) return refusal!;
        using var _ = json;
        var root = json.RootElement;
        var faults = new List<Fault>();
        return QuestionJson.Has(root, "case")
            ? await OfCaseAsync(request.GetCaller(), QuestionJson.Text(root, "case"), root, faults, cancellationToken)
            : await OfClaimAsync(root, faults, cancellationToken);
    }

    private async Task<Answer> OfClaimAsync(JsonElement root, List<Fault> faults, CancellationToken cancellationToken)
    {
        QuestionJson.AllowOnly(root, faults, "rulebook", "facts", "order", "claim", "timestamp");
        var now = clock.GetUtcNow().ToInstant();
        var context = QuoteRequest.ReadContext(root, now, faults);
        var rulebook = QuestionJson.Text(root, "rulebook") is { } id
            ? await rulebooks.InForceAsync(id, context.ClaimedAt ?? now, cancellationToken)
            : null;
        if (rulebook is null)
        {
            var known = string.Join(", ", await rulebooks.IdsAsync(cancellationToken));
            faults.Add(new Fault("/rulebook", "unknown-rulebook", $"Known are {known}."));
            return RulebookProblems.Invalid(faults);
        }

        var facts = QuestionJson.ReadFacts(root, rulebook, faults);
        return faults.Count > 0 ? RulebookProblems.Invalid(faults) : Decided(rulebook, rulebook.Derive(facts, context));
    }

    private async Task<Answer> OfCaseAsync(
        Caller caller, string? id, JsonElement root, List<Fault> faults, CancellationToken cancellationToken)
    {
        QuestionJson.AllowOnly(root, faults, "case", "facts");
        var (stored, refusal) = await cases.ReadForAsync(caller, id, cancellationToken);
        if (stored is null) return refusal!;
        var @case = stored.State;
        var rulebook = await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken);
        var facts = QuestionJson.ReadFacts(root, rulebook, faults);
        return faults.Count > 0
            ? RulebookProblems.Invalid(faults)
            : Decided(rulebook, new DerivedFacts(@case.Decision.Facts.With(facts), @case.Decision.Notes));
    }

    private static Answer Decided(Rulebook rulebook, DerivedFacts derived)
    {
        var decision = rulebook.Evaluate(derived.Facts);
        return Answer.Json(200, decision with { Notes = [.. derived.Notes, .. decision.Notes] });
    }
}
