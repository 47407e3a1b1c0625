namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>Finds what was probably meant by a misspelt name.</summary>
public static class NearestName
{
    private const int LongestCompared = 60;

    /// <summary>The candidate at the least distance, if it is near enough to be worth asking about; else null.</summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestCompared)
        {
            return null;
        }

        string folded = Fold(name);
        int limit = Math.Max(1, folded.Length / 3);
        return candidates
            .Where(candidate => candidate.Length <= LongestCompared && Math.Abs(candidate.Length - name.Length) <= limit + 2)
            .Select(candidate => (Name: candidate, Distance: Distance(folded, Fold(candidate))))
            .Where(scored => scored.Distance <= limit)
            .OrderBy(scored => scored.Distance)
            .Select(scored => scored.Name)
            .FirstOrDefault();
    }

    /// <summary><c> Did you mean 'x'?</c>, with a space before it, or nothing.</summary>
    public static string Question(string name, IEnumerable<string> candidates) =>
        Of(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static string Fold(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Edits that turn one into the other, two neighbours swapped counting as one.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(substitution, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
