using SkiaSharp;

namespace AfterSales.Local.Photos;

/// <summary>What a customer's picture shows.</summary>
public enum PhotoOf
{
    BrokenSole,
    BrokenUpper,
    GlueOpening,
    OpenSeam,
    HeelOff,
    EyeletLost,
    PaintPeeled,
    BrokenZip,
    SizesDiffer,
    TwoLeftShoes,
    NoMakersLabel,
    Counterfeit,
    SoundShoe,
    Suit,
    ShinySuit,
    Fur,
    Shirt,
    Receipt,
}

/// <summary>Takes the sample's pictures: drawn shoes, garments and papers with their defect, as JPEG with a phone's metadata.</summary>
public static class Photo
{
    private const int Width = 960, Height = 720, Quality = 82;

    private static readonly (string Make, string Model)[] Phones =
        [("HUAWEI", "ALN-AL00"), ("Xiaomi", "23127PN0CC"), ("vivo", "V2324A"), ("OPPO", "PHZ110"), ("HONOR", "BVL-AN00")];

    /// <summary>The picture of <paramref name="subject"/>; <paramref name="variant"/> changes colours, light and angle.
    /// The same arguments give the same bytes.</summary>
    /// <param name="glueOpeningCm">Length of the glue opening that the ruler beside the shoe shows.</param>
    public static byte[] Take(PhotoOf subject, int variant, DateTimeOffset takenAt, double glueOpeningCm = 6)
    {
        var (make, model) = Phones[variant % Phones.Length];

        // Somewhere in the customer's town (Lanzhou), a different door for each picture.
        var exif = new Exif(make, model, takenAt, 36.0611 + (variant % 17 * 0.0031), 103.8343 + (variant % 23 * 0.0027));
        return exif.WriteInto(Draw(subject, variant, glueOpeningCm, SKEncodedImageFormat.Jpeg));
    }

    /// <summary>The drawing alone, in the format asked for.</summary>
    public static byte[] Draw(PhotoOf subject, int variant, double glueOpeningCm, SKEncodedImageFormat format)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width, Height));
        var canvas = surface.Canvas;
        var random = new Random(variant * 31 + (int)subject);
        Table(canvas, random);
        canvas.Save();
        canvas.RotateDegrees((float)((random.NextDouble() * 6) - 3), Width / 2f, Height / 2f);
        Subject(canvas, subject, random, glueOpeningCm);
        canvas.Restore();
        Vignette(canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(format, Quality);
        return data.ToArray();
    }

    private static void Subject(SKCanvas canvas, PhotoOf subject, Random random, double glueOpeningCm)
    {
        switch (subject)
        {
            case PhotoOf.SizesDiffer:
                ShoeDrawing.SoleView(canvas, random, left: true, scale: 1f, x: 300);
                ShoeDrawing.SoleView(canvas, random, left: false, scale: 0.84f, x: 640);
                break;
            case PhotoOf.TwoLeftShoes:
                ShoeDrawing.SoleView(canvas, random, left: true, scale: 0.95f, x: 300);
                ShoeDrawing.SoleView(canvas, random, left: true, scale: 0.95f, x: 640);
                break;
            case PhotoOf.Suit or PhotoOf.ShinySuit:
                GarmentDrawing.Suit(canvas, random, shiny: subject == PhotoOf.ShinySuit);
                break;
            case PhotoOf.Fur:
                GarmentDrawing.Fur(canvas, random);
                break;
            case PhotoOf.Shirt:
                GarmentDrawing.Shirt(canvas, random);
                break;
            case PhotoOf.Receipt:
                PaperDrawing.Receipt(canvas, random);
                break;
            case PhotoOf.NoMakersLabel:
                PaperDrawing.BoxWithoutLabel(canvas, random);
                break;
            default:
                ShoeDrawing.SideView(canvas, subject, random, glueOpeningCm);
                break;
        }
    }

    private static void Table(SKCanvas canvas, Random random)
    {
        SKColor[] tops = [new(222, 214, 200), new(196, 178, 150), new(208, 212, 214), new(178, 150, 120)];
        var top = tops[random.Next(tops.Length)];
        canvas.Clear(top);
        using var grain = new SKPaint { Color = top.Darker(0.93f), StrokeWidth = 2, IsStroke = true, IsAntialias = true };
        for (var y = 0; y < Height; y += 9)
        {
            using var path = SKPath.ParseSvgPathData($"M0,{y} C300,{y + random.Next(-6, 7)} 640,{y + random.Next(-6, 7)} {Width},{y}");
            canvas.DrawPath(path, grain);
        }
    }

    private static void Vignette(SKCanvas canvas)
    {
        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(Width * 0.45f, Height * 0.4f), Width * 0.75f, [SKColors.Transparent, new SKColor(0, 0, 0, 90)],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader };
        canvas.DrawRect(0, 0, Width, Height, paint);
    }
}

internal static class Shade
{
    public static SKColor Darker(this SKColor color, float factor) =>
        new((byte)(color.Red * factor), (byte)(color.Green * factor), (byte)(color.Blue * factor));

    public static SKColor Lighter(this SKColor color, float share) => new(
        (byte)(color.Red + ((255 - color.Red) * share)), (byte)(color.Green + ((255 - color.Green) * share)),
        (byte)(color.Blue + ((255 - color.Blue) * share)));
}
