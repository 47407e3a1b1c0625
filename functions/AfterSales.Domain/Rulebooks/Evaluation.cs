using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// One evaluation under way: hands the rules their facts, remembers which were missing, and collects what was concluded.
/// </summary>
internal sealed class Evaluation(Rulebook rulebook, Facts facts)
{
    private readonly List<Citation> _citations = [];
    private readonly List<MoneyComponent> _money = [];
    private readonly List<string> _notes = [];
    private readonly List<(string Fact, string Clause)> _missing = [];
    private Conclusions _conclusions = Conclusions.None;

    /// <summary>The facts as given, for rules that can do without.</summary>
    public Facts Facts => facts;

    public bool? Truth(string name, string clause) => Needed(facts.Truth(name), name, clause);

    public long? Whole(string name, string clause) => Needed(facts.Whole(name), name, clause);

    public decimal? Number(string name, string clause) => Needed(facts.Number(name), name, clause);

    public Money? Amount(string name, string clause) => Needed(facts.Amount(name), name, clause);

    public LocalDate? Day(string name, string clause) => Needed(facts.Day(name), name, clause);

    public string? Text(string name, string clause) => NeededText(facts.Text(name), name, clause);

    public IReadOnlyList<string>? Texts(string name, string clause) => NeededText(facts.Texts(name), name, clause);

    /// <summary>The rule of a clause could not be reached without the fact.</summary>
    public void Miss(string fact, string clause)
    {
        if (!_missing.Contains((fact, clause))) _missing.Add((fact, clause));
    }

    public void Conclude(string name, RuleValue value) => _conclusions = _conclusions.With(name, value);

    /// <summary>The clause was applied; <paramref name="because"/> and <paramref name="becauseZh"/> name the values, whose symbols are
    /// put into words here.</summary>
    public void Cite(string clause, string because, string becauseZh)
    {
        Clause cited = rulebook.FindClause(clause) ?? throw new InvalidOperationException($"The clause file has no clause '{clause}'.");
        if (_citations.Any(citation => citation.Clause == clause)) return;
        var known = rulebook.FactCatalogue;
        _citations.Add(new Citation(
            clause, cited.Text, cited.TextEn, cited.Source, RuleWords.English(because, known), RuleWords.Chinese(becauseZh, known), cited.Readings));
    }

    /// <summary>A line of money: positive to the customer, negative kept from or owed by the customer.</summary>
    public void Pay(string name, Money amount, string clause) => _money.Add(new MoneyComponent(name, amount, clause));

    public void Note(string text) => _notes.Add(text);

    public DecisionDocument ToDocument() => new(
        rulebook.Version,
        facts,
        _conclusions,
        [.. _citations],
        MoneyStatement.Of(_money),
        [.. _missing.GroupBy(miss => miss.Fact).Select(AsMissing)],
        [.. _notes]);

    private MissingFact AsMissing(IGrouping<string, (string Fact, string Clause)> misses)
    {
        FactDefinition fact = rulebook.FactCatalogue[misses.Key];
        return new MissingFact(fact.Name, fact.English, fact.Chinese, [.. misses.Select(miss => miss.Clause)]);
    }

    private T? Needed<T>(T? value, string name, string clause)
        where T : struct
    {
        if (value is null) Miss(name, clause);
        return value;
    }

    private T? NeededText<T>(T? value, string name, string clause)
        where T : class
    {
        if (value is null) Miss(name, clause);
        return value;
    }
}
