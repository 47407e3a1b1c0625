using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Engine;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>
/// Facts to try decisions with: truth values, the symbols seen, the values at and beside the numbers that conditions compare with,
/// and what examples give. All combinations when they are few, else a fixed selection of them, the examples first.
/// </summary>
internal sealed class SampleSpace
{
    private const int MostSamples = 384;
    private const int MostComplete = 1_536;
    private const int MostValues = 12;

    private static readonly RuleValue.Text AnyOther = new("anything else");

    private readonly Rulebook _rulebook;
    private readonly (FactDefinition Fact, RuleValue?[] Values)[] _domains;
    private readonly RuleValue?[][] _examples;

    private SampleSpace(Rulebook rulebook, (FactDefinition Fact, RuleValue?[] Values)[] domains, RuleValue?[][] examples, bool isFinite)
    {
        (_rulebook, _domains, _examples) = (rulebook, domains, examples);
        long combinations = domains.Aggregate(1L, (product, domain) => Math.Min(product * domain.Values.Length, int.MaxValue));
        IsWhole = combinations <= MostComplete;
        IsComplete = isFinite && IsWhole;
    }

    /// <summary>All combinations of the values are tried.</summary>
    public bool IsWhole { get; }

    /// <summary>Besides, no other value could make a condition come out otherwise: what no sample shows does not happen.</summary>
    public bool IsComplete { get; }

    /// <param name="steps">The expressions whose outcome matters, with everything they rest on.</param>
    public static SampleSpace Of(Rulebook rulebook, IReadOnlyCollection<Step> steps, Seeds seeds)
    {
        Mention[] mentioned = [.. steps.Select(seeds.Mentioned).Distinct()];
        var near = new Dictionary<int, List<Mention>>();
        foreach (Mention mention in mentioned)
        {
            foreach (int fact in mention.Facts)
            {
                if (!near.TryGetValue(fact, out List<Mention>? mentions)) near[fact] = mentions = [];
                mentions.Add(mention);
            }
        }

        (FactDefinition Fact, RuleValue?[] Values)[] domains =
        [
            .. near.OrderBy(entry => entry.Key)
                .Select(entry => (Fact: rulebook.FactCatalogue.All[entry.Key], Mentions: entry.Value))
                .Select(entry => (entry.Fact, Values(entry.Fact, entry.Mentions, seeds.Of(entry.Fact)))),
        ];
        bool isFinite = mentioned.All(mention => mention.Text.IsPlainLogic)
            && domains.All(domain => domain.Fact.Type is CelType.Simple { Name: "boolean" or "text" or "integer" or "decimal" or "money" });
        return new SampleSpace(rulebook, domains, seeds.Rows, isFinite);
    }

    /// <summary>Values by fact slot; the array is used again for the next sample.</summary>
    public IEnumerable<RuleValue?[]> Samples()
    {
        var values = new RuleValue?[_rulebook.FactCatalogue.All.Length];
        if (IsWhole)
        {
            var at = new int[_domains.Length];
            do
            {
                for (int i = 0; i < at.Length; i++) values[_domains[i].Fact.Slot] = _domains[i].Values[at[i]];
                yield return values;
            }
            while (Next(at));
            yield break;
        }

        int left = MostSamples;
        foreach (RuleValue?[] example in _examples.Where(example => _domains.Any(domain => example[domain.Fact.Slot] is not null)))
        {
            foreach ((FactDefinition changed, RuleValue?[] candidates) in _domains)
            {
                foreach (RuleValue? candidate in candidates)
                {
                    foreach ((FactDefinition fact, RuleValue?[] own) in _domains) values[fact.Slot] = example[fact.Slot] ?? own[0];
                    values[changed.Slot] = candidate;
                    yield return values;
                    if (--left < MostSamples / 2) goto mixed;
                }
            }
        }

    mixed:
        // A fixed sequence that mixes all values: the same file gives the same findings.
        for (uint state = 1; left > 0; left--)
        {
            foreach ((FactDefinition fact, RuleValue?[] own) in _domains)
            {
                state = unchecked((state * 1_664_525) + 1_013_904_223);
                values[fact.Slot] = own[(state >> 8) % (uint)own.Length];
            }

            yield return values;
        }
    }

    /// <summary>Whether a value stands for all that the rulebook has no word for.</summary>
    public static bool IsOutlandish(RuleValue? value) => ReferenceEquals(value, AnyOther);

    private bool Next(int[] at)
    {
        for (int i = at.Length - 1; i >= 0; i--)
        {
            if (++at[i] < _domains[i].Values.Length) return true;
            at[i] = 0;
        }

        return false;
    }

    private static RuleValue?[] Values(FactDefinition fact, List<Mention> mentions, IReadOnlyList<RuleValue> seen)
    {
        IEnumerable<RuleValue> values = fact.Type switch
        {
            CelType.Simple { Name: "boolean" } => [new RuleValue.Truth(false), new RuleValue.Truth(true)],
            CelType.Simple { Name: "text" } => Texts(fact, mentions, seen),
            CelType.Simple { Name: "integer" } => Numbers(mentions, seen, 1).Where(n => n == decimal.Truncate(n))
                .Where(n => fact.Signed || n >= 0).Select(n => (RuleValue)(long)n),
            CelType.Simple { Name: "decimal" } =>
                Numbers(mentions, seen, 0.01m).Where(n => fact.Signed || n >= 0).Select(n => (RuleValue)new RuleValue.Number(n)),
            CelType.Simple { Name: "money" } => Numbers(mentions, seen, 0.01m).Where(n => fact.Signed || n >= 0)
                .Where(n => decimal.Round(n, 2) == n).Select(n => (RuleValue)Money.OfFen((long)(n * 100))),
            CelType.Simple { Name: "date" } => Days(mentions, seen).Select(day => (RuleValue)day),
            _ => seen,
        };
        RuleValue?[] all = [.. values.Distinct().Take(MostValues)];
        return fact.Optional || all.Length == 0 ? [null, .. all] : all;
    }

    private static IEnumerable<RuleValue> Texts(
        FactDefinition fact, List<Mention> mentions, IReadOnlyList<RuleValue> seen)
    {
        if (!fact.Symbols.IsEmpty) return fact.Symbols.Select(symbol => (RuleValue)symbol);
        return mentions.SelectMany(mention => mention.Text.Texts).Concat(fact.Words.Select(word => word.Symbol))
            .Select(text => (RuleValue)text).Concat(seen).Distinct().Take(MostValues - 1).Append(AnyOther);
    }

    /// <summary>The numbers compared with, and their neighbours.</summary>
    private static IEnumerable<decimal> Numbers(
        List<Mention> mentions, IReadOnlyList<RuleValue> seen, decimal step)
    {
        decimal[] bounds = [.. Bounds(mentions).Distinct().Order().Take(8)];
        return bounds.SelectMany(bound => new[] { bound - step, bound, bound + step })
            .Concat(seen.Select(AsNumber).OfType<decimal>()).Concat([0, 1, 1_000]);
    }

    private static IEnumerable<decimal> Bounds(List<Mention> mentions) =>
        mentions.SelectMany(mention => mention.Numbers);

    internal static decimal? AsNumber(RuleValue? value) => value switch
    {
        RuleValue.Whole whole => whole.Value,
        RuleValue.Number number => number.Value,
        RuleValue.Amount amount => amount.Value.Units,
        _ => null,
    };

    /// <summary>Days of examples, and days as far from the first as conditions reckon.</summary>
    private static IEnumerable<LocalDate> Days(List<Mention> mentions, IReadOnlyList<RuleValue> seen)
    {
        LocalDate first = seen.OfType<RuleValue.Day>().Select(day => day.Value).FirstOrDefault(new LocalDate(2024, 1, 31));
        int[] reach =
        [
            .. Bounds(mentions).Where(n => n is > 0 and <= 3_660 && n == decimal.Truncate(n)).Select(n => (int)n).Distinct().Take(4),
        ];
        return new[] { first, first.PlusDays(1) }
            .Concat(reach.SelectMany(n => new[] { first.PlusDays(n), first.PlusDays(n + 1) }))
            .Concat(seen.OfType<RuleValue.Day>().Select(day => day.Value));
    }
}

/// <summary>What one expression says of the facts that it rests on.</summary>
/// <param name="Facts">Slots.</param>
/// <param name="Numbers">Those that it compares or reckons with, constants too.</param>
internal sealed record Mention(ExpressionText Text, int[] Facts, decimal[] Numbers)
{
    public static Mention Of(Step step)
    {
        var text = ExpressionText.Of(step.Expression.Source.Value);
        CelName[] reads = [.. step.ReadsDeep];
        return new Mention(
            text,
            [.. reads.Where(name => name.Kind == NameKind.Fact).Select(name => name.Slot).Distinct()],
            [.. text.Numbers.Concat(reads.SelectMany(name => OfConstant(name.Constant))).Distinct()]);
    }

    private static IEnumerable<decimal> OfConstant(RuleValue? constant) => constant switch
    {
        RuleValue.Row row => row.Fields.Select(field => SampleSpace.AsNumber(field.Value)).OfType<decimal>(),
        _ => SampleSpace.AsNumber(constant) is { } number ? [number] : [],
    };
}

/// <summary>What samples are made from: the facts of a rulebook's own examples, and what its expressions mention.</summary>
internal sealed class Seeds
{
    private readonly Dictionary<Step, Mention> _mentions = new(ReferenceEqualityComparer.Instance);

    public Seeds(Rulebook rulebook)
    {
        Facts[] given =
        [
            .. Example.Of(rulebook.Source).Select(example => rulebook.ReadFacts(example.Given))
                .Where(reading => reading.IsValid).Select(reading => reading.Facts),
        ];
        Rows = [.. given.Select(facts => rulebook.Bind(facts).Values)];
    }

    public RuleValue?[][] Rows { get; }

    public Mention Mentioned(Step step)
    {
        if (!_mentions.TryGetValue(step, out Mention? mention)) _mentions[step] = mention = Mention.Of(step);
        return mention;
    }

    public IReadOnlyList<RuleValue> Of(FactDefinition fact) =>
        [.. Rows.Select(row => row[fact.Slot]).OfType<RuleValue>().Distinct().Take(6)];
}
