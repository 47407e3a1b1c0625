using System.Globalization;
using System.Text;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace AfterSales.Benchmarks;

/// <summary>
/// One call to storage as the SDK put it on the wire. <see cref="Stage"/> is its place in the order: what has the same number ran side by
/// side, what has a higher one began after the lower ones had ended.
/// </summary>
internal sealed record RecordedCall(int Stage, string Method, Uri Uri, bool Conditional, byte[] Body)
{
    private const int DevelopmentBlobPort = 10000;
    private const string Account = "devstoreaccount1/";

    /// <summary>Table and keys, or container and blob, below the account.</summary>
    private string Path =>
        Uri.UnescapeDataString(Uri.AbsolutePath[(Uri.AbsolutePath.IndexOf(Account, StringComparison.Ordinal) + Account.Length)..]);

    private bool IsBlob => Uri.Port == DevelopmentBlobPort;

    /// <summary>The tables and containers that the call needs.</summary>
    public (bool Blob, string Name) Place => IsBlob
        ? (true, Path[..Path.IndexOf('/', StringComparison.Ordinal)])
        : (false, Path == "$batch" ? BatchOperations()[0].Table : TableOf(Path));

    /// <summary>What the call does, for a reader.</summary>
    public string Describe()
    {
        if (IsBlob)
        {
            return $"{Method} blob {Place.Name}";
        }

        return Path == "$batch"
            ? $"transaction on {Place.Name}: "
                + string.Join(", ", BatchOperations().GroupBy(o => o.Method).Select(g => $"{g.Count()} {g.Key}"))
            : $"{Method} row {Place.Name}";
    }

    /// <summary>The same call by the same SDK on other keys of the same length, prepared: what is returned sends it.</summary>
    public Func<Task> Prepare(TableServiceClient tables, BlobServiceClient blobs, string ending)
    {
        if (IsBlob)
        {
            var blob = blobs.GetBlobContainerClient(Place.Name).GetBlobClient(Other(Path[(Place.Name.Length + 1)..], ending));
            return Method == "PUT"
                ? () => blob.UploadAsync(new BinaryData(Body), overwrite: !Conditional)
                : throw new NotSupportedException($"{Method} {Uri}");
        }

        if (Path != "$batch")
        {
            return Prepare(tables.GetTableClient(Place.Name), new TableOperation(Method, Path, Conditional, Body), ending);
        }

        var table = tables.GetTableClient(Place.Name);
        var actions = BatchOperations().Select(o => ActionOf(o, ending)).ToList();
        return () => table.SubmitTransactionAsync(actions);
    }

    /// <summary>Puts there what the call expects to be there: the rows that it changes. Done before the call is measured.</summary>
    public async Task SeedAsync(TableServiceClient tables, string ending)
    {
        if (IsBlob || Path != "$batch")
        {
            return;
        }

        foreach (var changed in BatchOperations().Where(o => o is { Method: "PUT", Conditional: true }))
        {
            await tables.GetTableClient(Place.Name).UpsertEntityAsync(ChangedEntity(changed, ending), TableUpdateMode.Replace);
        }
    }

    private static Func<Task> Prepare(TableClient table, TableOperation operation, string ending)
    {
        if (operation.Method == "POST")
        {
            var entity = EntityOf(operation.Body, ending);
            return () => table.AddEntityAsync(entity);
        }

        var (partition, row) = KeysOf(operation.Path, ending);
        if (operation.Method == "GET")
        {
            return () => table.GetEntityIfExistsAsync<TableEntity>(partition, row);
        }

        if (operation.Method == "DELETE")
        {
            return () => table.DeleteEntityAsync(partition, row, ETag.All);
        }

        var changed = ChangedEntity(operation, ending);
        var mode = operation.Method == "PUT" ? TableUpdateMode.Replace : TableUpdateMode.Merge;
        return operation.Conditional
            ? () => table.UpdateEntityAsync(changed, ETag.All, mode)
            : () => table.UpsertEntityAsync(changed, mode);
    }

    private static TableTransactionAction ActionOf(TableOperation operation, string ending)
    {
        if (operation.Method == "POST")
        {
            return new TableTransactionAction(TableTransactionActionType.Add, EntityOf(operation.Body, ending));
        }

        var (partition, row) = KeysOf(operation.Path, ending);
        return operation switch
        {
            { Method: "DELETE" } => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, row), ETag.All),
            { Method: "PUT", Conditional: true } =>
                new TableTransactionAction(TableTransactionActionType.UpdateReplace, ChangedEntity(operation, ending), ETag.All),
            { Method: "PUT" } => new TableTransactionAction(TableTransactionActionType.UpsertReplace, ChangedEntity(operation, ending)),
            _ => throw new NotSupportedException($"{operation.Method} in a transaction"),
        };
    }

    private static TableEntity ChangedEntity(TableOperation operation, string ending)
    {
        var changed = EntityOf(operation.Body, ending);
        (changed.PartitionKey, changed.RowKey) = KeysOf(operation.Path, ending);
        return changed;
    }

    private List<TableOperation> BatchOperations()
    {
        var text = Encoding.UTF8.GetString(Body);
        var operations = new List<TableOperation>();
        var at = 0;
        while ((at = text.IndexOf(" HTTP/1.1\r\n", at, StringComparison.Ordinal)) >= 0)
        {
            var line = text[(text.LastIndexOf('\n', at) + 1)..at].Split(' ');
            var headersEnd = text.IndexOf("\r\n\r\n", at, StringComparison.Ordinal);
            var bodyEnd = text.IndexOf("\r\n--changeset", headersEnd, StringComparison.Ordinal);
            var path = new RecordedCall(0, line[0], new Uri(line[1]), false, []).Path;
            operations.Add(new TableOperation(
                line[0], path, text[at..headersEnd].Contains("If-Match", StringComparison.OrdinalIgnoreCase),
                Encoding.UTF8.GetBytes(bodyEnd < headersEnd + 4 ? "" : text[(headersEnd + 4)..bodyEnd])));
            at = headersEnd;
        }

        return operations;
    }

    private static string TableOf(string path) => path.Split('(')[0];

    private static (string Partition, string Row) KeysOf(string path, string ending)
    {
        var parts = path.Split('\'');
        return (Other(parts[1], ending), Other(parts[3], ending));
    }

    // Only what identifies something is long; the names of rows, shards and numbers are short and stay.
    private static string Other(string key, string ending) => key.Length > 20 ? key[..^ending.Length] + ending : key;

    private static TableEntity EntityOf(byte[] body, string ending)
    {
        using var json = JsonDocument.Parse(body);
        var entity = new TableEntity();
        foreach (var property in json.RootElement.EnumerateObject().Where(p => !p.Name.Contains('@', StringComparison.Ordinal)))
        {
            var type = json.RootElement.TryGetProperty($"{property.Name}@odata.type", out var edm) ? edm.GetString() : null;
            entity[property.Name] = property.Name is "PartitionKey" or "RowKey"
                ? Other(property.Value.GetString()!, ending)
                : ValueOf(property.Value, type);
        }

        return entity;
    }

    private static object ValueOf(JsonElement value, string? type) => (type, value.ValueKind) switch
    {
        ("Edm.Binary", _) => value.GetBytesFromBase64(),
        ("Edm.DateTime", _) => value.GetDateTimeOffset(),
        ("Edm.Int64", _) => long.Parse(value.GetString()!, CultureInfo.InvariantCulture),
        ("Edm.Guid", _) => value.GetGuid(),
        (_, JsonValueKind.String) => value.GetString()!,
        (_, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
        (_, JsonValueKind.Number) => value.TryGetInt32(out var whole) ? whole : value.GetDouble(),
        _ => throw new NotSupportedException($"{type} {value}"),
    };

    private sealed record TableOperation(string Method, string Path, bool Conditional, byte[] Body)
    {
        public string Table => TableOf(Path);
    }
}
