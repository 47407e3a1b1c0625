using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Refunds;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using NodaTime.Extensions;

namespace AfterSales.Functions.Intake;

/// <summary>The answer to an accepted webhook. <paramref name="Missing"/> names the facts that the rulebook still needs,
/// <paramref name="MissingEvidence"/> what is still to be shown.</summary>
public sealed record WebhookAccepted(
    CaseId CaseId, string Status, IReadOnlyList<string> Missing, IReadOnlyList<MissingEvidenceView> MissingEvidence,
    IReadOnlyDictionary<string, string> Links);

/// <summary>
/// Takes a checked message in: keeps the raw body and the files sealed for the customer, then changes the case. All that it writes is keyed
/// by the webhook's id, so that a repetition after a crash completes what the first one began.
/// </summary>
public sealed class WebhookIntake(
    WebhookIds ids, CaseStore cases, RulebookRegistry rulebooks, PersonVault vault, Blobs blobs, ExhibitBlobs exhibits,
    ItemAccounts items, TimeProvider clock)
{
    internal const string RawContainer = "raw";

    /// <summary>Accepts the message: 202, or the case's refusal.</summary>
    public async Task<Answer> AcceptAsync(
        Marketplace marketplace,
        string webhookId,
        ReadOnlyMemory<byte> body,
        UnderstoodMessage understood,
        CancellationToken cancellationToken)
    {
        var message = understood.Message;
        var caseId = CaseId.For(marketplace.Id, message.ExternalId);
        var once = new ChangeOnce($"webhook:{marketplace.Id}:{webhookId}")
        {
            LikelyNew = message is CanonicalMessage.CaseRequested,
        };

        // Side by side: a key made for the customer of a message that is refused then seals nothing.
        var finding = SealAsync(marketplace, caseId, body, understood, cancellationToken);
        var seen = await ids.RememberAsync(marketplace.Id, webhookId, body, cancellationToken);
        var found = await finding;
        if (seen.OtherBody)
        {
            return Problem.Of(422, "webhook-id-reused", "This webhook-id was used before with another body.");
        }

        if (seen.Before && await AnswerBeforeAsync(seen, caseId, once, cancellationToken) is { } before)
        {
            return before;
        }

        if (found is not var (customer, raw))
        {
            return Refusals.NoSuchCase.ToProblem();
        }

        if (await WhyNotAdmittedAsync(marketplace, caseId, understood, cancellationToken) is { } tooMany)
        {
            return tooMany.ToProblem();
        }

        var intake = new Intake(marketplace, caseId, customer, WebhookIds.KeyOf(webhookId), body, understood);
        return await ChangeAsync(intake, raw, seen, once, cancellationToken);
    }

    /// <summary>An item may have as many cases as the rulebook says; one that has been opened goes on.</summary>
    private async Task<Refusal?> WhyNotAdmittedAsync(
        Marketplace marketplace, CaseId caseId, UnderstoodMessage understood, CancellationToken cancellationToken)
    {
        if (understood.Message is not CanonicalMessage.CaseRequested requested)
        {
            return null;
        }

        var process = await rulebooks.ProcessOfAsync(understood.Rulebook.Version, cancellationToken);
        return process.Limits.AttemptsPerItem is { } most
            && !await items.AdmitAsync(ItemKey.Of(marketplace.Id, requested.Order), caseId, most, cancellationToken)
            && await cases.LoadAsync(caseId, cancellationToken) is null
            ? Refusals.RequestsExhausted(most)
            : null;
    }

    private async Task<Answer> ChangeAsync(
        Intake intake, byte[] raw, WebhookSeen seen, ChangeOnce once, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToInstant();
        var by = new Actor(Party.Marketplace, intake.Marketplace.Id);
        var decisive = intake.Rulebook;
        once = once with { Answer = changed => ValueTask.FromResult<KeptAnswer?>(Kept(Accepted(changed.State, decisive))) };
        var reason = await SealedReasonAsync(intake.Customer, intake.Message, cancellationToken);
        var card = await SealedCardAsync(intake.Customer, intake.Message, cancellationToken);

        // Files are stored before the case's commit, which names them, beside whatever the case needs before it.
        var keeping = KeepAsync(intake, raw, cancellationToken);
        var decision = await cases.ExecuteAsync(
            intake.CaseId,
            async current =>
            {
                var files = await keeping;
                if (current is not null && current.CustomerId != intake.Customer.Value)
                {
                    files = await KeepForAsync(new PersonId(current.CustomerId), intake, cancellationToken);
                }

                decisive = current is null ? intake.Rulebook : await rulebooks.OfAsync(current.Decision.Rulebook, cancellationToken);
                var process = current?.Process ?? await rulebooks.ProcessOfAsync(decisive.Version, cancellationToken);
                var inCase = new MessageInCase(
                    intake.Marketplace, decisive, process, intake.Rulebook.Version, intake.CaseId, intake.Customer, now, by, files, reason)
                {
                    Version = intake.Understood.Version,
                    IsPlatforms = intake.Understood.IsPlatforms,
                };
                return [.. inCase.Commands(current, intake.Message), .. intake.Understood.Then.SelectMany(next => inCase.Commands(current, next))];
            },
            once with { Card = card },
            cancellationToken);
        if (decision is not Decision.Accepted accepted)
        {
            return ((Decision.Refused)decision).Refusal.ToProblem();
        }

        var answer = Accepted(accepted.State, decisive);
        if (accepted.Events.Count == 0)
        {
            await ids.AnsweredAsync(seen, answer, cancellationToken);
        }

        return answer;
    }

    private async Task<Answer?> AnswerBeforeAsync(WebhookSeen seen, CaseId caseId, ChangeOnce once, CancellationToken cancellationToken) =>
        seen.Answered ?? (await cases.AnswerAsync(caseId, once.Key!, cancellationToken) is { } kept
            ? WebhookIds.Given(kept.Body)
            : null);

    /// <summary>The customer whom the message is about, and the body sealed for them; null when there is no such case.</summary>
    private async Task<(PersonId Customer, byte[] Raw)?> SealAsync(
        Marketplace marketplace, CaseId caseId, ReadOnlyMemory<byte> body, UnderstoodMessage message, CancellationToken cancellationToken) =>
        await CustomerAsync(marketplace, caseId, message, cancellationToken) is { } customer
            ? (customer, await vault.SealAsync(customer, body, cancellationToken))
            : null;

    // A request names its customer; every other message is about a case that does.
    private async Task<PersonId?> CustomerAsync(
        Marketplace marketplace, CaseId caseId, UnderstoodMessage understood, CancellationToken cancellationToken)
    {
        if (understood.Message is CanonicalMessage.CaseRequested requested)
        {
            return vault.PersonOf(marketplace.Id, requested.Customer.Id);
        }

        var @case = understood.Case ?? await cases.LoadAsync(caseId, cancellationToken);
        return @case is null ? null : new PersonId(@case.CustomerId);
    }

    /// <summary>Stores the body, the customer's details and the files, sealed. Returns the commands' view of the files.</summary>
    private async Task<IReadOnlyList<FileInCase>> KeepAsync(Intake intake, byte[] raw, CancellationToken cancellationToken)
    {
        var (caseId, customer, key, message) = (intake.CaseId, intake.Customer, intake.Key, intake.Message);
        var files = FilesOf(message);
        List<Task> writes =
        [
            blobs.WriteAsync(RawContainer, $"{caseId}/{key}", raw, cancellationToken),
            .. files.OfType<SentFile.Inline>().Select(f => exhibits.WriteAsync(caseId.ToString(), customer, f.Exhibit, cancellationToken)),
        ];
        await Task.WhenAll(writes);
        return await FilesAsync(customer, files, cancellationToken);
    }

    /// <summary>Keeps what came with a request that names another customer than the case has: for the case's customer.</summary>
    private async Task<IReadOnlyList<FileInCase>> KeepForAsync(PersonId owner, Intake intake, CancellationToken cancellationToken)
    {
        var raw = await vault.SealAsync(owner, intake.Body, cancellationToken);
        await blobs.WriteAsync(RawContainer, $"{intake.CaseId}/{intake.Key}", raw, cancellationToken);
        var files = FilesOf(intake.Message);
        foreach (var inline in files.OfType<SentFile.Inline>())
        {
            await exhibits.WriteAsync(intake.CaseId.ToString(), owner, inline.Exhibit, cancellationToken);
        }

        return await FilesAsync(owner, files, cancellationToken);
    }

    private static IReadOnlyList<SentFile> FilesOf(CanonicalMessage message) => message switch
    {
        CanonicalMessage.CaseRequested m => m.Files,
        CanonicalMessage.CaseUpdated m => m.Files,
        _ => [],
    };

    private async Task<IReadOnlyList<FileInCase>> FilesAsync(
        PersonId customer, IReadOnlyList<SentFile> files, CancellationToken cancellationToken)
    {
        var result = new List<FileInCase>();
        foreach (var file in files)
        {
            result.Add(file switch
            {
                SentFile.Inline inline => new FileInCase(file.Name, inline.Exhibit, null),
                SentFile.At at => new FileInCase(file.Name, null, await vault.SealTextAsync(customer, at.Address.ToString(), cancellationToken)),
                _ => throw new InvalidOperationException($"No such file: {file}"),
            });
        }

        return result;
    }

    /// <summary>Who the customer of a new case is and what they wrote, sealed; empty where the message does not say.</summary>
    private async ValueTask<byte[]> SealedCardAsync(PersonId customer, CanonicalMessage message, CancellationToken cancellationToken) =>
        message is CanonicalMessage.CaseRequested { Customer: var details, Description: var description }
            ? await vault.SealAsync(customer, AppJson.ToBytes(new { Customer = details, Description = description }), cancellationToken)
            : [];

    private async Task<string?> SealedReasonAsync(PersonId customer, CanonicalMessage message, CancellationToken cancellationToken) =>
        message is CanonicalMessage.RefundFailed { Reason: { } reason }
            ? await vault.SealTextAsync(customer, reason, cancellationToken)
            : null;

    // It holds nothing personal, so it is kept as it is.
    private static KeptAnswer Kept(Answer answer) => new(answer.Status, answer.ContentType, answer.Body);

    private static Answer Accepted(Case @case, Rulebook rulebook) => Answer.Json(202, new WebhookAccepted(
        @case.Id,
        WireName.Of(@case.Status),
        [.. @case.Decision.Missing.Select(m => m.Name)],
        MissingEvidenceView.Of(@case, rulebook),
        new Dictionary<string, string> { ["self"] = $"/api/v1/cases/{@case.Id}" }));

    private sealed record Intake(
        Marketplace Marketplace, CaseId CaseId, PersonId Customer, string Key, ReadOnlyMemory<byte> Body, UnderstoodMessage Understood)
    {
        public CanonicalMessage Message => Understood.Message;

        public Rulebook Rulebook => Understood.Rulebook;
    }
}
