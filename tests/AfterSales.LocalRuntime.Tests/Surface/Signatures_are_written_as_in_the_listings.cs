using Azure.Planted;

namespace AfterSales.LocalRuntime.Tests.Surface;

public sealed class Signatures_are_written_as_in_the_listings
{
    private const string Text = """
        assembly Planted

        [System.AttributeUsageAttribute((System.AttributeTargets)192, AllowMultiple = true)]
        public class Azure.Planted.MarkAttribute : System.Attribute
          ctor     public MarkAttribute(params string[] names)
          property public string[] Names { get; }

        public enum Azure.Planted.Kind : long
          None = 0
          Some = 7

        public interface Azure.Planted.IPart<T> where T : class, System.IDisposable, new()
          method   public T? Find(string? name, System.Collections.Generic.IReadOnlyDictionary<string, object?> all, int? depth = null, Azure.Planted.Kind kind = Azure.Planted.Kind.Some)

        public delegate System.Threading.Tasks.Task<T?> Azure.Planted.Finder<T>(T from, out int count)

        public record class Azure.Planted.Settings : System.IEquatable<Azure.Planted.Settings>
          ctor     protected Settings(Azure.Planted.Settings original)
          ctor     public Settings(string Name, System.TimeSpan? After = null)
          method   protected virtual bool PrintMembers(System.Text.StringBuilder builder)
          method   public override bool Equals(object? obj)
          method   public override int GetHashCode()
          method   public override string ToString()
          method   public static bool op_Equality(Azure.Planted.Settings? left, Azure.Planted.Settings? right)
          method   public static bool op_Inequality(Azure.Planted.Settings? left, Azure.Planted.Settings? right)
          method   public virtual Azure.Planted.Settings <Clone>$()
          method   public virtual bool Equals(Azure.Planted.Settings? other)
          method   public void Deconstruct(out string Name, out System.TimeSpan? After)
          property [System.Text.Json.Serialization.JsonPropertyNameAttribute("after")] public System.TimeSpan? After { get; init; }
          property protected string? Note { get; init; }
          property protected virtual System.Type EqualityContract { get; }
          property public string Name { get; init; }

        public abstract class Azure.Planted.Shape : System.IProgress<Azure.Planted.Shape>, System.IDisposable
          ctor     protected Shape(in int size)
          field    public const string Default = "round"
          field    public static readonly int Zero
          method   protected virtual void Dispose(bool disposing)
          method   public void Report(Azure.Planted.Shape value)
          method   public sealed override string ToString()
          method   public static bool op_GreaterThan(Azure.Planted.Shape left, Azure.Planted.Shape right)
          method   public static bool op_LessThan(Azure.Planted.Shape left, Azure.Planted.Shape right)
          method   public virtual T Make<T>(System.Func<T?, System.Threading.Tasks.ValueTask<T>> how, params object?[]? values) where T : struct
          method   public void Dispose()
          property protected abstract System.Collections.Generic.List<string?[]?> Lines { get; }
          property public int Size { get; }

        public static class Azure.Planted.ShapeExtensions
          method   public static void Draw(this Azure.Planted.Shape shape, bool twice = true, double by = 1.5, System.Threading.CancellationToken cancellationToken = default)
        """;

    private static readonly IReadOnlyList<ListedType> Planted =
        [.. typeof(Shape).Assembly.GetExportedTypes().Where(t => t.Namespace == "Azure.Planted").Select(Signatures.Of)];

    [Fact]
    public void A_listing_that_is_right_finds_nothing() =>
        Assert.Equal([], Planted.SelectMany(new Listing(Text).Deviations));

    [Theory]
    [InlineData("AllowMultiple = true", "AllowMultiple = false")]
    [InlineData("(System.AttributeTargets)192", "System.AttributeTargets.Method")]
    [InlineData("params string[] names", "string[] names")]
    [InlineData("Some = 7", "Some = 8")]
    [InlineData("Kind : long", "Kind : int")]
    [InlineData(", new()", "")]
    [InlineData("T? Find", "T Find")]
    [InlineData("string? name", "string name")]
    [InlineData("object?> all", "object> all")]
    [InlineData("Kind.Some)", "Kind.None)")]
    [InlineData("int? depth = null", "int? depth")]
    [InlineData("Task<T?>", "Task<T>")]
    [InlineData("out int count", "ref int count")]
    [InlineData("public record class Azure.Planted.Settings", "public class Azure.Planted.Settings")]
    [InlineData("string Name, System.TimeSpan? After = null", "System.TimeSpan? After, string Name")]
    [InlineData("string? Note { get; init; }", "string? Note { get; set; }")]
    [InlineData("public abstract class", "public class")]
    [InlineData(", System.IDisposable\n", "\n")]
    [InlineData("\"round\"", "\"square\"")]
    [InlineData("static readonly int", "static int")]
    [InlineData("sealed override", "override")]
    [InlineData("public virtual T Make", "public T Make")]
    [InlineData("Func<T?,", "Func<T,")]
    [InlineData("object?[]? values", "object?[] values")]
    [InlineData("where T : struct", "where T : class")]
    [InlineData("List<string?[]?>", "List<string[]?>")]
    [InlineData("int Size { get; }", "int Size { get; set; }")]
    [InlineData("this Azure", "Azure")]
    [InlineData("twice = true", "twice = false")]
    [InlineData("by = 1.5", "by = 2.5")]
    [InlineData("cancellationToken = default", "cancellationToken")]
    [InlineData("in int size", "int size")]
    [InlineData("  None = 0", "  None = 0\n  More = 1")]
    [InlineData("interface Azure.Planted.IPart<T> where T : class, System.IDisposable, new()",
        "interface Azure.Planted.IPart<T> where T : class, System.IDisposable, new()\n  method   public void More()")]
    public void A_deviation_is_found(string listed, string instead)
    {
        Assert.Contains(listed, Text, StringComparison.Ordinal);

        var deviations = Planted.SelectMany(new Listing(Text.Replace(listed, instead, StringComparison.Ordinal)).Deviations);

        Assert.NotEmpty(deviations);
    }
}
