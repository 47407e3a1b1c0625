namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>A condition that a name's value is one text.</summary>
internal sealed record SymbolTest(CelName Name, string Symbol);

/// <summary>Tests of a name's value in one step: most of a rulebook's conditions are these.</summary>
internal static class Reads
{
    /// <summary>Whether a name's value is this text. Null is unlike every text.</summary>
    /// <param name="wanted">False: whether it is not.</param>
    public static Evaluator<bool> IsSymbol(CelName name, string symbol, bool wanted)
    {
        int slot = name.Slot;
        if (name.Kind == NameKind.Computed)
        {
            return (Frame frame, out bool value) =>
            {
                Computed computed = frame.Computed[slot];
                return Compared(computed.Value, computed.Outcome, symbol, wanted, out value);
            };
        }
        Outcome absent = name.Type is CelType.Optional ? Outcome.Null : Outcome.NotGiven;
        return (Frame frame, out bool value) =>
        {
            RuleValue? fact = frame.Facts[slot];
            return Compared(fact, fact is null ? absent : Outcome.Value, symbol, wanted, out value);
        };
    }

    private static Outcome Compared(RuleValue? boxed, Outcome outcome, string symbol, bool wanted, out bool value)
    {
        if (boxed is RuleValue.Text text)
        {
            value = string.Equals(text.Value, symbol) == wanted;
            return outcome;
        }
        value = !wanted;
        if (outcome is not (Outcome.Value or Outcome.Null)) return outcome;
        outcome = Outcomes.OfNoValue(boxed);
        return outcome == Outcome.Null ? Outcome.Value : outcome;
    }
}
