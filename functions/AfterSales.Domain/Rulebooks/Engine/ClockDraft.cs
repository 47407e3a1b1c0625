using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Writes a clock as the decision that it means: <c>clock.id</c> with start, due, met and on_time.</summary>
internal static partial class ClockDraft
{
    public const string Prefix = "clock.";

    /// <param name="faulty">Called with what is wrong with the length, if anything.</param>
    public static Draft Of(ClockSource clock, Action<SourceText, string> faulty)
    {
        SourcePosition at = clock.Id.At;
        var lets = ImmutableArray.CreateBuilder<DraftLet>();
        if (clock.Start is { } start) lets.Add(Plain("start", start));
        if (clock.Met is { } met) lets.Add(Plain("met", met));
        if (clock.Due is { } due) lets.Add(Plain("due", due));
        else if (clock is { Length: { } length, Start: not null })
            lets.Add(new DraftLet(Name("due"), [length.Value], types => DueBy(length, types, faulty)));
        if (clock.Met is not null) lets.Add(new DraftLet(Name("on_time"), [], types => new SourceText(OnTime(types("met"), types("due")), at)));
        NamedExpression[] ends = [.. Concludes(clock).Select(end => new NamedExpression(end.Expression, Name(end.Name.Value)))];
        var rules = ImmutableArray.CreateBuilder<RuleSource>();
        rules.Add(new RuleSource(at, null, [.. ends], clock.Clauses, null));
        if (!clock.OnTime.IsDefaultOrEmpty) rules.Add(new RuleSource(at, Name("on_time"), clock.OnTime, clock.Clauses, null));
        if (!clock.Late.IsDefaultOrEmpty) rules.Add(new RuleSource(at, Name("!on_time"), clock.Late, clock.Clauses, null));
        return new Draft(
            Prefix + clock.Id.Value,
            at,
            clock.Answers.IsDefaultOrEmpty ? clock.Clauses : clock.Answers,
            clock.When,
            lets.ToImmutable(),
            HitPolicy.Each,
            Internal: false,
            Partial: false,
            rules.ToImmutable(),
            [.. lets.Select(let => let.Name.Value)],
            QuietThen: true);

        SourceText Name(string name) => new(name, at);

        DraftLet Plain(string name, SourceText expression) => new(Name(name), [expression.Value], _ => expression);
    }

    // A clock that does not know when it is met concludes no more than when it is due.
    private static IEnumerable<NamedExpression> Concludes(ClockSource clock)
    {
        ImmutableArray<NamedExpression> all = clock.Concludes.IsDefaultOrEmpty
            ? [new(new SourceText("due", clock.Id.At), new SourceText("due", clock.Id.At)), new(new SourceText("on_time", clock.Id.At), new SourceText("on_time", clock.Id.At))]
            : clock.Concludes;
        return all.Where(end => end.Name.Value != "on_time" || clock.Met is not null);
    }

    private static SourceText? DueBy(SourceText length, Func<string, CelType?> types, Action<SourceText, string> faulty)
    {
        if (types("start") is not { } start) return null;
        string day = Plain(start) == CelType.Date ? "start" : "date(start)";
        string moment = Plain(start) == CelType.DateOrDateTime ? "dateTime(start)" : "start";
        string calendar = types("holidays") is null ? "" : ", holidays, makeup_workdays";
        string? due = length.Value.Trim() switch
        {
            "end of day" => $"endOfDay({day})",
            "end of month" => $"endOfDay(lastDay(month({day})))",
            "end of first working day after" => $"endOfDay(workingDay({day}, 1{calendar}))",
            var text when Written().Match(text) is { Success: true } match => DueBy(match, day, moment, calendar),
            _ => null,
        };
        if (due is not null) return new SourceText(due, length.At);
        faulty(length, "such as '10 minutes', '24 hours', '3 days', '7 x 24 hours', '2 working days', '4 opening hours', '12 months', '1 years', 'end of day', "
            + "'end of month', 'end of first working day after'; a number may be a constant or an expression in brackets");
        return null;
    }

    private static string DueBy(Match match, string day, string moment, string calendar)
    {
        string n = match.Groups["n"].Value;
        string unit = match.Groups["unit"].Value.TrimEnd('s');
        if (match.Groups["times"].Success) n = $"({n}) * {match.Groups["times"].Value}";
        return unit switch
        {
            "minute" => $"{moment} + minutes({n})",
            "hour" => $"{moment} + hours({n})",
            "day" => $"endOfDay({day} + days({n}))",
            "opening minute" => $"openAfter({moment}, minutes({n}){calendar})",
            "opening hour" => $"openAfter({moment}, hours({n}){calendar})",
            "month" => $"endOfDay({day} + months({n}))",
            "year" => $"endOfDay({day} + years({n}))",
            _ => $"endOfDay(workingDay({day}, {n}{calendar}))",
        };
    }

    // A date counts as its whole day.
    private static string OnTime(CelType? met, CelType? due) => (Plain(met), Plain(due)) switch
    {
        (var left, var right) when left == right => "met <= due",
        (var left, _) when left == CelType.Date => "met <= date(due)",
        (_, var right) when right == CelType.Date => "date(met) <= due",
        _ => "date(met) <= date(due)",
    };

    private static CelType? Plain(CelType? type) => type is CelType.Optional optional ? optional.Of : type;

    [GeneratedRegex(
        @"^(?<n>\d{1,6}|[A-Za-z_][A-Za-z0-9_]*|\(.+\)) (?:x (?<times>\d{1,4}) )?(?<unit>(opening )?(minutes?|hours?)|days?|working days?|months?|years?)$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Written();
}
