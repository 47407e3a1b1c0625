namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>What became of an expression.</summary>
public enum Outcome : byte
{
    /// <summary>A fact that it needs was not given, or another decision concluded nothing. What is not computed yet is not given.</summary>
    NotGiven,

    Value,

    /// <summary>The value is null: an optional fact that was not given.</summary>
    Null,

    /// <summary>
    /// It cannot be computed from these values: division by zero, overflow, a key that is not there, an operator on null.
    /// </summary>
    Fault,

    /// <summary>It depends on a value that is there but is not looked at yet (<see cref="RuleValue.Open"/>).</summary>
    Open,
}

internal static class Outcomes
{
    /// <summary>The outcome of reading what holds no value of the type wanted.</summary>
    public static Outcome OfNoValue(RuleValue? boxed) => boxed switch
    {
        null or RuleValue.Nothing => Outcome.Null,
        RuleValue.Open => Outcome.Open,
        _ => Outcome.Fault,
    };

    /// <summary>What a chain of conditions comes to that none decides: what may yet decide it goes before what cannot.</summary>
    public static Outcome Undecided(Outcome soFar, Outcome next) => (soFar, next) switch
    {
        (_, Outcome.Value) => soFar,
        (Outcome.Open, _) or (_, Outcome.Open) => Outcome.Open,
        (Outcome.NotGiven, _) or (_, Outcome.NotGiven) => Outcome.NotGiven,
        _ => Outcome.Fault,
    };
}

/// <summary>A compiled expression. <paramref name="value"/> is set only when the outcome is <see cref="Outcome.Value"/>.</summary>
public delegate Outcome Evaluator<T>(Frame frame, out T value);
