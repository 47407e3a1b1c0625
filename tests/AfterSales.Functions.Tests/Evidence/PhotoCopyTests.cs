using System.Buffers.Binary;
using AfterSales.Functions.Evidence;
using AfterSales.Local.Photos;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using SkiaSharp;

namespace AfterSales.Functions.Tests.Evidence;

public sealed class PhotoCopyTests
{
    private static readonly Exif Lanzhou = new("HUAWEI", "ALN-AL00", DateTimeOffset.UnixEpoch, 36.0611, 103.8343);

    [Fact]
    public void A_jpeg_keeps_its_picture_and_loses_place_device_comment_and_what_follows_its_end()
    {
        var plain = TestPhotos.Jpeg();
        byte[] comment = [0xFF, 0xFE, 0, 8, .. "secret"u8];
        var placed = Lanzhou.WriteInto(plain);
        byte[] sent = [.. placed[..2], .. comment, .. placed[2..], .. placed];
        Assert.NotEmpty(ImageMetadataReader.ReadMetadata(new MemoryStream(sent)).OfType<GpsDirectory>());

        var copy = PhotoCopy.WithoutMetadata("image/jpeg", sent);

        AssertNothingLeft(copy);
        Assert.Equal(plain, copy);
    }

    [Fact]
    public void A_turned_jpeg_stays_turned()
    {
        var sent = Lanzhou.WriteInto(TestPhotos.Jpeg());
        var upright = new byte[] { 0x12, 0x01, 3, 0, 1, 0, 0, 0, 1, 0 };
        sent[sent.AsSpan().IndexOf(upright) + 8] = 6;

        var copy = PhotoCopy.WithoutMetadata("image/jpeg", sent);

        AssertNothingLeft(copy);
        using var codec = SKCodec.Create(new MemoryStream(copy));
        Assert.Equal(SKEncodedOrigin.RightTop, codec.EncodedOrigin);
    }

    [Fact]
    public void A_png_keeps_its_picture_and_loses_its_texts()
    {
        var plain = TestPhotos.Png();
        byte[] texts = [.. Chunk("tEXt"u8, "Comment\0secret"u8), .. Chunk("eXIf"u8, "MM\0*secret"u8)];
        byte[] sent = [.. plain[..33], .. texts, .. plain[33..], .. "secret"u8];

        var copy = PhotoCopy.WithoutMetadata("image/png", sent);

        AssertNothingLeft(copy);
        Assert.Equal(Pixels(plain), Pixels(copy));
    }

    [Fact]
    public void A_webp_keeps_its_picture_and_loses_its_metadata()
    {
        using var bitmap = new SKBitmap(16, 16);
        using var data = bitmap.Encode(SKEncodedImageFormat.Webp, 80);
        var plain = data.ToArray();
        byte[] sent = [.. plain, .. "EXIF"u8, 6, 0, 0, 0, .. "secret"u8];
        BinaryPrimitives.WriteInt32LittleEndian(sent.AsSpan(4), sent.Length - 8);

        var copy = PhotoCopy.WithoutMetadata("image/webp", sent);

        AssertNothingLeft(copy);
        Assert.Equal(Pixels(plain), Pixels(copy));
    }

    [Fact]
    public void A_photo_that_ends_anywhere_is_copied_without_a_fault()
    {
        var jpeg = Lanzhou.WriteInto(TestPhotos.Jpeg());
        foreach (var length in Enumerable.Range(4, jpeg.Length - 4))
        {
            AssertNoTrace(PhotoCopy.WithoutMetadata("image/jpeg", jpeg[..length]));
        }
    }

    private static void AssertNothingLeft(byte[] copy)
    {
        AssertNoTrace(copy);
        Assert.Empty(ImageMetadataReader.ReadMetadata(new MemoryStream(copy)).OfType<GpsDirectory>());
    }

    private static void AssertNoTrace(byte[] copy)
    {
        foreach (var trace in new[] { "secret", "HUAWEI", "ALN-AL00", "1970" })
        {
            Assert.True(copy.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(trace)) < 0, $"'{trace}' is left");
        }
    }

    private static byte[] Pixels(byte[] photo)
    {
        using var bitmap = SKBitmap.Decode(photo);
        return bitmap.Bytes;
    }

    // The copy does not look at checksums, so none is made.
    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        return [.. length, .. type, .. data, 0, 0, 0, 0];
    }
}
