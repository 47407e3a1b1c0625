using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>Reads the <c>case</c> section, and checks what it refers to once the whole file is read.</summary>
internal sealed partial class CaseReader(FaultList faults, References references)
{
    /// <summary>Who may own a step or a clock.</summary>
    public static ImmutableArray<string> Roles { get; } =
        ["customer", "supplier", "marketplace", "agent", "floor-manager", "inspection", "manager", "finance"];

    private static readonly ImmutableArray<string> Remedies =
        ["repair", "exchange", "refund", "compensation", "return", "replacement", "coupon", "answer"];

    private static readonly ImmutableArray<string> Steps =
    [
        "ship-back", "receive", "inspect", "pay-difference", "ship-replacement", "quote", "accept-quote", "repair", "hand-back",
        "issue-coupon", "reply",
    ];

    private static readonly ImmutableArray<string> OwnClocks = ["payout", "customer", "approval", "pause", "evidence", "offer"];

    private static readonly ImmutableArray<string> ClockMisses = ["go", "decide", "grant", "grant-or-go", "refuse", "nothing"];
    private static readonly ImmutableArray<string> StepMisses = ["proceed", "lapse", "escalate", "breach"];

    private readonly List<SourceText> _steps = [];
    private readonly List<SourceText> _lengths = [];

    /// <summary>The length of a clock with a constant of the file in the place of its number filled in; null when it is none.</summary>
    public static ClockLength? Length(RulebookSource source, string text)
    {
        if (Constant().Match(text) is { Success: true } match
            && source.Constants.FirstOrDefault(constant => constant.Name.Value == match.Groups["name"].Value) is
            { Value: SourceNode.Scalar { Text: { } number } })
        {
            text = $"{number.Value} {match.Groups["unit"].Value}";
        }
        return ClockLength.TryParse(text, out ClockLength length) ? length : null;
    }

    public CaseSource Case(SourceNode node)
    {
        var map = Map(
            node, "the case", "registration", "escalation", "undetermined", "clocks", "answer", "payout", "remedies", "limits");
        var answer = Part(map, "answer", "the time to answer", "length", "clause", "proposed", "afterGrant");
        var payout = Part(map, "payout", "the time to pay", "length", "clause", "proposed", "attempts");
        return new CaseSource(
            node.At, Clause(map, "registration"), Clause(map, "escalation"), Clause(map, "undetermined"),
            [.. map.Items("clocks").Select(Clock)],
            Time(answer), !answer.Has("afterGrant") || answer.Flag("afterGrant"),
            Time(payout), Number(payout.Text("attempts")),
            [.. map.Entries("remedies", "remedies by name").Select(entry => Remedy(entry.Key, entry.Value))],
            Limits(map.Node("limits")));
    }

    /// <summary>Adds what is wrong with steps, lengths and roles now that everything is known.</summary>
    public void Check(RulebookSource source)
    {
        if (source.Case is null) return;
        if (source.Ladder.IsEmpty) faults.Add(source.Case.At, "missing-key", "A rulebook with 'case' needs 'ladder': who decides, step by step.");
        foreach (CaseClockSource clock in source.Case.Clocks.Where(clock => OwnClocks.Contains(clock.Clock.Value) || Steps.Contains(clock.Clock.Value)))
            faults.Add(clock.Clock.At, "wrong-name", $"'{clock.Clock}' is a clock that every case has; choose another name.");
        foreach (CaseClockSource clock in source.Case.Clocks.Where(clock => clock.Limit is not null && clock.From.Value != "shift" && Limit(source, clock) is null))
            faults.Add(clock.Limit!.At, "wrong-limit", $"The clock '{clock.Limit}' has no 'length' that a case could count; write 'length' and 'clause' here instead.");
        Once("a clock of the case", source.Case.Clocks.Select(clock => clock.Clock));
        foreach (RemedyStepSource late in source.Case.Remedies.SelectMany(remedy =>
            remedy.Steps.SkipWhile(step => step.Step.Value is not ("pay-difference" or "accept-quote")).Skip(1)
                .Where(step => step.Step.Value != "pay-difference" && step.OnMiss.Action.Value == "lapse")))
            faults.Add(
                late.OnMiss.Action.At, "wrong-miss",
                "A customer who has paid a difference or a price keeps his claim: no step after 'pay-difference' or 'accept-quote' may lapse.");
        foreach (RemedySource remedy in source.Case.Remedies) Once($"a step of '{remedy.Remedy}'", remedy.Steps.Select(step => step.Step));
        string[] steps = [.. source.Ladder.Select(step => step.Step.Value)];
        foreach (SourceText step in _steps.Where(step => step.Value.Length > 0 && !steps.Contains(step.Value)))
            faults.Add(step.At, "unknown-step", $"The ladder has no step '{step}'.{NearestName.Question(step.Value, steps)}");
        foreach (LadderStepSource step in source.Ladder.Where(step => step.Role is null))
            faults.Add(step.Step.At, "missing-key", $"The step '{step.Step}' needs 'role': one of {string.Join(", ", Roles)}.");
        foreach (SourceText length in _lengths.Concat(source.Case.Clocks.Select(clock => Limit(source, clock)).OfType<SourceText>()))
        {
            if (length.Value.Length > 0 && Length(source, length.Value) is null)
                faults.Add(
                    length.At, "wrong-length",
                    $"'{length}' is no time such as '10 minutes', '48 hours', '7 days', '2 working days', '1 months', or with a constant: '(days) days'.");
        }
    }

    private void Once(string what, IEnumerable<SourceText> names)
    {
        foreach (SourceText twice in names.GroupBy(name => name.Value).SelectMany(same => same.Skip(1)))
            faults.Add(twice.At, "duplicate-id", $"There is {what} '{twice}' already.");
    }

    /// <summary>The ladder's own references into itself.</summary>
    public void Step(SourceText? step)
    {
        if (step is not null) _steps.Add(step);
    }

    private static SourceText? Limit(RulebookSource source, CaseClockSource clock) =>
        clock.Limit is { } limit ? source.Clocks.FirstOrDefault(one => one.Id.Value == limit.Value)?.Length : null;

    private MapReader Map(SourceNode node, string what, params ImmutableArray<string> keys) => new(node, faults, what, keys);

    private MapReader Part(MapReader map, string key, string what, params ImmutableArray<string> keys)
    {
        if (map.IsMap && map.Node(key) is null) map.Text(key);
        return Map(map.Node(key) ?? new SourceNode.Map([], map.At), what, keys);
    }

    private SourceText Clause(MapReader map, string key)
    {
        SourceText clause = map.Text(key);
        references.Clause(clause);
        return clause;
    }

    private CaseTimeSource Time(MapReader map)
    {
        SourceText length = map.Text("length");
        _lengths.Add(length);
        SourceText? clause = map.OptionalText("clause");
        references.Clause(clause);
        return new CaseTimeSource(length, clause, map.Flag("proposed"));
    }

    private SourceText Number(SourceText text)
    {
        if (text.Value.Length > 0 && (!int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > 100))
            faults.Add(text.At, "wrong-number", $"'{text}' is no whole number from 1 to 100.");
        return text;
    }

    private CaseClockSource Clock(SourceNode node)
    {
        var map = Map(
            node, "a clock of the case", "clock", "limit", "length", "clause", "proposed", "owner", "on", "from", "until", "onMiss", "late",
            "pauses", "exception", "zh", "en");
        SourceText? limit = map.OptionalText("limit");
        references.Clock(limit);
        if (map.IsMap && limit is null == map.OptionalText("length") is null)
            map.Fault("limit", "wrong-shape", "A clock of the case has either 'limit', the name of a clock of this file, or 'length'.");
        ImmutableArray<SourceText> on = map.Texts("on");
        if (on.IsEmpty && map.IsMap) map.Text("on");
        _steps.AddRange(on);
        var exception = map.Node("exception") is { } given ? Map(given, "an exception", "name", "then") : null;
        SourceText? then = exception?.OptionalText("then");
        if (then is not null) _lengths.Add(then);
        return new CaseClockSource(
            map.Name("clock"), limit, limit is null ? Time(map) : null, map.OneOf("owner", Roles), on,
            map.OneOf("from", ["registered", "reached", "shift"], absent: "reached"), map.OneOf("until", ["left", "decided"], absent: "left"),
            Miss(map, ClockMisses, ["go", "decide", "grant-or-go"]), map.Flag("late"), map.Flag("pauses"), exception?.Text("name"), then, map.Words());
    }

    private CaseMissSource Miss(MapReader owner, ImmutableArray<string> actions, ImmutableArray<string> toStep)
    {
        var map = Part(owner, "onMiss", "'onMiss'", "action", "to", "zh", "en");
        SourceText action = map.OneOf("action", actions);
        SourceText? to = map.OptionalText("to");
        Step(to);
        if (map.IsMap && to is null == toStep.Contains(action.Value))
            map.Fault("to", "wrong-shape", $"'to', a step, goes with {string.Join(", ", toStep)} and with nothing else.");
        return new CaseMissSource(action, to, map.Words());
    }

    private RemedySource Remedy(SourceText name, SourceNode node)
    {
        MapReader.CheckOneOf(name, "a remedy", Remedies, faults);
        if (node is not SourceNode.Sequence list)
        {
            faults.Add(node.At, "wrong-shape", $"'{name}' is a list of steps: one '- …' a line.");
            return new RemedySource(name, []);
        }
        return new RemedySource(name, [.. list.Items.Select(RemedyStep)]);
    }

    private RemedyStepSource RemedyStep(SourceNode node)
    {
        var map = Map(node, "a step of a remedy", "step", "owner", "length", "clause", "proposed", "onMiss", "optional");
        return new RemedyStepSource(
            map.OneOf("step", Steps), map.OneOf("owner", Roles), Time(map), Miss(map, StepMisses, ["escalate"]), map.Flag("optional"));
    }

    private CaseLimitsSource Limits(SourceNode? node)
    {
        if (node is null) return new CaseLimitsSource(null, null, null, null, null);
        var map = Map(node, "the limits", "unresolvedFrom", "approval", "reopen", "pause", "requestsPerItem");
        SourceText? unresolved = map.OptionalText("unresolvedFrom");
        Step(unresolved);
        SourceText? reopen = map.OptionalText("reopen");
        SourceText? pause = map.OptionalText("pause");
        _lengths.AddRange(new[] { reopen, pause }.OfType<SourceText>());
        SourceText? requests = map.OptionalText("requestsPerItem");
        return new CaseLimitsSource(
            unresolved, map.Node("approval") is { } approval ? Approval(approval) : null, reopen, pause, requests is null ? null : Number(requests));
    }

    private ApprovalSource Approval(SourceNode node)
    {
        var map = Map(node, "the approval", "above", "by", "length", "clause", "proposed");
        SourceText above = map.Text("above");
        if (above.Value.Length > 0 && !Money.TryParse(above.Value, out _))
            faults.Add(above.At, "wrong-amount", $"'{above}' is no amount with two decimals, such as \"500.00\".");
        return new ApprovalSource(above, map.OneOf("by", Roles), Time(map));
    }

    [GeneratedRegex(@"^\((?<name>[A-Za-z_][A-Za-z0-9_]*)\) (?<unit>[a-z ]+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex Constant();
}
