using System.Text.RegularExpressions;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Functions with a target: of texts, lists, durations; and <c>math</c>.</summary>
internal sealed partial class CelCompiler
{
    private static readonly string[] Methods =
    [
        "contains", "startsWith", "endsWith", "matches", "size", "lowerAscii", "upperAscii", "trim", "replace", "substring", "charAt",
        "indexOf", "lastIndexOf",
        "split", "join", "distinct", "sort", "sortBy", "sum", "min", "max", "first", "last", "reverse", "getHours", "getMinutes",
        "getSeconds",
        "getMilliseconds", "all", "exists", "exists_one", "filter", "map",
    ];

    private static readonly string[] MathNames = ["least", "greatest", "abs", "floor", "ceil", "sign"];

    private CelCode? Method(CelNode.Call call, CelNode target)
    {
        if (call.Name is "format" or "quote")
            return Report(call.NameStart, "unsupported-function", $"{call.Name}() is not supported; join texts with '+' and string(x).");
        CelCode? of = Check(target, null);
        CelType? wanted = call.Name == "indexOf" && of?.Core is CelType.List { Element: { } element } ? element : null;
        CelCode?[] arguments = [.. call.Arguments.Select(argument => Check(argument, wanted))];
        if (of is null || arguments.Contains(null)) return null;
        int reported = faults.Count;
        CelCode? result = of switch
        {
            CelCode<string> text => TextMethod(call, text, arguments!),
            CelCode<RuleValue.Items> list => ListMethod(call, list, arguments!),
            CelCode<RuleValue.Row> when call.Name == "size" && arguments.Length == 0 => Size(call, of),
            CelCode<Duration> length when arguments.Length == 0 => DurationMethod(call, length),
            _ => null,
        };
        if (result is not null || faults.Count > reported) return result;
        if (Array.IndexOf(Methods, call.Name) < 0)
        {
            return Signatures.TryGetValue(call.Name, out string? signature)
                ? Report(call.NameStart, "unknown-function", $"{call.Name}() stands before its argument: write {signature}.")
                : Report(call.NameStart, "unknown-function", $"There is no method '{call.Name}'{Suggestion(call.Name, Methods)}.");
        }
        return Report(call.NameStart, "wrong-arguments",
            $"{call.Name}({string.Join(", ", arguments.Select(argument => argument!.Type))}) does not apply to {of.Type}.");
    }

    private CelCode? TextMethod(CelNode.Call node, CelCode<string> text, CelCode[] arguments)
    {
        switch (node.Name, arguments)
        {
            case ("size", []): return Size(node, text);
            case ("contains", [CelCode<string> part]):
                return Lift(node, CelType.Bool, CelShapes.Bool, text, part, static (x, y) => x.Contains(y, StringComparison.Ordinal));
            case ("startsWith", [CelCode<string> part]):
                return Lift(node, CelType.Bool, CelShapes.Bool, text, part, static (x, y) => x.StartsWith(y, StringComparison.Ordinal));
            case ("endsWith", [CelCode<string> part]):
                return Lift(node, CelType.Bool, CelShapes.Bool, text, part, static (x, y) => x.EndsWith(y, StringComparison.Ordinal));
            case ("matches", [CelCode<string> { IsKnown: true } pattern]):
                if (CelText.TryPattern(pattern.Known, out Regex? regex, out string why))
                    return Lift(node, CelType.Bool, CelShapes.Bool, text, regex.IsMatch);
                return Report(node.Arguments[0].Start, "unsupported-pattern", $"The pattern cannot be used: {why}.");
            case ("matches", [CelCode<string>]):
                return Report(node.Arguments[0].Start, "unsupported-pattern",
                    "A pattern is a text in quotes, so that it can be checked when the file is loaded.");
            case ("lowerAscii", []): return Lift(node, CelType.Text, CelShapes.Text, text, static x => Ascii(x, char.ToLowerInvariant));
            case ("upperAscii", []): return Lift(node, CelType.Text, CelShapes.Text, text, static x => Ascii(x, char.ToUpperInvariant));
            case ("trim", []): return Lift(node, CelType.Text, CelShapes.Text, text, static x => x.Trim());
            case ("charAt", [CelCode<long> at]):
                return Lift(node, CelType.Text, CelShapes.Text, text, at, static (string x, long place, out string result) =>
                    Slice(x, place, Math.Min(place + 1, CelText.Size(x)), out result));
            case ("substring", [CelCode<long> from]):
                return Lift(node, CelType.Text, CelShapes.Text, text, from, static (string x, long start, out string result) =>
                    Slice(x, start, CelText.Size(x), out result));
            case ("substring", [CelCode<long> from, CelCode<long> { IsKnown: true } to]):
                long end = to.Known;
                return Lift(node, CelType.Text, CelShapes.Text, text, from, (string x, long start, out string result) =>
                    Slice(x, start, end, out result));
            case ("indexOf", [CelCode<string> part]):
                return Lift(node, CelType.Int, CelShapes.Int, text, part, static (x, y) =>
                    Place(x, x.IndexOf(y, StringComparison.Ordinal)));
            case ("lastIndexOf", [CelCode<string> part]):
                return Lift(node, CelType.Int, CelShapes.Int, text, part, static (x, y) =>
                    Place(x, x.LastIndexOf(y, StringComparison.Ordinal)));
            case ("split", [CelCode<string> { IsKnown: true, Known.Length: > 0 } by]):
                return Lift(node, new CelType.List(CelType.Text), CelShapes.Items, text, by,
                    static (string x, string separator, out RuleValue.Items result) =>
                {
                    string[] parts = x.Split(separator, CelExpression.MaxElements + 1);
                    result = new RuleValue.Items([.. parts.Select(part => (RuleValue)part)]);
                    return parts.Length <= CelExpression.MaxElements;
                });
            case ("replace", [CelCode<string> { IsKnown: true, Known.Length: > 0 } old, CelCode<string> replacement]):
                string known = old.Known;
                return Lift(node, CelType.Text, CelShapes.Text, text, replacement, (string x, string with, out string result) =>
                {
                    // Each place grows by at most the replacement; the text must not outgrow its bound.
                    bool fits = x.Length + ((long)x.Length / known.Length * with.Length) <= CelExpression.MaxText * 10L;
                    result = fits ? x.Replace(known, with, StringComparison.Ordinal) : "";
                    return fits && result.Length <= CelExpression.MaxText;
                });
            default: return null;
        }
    }

    private CelCode? ListMethod(CelNode.Call node, CelCode<RuleValue.Items> list, CelCode[] arguments)
    {
        CelType element = list.Core is CelType.List { Element: { } known } ? known : CelType.Null;
        CelShape shape = CelShape.Of(element);
        switch (node.Name, arguments)
        {
            case ("size", []): return Size(node, list);
            case ("reverse", []):
                return Lift(node, list.Core, CelShapes.Items, list, static x => new RuleValue.Items([.. x.Values.Reverse()]));
            case ("distinct", []): return Distinct(node, list);
            case ("join", _) when element == CelType.Text && arguments is [] or [CelCode<string> { IsKnown: true }]:
                string between = arguments is [CelCode<string> separator] ? separator.Known : "";
                return Lift(node, CelType.Text, CelShapes.Text, list, (RuleValue.Items x, out string result) =>
                {
                    bool fits = x.Values.Sum(item => (long)item.ToString()!.Length + between.Length) <= CelExpression.MaxText;
                    result = fits ? string.Join(between, x.Values) : "";
                    return fits;
                });
            case ("sort", []) when Orderer(element) is { } order:
                return Lift(node, list.Core, CelShapes.Items, list, (RuleValue.Items x, out RuleValue.Items result) =>
                {
                    result = new RuleValue.Items([.. x.Values.Order(order)]);
                    return !x.Values.Contains(RuleValue.Nothing.Instance);
                });
            case ("min" or "max", []) when Orderer(element) is { } order:
                int sign = node.Name == "max" ? 1 : -1;
                return Picked(node, list, element, x =>
                {
                    RuleValue best = x.Values[0];
                    foreach (RuleValue item in x.Values)
                        if (order.Compare(item, best) * sign > 0) best = item;
                    return best;
                });
            case ("first", []): return Picked(node, list, element, static x => x.Values[0]);
            case ("last", []): return Picked(node, list, element, static x => x.Values[^1]);
            case ("sum", []): return Sum(node, list, element);
            case ("indexOf", [var item]) when Fits(item, element) && Coerce(node.Arguments[0], item, element) is { } fitted:
                Evaluator<RuleValue> wanted = fitted.Boxed;
                var boxed = (CelCode<RuleValue>)CelShapes.Any.Unboxed(element, wanted, fitted.IsConstant);
                return Lift(node, CelType.Int, CelShapes.Int, list, boxed, static (x, y) =>
                {
                    for (int i = 0; i < x.Values.Length; i++)
                    {
                        if (CelShapes.Same(x.Values[i], y)) return i;
                    }
                    return -1L;
                });
            default: return null;
        }
    }

    private CelCode? Picked(CelNode.Call node, CelCode<RuleValue.Items> list, CelType element, Func<RuleValue.Items, RuleValue> pick)
    {
        Evaluator<RuleValue.Items> run = list.Run;
        return Fold(node, CelShape.Of(element).Unboxed(element, (Frame frame, out RuleValue value) =>
        {
            value = null!;
            Outcome outcome = run(frame, out RuleValue.Items items);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            if (items.Values.IsEmpty) return Outcome.Fault;
            value = pick(items);
            return Outcome.Value;
        }, list.IsConstant), "constant-fault", $"The empty list has no {node.Name}().");
    }

    private static CelCode<RuleValue.Items> Distinct(CelNode.Call node, CelCode<RuleValue.Items> list)
    {
        Evaluator<RuleValue.Items> run = list.Run;
        return new CelCode<RuleValue.Items>(list.Core, CelShapes.Items, (Frame frame, out RuleValue.Items value) =>
        {
            Outcome outcome = run(frame, out value);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            var kept = new List<RuleValue>();
            foreach (RuleValue item in value.Values)
            {
                if (!frame.Spend(kept.Count + 1)) return Outcome.Fault;
                if (!kept.Exists(known => CelShapes.Same(known, item))) kept.Add(item);
            }
            value = new RuleValue.Items([.. kept]);
            return Outcome.Value;
        }, list.IsConstant);
    }

    private CelCode? Sum(CelNode.Call node, CelCode<RuleValue.Items> list, CelType element)
    {
        if (element == CelType.Int)
            return Summed(node, list, CelType.Int, CelShapes.Int, static (long x, long y, out long sum) => Overflow.Add(x, y, out sum));
        if (element == CelType.Decimal)
            return Summed(node, list, CelType.Decimal, CelShapes.Decimal, static (decimal x, decimal y, out decimal sum) =>
                { sum = x + y; return true; });
        if (element == CelType.Money)
            return Summed(node, list, CelType.Money, CelShapes.Money, static (Money x, Money y, out Money sum) =>
                { sum = x + y; return true; });
        if (element == CelType.Double)
            return Summed(node, list, CelType.Double, CelShapes.Double, static (double x, double y, out double sum) =>
                { sum = x + y; return true; });
        if (element == CelType.Duration)
            return Summed(node, list, CelType.Duration, CelShapes.Duration, static (Duration x, Duration y, out Duration sum) =>
                InRange(x + y, out sum));
        return element == CelType.Null ? CelCode<long>.OfConstant(CelType.Int, CelShapes.Int, 0) : null;
    }

    private CelCode? Summed<T>(CelNode.Call node, CelCode<RuleValue.Items> list, CelType type, CelShape<T> shape, Partial<T, T, T> add)
        where T : struct => Lift(node, type, shape, list, (RuleValue.Items items, out T sum) =>
        {
            sum = default;
            foreach (RuleValue item in items.Values)
            {
                if (!shape.TryUnbox(item, out T value) || !add(sum, value, out sum)) return false;
            }
            return true;
        });

    private CelCode? DurationMethod(CelNode.Call node, CelCode<Duration> length) => node.Name switch
    {
        "getHours" => Lift(node, CelType.Int, CelShapes.Int, length, static value => (long)value.TotalHours),
        "getMinutes" => Lift(node, CelType.Int, CelShapes.Int, length, static value => (long)value.TotalMinutes),
        "getSeconds" => Lift(node, CelType.Int, CelShapes.Int, length, static value => (long)value.TotalSeconds),
        "getMilliseconds" => Lift(node, CelType.Int, CelShapes.Int, length, static value => (long)value.Milliseconds),
        _ => null,
    };

    private CelCode? MathCall(CelNode.Call call, CelType? hint)
    {
        if (Array.IndexOf(MathNames, call.Name) < 0)
            return Report(call.NameStart, "unsupported-function",
                $"math.{call.Name}() is not supported{Suggestion(call.Name, MathNames)}.");
        if (call.Name is "least" or "greatest") return Extreme(call, hint);
        if (call.Arguments.Length != 1) return Report(call.NameStart, "wrong-arguments", $"Write math.{call.Name}(x).");
        if (Check(call.Arguments[0], hint) is not { } x) return null;
        return (call.Name, x) switch
        {
            ("abs", CelCode<long> a) => Lift(call, CelType.Int, CelShapes.Int, a, static (long value, out long result) =>
            {
                result = value == long.MinValue ? 0 : Math.Abs(value);
                return value != long.MinValue;
            }),
            ("abs", CelCode<double> a) => Lift(call, CelType.Double, CelShapes.Double, a, Math.Abs),
            ("abs", CelCode<decimal> a) => Lift(call, CelType.Decimal, CelShapes.Decimal, a, Math.Abs),
            ("abs", CelCode<Money> a) => Lift(call, CelType.Money, CelShapes.Money, a, static value => value.IsNegative ? -value : value),
            ("sign", CelCode<long> a) => Lift(call, CelType.Int, CelShapes.Int, a, static value => (long)Math.Sign(value)),
            ("sign", CelCode<double> a) =>
                Lift(call, CelType.Double, CelShapes.Double, a, static value => double.IsNaN(value) ? value : Math.Sign(value)),
            ("floor", CelCode<double> a) => Lift(call, CelType.Double, CelShapes.Double, a, Math.Floor),
            ("ceil", CelCode<double> a) => Lift(call, CelType.Double, CelShapes.Double, a, Math.Ceiling),
            ("floor", _) when Fits(x, CelType.Decimal) => Whole(call, x, decimal.Floor),
            ("ceil", _) when Fits(x, CelType.Decimal) => Whole(call, x, decimal.Ceiling),
            _ => Report(call.NameStart, "wrong-arguments", $"math.{call.Name}({x.Type}) means nothing; it needs a number."),
        };
    }

    /// <summary><c>math.least</c> and <c>math.greatest</c>, of arguments or of one list.</summary>
    private CelCode? Extreme(CelNode.Call call, CelType? hint)
    {
        CelCode?[] codes = CheckTogether(call.Arguments, hint);
        if (codes.Contains(null)) return null;
        if (codes is [CelCode<RuleValue.Items> list])
            return ListMethod(call with { Name = call.Name == "least" ? "min" : "max" }, list, [])
                ?? Report(call.NameStart, "wrong-arguments", $"math.{call.Name}() needs values that have an order.");
        if (codes.Length == 0) return Report(call.NameStart, "wrong-arguments", $"Write math.{call.Name}(a, b).");
        CelCode first = codes[0]!;
        CelType? type = first.Type;
        for (int i = 1; i < codes.Length && type is not null; i++)
        {
            type = type == CelType.Money && Fits(codes[i]!, CelType.Money) ? type
                : codes[i]!.Core == CelType.Money && i == 1 && Fits(first, CelType.Money) ? codes[i]!.Type
                : Unify(type, codes[i]!.Type);
        }
        CelType? core = type is CelType.Optional optional ? optional.Of : type;
        if (core is null || Orderer(core) is null)
        {
            return Report(call.NameStart, codes.Any(code => code!.Core == CelType.Double) && codes.Any(code => code!.Core == CelType.Int)
                ? "mixed-types" : "wrong-arguments",
                $"math.{call.Name}() compares values of one type; these are {string.Join(", ", codes.Select(code => code!.Type))}.");
        }
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = Coerce(call.Arguments[i], codes[i]!, core);
            if (codes[i] is null) return null;
        }
        CelCode best = codes[0]!;
        for (int i = 1; i < codes.Length; i++)
        {
            if (Better(call, best, codes[i]!) is not { } better) return null;
            best = better;
        }
        return best;
    }

    private CelCode? Better(CelNode.Call call, CelCode left, CelCode right)
    {
        bool least = call.Name == "least";
        return (left, right) switch
        {
            (CelCode<long> a, CelCode<long> b) => Lift(call, a.Type, a.Shape, a, b, least ? Math.Min : Math.Max),
            (CelCode<decimal> a, CelCode<decimal> b) => Lift(call, a.Type, a.Shape, a, b, least ? Math.Min : Math.Max),
            (CelCode<double> a, CelCode<double> b) => Lift(call, a.Type, a.Shape, a, b, least ? Math.Min : Math.Max),
            (CelCode<Money> a, CelCode<Money> b) => Lift(call, a.Type, a.Shape, a, b, least ? Money.Min : Money.Max),
            (CelCode<LocalDate> a, CelCode<LocalDate> b) => Lift(call, a.Type, a.Shape, a, b, least ? LocalDate.Min : LocalDate.Max),
            (CelCode<LocalDateTime> a, CelCode<LocalDateTime> b) =>
                Lift(call, a.Type, a.Shape, a, b, least ? LocalDateTime.Min : LocalDateTime.Max),
            (CelCode<LocalTime> a, CelCode<LocalTime> b) => Lift(call, a.Type, a.Shape, a, b, least ? LocalTime.Min : LocalTime.Max),
            (CelCode<Duration> a, CelCode<Duration> b) => Lift(call, a.Type, a.Shape, a, b, least ? Duration.Min : Duration.Max),
            _ => Report(call.NameStart, "wrong-arguments", $"math.{call.Name}() does not compare {left.Type}."),
        };
    }

    private static string Ascii(string text, Func<char, char> change) =>
        string.Create(text.Length, (text, change), static (span, state) =>
        {
            for (int i = 0; i < span.Length; i++) span[i] = char.IsAsciiLetter(state.text[i]) ? state.change(state.text[i]) : state.text[i];
        });

    /// <summary>By code points.</summary>
    private static bool Slice(string text, long from, long to, out string result)
    {
        result = "";
        if (from > to || !CelText.TryOffset(text, from, out int start) || !CelText.TryOffset(text, to, out int end)) return false;
        result = text[start..end];
        return true;
    }

    /// <summary>The code point at a UTF-16 offset, or -1.</summary>
    private static long Place(string text, int offset) => offset < 0 ? -1 : CelText.Size(text[..offset]);
}
