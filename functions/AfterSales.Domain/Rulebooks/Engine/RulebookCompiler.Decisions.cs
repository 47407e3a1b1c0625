using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Decisions and their rules.</summary>
internal sealed partial class RulebookCompiler
{
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
        decision.Lets = [.. lets.Values];
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
        Clause[] clauses = [.. rule.Clauses.Select(Cited).OfType<Clause>().Distinct()];
        if (clauses.Length == 0 && rule.Clauses.IsEmpty && rule.Then.Length > 0 && !draft.Internal)
            Add(rule.At, "no-clause", $"A rule that concludes must cite a clause; only those of an internal decision need not.");
        Reason reason = Reason(rule, when, then, scope, words);
        return new CompiledRule
        {
            Decision = decision,
            Number = number,
            At = rule.At,
            When = when,
            Then = [.. then],
            Clauses = clauses,
            Reason = reason,
            Shown = Shown(reason, lets),
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
}
