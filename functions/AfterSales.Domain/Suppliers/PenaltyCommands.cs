using System.Reflection;
using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>What somebody wants to do about a penalty.</summary>
public abstract record PenaltyCommand(Instant At, Actor By);

/// <summary>Gives a penalty's reasons to the supplier, or, where a second person must confirm, to him first.</summary>
/// <param name="About">What it is for; see <see cref="Penalty.About"/>.</param>
public sealed record ImposePenalty(
    Instant At, Actor By, SupplierId Supplier, PenaltyKind Kind, string About, int Generation, Grounds Grounds, Money Fine) : PenaltyCommand(At, By)
{
    public PenaltyId Id => PenaltyId.For(Supplier, Kind, $"{About}#{Generation}");
}

/// <param name="Fine">What is held until it is final: what is free of the deposit at the confirmation.</param>
/// <param name="Grounds">As they are at the confirmation; null when there are none any more.</param>
public sealed record ConfirmPenalty(Instant At, Actor By, Money Fine, Grounds? Grounds, string? SealedReason) : PenaltyCommand(At, By);

public sealed record DeclinePenalty(Instant At, Actor By, string SealedReason) : PenaltyCommand(At, By);

public sealed record AppealPenalty(Instant At, Actor By, string SealedReason) : PenaltyCommand(At, By);

/// <param name="Upheld">The penalty stays.</param>
/// <param name="Forfeit">What an expulsion takes that becomes final by it; null for the other penalties.</param>
public sealed record DecidePenaltyAppeal(
    Instant At, Actor By, int Round, bool Upheld, string SealedReason, Money? Forfeit = null) : PenaltyCommand(At, By);

/// <param name="Accepted">Whether the rulebook takes it: the whole levy, in time.</param>
public sealed record PayLevy(Instant At, Actor By, Money Amount, Instant PaidAt, bool Accepted) : PenaltyCommand(At, By);

/// <summary>What the penalty rested on does not hold any more.</summary>
public sealed record LiftPenalty(Instant At) : PenaltyCommand(At, Actor.Clock);

[JsonConverter(typeof(JsonStringEnumConverter<PenaltyPart>))]
public enum PenaltyPart
{
    [JsonStringEnumMemberName("fine")] Fine,
    [JsonStringEnumMemberName("strike")] Strike,
}

/// <summary>Takes the money or the strike of a penalty back, each by itself.</summary>
public sealed record ReversePenalty(Instant At, Actor By, PenaltyPart Part, string SealedReason) : PenaltyCommand(At, By);

/// <summary>A clock's due instant has passed.</summary>
/// <param name="Forfeit">What an expulsion takes that becomes final by it; null for the other penalties.</param>
public sealed record PenaltyElapsed(Instant At, string DeadlineId, Money? Forfeit = null) : PenaltyCommand(At, Actor.Clock);

/// <summary>Something that happened to a penalty. Ids and amounts only; what people wrote is sealed.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "$type")]
[JsonDerivedType(typeof(PenaltyProposed), "penalty-proposed")]
[JsonDerivedType(typeof(PenaltyConfirmed), "penalty-confirmed")]
[JsonDerivedType(typeof(PenaltyDeclined), "penalty-declined")]
[JsonDerivedType(typeof(PenaltyAnnounced), "penalty-announced")]
[JsonDerivedType(typeof(PenaltyAppealed), "penalty-appealed")]
[JsonDerivedType(typeof(PenaltyAppealDecided), "penalty-appeal-decided")]
[JsonDerivedType(typeof(PenaltyBecameFinal), "penalty-final")]
[JsonDerivedType(typeof(PenaltyLevyPaid), "penalty-levy-paid")]
[JsonDerivedType(typeof(PenaltyLifted), "penalty-lifted")]
[JsonDerivedType(typeof(PenaltyPartReversed), "penalty-part-reversed")]
public abstract record PenaltyEvent(Instant At, Actor By)
{
    private static readonly Dictionary<Type, string> Names = typeof(PenaltyEvent).GetCustomAttributes<JsonDerivedTypeAttribute>()
        .ToDictionary(known => known.DerivedType, known => (string)known.TypeDiscriminator!);

    /// <summary>The stable name under which events of this kind are stored and sent.</summary>
    [JsonIgnore]
    public string Name => Names[GetType()];
}

/// <param name="Deadline">The second person's time.</param>
public sealed record PenaltyProposed(
    Instant At, Actor By, SupplierId Supplier, PenaltyKind Kind, string About, int Generation, Grounds Grounds, Money Fine, Deadline Deadline)
    : PenaltyEvent(At, By);

/// <param name="Deadline">The time of notice.</param>
/// <param name="Grounds">As they were at the confirmation; null in events of before they were looked at again.</param>
public sealed record PenaltyConfirmed(
    Instant At, Actor By, Money Fine, string? SealedReason, Deadline Deadline, Grounds? Grounds = null) : PenaltyEvent(At, By);

public sealed record PenaltyDeclined(Instant At, Actor By, string? SealedReason) : PenaltyEvent(At, By);

/// <param name="Deadline">The time of notice; of a levy, the time to pay it.</param>
public sealed record PenaltyAnnounced(
    Instant At, Actor By, SupplierId Supplier, PenaltyKind Kind, string About, int Generation, Grounds Grounds, Money Fine, Deadline Deadline)
    : PenaltyEvent(At, By);

/// <param name="Deadline">The time to decide it.</param>
public sealed record PenaltyAppealed(Instant At, Actor By, int Round, string SealedReason, Deadline Deadline) : PenaltyEvent(At, By);

/// <param name="Deadline">A new time of notice, where there is another round or something to pay; else null.</param>
public sealed record PenaltyAppealDecided(Instant At, Actor By, int Round, bool Upheld, string? SealedReason, Deadline? Deadline)
    : PenaltyEvent(At, By);

/// <param name="EndsContract">The contract ends with it: expelled, or the levy was not paid.</param>
/// <param name="Forfeit">What is taken, where that was reckoned only now; null = what was held.</param>
public sealed record PenaltyBecameFinal(Instant At, Actor By, bool EndsContract, Money? Forfeit = null) : PenaltyEvent(At, By);

public sealed record PenaltyLevyPaid(Instant At, Actor By, Money Amount, Instant PaidAt) : PenaltyEvent(At, By);

public sealed record PenaltyLifted(Instant At, Actor By) : PenaltyEvent(At, By);

/// <param name="Deadline">The time of notice that takes the place of the time to pay, when that is over; null leaves the clock as it is.</param>
public sealed record PenaltyPartReversed(
    Instant At, Actor By, PenaltyPart Part, string SealedReason, Deadline? Deadline = null) : PenaltyEvent(At, By);
