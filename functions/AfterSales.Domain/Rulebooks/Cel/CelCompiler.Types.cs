using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Which types become which, and what values are built of.</summary>
internal sealed partial class CelCompiler
{
    /// <summary>The value as the type wanted, where that is exact: a whole number as a decimal, an amount as a decimal.</summary>
    private CelCode? Coerce(CelNode node, CelCode code, CelType to)
    {
        CelType from = code.Core;
        CelType target = to is CelType.Optional optional ? optional.Of : to;
        if (from == CelType.Null) return CelShape.Of(to).Null(to);
        if (from == target) return code.Type == to ? code : code.As(to);
        if (target is CelType.Union union)
        {
            foreach (CelType member in union.Of.OrderBy(member => member == from ? 0 : 1))
            {
                if (Fits(code, member))
                {
                    CelCode fitted = Coerce(node, code, member)!;
                    return CelShapes.Any.Unboxed(to, fitted.Boxed, fitted.IsConstant);
                }
            }
        }
        else if (Fits(code, target))
        {
            if (code is CelCode<long> { IsKnown: true } whole && target == CelType.Money)
                return CelCode<Money>.OfConstant(to, CelShapes.Money, new Money(whole.Known * 100));
            if (code is CelCode<long> number && target == CelType.Decimal) return Widened(number, to, static value => value);
            if (code is CelCode<Money> money) return Widened(money, to, static value => value.Units);
            Evaluator<RuleValue> run = code.Boxed;
            return CelShape.Of(to).Unboxed(to, (Frame frame, out RuleValue value) =>
            {
                Outcome outcome = run(frame, out value);
                if (outcome == Outcome.Value) value = Convert(value, target);
                return outcome;
            }, code.IsConstant).Folded(out Outcome _);
        }
        return Mismatch(node, code, to);
    }

    private CelCode? Mismatch(CelNode node, CelCode code, CelType to)
    {
        CelType from = code.Core;
        CelType target = to is CelType.Optional optional ? optional.Of : to;
        if (from == CelType.Double && (target == CelType.Decimal || target == CelType.Money))
            return Report(node.Start, "double-with-decimal",
                $"A double is wanted nowhere in a policy; write the number as {target}, such as {target}(0.05).");
        string remedy = (from, target) switch
        {
            _ when from == CelType.Decimal && target == CelType.Money =>
                " A decimal becomes money by a rounding by name: roundHalfUp(x), roundDown(x) or roundHalfEven(x).",
            _ when from == CelType.Int && target == CelType.Money => " Write money(x).",
            _ when from == CelType.Date && target == CelType.DateTime => " Write endOfDay(x), or dateTime(x, time(\"09:00\")).",
            _ when (from == CelType.DateTime || from == CelType.DateOrDateTime) && target == CelType.Date => " Write date(x).",
            _ when from == CelType.Text && target == CelType.Date => " A date is written date(\"2024-05-06\").",
            _ when from == CelType.Text && target == CelType.DateTime => " A date and time is written dateTime(\"2024-05-06T10:00:00\").",
            _ when target == CelType.Text => " Write string(x).",
            _ when target == CelType.Int && from == CelType.Decimal => " Write int(x), floor(x) or ceil(x).",
            _ when target == CelType.Period && from == CelType.Int => " Write days(x), months(x) or years(x).",
            _ when target == CelType.Bool => " Compare it with something.",
            _ => "",
        };
        return Report(node.Start, "type-mismatch", $"{target} is wanted here, not {from}.{remedy}");
    }

    private static CelCode<decimal> Widened<T>(CelCode<T> code, CelType to, Func<T, decimal> widen)
    {
        if (code.IsKnown) return CelCode<decimal>.OfConstant(to, CelShapes.Decimal, widen(code.Known));
        Evaluator<T> run = code.Run;
        return new CelCode<decimal>(to, CelShapes.Decimal, (Frame frame, out decimal value) =>
        {
            Outcome outcome = run(frame, out T narrow);
            value = outcome == Outcome.Value ? widen(narrow) : 0;
            return outcome;
        }, code.IsConstant);
    }

    private static bool Fits(CelCode code, CelType to) =>
        Fits(code.Core, to) || (to == CelType.Money && code is CelCode<long> { IsKnown: true } whole
            && Math.Abs(whole.Known) <= Money.MaxFen / 100);

    private static bool Fits(CelType from, CelType to)
    {
        if (from is CelType.Optional inner) return Fits(inner.Of, to);
        if (to is CelType.Optional outer) return from == CelType.Null || Fits(from, outer.Of);
        if (from == to) return true;
        if (to is CelType.Union union) return union.Of.Any(member => Fits(from, member));
        if (to == CelType.Decimal) return from == CelType.Int || from == CelType.Money;
        if (to == CelType.DateOrDateTime) return from == CelType.Date || from == CelType.DateTime;
        return (from, to) switch
        {
            (CelType.List a, CelType.List b) => a.Element is null || (b.Element is not null && Fits(a.Element, b.Element)),
            (CelType.Map a, CelType.Map b) => a.Element is null || (b.Element is not null && Fits(a.Element, b.Element)),
            (CelType.Row a, CelType.Map b) => b.Element is not null && a.Fields.All(field => Fits(field.Type, b.Element)),
            (CelType.Row a, CelType.Row b) => a.Fields.All(field => b.Fields.Any(wanted => wanted.Name == field.Name))
                && b.Fields.All(wanted => a.Fields.FirstOrDefault(field => field.Name == wanted.Name) is { } field
                    ? (wanted.Optional || !field.Optional)
                        && Fits(field.Type, wanted.Optional ? new CelType.Optional(wanted.Type) : wanted.Type)
                    : wanted.Optional),
            _ => false,
        };
    }

    /// <summary>A value whose type <see cref="Fits(CelType, CelType)"/>.</summary>
    private static RuleValue Convert(RuleValue value, CelType to) => (value, to) switch
    {
        (RuleValue.Nothing, _) => value,
        (_, CelType.Optional optional) => Convert(value, optional.Of),
        (RuleValue.Whole whole, _) when to == CelType.Decimal => new RuleValue.Number(whole.Value),
        (RuleValue.Amount amount, _) when to == CelType.Decimal => new RuleValue.Number(amount.Value.Units),
        (RuleValue.Items items, CelType.List { Element: { } element }) =>
            new RuleValue.Items([.. items.Values.Select(item => Convert(item, element))]),
        (RuleValue.Row row, CelType.Map { Element: { } element }) =>
            new RuleValue.Row([.. row.Fields.Select(field => KeyValuePair.Create(field.Key, Convert(field.Value, element)))]),
        (RuleValue.Row row, CelType.Row wanted) => new RuleValue.Row([.. wanted.Fields
            .Select(field => (field.Name, field.Type, Value: CelShapes.Field(row, field.Name)))
            .Where(field => field.Value is not null)
            .Select(field => KeyValuePair.Create(field.Name, Convert(field.Value!, field.Type)))]),
        _ => value,
    };

    /// <summary>The type that both can take exactly; null when there is none.</summary>
    private static CelType? Unify(CelType left, CelType right)
    {
        if (left == right) return left;
        if (left is CelType.Optional || right is CelType.Optional || left == CelType.Null || right == CelType.Null)
        {
            CelType a = left is CelType.Optional l ? l.Of : left;
            CelType b = right is CelType.Optional r ? r.Of : right;
            CelType? of = a == CelType.Null ? b : b == CelType.Null ? a : Unify(a, b);
            return of is null ? null : new CelType.Optional(of);
        }
        if (left is CelType.List { Element: var x } && right is CelType.List { Element: var y })
            return x is null ? right : y is null ? left : Unify(x, y) is { } element ? new CelType.List(element) : null;
        if (left is CelType.Map { Element: null } && right is CelType.Map or CelType.Row) return right;
        if (right is CelType.Map { Element: null } && left is CelType.Map or CelType.Row) return left;
        return Fits(left, right) ? right : Fits(right, left) ? left
            : (left == CelType.Date && right == CelType.DateTime) || (left == CelType.DateTime && right == CelType.Date)
                ? CelType.DateOrDateTime
            : null;
    }

    private static CelType? Unify(CelCode left, CelCode right)
    {
        if (left.Core == CelType.Money && Fits(right, CelType.Money)) return left.Type;
        if (right.Core == CelType.Money && Fits(left, CelType.Money)) return right.Type;
        return Unify(left.Type, right.Type);
    }

    /// <summary>
    /// Checks operands that must agree. A number with a point takes its type from the others, so those are checked first.
    /// </summary>
    private CelCode?[] CheckTogether(IReadOnlyList<CelNode> nodes, CelType? hint, Func<CelType, CelType>? ofOther = null)
    {
        var codes = new CelCode?[nodes.Count];
        CelType? exact = null;
        for (int i = 0; i < nodes.Count; i++)
        {
            if (IsFlexible(nodes[i])) continue;
            codes[i] = Check(nodes[i], hint);
            if (codes[i] is not { } code || Exactness(code.Core) is not { } type) continue;
            exact = exact is null ? type : Unify(exact, type) ?? exact;
        }
        CelType? given = exact is null ? hint : ofOther is null ? exact : ofOther(exact);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (IsFlexible(nodes[i])) codes[i] = Check(nodes[i], given);
        }
        return codes;
    }

    private static CelType? Exactness(CelType type) => type switch
    {
        _ when type == CelType.Decimal || type == CelType.Money || type == CelType.Double => type,
        CelType.List { Element: { } element } when Exactness(element is CelType.Optional optional ? optional.Of : element) is not null =>
            type,
        CelType.Map { Element: { } element } when Exactness(element is CelType.Optional optional ? optional.Of : element) is not null =>
            type,
        _ => null,
    };

    /// <summary>Whether its numbers with a point may become decimals, amounts or doubles: nothing in it says which.</summary>
    private static bool IsFlexible(CelNode node) => node switch
    {
        CelNode.PointLiteral => true,
        CelNode.Unary { Operator: "-" } unary => IsFlexible(unary.Operand),
        CelNode.Binary { Operator: "+" or "-" or "*" or "/" } binary =>
            (IsFlexible(binary.Left) && (IsFlexible(binary.Right) || binary.Right is CelNode.IntLiteral))
            || (IsFlexible(binary.Right) && binary.Left is CelNode.IntLiteral),
        CelNode.Conditional conditional => IsFlexible(conditional.Then) || IsFlexible(conditional.Else),
        CelNode.ListLiteral list => list.Items.Any(IsFlexible),
        CelNode.MapLiteral map => map.Entries.Any(entry => IsFlexible(entry.Value)),
        _ => false,
    };

    private CelCode? List(CelNode.ListLiteral list, CelType? hint)
    {
        CelType? element = ListHint(hint);
        if (list.Items.IsEmpty)
            return CelCode<RuleValue.Items>.OfConstant(new CelType.List(element), CelShapes.Items, new RuleValue.Items([]));
        CelCode?[] codes = CheckTogether(list.Items, element);
        if (codes.Contains(null)) return null;
        CelType? type = codes[0]!.Type;
        for (int i = 1; i < codes.Length && type is not null; i++)
        {
            CelType? both = type == CelType.Money && Fits(codes[i]!, CelType.Money) ? type : Unify(type, codes[i]!.Type);
            if (both is null && element is not null) both = Fits(type, element) && Fits(codes[i]!, element) ? element : null;
            if (both is null)
            {
                return Report(list.Items[i].Start, "unsupported-mixed-list",
                    $"The elements of a list are of one type; this is {codes[i]!.Type} after {type}.");
            }
            type = both;
        }
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Coerce(list.Items[i], codes[i]!, type!);
            if (codes[i] is null) return null;
        }
        Evaluator<RuleValue>[] items = [.. codes.Select(code => code!.Boxed)];
        return Fold(list, new CelCode<RuleValue.Items>(new CelType.List(type), CelShapes.Items, (Frame frame, out RuleValue.Items value) =>
        {
            value = null!;
            var values = new RuleValue[items.Length];
            for (int i = 0; i < items.Length; i++)
            {
                Outcome outcome = items[i](frame, out values[i]);
                if (outcome == Outcome.Null) values[i] = RuleValue.Nothing.Instance;
                else if (outcome != Outcome.Value) return outcome;
            }
            value = new RuleValue.Items(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(values));
            return Outcome.Value;
        }, Array.TrueForAll(codes, code => code!.IsConstant)));
    }

    private static CelType? ListHint(CelType? hint) => hint switch
    {
        CelType.List list => list.Element,
        CelType.Optional optional => ListHint(optional.Of),
        CelType.Union union when union.Of.Count(member => member is CelType.List) == 1 =>
            ListHint(union.Of.First(member => member is CelType.List)),
        _ => null,
    };

    private CelCode? Map(CelNode.MapLiteral map, CelType? hint)
    {
        var names = new List<string>();
        bool plain = true;
        foreach ((CelNode key, CelNode _) in map.Entries)
        {
            if (key is not CelNode.TextLiteral text)
            {
                plain = false;
                if (key is CelNode.Refused) continue;
                Report(key.Start, "unsupported-map-key", "The keys of a map are texts in quotes, such as {\"amount\": 5.00}.");
            }
            else if (names.Contains(text.Value))
            {
                plain = false;
                Report(key.Start, "duplicate-key", $"The key \"{text.Value}\" stands twice.");
            }
            else
            {
                names.Add(text.Value);
            }
        }
        CelNode[] values = [.. map.Entries.Select(entry => entry.Value)];
        CelType? target = MapHint(hint, names);
        if (target is CelType.Row row && plain) return Row(map, names, values, row);
        CelCode?[] codes = CheckTogether(values, (target as CelType.Map)?.Element);
        if (!plain || codes.Contains(null)) return null;
        CelType? type = codes.Length == 0 ? (target as CelType.Map)?.Element : codes[0]!.Type;
        for (int i = 1; i < codes.Length && type is not null; i++) type = Unify(type, codes[i]!.Type);
        if (type is null && codes.Length > 0)
            return Built(map, names, codes,
                new CelType.Row([.. names.Zip(codes, (name, code) => new CelType.Field(name, code!.Type, false))]));
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Coerce(values[i], codes[i]!, type!);
            if (codes[i] is null) return null;
        }
        return Built(map, names, codes, new CelType.Map(type));
    }

    private static CelType? MapHint(CelType? hint, List<string> names) => hint switch
    {
        CelType.Row or CelType.Map => hint,
        CelType.Optional optional => MapHint(optional.Of, names),
        CelType.Union union => union.Of.OfType<CelType.Row>()
                .OrderByDescending(row =>
                    row.Fields.Count(field => names.Contains(field.Name)) - row.Fields.Count(field => !names.Contains(field.Name)))
                .FirstOrDefault(row => row.Fields.Any(field => names.Contains(field.Name)))
            ?? (CelType?)union.Of.OfType<CelType.Map>().FirstOrDefault(),
        _ => null,
    };

    private CelCode? Row(CelNode.MapLiteral map, List<string> names, CelNode[] values, CelType.Row row)
    {
        bool right = true;
        for (int i = 0; i < names.Count; i++)
        {
            if (row.Fields.Any(field => field.Name == names[i])) continue;
            Report(map.Entries[i].Key.Start, "unknown-field",
                $"There is no field '{names[i]}' in {row}{Suggestion(names[i], row.Fields.Select(field => field.Name))}.");
            right = false;
        }
        var order = new List<string>();
        var codes = new List<CelCode?>();
        foreach (CelType.Field field in row.Fields)
        {
            int place = names.IndexOf(field.Name);
            if (place < 0)
            {
                if (field.Optional) continue;
                Report(map.Start, "missing-field", $"The field '{field.Name}' of {row} is missing.");
                right = false;
                continue;
            }
            CelType type = field is { Optional: true, Type: not CelType.Optional } ? new CelType.Optional(field.Type) : field.Type;
            order.Add(field.Name);
            codes.Add(Check(values[place], type) is { } code ? Coerce(values[place], code, type) : null);
        }
        return right && !codes.Contains(null) ? Built(map, order, [.. codes], row) : null;
    }

    private CelCode? Built(CelNode node, IEnumerable<string> names, CelCode?[] codes, CelType type)
    {
        (string Name, Evaluator<RuleValue> Run)[] entries = [.. names.Zip(codes, (name, code) => (name, code!.Boxed))];
        return Fold(node, new CelCode<RuleValue.Row>(type, CelShapes.Row, (Frame frame, out RuleValue.Row value) =>
        {
            value = null!;
            var fields = new KeyValuePair<string, RuleValue>[entries.Length];
            for (int i = 0; i < fields.Length; i++)
            {
                Outcome outcome = entries[i].Run(frame, out RuleValue field);
                if (outcome == Outcome.Null) field = RuleValue.Nothing.Instance;
                else if (outcome != Outcome.Value) return outcome;
                fields[i] = KeyValuePair.Create(entries[i].Name, field);
            }
            value = new RuleValue.Row(System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(fields));
            return Outcome.Value;
        }, Array.TrueForAll(codes, code => code!.IsConstant)));
    }
}
