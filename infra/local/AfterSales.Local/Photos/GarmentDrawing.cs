using SkiaSharp;
using static AfterSales.Local.Photos.ShoeDrawing;

namespace AfterSales.Local.Photos;

/// <summary>A suit jacket, a fur coat, a shirt: laid flat.</summary>
internal static class GarmentDrawing
{
    private const string Body = "M360,110 L300,140 L230,420 L292,440 L330,300 L330,640 L630,640 L630,300 L668,440 L730,420 L660,140 "
        + "L600,110 C560,150 400,150 360,110 Z";

    public static void Suit(SKCanvas canvas, Random random, bool shiny)
    {
        SKColor[] cloths = [new(44, 48, 66), new(60, 60, 62), new(84, 70, 58)];
        var cloth = cloths[random.Next(cloths.Length)];
        Outline(canvas, cloth);
        Fill(canvas, "M430,132 L480,330 L530,132 Z", new SKColor(236, 234, 228));
        Fill(canvas, "M472,150 L488,150 L496,300 L480,322 L464,300 Z", new SKColor(140, 30, 36));
        Fill(canvas, "M400,126 L430,132 L480,336 L420,250 L440,230 L392,200 Z M560,126 L530,132 L480,336 L540,250 L520,230 L568,200 Z",
            cloth.Darker(0.7f));
        Line(canvas, "M480,336 L480,636 M350,520 L430,514 M530,514 L610,520", cloth.Darker(0.5f), 4);
        foreach (var y in new[] { 370, 440, 510 })
        {
            Fill(canvas, $"M486,{y} a9,9 0 1 0 18,0 a9,9 0 1 0 -18,0 Z", new SKColor(20, 18, 18));
        }

        if (!shiny)
        {
            return;
        }

        // Shine marks: pale glossy patches where the cloth was rubbed.
        using var gloss = new SKPaint
        {
            Color = new SKColor(255, 255, 255, 120),
            ImageFilter = SKImageFilter.CreateBlur(10, 10),
            IsAntialias = true,
        };
        canvas.DrawOval(390, 420, 34, 60, gloss);
        canvas.DrawOval(268, 400, 18, 46, gloss);
        canvas.DrawOval(572, 560, 44, 30, gloss);
    }

    public static void Fur(SKCanvas canvas, Random random)
    {
        SKColor[] furs = [new(110, 78, 50), new(70, 60, 54), new(170, 140, 104)];
        var fur = furs[random.Next(furs.Length)];
        Outline(canvas, fur);
        using var body = SKPath.ParseSvgPathData(Body);
        canvas.Save();
        canvas.ClipPath(body, antialias: true);
        for (var i = 0; i < 2600; i++)
        {
            float x = 220 + random.Next(520), y = 100 + random.Next(550);
            Line(canvas, $"M{x},{y} l{random.Next(-7, 8)},{random.Next(8, 22)}", i % 3 == 0 ? fur.Lighter(0.3f) : fur.Darker(0.75f), 2);
        }

        // Where the hair has come out, the skin shows.
        Fill(canvas, "M400,380 C430,350 480,372 470,420 C462,470 410,476 392,440 C384,420 388,396 400,380 Z", new SKColor(222, 200, 176));
        canvas.Restore();
        for (var i = 0; i < 160; i++)
        {
            Line(canvas, $"M{560 + random.Next(320)},{600 + random.Next(90)} l{random.Next(-14, 15)},{random.Next(-9, 10)}",
                fur.Darker(0.8f), 2);
        }
    }

    public static void Shirt(SKCanvas canvas, Random random)
    {
        SKColor[] cloths = [new(196, 214, 236), new(240, 240, 236), new(236, 200, 206), new(206, 226, 204)];
        var cloth = cloths[random.Next(cloths.Length)];
        Outline(canvas, cloth);
        Fill(canvas, "M410,128 L480,190 L550,128 L520,116 L480,150 L440,116 Z", cloth.Lighter(0.5f));
        Line(canvas, "M410,128 L480,190 L550,128 M480,190 L480,640", cloth.Darker(0.6f), 4);
        for (var y = 230; y < 630; y += 70)
        {
            Fill(canvas, $"M474,{y} a6,6 0 1 0 12,0 a6,6 0 1 0 -12,0 Z", new SKColor(250, 250, 250));
        }

        // The tag still on: unworn.
        Line(canvas, "M560,150 C600,180 620,200 640,230", new SKColor(90, 70, 50), 3);
        Fill(canvas, "M630,226 l44,14 l-16,62 l-46,-14 Z", new SKColor(214, 186, 130));
    }

    private static void Outline(SKCanvas canvas, SKColor cloth)
    {
        using var body = SKPath.ParseSvgPathData(Body);
        using var shadow = new SKPaint
        {
            Color = new SKColor(0, 0, 0, 100),
            ImageFilter = SKImageFilter.CreateBlur(16, 16),
            IsAntialias = true,
        };
        canvas.Save();
        canvas.Translate(10, 14);
        canvas.DrawPath(body, shadow);
        canvas.Restore();
        Fill(canvas, Body, cloth);
        Line(canvas, "M330,300 L336,420 M630,300 L624,420 M292,440 L232,420 M668,440 L728,420", cloth.Darker(0.6f), 4);
    }
}
