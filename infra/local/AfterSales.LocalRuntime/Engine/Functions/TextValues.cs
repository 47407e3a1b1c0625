using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Reads a value of a parameter's type from text, such as a route value: strings, enums and every type that is
/// <see cref="IParsable{TSelf}"/>.</summary>
internal static class TextValues
{
    private static readonly ConcurrentDictionary<Type, Func<string, object>?> Parsers = new();

    /// <summary>The reader of a type; null when text cannot be turned into it.</summary>
    public static Func<string, object>? ParserOf(Type type) => Parsers.GetOrAdd(Nullable.GetUnderlyingType(type) ?? type, Make);

    private static Func<string, object>? Make(Type type)
    {
        if (type == typeof(string) || type == typeof(object))
        {
            return text => text;
        }

        if (type.IsEnum)
        {
            return text => Enum.Parse(type, text, ignoreCase: true);
        }

        var parsable = type.GetInterfaces().Any(i =>
            i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>) && i.GetGenericArguments()[0] == type);
        return parsable
            ? typeof(TextValues).GetMethod(nameof(Parse), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type).CreateDelegate<Func<string, object>>()
            : null;
    }

    private static object Parse<T>(string text)
        where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);
}
