using NodaTime;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Operators.</summary>
internal sealed partial class CelCompiler
{
    private CelCode? Unary(CelNode.Unary unary, CelType? hint)
    {
        if (Check(unary.Operand, unary.Operator == "-" ? hint : null) is not { } operand) return null;
        if (unary.Operator == "!")
            return Coerce(unary.Operand, operand, CelType.Bool) is CelCode<bool> truth
                ? Fold(unary, Not(truth)) : null;
        return operand switch
        {
            CelCode<long> number =>
                Lift(unary, CelType.Int, CelShapes.Int, number, static (long value, out long result) => Overflow.Negate(value, out result)),
            CelCode<decimal> number => Lift(unary, CelType.Decimal, CelShapes.Decimal, number, static value => -value),
            CelCode<Money> money => Lift(unary, CelType.Money, CelShapes.Money, money, static value => -value),
            CelCode<double> number => Lift(unary, CelType.Double, CelShapes.Double, number, static value => -value),
            CelCode<Duration> length => Lift(unary, CelType.Duration, CelShapes.Duration, length, static value => -value),
            _ => Report(unary.Start, "type-mismatch", $"'-' needs a number, not {operand.Type}."),
        };
    }

    private static CelCode<bool> Not(CelCode<bool> truth)
    {
        Evaluator<bool> run = truth.Run;
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            Outcome outcome = run(frame, out value);
            value = !value;
            return outcome == Outcome.Null ? Outcome.Fault : outcome;
        }, truth.IsConstant);
    }

    private CelCode? Binary(CelNode.Binary binary, CelType? hint) => binary.Operator switch
    {
        "==" or "!=" => Equality(binary),
        "in" => In(binary),
        "<" or "<=" or ">" or ">=" => Comparison(binary),
        _ => Arithmetic(binary, hint),
    };

    private CelCode? Equality(CelNode.Binary binary)
    {
        CelCode?[] codes = CheckTogether([binary.Left, binary.Right], null);
        if (codes[0] is not { } left || codes[1] is not { } right) return null;
        bool wanted = binary.Operator == "==";
        if (left.Type == CelType.Null || right.Type == CelType.Null)
        {
            (CelNode node, CelCode code) = left.Type == CelType.Null ? (binary.Right, right) : (binary.Left, left);
            if (node is CelNode.Ident ident && scope.Find(ident.Name) is { Kind: NameKind.Fact, Type: not CelType.Optional })
            {
                return Report(node.Start, "never-null",
                    $"'{ident.Name}' is never null: without it the rule is not reached. "
                    + "Declare it with 'optional: true' if it may be left out.");
            }
            return Fold(binary, code.IsNull(wanted));
        }
        return Agree(binary, ref left, ref right) ? Fold(binary, left.Same(right, wanted)) : null;
    }

    private CelCode? Comparison(CelNode.Binary binary)
    {
        CelCode?[] codes = CheckTogether([binary.Left, binary.Right], null);
        if (codes[0] is not { } left || codes[1] is not { } right || !Agree(binary, ref left, ref right)) return null;
        return left switch
        {
            CelCode<long> a => Compare<long, Natural<long>>(binary, a, (CelCode<long>)right),
            CelCode<decimal> a => Compare<decimal, Natural<decimal>>(binary, a, (CelCode<decimal>)right),
            CelCode<Money> a => Compare<Money, ByFen>(binary, a, (CelCode<Money>)right),
            CelCode<LocalDate> a => Compare<LocalDate, Natural<LocalDate>>(binary, a, (CelCode<LocalDate>)right),
            CelCode<LocalDateTime> a => Compare<LocalDateTime, Natural<LocalDateTime>>(binary, a, (CelCode<LocalDateTime>)right),
            CelCode<LocalTime> a => Compare<LocalTime, Natural<LocalTime>>(binary, a, (CelCode<LocalTime>)right),
            CelCode<YearMonth> a => Compare<YearMonth, Natural<YearMonth>>(binary, a, (CelCode<YearMonth>)right),
            CelCode<Duration> a => Compare<Duration, Natural<Duration>>(binary, a, (CelCode<Duration>)right),
            CelCode<string> a => Compare<string, ByCodePoint>(binary, a, (CelCode<string>)right),
            CelCode<bool> a => Compare<bool, Natural<bool>>(binary, a, (CelCode<bool>)right),
            CelCode<double> a => Lift(binary, CelType.Bool, CelShapes.Bool, a, (CelCode<double>)right, binary.Operator switch
            {
                "<" => static (x, y) => x < y,
                "<=" => static (x, y) => x <= y,
                ">" => static (x, y) => x > y,
                _ => static (double x, double y) => x >= y,
            }),
            _ => Report(binary.OperatorStart, "type-mismatch", $"'{binary.Operator}' does not order {left.Type}."),
        };
    }

    /// <summary>Brings both sides to one type, or reports why that cannot be.</summary>
    private bool Agree(CelNode.Binary binary, ref CelCode left, ref CelCode right)
    {
        CelType? both = Unify(left, right);
        // A date and a date-time are never compared as they are: whether the day or its last second is meant, the author must say.
        bool mixedDates = both == CelType.DateOrDateTime && binary.Operator is not ("==" or "!=");
        if (both is null || mixedDates || (both == CelType.DateOrDateTime && left.Core != right.Core))
        {
            (CelType a, CelType b) = (left.Core, right.Core);
            if (a == CelType.Double || b == CelType.Double)
            {
                CelType other = a == CelType.Double ? b : a;
                Report((a == CelType.Double ? binary.Left : binary.Right).Start, other == CelType.Int ? "mixed-types"
                    : "double-with-decimal",
                    other == CelType.Int
                        ? $"'{binary.Operator}' does not mix an integer and a double; write double(x) or int(x)."
                        : $"'{binary.Operator}' does not mix a double with {other}; write an exact number, such as 0.05 or decimal(0.05).");
            }
            else if (a == CelType.Date || b == CelType.Date || mixedDates)
            {
                Report(binary.OperatorStart, "mixed-types",
                    $"'{binary.Operator}' does not mix {a} and {b}; compare date(x) with a date, or endOfDay(x) with a date and time.");
            }
            else if ((a == CelType.Money && b == CelType.Int) || (a == CelType.Int && b == CelType.Money))
            {
                Report(binary.OperatorStart, "mixed-types", $"'{binary.Operator}' does not mix money and an integer; write money(x).");
            }
            else
            {
                Report(binary.OperatorStart, "mixed-types", $"'{binary.Operator}' does not mix {left.Type} and {right.Type}.");
            }
            return false;
        }
        CelType core = both is CelType.Optional optional ? optional.Of : both;
        if (Coerce(binary.Left, left, core) is not { } first || Coerce(binary.Right, right, core) is not { } second) return false;
        (left, right) = (first, second);
        return true;
    }

    private CelCode? In(CelNode.Binary binary)
    {
        CelCode?[] codes = new CelCode?[2];
        if (IsFlexible(binary.Right) && !IsFlexible(binary.Left))
        {
            codes[0] = Check(binary.Left, null);
            codes[1] = Check(binary.Right, codes[0] is { } first ? new CelType.List(first.Core) : null);
        }
        else
        {
            codes[1] = Check(binary.Right, null);
            codes[0] = Check(binary.Left, codes[1]?.Core is CelType.List { Element: { } wanted } ? wanted : null);
        }
        if (codes[0] is not { } item || codes[1] is not { } list) return null;
        switch (list.Core)
        {
            case CelType.Map or CelType.Row:
                if (Coerce(binary.Left, item, CelType.Text) is not CelCode<string> key) return null;
                return Lift(binary, CelType.Bool, CelShapes.Bool, key, (CelCode<RuleValue.Row>)list, static (name, row) =>
                    CelShapes.Field(row, name) is not null);
            case CelType.List { Element: null }:
                return Lift(binary, CelType.Bool, CelShapes.Bool, (CelCode<RuleValue.Items>)list, static _ => false);
            case CelType.List { Element: { } element }:
                CelType core = element is CelType.Optional optional ? optional.Of : element;
                if (item.Core == core || core == CelType.Null || Fits(item, core))
                    return Coerce(binary.Left, item, core == CelType.Null ? item.Type : core) is { } fitted
                        ? Fold(binary, fitted.In((CelCode<RuleValue.Items>)list)) : null;
                if (Fits(element, item.Core))
                    return Coerce(binary.Right, list, new CelType.List(item.Core)) is CelCode<RuleValue.Items> widened
                        ? Fold(binary, item.In(widened)) : null;
                return Report(binary.OperatorStart, "mixed-types", $"A {item.Type} is never in a {list.Type}.");
            default: return Report(binary.Right.Start, "type-mismatch", $"'in' needs a list or a map, not {list.Type}.");
        }
    }

    private CelCode? Logic(CelNode.Logic logic)
    {
        var operands = new List<CelCode<bool>>();
        bool mayBeNull = false;
        foreach (CelNode node in logic.Operands)
        {
            if (Check(node, null) is not { } code || Coerce(node, code, CelType.Bool) is not CelCode<bool> operand) continue;
            operands.Add(operand);
            mayBeNull |= code.Type is CelType.Optional;
        }
        if (operands.Count < logic.Operands.Length) return null;
        bool decisive = logic.Operator == "||";
        if (operands.Exists(operand => operand.IsKnown && operand.Known == decisive)) return CelCode<bool>.OfConstant(CelType.Bool, CelShapes.Bool, decisive);
        operands.RemoveAll(operand => operand.IsKnown);
        // Null is a fault here, so what may be null goes through the chain also when it is alone.
        if (operands.Count == 1 && !mayBeNull) return operands[0];
        return Fold(logic, new CelCode<bool>(
            CelType.Bool, CelShapes.Bool, Chain([.. operands.Select(operand => operand.Run)], decisive),
            operands.TrueForAll(operand => operand.IsConstant)));
    }

    /// <param name="decisive">The value that decides the whole whatever the others are: it absorbs what is unknown.</param>
    internal static Evaluator<bool> Chain(Evaluator<bool>[] operands, bool decisive) => (Frame frame, out bool value) =>
    {
        Outcome whole = Outcome.Value;
        foreach (Evaluator<bool> operand in operands)
        {
            Outcome outcome = operand(frame, out value);
            if (outcome != Outcome.Value) whole = Outcomes.Undecided(whole, outcome);
            else if (value == decisive) return Outcome.Value;
        }
        value = !decisive;
        return whole;
    };

    private CelCode? Conditional(CelNode.Conditional conditional, CelType? hint)
    {
        CelCode? condition = Check(conditional.Condition, null);
        if (condition is not null) condition = Coerce(conditional.Condition, condition, CelType.Bool);
        CelCode?[] codes = CheckTogether([conditional.Then, conditional.Else], hint);
        if (condition is not CelCode<bool> test || codes[0] is not { } then || codes[1] is not { } otherwise) return null;
        CelType? both = Unify(then, otherwise);
        // An exact type wanted by the place wins, so that "x ? 5 : price" and unions of types work.
        if (both is null || both == CelType.DateOrDateTime)
            both = hint is not null && Fits(then, hint) && Fits(otherwise, hint) ? hint : both;
        if (both is null)
            return Report(conditional.Else.Start, "mixed-types",
                $"Both results of '? :' are of one type; here they are {then.Type} and {otherwise.Type}.");
        if (Coerce(conditional.Then, then, both) is not { } first || Coerce(conditional.Else, otherwise, both) is not { } second)
            return null;
        return Fold(conditional, test.IsKnown ? test.Known ? first : second : first.Choose(test, second, both));
    }

    private CelCode? Arithmetic(CelNode.Binary binary, CelType? hint)
    {
        bool scales = binary.Operator is "*" or "/" or "%";
        CelType? wanted = scales && Wanted(hint) == CelType.Money ? CelType.Decimal : hint is CelType.List ? hint : Wanted(hint);
        CelCode?[] codes = CheckTogether([binary.Left, binary.Right], wanted, other =>
            scales && other == CelType.Money ? CelType.Decimal : other);
        if (codes[0] is not { } left || codes[1] is not { } right) return null;
        if (binary.Operator is "/" or "%" && IsZero(right))
            return Report(binary.OperatorStart, "division-by-zero", "Division by zero; the divisor must not be 0.");
        int reported = faults.Count;
        return (binary.Operator switch
        {
            "+" => Plus(binary, left, right),
            "-" => Minus(binary, left, right),
            "*" => Times(binary, left, right),
            "/" => Divide(binary, left, right),
            _ => left is CelCode<long> a && right is CelCode<long> b
                ? Lift(binary, CelType.Int, CelShapes.Int, a, b, static (long x, long y, out long result) =>
                    Overflow.Remainder(x, y, out result))
                : null,
        }) ?? (faults.Count > reported ? null : NoOverload(binary, left, right));
    }

    private static bool IsZero(CelCode code) => code switch
    {
        CelCode<long> { IsKnown: true, Known: 0 } => true,
        CelCode<decimal> { IsKnown: true, Known: 0 } => true,
        CelCode<Money> { IsKnown: true, Known.Fen: 0 } => true,
        _ => false,
    };

    private CelCode? NoOverload(CelNode.Binary binary, CelCode left, CelCode right)
    {
        (CelType a, CelType b) = (left.Core, right.Core);
        (string code, string remedy) = ("type-mismatch", "");
        if ((a == CelType.Double && (b == CelType.Decimal || b == CelType.Money))
            || (b == CelType.Double && (a == CelType.Decimal || a == CelType.Money)))
            (code, remedy) = ("double-with-decimal", " Write the number as decimal, such as decimal(0.05).");
        else if (a == CelType.Double || b == CelType.Double) (code, remedy) = ("mixed-types",
            " Write double(x), or decimal(x) on both sides.");
        else if ((a == CelType.Date || a == CelType.DateTime) && b == CelType.Int) remedy = $" Write days(n): x {binary.Operator} days(3).";
        else if (a == CelType.Date
            && b == CelType.Duration) remedy = " A date has no time of day; write dateTime(x, time(\"00:00\")) first.";
        else if (a == CelType.Date && b == CelType.Date) remedy = " Write daysBetween(a, b).";
        else if (a == CelType.Text || b == CelType.Text) remedy = " Write string(x) to join texts.";
        else if ((a == CelType.Money && b == CelType.Int) || (a == CelType.Int && b == CelType.Money)) remedy = " Write money(x).";
        return Report(binary.OperatorStart, code, $"'{binary.Operator}' does not apply to {left.Type} and {right.Type}.{remedy}");
    }

    private CelCode? Plus(CelNode.Binary node, CelCode left, CelCode right)
    {
        switch (left, right)
        {
            case (CelCode<long> a, CelCode<long> b):
                return Lift(node, CelType.Int, CelShapes.Int, a, b, static (long x, long y, out long result) =>
                    Overflow.Add(x, y, out result));
            case (CelCode<double> a, CelCode<double> b): return Lift(node, CelType.Double, CelShapes.Double, a, b, static (x, y) => x + y);
            case (CelCode<string> a, CelCode<string> b):
                return Lift(node, CelType.Text, CelShapes.Text, a, b, static (string x, string y, out string result) =>
                {
                    result = x.Length + y.Length <= CelExpression.MaxText ? x + y : "";
                    return x.Length + y.Length <= CelExpression.MaxText;
                });
            case (CelCode<RuleValue.Items> a, CelCode<RuleValue.Items> b): return Concat(node, a, b);
            case (CelCode<LocalDate> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.Date, CelShapes.Date, a, b, static (x, y) => Add(x, y));
            case (CelCode<CalendarLength> a, CelCode<LocalDate> b):
                return Lift(node, CelType.Date, CelShapes.Date, b, a, static (x, y) => Add(x, y));
            case (CelCode<LocalDateTime> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.DateTime, CelShapes.DateTime, a, b, static (x, y) => Add(x.Date, y) + x.TimeOfDay);
            case (CelCode<LocalDateTime> a, CelCode<Duration> b):
                return Lift(node, CelType.DateTime, CelShapes.DateTime, a, b, static (x, y) => x.PlusNanoseconds(y.ToInt64Nanoseconds()));
            case (CelCode<YearMonth> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.Month, CelShapes.Month, a, b, static (YearMonth x, CalendarLength y, out YearMonth result) =>
                {
                    result = y.Days == 0 ? x.PlusMonths(y.Months) : default;
                    return y.Days == 0;
                });
            case (CelCode<CalendarLength> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.Period, CelShapes.Length, a, b, static (x, y) =>
                    new CalendarLength(x.Months + y.Months, x.Days + y.Days));
            case (CelCode<Duration> a, CelCode<Duration> b):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, b, static (Duration x, Duration y, out Duration result) =>
                    InRange(x + y, out result));
        }
        if (Fits(left, CelType.Money) && Fits(right, CelType.Money))
            return Exact(node, CelType.Money, CelShapes.Money, left, right, static (x, y) => x + y);
        // A count is no amount: which of both a whole number is, the author must say.
        bool unclear = (left.Core == CelType.Money && right.Core == CelType.Int)
            || (left.Core == CelType.Int && right.Core == CelType.Money);
        return unclear ? null : Exact(node, CelType.Decimal, CelShapes.Decimal, left, right, static (x, y) => x + y);
    }

    private CelCode? Minus(CelNode.Binary node, CelCode left, CelCode right)
    {
        switch (left, right)
        {
            case (CelCode<long> a, CelCode<long> b):
                return Lift(node, CelType.Int, CelShapes.Int, a, b, static (long x, long y, out long result) =>
                    Overflow.Subtract(x, y, out result));
            case (CelCode<double> a, CelCode<double> b): return Lift(node, CelType.Double, CelShapes.Double, a, b, static (x, y) => x - y);
            case (CelCode<LocalDate> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.Date, CelShapes.Date, a, b, static (x, y) => Add(x, new CalendarLength(-y.Months, -y.Days)));
            case (CelCode<LocalDateTime> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.DateTime, CelShapes.DateTime, a, b, static (x, y) =>
                    Add(x.Date, new CalendarLength(-y.Months, -y.Days)) + x.TimeOfDay);
            case (CelCode<LocalDateTime> a, CelCode<Duration> b):
                return Lift(node, CelType.DateTime, CelShapes.DateTime, a, b, static (x, y) => x.PlusNanoseconds(-y.ToInt64Nanoseconds()));
            case (CelCode<LocalDateTime> a, CelCode<LocalDateTime> b):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, b, static (x, y) =>
                    Duration.FromDays(Period.DaysBetween(y.Date, x.Date)) + Duration.FromNanoseconds(
                        x.TimeOfDay.NanosecondOfDay - y.TimeOfDay.NanosecondOfDay));
            case (CelCode<YearMonth> a, CelCode<CalendarLength> b):
                return Lift(node, CelType.Month, CelShapes.Month, a, b, static (YearMonth x, CalendarLength y, out YearMonth result) =>
                {
                    result = y.Days == 0 ? x.PlusMonths(-y.Months) : default;
                    return y.Days == 0;
                });
            case (CelCode<Duration> a, CelCode<Duration> b):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, b, static (Duration x, Duration y, out Duration result) =>
                    InRange(x - y, out result));
        }
        if (Fits(left, CelType.Money) && Fits(right, CelType.Money))
            return Exact(node, CelType.Money, CelShapes.Money, left, right, static (x, y) => x - y);
        // A count is no amount: which of both a whole number is, the author must say.
        bool unclear = (left.Core == CelType.Money && right.Core == CelType.Int)
            || (left.Core == CelType.Int && right.Core == CelType.Money);
        return unclear ? null : Exact(node, CelType.Decimal, CelShapes.Decimal, left, right, static (x, y) => x - y);
    }

    private CelCode? Times(CelNode.Binary node, CelCode left, CelCode right) => (left, right) switch
    {
        (CelCode<long> a, CelCode<long> b) =>
            Lift(node, CelType.Int, CelShapes.Int, a, b, static (long x, long y, out long result) => Overflow.Multiply(x, y, out result)),
        (CelCode<double> a, CelCode<double> b) => Lift(node, CelType.Double, CelShapes.Double, a, b, static (x, y) => x * y),
        (CelCode<Money> a, CelCode<long> b) => Lift(node, CelType.Money, CelShapes.Money, a, b, static (x, y) => x * y),
        (CelCode<long> a, CelCode<Money> b) => Lift(node, CelType.Money, CelShapes.Money, a, b, static (x, y) => y * x),
        (CelCode<Money>, CelCode<Money>) => null,
        _ => Exact(node, CelType.Decimal, CelShapes.Decimal, left, right, static (x, y) => x * y),
    };

    private CelCode? Divide(CelNode.Binary node, CelCode left, CelCode right) => (left, right) switch
    {
        (CelCode<long> a, CelCode<long> b) =>
            Lift(node, CelType.Int, CelShapes.Int, a, b, static (long x, long y, out long result) => Overflow.Divide(x, y, out result)),
        (CelCode<double> a, CelCode<double> b) => Lift(node, CelType.Double, CelShapes.Double, a, b, static (x, y) => x / y),
        _ => Exact(node, CelType.Decimal, CelShapes.Decimal, left, right, static (decimal x, decimal y, out decimal result) =>
        {
            result = y == 0 ? 0 : x / y;
            return y != 0;
        }),
    };

    private CelCode? Exact<T>(CelNode.Binary node, CelType type, CelShape<T> shape, CelCode left, CelCode right, Func<T, T, T> compute) =>
        Fits(left, type) && Fits(right, type)
        && Coerce(node.Left, left, type) is CelCode<T> a && Coerce(node.Right, right, type) is CelCode<T> b
            ? Lift(node, type, shape, a, b, compute)
            : null;

    private CelCode? Exact<T>(CelNode.Binary node, CelType type, CelShape<T> shape, CelCode left, CelCode right, Partial<T, T,
        T> compute) =>
        Fits(left, type) && Fits(right, type)
        && Coerce(node.Left, left, type) is CelCode<T> a && Coerce(node.Right, right, type) is CelCode<T> b
            ? Lift(node, type, shape, a, b, compute)
            : null;

    private CelCode? Concat(CelNode.Binary node, CelCode<RuleValue.Items> left, CelCode<RuleValue.Items> right)
    {
        if (Unify(left.Core, right.Core) is not { } type)
            return Report(node.OperatorStart, "unsupported-mixed-list",
                $"The elements of a list are of one type; these are {left.Type} and {right.Type}.");
        if (Coerce(node.Left, left, type) is not CelCode<RuleValue.Items> a
            || Coerce(node.Right, right, type) is not CelCode<RuleValue.Items> b) return null;
        return Lift(node, type, CelShapes.Items, a, b, static (RuleValue.Items x, RuleValue.Items y, out RuleValue.Items result) =>
        {
            bool fits = x.Values.Length + y.Values.Length <= CelExpression.MaxElements;
            result = fits ? new RuleValue.Items(x.Values.AddRange(y.Values)) : x;
            return fits;
        });
    }

    private static LocalDate Add(LocalDate day, CalendarLength length)
    {
        if (length.Months != 0) day = day.PlusMonths(length.Months);
        return length.Days == 0 ? day : day.PlusDays(length.Days);
    }

    /// <summary>CEL's durations stay within about ten thousand years.</summary>
    private static bool InRange(Duration length, out Duration result)
    {
        result = length;
        return Math.Abs(length.TotalSeconds) <= 315_576_000_000;
    }

    private CelCode? Compare<T, TOrder>(CelNode.Binary node, CelCode<T> left, CelCode<T> right)
        where TOrder : struct, ICelOrder<T>
    {
        Evaluator<T> first = left.Run;
        bool less = node.Operator is "<" or "<=";
        bool equal = node.Operator is "<=" or ">=";
        if (right.IsKnown)
        {
            T known = right.Known;
            return Fold(node, new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
            {
                value = false;
                Outcome outcome = first(frame, out T mine);
                if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
                int order = TOrder.Compare(mine, known);
                value = order == 0 ? equal : order < 0 == less;
                return Outcome.Value;
            }, left.IsConstant));
        }
        Evaluator<T> second = right.Run;
        return Fold(node, new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            value = false;
            Outcome outcome = first(frame, out T mine);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = second(frame, out T others);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            int order = TOrder.Compare(mine, others);
            value = order == 0 ? equal : order < 0 == less;
            return Outcome.Value;
        }, left.IsConstant && right.IsConstant));
    }

    private interface ICelOrder<in T>
    {
        static abstract int Compare(T left, T right);
    }

    private readonly struct Natural<T> : ICelOrder<T>
        where T : IComparable<T>
    {
        public static int Compare(T left, T right) => left.CompareTo(right);
    }

    private readonly struct ByFen : ICelOrder<Money>
    {
        public static int Compare(Money left, Money right) => left.Fen.CompareTo(right.Fen);
    }

    /// <summary>As CEL orders texts: a surrogate pair is one code point, beyond every single unit.</summary>
    private readonly struct ByCodePoint : ICelOrder<string>
    {
        public static int Compare(string left, string right)
        {
            int common = left.AsSpan().CommonPrefixLength(right);
            if (common == left.Length || common == right.Length) return left.Length.CompareTo(right.Length);
            (char a, char b) = (left[common], right[common]);
            return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
        }
    }
}
