using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>What can be found by reading a rulebook file, without evaluating it.</summary>
internal sealed class SourceLint
{
    // Of a decision of more rules, later ones are compared with so many.
    private const int MostCompared = 300;

    private static readonly string[] Deciding = ["computable", "timed", "ledger"];
    private static readonly string[] CalendarFacts = ["holidays", "makeup_workdays"];

    private readonly RulebookSource _source;
    private readonly HashSet<string> _read;

    private SourceLint(RulebookSource source)
    {
        _source = source;
        _read = Read(Expressions(source), source.Decisions.SelectMany(decision => decision.Rules));
    }

    public static IEnumerable<SourceFault> Of(RulebookSource source)
    {
        var lint = new SourceLint(source);
        return lint.Unused().Concat(lint.Clauses()).Concat(lint.Shadowed());
    }

    private IEnumerable<SourceFault> Unused()
    {
        foreach (FactSource fact in _source.Facts.Where(fact => !IsRead(fact.Name.Value) && !IsCalendarFact(fact.Name.Value)))
        {
            yield return Found(
                fact.Name.At, Finding.Unused, $"No expression reads the fact '{fact.Name}'; remove it, or a rule forgets it.");
        }

        foreach (ConstantSource constant in _source.Constants.Where(constant => !IsRead(constant.Name.Value)))
        {
            yield return Found(
                constant.Name.At, Finding.Unused, $"No expression reads the constant '{constant.Name}'; changing it would change nothing.");
        }

        if (!_source.Hours.IsEmpty && !IsRead("isOpen") && !IsRead("openAfter") && !IsLength("opening"))
        {
            yield return Found(_source.Hours[0].At, Finding.Unused, "Nothing asks for the opening hours; changing them would change nothing.");
        }

        HashSet<string> concluded = [.. Concluded(_source)];
        foreach (ConclusionSource conclusion in _source.Conclusions.Where(conclusion => !concluded.Contains(conclusion.Name.Value)))
        {
            yield return Found(
                conclusion.Name.At, Finding.Unused, $"Nothing concludes '{conclusion.Name}'; remove it, or a rule forgets it.");
        }

        foreach (DecisionSource decision in _source.Decisions)
        {
            HashSet<string> readHere = Read(Expressions(decision), decision.Rules);
            foreach (NamedExpression let in decision.Let.Where(let => !readHere.Contains(let.Name.Value)))
            {
                yield return Found(let.Name.At, Finding.Unused, $"No expression of '{decision.Id}' reads the let '{let.Name}'; remove it.");
            }
        }

        HashSet<string> restedOn = [.. _source.Clauses.SelectMany(clause => clause.Readings).Select(reading => reading.Value)];
        foreach (ReadingSource reading in _source.Readings.Where(reading => !restedOn.Contains(reading.Id.Value)))
        {
            yield return Found(
                reading.Id.At, Finding.Unused, $"No clause rests on the reading '{reading.Id}'; remove it, or name it at a clause.");
        }
    }

    private IEnumerable<SourceFault> Clauses()
    {
        HashSet<string> cited =
        [
            .. _source.Decisions.SelectMany(decision => decision.Rules).SelectMany(rule => rule.Clauses).Select(clause => clause.Value),
            .. _source.Clocks.SelectMany(clock => clock.Clauses).Select(clause => clause.Value),
        ];
        HashSet<string> exemplified = [.. _source.Examples.SelectMany(example => example.Clauses).Select(clause => clause.Value)];
        HashSet<string> listed = [.. _source.Checklist.Select(item => item.Clause.Value)];
        foreach (ClauseSource clause in _source.Clauses)
        {
            string id = clause.Id.Value;
            string marks = string.Join(", ", clause.Marks.Select(mark => mark.Value.ToUpperInvariant()));
            bool decides = clause.Marks.Any(mark => Deciding.Contains(mark.Value));
            if (decides && !cited.Contains(id))
            {
                yield return Found(
                    clause.Id.At,
                    Finding.ClauseWithoutRule,
                    $"{id} is marked {marks}, but no rule and no clock cites it; write one, or mark it otherwise.");
            }

            if (decides && !exemplified.Contains(id))
            {
                yield return Found(
                    clause.Id.At, Finding.ClauseWithoutExample, $"{id} is marked {marks}, but no example asks about it; add one.");
            }

            if (clause.Marks.Any(mark => mark.Value == "record") && !listed.Contains(id))
            {
                yield return Found(
                    clause.Id.At, Finding.RecordWithoutItem, $"{id} is marked RECORD, but the checklist has no item for it; add one.");
            }
        }
    }

    /// <summary>Rules that an earlier one of their decision leaves nothing, as can be seen from their conditions as written.</summary>
    private IEnumerable<SourceFault> Shadowed()
    {
        foreach (DecisionSource decision in _source.Decisions)
        {
            HashSet<string>[] needs = [.. decision.Rules.Select(rule => Conjuncts(rule.When))];
            for (int i = 0; i < decision.Rules.Length; i++)
            {
                RuleSource rule = decision.Rules[i];
                if (rule.When is { Value: "false" })
                {
                    yield return Found(
                        rule.At, Finding.Unreachable, $"Rule {i + 1} of '{decision.Id}' never fires: its condition is false.");
                    continue;
                }

                if (decision.Hit.Value is not ("first" or "known"))
                {
                    continue;
                }

                for (int j = 0; j < Math.Min(i, MostCompared); j++)
                {
                    // What wants no more than this rule wants holds whenever this one does.
                    if (needs[j].IsSubsetOf(needs[i]))
                    {
                        yield return Found(
                            rule.At,
                            Finding.Unreachable,
                            $"Rule {i + 1} of '{decision.Id}' never fires: rule {j + 1} holds whenever it does and comes first.");
                        break;
                    }
                }
            }
        }
    }

    private SourceFault Found(SourcePosition at, string code, string detail) => _source.At(at, code, detail);

    private bool IsRead(string name) => _read.Contains(name);

    /// <summary>Names read, each with what it is a part of: <c>batch.units</c> reads <c>batch</c> too.</summary>
    private static HashSet<string> Read(IEnumerable<SourceText> expressions, IEnumerable<RuleSource> rules)
    {
        HashSet<string> read = [.. rules.SelectMany(rule => Placeholders(rule.Because))];
        foreach (string name in expressions.SelectMany(expression => ExpressionText.Of(expression.Value).Names))
        {
            read.Add(name);
            for (int dot = name.IndexOf('.'); dot > 0; dot = name.IndexOf('.', dot + 1)) read.Add(name[..dot]);
        }

        return read;
    }

    // A clock of working days reads them by itself.
    private bool IsCalendarFact(string name) => CalendarFacts.Contains(name)
        && (IsLength("working day") || IsLength("opening")
            || IsRead("workingDay") || IsRead("isWorkingDay") || IsRead("isOpen") || IsRead("openAfter"));

    private bool IsLength(string unit) => _source.Clocks.Any(clock => clock.Length?.Value.Contains(unit, StringComparison.Ordinal) == true);

    private static HashSet<string> Conjuncts(SourceText? when) =>
        when is null || when.Value == "true"
            ? []
            : [.. TopLevel(when.Value).Select(part => string.Concat(part.Where(c => !char.IsWhiteSpace(c))))];

    /// <summary>The operands of the outermost <c>&amp;&amp;</c>.</summary>
    private static List<string> TopLevel(string condition)
    {
        var parts = new List<string>();
        (int depth, int start, char quote) = (0, 0, '\0');
        for (int i = 0; i < condition.Length; i++)
        {
            char c = condition[i];
            if (quote != '\0')
            {
                if (c == '\\') i++;
                else if (c == quote) quote = '\0';
            }
            else if (c is '"' or '\'') quote = c;
            else if (c is '(' or '[' or '{') depth++;
            else if (c is ')' or ']' or '}') depth--;
            else if (depth == 0 && (c is '?' or ':' || condition.AsSpan(i).StartsWith("||", StringComparison.Ordinal))) return [condition];
            else if (depth == 0 && condition.AsSpan(i).StartsWith("&&", StringComparison.Ordinal))
            {
                parts.Add(condition[start..i]);
                start = ++i + 1;
            }
        }

        parts.Add(condition[start..]);
        return parts;
    }

    private static IEnumerable<string> Concluded(RulebookSource source) =>
        source.Decisions.SelectMany(decision => decision.Rules).SelectMany(rule => rule.Then).Select(then => then.Name.Value)
            .Concat(source.Clocks.SelectMany(clock => clock.Concludes).Select(end => end.Expression.Value))
            .Concat(source.Clocks.SelectMany(clock => clock.OnTime.Concat(clock.Late)).Select(end => end.Name.Value));

    private static IEnumerable<string> Placeholders(Words? because)
    {
        string text = because is null ? "" : because.Zh + because.En;
        for (int open = text.IndexOf('{'); open >= 0; open = text.IndexOf('{', open + 1))
        {
            int end = open + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
            if (end > open + 1) yield return text[(open + 1)..end];
        }
    }

    private static IEnumerable<SourceText> Expressions(DecisionSource decision) => decision.Let.Select(let => let.Expression)
        .Append(decision.When)
        .Concat(decision.Rules.SelectMany(rule => rule.Then.Select(then => then.Expression).Append(rule.When)))
        .OfType<SourceText>();

    private static IEnumerable<SourceText> Expressions(RulebookSource source)
    {
        IEnumerable<SourceText?> ofDecisions = source.Decisions.SelectMany(Expressions);
        IEnumerable<SourceText?> ofClocks = source.Clocks.SelectMany(clock =>
            new[] { clock.When, clock.Start, clock.Length, clock.Due, clock.Met }
                .Concat(clock.OnTime.Concat(clock.Late).Select(end => end.Expression)));
        IEnumerable<SourceText?> ofClaim = source.Claim is { } claim
            ? claim.Pays.SelectMany(pay => new[] { pay.When, pay.Amount })
                .Concat([claim.Covered, claim.Remedy, claim.RefusedBy, claim.Limit]).Concat(claim.Implies.Select(implied => implied.Name))
            : [];
        return ofDecisions.Concat(ofClocks).Concat(ofClaim)
            .Concat(source.Checklist.SelectMany(item => new[] { item.Done, item.Fact }))
            .Concat(source.Evidence.Select(item => item.When))
            .Concat(source.Supplier.Select(term => term.Amount))
            .Concat(source.Conclusions.Select(conclusion => conclusion.Limit))
            .OfType<SourceText>();
    }
}
