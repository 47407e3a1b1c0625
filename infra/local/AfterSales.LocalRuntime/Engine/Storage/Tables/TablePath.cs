namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>What a path below the account names: <c>orders</c>, <c>orders()</c>, <c>Tables('orders')</c> or
/// <c>orders(PartitionKey='a',RowKey='b')</c>, with quotes in keys doubled.</summary>
/// <param name="Name">The table, or <c>Tables</c>, or <c>$batch</c>.</param>
/// <param name="Key">The single key of <c>Tables('…')</c>.</param>
internal readonly record struct TablePath(string Name, string? Key, string? PartitionKey, string? RowKey)
{
    /// <exception cref="StorageError">400 InvalidInput.</exception>
    public static TablePath Parse(string encoded)
    {
        var path = Uri.UnescapeDataString(encoded);
        var open = path.IndexOf('(');
        if (open < 0)
        {
            return new(path.TrimEnd('/'), null, null, null);
        }

        if (!path.EndsWith(')'))
        {
            throw Invalid();
        }

        var name = path[..open];
        var rest = path.AsSpan(open + 1, path.Length - open - 2);
        if (rest.IsEmpty)
        {
            return new(name, null, null, null);
        }

        if (rest[0] == '\'')
        {
            var key = TakeQuoted(ref rest);
            return rest.IsEmpty ? new(name, key, null, null) : throw Invalid();
        }

        TakeText(ref rest, "PartitionKey=");
        var partitionKey = TakeQuoted(ref rest);
        TakeText(ref rest, ",");
        rest = rest.TrimStart(' ');
        TakeText(ref rest, "RowKey=");
        var rowKey = TakeQuoted(ref rest);
        return rest.IsEmpty ? new(name, null, partitionKey, rowKey) : throw Invalid();
    }

    private static void TakeText(ref ReadOnlySpan<char> rest, string text) =>
        rest = rest.StartsWith(text, StringComparison.Ordinal) ? rest[text.Length..] : throw Invalid();

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || rest[0] != '\'')
        {
            throw Invalid();
        }

        var doubled = false;
        for (var end = 1; end < rest.Length; end++)
        {
            if (rest[end] != '\'')
            {
                continue;
            }

            if (end + 1 < rest.Length && rest[end + 1] == '\'')
            {
                doubled = true;
                end++;
                continue;
            }

            var value = rest[1..end].ToString();
            rest = rest[(end + 1)..];
            return doubled ? value.Replace("''", "'", StringComparison.Ordinal) : value;
        }

        throw Invalid();
    }

    private static StorageError Invalid() => new(400, "InvalidInput", "One of the request inputs is not valid: the path names no entity.");
}
