using System.Text.Json;
using CsCheck;

namespace AfterSales.Domain.Tests;

public class MoneyTests
{
    private static readonly Gen<Money> AnyMoney = Gen.Long[-Money.MaxFen, Money.MaxFen].Select(fen => Money.OfFen(fen));

    [Fact]
    public void What_is_written_is_read_back() => AnyMoney.Sample(money =>
    {
        Assert.Equal(money, Money.Yuan(money.ToString()));
        Assert.Equal(money, JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(money)));
    });

    [Theory]
    [InlineData("165", 16500)]
    [InlineData("165.0", 16500)]
    [InlineData("165.00", 16500)]
    [InlineData("0.05", 5)]
    [InlineData("-0.05", -5)]
    [InlineData("10000000000.00", 1_000_000_000_000)]
    public void Amounts_with_at_most_two_decimals_are_read(string text, long fen) => Assert.Equal(Money.OfFen(fen), Money.Yuan(text));

    [Theory]
    [InlineData("1.005")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1,000.00")]
    [InlineData("1e3")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("--1")]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("10000000000.01")]
    [InlineData("99999999999999999999")]
    [InlineData("1.٠٠")]
    public void Anything_else_is_refused(string? text) => Assert.False(Money.TryParse(text, out _));

    [Theory]
    [InlineData("199.00", "0.055", "10.95")]
    [InlineData("-199.00", "0.055", "-10.95")]
    [InlineData("0.01", "0.5", "0.01")]
    [InlineData("0.01", "0.49", "0.00")]
    public void A_product_is_rounded_once_half_up(string price, string factor, string expected) =>
        Assert.Equal(Money.Yuan(expected), Money.Yuan(price).Times(decimal.Parse(factor)));

    [Fact]
    public void Splitting_leaves_no_fen_behind() => Gen.Select(AnyMoney, Gen.Int[1, 50]).Sample((money, parts) =>
    {
        IReadOnlyList<Money> shares = money.Split(parts);
        Assert.Equal(money, shares.Aggregate(Money.Zero, (sum, share) => sum + share));
        Assert.True(shares.Max(share => share.Fen) - shares.Min(share => share.Fen) <= 1);
    });

    [Fact]
    public void Allocating_leaves_no_fen_behind_and_stays_within_a_fen_of_the_exact_share() =>
        Gen.Select(AnyMoney, Gen.Long[0, 1_000_000].Array[1, 20]).Where((_, weights) => weights.Any(weight => weight > 0)).Sample((money, weights) =>
        {
            IReadOnlyList<Money> shares = money.Allocate(weights);
            Assert.Equal(money, shares.Aggregate(Money.Zero, (sum, share) => sum + share));
            Assert.All(shares.Zip(weights), pair =>
                Assert.True(decimal.Abs(pair.First.Fen - ((decimal)money.Fen * pair.Second / weights.Sum())) < 1m));
        });

    [Fact]
    public void Sums_beyond_the_range_are_an_error_and_not_a_wrong_amount() =>
        Assert.Throws<OverflowException>(() => Money.OfFen(long.MaxValue) + Money.OfFen(1));

    [Fact]
    public void Currencies_do_not_mix()
    {
        Money dollars = new(100, Currency.Parse("USD"));
        Assert.Throws<InvalidOperationException>(() => Money.Yuan("1.00") + dollars);
        Assert.Throws<InvalidOperationException>(() => Money.Yuan("1.00") < dollars);
        Assert.Equal("\"1.00 USD\"", JsonSerializer.Serialize(dollars));
        Assert.Equal(dollars, JsonSerializer.Deserialize<Money>("\"1.00 USD\""));
    }

    [Theory]
    [InlineData("1.00")]
    [InlineData("\"1.005\"")]
    [InlineData("\"1.00 usd\"")]
    [InlineData("\"\"")]
    [InlineData("null")]
    public void Json_that_is_no_amount_is_refused(string json) => Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Money>(json));
}
