using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>Reads a rulebook file: YAML into a <see cref="RulebookSource"/>, its shape and its references checked.</summary>
public static partial class RulebookFile
{
    /// <summary>What a clause may be marked with.</summary>
    public static ImmutableArray<string> Marks { get; } = ["computable", "timed", "ledger", "record", "conduct"];

    /// <summary>How a decision takes what its rules conclude.</summary>
    public static ImmutableArray<string> HitPolicies { get; } = ["first", "known", "each", "collect"];

    /// <summary>What happens when a clock runs out.</summary>
    public static ImmutableArray<string> MissActions { get; } = ["alert", "escalate", "breach", "refuse", "close", "charge", "none"];

    /// <summary>What a supplier term is.</summary>
    public static ImmutableArray<string> TermKinds { get; } =
    [
        "deposit", "recovery", "fine", "levy", "penalty", "compensation", "release", "reward", "warning", "expulsion", "other",
    ];

    /// <summary>The fields of a customer's request that may imply a fact.</summary>
    public static ImmutableArray<string> ClaimFields { get; } = ["paid", "sold_on", "sold_at", "claimed_on", "claimed_at", "kind", "claim_kind"];

    /// <summary>The days that opening hours may be for, as <see cref="OpenDays"/> orders them.</summary>
    public static ImmutableArray<string> DayNames { get; } =
    [
        "every day", "working day", "day off", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
    ];

    /// <summary>What evidence may be.</summary>
    public static ImmutableArray<string> EvidenceKinds { get; } = ["photo", "video", "document"];

    /// <summary>Whose evidence may be wanted.</summary>
    public static ImmutableArray<string> EvidenceParties { get; } = ["customer", "supplier"];

    /// <summary>Stands for a clause where the document says nothing and the rulebook proposes a reading.</summary>
    private const string Proposed = "P";

    /// <summary>Null when there is any fault; nothing is read by halves.</summary>
    /// <param name="file">The file's name, without its folder; the rulebook's id must be this without <c>.yaml</c>.</param>
    /// <param name="faults">Gets every fault of the shape, in the order of their places.</param>
    public static RulebookSource? Read(string file, ReadOnlyMemory<byte> utf8, ICollection<SourceFault> faults)
    {
        var found = new List<SourceFault>();
        RulebookSource? source = ReadShape(file, utf8, found);
        foreach (SourceFault fault in found) faults.Add(fault);
        return found.Count > 0 ? null : source;
    }

    /// <summary>As <see cref="Read"/>, but null only when the shape is wrong: of what is there it may be that an id is there twice, or that
    /// another refers to none; the faults say so.</summary>
    internal static RulebookSource? ReadShape(string file, ReadOnlyMemory<byte> utf8, ICollection<SourceFault> faults)
    {
        var found = new FaultList(file);
        var references = new References(found);
        var cases = new CaseReader(found, references);
        RulebookSource? source = YamlTree.Read(utf8, found) is { } root
            ? new Reader(file, found, references, cases).Rulebook(root, Convert.ToHexStringLower(SHA256.HashData(utf8.Span)))
            : null;
        bool isShaped = !found.Any;
        if (source is not null)
        {
            references.Check(source);
            cases.Check(source);
        }
        found.CopyTo(faults);
        return isShaped ? source : null;
    }

    private sealed class Reader(string file, FaultList faults, References references, CaseReader cases)
    {
        public RulebookSource Rulebook(SourceNode root, string digest)
        {
            var top = Map(
                root,
                "a rulebook",
                "id", "version", "title", "source", "zone", "calendar", "hours", "facts", "constants", "conclusions", "readings", "clauses",
                "decisions", "clocks", "ladder", "checklist", "supplier", "callbacks", "claim", "case", "evidence", "examples", "widens");
            var origin = top.Node("source") is { } node ? Map(node, "the source", "document", "lines") : null;
            if (origin is null && top.IsMap) top.Text("source");
            var source = new RulebookSource(
                file,
                digest,
                Id(top),
                Version(top),
                top.WordsAt("title"),
                origin?.Text("document").Value ?? "",
                origin?.Text("lines").Value ?? "",
                top.Text("zone"),
                top.OptionalText("calendar"),
                Hours(top),
                [.. top.Entries("facts", "facts by name").Select(entry => Fact(entry.Key, entry.Value))],
                [.. top.Entries("constants", "constants by name").Select(entry => Constant(entry.Key, entry.Value))],
                [.. top.Entries("conclusions", "conclusions by name").Select(entry => Conclusion(entry.Key, entry.Value))],
                [.. top.Entries("readings", "readings by id").Select(entry => Reading(entry.Key, entry.Value))],
                [.. top.Items("clauses").Select(Clause)],
                [.. top.Entries("decisions", "decisions by id").Select(entry => Decision(entry.Key, entry.Value))],
                [.. top.Entries("clocks", "clocks by id").Select(entry => Clock(entry.Key, entry.Value))],
                [.. top.Items("ladder").Select(LadderStep)],
                [.. top.Items("checklist").Select(ChecklistItem)],
                [.. top.Items("supplier").Select(SupplierTerm)],
                [.. top.Items("callbacks").Select(Callback)],
                top.Node("claim") is { } claim ? Claim(claim) : null,
                top.Node("case") is { } @case ? cases.Case(@case) : null,
                [.. top.Items("examples").Select(Example)],
                [.. top.Items("widens").Select(Widening)])
            {
                Evidence = [.. top.Items("evidence").Select(Evidence)],
            };
            if (top.IsMap && source.Clauses.IsEmpty) top.Fault("clauses", "missing-key", "A rulebook needs 'clauses': what it decides by.");
            return source;
        }

        private MapReader Map(SourceNode node, string what, params ImmutableArray<string> keys) => new(node, faults, what, keys);

        private SourceText Id(MapReader top)
        {
            SourceText id = top.Text("id");
            string expected = Path.GetFileNameWithoutExtension(file);
            if (id.Value.Length == 0)
            {
                return id;
            }

            if (!SlugPattern().IsMatch(id.Value))
            {
                faults.Add(id.At, "wrong-id", $"'{id.Value}' is no id: lower-case letters, digits and '-', a letter first, at most 60.");
            }
            else if (id.Value != expected)
            {
                faults.Add(id.At, "wrong-id", $"The id '{id.Value}' is not the file's name '{expected}'; they are the same.");
            }

            return id;
        }

        private SourceText Version(MapReader top)
        {
            SourceText version = top.Text("version");
            if (version.Value.Length > 0 && !VersionPattern().IsMatch(version.Value))
            {
                faults.Add(
                    version.At,
                    "wrong-version",
                    $"'{version.Value}' is no version: letters, digits, '.', '-', '_', at most 32, such as \"1.2\".");
            }

            return version;
        }

        private ImmutableArray<HoursSource> Hours(MapReader top)
        {
            var told = new Dictionary<OpenDays, SourcePosition>();
            return [.. top.Items("hours").Select(entry => HoursOf(entry, told))];
        }

        private HoursSource HoursOf(SourceNode node, Dictionary<OpenDays, SourcePosition> told)
        {
            var map = Map(node, "opening hours", "days", "open", "clause");
            ImmutableArray<SourceText> days = map.Texts("days");
            if (days.IsEmpty && map.IsMap) map.Text("days");
            if (map.IsMap && !map.Has("open")) map.Text("open");
            SourceText? clause = map.OptionalText("clause");
            references.Clause(clause);
            return new HoursSource(
                node.At, [.. days.Select(day => DaysOf(day, told)).OfType<OpenDays>()], Windows(map.Texts("open")), clause);
        }

        private OpenDays? DaysOf(SourceText text, Dictionary<OpenDays, SourcePosition> told)
        {
            if (!DayNames.Contains(text.Value))
            {
                MapReader.CheckOneOf(text, "a day", DayNames, faults);
                return null;
            }

            var day = (OpenDays)DayNames.IndexOf(text.Value);
            if (told.TryAdd(day, text.At)) return day;
            faults.Add(text.At, "duplicate-id", $"The hours of '{text}' are told already, at {told[day]}.");
            return null;
        }

        private ImmutableArray<OpenWindow> Windows(ImmutableArray<SourceText> texts)
        {
            var windows = ImmutableArray.CreateBuilder<OpenWindow>();
            foreach (SourceText text in texts)
            {
                if (!OpenWindow.TryParse(text.Value, out OpenWindow window))
                {
                    faults.Add(text.At, "wrong-hours", $"'{text}' are no hours; write them as 09:00-12:00, until 24:00 at the latest.");
                }
                else if (windows.Count > 0 && window.From <= windows[^1].Until)
                {
                    faults.Add(text.At, "wrong-hours", $"'{text}' begin before those written before them end; write hours in order, apart.");
                }
                else
                {
                    windows.Add(window);
                }
            }

            return windows.ToImmutable();
        }

        private FactSource Fact(SourceText name, SourceNode node)
        {
            MapReader.CheckName(name, faults, mayBeReserved: false);
            var map = Map(node, "a fact", "type", "unit", "optional", "closed", "signed", "values", "zh", "en");
            ImmutableArray<SymbolSource> values = Symbols(map);
            bool closed = map.Flag("closed");
            if (closed && values.IsEmpty)
            {
                map.Fault("closed", "missing-key", "A closed fact needs 'values', or nothing could ever be told.");
            }

            return new FactSource(
                name, map.Text("type"), map.Words(), map.OptionalString("unit"), map.Flag("optional"), closed, map.Flag("signed"), values);
        }

        private ImmutableArray<SymbolSource> Symbols(MapReader map) =>
            [.. map.Entries("values", "symbols with their words").Select(entry =>
                new SymbolSource(entry.Key, Map(entry.Value, "a symbol", "zh", "en").Words()))];

        private ConstantSource Constant(SourceText name, SourceNode node)
        {
            MapReader.CheckName(name, faults, mayBeReserved: false);
            var map = Map(node, "a constant", "type", "value", "unit", "clause", "zh", "en");
            SourceNode value = map.Node("value") ?? new SourceNode.Scalar(map.Text("value"));
            SourceText? clause = map.OptionalText("clause");
            references.Clause(clause);
            return new ConstantSource(name, map.Text("type"), value, clause, map.Words(), map.OptionalString("unit"));
        }

        private ConclusionSource Conclusion(SourceText name, SourceNode node)
        {
            MapReader.CheckName(name, faults, mayBeReserved: true);
            var map = Map(node, "a conclusion", "type", "unit", "limit", "values", "zh", "en");
            return new ConclusionSource(
                name, map.Text("type"), map.Words(), map.OptionalString("unit"), map.OptionalExpression("limit"), Symbols(map));
        }

        private ReadingSource Reading(SourceText id, SourceNode node) => new(id, Map(node, "a reading", "zh", "en").Words());

        private ClauseSource Clause(SourceNode node)
        {
            var map = Map(node, "a clause", "id", "marks", "text", "en", "source", "readings");
            SourceText id = map.Text("id");
            if (id.Value.Length > 0 && !ClausePattern().IsMatch(id.Value))
            {
                faults.Add(id.At, "wrong-id", $"'{id.Value}' is no clause id: letters, digits, '.', '-', '_', at most 60, such as REP-8.");
            }

            ImmutableArray<SourceText> marks = map.Texts("marks");
            if (marks.IsEmpty && map.IsMap) map.Text("marks");
            foreach (SourceText mark in marks)
            {
                MapReader.CheckOneOf(mark, "a mark", Marks, faults);
            }

            ImmutableArray<SourceText> readings = map.Texts("readings");
            references.Readings(readings);
            return new ClauseSource(id, marks, map.Text("text").Value, map.Text("en").Value, map.Text("source").Value, readings);
        }

        private DecisionSource Decision(SourceText id, SourceNode node)
        {
            MapReader.CheckName(id, faults, mayBeReserved: false);
            var map = Map(node, "a decision", "answers", "when", "let", "hit", "internal", "partial", "otherwise", "ordered", "rules");
            bool isInternal = map.Flag("internal");
            SourceText hit = map.OneOf("hit", HitPolicies, absent: "first");
            bool partial = map.Flag("partial");
            if (partial && hit.Value != "collect")
            {
                map.Fault("partial", "unknown-key", "Only a decision with 'hit: collect' has 'partial'.");
            }

            if (map.Has("otherwise")) map.OneOf("otherwise", ["nothing"]);
            ImmutableArray<SourceText> answers = map.Texts("answers");
            references.ClausesOrPrefixes(answers);
            ImmutableArray<SourceNode> rules = map.Items("rules");
            if (rules.IsEmpty && map.IsMap)
            {
                map.Fault("rules", "missing-key", "A decision needs 'rules', at least one.");
            }

            return new DecisionSource(
                id,
                answers,
                map.OptionalExpression("when"),
                map.Expressions("let", reserved: false),
                hit,
                isInternal,
                partial,
                map.OptionalText("otherwise"),
                map.Flag("ordered"),
                [.. rules.Select(rule => Rule(rule, isInternal))]);
        }

        private RuleSource Rule(SourceNode node, bool ofInternal)
        {
            var map = Map(node, "a rule", "when", "then", "clause", "because");
            ImmutableArray<NamedExpression> then = map.Expressions("then", reserved: true);
            if (then.IsEmpty && map.IsMap && !map.Has("because"))
            {
                map.Fault("then", "missing-key", "A rule needs 'then': what it concludes; or 'because', if it only remarks on something.");
            }

            ImmutableArray<SourceText> clauses = map.Texts("clause");
            if (clauses.IsEmpty && !then.IsEmpty && !ofInternal)
            {
                map.Fault("clause", "missing-key", "A rule needs 'clause': what it applies. Only rules of internal decisions go without.");
            }

            references.Clauses(clauses);
            return new RuleSource(node.At, map.OptionalExpression("when"), then, clauses, map.OptionalWords("because"));
        }

        private ClockSource Clock(SourceText id, SourceNode node)
        {
            MapReader.CheckName(id, faults, mayBeReserved: false);
            var map = Map(
                node,
                "a clock",
                "clause", "answers", "when", "start", "length", "due", "met", "owner", "onMiss", "concludes", "onTime", "late");
            ImmutableArray<SourceText> clauses = map.Texts("clause");
            if (clauses.IsEmpty && map.IsMap) map.Text("clause");
            ImmutableArray<SourceText> answers = map.Texts("answers");
            references.Clauses(clauses);
            references.ClausesOrPrefixes(answers);
            SourceText? start = map.OptionalExpression("start");
            SourceText? length = map.OptionalText("length");
            SourceText? due = map.OptionalExpression("due");
            if (map.IsMap && length is null == due is null)
            {
                map.Fault(length is null ? "" : "due", "wrong-shape", "A clock has either 'length' or 'due'.");
            }

            if (length is not null && start is null)
            {
                map.Fault("length", "missing-key", "A clock with a length needs 'start': when it begins to run.");
            }

            return new ClockSource(
                id,
                clauses,
                answers,
                map.OptionalExpression("when"),
                start,
                length,
                due,
                map.OptionalExpression("met"),
                map.OptionalWords("owner"),
                map.Node("onMiss") is { } miss ? OnMiss(miss) : null,
                Concludes(map),
                map.Expressions("onTime", reserved: true),
                map.Expressions("late", reserved: true));
        }

        private ImmutableArray<NamedExpression> Concludes(MapReader clock)
        {
            if (!clock.Has("concludes"))
            {
                return [Role("due"), Role("on_time")];
            }

            if (clock.Node("concludes") is not { } node)
            {
                return [];
            }

            var map = Map(node, "what a clock concludes", "due", "on_time");
            return
            [
                .. new[] { "due", "on_time" }.Where(map.Has).Select(role =>
                    new NamedExpression(new SourceText(role, map.Place(role)), map.Name(role))),
            ];

            NamedExpression Role(string role) => new(new SourceText(role, clock.At), new SourceText(role, clock.At));
        }

        private OnMissSource OnMiss(SourceNode node)
        {
            var map = Map(node, "'onMiss'", "stated", "action", "to", "zh", "en");
            return new OnMissSource(map.Flag("stated"), map.OneOf("action", MissActions), map.OptionalString("to"), map.Words());
        }

        private LadderStepSource LadderStep(SourceNode node)
        {
            var map = Map(
                node, "a step of the ladder", "step", "clause", "clock", "external", "role", "binding", "refuse", "passOn", "contest", "zh", "en");
            SourceText clause = map.Text("clause");
            SourceText? clock = map.OptionalText("clock");
            var contest = map.Node("contest") is { } given ? Map(given, "'contest'", "to", "clause") : null;
            (SourceText? refuse, SourceText? passOn, SourceText? to) = (map.OptionalText("refuse"), map.OptionalText("passOn"), contest?.OptionalText("to"));
            SourceText? contestClause = contest?.OptionalText("clause");
            references.Clause(clause);
            references.Clause(contestClause);
            references.Clock(clock);
            foreach (SourceText? step in (SourceText?[])[refuse, passOn, to]) cases.Step(step);
            return new LadderStepSource(
                map.Text("step"), clause, map.Words(), clock, map.Flag("external"),
                map.Has("role") ? map.OneOf("role", CaseReader.Roles) : null, map.Flag("binding"), refuse, passOn, to, contestClause);
        }

        private ChecklistSource ChecklistItem(SourceNode node)
        {
            var map = Map(node, "an item of the checklist", "clause", "fact", "done", "zh", "en");
            SourceText clause = map.Text("clause");
            references.Clause(clause);
            SourceText? fact = map.OptionalText("fact");
            SourceText? done = map.OptionalExpression("done");
            if (map.IsMap && fact is null == done is null)
            {
                map.Fault(
                    fact is null ? "" : "done",
                    "wrong-shape",
                    "An item of the checklist has either 'fact', the name of a fact that says it is done, or 'done', an expression.");
            }

            if (fact is { Value.Length: > 0 }) MapReader.CheckName(fact, faults, mayBeReserved: false);
            return new ChecklistSource(clause, fact, done, map.Words());
        }

        private SupplierTermSource SupplierTerm(SourceNode node)
        {
            var map = Map(node, "a supplier term", "clause", "kind", "on", "amount", "zh", "en");
            SourceText clause = map.Text("clause");
            references.Clause(clause);
            return new SupplierTermSource(
                clause, map.OneOf("kind", TermKinds), map.OptionalString("on"), map.OptionalExpression("amount"), map.Words());
        }

        private CallbackSource Callback(SourceNode node)
        {
            var map = Map(node, "a callback", "clause", "clock", "method", "zh", "en");
            SourceText clause = map.Text("clause");
            SourceText? clock = map.OptionalText("clock");
            references.Clause(clause);
            references.Clock(clock);
            return new CallbackSource(clause, clock, map.OptionalString("method"), map.Words());
        }

        private ClaimSource Claim(SourceNode node)
        {
            var map = Map(node, "the claim", "asks", "implies", "covered", "remedy", "refusedBy", "limit", "pays");
            ImmutableArray<SourceText> asks = map.Texts("asks");
            if (asks.IsEmpty && map.IsMap) map.Text("asks");
            references.ClausesOrPrefixes(asks);
            ImmutableArray<NamedExpression> implies = map.Expressions("implies", reserved: false);
            foreach (NamedExpression implied in implies)
            {
                MapReader.CheckOneOf(implied.Expression, $"what implies '{implied.Name}'", ClaimFields, faults);
            }

            return new ClaimSource(
                node.At,
                asks,
                implies,
                map.Expression("covered"),
                map.OptionalExpression("remedy"),
                map.OptionalExpression("refusedBy"),
                map.OptionalExpression("limit"),
                [.. map.Items("pays").Select(Pay)]);
        }

        private PaySource Pay(SourceNode node)
        {
            var map = Map(node, "a payment", "name", "when", "amount", "clause");
            SourceText clause = map.Text("clause");
            references.Clause(clause);
            return new PaySource(map.Name("name"), map.OptionalExpression("when"), map.Expression("amount"), clause);
        }

        private ExampleSource Example(SourceNode node)
        {
            var map = Map(node, "an example", "id", "clauses", "given", "expect", "explain");
            ImmutableArray<SourceText> clauses = map.Texts("clauses");
            if (clauses.IsEmpty && map.IsMap) map.Text("clauses");
            references.Clauses(clauses);
            return new ExampleSource(map.Text("id"), clauses, Values(map, "given"), Values(map, "expect"), map.OptionalString("explain"));
        }

        private SourceNode.Map Values(MapReader example, string key)
        {
            if (!example.Has(key) && example.IsMap)
            {
                example.Fault(key, "missing-key", $"An example needs '{key}': names with values.");
            }

            ImmutableArray<KeyValuePair<SourceText, SourceNode>> entries = example.Entries(key, "names with values");
            foreach ((SourceText name, _) in entries)
            {
                MapReader.CheckName(name, faults, mayBeReserved: true);
            }

            return new SourceNode.Map(entries, example.Place(key));
        }

        private EvidenceSource Evidence(SourceNode node)
        {
            var map = Map(node, "an item of evidence", "id", "reasons", "when", "kinds", "count", "from", "holds", "clause", "zh", "en");
            SourceText id = map.Name("id");
            ImmutableArray<SourceText> kinds = map.Texts("kinds");
            if (kinds.IsEmpty && map.IsMap) map.Text("kinds");
            foreach (SourceText kind in kinds) MapReader.CheckOneOf(kind, "a kind of evidence", EvidenceKinds, faults);
            SourceText clause = map.Text("clause");
            if (clause.Value != Proposed) references.Clause(clause);
            if (map.Has("from")) map.OneOf("from", EvidenceParties);
            if (map.Has("holds")) map.OneOf("holds", ["clocks"]);
            SourceText? count = map.OptionalText("count");
            int least = 1;
            if (count is { Value.Length: > 0 } && !(int.TryParse(count.Value, CultureInfo.InvariantCulture, out least) && least is >= 1 and <= 10))
            {
                faults.Add(count.At, "wrong-shape", "'count' is how many files are wanted: 1 to 10.");
            }

            return new EvidenceSource(
                id, map.Texts("reasons"), map.OptionalExpression("when"), kinds, least, map.OptionalString("from"), map.Has("holds"), clause,
                map.Words());
        }

        private WideningSource Widening(SourceNode node)
        {
            var map = Map(node, "a widening", "of", "zh", "en");
            return new WideningSource(map.Text("of"), map.Words());
        }
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{0,59}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SlugPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex VersionPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ClausePattern();
}
