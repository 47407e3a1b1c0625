using AfterSales.Domain.Calendars;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Rulebooks;

/// <summary>
/// The life of a version over HTTP. A policy owner puts its text; it is checked at once. Another one publishes it, from now or from later
/// on; it may be withdrawn. Two who change one version at the same time: one does, the other gets 409.
/// </summary>
public sealed class VersionFunctions(
    RulebookVersions versions, RulebookRegistry rulebooks, Marketplaces marketplaces, Idempotency idempotency, TimeProvider clock)
{
    private const int LargestRequest = 16 * 1024;
    private const int LongestReason = 1000;
    private static readonly string[] TextTypes = ["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "text/plain"];

    /// <summary>What is known about a version, and with <c>Accept: application/yaml</c> its text.</summary>
    [Function("rulebook-version-get")]
    [Access]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/rulebooks/{id}/versions/{version}")] HttpRequest request,
        string id,
        string version,
        CancellationToken cancellationToken)
    {
        if (await versions.FindAsync(id, version, cancellationToken) is not { } stored) return RulebookProblems.NoSuchVersion(id, version);
        if (TextTypes.Any(type => request.Headers.Accept.ToString().Contains(type, StringComparison.OrdinalIgnoreCase)))
        {
            var text = await TextAsync(stored.Entry, cancellationToken);
            return Answer.Bytes("application/yaml; charset=utf-8", text).With("ETag", TagOf(stored));
        }

        return await ShownAsync(200, stored, cancellationToken);
    }

    /// <summary>Saves a text as a draft of this version. One that does not load is refused with all that is wrong with it.</summary>
    [Function("rulebook-version-put")]
    [Access(Role.PolicyOwner)]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/rulebooks/{id}/versions/{version}")] HttpRequest request,
        string id,
        string version,
        CancellationToken cancellationToken)
    {
        if (!VersionEntry.IsId(id) || !VersionEntry.IsVersion(version))
        {
            return Problem.Of(422, "invalid-name",
                "A rulebook's id has lower-case letters, digits and hyphens (60 at most), "
                + "a version letters, digits, dots, hyphens and underscores (32 at most).");
        }

        if (!IsText(request))
        {
            return Problem.Of(415, "yaml-wanted", "Send the rulebook's text as it is, with content-type application/yaml or text/plain.");
        }

        if (await request.ReadWithinAsync(PolicyText.Largest, cancellationToken) is not { } text)
        {
            return RulebookProblems.TooLarge(PolicyText.Largest);
        }

        return await idempotency.RunAsync(request, text, _ => SaveAsync(request, id, version, text, cancellationToken), cancellationToken);
    }

    /// <summary><c>{from?, acceptFindings?}</c>: from then on it decides new cases.</summary>
    [Function("rulebook-version-publish")]
    [Access(Role.PolicyOwner)]
    public async Task<IResult> Publish(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/versions/{version}/publish")] HttpRequest request,
        string id,
        string version,
        CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestRequest, cancellationToken) is not { } body)
        {
            return RulebookProblems.TooLarge(LargestRequest);
        }

        var (from, acceptFindings, faults) = PublishRequest.Read(body);
        if (faults.Count > 0) return RulebookProblems.Invalid(faults);
        return await ChangeAsync(request, body, id, version, Published, cancellationToken);

        async Task<VersionStep> Published(VersionEntry entry, Instant now)
        {
            var (rulebook, broken) = PolicyText.LoadAs(id, version, await TextAsync(entry, cancellationToken));
            if (rulebook is null) return new VersionStep.Refusal(422, "rulebook-invalid", "This app cannot load it any more.", broken);
            var check = PolicyText.Check(rulebook, await rulebooks.InForceAsync(id, now, cancellationToken));
            return VersionLife.Publish(entry, check, request.GetCaller().Subject, now, from, acceptFindings);
        }
    }

    /// <summary><c>{reason}</c>: it decides no new case any more; the cases that it decided keep it.</summary>
    [Function("rulebook-version-withdraw")]
    [Access(Role.PolicyOwner)]
    public async Task<IResult> Withdraw(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/rulebooks/{id}/versions/{version}/withdraw")]
        HttpRequest request,
        string id,
        string version,
        CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestRequest, cancellationToken) is not { } body)
        {
            return RulebookProblems.TooLarge(LargestRequest);
        }

        var fields = new RequestFields(body);
        fields.AllowOnly("reason");
        var reason = fields.Text("reason", required: true, LongestReason);
        if (fields.Faults.Count > 0) return RulebookProblems.Invalid(fields.Faults);
        return await ChangeAsync(request, body, id, version, Withdrawn, cancellationToken);

        async Task<VersionStep> Withdrawn(VersionEntry entry, Instant now) => VersionLife.Withdraw(
            entry, request.GetCaller().Subject, now, reason!, await IsNeededAsync(entry, now, cancellationToken));
    }

    private async Task<Answer> SaveAsync(
        HttpRequest request, string id, string version, ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        var (rulebook, faults) = PolicyText.LoadAs(id, version, text);
        if (rulebook is null) return RulebookProblems.DoesNotLoad("Nothing was saved: the text does not load.", faults);
        var now = clock.GetUtcNow().ToInstant();
        var check = PolicyText.Check(rulebook, await rulebooks.InForceAsync(id, now, cancellationToken));
        var saved = new VersionEntry(
            id, version, rulebook.Version.Digest, check.ExamplesHold ? VersionState.Checked : VersionState.Draft,
            request.GetCaller().Subject, now, check);
        await versions.KeepTextAsync(text, cancellationToken);
        var found = await versions.FindAsync(id, version, cancellationToken);
        if (Unexpected(request, found) is { } refusal) return refusal;
        var step = VersionLife.Save(found?.Entry, saved, knowsCurrent: request.Headers.IfMatch.Count > 0);
        return await ApplyAsync(step, found, again => VersionLife.Save(again, saved, knowsCurrent: false), cancellationToken);
    }

    /// <param name="decide">From the entry as it is, and now.</param>
    private Task<Answer> ChangeAsync(
        HttpRequest request,
        ReadOnlyMemory<byte> body,
        string id,
        string version,
        Func<VersionEntry, Instant, Task<VersionStep>> decide,
        CancellationToken cancellationToken)
    {
        return idempotency.RunAsync(request, body, _ => ChangedAsync(), cancellationToken);

        async Task<Answer> ChangedAsync()
        {
            if (await versions.FindAsync(id, version, cancellationToken) is not { } stored)
            {
                return RulebookProblems.NoSuchVersion(id, version);
            }

            if (Unexpected(request, stored) is { } refusal) return refusal;
            var step = await decide(stored.Entry, clock.GetUtcNow().ToInstant());
            var answer = await ApplyAsync(step, stored, null, cancellationToken);
            rulebooks.Changed();
            return answer;
        }
    }

    /// <summary>Writes what was decided. When somebody else wrote first, it is refused, unless what they wrote is just this.</summary>
    private async Task<Answer> ApplyAsync(
        VersionStep step, StoredVersion? found, Func<VersionEntry, VersionStep>? again, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case VersionStep.Refusal refusal:
                return Problem.Of(refusal.Status, refusal.Code, refusal.Detail, refusal.Errors);
            case VersionStep.Same:
                return await ShownAsync(200, found!, cancellationToken);
            case VersionStep.Change change:
                if (await versions.WriteAsync(change.Entry, found?.ETag, cancellationToken) is { } tag)
                {
                    rulebooks.Changed();
                    return await ShownAsync(found is null ? 201 : 200, new StoredVersion(change.Entry, tag), cancellationToken);
                }

                // Perhaps it was us: the answer to the first try was lost.
                return await versions.FindAsync(change.Entry.Id, change.Entry.Version, cancellationToken) is { } now
                    && (now.Entry == change.Entry || again?.Invoke(now.Entry) is VersionStep.Same)
                    ? await ShownAsync(200, now, cancellationToken)
                    : Problem.Of(409, "changed-meanwhile", "Somebody else changed this version at the same time. Read it again.");
            default:
                throw new InvalidOperationException($"No such step: {step}");
        }
    }

    private async Task<ReadOnlyMemory<byte>> TextAsync(VersionEntry entry, CancellationToken cancellationToken) =>
        await versions.TextAsync(entry.Id, entry.Digest, cancellationToken)
        ?? throw new InvalidOperationException($"The text of {entry.Id} {entry.Version} ({entry.Digest}) is not stored.");

    /// <summary>Whether a marketplace would be left without a version that decides.</summary>
    private async Task<bool> IsNeededAsync(VersionEntry entry, Instant now, CancellationToken cancellationToken)
    {
        if (marketplaces.All.All(marketplace => marketplace.RulebookId != entry.Id)) return false;
        var others = await versions.ListAsync(entry.Id, cancellationToken);
        return !others.Any(other => other.Entry.Version != entry.Version && other.Entry.State == VersionState.Published
            && (other.Entry.From ?? Instant.MinValue) <= now);
    }

    private async Task<Answer> ShownAsync(int status, StoredVersion stored, CancellationToken cancellationToken)
    {
        var inForce = await rulebooks.VersionInForceAsync(stored.Entry.Id, clock.GetUtcNow().ToInstant(), cancellationToken);
        return Answer.Json(status, VersionView.Of(stored.Entry, inForce, Zones.Shanghai)).With("ETag", TagOf(stored));
    }

    /// <summary>412 when the caller's If-Match names another state than the one found.</summary>
    private static Answer? Unexpected(HttpRequest request, StoredVersion? found) =>
        request.Headers.IfMatch.ToString() is { Length: > 0 } expected && expected != "*" && (found is null || expected != TagOf(found))
            ? Problem.Of(412, "etag-differs", "This version is not as If-Match says. Read it again.")
            : null;

    // An untouched shipped version is known by its text.
    private static string TagOf(StoredVersion stored) =>
        $"\"{RulebookVersions.DigestOf(System.Text.Encoding.UTF8.GetBytes(stored.ETag?.ToString() ?? stored.Entry.Digest))[..16]}\"";

    private static bool IsText(HttpRequest request) =>
        TextTypes.Contains(request.ContentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase);
}
