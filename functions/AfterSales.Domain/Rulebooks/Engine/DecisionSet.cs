namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Some of a rulebook's decisions.</summary>
/// <param name="decisions">How many the rulebook has.</param>
internal sealed class DecisionSet(int decisions)
{
    private readonly ulong[] _words = new ulong[(decisions + 63) / 64];

    /// <param name="decision">Its index.</param>
    public bool Contains(int decision) => (_words[decision >> 6] >> decision & 1) != 0;

    public void Add(int decision) => _words[decision >> 6] |= 1UL << decision;

    public void AddAll(DecisionSet others)
    {
        ulong[] words = _words;
        ulong[] more = others._words;
        for (int i = 0; i < words.Length; i++) words[i] |= more[i];
    }

    public void Clear() => Array.Clear(_words);

    public DecisionSet Copy()
    {
        var copy = new DecisionSet(_words.Length * 64);
        copy.AddAll(this);
        return copy;
    }
}
