using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>Looks for doubtful places in a rulebook that compiles; the codes are those of <see cref="Finding"/>.</summary>
public static class Lint
{
    /// <summary>The findings, in the order of their places. The same files give the same findings.</summary>
    /// <param name="published">The version in force, against which nothing may widen silently; null when there is none.</param>
    public static ImmutableArray<SourceFault> Of(Rulebook rulebook, Rulebook? published = null)
    {
        IEnumerable<SourceFault> found = SourceLint.Of(rulebook.Source)
            .Concat(WideningLint.Dangling(rulebook.Source))
            .Concat(DecisionLint.Of(rulebook))
            .Concat(published is null ? [] : WideningLint.Of(rulebook, published));
        // What reading shows, trying shows once more.
        return [.. found.DistinctBy(finding => (finding.At, finding.Code, finding.Code == Finding.Unreachable ? "" : finding.Detail))
            .OrderBy(finding => finding.At.Line).ThenBy(finding => finding.At.Column)];
    }
}
