using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Storage;

/// <summary>Whose data something is. Says nothing about the person: it is a keyed hash.</summary>
[JsonConverter(typeof(PersonIdJson))]
public readonly record struct PersonId(string Value)
{
    public override string ToString() => Value;
}

internal sealed class PersonIdJson : JsonConverter<PersonId>
{
    public override PersonId Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetString() ?? "");

    public override void Write(Utf8JsonWriter writer, PersonId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}

/// <summary>The master key of the vault, 32 bytes.</summary>
public sealed record VaultOptions(byte[] MasterKey);

/// <summary>
/// Seals what belongs to a person with a key of that person (AES-256-GCM), which is itself sealed by the master key and kept in the
/// table <c>keys</c>. Dropping that one row erases everything sealed with it.
/// </summary>
/// <remarks>Sealed form: version 1, key id (8 bytes), nonce (12), tag (16), ciphertext. The person id is authenticated with it.</remarks>
public sealed class PersonVault(Tables tables, VaultOptions options)
{
    internal const string Table = "keys";

    private const byte Version = 1;
    private const int KeyIdLength = 8;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int HeaderLength = 1 + KeyIdLength + NonceLength + TagLength;
    private const string KeyRow = "key";

    // An erased person's key may be remembered for this long by a process that used it just before.
    private static readonly TimeSpan RememberKeyFor = TimeSpan.FromMinutes(5);
    private const int RememberAtMost = 20_000;

    private readonly byte[] _identityKey = Derive(options.MasterKey, "person-id");
    private readonly byte[] _systemKey = Derive(options.MasterKey, "system");
    private readonly byte[] _searchKey = Derive(options.MasterKey, "search");
    private readonly ConcurrentDictionary<PersonId, Remembered> _keys = new();

    /// <summary>The id of a person known to <paramref name="scope"/> (a marketplace, a supplier) as <paramref name="id"/>.</summary>
    public PersonId PersonOf(string scope, string id) =>
        new("person_" + Base32.Encode(HMACSHA256.HashData(_identityKey, Encoding.UTF8.GetBytes($"{scope}\n{id}")), 26));

    /// <summary>A word that something is found by, as a keyed hash: without the key, nobody can try words.</summary>
    /// <param name="kind">What the word is; the same text of another kind gives another hash.</param>
    public string SearchTerm(string kind, string word) =>
        Base32.Encode(HMACSHA256.HashData(_searchKey, Encoding.UTF8.GetBytes($"{kind}\n{word}")), 26);

    /// <summary>Seals with the person's key, which is made on first use.</summary>
    public async ValueTask<byte[]> SealAsync(PersonId person, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken = default)
    {
        var key = await KeyAsync(person, make: true, cancellationToken);
        return Seal(key!, Encoding.UTF8.GetBytes(person.Value), plain.Span);
    }

    /// <summary>As <see cref="SealAsync"/>, for a person who was written to before: their key is looked for before one is made. A wrong
    /// guess costs a round trip.</summary>
    public async ValueTask<byte[]> SealForKnownAsync(
        PersonId person, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken = default)
    {
        var key = await KeyAsync(person, make: false, cancellationToken) ?? await KeyAsync(person, make: true, cancellationToken);
        return Seal(key!, Encoding.UTF8.GetBytes(person.Value), plain.Span);
    }

    /// <summary>What was sealed, or null when the person's key is gone: the data is erased.</summary>
    /// <exception cref="CryptographicException">The bytes were changed, or belong to somebody else.</exception>
    public async ValueTask<byte[]?> OpenAsync(PersonId person, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken = default)
    {
        var key = await KeyAsync(person, make: false, cancellationToken);
        return key is null || !Matches(key, sealedBytes.Span) ? null : Open(key, Encoding.UTF8.GetBytes(person.Value), sealedBytes.Span);
    }

    /// <summary>Seals a text, as text (base64url) that fits a column or an event.</summary>
    public async ValueTask<string> SealTextAsync(PersonId person, string plain, CancellationToken cancellationToken = default) =>
        Base64Url.EncodeToString(await SealAsync(person, Encoding.UTF8.GetBytes(plain), cancellationToken));

    /// <summary>As <see cref="SealTextAsync"/>, for a person who was written to before.</summary>
    public async ValueTask<string> SealTextForKnownAsync(PersonId person, string plain, CancellationToken cancellationToken = default) =>
        Base64Url.EncodeToString(await SealForKnownAsync(person, Encoding.UTF8.GetBytes(plain), cancellationToken));

    /// <summary>Opens what <see cref="SealTextAsync"/> sealed; null when the person's key is gone.</summary>
    /// <exception cref="CryptographicException">The text was changed, or belongs to somebody else.</exception>
    public async ValueTask<string?> OpenTextAsync(PersonId person, string sealedText, CancellationToken cancellationToken = default)
    {
        var plain = await OpenAsync(person, Base64Url.DecodeFromChars(sealedText), cancellationToken);
        return plain is null ? null : Encoding.UTF8.GetString(plain);
    }

    /// <summary>Seals what belongs to no single person (a stored answer), with a key of the app.</summary>
    public byte[] SealForApp(string purpose, ReadOnlySpan<byte> plain) => Seal(AppKey, Encoding.UTF8.GetBytes(purpose), plain);

    /// <summary>Opens what <see cref="SealForApp"/> sealed for the same purpose.</summary>
    /// <exception cref="CryptographicException">The bytes were changed, or sealed under another master key or for another purpose.</exception>
    public byte[] OpenForApp(string purpose, ReadOnlySpan<byte> sealedBytes) => Open(AppKey, Encoding.UTF8.GetBytes(purpose), sealedBytes);

    /// <summary>A name for bytes that says nothing about them without the app's key: equal bytes have equal names within a purpose.</summary>
    public string NameOf(string purpose, ReadOnlySpan<byte> bytes) =>
        Base32.Encode(HMACSHA256.HashData(Derive(options.MasterKey, $"name:{purpose}"), bytes), 26);

    /// <summary>Drops the person's key: nothing sealed with it can be opened again.</summary>
    public async Task EraseAsync(PersonId person, CancellationToken cancellationToken = default)
    {
        await tables.Get(Table).DeleteEntityAsync(person.Value, KeyRow, ETag.All, cancellationToken);
        _keys.TryRemove(person, out _);
    }

    private DataKey AppKey => new(new byte[KeyIdLength], _systemKey);

    private async ValueTask<DataKey?> KeyAsync(PersonId person, bool make, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue(person, out var known) && known.Until > Environment.TickCount64)
        {
            return known.Key;
        }

        var key = make ? await MakeOrReadAsync(person, cancellationToken) : await ReadAsync(person, cancellationToken);
        if (key is not null)
        {
            if (_keys.Count >= RememberAtMost)
            {
                _keys.Clear();
            }

            _keys[person] = new Remembered(key, Environment.TickCount64 + (long)RememberKeyFor.TotalMilliseconds);
        }

        return key;
    }

    // Most people are new when they are first written to, so the insert is tried before any read.
    private async Task<DataKey> MakeOrReadAsync(PersonId person, CancellationToken cancellationToken)
    {
        var fresh = new DataKey(RandomNumberGenerator.GetBytes(KeyIdLength), RandomNumberGenerator.GetBytes(32));
        var master = new DataKey(new byte[KeyIdLength], options.MasterKey);
        var row = new TableEntity(person.Value, KeyRow)
        {
            ["KeyId"] = fresh.Id,
            ["Wrapped"] = Seal(master, Encoding.UTF8.GetBytes(person.Value), fresh.Secret),
        };
        try
        {
            await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            return fresh;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return await ReadAsync(person, cancellationToken) ?? throw new InvalidOperationException("The person was erased just now.", e);
        }
    }

    private async Task<DataKey?> ReadAsync(PersonId person, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(person.Value, KeyRow, cancellationToken: cancellationToken);
        if (!row.HasValue)
        {
            return null;
        }

        var master = new DataKey(new byte[KeyIdLength], options.MasterKey);
        var secret = Open(master, Encoding.UTF8.GetBytes(person.Value), row.Value!.GetBinary("Wrapped"));
        return new DataKey(row.Value.GetBinary("KeyId"), secret);
    }

    private static byte[] Seal(DataKey key, byte[] associated, ReadOnlySpan<byte> plain)
    {
        var result = new byte[HeaderLength + plain.Length];
        var span = result.AsSpan();
        span[0] = Version;
        key.Id.CopyTo(span[1..]);
        var nonce = span.Slice(1 + KeyIdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key.Secret, TagLength);
        aes.Encrypt(nonce, plain, span[HeaderLength..], span.Slice(HeaderLength - TagLength, TagLength), associated);
        return result;
    }

    private static byte[] Open(DataKey key, byte[] associated, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < HeaderLength || sealedBytes[0] != Version)
        {
            throw new CryptographicException("Not something this vault has sealed.");
        }

        var plain = new byte[sealedBytes.Length - HeaderLength];
        using var aes = new AesGcm(key.Secret, TagLength);
        aes.Decrypt(
            sealedBytes.Slice(1 + KeyIdLength, NonceLength),
            sealedBytes[HeaderLength..],
            sealedBytes.Slice(HeaderLength - TagLength, TagLength),
            plain,
            associated);
        return plain;
    }

    // Another key id means that the key was dropped and the person came back later under a new one.
    private static bool Matches(DataKey key, ReadOnlySpan<byte> sealedBytes) =>
        sealedBytes.Length < HeaderLength || sealedBytes.Slice(1, KeyIdLength).SequenceEqual(key.Id);

    private static byte[] Derive(byte[] master, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, master, 32, info: Encoding.UTF8.GetBytes(purpose));

    private sealed record DataKey(byte[] Id, byte[] Secret);

    private sealed record Remembered(DataKey Key, long Until);
}
