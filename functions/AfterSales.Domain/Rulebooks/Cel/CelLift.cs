namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>A function that has no result for some values.</summary>
internal delegate bool Partial<in T, TResult>(T value, out TResult result);

/// <inheritdoc cref="Partial{T, TResult}"/>
internal delegate bool Partial<in T1, in T2, TResult>(T1 first, T2 second, out TResult result);

/// <summary>
/// Functions of plain values made into functions of outcomes: what is not given goes through, null and overflow are faults.
/// </summary>
internal sealed partial class CelCompiler
{
    private CelCode? Lift<T, TResult>(CelNode node, CelType type, CelShape<TResult> shape, CelCode<T> argument, Func<T, TResult> compute) =>
        Fold(node, new CelCode<TResult>(type, shape, Total(argument.Run, compute), argument.IsConstant));

    private CelCode? Lift<T, TResult>(CelNode node, CelType type, CelShape<TResult> shape, CelCode<T> argument, Partial<T, TResult> compute)
    {
        Evaluator<T> run = argument.Run;
        return Fold(node, new CelCode<TResult>(type, shape, (Frame frame, out TResult result) =>
        {
            result = default!;
            Outcome outcome = run(frame, out T value);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            try
            {
                return compute(value, out result) ? Outcome.Value : Outcome.Fault;
            }
            catch (Exception e) when (e is ArithmeticException or ArgumentException)
            {
                return Overflowed(frame);
            }
        }, argument.IsConstant));
    }

    private CelCode? Lift<T1, T2, TResult>(
        CelNode node, CelType type, CelShape<TResult> shape, CelCode<T1> first, CelCode<T2> second, Func<T1, T2, TResult> compute) =>
        Fold(node, new CelCode<TResult>(
            type,
            shape,
            second.IsKnown ? Total(first.Run, second.Known, compute) : Total(first.Run, second.Run, compute),
            first.IsConstant && second.IsConstant));

    private CelCode? Lift<T1, T2, TResult>(
        CelNode node, CelType type, CelShape<TResult> shape, CelCode<T1> first, CelCode<T2> second, Partial<T1, T2, TResult> compute)
    {
        Evaluator<T1> left = first.Run;
        Evaluator<T2> right = second.Run;
        bool known = second.IsKnown;
        T2 knownValue = second.Known;
        return Fold(node, new CelCode<TResult>(type, shape, (Frame frame, out TResult result) =>
        {
            result = default!;
            Outcome outcome = left(frame, out T1 x);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            T2 y = knownValue;
            if (!known)
            {
                outcome = right(frame, out y);
                if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            }
            try
            {
                return compute(x, y, out result) ? Outcome.Value : Outcome.Fault;
            }
            catch (Exception e) when (e is ArithmeticException or ArgumentException)
            {
                return Overflowed(frame);
            }
        }, first.IsConstant && second.IsConstant));
    }

    private static Evaluator<TResult> Total<T, TResult>(Evaluator<T> run, Func<T, TResult> compute) => (Frame frame, out TResult result) =>
    {
        result = default!;
        Outcome outcome = run(frame, out T value);
        if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
        try
        {
            result = compute(value);
            return Outcome.Value;
        }
        catch (Exception e) when (e is ArithmeticException or ArgumentException)
        {
            return Overflowed(frame);
        }
    };

    private static Evaluator<TResult> Total<T1, T2, TResult>(Evaluator<T1> first, T2 known, Func<T1, T2, TResult> compute) =>
        (Frame frame, out TResult result) =>
        {
            result = default!;
            Outcome outcome = first(frame, out T1 x);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            try
            {
                result = compute(x, known);
                return Outcome.Value;
            }
            catch (Exception e) when (e is ArithmeticException or ArgumentException)
            {
                return Overflowed(frame);
            }
        };

    private static Evaluator<TResult> Total<T1, T2, TResult>(Evaluator<T1> first, Evaluator<T2> second, Func<T1, T2, TResult> compute) =>
        (Frame frame, out TResult result) =>
        {
            result = default!;
            Outcome outcome = first(frame, out T1 x);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = second(frame, out T2 y);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            try
            {
                result = compute(x, y);
                return Outcome.Value;
            }
            catch (Exception e) when (e is ArithmeticException or ArgumentException)
            {
                return Overflowed(frame);
            }
        };

    /// <summary>Beyond what decimals, amounts or the calendar hold. Costly, so that it counts as much work.</summary>
    private static Outcome Overflowed(Frame frame)
    {
        frame.Spend(1_000);
        return Outcome.Fault;
    }

    /// <summary>Whole numbers as CEL has them: beyond 64 bits there is no result.</summary>
    private static class Overflow
    {
        public static bool Add(long x, long y, out long result)
        {
            result = unchecked(x + y);
            return ((x ^ result) & (y ^ result)) >= 0;
        }

        public static bool Subtract(long x, long y, out long result)
        {
            result = unchecked(x - y);
            return ((x ^ y) & (x ^ result)) >= 0;
        }

        public static bool Multiply(long x, long y, out long result)
        {
            long high = Math.BigMul(x, y, out result);
            return high == result >> 63;
        }

        public static bool Divide(long x, long y, out long result)
        {
            bool fits = y != 0 && (x != long.MinValue || y != -1);
            result = fits ? x / y : 0;
            return fits;
        }

        public static bool Remainder(long x, long y, out long result)
        {
            bool fits = y != 0 && (x != long.MinValue || y != -1);
            result = fits ? x % y : 0;
            return fits;
        }

        public static bool Negate(long x, out long result)
        {
            result = unchecked(-x);
            return x != long.MinValue;
        }
    }
}
