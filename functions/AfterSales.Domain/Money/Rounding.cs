namespace AfterSales.Domain;

/// <summary>The roundings that a clause may name. Nothing else in the product rounds money.</summary>
public static class Rounding
{
    /// <summary>
    /// Half up to the fen: 10.945 yuan is 10.95. Halves move away from zero, so that a reversal mirrors what it
    /// reverses.
    /// </summary>
    /// <param name="fen">An amount in fen, with fractions.</param>
    /// <exception cref="OverflowException">Beyond what a <see cref="long"/> holds.</exception>
    public static long HalfUpToFen(decimal fen) => checked((long)decimal.Round(fen, 0, MidpointRounding.AwayFromZero));
}
