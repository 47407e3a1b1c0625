using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Ledger;

/// <summary>An amount that moves from one account to another; so an entry balances by its shape.</summary>
public sealed record Posting(Account From, Account To, Money Amount);

/// <summary>What an entry does to the balances.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EntryPhase>))]
public enum EntryPhase
{
    /// <summary>Counts at once.</summary>
    [JsonStringEnumMemberName("posted")] Posted,

    /// <summary>Reserved: counts as pending until a later entry posts or voids it, once.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>Turns the pending entry in <see cref="LedgerEntry.Target"/> into a posted one.</summary>
    [JsonStringEnumMemberName("settled")] Settled,

    /// <summary>Lets the pending entry in <see cref="LedgerEntry.Target"/> go.</summary>
    [JsonStringEnumMemberName("voided")] Voided,

    /// <summary>Undoes the posted or settled entry in <see cref="LedgerEntry.Target"/>.</summary>
    [JsonStringEnumMemberName("reversal")] Reversal,

    /// <summary>Lets the pending entry in <see cref="LedgerEntry.Target"/> go because its time is over.</summary>
    [JsonStringEnumMemberName("expired")] Expired,

    /// <summary>Moves nothing: closes the month of <see cref="LedgerEntry.Seal"/>.</summary>
    [JsonStringEnumMemberName("closed")] Closed,
}

/// <summary>What an entry is about; recorded with it, and part of what an idempotency key stands for.</summary>
/// <param name="Kind">Such as <c>deposit</c>, <c>charge</c>, <c>fine</c>, <c>recovery</c>.</param>
/// <param name="Clauses">Why, the first one foremost; empty for what no clause asks for.</param>
/// <param name="CaseId">The case, if there is one.</param>
/// <param name="Reference">A document outside the ledger, such as a payout id or a bank reference.</param>
/// <param name="EffectiveOn">The business day it counts on.</param>
public sealed record EntryReason(
    string Kind, ImmutableArray<string> Clauses, string? CaseId, string? Reference, string? Note, LocalDate EffectiveOn)
{
    /// <summary>The day it is about, when that lies in a month that was closed before it was recorded; it counts in the month after.</summary>
    public LocalDate? BelongsTo { get; init; }

    public bool Equals(EntryReason? other) => other is not null && Kind == other.Kind && Clauses.AsSpan().SequenceEqual(other.Clauses.AsSpan())
        && CaseId == other.CaseId && Reference == other.Reference && Note == other.Note && EffectiveOn == other.EffectiveOn
        && BelongsTo == other.BelongsTo;

    public override int GetHashCode() => HashCode.Combine(Kind, CaseId, Reference, EffectiveOn);
}

/// <summary>
/// One immutable entry in a supplier's book. <paramref name="Digest"/> covers everything else in it, the digest of the entry
/// before it included, so that no entry can be changed, put in, taken out or moved without breaking the chain.
/// </summary>
/// <param name="Sequence">1 for the first of the book, without gaps.</param>
/// <param name="Target">Id of the entry that this one settles, voids or reverses.</param>
/// <param name="Recorded">When it was written down.</param>
/// <param name="Key">Idempotency key: one effect a key.</param>
/// <param name="InputHash">What the key stood for; the same key with another input is a conflict.</param>
public sealed record LedgerEntry(
    string Id,
    SupplierId Supplier,
    long Sequence,
    EntryPhase Phase,
    EntryReason Reason,
    ImmutableArray<Posting> Postings,
    string? Target,
    Instant Recorded,
    string Key,
    string InputHash,
    string Previous,
    string Digest)
{
    /// <summary>When what is pending lapses unless it was settled or voided: the last instant at which it can still be settled.</summary>
    public Instant? Expires { get; init; }

    /// <summary>Of a closed month.</summary>
    public PeriodSeal? Seal { get; init; }

    /// <summary>Rows are kept under sequences of ten digits, more than a supplier's book will ever have.</summary>
    public const long MostSequence = 9_999_999_998;

    /// <summary>The digest before the first entry.</summary>
    public const string Origin = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The id follows from supplier and key, so that a repeated command names the same entry.</summary>
    public static string IdOf(SupplierId supplier, string key) => "entry_" + DerivedId.From(supplier.ToString(), key);

    /// <summary>The entry with its digest filled in.</summary>
    public LedgerEntry Sealed() => this with { Digest = ComputeDigest() };

    /// <summary>SHA-256, lower-case hexadecimal, over <see cref="Content"/>.</summary>
    public string ComputeDigest() => Convert.ToHexStringLower(SHA256.HashData(Content().Span));

    /// <summary>All fields but the digest itself, in the one spelling over which it is taken: a JSON array in UTF-8.</summary>
    public ReadOnlyMemory<byte> Content()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(Previous);
            writer.WriteStringValue(Id);
            writer.WriteStringValue(Supplier.ToString());
            writer.WriteNumberValue(Sequence);
            writer.WriteStringValue(WireName.Of(Phase));
            Canonical.Write(writer, Reason, Postings, Target, Expires);
            writer.WriteStringValue(InstantPattern.ExtendedIso.Format(Recorded));
            writer.WriteStringValue(Key);
            writer.WriteStringValue(InputHash);
            Seal?.Write(writer);
            writer.WriteEndArray();
        }
        return buffer.WrittenMemory;
    }
}

/// <summary>The one spelling of an entry's content, over which hashes are taken.</summary>
internal static class Canonical
{
    public static string HashOfInput(
        EntryPhase phase, EntryReason reason, ImmutableArray<Posting> postings, string? target, Instant? expires)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            writer.WriteStringValue(WireName.Of(phase));
            Write(writer, reason, postings, target, expires);
            writer.WriteEndArray();
        }
        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    public static void Write(
        Utf8JsonWriter writer, EntryReason reason, ImmutableArray<Posting> postings, string? target, Instant? expires)
    {
        writer.WriteStringValue(reason.Kind);
        writer.WriteStartArray();
        foreach (string clause in reason.Clauses) writer.WriteStringValue(clause);
        writer.WriteEndArray();
        writer.WriteStringValue(reason.CaseId);
        writer.WriteStringValue(reason.Reference);
        writer.WriteStringValue(reason.Note);
        writer.WriteStringValue(LocalDatePattern.Iso.Format(reason.EffectiveOn));
        writer.WriteStringValue(reason.BelongsTo is { } day ? LocalDatePattern.Iso.Format(day) : null);
        writer.WriteStartArray();
        foreach (Posting posting in postings)
        {
            writer.WriteStringValue(posting.From.ToString());
            writer.WriteStringValue(posting.To.ToString());
            writer.WriteStringValue($"{posting.Amount} {posting.Amount.Currency}");
        }
        writer.WriteEndArray();
        writer.WriteStringValue(target);
        writer.WriteStringValue(expires is { } instant ? InstantPattern.ExtendedIso.Format(instant) : null);
    }
}
