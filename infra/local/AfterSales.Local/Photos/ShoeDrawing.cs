using SkiaSharp;

namespace AfterSales.Local.Photos;

/// <summary>Shoes from the side, with one defect, and pairs from below.</summary>
internal static class ShoeDrawing
{
    private const float PixelsPerCm = 30;

    private static readonly SKColor[] Leathers =
        [new(74, 44, 28), new(28, 26, 28), new(120, 72, 38), new(96, 30, 32), new(52, 60, 84), new(142, 118, 90)];

    public static void SideView(SKCanvas canvas, PhotoOf defect, Random random, double glueOpeningCm)
    {
        var leather = Leathers[random.Next(Leathers.Length)];
        Shadow(canvas);
        if (defect == PhotoOf.HeelOff)
        {
            HeelBeside(canvas);
        }
        else
        {
            Fill(canvas, "M170,505 L330,505 L322,566 L182,566 Z", new SKColor(38, 34, 32));
        }

        Sole(canvas);
        Upper(canvas, leather, boot: defect == PhotoOf.BrokenZip);
        Eyelets(canvas, defect == PhotoOf.EyeletLost);
        switch (defect)
        {
            case PhotoOf.BrokenSole:
                Fill(canvas, "M548,466 L566,482 L556,494 L574,520 L592,520 L580,496 L590,484 L574,466 Z", new SKColor(12, 10, 10));
                Line(canvas, "M560,468 L572,486 L562,498 L580,518", new SKColor(190, 170, 140), 3);
                Line(canvas, "M470,540 C520,500 620,500 670,540", new SKColor(200, 40, 36), 5);
                break;
            case PhotoOf.BrokenUpper:
                Fill(canvas, "M610,352 L640,392 L628,402 L664,452 L690,456 L664,408 L676,396 L640,358 Z", new SKColor(214, 196, 168));
                Line(canvas, "M610,352 L640,392 L628,402 L664,452 M640,358 L676,396 L664,408 L690,456", leather.Darker(0.5f), 4);
                break;
            case PhotoOf.GlueOpening:
                GlueOpening(canvas, glueOpeningCm);
                break;
            case PhotoOf.OpenSeam:
                Fill(canvas, "M388,268 C404,330 404,400 390,462 C422,400 424,330 388,268 Z", new SKColor(18, 14, 12));
                Line(canvas, "M392,300 C430,310 446,330 440,360 M398,360 C436,370 452,396 450,430 M394,410 C380,430 350,436 330,424",
                    new SKColor(236, 224, 190), 4);
                break;
            case PhotoOf.PaintPeeled:
                Peeling(canvas, leather, random);
                break;
            case PhotoOf.BrokenZip:
                BrokenZip(canvas);
                break;
            case PhotoOf.Counterfeit:
                Logo(canvas, 0, 0, 0);
                Logo(canvas, -150, 34, 16);
                Line(canvas, "M600,468 C620,480 640,462 668,478 C690,484 700,470 730,480", new SKColor(236, 220, 140, 190), 9);
                break;
        }
    }

    /// <summary>The sole of one shoe from below, with its tread; the big toe tells left from right.</summary>
    public static void SoleView(SKCanvas canvas, Random random, bool left, float scale, float x)
    {
        canvas.Save();
        canvas.Translate(x, 380);
        canvas.Scale(left ? scale : -scale, scale);
        const string Outline = "M-20,-270 C60,-300 118,-220 104,-120 C96,-60 70,-20 74,60 C80,140 84,230 20,262 "
            + "C-50,282 -92,220 -84,130 C-78,60 -64,20 -84,-60 C-110,-160 -96,-250 -20,-270 Z";
        using var outline = SKPath.ParseSvgPathData(Outline);
        using var rubber = new SKPaint { Color = new SKColor(58, 54, 52), IsAntialias = true };
        using var shadow = new SKPaint
        {
            Color = new SKColor(0, 0, 0, 90),
            ImageFilter = SKImageFilter.CreateBlur(14, 14),
            IsAntialias = true,
        };
        canvas.Save();
        canvas.Translate(14, 18);
        canvas.DrawPath(outline, shadow);
        canvas.Restore();
        canvas.DrawPath(outline, rubber);
        canvas.Save();
        canvas.ClipPath(outline, antialias: true);
        for (var y = -280; y < 280; y += 26)
        {
            Line(canvas, $"M-120,{y} L-60,{y + 14} L0,{y} L60,{y + 14} L120,{y}", new SKColor(22, 20, 20), 8);
        }

        canvas.Restore();
        using var rim = new SKPaint { Color = Leathers[random.Next(2)], IsStroke = true, StrokeWidth = 10, IsAntialias = true };
        canvas.DrawPath(outline, rim);
        Line(canvas, "M-40,90 L40,90 L40,130 L-40,130 Z", new SKColor(196, 190, 176), 5);
        canvas.Restore();
    }

    private static void Shadow(SKCanvas canvas)
    {
        using var blur = new SKPaint
        {
            Color = new SKColor(0, 0, 0, 110),
            ImageFilter = SKImageFilter.CreateBlur(22, 12),
            IsAntialias = true,
        };
        canvas.DrawOval(500, 562, 360, 34, blur);
    }

    private static void Upper(SKCanvas canvas, SKColor leather, bool boot)
    {
        var shape = boot
            ? "M200,90 C188,220 176,380 170,472 L820,472 C826,430 800,395 740,380 C660,362 590,345 520,290 C480,250 462,180 470,92 Z"
            : "M190,250 C185,330 175,400 170,472 L820,472 C826,430 800,395 740,380 C660,362 600,345 545,300 C520,278 500,250 470,238 "
                + "C440,262 330,280 300,240 C265,225 215,230 190,250 Z";
        using var path = SKPath.ParseSvgPathData(shape);
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(400, 200), new SKPoint(520, 480), [leather.Lighter(0.28f), leather, leather.Darker(0.62f)], [0, 0.5f, 1],
            SKShaderTileMode.Clamp);
        using var paint = new SKPaint { Shader = shader, IsAntialias = true };
        canvas.DrawPath(path, paint);

        // Toe cap, quarter and counter: the seams that hold a shoe together, each with its stitches.
        var dark = leather.Darker(0.45f);
        foreach (var seam in new[]
        {
            "M668,366 C640,400 640,440 650,470",
            "M388,262 C404,330 404,400 390,470",
            "M250,238 C262,320 256,400 240,470",
        })
        {
            Line(canvas, seam, dark, 4);
            Stitches(canvas, seam, leather.Lighter(0.6f));
        }

        Line(canvas, "M700,392 C750,398 790,412 806,440", leather.Lighter(0.5f).WithAlpha(120), 12);
    }

    private static void Sole(SKCanvas canvas)
    {
        Fill(canvas, "M162,468 L826,468 C840,484 836,506 816,514 L336,514 L170,514 C156,500 156,482 162,468 Z", new SKColor(64, 56, 50));
        Line(canvas, "M164,474 L828,474", new SKColor(196, 180, 150), 4);
        Stitches(canvas, "M168,484 L826,484", new SKColor(220, 208, 180));
    }

    private static void Eyelets(SKCanvas canvas, bool oneLost)
    {
        using var metal = new SKPaint { Color = new SKColor(214, 200, 150), IsAntialias = true, IsStroke = true, StrokeWidth = 5 };
        using var hole = new SKPaint { Color = new SKColor(16, 14, 14), IsAntialias = true };
        for (var i = 0; i < 4; i++)
        {
            float x = 438 + (i * 34), y = 290 + (i * 24);
            if (oneLost && i == 2)
            {
                Fill(canvas, $"M{x - 16},{y - 6} L{x - 4},{y - 18} L{x + 16},{y - 8} L{x + 10},{y + 14} L{x - 10},{y + 16} Z",
                    new SKColor(16, 14, 14));
                Line(canvas, $"M{x - 16},{y - 6} L{x - 30},{y + 8} M{x + 10},{y + 14} L{x + 22},{y + 26}", new SKColor(210, 196, 170), 3);
                continue;
            }

            canvas.DrawCircle(x, y, 8, hole);
            canvas.DrawCircle(x, y, 8, metal);
        }

        Line(canvas, "M438,290 C480,270 500,300 472,314 M506,338 C548,318 566,346 540,362", new SKColor(240, 236, 226), 7);
    }

    private static void HeelBeside(SKCanvas canvas)
    {
        Fill(canvas, "M176,514 L326,514 L326,520 L176,520 Z", new SKColor(150, 120, 84));
        for (var x = 196; x <= 306; x += 36)
        {
            Line(canvas, $"M{x},516 L{x + 3},540", new SKColor(170, 170, 176), 4);
        }

        canvas.Save();
        canvas.Translate(60, 84);
        canvas.RotateDegrees(-16, 250, 540);
        Fill(canvas, "M170,505 L330,505 L322,566 L182,566 Z", new SKColor(38, 34, 32));
        Fill(canvas, "M174,500 L326,500 L330,508 L170,508 Z", new SKColor(170, 140, 100));
        canvas.Restore();
    }

    private static void GlueOpening(SKCanvas canvas, double cm)
    {
        var from = 822 - (float)(cm * PixelsPerCm);
        Fill(canvas, $"M{from},470 C{from + 40},452 780,440 826,446 L832,482 C780,488 {from + 50},484 {from},470 Z",
            new SKColor(12, 10, 10));
        Line(canvas, $"M{from + 14},470 C{from + 60},474 790,474 826,470", new SKColor(228, 214, 150), 4);

        // A ruler under the toe, one tick a centimetre.
        using var wood = new SKPaint { Color = new SKColor(240, 214, 120), IsAntialias = true };
        canvas.DrawRect(450, 600, 400, 50, wood);
        for (var tick = 0; tick <= 12; tick++)
        {
            var x = 822 - (tick * PixelsPerCm);
            Line(canvas, $"M{x},600 L{x},{(tick % 5 == 0 ? 636 : 622)}", new SKColor(40, 34, 20), tick % 5 == 0 ? 4 : 2);
        }

        Line(canvas, $"M{from},540 L{from},596 M822,540 L822,596 M{from},560 L822,560", new SKColor(200, 40, 36), 4);
    }

    private static void Peeling(SKCanvas canvas, SKColor leather, Random random)
    {
        for (var i = 0; i < 26; i++)
        {
            float x = 600 + random.Next(200), y = 396 + random.Next(60), size = 6 + random.Next(18);
            Fill(canvas, $"M{x},{y} L{x + size},{y - (size / 2)} L{x + (size * 1.4f)},{y + (size / 2)} L{x + (size / 2)},{y + size} Z",
                leather.Lighter(0.7f));
        }
    }

    private static void BrokenZip(SKCanvas canvas)
    {
        // Closed below, gaping above, the slider hanging from one side.
        for (var y = 110; y < 440; y += 12)
        {
            var gap = Math.Max(0, (300 - y) / 3.2f);
            Line(canvas, $"M{300 - gap},{y} l-12,0 M{300 + gap},{y + 6} l12,0", new SKColor(214, 206, 180), 6);
        }

        Fill(canvas, "M300,300 L242,108 L358,108 Z", new SKColor(20, 16, 16));
        Fill(canvas, "M226,170 l18,0 l4,34 l-26,0 Z", new SKColor(200, 192, 160));
    }

    private static void Logo(SKCanvas canvas, float x, float y, float degrees)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(degrees, 540, 420);
        Fill(canvas, "M470,430 L500,384 L530,430 L516,430 L500,404 L484,430 Z M530,430 L560,384 L590,430 L576,430 L560,404 L544,430 Z",
            new SKColor(236, 232, 220));
        canvas.Restore();
    }

    private static void Stitches(SKCanvas canvas, string svg, SKColor thread)
    {
        using var path = SKPath.ParseSvgPathData(svg);
        using var dashes = SKPathEffect.CreateDash([9, 7], 0);
        using var paint = new SKPaint { Color = thread, IsStroke = true, StrokeWidth = 2.5f, PathEffect = dashes, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    internal static void Fill(SKCanvas canvas, string svg, SKColor color)
    {
        using var path = SKPath.ParseSvgPathData(svg);
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawPath(path, paint);
    }

    internal static void Line(SKCanvas canvas, string svg, SKColor color, float width)
    {
        using var path = SKPath.ParseSvgPathData(svg);
        using var paint = new SKPaint
        {
            Color = color,
            IsStroke = true,
            StrokeWidth = width,
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
            IsAntialias = true,
        };
        canvas.DrawPath(path, paint);
    }
}
