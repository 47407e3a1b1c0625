namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>A kind of case that came up for a question. Counting is not exact when threads meet, which changes no answer.</summary>
internal sealed class SeenKind
{
    /// <summary>How often it came up, until there is a plan.</summary>
    public int Times { get; set; }

    /// <summary>The question's plan narrowed to the kind; null before it came up often.</summary>
    public Plan? Plan { get; set; }
}
