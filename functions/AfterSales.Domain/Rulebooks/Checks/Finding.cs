using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>The kinds of doubtful places that a check finds. A rulebook with findings works; someone should look at it.</summary>
public static class Finding
{
    /// <summary>A fact, constant, conclusion, let or reading that nothing uses.</summary>
    public const string Unused = "unused";

    /// <summary>A COMPUTABLE, TIMED or LEDGER clause that no rule and no clock cites.</summary>
    public const string ClauseWithoutRule = "clause-without-rule";

    /// <summary>A COMPUTABLE, TIMED or LEDGER clause that no example asks about.</summary>
    public const string ClauseWithoutExample = "clause-without-example";

    /// <summary>A RECORD clause that is no item of the checklist.</summary>
    public const string RecordWithoutItem = "record-without-item";

    /// <summary>A rule that never fires.</summary>
    public const string Unreachable = "unreachable-rule";

    /// <summary>Two rules of which now one holds alone, now the other, now both with different values: their order decides.</summary>
    public const string Overlap = "order-decides";

    /// <summary>Facts for which a decision concludes nothing.</summary>
    public const string Gap = "gap";

    /// <summary>One name concluded with different values for the same facts.</summary>
    public const string Contradiction = "contradiction";

    /// <summary>A period or a cap that is wider than in the published version, and nobody says that it is meant.</summary>
    public const string Widened = "widened";

    /// <summary>An entry of <c>widens</c> that names nothing.</summary>
    public const string WidensNothing = "widens-nothing";

    internal static SourceFault At(this RulebookSource source, SourcePosition place, string code, string detail) =>
        new(source.File, place, code, detail);
}
