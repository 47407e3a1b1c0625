using System.Collections.Immutable;
using System.Numerics;
using SkiaSharp;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// How a picture looks, in 64 bits that smaller copies, other codings and changed brightness hardly alter: the signs, about their median,
/// of the 64 lowest frequencies of its grey values (a perceptual hash by the discrete cosine transform). It is no likeness: nothing can
/// be seen in it.
/// </summary>
public static class PictureLook
{
    private const int Side = 32;
    private const int Bits = 64;

    // Below this spread of grey values a picture shows nothing that tells it from others.
    private const double LeastSpread = 3;

    private static readonly (int U, int V)[] Frequencies =
    [
        .. Enumerable.Range(1, 10).SelectMany(sum => Enumerable.Range(0, sum + 1).Select(u => (u, sum - u))).Take(Bits),
    ];

    private static readonly double[,] Cosines = MakeCosines();

    /// <summary>The look of the picture as it is and, after it, turned and mirrored, eight in all; empty when the bytes are no picture or one
    /// that shows nothing, such as a white page.</summary>
    public static ImmutableArray<ulong> Of(ReadOnlySpan<byte> content)
    {
        if (Greys(content) is not { } greys) return [];
        var looks = ImmutableArray.CreateBuilder<ulong>(8);
        for (var turn = 0; turn < 4; turn++)
        {
            looks.Add(LookOf(greys));
            looks.Add(LookOf(Mirrored(greys)));
            greys = Turned(greys);
        }

        return looks.MoveToImmutable();
    }

    /// <summary>In how many bits two looks differ, of 64.</summary>
    public static int Distance(ulong one, ulong other) => BitOperations.PopCount(one ^ other);

    private static double[,]? Greys(ReadOnlySpan<byte> content)
    {
        using var data = SKData.CreateCopy(content);
        using var codec = SKCodec.Create(data);
        if (codec is null) return null;
        using var picture = Photo.Decode(codec);
        if (picture is null) return null;
        using var small = new SKBitmap(new SKImageInfo(Side, Side, SKColorType.Rgba8888, SKAlphaType.Premul));
        using var canvas = new SKCanvas(small);
        using var image = SKImage.FromBitmap(picture);
        canvas.Clear(SKColors.White);
        canvas.DrawImage(image, new SKRect(0, 0, Side, Side), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Flush();
        var greys = new double[Side, Side];
        var (sum, squares) = (0.0, 0.0);
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var color = small.GetPixel(x, y);
                var grey = (0.299 * color.Red) + (0.587 * color.Green) + (0.114 * color.Blue);
                greys[y, x] = grey;
                sum += grey;
                squares += grey * grey;
            }
        }

        var mean = sum / (Side * Side);
        return (squares / (Side * Side)) - (mean * mean) >= LeastSpread * LeastSpread ? greys : null;
    }

    private static ulong LookOf(double[,] greys)
    {
        var strengths = new double[Bits];
        for (var i = 0; i < Bits; i++)
        {
            var (u, v) = Frequencies[i];
            for (var y = 0; y < Side; y++)
            {
                for (var x = 0; x < Side; x++) strengths[i] += greys[y, x] * Cosines[u, x] * Cosines[v, y];
            }
        }

        var sorted = strengths.Order().ToArray();
        var median = (sorted[(Bits / 2) - 1] + sorted[Bits / 2]) / 2;
        return strengths.Aggregate(0UL, (look, strength) => (look << 1) | (strength > median ? 1UL : 0));
    }

    private static double[,] Mirrored(double[,] greys) => Made((y, x) => greys[y, Side - 1 - x]);

    private static double[,] Turned(double[,] greys) => Made((y, x) => greys[Side - 1 - x, y]);

    private static double[,] Made(Func<int, int, double> at)
    {
        var made = new double[Side, Side];
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++) made[y, x] = at(y, x);
        }

        return made;
    }

    private static double[,] MakeCosines()
    {
        var cosines = new double[11, Side];
        for (var u = 0; u <= 10; u++)
        {
            for (var x = 0; x < Side; x++) cosines[u, x] = Math.Cos(Math.PI * u * ((2 * x) + 1) / (2 * Side));
        }

        return cosines;
    }
}
