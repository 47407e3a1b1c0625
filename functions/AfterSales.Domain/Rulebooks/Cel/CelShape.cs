using System.Runtime.InteropServices;

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

    /// <summary>Whether it is a value of this shape.</summary>
    public abstract bool Holds(RuleValue value);

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

/// <summary>A shape of values of <typeparamref name="T"/>, whatever it is that holds them.</summary>
internal abstract class CelShape<T> : CelShape
{
    /// <summary>False when the value is of another type.</summary>
    public abstract bool TryUnbox(RuleValue? boxed, out T value);

    public abstract RuleValue Box(T value);

    public abstract bool Same(T left, T right);

    public override bool Holds(RuleValue value) => TryUnbox(value, out T _);
}

/// <inheritdoc cref="CelShape{T}"/>
/// <remarks>The form is a type, not a value, so that reading a name calls nothing in between.</remarks>
internal sealed class CelShape<T, TForm> : CelShape<T>
    where TForm : struct, ICelForm<T>
{
    public override bool TryUnbox(RuleValue? boxed, out T value) => TForm.TryUnbox(boxed, out value);

    public override RuleValue Box(T value) => TForm.Box(value);

    public override bool Same(T left, T right) => TForm.Same(left, right);

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
        return TForm.TryUnbox(value, out T unboxed)
            ? CelCode<T>.OfConstant(type, this, unboxed)
            : throw new ArgumentException($"The constant {value} is no {type}.", nameof(value));
    }

    public override CelCode Null(CelType type) =>
        new CelCode<T>(type, this, static (Frame _, out T value) => { value = default!; return Outcome.Null; }, isConstant: true);

    public override CelCode Unboxed(CelType type, Evaluator<RuleValue> run, bool isConstant) =>
        new CelCode<T>(type, this, (Frame frame, out T value) =>
        {
            Outcome outcome = run(frame, out RuleValue boxed);
            if (outcome == Outcome.Value) return Opened(boxed, out value);
            value = default!;
            return outcome;
        }, isConstant, run);

    private CelCode<T> ReadFact(CelName name, Outcome absent)
    {
        int slot = name.Slot;
        return new CelCode<T>(
            name.Type,
            this,
            (Frame frame, out T value) =>
            {
                RuleValue? fact = frame.Facts[slot];
                return TForm.TryUnbox(fact, out value) ? Outcome.Value : fact is null ? absent : Outcomes.OfNoValue(fact);
            },
            isConstant: false,
            (Frame frame, out RuleValue value) =>
            {
                value = frame.Facts[slot]!;
                return value is null ? absent : value is RuleValue.Nothing or RuleValue.Open ? Outcomes.OfNoValue(value) : Outcome.Value;
            })
        { Name = name };
    }

    private CelCode<T> ReadComputed(CelName name)
    {
        int slot = name.Slot;
        return new CelCode<T>(
            name.Type,
            this,
            (Frame frame, out T value) =>
            {
                Computed computed = frame.Computed[slot];
                if (computed.Outcome == Outcome.Value) return Opened(computed.Value, out value);
                value = default!;
                return computed.Outcome;
            },
            isConstant: false,
            (Frame frame, out RuleValue value) =>
            {
                Computed computed = frame.Computed[slot];
                value = computed.Value!;
                return computed.Outcome == Outcome.Value && value is null or RuleValue.Nothing ? Outcome.Null : computed.Outcome;
            })
        { Name = name };
    }

    private static Outcome Opened(RuleValue? boxed, out T value) => TForm.TryUnbox(boxed, out value) ? Outcome.Value : Outcomes.OfNoValue(boxed);
}
