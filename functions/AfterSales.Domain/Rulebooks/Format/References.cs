namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>What a file refers to by id, checked once the whole file is read; and the ids that must not be there twice.</summary>
internal sealed class References(FaultList faults)
{
    private readonly List<SourceText> _clauses = [];
    private readonly List<SourceText> _prefixes = [];
    private readonly List<SourceText> _readings = [];
    private readonly List<SourceText> _clocks = [];

    public void Clause(SourceText? id)
    {
        if (id is not null) _clauses.Add(id);
    }

    public void Clauses(IEnumerable<SourceText> ids) => _clauses.AddRange(ids);

    /// <summary>Ids, or prefixes such as <c>MALL-3.*</c> for every clause that begins so.</summary>
    public void ClausesOrPrefixes(IEnumerable<SourceText> ids)
    {
        foreach (SourceText id in ids)
        {
            (id.Value.EndsWith('*') ? _prefixes : _clauses).Add(id);
        }
    }

    public void Readings(IEnumerable<SourceText> ids) => _readings.AddRange(ids);

    public void Clock(SourceText? id)
    {
        if (id is not null) _clocks.Add(id);
    }

    public void Check(RulebookSource source)
    {
        Known(_clauses, "clause", source.Clauses.Select(clause => clause.Id));
        Known(_readings, "reading", source.Readings.Select(reading => reading.Id));
        Known(_clocks, "clock", source.Clocks.Select(clock => clock.Id));
        foreach (SourceText prefix in _prefixes)
        {
            if (!source.Clauses.Any(clause => clause.Id.Value.StartsWith(prefix.Value[..^1], StringComparison.Ordinal)))
            {
                faults.Add(prefix.At, "unknown-clause", $"No clause of this file begins with '{prefix.Value[..^1]}'.");
            }
        }

        Once("a clause", source.Clauses.Select(clause => clause.Id));
        Once("an example", source.Examples.Select(example => example.Id));
        Once("an item of evidence", source.Evidence.Select(item => item.Id));
        Once("a step of the ladder", source.Ladder.Select(step => step.Step));
        foreach (FactSource fact in source.Facts)
        {
            if (source.Constants.FirstOrDefault(constant => constant.Name.Value == fact.Name.Value) is { } constant)
            {
                faults.Add(
                    constant.Name.At,
                    "duplicate-id",
                    $"'{fact.Name}' is a fact already, at {fact.Name.At}; a constant needs another name.");
            }
        }
    }

    private void Known(List<SourceText> used, string what, IEnumerable<SourceText> declared)
    {
        HashSet<string> known = [.. declared.Select(id => id.Value)];
        foreach (SourceText id in used.Where(id => id.Value.Length > 0 && !known.Contains(id.Value)))
        {
            faults.Add(id.At, $"unknown-{what}", $"This file has no {what} '{id.Value}'.{NearestName.Question(id.Value, known)}");
        }
    }

    private void Once(string what, IEnumerable<SourceText> ids)
    {
        var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        foreach (SourceText id in ids.Where(id => id.Value.Length > 0 && !seen.TryAdd(id.Value, id.At)))
        {
            faults.Add(id.At, "duplicate-id", $"There is {what} '{id.Value}' already, at {seen[id.Value]}.");
        }
    }
}
