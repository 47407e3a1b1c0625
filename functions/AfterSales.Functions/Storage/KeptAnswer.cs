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
