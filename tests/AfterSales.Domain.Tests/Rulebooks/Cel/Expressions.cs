using System.Globalization;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Tests.Rulebooks.Cel;

/// <summary>A small policy's names and values to evaluate expressions with.</summary>
internal sealed class Expressions
{
    private readonly List<RuleValue?> _facts = [];
    private readonly Dictionary<string, RuleValue?> _computed = new(StringComparer.Ordinal);

    public Expressions()
    {
        Fact("category", CelType.Text, "shoe");
        Fact("defect", CelType.Text, "broken_sole");
        Fact("price", CelType.Money, Money.Yuan("300.00"));
        Fact("rate", CelType.Decimal, new RuleValue.Number(0.005m));
        Fact("units", CelType.Int, 21);
        Fact("zero", CelType.Int, 0);
        Fact("big", CelType.Int, long.MaxValue);
        Fact("widest", CelType.Decimal, new RuleValue.Number(decimal.MaxValue));
        Fact("sale_date", CelType.Date, new LocalDate(2024, 1, 31));
        Fact("last_date", CelType.Date, new LocalDate(9999, 12, 31));
        Fact("claim_at", CelType.DateTime, new LocalDateTime(2024, 2, 1, 9, 30));
        Fact("either", CelType.DateOrDateTime, new LocalDateTime(2024, 2, 1, 9, 30));
        Fact("opens", CelType.Time, new RuleValue.TimeOfDay(new LocalTime(9, 0)));
        Fact("period", CelType.Month, new RuleValue.Month(new YearMonth(2024, 2)));
        Fact("yes", CelType.Bool, true);
        Fact("no", CelType.Bool, false);
        Fact("missing", CelType.Int, null);
        Fact("missing_flag", CelType.Bool, null);
        Fact("note", new CelType.Optional(CelType.Text), null);
        Fact("flag", new CelType.Optional(CelType.Bool), null);
        Fact("agreed", new CelType.Optional(CelType.Date), new LocalDate(2024, 3, 1));
        Fact("tags", new CelType.List(CelType.Text), RuleValue.List("a", "b", "a"));
        Fact("amounts", new CelType.List(CelType.Money), new RuleValue.Items([Money.Yuan("5.00"), Money.Yuan("2.50")]));
        Fact("holidays", new CelType.List(CelType.Date), new RuleValue.Items([new LocalDate(2024, 2, 2)]));
        Fact("batches", new CelType.List(Batch),
            new RuleValue.Items([BatchOf(new LocalDate(2024, 5, 6), 10), BatchOf(new LocalDate(2024, 5, 1), 25)]));
        Fact("months_by_class", new CelType.Map(CelType.Int), new RuleValue.Row([KeyValuePair.Create<string, RuleValue>("leather", 3)]));
        Scope.TryAdd(new CelName("daily_rate", CelType.Decimal, NameKind.Constant, 0, new RuleValue.Number(0.005m)));
        Scope.TryAdd(new CelName("repair.days", CelType.Int, NameKind.Computed, 0));
        Scope.TryAdd(new CelName("repair.failed", CelType.Int, NameKind.Computed, 1));
        _computed["repair.days"] = 3;
    }

    public static CelType.Row Batch { get; } =
        new([new CelType.Field("received", CelType.Date, false), new CelType.Field("units", CelType.Int, false),
            new CelType.Field("note", CelType.Text, true)]);

    public CelScope Scope { get; } = new() { Calendar = WorkingDays.Of([new LocalDate(2024, 5, 1)], [new LocalDate(2024, 5, 11)], [2024]) };

    public static IReadOnlyList<SourceFault> Faults(string text, CelType? expected = null)
    {
        var faults = new List<SourceFault>();
        CelExpression? expression = CelExpression.Compile("policy.yaml", Source(text), new Expressions().Scope, expected, faults);
        Assert.Equal(expression is null, faults.Count > 0);
        return faults;
    }

    public CelExpression Compile(string text, CelType? expected = null)
    {
        var faults = new List<SourceFault>();
        CelExpression? expression = CelExpression.Compile("policy.yaml", Source(text), Scope, expected, faults);
        Assert.True(expression is not null, string.Join("\n", faults));
        return expression;
    }

    public Frame Frame()
    {
        var frame = new Frame(2) { Facts = [.. _facts] };
        frame.Computed[0] = new Computed(Outcome.Value, _computed["repair.days"]);
        return frame;
    }

    /// <summary>The value with its type's name, or the outcome.</summary>
    public static string Show(string text, CelType? expected = null)
    {
        var expressions = new Expressions();
        CelExpression expression = expressions.Compile(text, expected);
        Outcome outcome = expression.Evaluate(expressions.Frame(), out RuleValue? value);
        return outcome == Outcome.Value ? $"{value!.GetType().Name} {Shown(value)}" : outcome.ToString();
    }

    private static string Shown(RuleValue value) => value switch
    {
        RuleValue.Number number => number.Value.ToString("0.############", CultureInfo.InvariantCulture),
        RuleValue.Items items => $"[{string.Join(", ", items.Values.Select(Shown))}]",
        RuleValue.Row row => "{" + string.Join(", ", row.Fields.Select(field => $"{field.Key}: {Shown(field.Value)}")) + "}",
        _ => value.ToString()!,
    };

    private static SourceText Source(string text) => new(text, new SourcePosition(12, 9));

    private static RuleValue BatchOf(LocalDate received, int units) => new RuleValue.Row([
        KeyValuePair.Create<string, RuleValue>("received", received), KeyValuePair.Create<string, RuleValue>("units", units)]);

    private void Fact(string name, CelType type, RuleValue? value)
    {
        Scope.TryAdd(new CelName(name, type, NameKind.Fact, _facts.Count));
        _facts.Add(value);
    }
}
