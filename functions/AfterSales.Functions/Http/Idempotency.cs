using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

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
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return await handle(null);
        }

        var key = values.ToString();
        if (key.Length is 0 or > LongestKey)
        {
            return Problem.Of(400, "idempotency-key-invalid", $"{Header} must have 1 to {LongestKey} characters.");
        }

        var caller = request.HttpContext.Items[typeof(Caller)] as Caller;
        var scope = Hash($"{caller?.Role}\n{caller?.Subject}\n{request.Method}\n{request.Path}");
        var row = new TableEntity(scope, Hash(key)) { ["BodyHash"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)) };
        try
        {
            var added = await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            row.ETag = added.Headers.ETag ?? ETag.All;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            var known = (await tables.Get(Table).GetEntityAsync<TableEntity>(scope, row.RowKey, cancellationToken: cancellationToken)).Value;
            if (known.GetString("BodyHash") != row.GetString("BodyHash"))
            {
                return Problem.Of(422, "idempotency-key-reused", "This key was used before with another body.");
            }

            if (known.GetInt32("Status") is { } status)
            {
                return await OpenAsync(known, cancellationToken) is { } stored
                    ? new Answer(status, known.GetString("ContentType"), stored).With(ReplayedHeader, "true")
                    : Problem.Of(410, "answer-erased", "This was done before; the customer's data in its answer was erased.");
            }
        }

        var answer = await handle(row.PartitionKey[..13] + row.RowKey[..13]);
        if (answer.Status < 500 && answer.Body.Length <= LongestAnswer)
        {
            row["Status"] = answer.Status;
            row["ContentType"] = answer.ContentType;
            row["Person"] = answer.Of?.Value;
            row["Answer"] = answer.Of is { } person
                ? await vault.SealAsync(person, answer.Body, cancellationToken)
                : vault.SealForApp(Purpose, answer.Body.Span);
            await tables.Get(Table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        }

        return answer;
    }

    /// <summary>The body that was answered; null when it was about a person whose data was erased since.</summary>
    private async Task<byte[]?> OpenAsync(TableEntity row, CancellationToken cancellationToken) => row.GetString("Person") is { } person
        ? await vault.OpenAsync(new PersonId(person), row.GetBinary("Answer"), cancellationToken)
        : vault.OpenForApp(Purpose, row.GetBinary("Answer"));

    private static string Hash(string text) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(text)), 26);
}
