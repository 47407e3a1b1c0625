using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Rulebooks.Cel;

public class CelFaultTests
{
    [Theory]
    [InlineData("sale_dat + days(3)", 1, "unknown-name", "did you mean 'sale_date'?")]
    [InlineData("repair.day + 1", 1, "unknown-name", "did you mean 'repair.days'?")]
    [InlineData("repair + 1", 1, "unknown-name", "repair.days")]
    [InlineData("batches[0].unit > 3", 12, "unknown-field", "did you mean 'units'?")]
    [InlineData("endofday(sale_date)", 1, "unknown-function", "did you mean 'endOfDay'?")]
    [InlineData("category.startWith(\"x\")", 10, "unknown-function", "did you mean 'startsWith'?")]
    [InlineData("category.decimal()", 10, "unknown-function", "write decimal(x)")]
    [InlineData("sale_date + 3", 11, "type-mismatch", "days(3)")]
    [InlineData("sale_date + hours(3)", 11, "type-mismatch", "dateTime(x")]
    [InlineData("claim_at <= sale_date", 10, "mixed-types", "endOfDay(x)")]
    [InlineData("category == 3", 10, "mixed-types", "text and integer")]
    [InlineData("price > units", 7, "mixed-types", "write money(x)")]
    [InlineData("price + units", 7, "type-mismatch", "money(x)")]
    [InlineData("price * price", 7, "type-mismatch", "money and money")]
    [InlineData("units && yes", 1, "type-mismatch", "boolean is wanted")]
    [InlineData("yes ? 1 : \"x\"", 11, "mixed-types", "one type")]
    [InlineData("units == null", 1, "never-null", "optional: true")]
    [InlineData("rate * double(units)", 6, "double-with-decimal", "decimal")]
    [InlineData("price == double(units)", 10, "double-with-decimal", "money")]
    [InlineData("price >= 210.005", 10, "money-decimals", "210.01")]
    [InlineData("price + 0.005", 9, "money-decimals", "decimal(0.005)")]
    [InlineData("money(1.234)", 7, "money-decimals", "two decimals")]
    [InlineData("money(rate)", 1, "wrong-arguments", "roundHalfUp(x)")]
    [InlineData("units / 0", 7, "division-by-zero", "must not be 0")]
    [InlineData("price / 0.0 > rate", 7, "division-by-zero", "must not be 0")]
    [InlineData("units % (3 - 3)", 7, "division-by-zero", "must not be 0")]
    [InlineData("9223372036854775807 + 1", 1, "constant-fault", "never be computed")]
    [InlineData("9223372036854775808", 1, "integer-out-of-range", "9223372036854775807")]
    [InlineData("date(\"2023-02-29\")", 6, "impossible-date", "2023-02-29")]
    [InlineData("dateTime(\"2024-05-06 10:00\")", 10, "impossible-date", "2024-05-06T10:00:00")]
    [InlineData("date(2023, 2, 29)", 1, "constant-fault", "never be computed")]
    [InlineData("time(\"25:00\")", 6, "impossible-time", "09:30")]
    [InlineData("duration(\"1 day\")", 10, "impossible-duration", "24h")]
    [InlineData("month(\"2024-13\")", 7, "impossible-date", "2024-05")]
    [InlineData("category.matches(\"(a\")", 18, "unsupported-pattern", "cannot be used")]
    [InlineData("category.matches(\"(?=a)b\")", 18, "unsupported-pattern", "(?")]
    [InlineData("category.matches(r\"(a)\\1\")", 18, "unsupported-pattern", "'\\1'")]
    [InlineData("category.matches(defect)", 18, "unsupported-pattern", "in quotes")]
    [InlineData("[1, \"a\"]", 5, "unsupported-mixed-list", "one type")]
    [InlineData("{1: 2}", 2, "unsupported-map-key", "texts")]
    [InlineData("{\"a\": 1, \"a\": 2}", 10, "duplicate-key", "twice")]
    [InlineData("5u", 1, "unsupported-uint", "without 'u'")]
    [InlineData("b\"x\"", 1, "unsupported-bytes", "without 'b'")]
    [InlineData("dyn(units)", 1, "unsupported-dyn", "leave it out")]
    [InlineData("type(units)", 1, "unsupported-type", "known")]
    [InlineData("timestamp(\"2024-05-06T10:00:00Z\")", 1, "unsupported-timestamp", "dateTime(")]
    [InlineData("Claim{units: 3}", 1, "unsupported-message", "{\"name\": value}")]
    [InlineData("google.protobuf.NullValue.NULL_VALUE", 1, "unsupported-message", "enums")]
    [InlineData("batches[?0]", 9, "unsupported-optional-syntax", "x != null")]
    [InlineData("batches[0].?note", 12, "unsupported-optional-syntax", "has(a.b)")]
    [InlineData("cel.bind(x, 3, x)", 1, "unsupported-macro", "'let'")]
    [InlineData("tags.exists(i, t, t == \"a\")", 6, "unsupported-two-variable-macro", "two variables")]
    [InlineData("tags.map(x, tags.map(y, tags.map(z, x + y + z)))", 30, "unsupported-macro-nesting", "2 deep")]
    [InlineData("tags.exists(units, true)", 13, "shadowed-name", "another variable")]
    [InlineData("has(units)", 1, "wrong-arguments", "has(a.b)")]
    [InlineData("units = 3", 7, "cel-syntax", "'=='")]
    [InlineData("units == “a”", 10, "cel-syntax", "quotation mark")]
    [InlineData("(units + 3", 11, "cel-syntax", "')'")]
    [InlineData("units +", 8, "cel-syntax", "the end of the expression")]
    [InlineData("\"abc", 1, "cel-syntax", "closing")]
    [InlineData("\"a\\d\"", 3, "cel-syntax", "no escape")]
    [InlineData("if + 1", 1, "cel-syntax", "reserved")]
    [InlineData("  ", 1, "cel-syntax", "expression is wanted")]
    public void A_fault_says_where_it_is_and_what_would_be_right(string text, int column, string code, string detail)
    {
        SourceFault fault = Assert.Single(Expressions.Faults(text));
        Assert.Equal((code, 12, column + 8), (fault.Code, fault.At.Line, fault.At.Column));
        Assert.Contains(detail, fault.Detail, StringComparison.Ordinal);
        Assert.StartsWith("policy.yaml:12:", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_type_of_the_place_is_held()
    {
        Assert.Contains("roundHalfUp(x)", Fault("price * rate", CelType.Money), StringComparison.Ordinal);
        Assert.Contains("endOfDay(x)", Fault("sale_date", CelType.DateTime), StringComparison.Ordinal);
        Assert.Contains("date(x)", Fault("claim_at", CelType.Date), StringComparison.Ordinal);
        Assert.Contains("two decimals", Fault("5.005", CelType.Money), StringComparison.Ordinal);
        Assert.Contains("boolean is wanted here, not integer", Fault("units", CelType.Bool), StringComparison.Ordinal);
        Assert.Contains("'units' of", Fault("{\"received\": sale_date}", Expressions.Batch), StringComparison.Ordinal);
        Assert.Contains("did you mean 'units'?", Expressions.Faults("{\"received\": sale_date, \"unit\": 3}", Expressions.Batch)[1].Detail,
            StringComparison.Ordinal);
        Assert.Contains("date | text is wanted", Fault("units", new CelType.Union([CelType.Date, CelType.Text])), StringComparison.Ordinal);
    }

    [Fact]
    public void Many_faults_are_told_at_once_in_their_order() =>
        Assert.Equal(
            ["unknown-name", "mixed-types", "unknown-function", "impossible-date", "money-decimals"],
            Expressions.Faults("categori == \"shoe\" && units == \"x\" && foo(units) && sale_date < date(\"2024-02-30\") && price > 1.001")
                .Select(fault => fault.Code));

    [Fact]
    public void A_fault_in_a_text_of_several_lines_is_on_its_line()
    {
        SourceFault fault = Assert.Single(Expressions.Faults("units > 3\n  && unit < 5"));
        Assert.Equal(new SourcePosition(13, 14), fault.At);
    }

    [Theory]
    [InlineData("expression-too-long", "1+", 3000, "1")]
    [InlineData("expression-too-deep", "(", 2000, "1")]
    [InlineData("expression-too-deep", "[", 2000, "1")]
    [InlineData("expression-too-deep", "size(", 700, "1")]
    [InlineData("expression-too-deep", "!!!!", 500, "yes")]
    [InlineData("expression-too-deep", "1+", 1500, "1")]
    [InlineData("expression-too-deep", "yes?1:", 500, "1")]
    [InlineData("expression-too-large", "!1,", 1100, "1")]
    public void A_hostile_expression_is_refused(string code, string part, int times, string end)
    {
        string text = string.Concat(Enumerable.Repeat(part, times)) + end;
        if (part.EndsWith(',')) text = $"[{text}]";
        Assert.Equal(code, Assert.Single(Expressions.Faults(text)).Code);
    }

    [Fact]
    public void A_costly_pattern_is_linear_or_refused()
    {
        Assert.Equal("Truth false", Expressions.Show("(category + \"" + new string('a', 2000) + "!\").matches(\"^(a+)+$\")"));
        Assert.Equal("unsupported-pattern", Assert.Single(Expressions.Faults("category.matches(\"((a{1000}){1000}){1000}\")")).Code);
    }

    private static string Fault(string text, CelType expected) => Assert.Single(Expressions.Faults(text, expected)).Detail;
}
