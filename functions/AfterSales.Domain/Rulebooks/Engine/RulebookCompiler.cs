using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Resolves names and types, orders the decisions and compiles their expressions. Every fault is listed.</summary>
internal sealed class RulebookCompiler(RulebookSource source, CalendarSet calendars, ICollection<SourceFault> faults)
{
    private const string AnswerPrefix = "answer.";

    // Given in a question, they take the calendar's place; not given, the calendar's own are meant.
    private static readonly string[] CalendarFacts = ["holidays", "makeup_workdays"];

    private static readonly Dictionary<string, CelType[]> TypesImplied = new()
    {
        ["paid"] = [CelType.Money],
        ["sold_on"] = [CelType.Date, CelType.DateOrDateTime],
        ["claimed_on"] = [CelType.Date, CelType.DateOrDateTime],
        ["sold_at"] = [CelType.DateTime, CelType.DateOrDateTime],
        ["claimed_at"] = [CelType.DateTime, CelType.DateOrDateTime],
        ["kind"] = [CelType.Text],
    };

    private readonly Dictionary<string, (int Index, CelType Type)> _conclusions = [];
    private readonly Dictionary<string, NameWords> _words = [];
    private readonly Dictionary<string, Clause> _clauses = [];
    private readonly HashSet<string> _broken = [];
    private readonly Dictionary<int, int> _decisionOfSlot = [];
    private readonly List<CompiledRule> _rules = [];
    private readonly int _before = faults.Count;
    private int _slots;

    /// <summary>Null when there are faults.</summary>
    public CompiledRulebook? Compile()
    {
        DateTimeZone zone = Zones.Find(source.Zone.Value) ?? Refuse(source.Zone, "unknown-zone", "a time zone of the tz database, such as Asia/Shanghai", Zones.Shanghai);
        var scope = new CelScope { Calendar = Calendar() };
        FactCatalogue facts = Facts();
        foreach (FactDefinition fact in facts.All)
            scope.TryAdd(new CelName(fact.Name, fact.Optional ? new CelType.Optional(fact.Type) : fact.Type, NameKind.Fact, fact.Slot));
        Constants(scope, zone);
        ImmutableArray<ConclusionDefinition> conclusions = Conclusions(scope);
        Clauses();
        Draft[] drafts = Drafts(scope);
        int[] order = Order(drafts);
        var decisions = new CompiledDecision[drafts.Length];
        var words = new SentenceWords(_words);
        foreach (int index in order) decisions[index] = Decision(drafts[index], index, scope, words);
        if (order.Length < drafts.Length) return null;
        CompiledClaim? claim = source.Claim is { } written ? Claim(written, decisions, scope, facts) : null;
        CompiledCheck[] checklist = [.. source.Checklist.Select(item => new CompiledCheck(
            item, item.Done is { } done ? Expression(done, scope, CelType.Bool, []) : null))];
        CompiledEvidence[] evidence = [.. source.Evidence.Select(item => Evidence(item, scope))];
        foreach (SupplierTermSource term in source.Supplier)
            if (term.Amount is { } amount) Expression(amount, scope, null, []);
        if (faults.Count > _before) return null;
        CompiledRule[] rules = Numbered(decisions);
        return new CompiledRulebook(
            source, zone, facts, [.. _clauses.Values], conclusions, decisions, order, rules, claim, checklist, new SentenceWords(_words), _slots)
        {
            Evidence = evidence,
        };
    }

    private CompiledEvidence Evidence(EvidenceSource item, CelScope scope) => new(
        new EvidenceItem(
            item.Id.Value, [.. item.Kinds.Select(kind => kind.Value)], item.Count, item.From, item.Clause.Value, item.Words.Zh, item.Words.En,
            item.HoldsClocks),
        [.. item.Reasons.Select(reason => reason.Value)],
        item.When is { } when ? Expression(when, scope, CelType.Bool, []) : null);

    private WorkingDays? Calendar()
    {
        if (source.Calendar is not { } named) return null;
        return calendars.Find(named.Value) is { } calendar
            ? calendar.Days
            : Refuse(named, "unknown-calendar", $"one of {string.Join(", ", calendars.Ids)}", WorkingDays.Weekdays);
    }

    private FactCatalogue Facts()
    {
        var facts = new Dictionary<string, FactDefinition>();
        foreach (FactSource fact in source.Facts)
        {
            if (Type(fact.Type) is not { } type)
            {
                _broken.Add(fact.Name.Value);
                continue;
            }
            if (type is CelType.Union)
            {
                Add(fact.Type, "type-not-allowed", "A fact has one type; only 'date | datetime' may be either.");
                continue;
            }
            ImmutableArray<SymbolWords> symbols = Symbols(fact.Values);
            var definition = new FactDefinition(
                fact.Name.Value, type, fact.Words.En, fact.Words.Zh, fact.Closed ? [.. symbols.Select(symbol => symbol.Symbol)] : [])
            {
                Optional = fact.Optional || CalendarFacts.Contains(fact.Name.Value),
                Signed = fact.Signed,
                Unit = fact.Unit,
                Words = symbols,
            };
            if (!facts.TryAdd(fact.Name.Value, definition)) Add(fact.Name, "duplicate-name", $"'{fact.Name.Value}' is declared twice.");
            _words[fact.Name.Value] = new NameWords(fact.Words.En, fact.Words.Zh, symbols);
        }
        foreach (ChecklistSource item in source.Checklist)
        {
            if (item.Fact is not { } name || _broken.Contains(name.Value)) continue;
            if (facts.TryAdd(name.Value, new FactDefinition(name.Value, CelType.Bool, item.Words.En, item.Words.Zh, []) { Optional = true }))
                _words[name.Value] = new NameWords(item.Words.En, item.Words.Zh, []);
            else if (facts[name.Value].Type != CelType.Bool)
                Add(name, "mistyped", $"'{name.Value}' is {facts[name.Value].Type}; a checklist wants a boolean fact, or an expression under 'done'.");
        }
        // One of the two alone would put nothing in the place of the calendar's other list.
        if (CalendarFacts.Any(facts.ContainsKey))
        {
            foreach (string name in CalendarFacts)
                facts.TryAdd(name, new FactDefinition(name, new CelType.List(CelType.Date), name, name, []) { Optional = true });
        }
        return new FactCatalogue(facts.Values);
    }

    private void Constants(CelScope scope, DateTimeZone zone)
    {
        foreach (ConstantSource constant in source.Constants)
        {
            string name = constant.Name.Value;
            _words[name] = new NameWords(constant.Words.En, constant.Words.Zh, []);
            if (Type(constant.Type) is not { } type)
            {
                _broken.Add(name);
                continue;
            }
            using JsonDocument json = SourceJson.ToJson(constant.Value);
            if (FactReader.Read(json.RootElement, type, signed: true, zone) is not { } value)
            {
                Add(constant.Value.At, "mistyped", $"'{name}' must be {FactReader.Describe(type, signed: true)}.");
                _broken.Add(name);
            }
            else if (!scope.TryAdd(new CelName(name, type, NameKind.Constant, 0, value)))
            {
                Add(constant.Name, "duplicate-name", $"'{name}' is the name of another fact or constant.");
            }
        }
    }

    private ImmutableArray<ConclusionDefinition> Conclusions(CelScope scope)
    {
        var conclusions = ImmutableArray.CreateBuilder<ConclusionDefinition>();
        foreach (ConclusionSource conclusion in source.Conclusions)
        {
            string name = conclusion.Name.Value;
            if (Type(conclusion.Type) is not { } type)
            {
                _broken.Add(name);
                continue;
            }
            if (!_conclusions.TryAdd(name, (conclusions.Count, type)))
            {
                Add(conclusion.Name, "duplicate-name", $"The conclusion '{name}' is declared twice.");
                continue;
            }
            CelExpression? limit = conclusion.Limit is { } text ? Expression(text, scope, new CelType.Optional(type), [])?.Expression : null;
            ImmutableArray<SymbolWords> symbols = Symbols(conclusion.Values);
            conclusions.Add(new ConclusionDefinition(name, type, conclusion.Words.En, conclusion.Words.Zh, conclusion.Unit, symbols, limit));
        }
        return conclusions.ToImmutable();
    }

    private void Clauses()
    {
        foreach (ClauseSource clause in source.Clauses)
        {
            var compiled = new Clause(clause.Id.Value, clause.Text, clause.TextEn, clause.Source, [.. clause.Readings.Select(reading => reading.Value)])
            {
                Marks = [.. clause.Marks.Select(mark => mark.Value)],
            };
            if (!_clauses.TryAdd(clause.Id.Value, compiled)) Add(clause.Id, "duplicate-id", $"The clause '{clause.Id.Value}' is there twice.");
        }
    }

    private static bool HasFields(CelType type) => type is CelType.Map or CelType.Row || (type is CelType.Optional optional && HasFields(optional.Of));

    private Draft[] Drafts(CelScope scope)
    {
        var drafts = new Dictionary<string, Draft>();
        foreach (DecisionSource decision in source.Decisions)
        {
            HitPolicy hit = decision.Hit.Value switch
            {
                "first" => HitPolicy.First,
                "known" => HitPolicy.Known,
                "each" => HitPolicy.Each,
                "collect" => HitPolicy.Collect,
                _ => Refuse(decision.Hit, "unknown-hit-policy", "first, known, each or collect", HitPolicy.First),
            };
            if (!drafts.TryAdd(decision.Id.Value, Draft.Of(decision, hit)))
                Add(decision.Id, "duplicate-id", $"The decision '{decision.Id.Value}' is there twice.");
            else if (scope.Find(decision.Id.Value) is { } name && HasFields(name.Type))
                Add(decision.Id, "duplicate-name", $"'{decision.Id.Value}' is also the name of a fact or constant with fields, so that what follows the point could be either.");
        }
        foreach (ClockSource clock in source.Clocks)
        {
            Draft draft = ClockDraft.Of(clock, (text, wanted) => Add(text, "invalid-length", $"'{text.Value}' is no length; it must be {wanted}."));
            if (!drafts.TryAdd(draft.Id, draft)) Add(clock.Id, "duplicate-id", $"The clock '{clock.Id.Value}' is there twice.");
        }
        return [.. drafts.Values];
    }

    /// <summary>Each decision after those that it reads, otherwise as in the file. Decisions in a cycle are left out and named.</summary>
    private int[] Order(Draft[] drafts)
    {
        var byOutput = new Dictionary<string, int>();
        for (int i = 0; i < drafts.Length; i++)
        {
            foreach (string name in drafts[i].Outputs.Select(output => output.Value).Concat(drafts[i].Exports)) byOutput[$"{drafts[i].Id}.{name}"] = i;
        }
        int[][] reads = [.. drafts.Select(draft => draft.Mentions.SelectMany(mention => DecisionOf(mention, byOutput)).Distinct().ToArray())];
        var order = new List<int>();
        var state = new int[drafts.Length];
        var path = new List<int>();
        for (int i = 0; i < drafts.Length; i++) Visit(i);
        return [.. order];

        bool Visit(int index)
        {
            if (state[index] == 2) return true;
            if (state[index] == 3) return false;
            if (state[index] == 1)
            {
                IEnumerable<string> cycle = path.SkipWhile(on => on != index).Append(index).Select(on => drafts[on].Id);
                Add(drafts[index].At, "cycle", $"These decisions read each other: {string.Join(" → ", cycle)}.");
                return false;
            }
            state[index] = 1;
            path.Add(index);
            bool sound = true;
            foreach (int read in reads[index]) sound &= Visit(read);
            path.RemoveAt(path.Count - 1);
            state[index] = sound ? 2 : 3;
            if (sound) order.Add(index);
            return sound;
        }
    }

    private static IEnumerable<int> DecisionOf(string mention, Dictionary<string, int> byOutput)
    {
        for (string name = mention; name.Contains('.', StringComparison.Ordinal); name = name[..name.LastIndexOf('.')])
        {
            if (byOutput.TryGetValue(name, out int index)) return [index];
        }
        return [];
    }

    private CompiledDecision Decision(Draft draft, int index, CelScope global, SentenceWords words)
    {
        var scope = new CelScope(global);
        var lets = new Dictionary<int, Let>();
        var brokenHere = new List<string>();
        foreach (DraftLet let in draft.Lets)
        {
            string name = let.Name.Value;
            Step? step = let.Expression(known => scope.Find(known)?.Type) is { } text ? Expression(text, scope, null, lets) : null;
            if (step is null)
            {
                brokenHere.Add(name);
                if (_broken.Add(name)) continue;
            }
            else if (scope.TryAdd(new CelName(name, step.Expression.Type, NameKind.Computed, _slots)))
            {
                lets.Add(_slots, new Let(name, _slots, step));
                if (draft.Exports.Contains(name))
                {
                    global.TryAdd(new CelName($"{draft.Id}.{name}", step.Expression.Type, NameKind.Computed, _slots));
                    _decisionOfSlot[_slots] = index;
                    _words[$"{draft.Id}.{name}"] = _words[name] = ClockWords(name);
                }
                _slots++;
            }
            else
            {
                Add(let.Name, "duplicate-name", $"'{name}' is also the name of a fact, a constant or another let.");
            }
        }
        Step? when = draft.When is { } condition ? Expression(condition, scope, CelType.Bool, lets) : null;
        var outputs = new Dictionary<string, (Output Output, CelType? Type, bool Nullable)>();
        foreach (SourceText output in draft.Outputs) outputs.Add(output.Value, (new Output(output.Value, _slots++, ConclusionOf(output, draft)), null, false));
        var decision = new CompiledDecision
        {
            Index = index,
            Id = draft.Id,
            At = draft.At,
            Hit = draft.Hit,
            IsInternal = draft.Internal,
            IsPartial = draft.Partial,
        };
        decision.When = when;
        decision.Exported = [.. lets.Values.Where(let => draft.Exports.Contains(let.Name))];
        decision.Rules = [.. draft.Rules.Select((rule, i) => Rule(rule, i + 1, decision, draft, scope, lets, outputs, words))];
        decision.Outputs = [.. outputs.Values.Select(output => output.Output)];
        decision.Answers = draft.Answers.IsDefaultOrEmpty
            ? [.. draft.Rules.SelectMany(rule => rule.Clauses).Select(clause => clause.Value).Distinct()]
            : Expanded(draft.Answers);
        foreach ((string name, (Output output, CelType? type, bool nullable)) in outputs)
        {
            string full = $"{draft.Id}.{name}";
            CelType? known = _conclusions.TryGetValue(name, out var declared) ? declared.Type : type;
            if (known is null) _broken.Add(full);
            else global.TryAdd(new CelName(full, nullable ? new CelType.Optional(known) : known, NameKind.Computed, output.Slot));
            _decisionOfSlot[output.Slot] = index;
            if (source.Conclusions.FirstOrDefault(conclusion => conclusion.Name.Value == name) is { } conclusion)
                _words[full] = new NameWords(conclusion.Words.En, conclusion.Words.Zh, Symbols(conclusion.Values));
        }
        decision.Needs = [.. Steps(decision).SelectMany(step => step.Needs).Where(need => need != index).Distinct()];
        foreach (string name in brokenHere) _broken.Remove(name);
        return decision;
    }

    private static NameWords ClockWords(string name) => name switch
    {
        "start" => new NameWords("start", "起算", []),
        "due" => new NameWords("due", "到期", []),
        "met" => new NameWords("done", "完成", []),
        _ => new NameWords("on time", "按时", []),
    };

    private static IEnumerable<Step> Steps(CompiledDecision decision) => decision.Exported.Select(let => let.Step)
        .Concat(decision.When is { } when ? [when] : [])
        .Concat(decision.Rules.SelectMany(rule => rule.Then.Select(then => then.Step).Concat(rule.When is { } condition ? [condition] : [])));

    private int ConclusionOf(SourceText output, Draft draft)
    {
        if (draft.Internal) return -1;
        if (_conclusions.TryGetValue(output.Value, out var declared)) return declared.Index;
        if (!_broken.Contains(output.Value))
            Add(output, "unknown-conclusion", $"'{output.Value}' is not declared under 'conclusions'; declare it, or mark the decision 'internal: true'.");
        return -1;
    }

    private CompiledRule Rule(
        RuleSource rule,
        int number,
        CompiledDecision decision,
        Draft draft,
        CelScope scope,
        Dictionary<int, Let> lets,
        Dictionary<string, (Output Output, CelType? Type, bool Nullable)> outputs,
        SentenceWords words)
    {
        Step? when = rule.When is { } condition ? Expression(condition, scope, CelType.Bool, lets) : null;
        var then = new List<Conclude>();
        foreach (NamedExpression conclusion in rule.Then)
        {
            (Output output, CelType? type, bool nullable) = outputs[conclusion.Name.Value];
            CelType? wanted = _conclusions.TryGetValue(conclusion.Name.Value, out var declared) ? declared.Type : type;
            (Step? step, bool isElement) = draft.Hit == HitPolicy.Collect
                ? Element(conclusion.Expression, scope, wanted, lets)
                : (Expression(conclusion.Expression, scope, wanted is null ? null : new CelType.Optional(wanted), lets), false);
            if (step is null) continue;
            then.Add(new Conclude(output, step, isElement, draft.QuietThen));
            CelType found = step.Expression.Type is CelType.Optional optional ? optional.Of : step.Expression.Type;
            if (isElement) found = new CelType.List(found);
            bool canBeNull = draft.Hit != HitPolicy.Collect && (step.Expression.Type is CelType.Optional || found == CelType.Null);
            outputs[conclusion.Name.Value] = (output, type ?? (found == CelType.Null ? null : found), nullable || canBeNull);
        }
        Clause[] clauses = [.. rule.Clauses.Select(Cited).OfType<Clause>()];
        if (clauses.Length == 0 && rule.Clauses.IsEmpty && rule.Then.Length > 0 && !draft.Internal)
            Add(rule.At, "no-clause", $"A rule that concludes must cite a clause; only those of an internal decision need not.");
        return new CompiledRule
        {
            Index = -1,
            Decision = decision,
            Number = number,
            At = rule.At,
            When = when,
            Then = [.. then],
            Clauses = clauses,
            Reason = Reason(rule, when, then, scope, words),
        };
    }

    /// <summary>What a rule of a collecting decision contributes: one element, or a list of them.</summary>
    private (Step? Step, bool IsElement) Element(SourceText text, CelScope scope, CelType? list, Dictionary<int, Let> lets)
    {
        if (list is not CelType.List { Element: { } element })
        {
            Step? any = Expression(text, scope, null, lets);
            return (any, any?.Expression.Type is not CelType.List);
        }
        (CelType Type, bool IsElement)[] ways = [(element, true), (list, false)];
        if (text.Value.TrimStart().StartsWith('[')) Array.Reverse(ways);
        List<SourceFault>? first = null;
        foreach ((CelType type, bool isElement) in ways)
        {
            var found = new List<SourceFault>();
            if (Expression(text, scope, new CelType.Optional(type), lets, found) is { } step) return (step, isElement);
            first ??= found;
        }
        foreach (SourceFault fault in first!) faults.Add(fault);
        return (null, false);
    }

    private Clause? Cited(SourceText id)
    {
        if (_clauses.TryGetValue(id.Value, out Clause? clause)) return clause;
        Add(id, "unknown-clause", $"There is no clause '{id.Value}' under 'clauses'.");
        return null;
    }

    /// <summary>Clause ids, those with a closing star spelled out.</summary>
    private string[] Expanded(ImmutableArray<SourceText> written)
    {
        var ids = new List<string>();
        foreach (SourceText text in written)
        {
            string[] found = text.Value.EndsWith('*')
                ? [.. _clauses.Keys.Where(id => id.StartsWith(text.Value[..^1], StringComparison.Ordinal))]
                : _clauses.ContainsKey(text.Value) ? [text.Value] : [];
            if (found.Length == 0) Add(text, "unknown-clause", $"There is no clause '{text.Value}' under 'clauses'.");
            ids.AddRange(found);
        }
        return [.. ids.Distinct()];
    }

    private Reason Reason(RuleSource rule, Step? when, List<Conclude> then, CelScope scope, SentenceWords words)
    {
        if (rule.Because is { } because)
            return new Reason(Sentence(because.En, rule, then, scope), Sentence(because.Zh, rule, then, scope), [], words);
        IEnumerable<CelName> read = (when is null ? [] : when.ReadsDeep).Concat(then.SelectMany(one => one.Step.ReadsDeep))
            .Concat(then.Where(_ => rule.When is null && when is null).SelectMany(one => one.Step.Expression.Reads))
            .Where(name => name.Kind != NameKind.Constant).Distinct();
        return new Reason([], [], [.. read], words);
    }

    private ImmutableArray<ReasonPart> Sentence(string text, RuleSource rule, List<Conclude> then, CelScope scope)
    {
        var parts = ImmutableArray.CreateBuilder<ReasonPart>();
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0) break;
            if (open > at) parts.Add(new ReasonPart(text[at..open], null, false));
            string name = text[(open + 1)..close].Trim();
            bool percent = name.EndsWith('%');
            if (percent) name = name[..^1].TrimEnd(':', ' ');
            CelName? found = name.StartsWith('=')
                ? then.FirstOrDefault(one => one.Output.Name == name[1..]) is { } own
                    ? new CelName($"{name[1..]}", own.Step.Expression.Type, NameKind.Computed, own.Output.Slot)
                    : null
                : scope.Find(name);
            if (found is not null) parts.Add(new ReasonPart(null, found, percent));
            else if (!_broken.Contains(name) && (faults.Count == _before || !name.StartsWith('=')))
                Add(rule.At, "unknown-name", $"The sentence shows {{{name}}}, which is no fact, constant, let or decision.output; {{=name}} shows an output of the rule itself.");
            at = close + 1;
        }
        if (at < text.Length) parts.Add(new ReasonPart(text[at..], null, false));
        return parts.ToImmutable();
    }

    private CompiledClaim Claim(ClaimSource claim, CompiledDecision[] decisions, CelScope global, FactCatalogue facts)
    {
        var scope = new CelScope(global);
        var answers = new Dictionary<int, int>();
        foreach (Output output in decisions.SelectMany(decision => decision.Outputs).Where(output => output.Conclusion >= 0).DistinctBy(output => output.Conclusion))
        {
            scope.TryAdd(new CelName(AnswerPrefix + output.Name, new CelType.Optional(_conclusions[output.Name].Type), NameKind.Computed, _slots));
            answers.Add(output.Conclusion, _slots++);
        }
        var optionalText = new CelType.Optional(CelType.Text);
        var implies = new List<(string, string)>();
        foreach (NamedExpression implied in claim.Implies)
        {
            if (!TypesImplied.TryGetValue(implied.Expression.Value, out CelType[]? types))
                Add(implied.Expression, "unknown-source", $"'{implied.Expression.Value}' is no field of a request; there are {string.Join(", ", TypesImplied.Keys)}.");
            else if (facts.Find(implied.Name.Value) is not { } fact)
                Add(implied.Name, "unknown-fact", $"There is no fact '{implied.Name.Value}'.");
            else if (!types.Contains(fact.Type))
                Add(implied.Name, "mistyped", $"'{implied.Name.Value}' is {fact.Type}; '{implied.Expression.Value}' gives {types[0]}.");
            else
                implies.Add((implied.Name.Value, implied.Expression.Value));
        }
        return new CompiledClaim(
            Expanded(claim.Asks),
            Expression(claim.Covered, scope, new CelType.Optional(CelType.Bool), []),
            claim.Remedy is { } remedy ? Expression(remedy, scope, optionalText, []) : null,
            claim.RefusedBy is { } refused ? Expression(refused, scope, optionalText, []) : null,
            [.. claim.Pays.Select(pay => Pay(pay, scope)).OfType<Pay>()],
            [.. implies])
        { Answers = answers };
    }

    private Pay? Pay(PaySource pay, CelScope scope)
    {
        Step? when = pay.When is { } condition ? Expression(condition, scope, CelType.Bool, []) : null;
        Step? amount = Expression(pay.Amount, scope, CelType.Money, []);
        Clause? clause = Cited(pay.Clause);
        return amount is null || clause is null ? null : new Pay(pay.Name.Value, when, amount, clause.Id);
    }

    /// <summary>Null when it has a fault, or mentions a name whose own fault is already listed.</summary>
    private Step? Expression(SourceText text, CelScope scope, CelType? expected, Dictionary<int, Let> lets, ICollection<SourceFault>? into = null)
    {
        if (_broken.Count > 0 && MentionedNames.In(text.Value).Any(name => _broken.Contains(name) || _broken.Contains(name.Split('.')[0]))) return null;
        if (CelExpression.Compile(source.File, text, scope, expected, into ?? faults) is not { } expression) return null;
        Let[] needed = [.. expression.Reads
            .Where(name => name.Kind == NameKind.Computed && lets.ContainsKey(name.Slot))
            .SelectMany(name => lets[name.Slot].Step.Lets.Append(lets[name.Slot]))
            .Distinct()];
        int[] needs = [.. expression.Reads.Concat(needed.SelectMany(let => let.Step.Expression.Reads))
            .Where(name => name.Kind == NameKind.Computed && _decisionOfSlot.ContainsKey(name.Slot))
            .Select(name => _decisionOfSlot[name.Slot])
            .Distinct()];
        return new Step(expression, needed, needs);
    }

    private CompiledRule[] Numbered(CompiledDecision[] decisions)
    {
        foreach (CompiledDecision decision in decisions)
        {
            decision.Rules = [.. decision.Rules.Select((rule, i) => new CompiledRule
            {
                Index = _rules.Count + i, Decision = decision, Number = rule.Number, At = rule.At, When = rule.When, Then = rule.Then,
                Clauses = rule.Clauses, Reason = rule.Reason,
            })];
            _rules.AddRange(decision.Rules);
        }
        return [.. _rules];
    }

    private CelType? Type(SourceText text)
    {
        if (TypeText.TryParse(text.Value, out CelType? type)) return type;
        Add(text, "unknown-type", $"'{text.Value}' is no type; there are {TypeText.Known}.");
        return null;
    }

    private static ImmutableArray<SymbolWords> Symbols(ImmutableArray<SymbolSource> symbols) =>
        symbols.IsDefaultOrEmpty ? [] : [.. symbols.Select(symbol => new SymbolWords(symbol.Symbol.Value, symbol.Words.En, symbol.Words.Zh))];

    private T Refuse<T>(SourceText text, string code, string wanted, T instead)
    {
        Add(text, code, string.Create(CultureInfo.InvariantCulture, $"'{text.Value}' must be {wanted}."));
        return instead;
    }

    private void Add(SourceText text, string code, string detail) => Add(text.At, code, detail);

    private void Add(SourcePosition at, string code, string detail) => faults.Add(new SourceFault(source.File, at, code, detail));
}
