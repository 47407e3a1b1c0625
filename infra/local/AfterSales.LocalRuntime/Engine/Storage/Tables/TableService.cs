using System.Net;
using System.Text;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>The REST operations of Azure Tables.</summary>
internal sealed class TableService(SqliteStore store)
{
    private const int MaxBody = 4 * 1024 * 1024;
    private const int MaxOperations = 100;
    private const int PageSize = 1000;

    private readonly TableRows _rows = new();

    public async Task<HttpResponseMessage> AnswerAsync(StorageRequest request)
    {
        if (request.Query("comp") is { } component)
        {
            throw StorageError.NotSupported($"comp={component} on tables");
        }

        var path = TablePath.Parse(request.Path);
        return (request.Method, path) switch
        {
            ("POST", { Name: "$batch" }) => await TransactAsync(request),
            ("POST", { Name: "Tables" }) => await CreateTableAsync(request),
            ("GET", { Name: "Tables", Key: null }) => QueryTables(request),
            ("DELETE", { Name: "Tables", Key: { } table }) => await DeleteTableAsync(table),
            ("POST", { PartitionKey: null }) => await InsertAsync(request, path.Name),
            ("GET", { PartitionKey: null, Key: null }) => Query(request, path.Name),
            ("GET", { PartitionKey: not null }) => Get(request, path),
            ("PUT" or "PATCH" or "MERGE" or "DELETE", { PartitionKey: not null }) => await ChangeAsync(request, path),
            _ => throw StorageError.NotSupported($"{request.Method} on {request.Path}"),
        };
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, TableJson? json = null)
    {
        var response = new HttpResponseMessage(status);
        if (json is not null)
        {
            response.Content = new ReadOnlyMemoryContent(json.Written);
            response.Content.Headers.TryAddWithoutValidation("Content-Type", TableJson.ContentType);
        }

        return response;
    }

    private static TableJson Json(StorageRequest request, IReadOnlySet<string>? select = null) =>
        new(request.AccountUrl, TableJson.MetadataOf(request.Query("$format") ?? request.Header("Accept")), select);

    private static bool WantsContent(StorageRequest request) =>
        request.Header("Prefer")?.Contains("return-no-content", StringComparison.OrdinalIgnoreCase) != true;

    private async Task<HttpResponseMessage> CreateTableAsync(StorageRequest request)
    {
        var name = CheckTableName(TableNameOf(await request.ReadBodyAsync(MaxBody)));
        await store.WriteAsync(session => TableRows.CreateTable(session, name));
        if (!WantsContent(request))
        {
            return Answer(HttpStatusCode.NoContent);
        }

        var json = Json(request);
        json.WriteTable(name);
        return Answer(HttpStatusCode.Created, json);
    }

    private static string TableNameOf(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = System.Text.Json.JsonDocument.Parse(body);
            return json.RootElement.GetProperty("TableName").GetString() ?? "";
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw Invalid("TableName");
        }
    }

    private static string CheckTableName(string name)
    {
        if (name.Length is < 3 or > 63)
        {
            throw new StorageError(400, "OutOfRangeInput", "The specified resource name length is not within the permissible limits.");
        }

        return char.IsAsciiLetter(name[0]) && name.All(char.IsAsciiLetterOrDigit)
            ? name
            : throw new StorageError(400, "InvalidResourceName", "The specified resource name contains invalid characters.");
    }

    private async Task<HttpResponseMessage> DeleteTableAsync(string table)
    {
        await store.WriteAsync(session => TableRows.DeleteTable(session, table));
        return Answer(HttpStatusCode.NoContent);
    }

    private HttpResponseMessage QueryTables(StorageRequest request)
    {
        var filter = request.Query("$filter") is { Length: > 0 } text ? TableFilterParser.Parse(text, rowKey: "TableName") : null;
        var limit = Top(request);
        var from = request.Query("NextTableName") is { } encoded ? Decode(encoded) : "";
        var names = store.Read(session => TableRows.TableNames(session, from, int.MaxValue))
            .Where(name => filter is null || filter.Matches("", name, 0, []))
            .Take(limit + 1)
            .ToList();
        var json = Json(request);
        json.WriteTables([.. names.Take(limit)]);
        var response = Answer(HttpStatusCode.OK, json);
        if (names.Count > limit)
        {
            response.Headers.TryAddWithoutValidation("x-ms-continuation-NextTableName", Encode(names[limit]));
        }

        return response;
    }

    private async Task<HttpResponseMessage> InsertAsync(StorageRequest request, string table)
    {
        var change = ToChange("POST", new TablePath(table, null, null, null), null, (await request.ReadBodyAsync(MaxBody)).Span);
        var version = await store.WriteAsync(session => _rows.Apply(session, TableRows.TableId(session, table), change));
        var content = WantsContent(request);
        var json = content ? Json(request) : null;
        json?.WriteEntity(table, new EntityRow(change.PartitionKey, change.RowKey, version, change.Body));
        var response = Answer(content ? HttpStatusCode.Created : HttpStatusCode.NoContent, json);
        response.Headers.TryAddWithoutValidation("ETag", EntityTag.Format(version));
        return response;
    }

    private async Task<HttpResponseMessage> ChangeAsync(StorageRequest request, TablePath path)
    {
        var change = ToChange(request.Method, path, request.Header("If-Match"), (await request.ReadBodyAsync(MaxBody)).Span);
        var version = await store.WriteAsync(session => _rows.Apply(session, TableRows.TableId(session, path.Name), change));
        var response = Answer(HttpStatusCode.NoContent);
        if (change.Kind != ChangeKind.Delete)
        {
            response.Headers.TryAddWithoutValidation("ETag", EntityTag.Format(version));
        }

        return response;
    }

    /// <summary>A change without <c>If-Match</c> inserts or updates; with it, even with <c>*</c>, the row must be there.</summary>
    private static EntityChange ToChange(string method, TablePath path, string? ifMatch, ReadOnlySpan<byte> body)
    {
        var kind = (method, ifMatch) switch
        {
            ("POST", _) => ChangeKind.Insert,
            ("PUT", null) => ChangeKind.InsertOrReplace,
            ("PUT", _) => ChangeKind.Replace,
            ("PATCH" or "MERGE", null) => ChangeKind.InsertOrMerge,
            ("PATCH" or "MERGE", _) => ChangeKind.Merge,
            ("DELETE", not null) => ChangeKind.Delete,
            ("DELETE", null) => throw Invalid("If-Match is required"),
            _ => throw StorageError.NotSupported($"{method} on an entity"),
        };
        var expected = ifMatch is null ? null : EntityTag.Parse(ifMatch);
        var sent = kind == ChangeKind.Delete ? default : EntityBody.Parse(body);
        return new(
            kind,
            path.Name,
            EntityBody.CheckKey(path.PartitionKey ?? sent.PartitionKey, "PartitionKey"),
            EntityBody.CheckKey(path.RowKey ?? sent.RowKey, "RowKey"),
            sent.Body ?? [],
            expected);
    }

    private async Task<HttpResponseMessage> TransactAsync(StorageRequest request)
    {
        StorageError? refusal = null;
        List<string?> tags = [];
        try
        {
            var changes = ReadChanges(TableBatch.Parse(request.Header("Content-Type"), await request.ReadBodyAsync(MaxBody)));
            var versions = await store.WriteAsync(session => ApplyAll(session, changes));
            tags = [.. versions.Select(v => v == 0 ? null : EntityTag.Format(v))];
        }
        catch (StorageError error) when (error.Status is not (413 or 501))
        {
            refusal = error;
        }

        var (body, type) = refusal is null ? TableBatch.Succeeded(tags) : TableBatch.Failed(refusal);
        var response = Answer(HttpStatusCode.Accepted);
        response.Content = new ByteArrayContent(body);
        response.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return response;
    }

    private static List<EntityChange> ReadChanges(List<BatchOperation> operations)
    {
        if (operations.Count is 0 or > MaxOperations)
        {
            throw new StorageError(
                400,
                "InvalidInput",
                $"{MaxOperations - 1}:The batch request operation exceeds the maximum {MaxOperations} changes per change set.");
        }

        var changes = new List<EntityChange>(operations.Count);
        var rowKeys = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < operations.Count; i++)
        {
            try
            {
                var operation = operations[i];
                var change = ToChange(operation.Method, TablePath.Parse(operation.Path), operation.IfMatch, operation.Body.Span);
                CheckBelongs(change, changes, rowKeys);
                changes.Add(change);
            }
            catch (StorageError error)
            {
                throw error.At(i);
            }
        }

        return changes;
    }

    private static void CheckBelongs(EntityChange change, List<EntityChange> before, HashSet<string> rowKeys)
    {
        if (before.Count > 0 && !change.Table.Equals(before[0].Table, StringComparison.OrdinalIgnoreCase))
        {
            throw Invalid("a transaction is about one table");
        }

        if (before.Count > 0 && change.PartitionKey != before[0].PartitionKey)
        {
            throw new StorageError(
                400,
                "CommandsInBatchActOnDifferentPartitions",
                "All commands in a batch must operate on same entity group.");
        }

        if (!rowKeys.Add(change.RowKey))
        {
            throw new StorageError(
                400,
                "InvalidDuplicateRow",
                "The batch request contains multiple changes with same row key. An entity can appear only once in a batch request.");
        }
    }

    private long[] ApplyAll(StoreSession session, List<EntityChange> changes)
    {
        var table = 0L;
        var versions = new long[changes.Count];
        for (var i = 0; i < versions.Length; i++)
        {
            try
            {
                table = i == 0 ? TableRows.TableId(session, changes[0].Table) : table;
                versions[i] = _rows.Apply(session, table, changes[i]);
            }
            catch (StorageError error)
            {
                throw error.At(i);
            }
        }

        return versions;
    }

    private HttpResponseMessage Get(StorageRequest request, TablePath path)
    {
        var row = store.Read(session => TableRows.Get(session, path.Name, path.PartitionKey!, path.RowKey!));
        var json = Json(request, Selected(request));
        json.WriteEntity(path.Name, row);
        var response = Answer(HttpStatusCode.OK, json);
        response.Headers.TryAddWithoutValidation("ETag", EntityTag.Format(row.Version));
        return response;
    }

    private HttpResponseMessage Query(StorageRequest request, string table)
    {
        var filter = request.Query("$filter") is { Length: > 0 } text ? TableFilterParser.Parse(text) : null;
        var query = new TableQuery(
            table,
            filter,
            Top(request),
            request.Query("NextPartitionKey") is { } partition ? Decode(partition) : "",
            request.Query("NextRowKey") is { } row ? Decode(row) : "");
        var json = Json(request, Selected(request));
        var next = store.Read(session => query.Run(session, json));
        var response = Answer(HttpStatusCode.OK, json);
        if (next is { } position)
        {
            response.Headers.TryAddWithoutValidation("x-ms-continuation-NextPartitionKey", Encode(position.PartitionKey));
            response.Headers.TryAddWithoutValidation("x-ms-continuation-NextRowKey", Encode(position.RowKey));
        }

        return response;
    }

    private static int Top(StorageRequest request)
    {
        if (request.Query("$top") is not { } text)
        {
            return PageSize;
        }

        return int.TryParse(text, out var top) && top is > 0 and <= PageSize
            ? top
            : throw Invalid("$top is from 1 to 1000");
    }

    private static HashSet<string>? Selected(StorageRequest request) =>
        request.Query("$select") is { Length: > 0 } select and not "*"
            ? new(select.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal)
            : null;

    // Keys may hold any text, headers hold ASCII.
    private static string Encode(string key) => "1!" + Convert.ToBase64String(Encoding.UTF8.GetBytes(key));

    private static string Decode(string token)
    {
        var buffer = new byte[token.Length];
        return token.StartsWith("1!", StringComparison.Ordinal) && Convert.TryFromBase64String(token[2..], buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw Invalid("the continuation is not one that was given out");
    }

    private static StorageError Invalid(string why) => new(400, "InvalidInput", $"One of the request inputs is not valid: {why}.");
}
