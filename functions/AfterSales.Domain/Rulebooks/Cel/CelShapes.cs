using NodaTime;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>How a value of <typeparamref name="T"/> goes in and out of <see cref="RuleValue"/>.</summary>
internal interface ICelForm<T>
{
    /// <summary>False when the value is of another type, null or none.</summary>
    static abstract bool TryUnbox(RuleValue? boxed, out T value);

    static abstract RuleValue Box(T value);

    static abstract bool Same(T left, T right);
}

/// <summary>The shapes that there are.</summary>
internal static class CelShapes
{
    private static readonly RuleValue True = new RuleValue.Truth(true);
    private static readonly RuleValue False = new RuleValue.Truth(false);

    public static CelShape<bool> Bool { get; } = new CelShape<bool, BoolForm>();

    public static CelShape<long> Int { get; } = new CelShape<long, IntForm>();

    public static CelShape<double> Double { get; } = new CelShape<double, DoubleForm>();

    /// <summary>Also whole numbers and amounts: each is exactly a decimal.</summary>
    public static CelShape<decimal> Decimal { get; } = new CelShape<decimal, DecimalForm>();

    /// <summary>In CNY; an amount in another currency is none here.</summary>
    public static CelShape<Money> Money { get; } = new CelShape<Money, MoneyForm>();

    public static CelShape<string> Text { get; } = new CelShape<string, TextForm>();

    public static CelShape<LocalDate> Date { get; } = new CelShape<LocalDate, DateForm>();

    public static CelShape<LocalDateTime> DateTime { get; } = new CelShape<LocalDateTime, DateTimeForm>();

    public static CelShape<LocalTime> Time { get; } = new CelShape<LocalTime, TimeForm>();

    public static CelShape<YearMonth> Month { get; } = new CelShape<YearMonth, MonthForm>();

    public static CelShape<Duration> Duration { get; } = new CelShape<Duration, DurationForm>();

    public static CelShape<CalendarLength> Length { get; } = new CelShape<CalendarLength, LengthForm>();

    public static CelShape<RuleValue.Items> Items { get; } = new CelShape<RuleValue.Items, ItemsForm>();

    public static CelShape<RuleValue.Row> Row { get; } = new CelShape<RuleValue.Row, RowForm>();

    public static CelShape<RuleValue> Any { get; } = new CelShape<RuleValue, AnyForm>();

    /// <summary>CEL's equality: maps without regard to order, numbers by value, NaN unlike itself.</summary>
    public static bool Same(RuleValue left, RuleValue right)
    {
        switch (left, right)
        {
            case (RuleValue.Items a, RuleValue.Items b):
                if (a.Values.Length != b.Values.Length) return false;
                for (int i = 0; i < a.Values.Length; i++)
                {
                    if (!Same(a.Values[i], b.Values[i])) return false;
                }
                return true;
            case (RuleValue.Row a, RuleValue.Row b):
                if (a.Fields.Length != b.Fields.Length) return false;
                foreach ((string name, RuleValue value) in a.Fields)
                {
                    if (Field(b, name) is not { } other || !Same(value, other)) return false;
                }
                return true;
            case (RuleValue.Real a, RuleValue.Real b): return a.Value == b.Value;
            case (RuleValue.Whole or RuleValue.Number or RuleValue.Amount, RuleValue.Whole or RuleValue.Number or RuleValue.Amount):
                return DecimalForm.TryUnbox(left, out decimal x) && DecimalForm.TryUnbox(right, out decimal y) && x == y;
            default: return left.Equals(right);
        }
    }

    /// <summary>Null when there is no such field.</summary>
    public static RuleValue? Field(RuleValue.Row row, string name)
    {
        foreach ((string field, RuleValue value) in row.Fields)
        {
            if (field == name) return value;
        }
        return null;
    }

    private readonly struct BoolForm : ICelForm<bool>
    {
        public static bool TryUnbox(RuleValue? boxed, out bool value)
        {
            if (boxed is RuleValue.Truth held)
            {
                value = held.Value;
                return true;
            }
            value = false;
            return false;
        }

        public static RuleValue Box(bool value) => value ? True : False;

        public static bool Same(bool left, bool right) => left == right;
    }

    private readonly struct IntForm : ICelForm<long>
    {
        public static bool TryUnbox(RuleValue? boxed, out long value)
        {
            if (boxed is RuleValue.Whole held)
            {
                value = held.Value;
                return true;
            }
            value = 0;
            return false;
        }

        public static RuleValue Box(long value) => new RuleValue.Whole(value);

        public static bool Same(long left, long right) => left == right;
    }

    private readonly struct DoubleForm : ICelForm<double>
    {
        public static bool TryUnbox(RuleValue? boxed, out double value)
        {
            if (boxed is RuleValue.Real held)
            {
                value = held.Value;
                return true;
            }
            value = 0;
            return false;
        }

        public static RuleValue Box(double value) => new RuleValue.Real(value);

        public static bool Same(double left, double right) => left == right;
    }

    private readonly struct DecimalForm : ICelForm<decimal>
    {
        public static bool TryUnbox(RuleValue? boxed, out decimal value)
        {
            value = boxed switch
            {
                RuleValue.Number number => number.Value,
                RuleValue.Whole whole => whole.Value,
                RuleValue.Amount amount => amount.Value.Units,
                _ => 0,
            };
            return boxed is RuleValue.Number or RuleValue.Whole or RuleValue.Amount;
        }

        public static RuleValue Box(decimal value) => new RuleValue.Number(value);

        public static bool Same(decimal left, decimal right) => left == right;
    }

    private readonly struct MoneyForm : ICelForm<Money>
    {
        public static bool TryUnbox(RuleValue? boxed, out Money value)
        {
            if (boxed is RuleValue.Amount held)
            {
                value = held.Value;
                return value.Currency == Currency.Cny;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(Money value) => new RuleValue.Amount(value);

        public static bool Same(Money left, Money right) => left.Fen == right.Fen;
    }

    private readonly struct TextForm : ICelForm<string>
    {
        public static bool TryUnbox(RuleValue? boxed, out string value)
        {
            if (boxed is RuleValue.Text held)
            {
                value = held.Value;
                return true;
            }
            value = "";
            return false;
        }

        public static RuleValue Box(string value) => new RuleValue.Text(value);

        public static bool Same(string left, string right) => string.Equals(left, right);
    }

    private readonly struct DateForm : ICelForm<LocalDate>
    {
        public static bool TryUnbox(RuleValue? boxed, out LocalDate value)
        {
            if (boxed is RuleValue.Day held)
            {
                value = held.Value;
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(LocalDate value) => new RuleValue.Day(value);

        public static bool Same(LocalDate left, LocalDate right) => left == right;
    }

    private readonly struct DateTimeForm : ICelForm<LocalDateTime>
    {
        public static bool TryUnbox(RuleValue? boxed, out LocalDateTime value)
        {
            if (boxed is RuleValue.Moment held)
            {
                value = held.Value;
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(LocalDateTime value) => new RuleValue.Moment(value);

        public static bool Same(LocalDateTime left, LocalDateTime right) => left == right;
    }

    private readonly struct TimeForm : ICelForm<LocalTime>
    {
        public static bool TryUnbox(RuleValue? boxed, out LocalTime value)
        {
            if (boxed is RuleValue.TimeOfDay held)
            {
                value = held.Value;
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(LocalTime value) => new RuleValue.TimeOfDay(value);

        public static bool Same(LocalTime left, LocalTime right) => left == right;
    }

    private readonly struct MonthForm : ICelForm<YearMonth>
    {
        public static bool TryUnbox(RuleValue? boxed, out YearMonth value)
        {
            if (boxed is RuleValue.Month held)
            {
                value = held.Value;
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(YearMonth value) => new RuleValue.Month(value);

        public static bool Same(YearMonth left, YearMonth right) => left == right;
    }

    private readonly struct DurationForm : ICelForm<Duration>
    {
        public static bool TryUnbox(RuleValue? boxed, out Duration value)
        {
            if (boxed is RuleValue.Span held)
            {
                value = held.Value;
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(Duration value) => new RuleValue.Span(value);

        public static bool Same(Duration left, Duration right) => left == right;
    }

    private readonly struct LengthForm : ICelForm<CalendarLength>
    {
        public static bool TryUnbox(RuleValue? boxed, out CalendarLength value)
        {
            if (boxed is RuleValue.Length held)
            {
                value = new CalendarLength(held.Months, held.Days);
                return true;
            }
            value = default;
            return false;
        }

        public static RuleValue Box(CalendarLength value) => new RuleValue.Length(value.Months, value.Days);

        public static bool Same(CalendarLength left, CalendarLength right) => left == right;
    }

    private readonly struct ItemsForm : ICelForm<RuleValue.Items>
    {
        public static bool TryUnbox(RuleValue? boxed, out RuleValue.Items value)
        {
            value = (boxed as RuleValue.Items)!;
            return value is not null;
        }

        public static RuleValue Box(RuleValue.Items value) => value;

        public static bool Same(RuleValue.Items left, RuleValue.Items right) => CelShapes.Same(left, right);
    }

    private readonly struct RowForm : ICelForm<RuleValue.Row>
    {
        public static bool TryUnbox(RuleValue? boxed, out RuleValue.Row value)
        {
            value = (boxed as RuleValue.Row)!;
            return value is not null;
        }

        public static RuleValue Box(RuleValue.Row value) => value;

        public static bool Same(RuleValue.Row left, RuleValue.Row right) => CelShapes.Same(left, right);
    }

    private readonly struct AnyForm : ICelForm<RuleValue>
    {
        public static bool TryUnbox(RuleValue? boxed, out RuleValue value)
        {
            value = boxed!;
            return boxed is not (null or RuleValue.Nothing or RuleValue.Open);
        }

        public static RuleValue Box(RuleValue value) => value;

        public static bool Same(RuleValue left, RuleValue right) => CelShapes.Same(left, right);
    }
}
