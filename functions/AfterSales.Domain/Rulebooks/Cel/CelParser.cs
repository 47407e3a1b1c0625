using System.Collections.Immutable;
using System.Globalization;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>
/// Reads an expression by the grammar of the CEL language definition. Bounded: at most <see cref="MaxLength"/> characters,
/// <see cref="MaxNodes"/> operands and operators, <see cref="MaxNesting"/> brackets within each other.
/// </summary>
internal sealed class CelParser
{
    public const int MaxLength = 4_000;
    public const int MaxNesting = 40;
    public const int MaxNodes = 2_000;

    /// <summary>The longest chain of operators without brackets, such as <c>a + b + c</c>; each link costs stack.</summary>
    private const int MaxChain = 200;

    private static readonly string[][] Levels = [["==", "!=", "<", "<=", ">", ">=", "in"], ["+", "-"], ["*", "/", "%"]];

    private static readonly string[] Reserved =
    [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return",
            "var",
        "void", "while",
    ];

    private readonly List<CelToken> _tokens;
    private readonly CelFaults _faults;
    private int _next;
    private int _nesting;
    private int _nodes;

    private CelParser(List<CelToken> tokens, CelFaults faults) => (_tokens, _faults) = (tokens, faults);

    private CelToken Token => _tokens[_next];

    private int PreviousEnd => _tokens[_next - 1].End;

    /// <summary>Null when the expression cannot be read; the fault says where and why.</summary>
    public static CelNode? Parse(string text, CelFaults faults)
    {
        if (text.Length > MaxLength)
        {
            faults.Report(MaxLength, "expression-too-long",
                $"An expression has at most {MaxLength} characters; this has {text.Length}. Divide it with 'let'.");
            return null;
        }
        if (CelLexer.Read(text, faults) is not { } tokens) return null;
        var parser = new CelParser(tokens, faults);
        if (parser.Token.Kind == CelTokenKind.End)
        {
            faults.Report(0, "cel-syntax", "An expression is wanted here; nothing stands here.");
            return null;
        }
        CelNode? node = parser.Expression();
        if (node is null) return null;
        if (parser.Token.Kind == CelTokenKind.End) return node;
        parser.Unexpected("an operator or the end");
        return null;
    }

    private CelNode? Expression()
    {
        if (++_nesting > MaxNesting)
            return Refuse(Token.Start, "expression-too-deep", $"Brackets nest at most {MaxNesting} deep. Divide it with 'let'.");
        CelNode? condition = Chain("||", () => Chain("&&", () => Binary(0)));
        if (condition is not null && TryTake("?"))
        {
            if (IsSymbol(".")) return Unexpected("a value");
            CelNode? then = Chain("||", () => Chain("&&", () => Binary(0)));
            if (then is null || !Take(":", "the ':' of '? :'")) return null;
            condition = Expression() is { } otherwise
                ? Node(new CelNode.Conditional(condition, then, otherwise, condition.Start, otherwise.End))
                : null;
        }
        _nesting--;
        return condition;
    }

    private CelNode? Chain(string symbol, Func<CelNode?> operand)
    {
        CelNode? first = operand();
        if (first is null || !IsSymbol(symbol)) return first;
        ImmutableArray<CelNode>.Builder operands = ImmutableArray.CreateBuilder<CelNode>();
        operands.Add(first);
        while (TryTake(symbol))
        {
            if (operand() is not { } next) return null;
            operands.Add(next);
            if (Node(next) is null) return null;
        }
        return new CelNode.Logic(symbol, operands.ToImmutable(), first.Start, operands[^1].End);
    }

    private CelNode? Binary(int level)
    {
        if (level == Levels.Length) return Unary();
        CelNode? left = Binary(level + 1);
        for (int links = 0; left is not null && Token.Kind == CelTokenKind.Symbol && Levels[level].Contains(Token.Text); links++)
        {
            if (links == MaxChain)
                return Refuse(Token.Start, "expression-too-deep", $"A chain has at most {MaxChain} operators. Divide it with 'let'.");
            CelToken symbol = Token;
            _next++;
            if (Binary(level + 1) is not { } right) return null;
            left = Node(new CelNode.Binary(symbol.Text, left, right, symbol.Start, left.Start, right.End));
        }
        return left;
    }

    private CelNode? Unary()
    {
        if (!IsSymbol("!") && !IsSymbol("-")) return Member();
        CelToken symbol = Token;
        _next++;
        // "-9223372036854775808" is one literal; its digits alone would be too large.
        if (symbol.Text == "-" && Token.Kind is CelTokenKind.Int or CelTokenKind.Point) return Member(negative: symbol.Start);
        if (++_nesting > MaxNesting) return Refuse(symbol.Start, "expression-too-deep", $"Signs nest at most {MaxNesting} deep.");
        CelNode? operand = Unary();
        _nesting--;
        return operand is null ? null : Node(new CelNode.Unary(symbol.Text, operand, symbol.Start, operand.End));
    }

    /// <param name="negative">Where the minus of a number stands.</param>
    private CelNode? Member(int? negative = null)
    {
        CelNode? node = Primary(negative);
        for (int links = 0; node is not null; links++)
        {
            if (links == MaxChain)
                return Refuse(Token.Start, "expression-too-deep", $"A chain has at most {MaxChain} links. Divide it with 'let'.");
            if (TryTake("."))
            {
                if (IsSymbol("?")) return OptionalSyntax();
                CelToken name = Token;
                if (name.Kind != CelTokenKind.Identifier) return Unexpected("a field or a method");
                _next++;
                if (!name.Quoted && TryTake("("))
                {
                    if (Arguments(")") is not { } arguments) return null;
                    node = Node(new CelNode.Call(node, name.Text, arguments, name.Start, node.Start, PreviousEnd));
                }
                else
                {
                    node = Node(new CelNode.Select(node, name.Text, name.Start, node.Start, name.End));
                }
            }
            else if (TryTake("["))
            {
                if (IsSymbol("?")) return OptionalSyntax();
                if (Expression() is not { } key || !Take("]", "']'")) return null;
                node = Node(new CelNode.Index(node, key, node.Start, PreviousEnd));
            }
            else if (IsSymbol("{") && node is CelNode.Ident or CelNode.Select)
            {
                return Refuse(node.Start, "unsupported-message", "Messages are not supported; write an object: {\"name\": value}.");
            }
            else
            {
                return node;
            }
        }
        return null;
    }

    private CelNode? Primary(int? negative)
    {
        CelToken token = Token;
        int start = negative ?? token.Start;
        switch (token.Kind)
        {
            case CelTokenKind.Refused:
                _next++;
                return Node(new CelNode.Refused(start, token.End));
            case CelTokenKind.Text:
                _next++;
                return Node(new CelNode.TextLiteral(token.Text, start, token.End));
            case CelTokenKind.Point:
                _next++;
                return Node(new CelNode.PointLiteral((negative is null ? "" : "-") + token.Text, start, token.End));
            case CelTokenKind.Int:
                _next++;
                return Integer(token, negative);
            case CelTokenKind.Identifier when !token.Quoted: return Name();
        }
        if (TryTake("("))
        {
            CelNode? inner = Expression();
            return inner is not null && Take(")", "')'") ? inner : null;
        }
        if (TryTake("["))
        {
            if (IsSymbol("?")) return OptionalSyntax();
            return Arguments("]") is { } items ? Node(new CelNode.ListLiteral(items, start, PreviousEnd)) : null;
        }
        if (TryTake("{")) return Map(start);
        if (IsSymbol("."))
            return Refuse(start, "unsupported-root-name", "Names with a leading point are not supported; write the name without it.");
        return Unexpected("a value");
    }

    private CelNode? Integer(CelToken token, int? negative)
    {
        bool hex = token.Text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        bool read = UInt128.TryParse(
            hex ? token.Text[2..] : token.Text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture,
                out UInt128 digits);
        UInt128 limit = (UInt128)long.MaxValue + (negative is null ? 0u : 1u);
        if (!read || digits > limit)
        {
            return Refuse(token.Start, "integer-out-of-range",
                $"An integer lies between {long.MinValue} and {long.MaxValue}; {token.Text} does not.");
        }
        long value = negative is null ? (long)digits : (long)-(Int128)digits;
        return Node(new CelNode.IntLiteral(value, negative ?? token.Start, token.End));
    }

    private CelNode? Name()
    {
        CelToken token = Token;
        _next++;
        switch (token.Text)
        {
            case "true" or "false": return Node(new CelNode.BoolLiteral(token.Text == "true", token.Start, token.End));
            case "null": return Node(new CelNode.NullLiteral(token.Start, token.End));
        }
        if (Reserved.Contains(token.Text)) return Refuse(token.Start, "cel-syntax", $"'{token.Text}' is a reserved word and no name.");
        if (!TryTake("(")) return Node(new CelNode.Ident(token.Text, token.Start, token.End));
        return Arguments(")") is { } arguments
            ? Node(new CelNode.Call(null, token.Text, arguments, token.Start, token.Start, PreviousEnd))
            : null;
    }

    private ImmutableArray<CelNode>? Arguments(string close)
    {
        ImmutableArray<CelNode>.Builder items = ImmutableArray.CreateBuilder<CelNode>();
        while (!TryTake(close))
        {
            if (IsSymbol("?"))
            {
                OptionalSyntax();
                return null;
            }
            if (Expression() is not { } item) return null;
            items.Add(item);
            if (TryTake(",")) continue;
            if (!Take(close, $"',' or '{close}'")) return null;
            break;
        }
        return items.ToImmutable();
    }

    private CelNode? Map(int start)
    {
        ImmutableArray<KeyValuePair<CelNode, CelNode>>.Builder entries = ImmutableArray.CreateBuilder<KeyValuePair<CelNode, CelNode>>();
        while (!TryTake("}"))
        {
            if (IsSymbol("?")) return OptionalSyntax();
            if (Expression() is not { } key || !Take(":", "':'") || Expression() is not { } value) return null;
            entries.Add(KeyValuePair.Create(key, value));
            if (TryTake(",")) continue;
            if (!Take("}", "',' or '}'")) return null;
            break;
        }
        return Node(new CelNode.MapLiteral(entries.ToImmutable(), start, PreviousEnd));
    }

    private bool IsSymbol(string symbol) => Token.Kind == CelTokenKind.Symbol && Token.Text == symbol;

    private bool TryTake(string symbol)
    {
        if (!IsSymbol(symbol)) return false;
        _next++;
        return true;
    }

    private bool Take(string symbol, string wanted)
    {
        if (TryTake(symbol)) return true;
        Unexpected(wanted);
        return false;
    }

    private CelNode? Node(CelNode node) => ++_nodes <= MaxNodes
        ? node
        : Refuse(node.Start, "expression-too-large", $"An expression has at most {MaxNodes} operands and operators. Divide it with 'let'.");

    private CelNode? OptionalSyntax() =>
        Refuse(Token.Start, "unsupported-optional-syntax",
            "Optional syntax ('?') is not supported; write has(a.b) ? a.b : other, or x != null.");

    private CelNode? Unexpected(string wanted) => Refuse(Token.Start, "cel-syntax", $"{wanted} is wanted here, not {Token}.");

    private CelNode? Refuse(int offset, string code, string detail)
    {
        _faults.Report(offset, code, char.ToUpperInvariant(detail[0]) + detail[1..]);
        return null;
    }
}
