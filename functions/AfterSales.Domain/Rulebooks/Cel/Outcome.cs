namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>What became of an expression.</summary>
public enum Outcome : byte
{
    Value,

    /// <summary>The value is null: an optional fact that was not given.</summary>
    Null,

    /// <summary>A fact that it needs was not given, or another decision concluded nothing.</summary>
    NotGiven,

    /// <summary>
    /// It cannot be computed from these values: division by zero, overflow, a key that is not there, an operator on null.
    /// </summary>
    Fault,
}

/// <summary>A compiled expression. <paramref name="value"/> is set only when the outcome is <see cref="Outcome.Value"/>.</summary>
public delegate Outcome Evaluator<T>(Frame frame, out T value);
