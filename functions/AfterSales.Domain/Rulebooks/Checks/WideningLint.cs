using System.Globalization;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>Periods and caps that are wider than in an earlier version, where neither a clause's text has changed nor <c>widens</c> says
/// that it is meant.</summary>
internal sealed partial class WideningLint
{
    private const string OfClaim = "claim";

    private readonly Rulebook _now;
    private readonly Rulebook _before;
    private readonly HashSet<string> _acknowledged;
    private readonly HashSet<string> _changedClauses;

    private WideningLint(Rulebook now, Rulebook before)
    {
        (_now, _before) = (now, before);
        _acknowledged = [.. now.Source.Widens.Select(widening => widening.Of.Value)];
        Dictionary<string, string> texts = before.Source.Clauses.ToDictionary(clause => clause.Id.Value, clause => clause.Text);
        _changedClauses =
        [
            .. now.Source.Clauses.Where(clause => texts.GetValueOrDefault(clause.Id.Value) != clause.Text)
                .Select(clause => clause.Id.Value),
        ];
    }

    public static IEnumerable<SourceFault> Of(Rulebook now, Rulebook before)
    {
        var lint = new WideningLint(now, before);
        SourceFault[] numbers = [.. lint.Constants(), .. lint.Clocks()];

        // Where a number has grown, the periods that come of it are no news.
        return [.. numbers, .. lint.Limits(), .. numbers.Length == 0 && lint._acknowledged.Count == 0 ? lint.Periods() : []];
    }

    /// <summary>Entries of <c>widens</c> that name nothing of the file.</summary>
    public static IEnumerable<SourceFault> Dangling(RulebookSource source)
    {
        string[] names =
        [
            .. source.Constants.Select(constant => constant.Name.Value),
            .. source.Clocks.Select(clock => "clock." + clock.Id),
            .. source.Conclusions.Where(conclusion => conclusion.Limit is not null || IsPeriod(conclusion))
                .Select(conclusion => conclusion.Name.Value),
            .. source.Claim?.Limit is null ? (string[])[] : [OfClaim],
        ];
        return source.Widens.Where(widening => !names.Contains(widening.Of.Value)).Select(widening => source.At(
            widening.Of.At,
            Finding.WidensNothing,
            $"'{widening.Of}' is no constant, clock.<id>, conclusion with a limit or of a date, or claim with a limit."
            + NearestName.Question(widening.Of.Value, names)));
    }

    private IEnumerable<SourceFault> Constants()
    {
        foreach (ConstantSource constant in _now.Source.Constants)
        {
            if (IsMeant(constant.Name.Value, constant.Clause is null ? [] : [constant.Clause])) continue;
            ConstantSource? earlier = _before.Source.Constants.FirstOrDefault(other => other.Name.Value == constant.Name.Value);
            if (earlier is null) continue;
            var old = Numbers(earlier.Value).ToDictionary(entry => entry.Key, entry => (entry.Text, entry.Number));
            foreach ((string key, SourceText text, decimal number) in Numbers(constant.Value))
            {
                if (!old.TryGetValue(key, out (SourceText Text, decimal Number) less) || number <= less.Number) continue;
                string name = key.Length > 0 ? $"{constant.Name}.{key}" : constant.Name.Value;
                yield return Widened(text.At, name, $"{less.Text}", $"{text}", constant.Name.Value);
            }
        }
    }

    private IEnumerable<SourceFault> Clocks()
    {
        foreach (ClockSource clock in _now.Source.Clocks)
        {
            ClockSource? earlier = _before.Source.Clocks.FirstOrDefault(other => other.Id.Value == clock.Id.Value);
            if (earlier is not { Length: { } old } || clock.Length is not { } length || old.Value == length.Value) continue;
            if (Reach(length.Value) is { } now && Reach(old.Value) is { } before && now.Opening == before.Opening
                && now.Minutes <= before.Minutes) continue;
            if (IsMeant($"clock.{clock.Id}", clock.Clauses)) continue;
            yield return Widened(length.At, $"clock.{clock.Id}", old.Value, length.Value, $"clock.{clock.Id}");
        }
    }

    /// <summary>Limits are compared on the facts of both versions' examples.</summary>
    private IEnumerable<SourceFault> Limits()
    {
        Facts[] facts =
        [
            .. new[] { _now, _before }.SelectMany(rulebook => Example.Of(rulebook.Source)).Select(example => _now.ReadFacts(example.Given))
                .Where(reading => reading.IsValid).Select(reading => reading.Facts),
        ];
        foreach (ConclusionSource conclusion in _now.Source.Conclusions)
        {
            string name = conclusion.Name.Value;
            if (conclusion.Limit is { } limit && Limit(limit, name, facts, (rulebook, given) => LimitOf(rulebook, name, given)) is { } wider)
                yield return wider;
        }

        if (_now.Source.Claim?.Limit is { } most && Limit(most, OfClaim, facts, LimitOfClaim) is { } dearer) yield return dearer;
    }

    /// <summary>The first facts for which a limit allows more than before; of one that is new, none.</summary>
    private SourceFault? Limit(SourceText limit, string name, Facts[] facts, Func<Rulebook, Facts, RuleValue?> allowed)
    {
        if (_acknowledged.Contains(name)) return null;
        return facts.Select(given => (Now: allowed(_now, given), Before: allowed(_before, given)))
            .Where(pair => Compare(pair.Now, pair.Before) is > 0)
            .Select(pair => Widened(limit.At, $"the limit of {name}", $"{pair.Before}", $"{pair.Now}", name))
            .FirstOrDefault();
    }

    private static RuleValue? LimitOf(Rulebook rulebook, string conclusion, Facts given) =>
        rulebook.Conclusions.FirstOrDefault(other => other.Name == conclusion) is { } known ? rulebook.LimitOf(known, given) : null;

    private static RuleValue? LimitOfClaim(Rulebook rulebook, Facts given) =>
        rulebook.LimitOfClaim(given) is { } most ? new RuleValue.Amount(most) : null;

    /// <summary>What ends later for the same facts though no number has grown: a period written into an expression. Looked for with the
    /// examples of both versions.</summary>
    private IEnumerable<SourceFault> Periods()
    {
        var told = new HashSet<string>();
        foreach (Example example in new[] { _now, _before }.SelectMany(rulebook => Example.Of(rulebook.Source)))
        {
            if (Answer(_now, example) is not { } now || Answer(_before, example) is not { } before) continue;
            if (now.Citations.Concat(before.Citations).Any(citation => _changedClauses.Contains(citation.Clause))) continue;
            foreach (ConclusionSource conclusion in _now.Source.Conclusions.Where(IsPeriod))
            {
                string name = conclusion.Name.Value;
                (RuleValue? later, RuleValue? earlier) = (now.Conclusions.Find(name), before.Conclusions.Find(name));
                if (Compare(later, earlier) is not > 0 || !told.Add(name)) continue;
                yield return Widened(conclusion.Name.At, $"{name} of the example {example.Id}", $"{earlier}", $"{later}", name);
            }
        }
    }

    private static bool IsPeriod(ConclusionSource conclusion) => conclusion.Type.Value is "date" or "datetime" or "date | datetime";

    private static DecisionDocument? Answer(Rulebook rulebook, Example example) =>
        rulebook.ReadFacts(example.Given) is { IsValid: true } reading ? rulebook.Evaluate(reading.Facts, example.Rules) : null;

    private SourceFault Widened(SourcePosition at, string what, string before, string now, string of) => _now.Source.At(
        at,
        Finding.Widened,
        $"{what} was {before} in version {_before.Version.Version} and is {now}; no clause has changed."
        + $" If that is meant, say so: widens: [{{of: {of}, zh: …, en: …}}].");

    private bool IsMeant(string name, IEnumerable<SourceText> clauses) =>
        _acknowledged.Contains(name) || clauses.Any(clause => _changedClauses.Contains(clause.Value));

    private static IEnumerable<(string Key, SourceText Text, decimal Number)> Numbers(SourceNode value) => value switch
    {
        SourceNode.Scalar { Text: var text } when Size(text.Value) is { } number => [("", text, number)],
        SourceNode.Map map => map.Entries.SelectMany(entry => Numbers(entry.Value)
            .Select(inner => (inner.Key.Length > 0 ? $"{entry.Key}.{inner.Key}" : entry.Key.Value, inner.Text, inner.Number))),
        SourceNode.Sequence list => list.Items.SelectMany((item, i) => Numbers(item)
            .Select(inner => (inner.Key.Length > 0 ? $"{i}.{inner.Key}" : $"{i}", inner.Text, inner.Number))),
        _ => [],
    };

    /// <summary>A number, or how late a time of day or a day is; null of what has no size.</summary>
    private static decimal? Size(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal number) ? number
        : CelText.TryTime(text, out LocalTime time) ? time.NanosecondOfDay
        : LocalDatePattern.Iso.Parse(text) is { Success: true, Value: var day } ? Period.DaysBetween(LocalDate.MinIsoValue, day)
        : null;

    private static int? Compare(RuleValue? now, RuleValue? before) => (now, before) switch
    {
        (RuleValue.Whole a, RuleValue.Whole b) => a.Value.CompareTo(b.Value),
        (RuleValue.Number a, RuleValue.Number b) => a.Value.CompareTo(b.Value),
        (RuleValue.Amount a, RuleValue.Amount b) => a.Value.Fen.CompareTo(b.Value.Fen),
        (RuleValue.Day a, RuleValue.Day b) => a.Value.CompareTo(b.Value),
        (RuleValue.Moment a, RuleValue.Moment b) => a.Value.CompareTo(b.Value),
        _ => null,
    };

    /// <summary>A length in minutes, the longest it can be, of opening hours or of any; null when it is not written in figures.</summary>
    private static (decimal Minutes, bool Opening)? Reach(string length)
    {
        Match match = Figures().Match(length);
        if (!match.Success) return null;
        decimal times = match.Groups["times"].Success ? decimal.Parse(match.Groups["times"].Value) : 1;
        decimal minutes = match.Groups["unit"].Value switch
        {
            "minute" => 1,
            "hour" => 60,
            "day" or "working day" => 1_440,
            "month" => 44_640,
            _ => 527_040,
        };
        return (decimal.Parse(match.Groups["n"].Value) * times * minutes, match.Groups["opening"].Success);
    }

    [GeneratedRegex(
        @"^(?<n>\d{1,6}) (x (?<times>\d{1,4}) )?(?<opening>opening )?(?<unit>minute|hour|working day|day|month|year)s?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Figures();
}
