namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>
/// What cases have in common whose facts differ only in amounts, numbers, dates, longer lists and free texts: which facts are given,
/// and the symbols, lists of one symbol and truth values among them.
/// </summary>
internal readonly struct CaseKind : IEquatable<CaseKind>
{
    private const byte NotGiven = 0;
    private const byte Open = 1;
    private const byte False = 2;
    private const byte True = 3;
    private const byte FirstSymbol = 4;

    private readonly byte[] _marks;
    private readonly int _hash;

    private CaseKind(byte[] marks)
    {
        var hash = default(HashCode);
        hash.AddBytes(marks);
        (_marks, _hash) = (marks, hash.ToHashCode());
    }

    /// <param name="facts">By fact slot.</param>
    public static CaseKind Of(FactCatalogue catalogue, RuleValue?[] facts) =>
        new([.. catalogue.All.Select(fact => Mark(fact, facts[fact.Slot]))]);

    /// <summary>The facts by slot, those open that may differ from case to case.</summary>
    public RuleValue?[] Narrowed(RuleValue?[] facts)
    {
        byte[] marks = _marks;
        return [.. facts.Select((fact, slot) => marks[slot] == Open ? RuleValue.Open.Instance : fact)];
    }

    public bool Equals(CaseKind other) => _marks.AsSpan().SequenceEqual(other._marks);

    public override bool Equals(object? obj) => obj is CaseKind other && Equals(other);

    public override int GetHashCode() => _hash;

    private static byte Mark(FactDefinition fact, RuleValue? value) => value switch
    {
        null => NotGiven,
        RuleValue.Truth truth => truth.Value ? True : False,
        RuleValue.Text text => Mark(fact, text, FirstSymbol),
        RuleValue.Items { Values: [RuleValue.Text text] } => Mark(fact, text, FirstSymbol + fact.Words.Length),
        _ => Open,
    };

    /// <param name="first">The mark of the fact's first symbol.</param>
    private static byte Mark(FactDefinition fact, RuleValue.Text text, int first)
    {
        int count = Math.Min(fact.Words.Length, byte.MaxValue - first);
        for (int i = 0; i < count; i++)
        {
            if (fact.Words[i].Symbol == text.Value) return (byte)(first + i);
        }
        return Open;
    }
}
