using System.Collections.Immutable;
using System.Globalization;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>
/// Checks the types of an expression and compiles it, in one walk. A null result means that a fault was reported; the walk goes
/// on with the other operands, so that many are reported at once.
/// </summary>
/// <param name="constants">Values of names that are taken for constants, null as nothing; null for other names.</param>
internal sealed partial class CelCompiler(CelScope scope, CelFaults faults, Func<CelName, RuleValue?>? constants = null)
{
    private readonly List<(string Name, CelType Type)> _locals = [];
    private readonly List<(int Offset, CelName Name)> _reads = [];

    /// <summary>The names read between two places, each once, in the order met.</summary>
    public ImmutableArray<CelName> Reads(CelNode node) =>
        [.. _reads.Where(read => read.Offset >= node.Start && read.Offset < node.End).OrderBy(read => read.Offset)
            .Select(read => read.Name).Distinct()];

    /// <param name="expected">The type wanted; null for any.</param>
    public CelCode? Compile(CelNode node, CelType? expected) =>
        Check(node, expected) is not { } code ? null
        : expected is null ? Fold(node, code)
        : Coerce(node, code, expected) is { } fitted ? Fold(node, fitted) : null;

    /// <param name="hint">The type that literals take, if they can; what comes back may be of another type.</param>
    private CelCode? Check(CelNode node, CelType? hint)
    {
        switch (node)
        {
            case CelNode.Refused: return null;
            case CelNode.NullLiteral: return CelShapes.Any.Null(CelType.Null);
            case CelNode.BoolLiteral literal: return CelCode<bool>.OfConstant(CelType.Bool, CelShapes.Bool, literal.Value);
            case CelNode.IntLiteral literal: return CelCode<long>.OfConstant(CelType.Int, CelShapes.Int, literal.Value);
            case CelNode.TextLiteral literal: return CelCode<string>.OfConstant(CelType.Text, CelShapes.Text, literal.Value);
            case CelNode.PointLiteral literal: return Point(literal, hint);
            case CelNode.Ident ident: return Name(ident);
            case CelNode.Select select: return Select(select);
            case CelNode.Index index: return Index(index);
            case CelNode.Call call: return Call(call, hint);
            case CelNode.ListLiteral list: return List(list, hint);
            case CelNode.MapLiteral map: return Map(map, hint);
            case CelNode.Unary unary: return Unary(unary, hint);
            case CelNode.Binary binary: return Binary(binary, hint);
            case CelNode.Logic logic: return Logic(logic);
            case CelNode.Conditional conditional: return Conditional(conditional, hint);
            default: throw new ArgumentOutOfRangeException(nameof(node), node, "Every kind of node is handled above.");
        }
    }

    private CelCode? Point(CelNode.PointLiteral literal, CelType? hint)
    {
        CelType? wanted = Wanted(hint);
        if (wanted == CelType.Money)
        {
            if (Money.TryParse(literal.Text, out Money money)) return CelCode<Money>.OfConstant(CelType.Money, CelShapes.Money, money);
            return Report(literal.Start, "money-decimals",
                $"{literal.Text} is no amount of money: that has at most two decimals and no exponent, such as {Rounded(literal.Text)}. "
                + $"A rate is written decimal({literal.Text}).");
        }
        if (wanted == CelType.Decimal)
        {
            if (decimal.TryParse(literal.Text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out decimal number)
                && literal.Text.Length <= 29)
                return CelCode<decimal>.OfConstant(CelType.Decimal, CelShapes.Decimal, number);
            return Report(literal.Start, "impossible-number",
                $"{literal.Text} is no decimal of at most 28 digits without an exponent, such as 0.005.");
        }
        double value = double.Parse(literal.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
        return CelCode<double>.OfConstant(CelType.Double, CelShapes.Double, value);
    }

    private static string Rounded(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && Math.Abs(number) < 1e10m
            ? Math.Round(number, 2, MidpointRounding.AwayFromZero).ToString("0.00", CultureInfo.InvariantCulture)
            : "12.50";

    /// <summary>Of the type wanted at a place, what a number with a point becomes.</summary>
    private static CelType? Wanted(CelType? hint) => hint switch
    {
        CelType.Optional optional => Wanted(optional.Of),
        CelType.Union union => union.Of.Select(Wanted).FirstOrDefault(type => type == CelType.Money || type == CelType.Decimal),
        _ => hint,
    };

    private CelCode? Name(CelNode.Ident ident)
    {
        int local = _locals.FindLastIndex(variable => variable.Name == ident.Name);
        if (local >= 0) return Local(local);
        if (scope.Find(ident.Name) is { } name) return Read(ident.Start, name);
        if (UnsupportedNames.TryGetValue(ident.Name, out (string Code, string Detail) unsupported))
            return Report(ident.Start, unsupported.Code, unsupported.Detail);
        string[] outputs = [.. scope.Names.Select(known => known.Name)
            .Where(known => known.StartsWith(ident.Name + ".", StringComparison.Ordinal))];
        if (outputs.Length > 0)
            return Report(ident.Start, "unknown-name",
                $"'{ident.Name}' is a decision; read one of its outputs: {string.Join(", ", outputs.Take(5))}.");
        return Report(ident.Start, "unknown-name",
            $"There is no fact, constant, let or output '{ident.Name}'{Suggestion(ident.Name, KnownNames())}.");
    }

    private IEnumerable<string> KnownNames() => scope.Names.Select(name => name.Name).Concat(_locals.Select(local => local.Name));

    private CelCode? Local(int index) => CelShape.Of(_locals[index].Type).ReadLocal(_locals[index].Type, index);

    private CelCode Read(int offset, CelName name)
    {
        CelShape shape = CelShape.Of(name.Type);
        if (constants?.Invoke(name) is { } value && (value is RuleValue.Nothing || shape.Holds(value))) return shape.Constant(name.Type, value);
        _reads.Add((offset, name));
        return shape.Read(name);
    }

    private CelCode? Select(CelNode.Select select)
    {
        if (Qualified(select) is { } qualified)
        {
            if (scope.Find(qualified) is { } name) return Read(select.Start, name);
            if (Root(select) is { } root && scope.Find(root.Name) is null && !IsPrefixOfName(select.Operand))
            {
                // A decision that is there, with an output that is not.
                string decision = qualified[..qualified.LastIndexOf('.')];
                if (scope.Names.Any(known => known.Name.StartsWith(decision + ".", StringComparison.Ordinal)))
                    return Report(select.Start, "unknown-name", $"There is no output '{qualified}'{Suggestion(qualified, KnownNames())}.");
            }
        }
        if (Check(select.Operand, null) is not { } operand) return null;
        return Field(select.FieldStart, operand, select.Field);
    }

    private bool IsPrefixOfName(CelNode node) => Qualified(node) is { } name && scope.Find(name) is not null;

    /// <summary>The dotted name that a chain of selections spells, unless a macro's variable stands first.</summary>
    private string? Qualified(CelNode node) => node switch
    {
        CelNode.Ident ident when !_locals.Exists(local => local.Name == ident.Name) => ident.Name,
        CelNode.Select select when Qualified(select.Operand) is { } operand => $"{operand}.{select.Field}",
        _ => null,
    };

    private static CelNode.Ident? Root(CelNode node) => node switch
    {
        CelNode.Ident ident => ident,
        CelNode.Select select => Root(select.Operand),
        _ => null,
    };

    private CelCode? Field(int offset, CelCode operand, string field)
    {
        switch (operand.Core)
        {
            case CelType.Row row:
                int place = row.Fields.ToList().FindIndex(known => known.Name == field);
                if (place < 0)
                    return Report(offset, "unknown-field",
                        $"There is no field '{field}' in {row}{Suggestion(field, row.Fields.Select(known => known.Name))}.");
                CelType.Field found = row.Fields[place];
                return RowField((CelCode<RuleValue.Row>)operand, found, place);
            case CelType.Map map:
                return MapElement((CelCode<RuleValue.Row>)operand, map.Element ?? CelType.Null,
                    CelCode<string>.OfConstant(CelType.Text, CelShapes.Text, field));
            default:
                return Report(offset, "type-mismatch", $"'{operand.Type}' has no fields; '.{field}' needs an object or a map.");
        }
    }

    private static CelCode RowField(CelCode<RuleValue.Row> operand, CelType.Field field, int place)
    {
        Evaluator<RuleValue.Row> run = operand.Run;
        string name = field.Name;
        Outcome absent = field.Optional ? Outcome.Null : Outcome.Fault;
        CelType type = field is { Optional: true, Type: not CelType.Optional } ? new CelType.Optional(field.Type) : field.Type;
        return CelShape.Of(type).Unboxed(type, (Frame frame, out RuleValue value) =>
        {
            value = null!;
            Outcome outcome = run(frame, out RuleValue.Row row);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            // Fields mostly stand in the declared order; only an optional one left out moves the others.
            ImmutableArray<KeyValuePair<string, RuleValue>> fields = row.Fields;
            value = place < fields.Length && fields[place].Key == name ? fields[place].Value : CelShapes.Field(row, name)!;
            return value is null ? absent : Outcome.Value;
        }, operand.IsConstant);
    }

    private static CelCode MapElement(CelCode<RuleValue.Row> operand, CelType element, CelCode<string> key)
    {
        Evaluator<RuleValue.Row> run = operand.Run;
        Evaluator<string> keyed = key.Run;
        Dictionary<string, RuleValue>? known = operand.IsKnown
            ? operand.Known.Fields.ToDictionary(field => field.Key, field => field.Value) : null;
        return CelShape.Of(element).Unboxed(element, (Frame frame, out RuleValue value) =>
        {
            value = null!;
            Outcome outcome = keyed(frame, out string name);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            if (known is not null) return known.TryGetValue(name, out value!) ? Outcome.Value : Outcome.Fault;
            outcome = run(frame, out RuleValue.Row row);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            value = CelShapes.Field(row, name)!;
            return value is null ? Outcome.Fault : Outcome.Value;
        }, operand.IsConstant && key.IsConstant);
    }

    private CelCode? Index(CelNode.Index index)
    {
        CelCode? operand = Check(index.Operand, null);
        CelCode? key = Check(index.Key, null);
        if (operand is null || key is null) return null;
        switch (operand.Core)
        {
            case CelType.List list:
                if (Coerce(index.Key, key, CelType.Int) is not CelCode<long> place) return null;
                return Fold(index, ListElement((CelCode<RuleValue.Items>)operand, list.Element ?? CelType.Null, place),
                    "index-out-of-range");
            case CelType.Map map:
                if (Coerce(index.Key, key, CelType.Text) is not CelCode<string> name) return null;
                return Fold(index, MapElement((CelCode<RuleValue.Row>)operand, map.Element ?? CelType.Null, name), "no-such-key");
            case CelType.Row when key is CelCode<string> { IsKnown: true } field: return Field(index.Key.Start, operand, field.Known);
            case CelType.Row row:
                return Report(index.Key.Start, "type-mismatch",
                    $"The field of {row} is wanted by its name, such as [\"{row.Fields[0].Name}\"].");
            default: return Report(index.Start, "type-mismatch", $"'[ ]' needs a list or a map, not {operand.Type}.");
        }
    }

    private static CelCode ListElement(CelCode<RuleValue.Items> operand, CelType element, CelCode<long> place)
    {
        Evaluator<RuleValue.Items> run = operand.Run;
        Evaluator<long> placed = place.Run;
        return CelShape.Of(element).Unboxed(element, (Frame frame, out RuleValue value) =>
        {
            value = null!;
            Outcome outcome = run(frame, out RuleValue.Items items);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            outcome = placed(frame, out long at);
            if (outcome != Outcome.Value) return outcome == Outcome.Null ? Outcome.Fault : outcome;
            if (at < 0 || at >= items.Values.Length) return Outcome.Fault;
            value = items.Values[(int)at];
            return Outcome.Value;
        }, operand.IsConstant && place.IsConstant);
    }

    /// <summary>Computes a constant now; one that cannot be computed is a fault of the file.</summary>
    private CelCode? Fold(CelNode node, CelCode code, string fault = "constant-fault", string detail = "This can never be computed.")
    {
        CelCode folded = code.Folded(out Outcome outcome);
        if (outcome != Outcome.Fault) return folded;
        Report(node.Start, fault, detail);
        return null;
    }

    private CelCode? Report(int offset, string code, string detail)
    {
        faults.Report(offset, code, detail);
        return null;
    }

    /// <summary>", did you mean 'x'?" or nothing.</summary>
    private static string Suggestion(string name, IEnumerable<string> known)
    {
        (string? best, int distance) = (null, Math.Max(2, name.Length / 3) + 1);
        foreach (string candidate in known)
        {
            if (Math.Abs(candidate.Length - name.Length) >= distance) continue;
            int away = Distance(name, candidate);
            if (away < distance) (best, distance) = (candidate, away);
        }
        return best is null ? "" : $"; did you mean '{best}'?";
    }

    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int above = row[j];
                int changed = diagonal + (char.ToUpperInvariant(from[i - 1]) == char.ToUpperInvariant(to[j - 1]) ? 0 : 1);
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), changed);
                diagonal = above;
            }
        }
        return row[^1];
    }
}
