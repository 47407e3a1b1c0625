using AfterSales.Functions.Evidence;
using AfterSales.Local.Photos;
using SkiaSharp;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>Like pictures have like looks, other pictures have others.</summary>
public sealed class PictureLookTests
{
    private static readonly byte[] Shoe = ExhibitTests.Drawn(SKEncodedImageFormat.Jpeg);

    [Fact]
    public void A_smaller_or_recoded_copy_looks_the_same()
    {
        using var picture = SKBitmap.Decode(Shoe);
        using var half = picture.Resize(new SKImageInfo(picture.Width / 2, picture.Height / 2), new SKSamplingOptions(SKFilterMode.Linear));

        Assert.InRange(Distance(Shoe, Encoded(picture, SKEncodedImageFormat.Jpeg, 40)), 0, EvidenceIndex.MostBits);
        Assert.InRange(Distance(Shoe, Encoded(picture, SKEncodedImageFormat.Webp, 60)), 0, EvidenceIndex.MostBits);
        Assert.InRange(Distance(Shoe, Encoded(half, SKEncodedImageFormat.Png, 100)), 0, EvidenceIndex.MostBits);
    }

    [Fact]
    public void A_turned_or_mirrored_copy_is_recognised_by_one_of_the_eight_looks()
    {
        using var picture = SKBitmap.Decode(Shoe);
        foreach (var (turns, mirrored) in from turns in Enumerable.Range(0, 4) from mirrored in new[] { false, true } select (turns, mirrored))
        {
            using var other = Turned(picture, turns, mirrored);
            var look = PictureLook.Of(Encoded(other, SKEncodedImageFormat.Png, 100))[0];

            Assert.True(PictureLook.Of(Shoe).Min(one => PictureLook.Distance(one, look)) <= EvidenceIndex.MostBits, $"{turns} {mirrored}");
        }
    }

    [Fact]
    public void Pictures_of_other_things_look_different()
    {
        PhotoOf[] subjects = [PhotoOf.BrokenSole, PhotoOf.Fur, PhotoOf.Receipt];
        foreach (var (one, other) in from one in subjects from other in subjects where one < other select (one, other))
        {
            var looks = PictureLook.Of(AfterSales.Local.Photos.Photo.Draw(one, 1, 6, SKEncodedImageFormat.Jpeg));
            var look = PictureLook.Of(AfterSales.Local.Photos.Photo.Draw(other, 1, 6, SKEncodedImageFormat.Jpeg))[0];
            Assert.True(looks.Min(turned => PictureLook.Distance(turned, look)) > EvidenceIndex.MostBits, $"{one} {other}");
        }
    }

    [Fact]
    public void A_picture_that_shows_nothing_has_no_look() => Assert.Empty(PictureLook.Of(TestPhotos.Jpeg()));

    [Fact]
    public void What_is_no_picture_has_no_look() => Assert.Empty(PictureLook.Of("%PDF-1.7"u8));

    private static int Distance(byte[] one, byte[] other) => PictureLook.Distance(PictureLook.Of(one)[0], PictureLook.Of(other)[0]);

    internal static byte[] Encoded(SKBitmap picture, SKEncodedImageFormat format, int quality)
    {
        using var data = picture.Encode(format, quality);
        return data.ToArray();
    }

    internal static SKBitmap Turned(SKBitmap picture, int turns, bool mirrored)
    {
        var (width, height) = turns % 2 == 0 ? (picture.Width, picture.Height) : (picture.Height, picture.Width);
        var turned = new SKBitmap(new SKImageInfo(width, height));
        using var canvas = new SKCanvas(turned);
        canvas.Translate(width / 2f, height / 2f);
        canvas.RotateDegrees(90 * turns);
        if (mirrored) canvas.Scale(-1, 1);
        canvas.Translate(-picture.Width / 2f, -picture.Height / 2f);
        using var image = SKImage.FromBitmap(picture);
        canvas.DrawImage(image, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest));
        canvas.Flush();
        return turned;
    }
}
