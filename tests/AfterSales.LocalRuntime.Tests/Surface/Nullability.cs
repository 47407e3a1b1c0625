using System.Reflection;

namespace AfterSales.LocalRuntime.Tests.Surface;

/// <summary>
/// The nullable annotations of one type in a signature, as the compiler stores them: a byte for every reference type, type parameter and
/// generic value type, in the order in which they are written; 2 is annotated with <c>?</c>.
/// </summary>
internal sealed class Nullability
{
    private const string OnItself = "System.Runtime.CompilerServices.NullableAttribute";
    private const string OnContext = "System.Runtime.CompilerServices.NullableContextAttribute";

    private readonly byte[] _bytes;
    private int _next;

    public Nullability(byte[] bytes) => _bytes = bytes;

    public Nullability(ParameterInfo parameter) => _bytes = Read(parameter.CustomAttributes, OnItself) ?? Context(parameter.Member);

    public Nullability(MemberInfo member) => _bytes = Read(member.CustomAttributes, OnItself) ?? Context(member.DeclaringType ?? member);

    /// <summary>The mark of the next type in order.</summary>
    public string NextMark() => (_bytes.Length == 1 ? _bytes[0] : _bytes[_next++]) == 2 ? "?" : "";

    private static byte[] Context(MemberInfo? member)
    {
        for (; member is not null; member = member.DeclaringType)
        {
            if (Read(member.CustomAttributes, OnContext) is { } context)
            {
                return context;
            }
        }

        return [0];
    }

    private static byte[]? Read(IEnumerable<CustomAttributeData> attributes, string name) =>
        attributes.FirstOrDefault(a => a.AttributeType.FullName == name)?.ConstructorArguments[0].Value switch
        {
            byte one => [one],
            IEnumerable<CustomAttributeTypedArgument> several => [.. several.Select(b => (byte)b.Value!)],
            _ => null,
        };
}
