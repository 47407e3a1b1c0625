using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Intake;

/// <summary>What is known of a webhook id: nothing (go on), the answer that was given, or that it was used with another body.</summary>
public sealed record WebhookSeen(Answer? Answered, bool OtherBody, TableEntity Row);

/// <summary>The webhook ids of each marketplace, with the body's hash and the answer that was given.</summary>
public sealed class WebhookIds(Tables tables)
{
    internal const string Table = "webhooks";

    /// <summary>A key of fixed length for an id, whatever characters it has.</summary>
    public static string KeyOf(string webhookId) => Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(webhookId)), 26);

    /// <summary>Remembers the id with its body, or tells what is known of it. An id whose first request ended before it was answered goes on:
    /// what it does is keyed by the id.</summary>
    public async Task<WebhookSeen> RememberAsync(string marketplace, string webhookId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var key = KeyOf(webhookId);
        var row = new TableEntity($"{marketplace}:{key[..2]}", key) { ["BodyHash"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)) };
        try
        {
            await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            return new WebhookSeen(null, OtherBody: false, row);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            var known = (await tables.Get(Table).GetEntityAsync<TableEntity>(row.PartitionKey, key, cancellationToken: cancellationToken)).Value;
            if (known.GetString("BodyHash") != row.GetString("BodyHash"))
            {
                return new WebhookSeen(null, OtherBody: true, row);
            }

            return known.GetBinary("Answer") is { } answer
                ? new WebhookSeen(new Answer(202, "application/json; charset=utf-8", answer), OtherBody: false, row)
                : new WebhookSeen(null, OtherBody: false, row);
        }
    }

    /// <summary>Keeps the answer for a repetition.</summary>
    public async Task AnsweredAsync(WebhookSeen seen, Answer answer, CancellationToken cancellationToken)
    {
        seen.Row["Answer"] = answer.Body.ToArray();
        await tables.Get(Table).UpdateEntityAsync(seen.Row, ETag.All, TableUpdateMode.Replace, cancellationToken);
    }
}
