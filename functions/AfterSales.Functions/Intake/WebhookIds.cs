using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Intake;

/// <summary>What is known of a webhook id.</summary>
/// <param name="Before">It was used before, with the same body unless <paramref name="OtherBody"/>.</param>
/// <param name="Answered">The answer that was given, if it is kept here.</param>
public sealed record WebhookSeen(bool Before, bool OtherBody, Answer? Answered, TableEntity Row);

/// <summary>The webhook ids of each marketplace, with the body's hash. The answer that was given is kept in the case, together with what
/// the webhook changed there, or here when it changed nothing.</summary>
public sealed class WebhookIds(Tables tables)
{
    internal const string Table = "webhooks";

    /// <summary>A key of fixed length for an id, whatever characters it has.</summary>
    public static string KeyOf(string webhookId) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(webhookId)), 26);

    /// <summary>Remembers the id with its body, or tells what is known of it. An id whose first request ended before it was answered goes
    /// on: what it does is keyed by the id.</summary>
    public async Task<WebhookSeen> RememberAsync(
        string marketplace, string webhookId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var key = KeyOf(webhookId);
        var row = new TableEntity($"{marketplace}:{key[..2]}", key) { ["BodyHash"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)) };
        try
        {
            await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            return new WebhookSeen(Before: false, OtherBody: false, null, row);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            TableEntity known = await tables.Get(Table).GetEntityAsync<TableEntity>(row.PartitionKey, key, cancellationToken: cancellationToken);
            var otherBody = known.GetString("BodyHash") != row.GetString("BodyHash");
            return new WebhookSeen(Before: true, otherBody, known.GetBinary("Answer") is { } answer ? Given(answer) : null, row);
        }
    }

    /// <summary>An answer that was given before, to be given again.</summary>
    public static Answer Given(ReadOnlyMemory<byte> body) =>
        new Answer(202, "application/json; charset=utf-8", body).With(Idempotency.ReplayedHeader, "true");

    /// <summary>Keeps the answer of a webhook that changed nothing, for a repetition.</summary>
    public async Task AnsweredAsync(WebhookSeen seen, Answer answer, CancellationToken cancellationToken)
    {
        seen.Row["Answer"] = answer.Body.ToArray();
        await tables.Get(Table).UpdateEntityAsync(seen.Row, ETag.All, TableUpdateMode.Replace, cancellationToken);
    }
}
