namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>One page of a query: the filter's key ranges are read from the index, in key order, and each row is put to the
/// filter.</summary>
internal sealed record TableQuery(string Table, TableFilter? Filter, int Top, string FromPartition, string FromRow)
{
    private const int MinChunk = 32;
    private const int MaxChunk = 1001;

    /// <summary>Writes the page; returns the keys of the row that the next one starts with, if any.</summary>
    public (string PartitionKey, string RowKey)? Run(StoreSession session, TableJson json)
    {
        var table = TableRows.TableId(session, Table);
        var found = 0;
        json.StartList(Table);
        foreach (var row in Matches(session, table))
        {
            if (found == Top)
            {
                json.EndList();
                return (row.PartitionKey, row.RowKey);
            }

            json.WriteListed(Table, row, first: found++ == 0);
        }

        json.EndList();
        return null;
    }

    private IEnumerable<EntityRow> Matches(StoreSession session, long table)
    {
        foreach (var box in Filter?.Boxes() ?? [KeyBox.Everything])
        {
            if (box.Partition.Until is { } end && KeyOrder.Compare(end, FromPartition) <= 0)
            {
                continue;
            }

            foreach (var row in Rows(session, table, box))
            {
                if (Filter is null || Filter.Matches(row.PartitionKey, row.RowKey, row.Version, row.Body))
                {
                    yield return row;
                }
            }
        }
    }

    private IEnumerable<EntityRow> Rows(StoreSession session, long table, KeyBox box)
    {
        var (partition, row) = (FromPartition, FromRow);
        for (var limit = Math.Max(MinChunk, Top + 1); ; limit = MaxChunk)
        {
            var rows = TableRows.Read(session, table, box, partition, row, limit);
            foreach (var found in rows)
            {
                yield return found;
            }

            if (rows.Count < limit)
            {
                yield break;
            }

            (partition, row) = (rows[^1].PartitionKey, KeyRange.After(rows[^1].RowKey));
        }
    }
}
