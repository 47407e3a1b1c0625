using System.Globalization;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using CsCheck;

namespace AfterSales.Domain.Tests.Rulebooks.Cel;

public class CelPropertyTests
{
    private static readonly string[] Leaves =
    [
        "category", "price", "rate", "units", "zero", "big", "widest", "sale_date", "last_date", "claim_at", "either", "opens", "period",
        "yes", "missing",
        "missing_flag", "note", "flag", "agreed", "tags", "amounts", "holidays", "batches", "months_by_class", "daily_rate", "repair.days",
        "repair.failed",
        "0", "1", "-1", "9223372036854775807", "0.5", "1e300", "12.345", "\"shoe\"", "\"2024-02-30\"", "\"😀\"", "null", "true", "[]",
        "{}",
        "x", "y",
        "days(3)", "months(1000000)", "hours(5)", "duration(\"24h\")", "date(\"2024-02-29\")", "{\"received\": sale_date, \"units\": 3}",
    ];

    private static readonly string[] Shapes =
    [
        "# + #", "# - #", "# * #", "# / #", "# % #", "# == #", "# != #", "# < #", "# >= #", "# in #", "# && #", "# || #", "!#", "-#",
        "# ? # : #", "(#)", "[#, #]",
        "{\"a\": #, \"b\": #}", "#[#]", "#.units", "#.size()", "size(#)", "#.map(x, #)", "#.filter(x, #)", "#.all(y, #)", "#.exists(x, #)",
        "#.exists_one(y, #)",
        "#.sortBy(x, #)", "#.sum()", "#.min()", "#.sort()", "#.distinct()", "#.first()", "#.join(\",\")", "#.indexOf(#)", "#.substring(#)",
        "#.replace(\"a\", #)",
        "int(#)", "string(#)", "decimal(#)", "money(#)", "double(#)", "floor(#)", "roundHalfUp(#)", "roundDown(#, 0)", "date(#)",
        "dateTime(#, #)", "endOfDay(#)",
        "daysBetween(#, #)", "days(#)", "years(#)", "hours(#)", "workingDay(#, #)", "workingDay(#, #, holidays, [])", "isWorkingDay(#)",
        "month(#)", "lastDay(#)",
        "math.least(#, #)", "math.greatest(#)", "math.abs(#)", "has(#.note)", "#.contains(#)", "duration(#)", "#.getHours()",
    ];

    private static readonly Gen<string> Expression = Gen.Recursive<string>((depth, inner) => depth == 4
        ? OneOf(Leaves)
        : Gen.Frequency((1, OneOf(Leaves)), (4, OneOf(Shapes).SelectMany(shape => Fill(shape, inner)))));

    [Fact]
    public void No_expression_throws_and_none_is_accepted_with_a_fault_or_refused_without_one()
    {
        int accepted = 0;
        Expression.Sample(
            text =>
            {
                var expressions = new Expressions();
                var faults = new List<SourceFault>();
                CelExpression? expression = CelExpression.Compile("policy.yaml", new SourceText(text, new SourcePosition(1, 1)),
                    expressions.Scope, null, faults);
                if (expression is null == (faults.Count == 0)) return false;
                if (expression is null) return faults.TrueForAll(fault => fault.Detail.Length > 10 && fault.At.Column <= text.Length + 1);
                Interlocked.Increment(ref accepted);
                Frame frame = expressions.Frame();
                Outcome first = expression.Evaluate(frame, out RuleValue? value);
                Outcome second = expression.Evaluate(frame, out RuleValue? again);
                return first == second && (first == Outcome.Value) == (value is not null) && value?.ToString() == again?.ToString();
            },
            iter: 20_000,
            threads: 1);
        Assert.InRange(accepted, 1_000, 20_000);
    }

    [Fact]
    public void No_heap_of_signs_throws() =>
        OneOf([.. Leaves, .. Shapes, "\"", "'", "\\", "`", "r\"", "\"\"\"", "//", "\n", "(", ")", "[", "]", "{", "}", ".", "?", ":", "&",
            "\ud83d", "0x", "1e"])
            .Array[0, 12].Select(parts => string.Concat(parts)).Sample(
                text =>
                {
                    var faults = new List<SourceFault>();
                    return CelExpression.Compile("policy.yaml", new SourceText(text, new SourcePosition(1, 1)), new Expressions().Scope,
                        null, faults) is null == faults.Count > 0;
                },
                iter: 20_000,
                threads: 1);

    [Fact]
    public void Whole_numbers_are_computed_as_64_bits_hold_them() =>
        Gen.Select(Gen.Long, OneOf("+", "-", "*", "/", "%"), Gen.OneOf(Gen.Long, Gen.Long[-3, 3])).Sample(
            (left, sign, right) =>
            {
                var scope = new CelScope();
                scope.TryAdd(new CelName("a", CelType.Int, NameKind.Fact, 0));
                scope.TryAdd(new CelName("b", CelType.Int, NameKind.Fact, 1));
                CelExpression expression = CelExpression.Compile("p", new SourceText($"a {sign} b", new SourcePosition(1, 1)), scope, null,
                    [])!;
                Outcome outcome = expression.Evaluate(new Frame(0) { Facts = [left, right] }, out RuleValue? value);
                Int128? exact = sign switch
                {
                    "+" => (Int128)left + right,
                    "-" => (Int128)left - right,
                    "*" => (Int128)left * right,
                    "/" => right == 0 ? null : (Int128)left / right,
                    _ => right == 0 || (left == long.MinValue && right == -1) ? null : (Int128)left % right,
                };
                return exact >= long.MinValue && exact <= long.MaxValue
                    ? value?.ToString() == exact.Value.ToString(CultureInfo.InvariantCulture)
                    : outcome == Outcome.Fault;
            },
            iter: 5_000);

    private static Gen<string> OneOf(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static Gen<string> Fill(string shape, Gen<string> inner) =>
        inner.Array[shape.Count(sign => sign == '#')]
            .Select(parts => string.Concat(shape.Split('#').Zip(parts.Append(""), (text, part) => text + part)));
}
