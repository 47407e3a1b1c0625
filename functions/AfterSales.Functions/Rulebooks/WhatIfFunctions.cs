using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What a draft would have changed.</summary>
public sealed class WhatIfFunctions(Tables tables, RulebookRegistry rulebooks, TimeProvider clock)
{
    /// <summary>
    /// Runs a draft (its text as the body, or a stored one as <c>{version}</c>) over the stored decisions of its rulebook. The changed
    /// cases come a page at a time: <c>?cases=</c> says how many, 200 unless said otherwise and at most, <c>?cursor=</c> with the same body
    /// asks for the next page. Each page is a run of its own, with the sums over all cases.
    /// </summary>
    [Function("rulebook-what-if")]
    [Access(Role.PolicyOwner)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/what-if")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var given = request.Query["cases"].ToString();
        var size = ChangedCases.LargestPage;
        if (given.Length > 0 && (!int.TryParse(given, out size) || size is < 0 or > ChangedCases.LargestPage))
        {
            return Problem.Of(400, "invalid-query", $"cases is a number from 0 to {ChangedCases.LargestPage}.");
        }

        if (await request.ReadWithinAsync(PolicyText.Largest, cancellationToken) is not { } body)
        {
            return RulebookProblems.TooLarge(PolicyText.Largest);
        }

        var (draft, refusal) = request.HasJsonContentType()
            ? await StoredAsync(id, body, cancellationToken)
            : Given(id, body);
        if (draft is null) return refusal!;
        var page = request.Query["cursor"].ToString() is { Length: > 0 } cursor
            ? ChangedCases.Read(cursor, draft.Version.Digest, size)
            : new ChangedCases(size, clock.GetUtcNow().ToInstant(), CaseRank.BeforeAll);
        return page is null
            ? Problem.Of(400, "invalid-cursor", "The cursor is not one that the list of this very draft gave.")
            : Answer.Json(200, await WhatIf.RunAsync(
                tables.Get(PastDecisions.Table), rulebooks, draft, page, changed: null, progress: null, cancellationToken));
    }

    private async Task<(Rulebook? Draft, Answer? Refusal)> StoredAsync(
        string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("version");
        var version = fields.Text("version", required: true, longest: 32);
        return fields.Faults.Count > 0
            ? (null, RulebookProblems.Invalid(fields.Faults))
            : await rulebooks.NamedAsync(id, version!, cancellationToken) is { } draft
                ? (draft, null)
                : (null, RulebookProblems.NoSuchVersion(id, version!));
    }

    private static (Rulebook? Draft, Answer? Refusal) Given(string id, ReadOnlyMemory<byte> text)
    {
        var (rulebook, faults) = PolicyText.LoadAs(id, version: null, text);
        return rulebook is null ? (null, RulebookProblems.DoesNotLoad("The draft does not load.", faults)) : (rulebook, null);
    }
}
