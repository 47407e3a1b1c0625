using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.Functions.Storage;

/// <summary>An answer kept beside what it answers, to be given again.</summary>
/// <param name="Body">As it is kept: sealed where it holds anything personal.</param>
public sealed record KeptAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    private const string BodyColumn = "Answer";

    /// <summary>SHA-256 of what was asked, in hex; null where that is kept elsewhere.</summary>
    public string? Asked { get; init; }

    /// <summary>For whom <see cref="Body"/> is sealed; null = for nobody.</summary>
    public PersonId? Person { get; init; }

    internal void WriteTo(TableEntity row)
    {
        row["Status"] = Status;
        row["ContentType"] = ContentType;
        if (Asked is not null) row["Asked"] = Asked;
        if (Person is { } person) row["Person"] = person.Value;
        LongColumn.Write(row, BodyColumn, Body.Span);
    }

    internal static KeptAnswer? Of(TableEntity row) => row.GetInt32("Status") is { } status
        ? new KeptAnswer(status, row.GetString("ContentType"), LongColumn.Read(row, BodyColumn))
        {
            Asked = row.GetString("Asked"),
            Person = row.GetString("Person") is { } person ? new PersonId(person) : null,
        }
        : null;
}

/// <summary>Answers kept in the partition of what they are about, as rows <c>k_{hash}</c> under the keys of the requests.</summary>
internal sealed class KeptAnswers(TableClient table)
{
    /// <summary>What is kept under the key, or null when nothing is.</summary>
    public async Task<KeptAnswer?> FindAsync(string partition, string key, CancellationToken cancellationToken)
    {
        var row = await table.GetEntityIfExistsAsync<TableEntity>(partition, RowKey(key), cancellationToken: cancellationToken);
        return row.HasValue ? KeptAnswer.Of(row.Value!) : null;
    }

    /// <summary>Whether something was done under the key, with or without an answer that is kept.</summary>
    public async Task<bool> HasAsync(string partition, string key, CancellationToken cancellationToken) =>
        (await table.GetEntityIfExistsAsync<TableEntity>(partition, RowKey(key), cancellationToken: cancellationToken)).HasValue;

    /// <summary>Keeps the answer to what changed nothing. False when one is kept under the key already.</summary>
    public async Task<bool> KeepAsync(string partition, string key, KeptAnswer answer, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(RowOf(partition, key, answer), cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    /// <summary>The row for the transaction that does what is answered. Null keeps the key alone.</summary>
    public static TableEntity RowOf(string partition, string key, KeptAnswer? answer)
    {
        var row = new TableEntity(partition, RowKey(key));
        answer?.WriteTo(row);
        return row;
    }

    private static string RowKey(string key) => $"k_{Base32.Encode(SHA256.HashData(Encoding.UTF8.GetBytes(key)), 26)}";
}
