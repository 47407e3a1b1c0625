using System.Runtime.InteropServices;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Macros: what looks like a call and binds a variable, or asks whether a field is there.</summary>
internal sealed partial class CelCompiler
{
    private static bool IsMacro(CelNode.Call call) => call.Target is not null && (call.Name, call.Arguments.Length) switch
    {
        ("all" or "exists" or "exists_one" or "existsOne" or "filter" or "sortBy", 2) => true,
        ("map", 2 or 3) => true,
        _ => false,
    };

    private static bool IsTwoVariableMacro(CelNode.Call call) => call.Target is not null && (call.Name, call.Arguments.Length) switch
    {
        ("all" or "exists" or "exists_one" or "existsOne", 3) => true,
        ("transformList" or "transformMap" or "transformMapEntry", 3 or 4) => true,
        _ => false,
    };

    private CelCode? Has(CelNode.Call call)
    {
        if (call.Arguments is not [CelNode.Select select])
            return Report(call.Start, "wrong-arguments", "has() needs a field: has(a.b).");
        if (Qualified(select) is { } qualified && scope.Find(qualified) is not null)
            return Report(select.Start, "wrong-arguments", $"'{qualified}' is a decision's output, no field; write {qualified} != null.");
        if (Check(select.Operand, null) is not { } operand) return null;
        string field = select.Field;
        if (operand.Core is CelType.Row row && !row.Fields.Any(known => known.Name == field))
            return Report(select.FieldStart, "unknown-field",
                $"There is no field '{field}' in {row}{Suggestion(field, row.Fields.Select(known => known.Name))}.");
        if (operand is not CelCode<RuleValue.Row> fields)
            return Report(select.Start, "type-mismatch", $"has() needs a field of an object or a map, not of {operand.Type}.");
        bool optional = operand.Core is CelType.Row declared && declared.Fields.Any(known => known.Name == field && known.Optional);
        return Lift(call, CelType.Bool, CelShapes.Bool, fields, value =>
            CelShapes.Field(value, field) is { } found && !(optional && found is RuleValue.Nothing));
    }

    private CelCode? Macro(CelNode.Call call, CelType? hint)
    {
        if (Check(call.Target!, null) is not { } range) return null;
        if (call.Arguments[0] is not CelNode.Ident variable)
            return Report(call.Arguments[0].Start, "wrong-arguments",
                $"The first argument of {call.Name}() is a variable: list.{call.Name}(x, …).");
        if (scope.Find(variable.Name) is not null || _locals.Exists(local => local.Name == variable.Name))
            return Report(variable.Start, "shadowed-name", $"'{variable.Name}' is already a name; choose another variable.");
        CelType element;
        CelCode<RuleValue.Items> list;
        switch (range.Core)
        {
            case CelType.List listed:
                element = listed.Element ?? CelType.Null;
                list = (CelCode<RuleValue.Items>)range;
                break;
            case CelType.Map or CelType.Row:
                element = CelType.Text;
                list = Keys((CelCode<RuleValue.Row>)range);
                break;
            default: return Report(call.Target!.Start, "type-mismatch", $"{call.Name}() needs a list or a map, not {range.Type}.");
        }
        if (_locals.Count == CelExpression.MaxMacroNesting)
            return Report(call.NameStart, "unsupported-macro-nesting",
                $"Macros nest at most {CelExpression.MaxMacroNesting} deep. Divide it with 'let'.");
        if (range.Core is CelType.List { Element: null } && list.IsKnown) return OfNothing(call, list);
        int slot = _locals.Count;
        _locals.Add((variable.Name, element));
        try
        {
            return Body(call, hint, list, element, slot);
        }
        finally
        {
            _locals.RemoveAt(slot);
        }
    }

    /// <summary>Over the empty list, whose elements have no type, there is nothing to check and nothing to do.</summary>
    private static CelCode OfNothing(CelNode.Call call, CelCode<RuleValue.Items> list) => call.Name switch
    {
        "all" => CelCode<bool>.OfConstant(CelType.Bool, CelShapes.Bool, value: true),
        "filter" or "map" or "sortBy" => list,
        _ => CelCode<bool>.OfConstant(CelType.Bool, CelShapes.Bool, value: false),
    };

    private CelCode? Body(CelNode.Call call, CelType? hint, CelCode<RuleValue.Items> list, CelType element, int slot)
    {
        CelNode last = call.Arguments[^1];
        if (call.Name is "map" or "sortBy")
        {
            CelCode<bool>? kept = null;
            bool filtered = call.Arguments.Length == 3;
            if (filtered && (kept = Condition(call.Arguments[1])) is null) return null;
            CelType? wanted = call.Name == "map" ? ListHint(hint) : null;
            if (Check(last, wanted) is not { } result) return null;
            if (call.Name == "sortBy") return Sorted(call, list, slot, result);
            if (wanted is not null && Fits(result, wanted)) result = Coerce(last, result, wanted)!;
            return new CelCode<RuleValue.Items>(new CelType.List(result.Type), CelShapes.Items,
                Mapped(list.Run, slot, kept?.Run, result.Boxed), isConstant: false);
        }
        if (Condition(last) is not { } test) return null;
        if (call.Name == "filter")
        {
            CelCode item = CelShape.Of(element).ReadLocal(element, slot);
            return new CelCode<RuleValue.Items>(new CelType.List(element), CelShapes.Items, Mapped(list.Run, slot, test.Run, item.Boxed),
                isConstant: false);
        }
        Evaluator<bool> run = call.Name is "all" or "exists" ? Quantifier(list.Run, slot, test.Run, decisive: call.Name == "exists")
            : One(list.Run, slot, test.Run);
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, run, isConstant: false);
    }

    private CelCode<bool>? Condition(CelNode node) =>
        Check(node, null) is { } code && Coerce(node, code, CelType.Bool) is CelCode<bool> test ? test : null;

    private static CelCode<RuleValue.Items> Keys(CelCode<RuleValue.Row> row)
    {
        Evaluator<RuleValue.Row> run = row.Run;
        return new CelCode<RuleValue.Items>(new CelType.List(CelType.Text), CelShapes.Items, (Frame frame, out RuleValue.Items keys) =>
        {
            Outcome outcome = run(frame, out RuleValue.Row fields);
            keys = outcome == Outcome.Value ? new RuleValue.Items([.. fields.Fields.Select(field => (RuleValue)field.Key)]) : null!;
            return outcome;
        }, isConstant: false);
    }

    /// <summary><c>exists</c> stops at the first true, <c>all</c> at the first false; until then both absorb what is unknown.</summary>
    private static Evaluator<bool> Quantifier(Evaluator<RuleValue.Items> list, int slot, Evaluator<bool> test, bool decisive) =>
        (Frame frame, out bool value) =>
        {
            value = false;
            Outcome whole = list(frame, out RuleValue.Items items);
            if (whole != Outcome.Value) return whole == Outcome.Null ? Outcome.Fault : whole;
            foreach (RuleValue item in items.Values)
            {
                if (!frame.Spend(1)) return Outcome.Fault;
                frame.Locals[slot] = item;
                Outcome outcome = test(frame, out value);
                if (outcome != Outcome.Value) whole = Outcomes.Undecided(whole, outcome);
                else if (value == decisive) return Outcome.Value;
            }
            value = !decisive;
            return whole;
        };

    private static Evaluator<bool> One(Evaluator<RuleValue.Items> list, int slot, Evaluator<bool> test) => (Frame frame, out bool value) =>
    {
        value = false;
        int count = 0;
        Outcome outcome = list(frame, out RuleValue.Items items);
        if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
        foreach (RuleValue item in items.Values)
        {
            if (!frame.Spend(1)) return Outcome.Fault;
            frame.Locals[slot] = item;
            outcome = test(frame, out bool holds);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            count += holds ? 1 : 0;
        }
        value = count == 1;
        return Outcome.Value;
    };

    /// <param name="kept">Null: every element.</param>
    private static Evaluator<RuleValue.Items> Mapped(Evaluator<RuleValue.Items> list, int slot, Evaluator<bool>? kept,
        Evaluator<RuleValue> result) =>
        (Frame frame, out RuleValue.Items value) =>
        {
            value = null!;
            Outcome outcome = list(frame, out RuleValue.Items items);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            var results = new RuleValue[items.Values.Length];
            int count = 0;
            foreach (RuleValue item in items.Values)
            {
                if (!frame.Spend(1)) return Outcome.Fault;
                frame.Locals[slot] = item;
                bool keep = true;
                outcome = kept is null ? Outcome.Value : kept(frame, out keep);
                if (outcome == Outcome.Value && !keep) continue;
                RuleValue made = RuleValue.Nothing.Instance;
                if (outcome == Outcome.Value) outcome = result(frame, out made);
                else if (outcome == Outcome.Null) outcome = Outcome.Fault;
                if (outcome == Outcome.Null) made = RuleValue.Nothing.Instance;
                else if (outcome != Outcome.Value) return outcome;
                results[count++] = made;
            }
            if (count < results.Length) Array.Resize(ref results, count);
            value = new RuleValue.Items(ImmutableCollectionsMarshal.AsImmutableArray(results));
            return Outcome.Value;
        };

    private CelCode? Sorted(CelNode.Call call, CelCode<RuleValue.Items> list, int slot, CelCode key)
    {
        if (Orderer(key.Core) is not { } order)
            return Report(call.Arguments[1].Start, "type-mismatch", $"The key of sortBy() has an order; {key.Type} has none.");
        Evaluator<RuleValue.Items> run = list.Run;
        Evaluator<RuleValue.Items> keyed = Mapped(list.Run, slot, null, key.Boxed);
        return new CelCode<RuleValue.Items>(list.Type, CelShapes.Items, (Frame frame, out RuleValue.Items value) =>
        {
            value = null!;
            Outcome outcome = keyed(frame, out RuleValue.Items keys);
            if (outcome == Outcome.Value) outcome = run(frame, out value);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            if (keys.Values.Contains(RuleValue.Nothing.Instance)) return Outcome.Fault;
            RuleValue.Items items = value;
            value = new RuleValue.Items(
                [.. Enumerable.Range(0, items.Values.Length).OrderBy(i => keys.Values[i], order).Select(i => items.Values[i])]);
            return Outcome.Value;
        }, isConstant: false);
    }

    /// <summary>Null when values of the type have no order.</summary>
    private static Comparer<RuleValue>? Orderer(CelType type)
    {
        CelShape shape = CelShape.Of(type);
        return shape switch
        {
            CelShape<long> of => By(of, Natural<long>.Compare),
            CelShape<decimal> of => By(of, Natural<decimal>.Compare),
            CelShape<double> of => By(of, Natural<double>.Compare),
            CelShape<bool> of => By(of, Natural<bool>.Compare),
            CelShape<Money> of => By(of, ByFen.Compare),
            CelShape<string> of => By(of, ByCodePoint.Compare),
            CelShape<NodaTime.LocalDate> of => By(of, Natural<NodaTime.LocalDate>.Compare),
            CelShape<NodaTime.LocalDateTime> of => By(of, Natural<NodaTime.LocalDateTime>.Compare),
            CelShape<NodaTime.LocalTime> of => By(of, Natural<NodaTime.LocalTime>.Compare),
            CelShape<NodaTime.YearMonth> of => By(of, Natural<NodaTime.YearMonth>.Compare),
            CelShape<NodaTime.Duration> of => By(of, Natural<NodaTime.Duration>.Compare),
            _ => null,
        };
    }

    private static Comparer<RuleValue> By<T>(CelShape<T> shape, Comparison<T> compare) => Comparer<RuleValue>.Create((left, right) =>
    {
        shape.TryUnbox(left, out T x);
        shape.TryUnbox(right, out T y);
        return compare(x, y);
    });
}
