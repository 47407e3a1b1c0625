using System.Globalization;
using System.Text.Json.Serialization;

namespace AfterSales.Domain;

/// <summary>
/// An exact amount: a whole number of fen (hundredths) in one currency. Arithmetic is checked; amounts of different
/// currencies do not mix. In JSON it is a string with two decimals, <c>"165.00"</c>, followed by the currency when that is
/// not CNY (<c>"165.00 USD"</c>).
/// </summary>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money(long Fen, Currency Currency = default) : IComparable<Money>
{
    /// <summary>The largest amount that is taken from anybody (ten billion yuan), far from any overflow. Sums may be larger.</summary>
    public const long MaxFen = 1_000_000_000_000;

    // Of what a sum may be written as: a minus, 17 digits, a point and two digits.
    private const int LongestText = 21;

    /// <summary>0.00 CNY.</summary>
    public static Money Zero { get; }

    public bool IsZero => Fen == 0;

    public bool IsNegative => Fen < 0;

    public bool IsPositive => Fen > 0;

    /// <summary>The amount in whole units (yuan), exact, with two decimals.</summary>
    public decimal Units
    {
        get
        {
            ulong magnitude = unchecked((ulong)(Fen < 0 ? -Fen : Fen));
            return new decimal(unchecked((int)magnitude), unchecked((int)(magnitude >> 32)), 0, Fen < 0, 2);
        }
    }

    public static Money OfFen(long fen) => new(fen);

    /// <summary>CNY from exact text.</summary>
    /// <exception cref="FormatException">Not an amount with at most two decimals.</exception>
    public static Money Yuan(string text) =>
        TryParse(text, out Money money) ? money : throw new FormatException($"'{text}' is no amount with at most two decimals, such as 165.00.");

    /// <summary>
    /// Reads "165", "165.0", "165.00", "-0.05". Refuses three decimals, exponents, signs other than a leading minus, spaces,
    /// group separators and amounts beyond <see cref="MaxFen"/>.
    /// </summary>
    public static bool TryParse(string? text, out Money money) => TryParse(text, default, out money);

    /// <inheritdoc cref="TryParse(string?, out Money)"/>
    public static bool TryParse(string? text, Currency currency, out Money money) => TryRead(text, currency, MaxFen, out money);

    /// <summary>Reads what <see cref="ToString"/> wrote, however large a sum it is.</summary>
    public static bool TryReadSum(string? text, Currency currency, out Money money) => TryRead(text, currency, long.MaxValue, out money);

    private static bool TryRead(string? text, Currency currency, long most, out Money money)
    {
        money = default;
        if (string.IsNullOrEmpty(text) || text.Length > LongestText) return false;
        ReadOnlySpan<char> rest = text;
        bool negative = rest[0] == '-';
        if (negative) rest = rest[1..];
        int point = rest.IndexOf('.');
        ReadOnlySpan<char> whole = point < 0 ? rest : rest[..point];
        ReadOnlySpan<char> cents = point < 0 ? [] : rest[(point + 1)..];
        if (whole.IsEmpty || (point >= 0 && cents.IsEmpty) || cents.Length > 2) return false;
        if (whole.ContainsAnyExceptInRange('0', '9') || cents.ContainsAnyExceptInRange('0', '9')) return false;
        Int128 fen = Int128.Parse(whole, CultureInfo.InvariantCulture) * 100;
        if (cents.Length > 0) fen += long.Parse(cents, CultureInfo.InvariantCulture) * (cents.Length == 1 ? 10 : 1);
        if (fen > most) return false;
        money = new Money((long)(negative ? -fen : fen), currency);
        return true;
    }

    /// <summary>An exact decimal of whole units, when it has at most two decimals.</summary>
    public static bool TryFromUnits(decimal units, out Money money, Currency currency = default)
    {
        money = default;
        if (Math.Abs(units) > MaxFen / 100m) return false;
        decimal fen = units * 100m;
        if (units.Scale > 2 && decimal.Truncate(fen) != fen) return false;
        money = new Money((long)fen, currency);
        return true;
    }

    /// <summary>The amount times an exact factor, rounded once as <see cref="Rounding.HalfUpToFen"/> says.</summary>
    public Money Times(decimal factor) => new(Rounding.HalfUpToFen(Fen * factor), Currency);

    /// <summary>
    /// The amount divided into <paramref name="parts"/> that differ by at most a fen and add up to it; the first ones are the
    /// larger.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one part.</exception>
    public IReadOnlyList<Money> Split(int parts)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return Allocate(Enumerable.Repeat(1L, parts).ToArray());
    }

    /// <summary>
    /// The amount divided in proportion to <paramref name="weights"/>: every part is within one fen of its exact share and they
    /// add up to the amount. Fen left over go to the largest remainders, the earlier first.
    /// </summary>
    /// <exception cref="ArgumentException">No weight, a negative one, or all of them zero.</exception>
    public IReadOnlyList<Money> Allocate(IReadOnlyList<long> weights)
    {
        if (weights.Count == 0 || weights.Any(weight => weight < 0) || weights.All(weight => weight == 0))
            throw new ArgumentException("Weights must be non-negative and not all zero.", nameof(weights));
        Int128 total = 0;
        foreach (long weight in weights) total += weight;
        Int128 magnitude = Int128.Abs(Fen);
        var parts = new long[weights.Count];
        var remainders = new Int128[weights.Count];
        Int128 left = magnitude;
        for (int i = 0; i < parts.Length; i++)
        {
            Int128 product = magnitude * weights[i];
            parts[i] = (long)(product / total);
            remainders[i] = product % total;
            left -= parts[i];
        }
        foreach (int i in Enumerable.Range(0, parts.Length).OrderByDescending(i => remainders[i]).Take((int)left)) parts[i]++;
        long sign = Fen < 0 ? -1 : 1;
        Currency currency = Currency;
        return parts.Select(part => new Money(sign * part, currency)).ToArray();
    }

    public static Money Min(Money left, Money right) => left <= right ? left : right;

    public static Money Max(Money left, Money right) => left >= right ? left : right;

    public static Money operator +(Money left, Money right) => new(checked(left.Fen + right.Fen), Same(left, right));

    public static Money operator -(Money left, Money right) => new(checked(left.Fen - right.Fen), Same(left, right));

    public static Money operator -(Money money) => new(checked(-money.Fen), money.Currency);

    public static Money operator *(Money money, long times) => new(checked(money.Fen * times), money.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <exception cref="InvalidOperationException">Different currencies.</exception>
    public int CompareTo(Money other)
    {
        Same(this, other);
        return Fen.CompareTo(other.Fen);
    }

    /// <summary>Two decimals without the currency: "165.00", "-0.05".</summary>
    public override string ToString() => Units.ToString("0.00", CultureInfo.InvariantCulture);

    private static Currency Same(Money left, Money right) => left.Currency == right.Currency
        ? left.Currency
        : throw new InvalidOperationException($"{left.Currency} and {right.Currency} do not mix.");
}
