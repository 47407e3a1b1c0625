using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>A penalty's id: <c>penalty_</c> and 26 characters that follow from the supplier and what the penalty is for, so that the same
/// grounds never bring two.</summary>
[JsonConverter(typeof(PenaltyIdJson))]
public readonly record struct PenaltyId
{
    private const string Prefix = "penalty_";
    private readonly string? _text;

    private PenaltyId(string text) => _text = text;

    public static PenaltyId For(SupplierId supplier, PenaltyKind kind, string about) =>
        new(Prefix + DerivedId.From(supplier.ToString(), WireName.Of(kind), about));

    public static bool TryParse(string? text, out PenaltyId id)
    {
        bool well = text is not null && text.StartsWith(Prefix, StringComparison.Ordinal) && DerivedId.IsWellFormed(text.AsSpan(Prefix.Length));
        id = well ? new PenaltyId(text!) : default;
        return well;
    }

    public override string ToString() => _text ?? "";
}

internal sealed class PenaltyIdJson : JsonConverter<PenaltyId>
{
    public override PenaltyId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PenaltyId.TryParse(reader.GetString(), out PenaltyId id) ? id : throw new JsonException("Not a penalty id.");

    public override void Write(Utf8JsonWriter writer, PenaltyId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

[JsonConverter(typeof(JsonStringEnumConverter<PenaltyKind>))]
public enum PenaltyKind
{
    /// <summary>A verbal warning (MALL-C8.5-W1); no money.</summary>
    [JsonStringEnumMemberName("warning")] Warning,

    /// <summary>通牒 (MALL-C8.5-W2); no money.</summary>
    [JsonStringEnumMemberName("ultimatum")] Ultimatum,

    /// <summary>Out of the mall, the whole deposit forfeited (MALL-C8.5-OUT); proposed first, in force only when a second person confirms.</summary>
    [JsonStringEnumMemberName("expulsion")] Expulsion,

    /// <summary>The complaint fund's levy (MALL-C8.6-1000), to be paid in one payment.</summary>
    [JsonStringEnumMemberName("levy")] Levy,

    /// <summary>Counterfeit, substandard or shoddy goods on the counter (MALL-LAD-7).</summary>
    [JsonStringEnumMemberName("banned-goods")] BannedGoods,
}

[JsonConverter(typeof(JsonStringEnumConverter<PenaltyStatus>))]
public enum PenaltyStatus
{
    /// <summary>Waits for a second person.</summary>
    [JsonStringEnumMemberName("proposed")] Proposed,

    /// <summary>A second person said no, or nobody said anything in time.</summary>
    [JsonStringEnumMemberName("declined")] Declined,

    /// <summary>The supplier has its reasons and may appeal or pay; the money is only held.</summary>
    [JsonStringEnumMemberName("announced")] Announced,

    /// <summary>Suspended: somebody who had no part in it decides.</summary>
    [JsonStringEnumMemberName("under-appeal")] UnderAppeal,

    [JsonStringEnumMemberName("final")] Final,

    [JsonStringEnumMemberName("overturned")] Overturned,

    /// <summary>What it rested on does not hold any more: complaints it counted were closed as unfounded.</summary>
    [JsonStringEnumMemberName("lifted")] Lifted,
}

[JsonConverter(typeof(JsonStringEnumConverter<FineState>))]
public enum FineState
{
    /// <summary>There is no money in it, or not yet.</summary>
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("held")] Held,
    [JsonStringEnumMemberName("settled")] Settled,

    /// <summary>Let go before it was settled.</summary>
    [JsonStringEnumMemberName("released")] Released,

    /// <summary>Settled, and reversed by an entry of its own.</summary>
    [JsonStringEnumMemberName("reversed")] Reversed,
}

/// <summary>The money of a penalty: what the ledger is brought in line with.</summary>
/// <param name="HeldOn">The day it counts on; null while nothing is held.</param>
/// <param name="SettledOn">Null unless it was settled.</param>
/// <param name="EndedAt">When it was released or reversed.</param>
/// <param name="Held">What was held, where another amount was settled.</param>
public sealed record Fine(
    Money Amount, FineState State, Instant? HeldOn = null, Instant? SettledOn = null, Instant? EndedAt = null, Money? Held = null)
{
    internal Fine HeldFrom(Instant at) => Amount.IsZero ? this : this with { State = FineState.Held, HeldOn = at };

    /// <param name="reckoned">What there is to take, where that is reckoned only now; null takes what was held.</param>
    internal Fine SettledFrom(Instant at, Money? reckoned) => (State, reckoned) switch
    {
        (FineState.Held, null) => this with { State = FineState.Settled, SettledOn = at },
        (FineState.Held, { IsPositive: false }) => EndedFrom(at),
        (FineState.Held, { } amount) => this with
        {
            State = FineState.Settled,
            SettledOn = at,
            Amount = amount,
            Held = amount == Amount ? null : Amount,
        },
        (FineState.None, { IsPositive: true } amount) => this with { State = FineState.Settled, SettledOn = at, Amount = amount },
        _ => this,
    };

    internal Fine EndedFrom(Instant at) => State switch
    {
        FineState.Held => this with { State = FineState.Released, EndedAt = at },
        FineState.Settled => this with { State = FineState.Reversed, EndedAt = at },
        _ => this,
    };
}

/// <summary>What counts against the supplier and is no money. It stands from the announcement until it is reversed.</summary>
public sealed record PenaltyStrike(Instant? GivenAt = null, Instant? ReversedAt = null)
{
    [JsonIgnore]
    public bool Stands => GivenAt is not null && ReversedAt is null;

    internal PenaltyStrike ReversedFrom(Instant at) => Stands ? this with { ReversedAt = at } : this;
}

/// <summary>The statement of reasons: what the rulebook concluded from which facts and by which clauses, and the cases it rests on.</summary>
/// <param name="Decision">With its citations; the facts are those that were counted.</param>
/// <param name="Clause">The clause foremost.</param>
/// <param name="Issue">The issue complained about, where complaints were counted by it.</param>
/// <param name="Month">The calendar month of the complaints, where they were counted by it.</param>
public sealed record Grounds(DecisionDocument Decision, string Clause, ImmutableArray<CaseId> Cases, string? Issue = null, YearMonth? Month = null);

/// <summary>One appeal of the supplier.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Upheld">The penalty stays; null while nobody has decided.</param>
/// <param name="DecidedBy">The clock where nobody decided in time.</param>
public sealed record PenaltyAppeal(
    int Round, Instant FiledAt, Actor By, string SealedReason, bool? Upheld = null, Instant? DecidedAt = null, Actor? DecidedBy = null,
    string? SealedDecision = null);

/// <summary>The one payment of a levy.</summary>
public sealed record LevyPaid(Money Amount, Instant PaidAt);

/// <summary>A step of the penalty's history.</summary>
public sealed record PenaltyStep(Instant At, Actor By, string Event, string? SealedReason = null);

/// <summary>A penalty: a case of its own kind, the fold of its events.</summary>
public sealed record Penalty
{
    public required PenaltyId Id { get; init; }

    public required SupplierId Supplier { get; init; }

    public required PenaltyKind Kind { get; init; }

    public required Grounds Grounds { get; init; }

    public required PenaltyStatus Status { get; init; }

    public required Instant OpenedAt { get; init; }

    /// <summary>What it is for, apart from how often it was imposed and lifted: the part of the id that grounds have in common.</summary>
    public required string About { get; init; }

    /// <summary>1, and one more each time that it is imposed anew after it was lifted or declined.</summary>
    public int Generation { get; init; } = 1;

    public required Fine Fine { get; init; }

    public PenaltyStrike Strike { get; init; } = new();

    /// <summary>Ids of the people who proposed, imposed, confirmed or decided: none of them decides an appeal.</summary>
    public ImmutableArray<Actor> Deciders { get; init; } = [];

    public ImmutableArray<PenaltyAppeal> Appeals { get; init; } = [];

    /// <summary>The one open clock; null when nothing runs.</summary>
    public Deadline? Deadline { get; init; }

    public LevyPaid? Payment { get; init; }

    /// <summary>When this penalty ended the supplier's contract.</summary>
    public Instant? ContractEndedAt { get; init; }

    public ImmutableArray<PenaltyStep> Timeline { get; init; } = [];

    public long Sequence { get; init; }

    [JsonIgnore]
    public bool IsOpen => Status is PenaltyStatus.Proposed or PenaltyStatus.Announced or PenaltyStatus.UnderAppeal;

    /// <summary>Announced and neither overturned nor lifted.</summary>
    [JsonIgnore]
    public bool IsInForce => Status is PenaltyStatus.Announced or PenaltyStatus.UnderAppeal or PenaltyStatus.Final;

    [JsonIgnore]
    public PenaltyAppeal? OpenAppeal => Appeals.FirstOrDefault(appeal => appeal.Upheld is null);

    /// <summary>A levy whose money is still claimed.</summary>
    [JsonIgnore]
    public bool AwaitsPayment => Kind == PenaltyKind.Levy && Fine.State == FineState.Held;

    /// <summary>Final, and its strike was not taken back: others may be built on it.</summary>
    [JsonIgnore]
    public bool IsEstablished => Status == PenaltyStatus.Final && Strike.Stands;

    /// <summary>Both its money and its strike were let go or taken back.</summary>
    [JsonIgnore]
    public bool IsSpent => Fine.State is not (FineState.Held or FineState.Settled) && !Strike.Stands;

    /// <summary>Whether counting anew may lift it: what was settled in money a person reverses.</summary>
    [JsonIgnore]
    public bool IsLiftable =>
        Status == PenaltyStatus.Proposed || (IsInForce && !(Status == PenaltyStatus.Final && Fine.State == FineState.Settled));

    /// <summary>Whether the strike counts against the supplier now; an appeal suspends it.</summary>
    [JsonIgnore]
    public bool StrikeCounts => Strike.Stands && Status != PenaltyStatus.UnderAppeal;

    public bool WasDecidedBy(string? person) => person is not null && Deciders.Any(decider => decider.Id == person);
}
