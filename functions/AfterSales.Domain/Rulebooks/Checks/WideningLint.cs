using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>Periods and caps that are wider than in an earlier version, where neither a clause's text has changed nor <c>widens</c> says
/// that it is meant.</summary>
internal sealed partial class WideningLint
{
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
        return lint.Constants().Concat(lint.Clocks()).Concat(lint.Limits());
    }

    /// <summary>Entries of <c>widens</c> that name nothing of the file.</summary>
    public static IEnumerable<SourceFault> Dangling(RulebookSource source)
    {
        string[] names =
        [
            .. source.Constants.Select(constant => constant.Name.Value),
            .. source.Clocks.Select(clock => "clock." + clock.Id),
            .. source.Conclusions.Where(conclusion => conclusion.Limit is not null).Select(conclusion => conclusion.Name.Value),
        ];
        return source.Widens.Where(widening => !names.Contains(widening.Of.Value)).Select(widening => source.At(
            widening.Of.At,
            Finding.WidensNothing,
            $"'{widening.Of}' is no constant, clock.<id> or conclusion with a limit.{NearestName.Question(widening.Of.Value, names)}"));
    }

    private IEnumerable<SourceFault> Constants()
    {
        foreach (ConstantSource constant in _now.Source.Constants)
        {
            if (IsMeant(constant.Name.Value, constant.Clause is null ? [] : [constant.Clause])) continue;
            ConstantSource? earlier = _before.Source.Constants.FirstOrDefault(other => other.Name.Value == constant.Name.Value);
            if (earlier is null) continue;
            Dictionary<string, decimal> old = Numbers(earlier.Value).ToDictionary(entry => entry.Key, entry => entry.Number);
            foreach ((string key, SourceText text, decimal number) in Numbers(constant.Value))
            {
                if (!old.TryGetValue(key, out decimal less) || number <= less) continue;
                string name = key.Length > 0 ? $"{constant.Name}.{key}" : constant.Name.Value;
                yield return Widened(text.At, name, $"{less}", $"{number}", constant.Name.Value);
            }
        }
    }

    private IEnumerable<SourceFault> Clocks()
    {
        foreach (ClockSource clock in _now.Source.Clocks)
        {
            ClockSource? earlier = _before.Source.Clocks.FirstOrDefault(other => other.Id.Value == clock.Id.Value);
            if (earlier is not { Length: { } old } || clock.Length is not { } length || old.Value == length.Value) continue;
            if (Reach(length.Value) is { } now && Reach(old.Value) is { } before && now <= before) continue;
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
        foreach (ConclusionDefinition conclusion in _now.Conclusions.Where(conclusion => conclusion.Limit is not null))
        {
            if (_acknowledged.Contains(conclusion.Name)) continue;
            ConclusionDefinition? earlier = _before.Conclusions.FirstOrDefault(other => other.Name == conclusion.Name);
            if (earlier?.Limit is null) continue;
            foreach (Facts given in facts)
            {
                RuleValue? now = _now.LimitOf(conclusion, given);
                RuleValue? before = _before.LimitOf(earlier, given);
                if (Compare(now, before) is not > 0) continue;
                SourcePosition at = _now.Source.Conclusions.First(source => source.Name.Value == conclusion.Name).Limit!.At;
                yield return Widened(at, $"the limit of {conclusion.Name}", $"{before}", $"{now}", conclusion.Name);
                break;
            }
        }
    }

    private SourceFault Widened(SourcePosition at, string what, string before, string now, string of) => _now.Source.At(
        at,
        Finding.Widened,
        $"{what} was {before} in version {_before.Version.Version} and is {now}; no clause has changed."
        + $" If that is meant, say so: widens: [{{of: {of}, zh: …, en: …}}].");

    private bool IsMeant(string name, IEnumerable<SourceText> clauses) =>
        _acknowledged.Contains(name) || clauses.Any(clause => _changedClauses.Contains(clause.Value));

    private static IEnumerable<(string Key, SourceText Text, decimal Number)> Numbers(SourceNode value) => value switch
    {
        SourceNode.Scalar { Text: var text } when decimal.TryParse(text.Value, out decimal number) => [("", text, number)],
        SourceNode.Map map => map.Entries.SelectMany(entry => Numbers(entry.Value)
            .Select(inner => (inner.Key.Length > 0 ? $"{entry.Key}.{inner.Key}" : entry.Key.Value, inner.Text, inner.Number))),
        SourceNode.Sequence list => list.Items.SelectMany((item, i) => Numbers(item)
            .Select(inner => (inner.Key.Length > 0 ? $"{i}.{inner.Key}" : $"{i}", inner.Text, inner.Number))),
        _ => [],
    };

    private static int? Compare(RuleValue? now, RuleValue? before) => (now, before) switch
    {
        (RuleValue.Whole a, RuleValue.Whole b) => a.Value.CompareTo(b.Value),
        (RuleValue.Number a, RuleValue.Number b) => a.Value.CompareTo(b.Value),
        (RuleValue.Amount a, RuleValue.Amount b) => a.Value.Fen.CompareTo(b.Value.Fen),
        (RuleValue.Day a, RuleValue.Day b) => a.Value.CompareTo(b.Value),
        (RuleValue.Moment a, RuleValue.Moment b) => a.Value.CompareTo(b.Value),
        _ => null,
    };

    /// <summary>A length in minutes, the longest it can be; null when it is not written in figures.</summary>
    private static decimal? Reach(string length)
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
        return decimal.Parse(match.Groups["n"].Value) * times * minutes;
    }

    [GeneratedRegex(
        @"^(?<n>\d{1,6}) (x (?<times>\d{1,4}) )?(?<unit>minute|hour|working day|day|month|year)s?$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Figures();
}
