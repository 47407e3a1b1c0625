using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Tests.Rulebooks.Cel;

public class CelEvaluationTests
{
    [Theory]
    [InlineData("(units + 9) / 10", "Whole 3")]
    [InlineData("-7 / 2", "Whole -3")]
    [InlineData("-7 % 2", "Whole -1")]
    [InlineData("-9223372036854775808", "Whole -9223372036854775808")]
    [InlineData("0x1F", "Whole 31")]
    [InlineData("price * 2", "Amount 600.00")]
    [InlineData("price - 100.50", "Amount 199.50")]
    [InlineData("price - 100", "Amount 200.00")]
    [InlineData("price * rate", "Number 1.5")]
    [InlineData("price * 0.005", "Number 1.5")]
    [InlineData("price * daily_rate * 3", "Number 4.5")]
    [InlineData("price / price", "Number 1")]
    [InlineData("roundHalfUp(price * 0.00335)", "Amount 1.01")]
    [InlineData("roundHalfEven(0.125)", "Amount 0.12")]
    [InlineData("roundHalfUp(0.125)", "Amount 0.13")]
    [InlineData("roundDown(price / 7)", "Amount 42.85")]
    [InlineData("roundDown(price / 7, 0)", "Amount 42.00")]
    [InlineData("floor(rate * 500)", "Whole 2")]
    [InlineData("ceil(rate * 500)", "Whole 3")]
    [InlineData("money(5)", "Amount 5.00")]
    [InlineData("money(5.5)", "Amount 5.50")]
    [InlineData("decimal(units) / 2", "Number 10.5")]
    [InlineData("yes ? 5 : price", "Amount 5.00")]
    [InlineData("yes ? 0.5 : rate", "Number 0.5")]
    [InlineData("1.5 + 1.5", "Real 3")]
    [InlineData("math.least(price, 5.25)", "Amount 5.25")]
    [InlineData("math.greatest(units, 3, 40)", "Whole 40")]
    [InlineData("math.abs(-4)", "Whole 4")]
    public void Numbers(string text, string value) => Assert.Equal(value, Expressions.Show(text));

    [Theory]
    [InlineData("sale_date + days(3)", "Day 2024-02-03")]
    [InlineData("sale_date + months(1)", "Day 2024-02-29")]
    [InlineData("sale_date + months(3)", "Day 2024-04-30")]
    [InlineData("sale_date + years(1)", "Day 2025-01-31")]
    [InlineData("sale_date - days(31)", "Day 2023-12-31")]
    [InlineData("claim_at + duration(\"24h\")", "Moment 2024-02-02T09:30:00")]
    [InlineData("claim_at + hours(2) + minutes(units)", "Moment 2024-02-01T11:51:00")]
    [InlineData("claim_at + days(1)", "Moment 2024-02-02T09:30:00")]
    [InlineData("claim_at - dateTime(\"2024-01-31T09:00:00\")", "Span 88200s")]
    [InlineData("claim_at - dateTime(\"2024-01-31T09:00:00\") <= duration(\"24h30m\")", "Truth true")]
    [InlineData("date(claim_at)", "Day 2024-02-01")]
    [InlineData("date(either)", "Day 2024-02-01")]
    [InlineData("date(2024, 2, 29)", "Day 2024-02-29")]
    [InlineData("date(\"2024-05-06\") > sale_date", "Truth true")]
    [InlineData("dateTime(sale_date, time(\"09:30\"))", "Moment 2024-01-31T09:30:00")]
    [InlineData("time(claim_at) >= opens", "Truth true")]
    [InlineData("time(\"23:30:00\")", "TimeOfDay 23:30:00")]
    [InlineData("endOfDay(sale_date)", "Moment 2024-01-31T23:59:59")]
    [InlineData("endOfDay(claim_at)", "Moment 2024-02-01T23:59:59")]
    [InlineData("endOfDay(either)", "Moment 2024-02-01T23:59:59")]
    [InlineData("daysBetween(sale_date, claim_at)", "Whole 1")]
    [InlineData("month(sale_date)", "Month 2024-01")]
    [InlineData("month(\"2024-05\") + months(8)", "Month 2025-01")]
    [InlineData("firstDay(period)", "Day 2024-02-01")]
    [InlineData("lastDay(period)", "Day 2024-02-29")]
    [InlineData("lastDay(sale_date)", "Day 2024-01-31")]
    [InlineData("year(sale_date)", "Whole 2024")]
    [InlineData("dayOfMonth(sale_date)", "Whole 31")]
    [InlineData("dayOfWeek(sale_date)", "Whole 3")]
    [InlineData("workingDay(date(\"2024-04-30\"), 1)", "Day 2024-05-02")]
    [InlineData("workingDay(sale_date, 2, holidays, [])", "Day 2024-02-05")]
    [InlineData("isWorkingDay(date(\"2024-05-11\"))", "Truth true")]
    [InlineData("isWorkingDay(sale_date + days(2), holidays, [])", "Truth false")]
    [InlineData("string(sale_date) + \" \" + string(price) + \" \" + string(units)", "Text 2024-01-31 300.00 21")]
    public void Dates(string text, string value) => Assert.Equal(value, Expressions.Show(text));

    [Theory]
    [InlineData("category in [\"shoe\", \"bag\"]", "Truth true")]
    [InlineData("category in [\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]", "Truth false")]
    [InlineData("rate in [0.005, 0.01]", "Truth true")]
    [InlineData("price in [300.00, 10]", "Truth true")]
    [InlineData("\"leather\" in months_by_class", "Truth true")]
    [InlineData("months_by_class[\"leather\"]", "Whole 3")]
    [InlineData("months_by_class.leather", "Whole 3")]
    [InlineData("has(months_by_class.canvas)", "Truth false")]
    [InlineData("size(\"破底😀\")", "Whole 3")]
    [InlineData("\"破底😀x\".substring(2, 3)", "Text 😀")]
    [InlineData("\"ABC\".lowerAscii() + \"x\".upperAscii()", "Text abcX")]
    [InlineData("\"a-b-c\".split(\"-\")", "Items [a, b, c]")]
    [InlineData("defect.matches(\"^broken_[a-z]+$\")", "Truth true")]
    [InlineData("tags.distinct()", "Items [a, b]")]
    [InlineData("tags.join(\", \")", "Text a, b, a")]
    [InlineData("tags + [\"c\"]", "Items [a, b, a, c]")]
    [InlineData("amounts.sum()", "Amount 7.50")]
    [InlineData("amounts.sort()", "Items [2.50, 5.00]")]
    [InlineData("amounts.min()", "Amount 2.50")]
    [InlineData("amounts.max()", "Amount 5.00")]
    [InlineData("tags.indexOf(\"b\")", "Whole 1")]
    [InlineData("tags.first() + tags[1]", "Text ab")]
    [InlineData("batches.map(b, endOfDay(b.received + days((b.units + 9) / 10)))", "Items [2024-05-07T23:59:59, 2024-05-04T23:59:59]")]
    [InlineData("batches.filter(b, b.units > 10).map(b, b.units)", "Items [25]")]
    [InlineData("batches.map(b, b.units > 10, b.units)", "Items [25]")]
    [InlineData("batches.sortBy(b, b.received).map(b, b.units)", "Items [25, 10]")]
    [InlineData("batches.exists(b, b.units == 25) && batches.all(b, b.units > 5)", "Truth true")]
    [InlineData("batches.exists_one(b, b.units == 25)", "Truth true")]
    [InlineData("batches[0].note", "Null")]
    [InlineData("has(batches[0].note)", "Truth false")]
    [InlineData("batches[0].note == null", "Truth true")]
    [InlineData("{\"b\": 1, \"a\": 2} == {\"a\": 2, \"b\": 1}", "Truth true")]
    [InlineData("{\"from\": \"company\", \"amount\": price}", "Row {from: company, amount: 300.00}")]
    [InlineData("repair.days + 1", "Whole 4")]
    public void Lists_texts_and_maps(string text, string value) => Assert.Equal(value, Expressions.Show(text));

    [Theory]
    [InlineData("note == null", "Truth true")]
    [InlineData("note == \"x\"", "Truth false")]
    [InlineData("note != \"x\"", "Truth true")]
    [InlineData("flag == true", "Truth false")]
    [InlineData("flag", "Null")]
    [InlineData("agreed < sale_date", "Truth false")]
    [InlineData("agreed", "Day 2024-03-01")]
    [InlineData("note.size()", "Fault")]
    [InlineData("!flag", "Fault")]
    [InlineData("note in [\"x\"]", "Truth false")]
    [InlineData("yes ? null : sale_date", "Null")]
    public void Null(string text, string value) => Assert.Equal(value, Expressions.Show(text));

    [Theory]
    [InlineData("no && missing > 3", "Truth false")]
    [InlineData("missing > 3 && no", "Truth false")]
    [InlineData("missing > 3 || yes", "Truth true")]
    [InlineData("missing > 3 && yes", "NotGiven")]
    [InlineData("units / zero > 1 && no", "Truth false")]
    [InlineData("units / zero > 1 || no", "Fault")]
    [InlineData("units / zero > 1 || missing_flag", "NotGiven")]
    [InlineData("flag || no", "Fault")]
    [InlineData("tags.exists(t, t == \"b\" || missing > 1)", "Truth true")]
    [InlineData("tags.all(t, t == \"a\" && missing > 1)", "Truth false")]
    [InlineData("missing_flag ? 1 : 2", "NotGiven")]
    [InlineData("repair.failed", "NotGiven")]
    public void Unknown_is_absorbed_where_the_other_side_decides(string text, string value) => Assert.Equal(value, Expressions.Show(text));

    [Theory]
    [InlineData("units / zero")]
    [InlineData("units % zero")]
    [InlineData("price / zero")]
    [InlineData("big + 1")]
    [InlineData("big * 2")]
    [InlineData("-big - 2")]
    [InlineData("widest * 2.0")]
    [InlineData("widest + widest")]
    [InlineData("price * big")]
    [InlineData("money(big)")]
    [InlineData("roundHalfUp(widest)")]
    [InlineData("last_date + days(1)")]
    [InlineData("sale_date + days(big)")]
    [InlineData("sale_date + years(units * 100000000)")]
    [InlineData("sale_date - years(20000)")]
    [InlineData("claim_at + hours(big)")]
    [InlineData("claim_at + hours(87600000)")]
    [InlineData("date(units, units, units)")]
    [InlineData("workingDay(sale_date, -units)")]
    [InlineData("workingDay(sale_date, big)")]
    [InlineData("workingDay(last_date, 1)")]
    [InlineData("tags[units]")]
    [InlineData("months_by_class[category]")]
    [InlineData("category.substring(units)")]
    [InlineData("int(category)")]
    [InlineData("date(category)")]
    [InlineData("tags.filter(t, t == \"z\").first()")]
    public void What_cannot_be_computed_is_a_fault_and_never_an_exception(string text) => Assert.Equal("Fault", Expressions.Show(text));

    [Fact]
    public void A_value_takes_the_type_of_its_place()
    {
        var posting = new CelType.Row(
            [new("from", CelType.Text, false), new("amount", CelType.Money, false), new("rate", CelType.Decimal, true)]);
        Assert.Equal("Number 0.005", Expressions.Show("0.005", CelType.Decimal));
        Assert.Equal("Number 21", Expressions.Show("units", CelType.Decimal));
        Assert.Equal("Amount 5.00", Expressions.Show("5", CelType.Money));
        Assert.Equal("Row {from: company, amount: 5.00, rate: 0.1}",
            Expressions.Show("{\"amount\": 5, \"rate\": 0.1, \"from\": \"company\"}", posting));
        Assert.Equal("Items [{from: a, amount: 1.00}]",
            Expressions.Show("[{\"from\": \"a\", \"amount\": 1.00}]", new CelType.List(posting)));
        var union = new CelType.Union([CelType.Text, CelType.Money, new CelType.List(posting)]);
        Assert.Equal("Amount 0.50", Expressions.Show("0.5", union));
        Assert.Equal("Text shoe", Expressions.Show("category", union));
        Assert.Equal("Items [{from: a, amount: 1.00}]", Expressions.Show("[{\"from\": \"a\", \"amount\": 1.00}]", union));
        Assert.Equal("Text a", Expressions.Show("yes ? \"a\" : 1.00", union));
        Assert.Equal("Null", Expressions.Show("null", new CelType.Optional(CelType.Money)));
        Assert.Equal("Moment 2024-02-01T09:30:00", Expressions.Show("no ? sale_date : claim_at", CelType.DateOrDateTime));
        Assert.Equal("Items []", Expressions.Show("[]", new CelType.List(CelType.Text)));
    }

    [Fact]
    public void A_condition_tells_what_it_reads_and_its_parts()
    {
        var expressions = new Expressions();
        CelExpression condition = expressions.Compile(
            "category == \"shoe\" && (price > 5.00 || no) && repair.days < units && price > daily_rate");
        Assert.Equal(["category", "price", "no", "repair.days", "units", "daily_rate"], condition.Reads.Select(read => read.Name));
        Assert.Equal(["category == \"shoe\"", "price > 5.00 || no", "repair.days < units", "price > daily_rate"],
            condition.Conjuncts.Select(part => part.ToString()));
        Assert.Equal(["price", "no"], condition.Conjuncts[1].Reads.Select(read => read.Name));
        Assert.Equal(32, condition.Conjuncts[1].Source.At.Column);
        Assert.Equal(Outcome.Value, condition.Conjuncts[1].Test(expressions.Frame(), out bool holds));
        Assert.True(holds);
        CelExpression one = expressions.Compile("units > 0");
        Assert.Same(one, Assert.Single(one.Conjuncts));
    }

    [Fact]
    public void A_working_day_of_an_unannounced_year_is_remembered()
    {
        var expressions = new Expressions();
        Frame frame = expressions.Frame();
        expressions.Compile("workingDay(date(\"2024-12-30\"), 1)").Evaluate(frame, out _);
        Assert.False(frame.LeansOnUnannounced);
        expressions.Compile("workingDay(date(\"2024-12-30\"), 2)").Evaluate(frame, out _);
        Assert.True(frame.LeansOnUnannounced);
    }

    [Fact]
    public void Work_is_bounded()
    {
        string hundred = "[" + string.Join(",", Enumerable.Range(0, 400)) + "]";
        Assert.Equal("Fault", Expressions.Show($"{hundred}.map(x, {hundred}.map(y, x * y)).size()"));
        string doubled = "category.replace(\"s\", \"" + new string('s', 400) + "\")";
        Assert.Equal("Fault", Expressions.Show($"{doubled}.replace(\"s\", \"{new string('s', 400)}\")"));
        string list = string.Join(" + ", Enumerable.Repeat("tags", 100));
        Assert.Equal("Fault", Expressions.Show($"[1].map(x, {list}).map(y, y + y + y + y + y + y + y).size()"));
    }
}
