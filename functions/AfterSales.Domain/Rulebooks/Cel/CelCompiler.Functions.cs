using System.Globalization;
using AfterSales.Domain.Calendars;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Functions without a target: conversions, roundings, dates.</summary>
internal sealed partial class CelCompiler
{
    private static readonly Dictionary<string, (string Code, string Detail)> UnsupportedNames = new(StringComparer.Ordinal)
    {
        ["dyn"] = ("unsupported-dyn", "dyn() is not supported: every expression has one type; leave it out."),
        ["type"] = ("unsupported-type", "type() is not supported: types are known when the file is loaded."),
        ["uint"] = ("unsupported-uint", "Unsigned integers are not supported; write int(x)."),
        ["bytes"] = ("unsupported-bytes", "Bytes are not supported; write a text."),
        ["timestamp"] = ("unsupported-timestamp",
            "Timestamps are not supported; write dateTime(\"2024-05-06T10:00:00\"), which is local to the rulebook's zone."),
        ["google"] = ("unsupported-message", "Messages and their enums are not supported."),
        ["cel"] = ("unsupported-macro", "cel.bind and cel.block are not supported; write a 'let'."),
        ["optional"] = ("unsupported-optional-syntax", "Optional values are not supported; write x != null ? x : other."),
        ["proto"] = ("unsupported-message", "Messages are not supported."),
        ["base64"] = ("unsupported-bytes", "Bytes are not supported."),
        ["strings"] = ("unsupported-function", "strings.quote() is not supported."),
        ["ip"] = ("unsupported-function", "Network addresses are not supported."),
        ["cidr"] = ("unsupported-function", "Network addresses are not supported."),
        ["int"] = ("unsupported-type", "Types are no values; write int(x) to convert."),
        ["bool"] = ("unsupported-type", "Types are no values; write true or false."),
        ["string"] = ("unsupported-type", "Types are no values; write string(x) to convert."),
        ["double"] = ("unsupported-type", "Types are no values; write double(x) to convert."),
        ["list"] = ("unsupported-type", "Types are no values."),
        ["map"] = ("unsupported-type", "Types are no values."),
        ["null_type"] = ("unsupported-type", "Types are no values; write null."),
    };

    /// <summary>How each function is written; what a fault about it shows.</summary>
    private static readonly Dictionary<string, string> Signatures = new(StringComparer.Ordinal)
    {
        ["has"] = "has(a.b)",
        ["size"] = "size(x)",
        ["int"] = "int(x)",
        ["double"] = "double(x)",
        ["string"] = "string(x)",
        ["text"] = "text(x)",
        ["bool"] = "bool(x)",
        ["decimal"] = "decimal(x)",
        ["money"] = "money(x)",
        ["duration"] = "duration(\"24h\")",
        ["roundHalfUp"] = "roundHalfUp(x) or roundHalfUp(x, decimals)",
        ["roundHalfEven"] = "roundHalfEven(x) or roundHalfEven(x, decimals)",
        ["roundDown"] = "roundDown(x) or roundDown(x, decimals)",
        ["floor"] = "floor(x)",
        ["ceil"] = "ceil(x)",
        ["days"] = "days(n)",
        ["months"] = "months(n)",
        ["years"] = "years(n)",
        ["hours"] = "hours(n)",
        ["minutes"] = "minutes(n)",
        ["seconds"] = "seconds(n)",
        ["date"] = "date(\"2024-05-06\"), date(dateTime) or date(year, month, day)",
        ["dateTime"] = "dateTime(\"2024-05-06T10:00:00\") or dateTime(date, time)",
        ["time"] = "time(\"09:30\") or time(dateTime)",
        ["month"] = "month(\"2024-05\") or month(date)",
        ["year"] = "year(date)",
        ["endOfDay"] = "endOfDay(date)",
        ["daysBetween"] = "daysBetween(from, to)",
        ["firstDay"] = "firstDay(month)",
        ["lastDay"] = "lastDay(month)",
        ["dayOfMonth"] = "dayOfMonth(date)",
        ["dayOfWeek"] = "dayOfWeek(date)",
        ["workingDay"] = "workingDay(date, n) or workingDay(date, n, holidays, makeup_workdays)",
        ["isWorkingDay"] = "isWorkingDay(date) or isWorkingDay(date, holidays, makeup_workdays)",
        ["isOpen"] = "isOpen(dateTime), isOpen(dateTime, holidays, makeup_workdays) or, of hours that are the same every day, isOpen(time)",
        ["openAfter"] = "openAfter(dateTime, hours(n)) or openAfter(dateTime, hours(n), holidays, makeup_workdays)",
    };

    private CelCode? Call(CelNode.Call call, CelType? hint)
    {
        if (call is { Target: null, Name: "has" }) return Has(call);
        if (call.Target is CelNode.Ident { Name: "math" } && scope.Find("math") is null) return MathCall(call, hint);
        if (IsMacro(call)) return Macro(call, hint);
        if (IsTwoVariableMacro(call))
            return Report(call.NameStart, "unsupported-two-variable-macro",
                $"Macros with two variables are not supported; write list.{(call.Name is "all" or "exists" ? call.Name : "map")}(x, …).");
        if (call.Target is { } target)
        {
            if (Root(target) is { } root && !_locals.Exists(local => local.Name == root.Name) && scope.Find(root.Name) is null
                && UnsupportedNames.TryGetValue(root.Name, out (string Code, string Detail) space))
                return Report(call.Start, space.Code, space.Detail);
            return Method(call, target);
        }
        if (!Signatures.TryGetValue(call.Name, out string? signature))
        {
            if (UnsupportedNames.TryGetValue(call.Name, out (string Code, string Detail) unsupported))
                return Report(call.Start, unsupported.Code, unsupported.Detail);
            return Report(call.NameStart, "unknown-function",
                $"There is no function '{call.Name}'{Suggestion(call.Name, Signatures.Keys)}.");
        }
        CelType? wanted = call.Name switch
        {
            "decimal" or "roundHalfUp" or "roundHalfEven" or "roundDown" or "floor" or "ceil" => CelType.Decimal,
            "money" => CelType.Money,
            _ => null,
        };
        CelCode?[] arguments = [.. call.Arguments.Select(argument => Check(argument, wanted))];
        if (arguments.Contains(null)) return null;
        int reported = faults.Count;
        CelCode? result = arguments.Length switch
        {
            1 => Function(call, arguments[0]!),
            2 => Function(call, arguments[0]!, arguments[1]!),
            3 or 4 => Function(call, [.. arguments.Select(argument => argument!)]),
            _ => null,
        };
        if (result is not null || faults.Count > reported) return result;
        string given = string.Join(", ", arguments.Select(argument => argument!.Type));
        return Report(call.NameStart, "wrong-arguments",
            $"{call.Name}({given}) means nothing; write {signature}.{Hint(call.Name, arguments)}");
    }

    private static string Hint(string name, CelCode?[] arguments) => (name, arguments) switch
    {
        ("money", [CelCode<decimal>]) =>
            " A decimal becomes money by a rounding by name: roundHalfUp(x), roundDown(x) or roundHalfEven(x).",
        ("decimal" or "money" or "roundHalfUp" or "roundDown" or "roundHalfEven", [CelCode<double>, ..]) =>
            " A double never becomes an exact number.",
        _ => "",
    };

    private CelCode? Function(CelNode.Call node, CelCode x)
    {
        switch (node.Name, x)
        {
            case ("size", _): return Size(node, x);
            case ("int", CelCode<long>): return x;
            case ("int", CelCode<double> a):
                return Lift(node, CelType.Int, CelShapes.Int, a, static (double value, out long result) =>
                {
                    bool fits = value is > -9223372036854775808d and < 9223372036854775808d;
                    result = fits ? (long)value : 0;
                    return fits;
                });
            case ("int", CelCode<decimal> a):
                return Lift(node, CelType.Int, CelShapes.Int, a, static value => (long)decimal.Truncate(value));
            case ("int", CelCode<string> a):
                return Lift(node, CelType.Int, CelShapes.Int, a, static (string value, out long result) =>
                    long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result)
                        && value is ['-' or (>= '0' and <= '9'), ..]);
            case ("double", CelCode<double>): return x;
            case ("double", CelCode<long> a): return Lift(node, CelType.Double, CelShapes.Double, a, static value => (double)value);
            case ("double", CelCode<string> a):
                return Lift(node, CelType.Double, CelShapes.Double, a, static (string value, out double result) =>
                    double.TryParse(value, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite,
                        CultureInfo.InvariantCulture, out result));
            case ("bool", CelCode<bool>): return x;
            case ("bool", CelCode<string> a):
                return Lift(node, CelType.Bool, CelShapes.Bool, a, static (string value, out bool result) =>
                {
                    result = value is "1" or "t" or "true" or "TRUE" or "True";
                    return result || value is "0" or "f" or "false" or "FALSE" or "False";
                });
            case ("string" or "text", CelCode<string>): return x;
            case ("string" or "text", CelCode<double> a):
                return Lift(node, CelType.Text, CelShapes.Text, a, static value => DoubleText(value));
            case ("string" or "text", CelCode<RuleValue.Items> or CelCode<RuleValue.Row>): return null;
            case ("string" or "text", _):
                return Lift(node, CelType.Text, CelShapes.Text,
                    (CelCode<RuleValue>)CelShapes.Any.Unboxed(CelType.Text, x.Boxed, x.IsConstant), static value => value.ToString()!);
            case ("decimal", CelCode<string> a):
                return Lift(node, CelType.Decimal, CelShapes.Decimal, a, static (string value, out decimal result) => decimal.TryParse(
                    value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out result));
            case ("decimal", _): return Fits(x, CelType.Decimal) ? Coerce(node, x, CelType.Decimal) : null;
            case ("money", CelCode<Money>): return x;
            case ("money", CelCode<long> a): return Lift(node, CelType.Money, CelShapes.Money, a, static value => new Money(value * 100));
            case ("money", CelCode<decimal> { IsKnown: true } a):
                return Lift(node, CelType.Money, CelShapes.Money, a, static (decimal value, out Money result) =>
                    Money.TryFromUnits(value, out result));
            case ("money", CelCode<string> a):
                return Lift(node, CelType.Money, CelShapes.Money, a, static (string value, out Money result) =>
                    Money.TryParse(value, out result));
            case ("roundHalfUp" or "roundHalfEven" or "roundDown", _):
                return Function(node, x, CelCode<long>.OfConstant(CelType.Int, CelShapes.Int, 2));
            case ("floor", _): return Whole(node, x, decimal.Floor);
            case ("ceil", _): return Whole(node, x, decimal.Ceiling);
            case ("days", CelCode<long> a):
                return Lift(node, CelType.Period, CelShapes.Length, a, static value => new CalendarLength(0, (int)value));
            case ("months", CelCode<long> a):
                return Lift(node, CelType.Period, CelShapes.Length, a, static value => new CalendarLength((int)value, 0));
            case ("years", CelCode<long> a):
                return Lift(node, CelType.Period, CelShapes.Length, a, static value => new CalendarLength((int)value * 12, 0));
            case ("hours", CelCode<long> a):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, static (long value, out Duration result) =>
                    Seconds(value, 3600, out result));
            case ("minutes", CelCode<long> a):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, static (long value, out Duration result) =>
                    Seconds(value, 60, out result));
            case ("seconds", CelCode<long> a):
                return Lift(node, CelType.Duration, CelShapes.Duration, a, static (long value, out Duration result) =>
                    Seconds(value, 1, out result));
            case ("duration", CelCode<Duration>): return x;
            case ("duration", CelCode<string> a):
                return Parsed(node, a, CelType.Duration, CelShapes.Duration, CelText.TryDuration, "impossible-duration",
                    "A duration is written \"24h\", \"1h30m\" or \"90s\".");
            case ("date", CelCode<LocalDate>): return x;
            case ("date", CelCode<string> a):
                return Parsed(node, a, CelType.Date, CelShapes.Date, static (string text, out LocalDate day) =>
                    LocalDatePattern.Iso.Parse(text).TryGetValue(default, out day),
                    "impossible-date", "There is no such date; a date is written \"2024-05-06\".");
            case ("date", _): return Day(node, x);
            case ("dateTime", CelCode<LocalDateTime>): return x;
            case ("dateTime", CelCode<RuleValue> either) when either.Core == CelType.DateOrDateTime:
                return Lift(node, CelType.DateTime, CelShapes.DateTime, either, static (RuleValue value, out LocalDateTime moment) =>
                {
                    moment = value is RuleValue.Moment of ? of.Value : default;
                    return value is RuleValue.Moment;
                });
            case ("dateTime", CelCode<string> a):
                return Parsed(node, a, CelType.DateTime, CelShapes.DateTime,
                    static (string text, out LocalDateTime moment) =>
                        LocalDateTimePattern.ExtendedIso.Parse(text).TryGetValue(default, out moment),
                    "impossible-date", "There is no such date and time; it is written \"2024-05-06T10:00:00\".");
            case ("time", CelCode<LocalTime>): return x;
            case ("time", CelCode<LocalDateTime> a): return Lift(node, CelType.Time, CelShapes.Time, a, static value => value.TimeOfDay);
            case ("time", CelCode<string> a):
                return Parsed(node, a, CelType.Time, CelShapes.Time, CelText.TryTime, "impossible-time",
                    "There is no such time; it is written \"09:30\" or \"23:30:00\".");
            case ("month", CelCode<YearMonth>): return x;
            case ("month", CelCode<string> a):
                return Parsed(node, a, CelType.Month, CelShapes.Month,
                    static (string text, out YearMonth month) => YearMonthPattern.Iso.Parse(text).TryGetValue(default, out month),
                    "impossible-date", "There is no such month; it is written \"2024-05\".");
            case ("year", CelCode<YearMonth> a): return Lift(node, CelType.Int, CelShapes.Int, a, static value => (long)value.Year);
            case ("firstDay", CelCode<YearMonth> a):
                return Lift(node, CelType.Date, CelShapes.Date, a, static value => value.OnDayOfMonth(1));
            case ("lastDay", CelCode<YearMonth> a):
                return Lift(node, CelType.Date, CelShapes.Date, a, static value => value.PlusMonths(1).OnDayOfMonth(1).PlusDays(-1));
            case ("isWorkingDay", _) when Day(node, x) is { } day:
                return Calendar(node) is { } calendar ? IsWorkingDay(node, day, calendar) : null;
            case ("isOpen", CelCode<LocalTime> time): return IsOpen(node, time);
            case ("isOpen", CelCode<LocalDateTime> at): return IsOpen(node, at, DaysOfHours());
        }
        if (node.Name is not ("month" or "year" or "firstDay" or "lastDay" or "dayOfMonth" or "dayOfWeek" or "endOfDay")
            || Day(node, x) is not { } date) return null;
        return node.Name switch
        {
            "month" => Lift(node, CelType.Month, CelShapes.Month, date, static value => value.ToYearMonth()),
            "year" => Lift(node, CelType.Int, CelShapes.Int, date, static value => (long)value.Year),
            "firstDay" => Lift(node, CelType.Date, CelShapes.Date, date, static value => value.With(DateAdjusters.StartOfMonth)),
            "lastDay" => Lift(node, CelType.Date, CelShapes.Date, date, static value => value.With(DateAdjusters.EndOfMonth)),
            "dayOfMonth" => Lift(node, CelType.Int, CelShapes.Int, date, static value => (long)value.Day),
            "dayOfWeek" => Lift(node, CelType.Int, CelShapes.Int, date, static value => (long)value.DayOfWeek),
            _ => Lift(node, CelType.DateTime, CelShapes.DateTime, date, static value => value + DayCount.LastSecond),
        };
    }

    private CelCode? Function(CelNode.Call node, CelCode x, CelCode y)
    {
        switch (node.Name, x, y)
        {
            case ("roundHalfUp" or "roundHalfEven" or "roundDown", _,
                CelCode<long> { IsKnown: true, Known: >= 0 and <= 2 } digits) when Fits(x, CelType.Decimal):
                MidpointRounding mode = node.Name switch
                {
                    "roundHalfUp" => MidpointRounding.AwayFromZero,
                    "roundDown" => MidpointRounding.ToZero,
                    _ => MidpointRounding.ToEven,
                };
                int decimals = (int)digits.Known;
                return Lift(node, CelType.Money, CelShapes.Money, (CelCode<decimal>)Coerce(node.Arguments[0], x, CelType.Decimal)!,
                    (decimal value, out Money result) => Money.TryFromUnits(decimal.Round(value, decimals, mode), out result));
            case ("dateTime", CelCode<LocalDate> a, CelCode<LocalTime> b):
                return Lift(node, CelType.DateTime, CelShapes.DateTime, a, b, static (day, time) => day + time);
            case ("daysBetween", _, _) when Day(node, x) is { } from && Day(node, y) is { } to:
                return Lift(node, CelType.Int, CelShapes.Int, from, to, static (a, b) => (long)DayCount.Days(a, b));
            case ("workingDay", _, CelCode<long> count) when Day(node, x) is { } start:
                return Calendar(node) is { } calendar ? WorkingDay(node, start, count, calendar) : null;
            case ("openAfter", CelCode<LocalDateTime> from, CelCode<Duration> open): return OpenAfter(node, from, open, DaysOfHours());
            default: return null;
        }
    }

    private CelCode? Function(CelNode.Call node, CelCode[] arguments)
    {
        switch (node.Name, arguments)
        {
            case ("date", [CelCode<long> y, CelCode<long> m, CelCode<long> d]):
                var month = (CelCode<YearMonth>?)Lift(node, CelType.Month, CelShapes.Month, y, m, static (year, of) =>
                    new YearMonth((int)year, (int)of));
                return month is null ? null
                    : Lift(node, CelType.Date, CelShapes.Date, month, d, static (of, day) => of.OnDayOfMonth((int)day));
            case ("workingDay", [var x, CelCode<long> count, CelCode<RuleValue.Items> holidays, CelCode<RuleValue.Items> makeup])
                when Day(node, x) is { } day && Days(holidays) && Days(makeup):
                return Calendar(node) is { } calendar ? WorkingDay(node, day, count, With(calendar, holidays, makeup)) : null;
            case ("isWorkingDay", [var x, CelCode<RuleValue.Items> holidays, CelCode<RuleValue.Items> makeup])
                when Day(node, x) is { } day && Days(holidays) && Days(makeup):
                return Calendar(node) is { } working ? IsWorkingDay(node, day, With(working, holidays, makeup)) : null;
            case ("isOpen", [CelCode<LocalDateTime> at, CelCode<RuleValue.Items> holidays, CelCode<RuleValue.Items> makeup])
                when Days(holidays) && Days(makeup):
                return IsOpen(node, at, With(DaysOfHours(), holidays, makeup));
            case ("openAfter", [CelCode<LocalDateTime> at, CelCode<Duration> open, CelCode<RuleValue.Items> holidays,
                CelCode<RuleValue.Items> makeup]) when Days(holidays) && Days(makeup):
                return OpenAfter(node, at, open, With(DaysOfHours(), holidays, makeup));
            default: return null;
        }
    }

    private static bool Days(CelCode list) =>
        list.Core is CelType.List { Element: null } || (list.Core is CelType.List { Element: { } element } && element == CelType.Date);

    /// <summary>A date, or the day of a date and time; null when it is neither.</summary>
    private CelCode<LocalDate>? Day(CelNode node, CelCode code) => code switch
    {
        CelCode<LocalDate> day => day,
        CelCode<LocalDateTime> moment => (CelCode<LocalDate>?)Lift(node, CelType.Date, CelShapes.Date, moment, static value => value.Date),
        CelCode<RuleValue> either when either.Core == CelType.DateOrDateTime =>
            (CelCode<LocalDate>?)Lift(node, CelType.Date, CelShapes.Date, either, static (RuleValue value, out LocalDate day) =>
        {
            day = value switch { RuleValue.Day of => of.Value, RuleValue.Moment moment => moment.Value.Date, _ => default };
            return value is RuleValue.Day or RuleValue.Moment;
        }),
        _ => null,
    };

    private Evaluator<WorkingDays>? Calendar(CelNode.Call node)
    {
        if (scope.Calendar is { } calendar) return (Frame _, out WorkingDays days) => { days = calendar; return Outcome.Value; };
        Report(node.Start, "no-calendar", "The rulebook names no calendar; write 'calendar: china' at its head.");
        return null;
    }

    /// <summary>A list that is null, or was not given, leaves the calendar's own in place.</summary>
    private static Evaluator<WorkingDays> With(Evaluator<WorkingDays> calendar, CelCode<RuleValue.Items> holidays,
        CelCode<RuleValue.Items> makeup)
    {
        Evaluator<RuleValue.Items> off = holidays.Run;
        Evaluator<RuleValue.Items> on = makeup.Run;
        return (Frame frame, out WorkingDays days) =>
        {
            Outcome first = off(frame, out RuleValue.Items closed);
            Outcome second = on(frame, out RuleValue.Items open);
            Outcome outcome = calendar(frame, out days);
            if (first == Outcome.Fault || second == Outcome.Fault) return Outcome.Fault;
            if (first == Outcome.Open || second == Outcome.Open) return Outcome.Open;
            if (first != Outcome.Value && second != Outcome.Value) return outcome;
            days = days.With(
                first == Outcome.Value ? closed.Values.OfType<RuleValue.Day>().Select(day => day.Value) : null,
                second == Outcome.Value ? open.Values.OfType<RuleValue.Day>().Select(day => day.Value) : null);
            return outcome;
        };
    }

    private static CelCode<LocalDate> WorkingDay(CelNode.Call node, CelCode<LocalDate> start, CelCode<long> count,
        Evaluator<WorkingDays> calendar)
    {
        Evaluator<LocalDate> from = start.Run;
        Evaluator<long> counted = count.Run;
        return new CelCode<LocalDate>(CelType.Date, CelShapes.Date, (Frame frame, out LocalDate value) =>
        {
            Outcome outcome = from(frame, out value);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = counted(frame, out long n);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = calendar(frame, out WorkingDays days);
            if (outcome != Outcome.Value) return outcome;
            if (n is < 0 or > WorkingDays.MaxCount || !DayCount.IsPlausible(value) || !frame.Spend((int)n)) return Outcome.Fault;
            value = days.NthAfter(value, (int)n, out bool leans);
            frame.LeansOnUnannounced |= leans;
            return Outcome.Value;
        }, isConstant: false);
    }

    private static CelCode<bool> IsWorkingDay(CelNode.Call node, CelCode<LocalDate> day, Evaluator<WorkingDays> calendar)
    {
        Evaluator<LocalDate> of = day.Run;
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            value = false;
            Outcome outcome = of(frame, out LocalDate date);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = calendar(frame, out WorkingDays days);
            if (outcome != Outcome.Value) return outcome;
            frame.LeansOnUnannounced |= !days.IsAnnounced(date.Year);
            value = days.IsWorkingDay(date);
            return Outcome.Value;
        }, isConstant: false);
    }

    private CelCode? Parsed<T>(CelNode.Call node, CelCode<string> text, CelType type, CelShape<T> shape, Partial<string, T> parse,
        string fault, string detail)
    {
        if (!text.IsKnown || parse(text.Known, out T _)) return Lift(node, type, shape, text, parse);
        return Report(node.Arguments[0].Start, fault, $"\"{text.Known}\": {detail}");
    }

    private CelCode? Whole(CelNode.Call node, CelCode x, Func<decimal, decimal> round) => !Fits(x, CelType.Decimal) ? null
        : Lift(node, CelType.Int, CelShapes.Int, (CelCode<decimal>)Coerce(node.Arguments[0], x, CelType.Decimal)!, value =>
            (long)round(value));

    private CelCode? Size(CelNode.Call node, CelCode x) => x switch
    {
        CelCode<string> text => Lift(node, CelType.Int, CelShapes.Int, text, static value => (long)CelText.Size(value)),
        CelCode<RuleValue.Items> list => Lift(node, CelType.Int, CelShapes.Int, list, static value => (long)value.Values.Length),
        CelCode<RuleValue.Row> map => Lift(node, CelType.Int, CelShapes.Int, map, static value => (long)value.Fields.Length),
        _ => null,
    };

    private static bool Seconds(long count, int each, out Duration result)
    {
        bool fits = Math.Abs((decimal)count) * each <= 315_576_000_000m;
        result = fits ? Duration.FromSeconds(count * each) : Duration.Zero;
        return fits;
    }

    private static string DoubleText(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return double.IsInfinity(value) ? value > 0 ? "+Inf" : "-Inf" : text.Replace("E+", "e+", StringComparison.Ordinal)
            .Replace("E-", "e-", StringComparison.Ordinal);
    }
}
