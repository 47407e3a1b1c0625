using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Rulebooks;

/// <summary>What a draft would have changed.</summary>
public sealed class WhatIfFunctions(Tables tables, RulebookVersions versions, RulebookRegistry rulebooks)
{
    private const int MostCases = 1000;

    /// <summary>
    /// Runs a draft (its text as the body, or a stored one as <c>{version}</c>) over the stored decisions of its rulebook. <c>?cases=</c>
    /// says how many of the changed cases are listed, 200 unless said otherwise and 1000 at most.
    /// </summary>
    [Function("rulebook-what-if")]
    [Access(Role.PolicyOwner)]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/what-if")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var given = request.Query["cases"].ToString();
        if (!int.TryParse(given.Length == 0 ? $"{WhatIf.CasesListed}" : given, out var listed) || listed is < 0 or > MostCases)
        {
            return Problem.Of(400, "invalid-query", $"cases is a number from 0 to {MostCases}.");
        }

        if (await request.ReadWithinAsync(PolicyText.Largest, cancellationToken) is not { } body)
        {
            return RulebookProblems.TooLarge(PolicyText.Largest);
        }

        var (draft, refusal) = request.HasJsonContentType()
            ? await StoredAsync(id, body, cancellationToken)
            : Given(id, body);
        return draft is null
            ? refusal!
            : Answer.Json(200, await WhatIf.RunAsync(
                tables.Get(PastDecisions.Table), rulebooks, draft, listed, progress: null, cancellationToken));
    }

    private async Task<(Rulebook? Draft, Answer? Refusal)> StoredAsync(string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("version");
        var version = fields.Text("version", required: true, longest: 32);
        if (fields.Faults.Count > 0) return (null, RulebookProblems.Invalid(fields.Faults));
        return VersionEntry.IsId(id) && VersionEntry.IsVersion(version!) && await versions.FindAsync(id, version!, cancellationToken) is { } stored
            ? (await rulebooks.OfAsync(new RulebookVersion(id, version!, stored.Entry.Digest), cancellationToken), null)
            : (null, RulebookProblems.NoSuchVersion(id, version!));
    }

    private static (Rulebook? Draft, Answer? Refusal) Given(string id, ReadOnlyMemory<byte> text)
    {
        var (rulebook, broken) = PolicyText.Load(id, text);
        var faults = broken.Select(fault => new Fault($"{fault.At}", fault.Code, fault.Detail)).ToList();
        if (rulebook is not null && rulebook.Version.Id != id)
        {
            faults.Add(new Fault($"{rulebook.Source.Id.At}", "wrong-id", $"The address says '{id}'."));
        }

        return rulebook is null || faults.Count > 0
            ? (null, Problem.Of(422, "rulebook-invalid", "The draft does not load. errors gives line:column of each fault.", faults))
            : (rulebook, null);
    }
}
