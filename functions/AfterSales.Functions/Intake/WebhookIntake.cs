using AfterSales.Domain.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using NodaTime.Extensions;

namespace AfterSales.Functions.Intake;

/// <summary>The answer to an accepted webhook. <paramref name="Missing"/> names the facts that the rulebook still needs.</summary>
public sealed record WebhookAccepted(CaseId CaseId, string Status, IReadOnlyList<string> Missing, IReadOnlyDictionary<string, string> Links);

/// <summary>
/// Takes a checked message in: keeps the raw body and the files sealed for the customer, then changes the case. All that it writes is keyed
/// by the webhook's id, so that a repetition after a crash completes what the first one began.
/// </summary>
public sealed class WebhookIntake(
    WebhookIds ids, CaseStore cases, PersonVault vault, Blobs blobs, PhotoBlobs photos, Tables tables, TimeProvider clock)
{
    internal const string RawContainer = "raw";
    internal const string PeopleTable = "people";

    /// <summary>Accepts the message: 202, or the case's refusal.</summary>
    public async Task<Answer> AcceptAsync(
        Marketplace marketplace,
        string webhookId,
        ReadOnlyMemory<byte> body,
        CanonicalMessage message,
        CancellationToken cancellationToken)
    {
        var seen = await ids.RememberAsync(marketplace.Id, webhookId, body, cancellationToken);
        if (seen.OtherBody)
        {
            return Problem.Of(422, "webhook-id-reused", "This webhook-id was used before with another body.");
        }

        if (seen.Answered is { } before)
        {
            return before.With(Idempotency.ReplayedHeader, "true");
        }

        var caseId = CaseId.For(marketplace.Id, message.ExternalId);
        if (await CustomerAsync(marketplace, caseId, message, cancellationToken) is not { } customer)
        {
            return Refusals.NoSuchCase.ToProblem();
        }

        var now = clock.GetUtcNow().ToInstant();
        var by = new Actor(Party.Marketplace, marketplace.Id);
        var files = await KeepAsync(caseId, customer, WebhookIds.KeyOf(webhookId), body, message, cancellationToken);
        var reason = await SealedReasonAsync(customer, message, cancellationToken);
        var words = new MessageInCase(marketplace, caseId, customer, now, by, files, reason);
        var key = $"webhook:{marketplace.Id}:{webhookId}";
        var decision = await cases.ExecuteAsync(caseId, current => words.Commands(current, message), key, cancellationToken);
        if (decision is Decision.Refused refused)
        {
            return refused.Refusal.ToProblem();
        }

        var answer = Accepted(((Decision.Accepted)decision).State);
        await ids.AnsweredAsync(seen, answer, cancellationToken);
        return answer;
    }

    // A request names its customer; every other message is about a case that does.
    private async Task<PersonId?> CustomerAsync(
        Marketplace marketplace, CaseId caseId, CanonicalMessage message, CancellationToken cancellationToken)
    {
        if (message is CanonicalMessage.CaseRequested requested)
        {
            return vault.PersonOf(marketplace.Id, requested.Customer.Id);
        }

        var @case = await cases.LoadAsync(caseId, cancellationToken);
        return @case is null ? null : new PersonId(@case.CustomerId);
    }

    /// <summary>Stores the body, the customer's details and the photos, sealed. Returns the commands' view of the files.</summary>
    private async Task<IReadOnlyList<FileInCase>> KeepAsync(
        CaseId caseId, PersonId customer, string key, ReadOnlyMemory<byte> body, CanonicalMessage message, CancellationToken cancellationToken)
    {
        var files = message switch
        {
            CanonicalMessage.CaseRequested m => m.Files,
            CanonicalMessage.CaseUpdated m => m.Files,
            _ => [],
        };
        var raw = await vault.SealAsync(customer, body, cancellationToken);
        List<Task> writes =
        [
            blobs.WriteAsync(RawContainer, $"{caseId}/{key}", raw, cancellationToken),
            .. files.OfType<SentFile.Inline>().Select(f => photos.WriteAsync(caseId.ToString(), customer, f.Photo, cancellationToken)),
        ];
        if (message is CanonicalMessage.CaseRequested requested)
        {
            writes.Add(KeepDetailsAsync(caseId, customer, requested, cancellationToken));
        }

        await Task.WhenAll(writes);
        var result = new List<FileInCase>();
        foreach (var file in files)
        {
            result.Add(file switch
            {
                SentFile.Inline inline => new FileInCase(file.Name, inline.Photo, null),
                SentFile.At at => new FileInCase(file.Name, null, await vault.SealTextAsync(customer, at.Address.ToString(), cancellationToken)),
                _ => throw new InvalidOperationException($"No such file: {file}"),
            });
        }

        return result;
    }

    private async Task KeepDetailsAsync(
        CaseId caseId, PersonId customer, CanonicalMessage.CaseRequested requested, CancellationToken cancellationToken)
    {
        var details = AppJson.ToBytes(new { requested.Customer, requested.Description });
        var content = await vault.SealAsync(customer, details, cancellationToken);
        var row = new TableEntity(customer.Value, caseId.ToString()) { ["Sealed"] = content };
        await tables.Get(PeopleTable).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private async Task<string?> SealedReasonAsync(PersonId customer, CanonicalMessage message, CancellationToken cancellationToken) =>
        message is CanonicalMessage.RefundFailed { Reason: { } reason }
            ? await vault.SealTextAsync(customer, reason, cancellationToken)
            : null;

    private static Answer Accepted(Case @case) => Answer.Json(202, new WebhookAccepted(
        @case.Id,
        WireName.Of(@case.Status),
        [.. @case.Decision.Missing.Select(m => m.Name)],
        new Dictionary<string, string> { ["self"] = $"/api/v1/cases/{@case.Id}" }));
}
