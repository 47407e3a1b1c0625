using SkiaSharp;
using static AfterSales.Local.Photos.ShoeDrawing;

namespace AfterSales.Local.Photos;

/// <summary>Papers and packaging: the sales receipt with its stamp, and a shoe box whose maker's label is missing.</summary>
internal static class PaperDrawing
{
    public static void Receipt(SKCanvas canvas, Random random)
    {
        using var shadow = new SKPaint
        {
            Color = new SKColor(0, 0, 0, 90),
            ImageFilter = SKImageFilter.CreateBlur(14, 14),
            IsAntialias = true,
        };
        canvas.DrawRect(334, 84, 320, 570, shadow);
        Fill(canvas, "M320,70 L640,70 L640,640 l-20,-12 l-20,12 l-20,-12 l-20,12 l-20,-12 l-20,12 l-20,-12 l-20,12 l-20,-12 l-20,12 "
            + "l-20,-12 l-20,12 l-20,-12 l-20,12 l-20,-12 l-20,12 Z", new SKColor(250, 249, 244));
        Line(canvas, "M390,110 L570,110", new SKColor(40, 40, 44), 12);
        for (var y = 160; y < 520; y += 34)
        {
            Line(canvas, $"M350,{y} l{90 + random.Next(90)},0 M{570 - random.Next(20)},{y} l40,0", new SKColor(70, 70, 76), 5);
        }

        Line(canvas, "M350,540 L610,540", new SKColor(40, 40, 44), 3);
        Line(canvas, "M350,574 l80,0 M540,574 l70,0", new SKColor(30, 30, 34), 9);

        // The round red stamp that every receipt carries.
        using var stamp = new SKPaint { Color = new SKColor(206, 40, 40, 190), IsStroke = true, StrokeWidth = 7, IsAntialias = true };
        canvas.DrawCircle(560, 470, 70, stamp);
        Fill(canvas, "M560,436 l9,26 l28,0 l-22,17 l8,27 l-23,-16 l-23,16 l8,-27 l-22,-17 l28,0 Z", new SKColor(206, 40, 40, 190));
    }

    public static void BoxWithoutLabel(SKCanvas canvas, Random random)
    {
        SKColor[] cards = [new(196, 150, 92), new(60, 90, 130), new(160, 60, 56)];
        var card = cards[random.Next(cards.Length)];
        using var shadow = new SKPaint
        {
            Color = new SKColor(0, 0, 0, 110),
            ImageFilter = SKImageFilter.CreateBlur(20, 14),
            IsAntialias = true,
        };
        canvas.DrawOval(500, 560, 360, 40, shadow);
        Fill(canvas, "M170,280 L620,240 L820,300 L820,540 L380,580 L170,500 Z", card);
        Fill(canvas, "M170,280 L620,240 L820,300 L380,346 Z", card.Lighter(0.35f));
        Fill(canvas, "M170,280 L380,346 L380,580 L170,500 Z", card.Darker(0.7f));
        Line(canvas, "M170,300 L380,368 L820,322", card.Darker(0.55f), 5);

        // A rectangle of torn paper and glue where maker, address and certificate should be.
        Fill(canvas, "M470,400 L740,374 L740,486 L470,514 Z", card.Lighter(0.55f));
        for (var i = 0; i < 18; i++)
        {
            float x = 480 + random.Next(240), y = 396 + random.Next(90);
            Fill(canvas, $"M{x},{y} l{6 + random.Next(20)},{random.Next(-6, 7)} l{-random.Next(10)},{6 + random.Next(14)} Z",
                new SKColor(244, 240, 230));
        }
    }
}
