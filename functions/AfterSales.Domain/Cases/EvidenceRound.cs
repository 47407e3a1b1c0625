using System.Collections.Immutable;
using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Whose evidence is wanted and until when; <paramref name="Due"/> is the last on-time instant.</summary>
public sealed record EvidenceAsk(Party From, Instant Due);

/// <summary>What one party was asked for in a round.</summary>
/// <param name="DeadlineId">The clock that runs for it.</param>
/// <param name="SubmittedAt">When the party said that this is all; nothing more is taken from it in the round then.</param>
public sealed record EvidenceRequest(Party From, Instant Due, string DeadlineId, Instant? SubmittedAt);

/// <summary>
/// A round of evidence: staff ask the customer, the supplier or both. A party may stage files, which nobody else sees and which do not
/// count, and submits them once. The round is over when all have submitted, when staff close it, or when the claim is decided.
/// </summary>
/// <param name="Number">From 1, within the case.</param>
public sealed record EvidenceRound(
    int Number, Instant AskedAt, Actor AskedBy, ImmutableArray<EvidenceRequest> Requests, Instant? ClosedAt = null)
{
    [JsonIgnore]
    public bool IsOpen => ClosedAt is null;

    public EvidenceRequest? RequestTo(Party party) => Requests.FirstOrDefault(request => request.From == party);
}
