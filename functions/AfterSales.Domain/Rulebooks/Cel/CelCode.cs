using System.Collections.Frozen;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>A checked piece of an expression, compiled.</summary>
internal abstract class CelCode(CelType type, bool isConstant)
{
    public CelType Type { get; } = type;

    /// <summary>Whether it reads nothing.</summary>
    public bool IsConstant { get; } = isConstant;

    /// <summary>The type without <c>or null</c>.</summary>
    public CelType Core => Type is CelType.Optional optional ? optional.Of : Type;

    public abstract Evaluator<RuleValue> Boxed { get; }

    public abstract CelCode As(CelType type);

    public abstract CelCode<bool> IsNull(bool wanted);

    /// <param name="other">Of the same shape.</param>
    public abstract CelCode<bool> Same(CelCode other, bool wanted);

    /// <param name="other">Of the same shape.</param>
    public abstract CelCode Choose(CelCode<bool> condition, CelCode other, CelType type);

    /// <summary>Whether a value of this shape is in the list.</summary>
    public abstract CelCode<bool> In(CelCode<RuleValue.Items> list);

    /// <summary>Computed once, when it is constant and a value.</summary>
    public abstract CelCode Folded(out Outcome outcome);

    /// <summary>The value of a constant; null for null.</summary>
    public RuleValue? Value() => Boxed(CelCode.Nowhere(), out RuleValue value) == Outcome.Value ? value : null;

    /// <summary>A frame without values, for constants.</summary>
    protected static Frame Nowhere() => new(0) { Steps = CelExpression.MaxSteps };

    /// <summary>Null where a value is wanted is a fault.</summary>
    protected static Outcome Unusable(Outcome outcome) => outcome == Outcome.Null ? Outcome.Fault : outcome;
}

internal sealed class CelCode<T>(CelType type, CelShape<T> shape, Evaluator<T> run, bool isConstant, Evaluator<RuleValue>? boxed = null)
    : CelCode(type, isConstant)
{
    private Evaluator<RuleValue>? _boxed = boxed;

    public Evaluator<T> Run { get; } = run;

    public CelShape<T> Shape { get; } = shape;

    /// <summary>Whether <see cref="Known"/> is its value always.</summary>
    public bool IsKnown { get; private init; }

    public T Known { get; private init; } = default!;

    /// <summary>The fact, output or let that it reads, when it is nothing but that.</summary>
    public CelName? Name { get; init; }

    /// <summary>The name and the text that it must be, when it is a test of nothing but that.</summary>
    public SymbolTest? Test { get; init; }

    public override Evaluator<RuleValue> Boxed => _boxed ??= Box(Run, Shape.Box);

    public static CelCode<T> OfConstant(CelType type, CelShape<T> shape, T value)
    {
        RuleValue kept = shape.Box(value);
        return new CelCode<T>(
            type,
            shape,
            (Frame _, out T known) => { known = value; return Outcome.Value; },
            isConstant: true,
            (Frame _, out RuleValue known) => { known = kept; return Outcome.Value; })
        { IsKnown = true, Known = value };
    }

    public override CelCode As(CelType type) => new CelCode<T>(type, Shape, Run, IsConstant, _boxed)
    {
        IsKnown = IsKnown,
        Known = Known,
        Name = Name,
    };

    public override CelCode Folded(out Outcome outcome)
    {
        outcome = Outcome.Value;
        if (!IsConstant || IsKnown) return this;
        outcome = Run(Nowhere(), out T value);
        return outcome == Outcome.Value ? OfConstant(Type, Shape, value) : this;
    }

    public override CelCode<bool> IsNull(bool wanted)
    {
        Evaluator<T> tested = Run;
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            Outcome outcome = tested(frame, out T _);
            value = (outcome == Outcome.Null) == wanted;
            return outcome is Outcome.Null ? Outcome.Value : outcome;
        }, IsConstant);
    }

    public override CelCode<bool> Same(CelCode other, bool wanted)
    {
        var right = (CelCode<T>)other;
        Evaluator<T> left = Run;
        Evaluator<T> second = right.Run;
        CelShape<T> own = Shape;
        bool fixedForGood = IsConstant && right.IsConstant;
        if (right.IsKnown)
        {
            T known = right.Known;
            if (known is string symbol && Name is { } name)
                return new CelCode<bool>(CelType.Bool, CelShapes.Bool, Reads.IsSymbol(name, symbol, wanted), fixedForGood)
                {
                    Test = wanted ? new SymbolTest(name, symbol) : null,
                };
            return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
            {
                Outcome outcome = left(frame, out T mine);
                value = (outcome == Outcome.Value && own.Same(mine, known)) == wanted;
                return outcome is Outcome.Null ? Outcome.Value : outcome;
            }, fixedForGood);
        }
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            value = !wanted;
            Outcome first = left(frame, out T mine);
            if (first is not (Outcome.Value or Outcome.Null)) return first;
            Outcome next = second(frame, out T others);
            if (next is not (Outcome.Value or Outcome.Null)) return next;
            value = (first == next && (first == Outcome.Null || own.Same(mine, others))) == wanted;
            return Outcome.Value;
        }, fixedForGood);
    }

    public override CelCode Choose(CelCode<bool> condition, CelCode other, CelType type)
    {
        // Boxed, a side that has its value boxed already, such as a constant, is not boxed again.
        return new CelCode<T>(
            type,
            Shape,
            Either(condition.Run, Run, ((CelCode<T>)other).Run),
            condition.IsConstant && IsConstant && other.IsConstant,
            Either(condition.Run, Boxed, other.Boxed));
    }

    private static Evaluator<TSide> Either<TSide>(Evaluator<bool> test, Evaluator<TSide> then, Evaluator<TSide> otherwise) =>
        (Frame frame, out TSide value) =>
        {
            Outcome outcome = test(frame, out bool holds);
            if (outcome == Outcome.Value) return holds ? then(frame, out value) : otherwise(frame, out value);
            value = default!;
            return Unusable(outcome);
        };

    public override CelCode<bool> In(CelCode<RuleValue.Items> list)
    {
        Evaluator<T> left = Run;
        CelShape<T> own = Shape;
        if (list.IsKnown && list.Known.Values.All(item => own.TryUnbox(item, out T _)))
        {
            T[] known = [.. list.Known.Values.Select(item => { own.TryUnbox(item, out T value); return value; })];
            // Doubles stay out: a set would find NaN.
            FrozenSet<T>? set = known.Length > 4 && known is not double[] && known[0] is IEquatable<T> and not RuleValue
                ? known.ToFrozenSet() : null;
            return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
            {
                Outcome outcome = left(frame, out T mine);
                value = false;
                if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Value : outcome;
                if (set is not null)
                {
                    value = set.Contains(mine);
                    return Outcome.Value;
                }
                foreach (T item in known)
                {
                    if (!own.Same(mine, item)) continue;
                    value = true;
                    break;
                }
                return Outcome.Value;
            }, IsConstant);
        }
        Evaluator<RuleValue.Items> right = list.Run;
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            value = false;
            Outcome outcome = left(frame, out T mine);
            if (outcome is not (Outcome.Value or Outcome.Null)) return outcome;
            Outcome listed = right(frame, out RuleValue.Items items);
            if (listed != Outcome.Value) return Unusable(listed);
            if (!frame.Spend(items.Values.Length)) return Outcome.Fault;
            foreach (RuleValue item in items.Values)
            {
                value = item is RuleValue.Nothing
                    ? outcome == Outcome.Null
                    : outcome == Outcome.Value && own.TryUnbox(item, out T theirs) && own.Same(mine, theirs);
                if (value) break;
            }
            return Outcome.Value;
        }, IsConstant && list.IsConstant);
    }

    private static Evaluator<RuleValue> Box(Evaluator<T> run, Func<T, RuleValue> box) => (Frame frame, out RuleValue value) =>
    {
        Outcome outcome = run(frame, out T unboxed);
        value = outcome == Outcome.Value ? box(unboxed) : null!;
        return outcome;
    };
}
