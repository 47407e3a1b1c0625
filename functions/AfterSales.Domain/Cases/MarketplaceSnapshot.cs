using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>
/// How new a marketplace's statement is. Of two statements about the same thing the greater one counts, whichever came first; of two
/// with the same number, the digest decides, so that everybody decides alike.
/// </summary>
/// <param name="Number">A sequence number, or the instant of the last change in Unix milliseconds; one kind for a marketplace.</param>
/// <param name="Digest">Of the statement's content.</param>
public sealed record SnapshotVersion(long Number, string Digest) : IComparable<SnapshotVersion>
{
    public int CompareTo(SnapshotVersion? other) => other is null ? 1
        : Number != other.Number ? Number.CompareTo(other.Number)
        : string.CompareOrdinal(Digest, other.Digest);

    public static bool operator <(SnapshotVersion left, SnapshotVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(SnapshotVersion left, SnapshotVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(SnapshotVersion left, SnapshotVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SnapshotVersion left, SnapshotVersion right) => left.CompareTo(right) >= 0;
}

/// <summary>Of which versions what the case holds is: its claim and order line, and each fact by name.</summary>
/// <param name="Claim">Null when no statement of the whole claim was taken.</param>
public sealed record MarketplaceSnapshot(SnapshotVersion? Claim, ImmutableSortedDictionary<string, SnapshotVersion> Facts)
{
    public static MarketplaceSnapshot None { get; } = new(null, ImmutableSortedDictionary.Create<string, SnapshotVersion>(StringComparer.Ordinal));

    public bool IsNewsOfClaim(SnapshotVersion version) => Claim is null || version > Claim;

    public bool IsNewsOf(string fact, SnapshotVersion version) => !Facts.TryGetValue(fact, out var taken) || version > taken;
}

/// <summary>
/// The marketplace states what it holds now. Only what is newer than what the case took before is in it; once a decision was made on
/// what was held, that stands and the differences are shown.
/// </summary>
/// <param name="Claim">With <paramref name="Order"/>; both null when the statement is not of the whole claim or is no news.</param>
/// <param name="FactsTaken">The facts of this version, changed or not.</param>
/// <param name="Differences">What it says otherwise than the case.</param>
/// <param name="Decision">The rulebook asked again, with the facts as stated.</param>
public sealed record TakeSnapshot(
    Instant At,
    Actor By,
    SnapshotVersion Version,
    Claim? Claim,
    OrderLine? Order,
    IReadOnlyList<string> FactsTaken,
    IReadOnlyList<Contradiction> Differences,
    DecisionDocument Decision) : CaseCommand(At, By);

/// <summary>Something stated that cannot be followed any more: shown once beside what stands, also when the case is closed.</summary>
public sealed record NoteContradiction(Instant At, Actor By, Contradiction Contradiction) : CaseCommand(At, By);

/// <summary>The marketplace's newer statement is held from now on.</summary>
public sealed record SnapshotTaken(
    Instant At,
    Actor By,
    SnapshotVersion Version,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Claim? Claim,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] OrderLine? Order,
    IReadOnlyList<string> FactsTaken,
    DecisionDocument Decision) : CaseEvent(At, By);
