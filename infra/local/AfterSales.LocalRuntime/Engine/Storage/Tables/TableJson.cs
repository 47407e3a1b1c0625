using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>How much an answer says about types and addresses.</summary>
internal enum Metadata
{
    None,
    Minimal,
    Full,
}

/// <summary>The body of an error answer of the table service.</summary>
internal static class TableErrorBody
{
    public static byte[] Json(StorageError error) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["odata.error"] = new { code = error.Code, message = new { lang = "en-US", value = error.Message } },
    });
}

/// <summary>Writes the JSON of table answers. A stored body is copied as it is unless properties are selected or types left out.</summary>
internal sealed class TableJson(string accountUrl, Metadata metadata, IReadOnlySet<string>? select)
{
    /// <summary>The type of every JSON answer.</summary>
    public const string ContentType = "application/json;odata=minimalmetadata;streaming=true;charset=utf-8";

    private readonly ArrayBufferWriter<byte> _output = new(1024);

    public ReadOnlyMemory<byte> Written => _output.WrittenMemory;

    /// <summary>What an <c>Accept</c> (or <c>$format</c>) asks for; minimal if it says nothing.</summary>
    public static Metadata MetadataOf(string? accept) => accept switch
    {
        null => Metadata.Minimal,
        _ when accept.Contains("odata=nometadata", StringComparison.OrdinalIgnoreCase) => Metadata.None,
        _ when accept.Contains("odata=fullmetadata", StringComparison.OrdinalIgnoreCase) => Metadata.Full,
        _ => Metadata.Minimal,
    };

    /// <summary>One entity as an answer of its own.</summary>
    public void WriteEntity(string table, EntityRow row)
    {
        Raw("{"u8);
        WriteContext(table, "/@Element");
        WriteProperties(table, row);
        Raw("}"u8);
    }

    /// <summary>The answer to <c>POST Tables</c>.</summary>
    public void WriteTable(string table)
    {
        Raw("{"u8);
        WriteContext("Tables", "/@Element");
        Raw("\"TableName\":"u8);
        Text(table);
        Raw("}"u8);
    }

    public void WriteTables(IReadOnlyList<string> tables)
    {
        StartList("Tables");
        for (var i = 0; i < tables.Count; i++)
        {
            Raw(i > 0 ? ",{\"TableName\":"u8 : "{\"TableName\":"u8);
            Text(tables[i]);
            Raw("}"u8);
        }

        EndList();
    }

    public void StartList(string table)
    {
        Raw("{"u8);
        WriteContext(table, "");
        Raw("\"value\":["u8);
    }

    public void WriteListed(string table, EntityRow row, bool first)
    {
        Raw(first ? "{"u8 : ",{"u8);
        WriteProperties(table, row);
        Raw("}"u8);
    }

    public void EndList() => Raw("]}"u8);

    private void WriteContext(string table, string suffix)
    {
        if (metadata != Metadata.None)
        {
            Raw("\"odata.metadata\":"u8);
            Text($"{accountUrl}/$metadata#{table}{suffix}");
            Raw(","u8);
        }
    }

    private void WriteProperties(string table, EntityRow row)
    {
        var written = 0;
        if (metadata == Metadata.Full)
        {
            var address = $"{table}(PartitionKey='{Quoted(row.PartitionKey)}',RowKey='{Quoted(row.RowKey)}')";
            Property("odata.type"u8, $"devstoreaccount1.{table}", ref written);
            Property("odata.id"u8, $"{accountUrl}/{address}", ref written);
            Property("odata.editLink"u8, address, ref written);
        }

        if (metadata != Metadata.None)
        {
            Property("odata.etag"u8, EntityTag.Format(row.Version), ref written);
        }

        if (Wanted("PartitionKey"))
        {
            Property("PartitionKey"u8, row.PartitionKey, ref written);
        }

        if (Wanted("RowKey"))
        {
            Property("RowKey"u8, row.RowKey, ref written);
        }

        if (Wanted("Timestamp"))
        {
            if (metadata == Metadata.Full)
            {
                Property("Timestamp@odata.type"u8, "Edm.DateTime", ref written);
            }

            Property("Timestamp"u8, EntityTag.Instant(row.Version), ref written);
        }

        if (select is not null || metadata == Metadata.None)
        {
            EntityBody.Copy(row.Body, _output, Wanted, annotations: metadata != Metadata.None, written);
        }
        else if (row.Body.Length > 2)
        {
            Raw(","u8);
            Raw(row.Body.AsSpan(1, row.Body.Length - 2));
        }
    }

    private static string Quoted(string key) => Uri.EscapeDataString(key.Replace("'", "''", StringComparison.Ordinal));

    private bool Wanted(string name) => select is null || select.Contains(name);

    private void Property(ReadOnlySpan<byte> name, string value, ref int written)
    {
        Raw(written++ > 0 ? ",\""u8 : "\""u8);
        Raw(name);
        Raw("\":"u8);
        Text(value);
    }

    private void Text(string value)
    {
        Raw("\""u8);
        Raw(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        Raw("\""u8);
    }

    private void Raw(ReadOnlySpan<byte> bytes) => _output.Write(bytes);
}
