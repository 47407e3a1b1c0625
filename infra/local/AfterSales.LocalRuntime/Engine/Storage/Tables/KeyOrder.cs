namespace AfterSales.LocalRuntime.Engine.Storage.Tables;

/// <summary>The order of keys: by code point, which is the order of SQLite's UTF-8 text, so that a filter and an index agree.</summary>
internal static class KeyOrder
{
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        return Rank(left[common]).CompareTo(Rank(right[common]));
    }

    // UTF-16 puts surrogates (code points above U+FFFF) before U+E000 … U+FFFF.
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;
}

/// <summary>The keys from <paramref name="From"/> up to but without <paramref name="Until"/>; null: no upper end.</summary>
internal readonly record struct KeyRange(string From, string? Until)
{
    public static readonly KeyRange All = new("", null);

    public bool IsEmpty => Until is not null && KeyOrder.Compare(From, Until) >= 0;

    /// <summary>True if the range holds one key only, which is <see cref="From"/>.</summary>
    public bool IsPoint =>
        Until is not null && Until.Length == From.Length + 1 && Until[^1] == '\0' && Until.StartsWith(From, StringComparison.Ordinal);

    /// <summary>The smallest key after <paramref name="key"/>: keys hold no control characters.</summary>
    public static string After(string key) => key + '\0';

    public KeyRange And(KeyRange other) => new(
        KeyOrder.Compare(From, other.From) >= 0 ? From : other.From,
        Until is null ? other.Until : other.Until is null || KeyOrder.Compare(Until, other.Until) <= 0 ? Until : other.Until);

    /// <summary>The smallest range that holds both.</summary>
    public KeyRange Hull(KeyRange other) => new(
        KeyOrder.Compare(From, other.From) <= 0 ? From : other.From,
        Until is null || other.Until is null ? null : KeyOrder.Compare(Until, other.Until) >= 0 ? Until : other.Until);
}

/// <summary>A part of a table that a filter can match: a range of partitions and, in each, a range of rows.</summary>
internal readonly record struct KeyBox(KeyRange Partition, KeyRange Row)
{
    public static readonly KeyBox Everything = new(KeyRange.All, KeyRange.All);

    // More alternatives than this are read as one range: the filter is applied to every row anyway.
    private const int MaxBoxes = 128;

    /// <summary>The boxes of both conditions together.</summary>
    public static List<KeyBox> And(List<KeyBox> left, List<KeyBox> right)
    {
        if (left.Count * right.Count > MaxBoxes)
        {
            return left;
        }

        return
        [
            .. from l in left
               from r in right
               let box = new KeyBox(l.Partition.And(r.Partition), l.Row.And(r.Row))
               where !box.Partition.IsEmpty && !box.Row.IsEmpty
               select box,
        ];
    }

    /// <summary>The boxes of either condition.</summary>
    public static List<KeyBox> Or(List<KeyBox> left, List<KeyBox> right) =>
        left.Count + right.Count > MaxBoxes ? [Everything] : [.. left, .. right];

    /// <summary>The same keys as boxes that do not overlap, in key order: one partition each, or else a single box.</summary>
    public static List<KeyBox> Disjoint(List<KeyBox> boxes)
    {
        if (boxes.Count <= 1)
        {
            return boxes;
        }

        if (!boxes.TrueForAll(b => b.Partition.IsPoint))
        {
            return [boxes.Aggregate((a, b) => new KeyBox(a.Partition.Hull(b.Partition), a.Row.Hull(b.Row)))];
        }

        boxes.Sort((a, b) => KeyOrder.Compare(a.Partition.From, b.Partition.From) is var order and not 0
            ? order
            : KeyOrder.Compare(a.Row.From, b.Row.From));
        var result = new List<KeyBox> { boxes[0] };
        foreach (var box in boxes.Skip(1))
        {
            var last = result[^1];
            var touches = last.Partition == box.Partition
                && (last.Row.Until is null || KeyOrder.Compare(box.Row.From, last.Row.Until) <= 0);
            if (touches)
            {
                result[^1] = last with { Row = last.Row.Hull(box.Row) };
            }
            else
            {
                result.Add(box);
            }
        }

        return result;
    }
}
