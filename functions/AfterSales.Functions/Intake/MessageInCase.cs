using System.Text.Json;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Storage;
using NodaTime;

namespace AfterSales.Functions.Intake;

/// <summary>A file as the case takes it: stored already, or to be fetched from a sealed address.</summary>
public sealed record FileInCase(string Name, Exhibit? Exhibit, string? SealedUrl);

/// <summary>Says what a message means for the case that it is about. Pure: the case as it is comes in, commands go out.</summary>
/// <param name="Rulebook">That decides: of a case that exists, the version frozen in it.</param>
/// <param name="Process">How cases go under it.</param>
/// <param name="ReadBy">The version by which the message's facts were read; that of the case may know others.</param>
/// <param name="Customer">Whom the message names; a case that has another customer keeps its own.</param>
/// <param name="Files">Sealed for the case's customer.</param>
public sealed partial record MessageInCase(
    Marketplace Marketplace,
    Rulebook Rulebook,
    CaseProcess Process,
    RulebookVersion ReadBy,
    CaseId CaseId,
    PersonId Customer,
    Instant Now,
    Actor By,
    IReadOnlyList<FileInCase> Files,
    string? SealedReason)
{
    /// <summary>How new the statement is; null when its sender does not say: then what is held stands.</summary>
    public SnapshotVersion? Version { get; init; }

    /// <summary>A platform's event: where the case cannot follow it, that is noted.</summary>
    public bool IsPlatforms { get; init; }

    /// <summary>The commands; none when the case knows all of it.</summary>
    public IReadOnlyList<CaseCommand> Commands(Case? current, CanonicalMessage message) => message switch
    {
        CanonicalMessage.CaseRequested m when current is null => [.. Opening(m), .. Evidence(null)],
        CanonicalMessage.CaseRequested m when Version is { } version => [.. Statement(current, m, version), .. Evidence(current)],
        CanonicalMessage.CaseUpdated m when Version is { } version && current is not null =>
            [.. Statement(current, null, m.Facts, version), .. Evidence(current)],
        CanonicalMessage.CaseRequested m => [.. Update(current, WithImplied(m)), .. Evidence(current)],
        CanonicalMessage.CaseUpdated m => [.. Update(current, m.Facts), .. Evidence(current)],
        CanonicalMessage.CaseWithdrawn when IsPlatforms => Withdrawal(current),
        CanonicalMessage.RefundPaid m => [new NoteMarketplaceRefund(Now, By, m.RefundId, m.Amount)],
        CanonicalMessage.CaseWithdrawn => [new WithdrawCase(Now, By)],
        CanonicalMessage.RefundConfirmed m => [new ConfirmPayout(Now, By, m.PayoutId, m.Amount, m.Tenders)],
        CanonicalMessage.RefundFailed m => [new FailPayout(Now, By, m.PayoutId, SealedReason)],
        CanonicalMessage.ReturnShipped => [new NoteReport(Now, By, MarketplaceReport.ReturnShipped)],
        CanonicalMessage.ReturnReceived => [new NoteReport(Now, By, MarketplaceReport.ReturnReceived)],
        CanonicalMessage.DifferencePaid m => [new NoteReport(Now, By, MarketplaceReport.DifferencePaid, m.Amount)],
        CanonicalMessage.ItemRefundedElsewhere m =>
            [new NoteReport(Now, By, MarketplaceReport.RefundedElsewhere, m.Amount, m.RefundId)],
        _ => throw new InvalidOperationException($"No such message: {message.GetType().Name}"),
    };

    private OpenCase Open(CanonicalMessage.CaseRequested message)
    {
        var derived = Rulebook.Derive(message.Facts, Context(message));
        return new OpenCase(
            Now,
            By,
            CaseId,
            Marketplace.Id,
            message.ExternalId,
            message.SupplierId,
            Customer.Value,
            message.Claim,
            message.Order,
            Rulebook.Evaluate(derived.Facts) with { Notes = derived.Notes },
            Marketplace.Zone.Id,
            Process,
            HeldForEvidence: Held(message.Claim.Reason, derived.Facts));
    }

    /// <summary>The items of evidence that the clocks wait for and that did not come with the request.</summary>
    private List<string> Held(string reason, Facts facts) =>
    [
        .. EvidenceChecklist.Missing(
                Rulebook.EvidenceFor(reason, facts),
                [.. Files.Where(file => file.Exhibit is not null).Select(file => FiledEvidence.Of(file.Exhibit!.ToFile(file.Name), By, Now, late: false))])
            .Where(missing => missing.Item.HoldsClocks).Select(missing => missing.Item.Id),
    ];

    /// <summary>Adds what the case does not hold; what contradicts is shown and not taken.</summary>
    private IEnumerable<CaseCommand> Update(Case? current, Facts given)
    {
        if (current is null)
        {
            yield break;
        }

        var held = current.Decision.Facts;
        (given, var contradictions) = InTermsOfCase(given);
        var added = given.All.Where(f => held.Find(f.Key) is null).Select(f => f.Key).ToList();
        contradictions.AddRange(Differences(held, given));
        if (current.CustomerId != Customer.Value)
        {
            contradictions.Add(new Contradiction("customer", current.CustomerId, Customer.Value));
        }

        if (added.Count == 0 && contradictions.Count == 0)
        {
            yield break;
        }

        var facts = added.Aggregate(held, (all, name) => all.With(name, given.Find(name)!));
        yield return new UpdateCase(Now, By, added, contradictions, Rulebook.Evaluate(facts) with { Notes = current.Decision.Notes });
    }

    private IEnumerable<CaseCommand> Evidence(Case? current)
    {
        var room = Exhibit.MostPerCase - (current is null ? 0 : current.Evidence.Length + current.AwaitedEvidence.Length);
        foreach (var file in Files.Where(f => !IsKnown(current, f)))
        {
            yield return IsPlatforms && current?.IsClosed == true
                ? new RejectEvidence(Now, By, file.Name, "case-closed", "The case was closed before the file came.")
                : room-- <= 0 ? new RejectEvidence(Now, By, file.Name, ExhibitFault.TooMany.Code, ExhibitFault.TooMany.Detail)
                : file.Exhibit is { } exhibit ? new AddEvidence(Now, By, exhibit.ToFile(file.Name))
                : new RequestEvidence(Now, By, file.Name, file.SealedUrl!);
        }
    }

    // A file of this name with other content is not known: the case refuses it. An address is asked for once.
    private static bool IsKnown(Case? current, FileInCase file) => current is not null && (file.Exhibit is { } exhibit
        ? current.Evidence.Any(known => known.Name == file.Name && known.Sha256 == exhibit.Sha256)
        : current.Evidence.Any(known => known.Name == file.Name) || current.AwaitedEvidence.Any(known => known.Name == file.Name));

    // The day on which it was asked again is no contradiction to the day of the claim.
    private Facts WithImplied(CanonicalMessage.CaseRequested message) =>
        Rulebook.Derive(message.Facts, Context(message) with { ClaimedAt = null }).Facts;

    /// <summary>The facts as the case's own version reads them; what that version does not know is shown and not taken.</summary>
    private (Facts Facts, List<Contradiction> Unknown) InTermsOfCase(Facts given)
    {
        if (ReadBy.Digest == Rulebook.Version.Digest)
        {
            return (given, []);
        }

        var reading = Rulebook.ReadFacts(JsonSerializer.SerializeToElement(given));
        return (reading.Facts,
        [
            .. from fact in given.All
               where reading.Facts.Find(fact.Key) is null
               select new Contradiction($"fact:{fact.Key}", $"unknown to {Rulebook.Version.Id} {Rulebook.Version.Version}", fact.Value.ToString()!),
        ]);
    }

    private static ClaimContext Context(CanonicalMessage.CaseRequested message) =>
        new(message.Order.Paid, message.Order.SoldAt, message.Timestamp, WireName.Of(message.Claim.Kind));

    private static List<Contradiction> Differences(Facts held, Facts given) =>
    [
        .. from fact in given.All
           let known = held.Find(fact.Key)
           where known is not null && known.ToString() != fact.Value.ToString()
           select new Contradiction($"fact:{fact.Key}", known.ToString()!, fact.Value.ToString()!),
    ];
}
