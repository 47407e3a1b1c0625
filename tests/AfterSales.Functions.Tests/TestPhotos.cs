using SkiaSharp;

namespace AfterSales.Functions.Tests;

/// <summary>Real pictures, drawn for the test.</summary>
public static class TestPhotos
{
    public static byte[] Jpeg(int width = 64, int height = 48, uint color = 0xFF884422) => Encode(SKEncodedImageFormat.Jpeg, width, height, color);

    public static byte[] Png(int width = 64, int height = 48, uint color = 0xFF884422) => Encode(SKEncodedImageFormat.Png, width, height, color);

    private static byte[] Encode(SKEncodedImageFormat format, int width, int height, uint color)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(new SKColor(color));
        canvas.Flush();
        using var data = bitmap.Encode(format, 80);
        return data.ToArray();
    }
}
