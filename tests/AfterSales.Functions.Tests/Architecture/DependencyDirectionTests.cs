using System.Reflection;
using System.Text.RegularExpressions;
using AfterSales.Domain.Rulebooks;
using AfterSales.Local.Month;
using AfterSales.LocalRuntime;

namespace AfterSales.Functions.Tests.Architecture;

/// <summary>Domain &lt;- Functions; LocalRuntime &lt;- Functions; both &lt;- Local; and the habits of the code that a compiler does not
/// hold.</summary>
public sealed partial class DependencyDirectionTests
{
    private static readonly Assembly Domain = typeof(DecisionDocument).Assembly;
    private static readonly Assembly Functions = typeof(FunctionApp).Assembly;
    private static readonly Assembly Runtime = typeof(LocalRuntimeOptions).Assembly;
    private static readonly Assembly Local = typeof(SampleMonth).Assembly;

    [Fact]
    public void The_domain_knows_neither_Azure_nor_the_local_runtime_nor_the_app() =>
        Assert.DoesNotContain(References(Domain), name => name.StartsWith("Azure", StringComparison.Ordinal)
            || name.StartsWith("Microsoft", StringComparison.Ordinal)
            || name.StartsWith("AfterSales", StringComparison.Ordinal));

    [Fact]
    public void The_local_runtime_knows_nothing_of_after_sales()
    {
        Assert.DoesNotContain(References(Runtime), name => name.StartsWith("AfterSales", StringComparison.Ordinal));
        Assert.Empty(Lines("infra/local/AfterSales.LocalRuntime", AfterSalesWord()));
    }

    [Fact]
    public void The_app_refers_to_the_domain_and_to_the_runtime_only() =>
        Assert.Subset(
            new HashSet<string> { "AfterSales.Domain", "AfterSales.LocalRuntime" },
            References(Functions).Where(name => name.StartsWith("AfterSales", StringComparison.Ordinal)).ToHashSet());

    [Fact]
    public void The_sources_of_the_app_do_not_name_the_local_runtime() => Assert.Empty(Lines("functions", LocalRuntimeName()));

    [Fact]
    public void Every_interface_of_ours_has_a_second_implementation()
    {
        Type[] types = [.. new[] { Domain, Functions, Runtime, Local }.SelectMany(a => a.GetTypes())];
        var lonely = types
            .Where(t => t.IsInterface && t.Namespace?.StartsWith("AfterSales", StringComparison.Ordinal) == true)
            .Where(i => types.Count(t => t is { IsInterface: false }
                && t.GetInterfaces().Any(x => (x.IsGenericType ? x.GetGenericTypeDefinition() : x) == i)) < 2);
        Assert.Empty(lonely.Select(i => i.FullName));
    }

    [Fact]
    public void There_is_one_set_of_sources_for_both_flavours() => Assert.Empty(Lines(".", ConditionalCompilation()));

    [Fact]
    public void Nothing_is_left_to_do_in_the_sources() => Assert.Empty(Lines(".", LeftOver()));

    /// <summary>A delay on the virtual clock, or one that only a cancellation ends, waits for no wall clock. An orchestrator that must not
    /// await one is the exception.</summary>
    [Fact]
    public void Tests_do_not_sleep() => Assert.DoesNotContain(Lines("tests", Sleep()), line =>
        !line.Contains("clock", StringComparison.OrdinalIgnoreCase) && !line.Contains("Timeout.Infinite", StringComparison.Ordinal)
        && !line.Contains("Determinism", StringComparison.Ordinal));

    [Fact]
    public void No_file_is_a_drawer_for_odds_and_ends() => Assert.DoesNotContain(
        Repository.Sources(".").Select(Path.GetFileNameWithoutExtension), name => Drawer().IsMatch(name!));

    private static IEnumerable<string> References(Assembly assembly) => assembly.GetReferencedAssemblies().Select(a => a.Name!);

    private static IEnumerable<string> Lines(string folder, Regex wrong) =>
        from file in Repository.Sources(folder)
        where Path.GetFileNameWithoutExtension(file) != nameof(DependencyDirectionTests)
        from line in File.ReadLines(file).Select(
            (text, number) => $"{Path.GetRelativePath(Repository.Root, file)}:{number + 1}: {text.Trim()}")
        where wrong.IsMatch(line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..])
        select line;

    [GeneratedRegex(@"AfterSales\.(Domain|Functions)\b|\b(refund|supplier|rulebook|marketplace)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex AfterSalesWord();

    [GeneratedRegex(@"AfterSales\.LocalRuntime", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LocalRuntimeName();

    [GeneratedRegex(@"^\s*#(if|elif)\b", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ConditionalCompilation();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\(", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Sleep();

    [GeneratedRegex("(Helpers?|Utils?|Utilities|Common|Models?|Manager)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Drawer();
}
