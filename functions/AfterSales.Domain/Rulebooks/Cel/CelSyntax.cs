using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>A piece of an expression as written, from <paramref name="Start"/> up to but not including <paramref name="End"/>.</summary>
internal abstract record CelNode(int Start, int End)
{
    /// <summary>Something that was refused; its fault is already reported.</summary>
    internal sealed record Refused(int Start, int End) : CelNode(Start, End);

    internal sealed record NullLiteral(int Start, int End) : CelNode(Start, End);

    internal sealed record BoolLiteral(bool Value, int Start, int End) : CelNode(Start, End);

    internal sealed record IntLiteral(long Value, int Start, int End) : CelNode(Start, End);

    /// <summary>A number with a point or an exponent: a decimal, an amount or a double, as its place wants it.</summary>
    internal sealed record PointLiteral(string Text, int Start, int End) : CelNode(Start, End);

    internal sealed record TextLiteral(string Value, int Start, int End) : CelNode(Start, End);

    internal sealed record Ident(string Name, int Start, int End) : CelNode(Start, End);

    internal sealed record Select(CelNode Operand, string Field, int FieldStart, int Start, int End) : CelNode(Start, End);

    internal sealed record Index(CelNode Operand, CelNode Key, int Start, int End) : CelNode(Start, End);

    internal sealed record Call(CelNode? Target, string Name, ImmutableArray<CelNode> Arguments, int NameStart, int Start, int End)
        : CelNode(Start, End);

    internal sealed record ListLiteral(ImmutableArray<CelNode> Items, int Start, int End) : CelNode(Start, End);

    internal sealed record MapLiteral(ImmutableArray<KeyValuePair<CelNode, CelNode>> Entries, int Start, int End) : CelNode(Start, End);

    /// <param name="Operator"><c>!</c> or <c>-</c>.</param>
    internal sealed record Unary(string Operator, CelNode Operand, int Start, int End) : CelNode(Start, End);

    /// <param name="OperatorStart">Where the operator stands; faults about both sides point to it.</param>
    internal sealed record Binary(string Operator, CelNode Left, CelNode Right, int OperatorStart, int Start, int End)
        : CelNode(Start, End);

    /// <summary>A chain of one logic operator, <c>&amp;&amp;</c> or <c>||</c>.</summary>
    internal sealed record Logic(string Operator, ImmutableArray<CelNode> Operands, int Start, int End) : CelNode(Start, End);

    internal sealed record Conditional(CelNode Condition, CelNode Then, CelNode Else, int Start, int End) : CelNode(Start, End);
}

/// <summary>Collects the faults of one expression, each with its place in the file.</summary>
internal sealed class CelFaults(string file, SourceText source)
{
    private readonly List<(int Offset, SourceFault Fault)> _faults = [];

    public int Count => _faults.Count;

    public bool Any => _faults.Count > 0;

    public void Report(int offset, string code, string detail)
    {
        // The same place often offends twice: a name that is read two times in one macro, say.
        var fault = new SourceFault(file, Place(offset), code, detail);
        if (!_faults.Exists(earlier => earlier.Fault == fault)) _faults.Add((offset, fault));
    }

    public void CopyTo(ICollection<SourceFault> faults)
    {
        foreach ((int _, SourceFault fault) in _faults.OrderBy(entry => entry.Offset)) faults.Add(fault);
    }

    public SourcePosition Place(int offset)
    {
        ReadOnlySpan<char> before = source.Value.AsSpan(0, Math.Min(offset, source.Value.Length));
        int lines = before.Count('\n');
        int column = lines == 0 ? before.Length : before.Length - before.LastIndexOf('\n') - 1;
        return new SourcePosition(source.At.Line + lines, source.At.Column + column);
    }

    public SourceText Slice(CelNode node) =>
        source with { Value = source.Value[node.Start..node.End], At = Place(node.Start), Plain = source.Plain };
}
