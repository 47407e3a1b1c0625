// An API to be compared, not to be liked.
#pragma warning disable CA1008, CA1018, CA1027, CA1040, CA1050, CA1051, CA1711, CA1813, CA1815, MA0064, MA0065
namespace Azure.Planted;

[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public class MarkAttribute(params string[] names) : Attribute
{
    public string[] Names { get; } = names;
}

public enum Kind : long
{
    None = 0,
    Some = 7,
}

public interface IPart<T>
    where T : class, IDisposable, new()
{
    T? Find(string? name, IReadOnlyDictionary<string, object?> all, int? depth = null, Kind kind = Kind.Some);
}

public delegate Task<T?> Finder<T>(T from, out int count);

public record Settings(string Name, TimeSpan? After = null)
{
    protected internal string? Note { get; init; }
}

public abstract class Shape : IProgress<Shape>, IDisposable
{
    public const string Default = "round";
    public static readonly int Zero;

    protected Shape(in int size) => Size = size;

    public int Size { get; private set; }

    protected abstract List<string?[]?> Lines { get; }

    public virtual T Make<T>(Func<T?, ValueTask<T>> how, params object?[]? values)
        where T : struct => throw new InvalidOperationException();

    public sealed override string ToString() => "";

    public void Report(Shape value)
    {
    }

    public static bool operator <(Shape left, Shape right) => true;

    public static bool operator >(Shape left, Shape right) => true;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }

    internal void Hidden()
    {
    }
}

public static class ShapeExtensions
{
    public static void Draw(this Shape shape, bool twice = true, double by = 1.5, CancellationToken cancellationToken = default)
    {
    }
}
