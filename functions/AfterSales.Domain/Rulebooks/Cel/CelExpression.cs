using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>
/// An expression, checked and compiled once. Evaluating it never throws and always ends: there is no recursion, macros nest at
/// most <see cref="MaxMacroNesting"/> deep, and one evaluation takes at most <see cref="MaxSteps"/> steps. See
/// functions/Rulebooks/CEL.md for what of CEL is supported.
/// </summary>
public sealed class CelExpression
{
    /// <summary>How deep <c>all</c>, <c>exists</c>, <c>exists_one</c>, <c>filter</c>, <c>map</c> and <c>sortBy</c> nest.</summary>
    public const int MaxMacroNesting = 2;

    /// <summary>How many elements one evaluation may visit; beyond, its outcome is a fault.</summary>
    public const int MaxSteps = 100_000;

    /// <summary>The longest text, in UTF-16 units, that an expression may build.</summary>
    public const int MaxText = 10_000;

    /// <summary>The longest list that an expression may build.</summary>
    public const int MaxElements = 2_000;

    private readonly Evaluator<bool> _test;
    private readonly Evaluator<RuleValue> _value;
    private Written? _written;

    private CelExpression(SourceText source, CelCode code, ImmutableArray<CelName> reads)
    {
        Source = source;
        Type = code.Type;
        Reads = reads;
        IsConstant = code.IsConstant;
        _test = (code as CelCode<bool>)?.Run ?? NoCondition;
        _value = code.Boxed;
        SymbolTest = (code as CelCode<bool>)?.Test;
    }

    public SourceText Source { get; }

    public CelType Type { get; }

    /// <summary>Whether it reads nothing.</summary>
    public bool IsConstant { get; }

    /// <summary>The facts, constants and outputs that it reads, each once, in the order met.</summary>
    public ImmutableArray<CelName> Reads { get; }

    /// <summary>The name and the text that it must be, when it is a test of nothing but that.</summary>
    internal SymbolTest? SymbolTest { get; }

    /// <summary>The operands of the outermost <c>&amp;&amp;</c>, each with its own text; one, itself, when there is none.</summary>
    public ImmutableArray<CelExpression> Conjuncts { get; private set; } = [];

    /// <summary>
    /// Checks and compiles. Null when there are faults, each with its place and what would be right.
    /// </summary>
    /// <param name="file">The file's name, for the faults.</param>
    /// <param name="expected">The type wanted at this place, or null for any.</param>
    public static CelExpression? Compile(string file, SourceText source, CelScope scope, CelType? expected, ICollection<SourceFault> faults)
    {
        var found = new CelFaults(file, source);
        CelExpression? expression = CelParser.Parse(source.Value, found) is { } node
            ? Compile(new Written(node, source, scope, expected), found, known: null) : null;
        found.CopyTo(faults);
        return expression;
    }

    /// <summary>As a condition. What is no condition is a fault.</summary>
    public Outcome Test(Frame frame, out bool holds)
    {
        frame.Steps = MaxSteps;
        return _test(frame, out holds);
    }

    /// <summary>The value, for conclusions; null unless the outcome is <see cref="Outcome.Value"/>.</summary>
    public Outcome Evaluate(Frame frame, out RuleValue? value)
    {
        frame.Steps = MaxSteps;
        Outcome outcome = _value(frame, out RuleValue computed);
        value = outcome == Outcome.Value ? computed : null;
        return outcome;
    }

    /// <summary>Compiled again with what is known of its names. The value is the same as this one's whenever they have these values.</summary>
    /// <param name="known">Values of names, null as nothing; null for names of which none is known.</param>
    internal CelExpression Narrowed(Func<CelName, RuleValue?> known)
    {
        // What can only be a fault with these values is left to be one when it is evaluated.
        CelExpression? narrowed = _written is { } written ? Compile(written, new CelFaults("", Source), known) : null;
        return narrowed?.Type == Type ? narrowed : this;
    }

    /// <summary>Instead of one that always comes to this value.</summary>
    internal CelExpression Always(RuleValue? value)
    {
        CelShape shape = CelShape.Of(Type);
        var always = new CelExpression(Source, value is null ? shape.Null(Type) : shape.Constant(Type, value), []);
        always.Conjuncts = [always];
        return always;
    }

    /// <summary>Holds for all facts.</summary>
    internal static CelExpression True { get; } = new(
        new SourceText("true", default), CelCode<bool>.OfConstant(CelType.Bool, CelShapes.Bool, value: true), []);

    public override string ToString() => Source.Value;

    private static Outcome NoCondition(Frame frame, out bool holds)
    {
        holds = false;
        return Outcome.Fault;
    }

    private static CelExpression? Compile(Written written, CelFaults faults, Func<CelName, RuleValue?>? known)
    {
        var compiler = new CelCompiler(written.Scope, faults, known);
        CelCode? code = compiler.Compile(written.Node, written.Expected);
        if (code is null || faults.Any) return null;
        var expression = new CelExpression(written.Source, code, compiler.Reads(written.Node)) { _written = written };
        ImmutableArray<CelExpression>.Builder conjuncts = ImmutableArray.CreateBuilder<CelExpression>();
        if (written.Node is CelNode.Logic { Operator: "&&" } logic)
        {
            foreach (CelNode operand in Flattened(logic))
            {
                CelCode part = compiler.Compile(operand, CelType.Bool)!;
                if (known is not null && part.IsConstant) continue;
                var conjunct = new CelExpression(faults.Slice(operand), part, compiler.Reads(operand));
                conjunct.Conjuncts = [conjunct];
                conjuncts.Add(conjunct);
            }
        }
        if (conjuncts.Count == 0) conjuncts.Add(expression);
        expression.Conjuncts = conjuncts.ToImmutable();
        return expression;
    }

    private static IEnumerable<CelNode> Flattened(CelNode.Logic logic) =>
        logic.Operands.SelectMany(operand => operand is CelNode.Logic { Operator: "&&" } inner ? Flattened(inner) : [operand]);

    /// <summary>What it is compiled from.</summary>
    private sealed record Written(CelNode Node, SourceText Source, CelScope Scope, CelType? Expected);
}
