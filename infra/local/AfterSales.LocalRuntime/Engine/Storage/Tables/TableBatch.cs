using System.Text;

namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>One operation of a transaction, as its HTTP text gives it.</summary>
internal readonly record struct BatchOperation(string Method, string Path, string? IfMatch, ReadOnlyMemory<byte> Body);

/// <summary>An entity-group transaction on the wire: a change set of HTTP requests in <c>multipart/mixed</c>.</summary>
internal static class TableBatch
{
    private static readonly byte[] LineEnd = "\r\n"u8.ToArray();

    /// <summary>The operations of the change set.</summary>
    /// <exception cref="StorageError">400 InvalidInput; 501 for a query in a batch.</exception>
    public static List<BatchOperation> Parse(string? contentType, ReadOnlyMemory<byte> body)
    {
        var parts = Parts(body, Boundary(contentType));
        if (parts.Count != 1)
        {
            throw Invalid("the batch holds no single change set");
        }

        var changeSet = parts[0];
        var inner = TakeHeaders(ref changeSet, "Content-Type");
        if (inner?.StartsWith("multipart/mixed", StringComparison.OrdinalIgnoreCase) != true)
        {
            throw StorageError.NotSupported("a query in a batch");
        }

        return [.. Parts(changeSet, Boundary(inner)).Select(ReadOperation)];
    }

    /// <summary>The answer when every operation succeeded: the new tags, null for a deleted row.</summary>
    public static (byte[] Body, string ContentType) Succeeded(IReadOnlyList<string?> tags)
    {
        var id = Guid.NewGuid();
        var text = Start(id);
        foreach (var tag in tags)
        {
            text.Append($"--changesetresponse_{id}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
            text.Append("HTTP/1.1 204 No Content\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n");
            text.Append("DataServiceVersion: 1.0;\r\n");
            text.Append(tag is null ? "\r\n\r\n" : $"ETag: {tag}\r\n\r\n\r\n");
        }

        return End(text, id);
    }

    /// <summary>The answer when an operation was refused, and so all of them.</summary>
    public static (byte[] Body, string ContentType) Failed(StorageError error)
    {
        var id = Guid.NewGuid();
        var text = Start(id);
        text.Append($"--changesetresponse_{id}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        text.Append($"HTTP/1.1 {error.Status} {error.Code}\r\nX-Content-Type-Options: nosniff\r\nCache-Control: no-cache\r\n");
        text.Append($"DataServiceVersion: 3.0;\r\nContent-Type: {TableJson.ContentType}\r\n\r\n");
        text.Append(Encoding.UTF8.GetString(TableErrorBody.Json(error))).Append("\r\n");
        return End(text, id);
    }

    private static StringBuilder Start(Guid id) =>
        new StringBuilder(1024).Append($"--batchresponse_{id}\r\nContent-Type: multipart/mixed; boundary=changesetresponse_{id}\r\n\r\n");

    private static (byte[] Body, string ContentType) End(StringBuilder text, Guid id)
    {
        text.Append($"--changesetresponse_{id}--\r\n--batchresponse_{id}--\r\n");
        return (Encoding.UTF8.GetBytes(text.ToString()), $"multipart/mixed; boundary=batchresponse_{id}");
    }

    private static BatchOperation ReadOperation(ReadOnlyMemory<byte> part)
    {
        TakeHeaders(ref part, "Content-Type");
        var line = TakeLine(ref part).Split(' ');
        if (line.Length != 3 || !Uri.TryCreate(line[1], UriKind.Absolute, out var uri))
        {
            throw Invalid("an operation of the batch has no request line");
        }

        if (line[0] == "GET")
        {
            throw StorageError.NotSupported("a query in a batch");
        }

        var ifMatch = TakeHeaders(ref part, "If-Match");
        var path = uri.AbsolutePath;
        return new(line[0], path[(path.LastIndexOf('/') + 1)..], ifMatch, part);
    }

    private static byte[] Boundary(string? contentType)
    {
        const string Parameter = "boundary=";
        var at = contentType?.IndexOf(Parameter, StringComparison.OrdinalIgnoreCase) ?? -1;
        return at >= 0
            ? Encoding.ASCII.GetBytes("--" + contentType!.AsSpan(at + Parameter.Length).ToString().Split(';')[0].Trim().Trim('"'))
            : throw Invalid("the batch has no boundary");
    }

    /// <summary>The parts between boundary lines, without the line end that belongs to the boundary.</summary>
    private static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> body, byte[] boundary)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        var at = body.Span.IndexOf(boundary);
        while (at >= 0)
        {
            body = body[(at + boundary.Length)..];
            if (body.Span.StartsWith("--"u8))
            {
                return parts;
            }

            at = body.Span.IndexOf(boundary);
            if (at < LineEnd.Length)
            {
                break;
            }

            var part = body[..at];
            part = part.Span.StartsWith(LineEnd) ? part[LineEnd.Length..] : part;
            part = part.Span.EndsWith(LineEnd) ? part[..^LineEnd.Length] : part;
            parts.Add(part);
        }

        throw Invalid("the batch does not end");
    }

    private static string TakeLine(ref ReadOnlyMemory<byte> part)
    {
        var end = part.Span.IndexOf(LineEnd);
        if (end < 0)
        {
            throw Invalid("an operation of the batch does not end");
        }

        var line = Encoding.UTF8.GetString(part.Span[..end]);
        part = part[(end + LineEnd.Length)..];
        return line;
    }

    /// <summary>Reads the header lines up to the empty one; the value of the wanted header, null if it is not there.</summary>
    private static string? TakeHeaders(ref ReadOnlyMemory<byte> part, string wanted)
    {
        string? found = null;
        while (!part.IsEmpty && TakeLine(ref part) is { Length: > 0 } line)
        {
            if (line.Length > wanted.Length && line[wanted.Length] == ':' && line.StartsWith(wanted, StringComparison.OrdinalIgnoreCase))
            {
                found = line[(wanted.Length + 1)..].Trim();
            }
        }

        return found;
    }

    private static StorageError Invalid(string why) => new(400, "InvalidInput", $"One of the request inputs is not valid: {why}.");
}
