using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

/// <summary>The key of a request, for one caller, method and path.</summary>
/// <param name="Asked">SHA-256 of the body, in hex.</param>
public sealed record IdempotencyKey(string Scope, string Name, string Asked)
{
    /// <summary>Of fixed length, for the request's effects.</summary>
    public string Value => Scope[..13] + Name[..13];
}

/// <summary>
/// <c>Idempotency-Key</c> for what changes something: the same caller, path, key and body get the same answer again; another body is
/// refused. A request whose first run ended before its answer was stored runs again, with the same key for its effects.
/// </summary>
public sealed class Idempotency(Tables tables, PersonVault vault)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";
    internal const string Table = "idempotency";

    private const int LongestKey = 255;
    private const int LongestAnswer = 60_000;
    private const string Purpose = "idempotent-answer";

    /// <summary>Runs <paramref name="handle"/> under the request's key, if it has one. The handler is given a key of fixed length for its own
    /// effects (null without a header). Answers of 500 and more are not stored.</summary>
    public async Task<Answer> RunAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, Func<string?, Task<Answer>> handle, CancellationToken cancellationToken)
    {
        var (key, refusal) = KeyOf(request, body);
        if (key is null)
        {
            return refusal ?? await handle(null);
        }

        var row = new TableEntity(key.Scope, key.Name) { ["BodyHash"] = key.Asked };
        try
        {
            var added = await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            row.ETag = added.Headers.ETag ?? ETag.All;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            var known = (await tables.Get(Table).GetEntityAsync<TableEntity>(key.Scope, key.Name, cancellationToken: cancellationToken)).Value;
            if (known.GetString("BodyHash") != key.Asked)
            {
                return ReusedKey();
            }

            if (known.GetInt32("Status") is { } status)
            {
                var person = known.GetString("Person") is { } text ? new PersonId(text) : (PersonId?)null;
                return await AgainAsync(new KeptAnswer(status, known.GetString("ContentType"), known.GetBinary("Answer")) { Person = person },
                    cancellationToken);
            }
        }

        var answer = await handle(key.Value);
        if (answer.Status < 500 && answer.Body.Length <= LongestAnswer)
        {
            var kept = await KeepAsync(key, answer, cancellationToken);
            row["Status"] = kept.Status;
            row["ContentType"] = kept.ContentType;
            row["Person"] = kept.Person?.Value;
            row["Answer"] = kept.Body.ToArray();
            await tables.Get(Table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }

        return answer;
    }

    /// <summary>The request's key, or neither: it has none. A key of no or too many characters is refused.</summary>
    public static (IdempotencyKey? Key, Answer? Refusal) KeyOf(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return (null, null);
        }

        var key = values.ToString();
        if (key.Length is 0 or > LongestKey)
        {
            return (null, Problem.Of(400, "idempotency-key-invalid", $"{Header} must have 1 to {LongestKey} characters."));
        }

        var caller = request.HttpContext.Items[typeof(Caller)] as Caller;
        return (new IdempotencyKey(
            Hash($"{caller?.Role}\n{caller?.Subject}\n{request.Method}\n{request.Path}"), Hash(key),
            Convert.ToHexStringLower(SHA256.HashData(body.Span))), null);
    }

    /// <summary>The answer as it is kept: sealed, for the person whom it is about if it is about one.</summary>
    public async ValueTask<KeptAnswer> KeepAsync(IdempotencyKey key, Answer answer, CancellationToken cancellationToken) =>
        new(answer.Status, answer.ContentType, answer.Of is { } person
            ? await vault.SealForKnownAsync(person, answer.Body, cancellationToken)
            : vault.SealForApp(Purpose, answer.Body.Span))
        {
            Asked = key.Asked,
            Person = answer.Of,
        };

    /// <summary>A kept answer given again; 422 when the key was used with another body, 410 when the answer was about a person whose data
    /// was erased since.</summary>
    public async Task<Answer> AgainAsync(IdempotencyKey key, KeptAnswer kept, CancellationToken cancellationToken) =>
        kept.Asked == key.Asked ? await AgainAsync(kept, cancellationToken) : ReusedKey();

    private async Task<Answer> AgainAsync(KeptAnswer kept, CancellationToken cancellationToken)
    {
        var body = kept.Person is { } person
            ? await vault.OpenAsync(person, kept.Body, cancellationToken)
            : vault.OpenForApp(Purpose, kept.Body.Span);
        return body is null
            ? Problem.Of(410, "answer-erased", "This was done before; the customer's data in its answer was erased.")
            : new Answer(kept.Status, kept.ContentType, body).With(ReplayedHeader, "true");
    }

    private static Answer ReusedKey() => Problem.Of(422, "idempotency-key-reused", "This key was used before with another body.");

    private static string Hash(string text) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26);
}
