using System.Runtime.InteropServices;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Days, months and years to add to a date. Years are twelve months.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CalendarLength(int Months, int Days);

/// <summary>How values of a type are held while they are computed with, and how they go in and out of <see cref="RuleValue"/>.</summary>
internal abstract class CelShape
{
    public static CelShape Of(CelType type) => type switch
    {
        CelType.List => CelShapes.Items,
        CelType.Map or CelType.Row => CelShapes.Row,
        CelType.Optional optional => Of(optional.Of),
        CelType.Simple when type == CelType.Bool => CelShapes.Bool,
        CelType.Simple when type == CelType.Int => CelShapes.Int,
        CelType.Simple when type == CelType.Double => CelShapes.Double,
        CelType.Simple when type == CelType.Decimal => CelShapes.Decimal,
        CelType.Simple when type == CelType.Money => CelShapes.Money,
        CelType.Simple when type == CelType.Text => CelShapes.Text,
        CelType.Simple when type == CelType.Date => CelShapes.Date,
        CelType.Simple when type == CelType.DateTime => CelShapes.DateTime,
        CelType.Simple when type == CelType.Time => CelShapes.Time,
        CelType.Simple when type == CelType.Month => CelShapes.Month,
        CelType.Simple when type == CelType.Duration => CelShapes.Duration,
        CelType.Simple when type == CelType.Period => CelShapes.Length,
        _ => CelShapes.Any,
    };

    /// <summary>Reads a name; null, not given and a value of another type are outcomes.</summary>
    public abstract CelCode Read(CelName name);

    /// <summary>The variable of a macro.</summary>
    public abstract CelCode ReadLocal(CelType type, int slot);

    public abstract CelCode Constant(CelType type, RuleValue value);

    /// <summary>Null, of this type.</summary>
    public abstract CelCode Null(CelType type);

    /// <summary>Takes the shape from a value that is computed boxed.</summary>
    public abstract CelCode Unboxed(CelType type, Evaluator<RuleValue> run, bool isConstant);
}

internal sealed class CelShape<T>(TryUnbox<T> tryUnbox, Func<T, RuleValue> box, Func<T, T, bool> same) : CelShape
{
    public TryUnbox<T> TryUnbox { get; } = tryUnbox;

    public Func<T, RuleValue> Box { get; } = box;

    public Func<T, T, bool> Same { get; } = same;

    public override CelCode Read(CelName name) => name.Kind switch
    {
        NameKind.Constant when name.Constant is { } constant => Constant(name.Type, constant),
        NameKind.Constant => Null(name.Type),
        NameKind.Fact => ReadFact(name, name.Type is CelType.Optional ? Outcome.Null : Outcome.NotGiven),
        NameKind.Computed => ReadComputed(name),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name.Kind, "A name is a fact, computed or constant."),
    };

    public override CelCode ReadLocal(CelType type, int slot) =>
        Unboxed(type, (Frame frame, out RuleValue value) => { value = frame.Locals[slot]!; return Outcome.Value; }, isConstant: false);

    public override CelCode Constant(CelType type, RuleValue value)
    {
        if (value is RuleValue.Nothing) return Null(type);
        return TryUnbox(value, out T unboxed)
            ? CelCode<T>.OfConstant(type, this, unboxed)
            : throw new ArgumentException($"The constant {value} is no {type}.", nameof(value));
    }

    public override CelCode Null(CelType type) =>
        new CelCode<T>(type, this, static (Frame _, out T value) => { value = default!; return Outcome.Null; }, isConstant: true);

    public override CelCode Unboxed(CelType type, Evaluator<RuleValue> run, bool isConstant)
    {
        TryUnbox<T> unbox = TryUnbox;
        return new CelCode<T>(type, this, (Frame frame, out T value) =>
        {
            Outcome outcome = run(frame, out RuleValue boxed);
            if (outcome == Outcome.Value)
            {
                if (boxed is RuleValue.Nothing) outcome = Outcome.Null;
                else return unbox(boxed, out value) ? Outcome.Value : Outcome.Fault;
            }
            value = default!;
            return outcome;
        }, isConstant, run);
    }

    private CelCode<T> ReadFact(CelName name, Outcome absent)
    {
        int slot = name.Slot;
        TryUnbox<T> unbox = TryUnbox;
        return new CelCode<T>(
            name.Type,
            this,
            CelShapes.QuickFact<T>(slot, absent) ?? ((Frame frame, out T value) =>
            {
                if (frame.Facts[slot] is not { } fact)
                {
                    value = default!;
                    return absent;
                }
                if (unbox(fact, out value)) return Outcome.Value;
                return fact is RuleValue.Nothing ? Outcome.Null : Outcome.Fault;
            }),
            isConstant: false,
            (Frame frame, out RuleValue value) =>
            {
                value = frame.Facts[slot]!;
                return value is null ? absent : value is RuleValue.Nothing ? Outcome.Null : Outcome.Value;
            });
    }

    private CelCode<T> ReadComputed(CelName name)
    {
        int slot = name.Slot;
        TryUnbox<T> unbox = TryUnbox;
        return new CelCode<T>(
            name.Type,
            this,
            (Frame frame, out T value) =>
            {
                Outcome outcome = frame.Outcomes[slot];
                if (outcome == Outcome.Value && frame.Computed[slot] is { } computed)
                {
                    if (unbox(computed, out value)) return Outcome.Value;
                    return computed is RuleValue.Nothing ? Outcome.Null : Outcome.Fault;
                }
                value = default!;
                return outcome == Outcome.Value ? Outcome.Null : outcome;
            },
            isConstant: false,
            (Frame frame, out RuleValue value) =>
            {
                value = frame.Computed[slot]!;
                Outcome outcome = frame.Outcomes[slot];
                return outcome == Outcome.Value && value is null or RuleValue.Nothing ? Outcome.Null : outcome;
            });
    }
}

/// <summary>False when the value is of another type.</summary>
internal delegate bool TryUnbox<T>(RuleValue boxed, out T value);

internal static class CelShapes
{
    /// <summary>Reads of the commonest types without a call in between; null for the others.</summary>
    public static Evaluator<T>? QuickFact<T>(int slot, Outcome absent)
    {
        Delegate? quick = null;
        if (typeof(T) == typeof(string)) quick = TextFact(slot, absent);
        else if (typeof(T) == typeof(Money)) quick = MoneyFact(slot, absent);
        else if (typeof(T) == typeof(LocalDate)) quick = DateFact(slot, absent);
        else if (typeof(T) == typeof(long)) quick = IntFact(slot, absent);
        else if (typeof(T) == typeof(bool)) quick = BoolFact(slot, absent);
        return (Evaluator<T>?)quick;
    }

    /// <summary>The outcome of a fact that is not of the type wanted.</summary>
    private static Outcome Other(RuleValue? fact, Outcome absent) =>
        fact is null ? absent : fact is RuleValue.Nothing ? Outcome.Null : Outcome.Fault;

    private static Evaluator<string> TextFact(int slot, Outcome absent) => (Frame frame, out string value) =>
    {
        RuleValue? fact = frame.Facts[slot];
        if (fact is RuleValue.Text text)
        {
            value = text.Value;
            return Outcome.Value;
        }
        value = "";
        return Other(fact, absent);
    };

    private static Evaluator<Money> MoneyFact(int slot, Outcome absent) => (Frame frame, out Money value) =>
    {
        RuleValue? fact = frame.Facts[slot];
        if (fact is RuleValue.Amount amount)
        {
            value = amount.Value;
            return value.Currency == Currency.Cny ? Outcome.Value : Outcome.Fault;
        }
        value = default;
        return Other(fact, absent);
    };

    private static Evaluator<LocalDate> DateFact(int slot, Outcome absent) => (Frame frame, out LocalDate value) =>
    {
        RuleValue? fact = frame.Facts[slot];
        if (fact is RuleValue.Day day)
        {
            value = day.Value;
            return Outcome.Value;
        }
        value = default;
        return Other(fact, absent);
    };

    private static Evaluator<long> IntFact(int slot, Outcome absent) => (Frame frame, out long value) =>
    {
        RuleValue? fact = frame.Facts[slot];
        if (fact is RuleValue.Whole whole)
        {
            value = whole.Value;
            return Outcome.Value;
        }
        value = 0;
        return Other(fact, absent);
    };

    private static Evaluator<bool> BoolFact(int slot, Outcome absent) => (Frame frame, out bool value) =>
    {
        RuleValue? fact = frame.Facts[slot];
        if (fact is RuleValue.Truth truth)
        {
            value = truth.Value;
            return Outcome.Value;
        }
        value = false;
        return Other(fact, absent);
    };

    private static readonly RuleValue True = new RuleValue.Truth(true);
    private static readonly RuleValue False = new RuleValue.Truth(false);

    public static CelShape<bool> Bool { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Truth { Value: true }; return boxed is RuleValue.Truth; },
        static value => value ? True : False,
        static (left, right) => left == right);

    public static CelShape<long> Int { get; } = new(
        static (boxed, out value) =>
        {
            var whole = boxed as RuleValue.Whole;
            value = whole is null ? 0 : whole.Value;
            return whole is not null;
        },
        static value => new RuleValue.Whole(value),
        static (left, right) => left == right);

    public static CelShape<double> Double { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Real real ? real.Value : 0; return boxed is RuleValue.Real; },
        static value => new RuleValue.Real(value),
        static (left, right) => left == right);

    /// <summary>Also whole numbers and amounts: each is exactly a decimal.</summary>
    public static CelShape<decimal> Decimal { get; } = new(
        static (boxed, out value) =>
        {
            value = boxed switch
            {
                RuleValue.Number number => number.Value,
                RuleValue.Whole whole => whole.Value,
                RuleValue.Amount amount => amount.Value.Units,
                _ => 0,
            };
            return boxed is RuleValue.Number or RuleValue.Whole or RuleValue.Amount;
        },
        static value => new RuleValue.Number(value),
        static (left, right) => left == right);

    /// <summary>In CNY; an amount in another currency is none here.</summary>
    public static CelShape<Money> Money { get; } = new(
        static (boxed, out value) =>
        {
            value = boxed is RuleValue.Amount amount ? amount.Value : default;
            return boxed is RuleValue.Amount && value.Currency == Currency.Cny;
        },
        static value => new RuleValue.Amount(value),
        static (left, right) => left.Fen == right.Fen);

    public static CelShape<string> Text { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Text text ? text.Value : ""; return boxed is RuleValue.Text; },
        static value => new RuleValue.Text(value),
        string.Equals);

    public static CelShape<LocalDate> Date { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Day day ? day.Value : default; return boxed is RuleValue.Day; },
        static value => new RuleValue.Day(value),
        static (left, right) => left == right);

    public static CelShape<LocalDateTime> DateTime { get; } = new(
        static (boxed, out value) =>
            { value = boxed is RuleValue.Moment moment ? moment.Value : default; return boxed is RuleValue.Moment; },
        static value => new RuleValue.Moment(value),
        static (left, right) => left == right);

    public static CelShape<LocalTime> Time { get; } = new(
        static (boxed, out value) =>
            { value = boxed is RuleValue.TimeOfDay time ? time.Value : default; return boxed is RuleValue.TimeOfDay; },
        static value => new RuleValue.TimeOfDay(value),
        static (left, right) => left == right);

    public static CelShape<YearMonth> Month { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Month month ? month.Value : default; return boxed is RuleValue.Month; },
        static value => new RuleValue.Month(value),
        static (left, right) => left == right);

    public static CelShape<Duration> Duration { get; } = new(
        static (boxed, out value) => { value = boxed is RuleValue.Span span ? span.Value : default; return boxed is RuleValue.Span; },
        static value => new RuleValue.Span(value),
        static (left, right) => left == right);

    public static CelShape<CalendarLength> Length { get; } = new(
        static (boxed, out value) =>
        {
            value = boxed is RuleValue.Length length ? new CalendarLength(length.Months, length.Days) : default;
            return boxed is RuleValue.Length;
        },
        static value => new RuleValue.Length(value.Months, value.Days),
        static (left, right) => left == right);

    public static CelShape<RuleValue.Items> Items { get; } = new(
        static (boxed, out value) => { value = (boxed as RuleValue.Items)!; return value is not null; },
        static value => value,
        Same);

    public static CelShape<RuleValue.Row> Row { get; } = new(
        static (boxed, out value) => { value = (boxed as RuleValue.Row)!; return value is not null; },
        static value => value,
        Same);

    public static CelShape<RuleValue> Any { get; } = new(
        static (boxed, out value) => { value = boxed; return boxed is not RuleValue.Nothing; },
        static value => value,
        Same);

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
                return Decimal.TryUnbox(left, out decimal x) && Decimal.TryUnbox(right, out decimal y) && x == y;
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
}
