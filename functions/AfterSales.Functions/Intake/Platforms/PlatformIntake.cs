using System.Security.Cryptography;
using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>The answer to an event that changes no case now. <paramref name="Status"/>: <c>ignored</c>, or <c>kept</c> until what it belongs
/// to is there.</summary>
public sealed record EventTaken(string Status, string Detail);

/// <summary>
/// Takes the events of platforms in, in whatever order and however often they come. What cannot be applied yet is kept and applied when
/// its case or its document is there; what the case cannot follow any more is noted on it, never refused, because a platform does
/// not take an event back and would only send it again.
/// </summary>
public sealed class PlatformIntake(
    WebhookIds ids, KeptEvents kept, MessageReading reading, WebhookIntake intake, CaseStore cases, PersonVault vault, ILogger<PlatformIntake> log)
{
    /// <summary>202, or 422 with every fault at its place in the payload.</summary>
    public async Task<Answer> AcceptAsync(Marketplace marketplace, PlatformEvent happened, CancellationToken cancellationToken)
    {
        var (outcome, group) = await TakeAsync(marketplace, happened, cancellationToken);
        var answer = outcome switch
        {
            Outcome.Done done => done.Answer,
            Outcome.Waits waits => await KeepAsync(marketplace, group!, happened, waits, cancellationToken),
            _ => throw new InvalidOperationException($"No such outcome: {outcome}"),
        };

        // After a repetition too: the first one may have ended between its own change and this.
        if (group is not null && answer.Status == 202)
        {
            await ApplyKeptAsync(marketplace, group, cancellationToken);
        }

        return answer;
    }

    private async Task<(Outcome Outcome, string? Group)> TakeAsync(
        Marketplace marketplace, PlatformEvent happened, CancellationToken cancellationToken)
    {
        var platform = marketplace.Platform!;
        var translation = platform.Translate(happened, null);
        if (translation is Translation.NeedsDocument needs)
        {
            using var document = await DocumentAsync(marketplace, needs.Group, cancellationToken);
            if (document is null)
            {
                return (new Outcome.Waits(null, "It waits for the order that it refers to."), needs.Group);
            }

            translation = platform.Translate(happened, document.RootElement);
        }

        switch (translation)
        {
            case Translation.Faulty faulty:
                return (new Outcome.Done(WebhookFunction.BodyInvalid(faulty.Faults)), null);
            case Translation.Ignored ignored:
                return (new Outcome.Done(await RememberedAsync(marketplace, happened, new EventTaken("ignored", ignored.Why), cancellationToken)), null);
            case Translation.Document document:
                var customer = document.Customer is { } id ? vault.PersonOf(marketplace.Id, id) : (PersonId?)null;
                await kept.KeepDocumentAsync(marketplace.Id, document.Group, happened, customer, document.Version, cancellationToken);
                var taken = new EventTaken("kept", "It is on record for events that refer to it.");
                return (new Outcome.Done(await RememberedAsync(marketplace, happened, taken, cancellationToken)), document.Group);
            case Translation.Messages messages:
                return (await ApplyAsync(marketplace, happened, messages, cancellationToken), messages.Group);
            default:
                throw new InvalidOperationException($"No such translation: {translation}");
        }
    }

    private async Task<Outcome> ApplyAsync(
        Marketplace marketplace, PlatformEvent happened, Translation.Messages messages, CancellationToken cancellationToken)
    {
        var understood = new List<UnderstoodMessage>();
        var faults = new List<Fault>();
        foreach (var message in messages.All)
        {
            if (marketplace.SupplierId is { } supplier && message.Body.Type == "case.requested")
            {
                message.Body.Set("data.supplier.id", supplier, "");
            }

            var body = message.Body.ToElement();
            var (read, wrong) = await reading.ReadAsync(marketplace, body, cancellationToken);
            faults.AddRange(wrong.Select(message.Body.AtOrigin));
            if (read is not null)
            {
                understood.Add(read with { IsPlatforms = true, Version = message.Version is { } number ? new SnapshotVersion(number, DigestOf(body)) : null });
            }
        }

        if (faults.Count > 0)
        {
            return new Outcome.Done(WebhookFunction.BodyInvalid([.. faults.DistinctBy(fault => (fault.Pointer, fault.Code))]));
        }

        var first = understood[0];
        var opens = first.Message is CanonicalMessage.CaseRequested;
        if (!opens && await cases.LoadAsync(CaseId.For(marketplace.Id, first.Message.ExternalId), cancellationToken) is null)
        {
            var customer = messages.Customer is { } id ? vault.PersonOf(marketplace.Id, id) : (PersonId?)null;
            return new Outcome.Waits(customer, "It waits for the request that it belongs to.");
        }

        return new Outcome.Done(await intake.AcceptAsync(
            marketplace, happened.Id, happened.Raw, first with { Then = [.. understood.Skip(1).Select(next => next.Message)] }, cancellationToken));
    }

    private Task<Answer> KeepAsync(
        Marketplace marketplace, string group, PlatformEvent happened, Outcome.Waits waits, CancellationToken cancellationToken) =>
        RememberedAsync(
            marketplace,
            happened,
            new EventTaken("kept", waits.Why),
            cancellationToken,
            () => kept.KeepAsync(marketplace.Id, group, happened, waits.Customer, cancellationToken));

    /// <summary>Applies what waited for the group and can be applied now. An event whose request came between its own look and its being kept
    /// is found here, by whichever of the two comes last.</summary>
    private async Task ApplyKeptAsync(Marketplace marketplace, string group, CancellationToken cancellationToken)
    {
        var waiting = (await kept.OfAsync(marketplace.Id, group, cancellationToken)).Where(happened => !happened.IsDocument)
            .OrderBy(happened => happened.SentAt).ThenBy(happened => happened.Key, StringComparer.Ordinal).ToList();

        // What opens a case may have come after what is about it: a second round finds the case.
        for (var progress = true; progress && waiting.Count > 0;)
        {
            progress = false;
            foreach (var one in waiting.ToList())
            {
                if (await IsAppliedAsync(marketplace, group, one, cancellationToken))
                {
                    await kept.ForgetAsync(marketplace.Id, group, one, cancellationToken);
                    waiting.Remove(one);
                    progress = true;
                }
            }
        }
    }

    private async Task<bool> IsAppliedAsync(Marketplace marketplace, string group, KeptEvent one, CancellationToken cancellationToken)
    {
        if (await kept.OpenAsync(marketplace.Id, group, one, cancellationToken) is not { } payload)
        {
            return true;
        }

        // Under an id of its own: under the delivery's own id stands the answer that it was kept.
        using var body = StrictJson.Parse(payload);
        var again = new PlatformEvent($"{one.Id}/applied", payload, body.RootElement, one.Topic, one.SentAt);
        var (outcome, _) = await TakeAsync(marketplace, again, cancellationToken);
        if (outcome is Outcome.Done { Answer: { Status: not 202 } refused })
        {
            PlatformLog.NotApplied(log, marketplace.Id, one.Id, refused.Status);
            return false;
        }

        return outcome is Outcome.Done;
    }

    private async Task<JsonDocument?> DocumentAsync(Marketplace marketplace, string group, CancellationToken cancellationToken)
    {
        var document = (await kept.OfAsync(marketplace.Id, group, cancellationToken)).FirstOrDefault(one => one.IsDocument);
        return document is not null && await kept.OpenAsync(marketplace.Id, group, document, cancellationToken) is { } payload
            ? StrictJson.Parse(payload)
            : null;
    }

    /// <summary>The answer to an event that changes no case, the same for a repetition.</summary>
    /// <param name="before">Done before the answer is kept: a repetition of what ended in between does it again.</param>
    private async Task<Answer> RememberedAsync(
        Marketplace marketplace, PlatformEvent happened, EventTaken taken, CancellationToken cancellationToken, Func<Task>? before = null)
    {
        var seen = await ids.RememberAsync(marketplace.Id, happened.Id, happened.Raw, cancellationToken);
        if (seen.OtherBody)
        {
            return Problem.Of(422, "webhook-id-reused", "This webhook-id was used before with another body.");
        }

        if (seen.Answered is { } given)
        {
            return given;
        }

        if (before is not null)
        {
            await before();
        }

        var answer = Answer.Json(202, taken);
        await ids.AnsweredAsync(seen, answer, cancellationToken);
        return answer;
    }

    private static string DigestOf(JsonElement body) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body)))[..16];

    /// <summary>What came of an event: an answer, or it has to wait.</summary>
    private abstract record Outcome
    {
        public sealed record Done(Answer Answer) : Outcome;

        public sealed record Waits(PersonId? Customer, string Why) : Outcome;
    }
}

internal static partial class PlatformLog
{
    [LoggerMessage(1211, LogLevel.Warning, "An event of {Marketplace} that was kept, {EventId}, cannot be applied: {Status}")]
    public static partial void NotApplied(ILogger log, string marketplace, string eventId, int status);
}
