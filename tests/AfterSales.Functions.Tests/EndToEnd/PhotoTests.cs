using AfterSales.Local.Month;
using AfterSales.Local.Photos;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using SkiaSharp;

namespace AfterSales.Functions.Tests.EndToEnd;

public sealed class PhotoTests
{
    private static readonly DateTimeOffset TakenAt = SampleMonth.At("2026-11-02T08:52:05");

    public static TheoryData<PhotoOf> Subjects => [.. Enum.GetValues<PhotoOf>()];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Every_picture_is_a_jpeg_with_the_metadata_of_a_phone(PhotoOf subject)
    {
        var jpeg = Photo.Take(subject, 6, TakenAt);

        using var codec = SKCodec.Create(new MemoryStream(jpeg));
        Assert.Equal(SKEncodedImageFormat.Jpeg, codec.EncodedFormat);
        Assert.Equal((960, 720), (codec.Info.Width, codec.Info.Height));
        var directories = ImageMetadataReader.ReadMetadata(new MemoryStream(jpeg));
        Assert.DoesNotContain(directories, d => d.HasError);
        var main = directories.OfType<ExifIfd0Directory>().Single();
        Assert.Equal("Xiaomi", main.GetString(ExifDirectoryBase.TagMake));
        Assert.Equal("23127PN0CC", main.GetString(ExifDirectoryBase.TagModel));
        var shot = directories.OfType<ExifSubIfdDirectory>().Single();
        Assert.Equal("2026:11:02 08:52:05", shot.GetString(ExifDirectoryBase.TagDateTimeOriginal));
        Assert.Equal("+08:00", shot.GetString(0x9011));
    }

    [Fact]
    public void The_metadata_says_where_the_picture_was_taken()
    {
        var jpeg = new Exif("HUAWEI", "ALN-AL00", TakenAt, 36.0611, 103.8343).WriteInto(Photo.Take(PhotoOf.SoundShoe, 1, TakenAt));

        var gps = ImageMetadataReader.ReadMetadata(new MemoryStream(jpeg)).OfType<GpsDirectory>().First();
        var place = gps.GetGeoLocation();
        Assert.Equal(36.0611, place!.Latitude, 4);
        Assert.Equal(103.8343, place.Longitude, 4);
    }

    [Fact]
    public void The_same_arguments_give_the_same_bytes_and_others_do_not()
    {
        Assert.Equal(Photo.Take(PhotoOf.Fur, 10, TakenAt), Photo.Take(PhotoOf.Fur, 10, TakenAt));
        Assert.NotEqual(Photo.Take(PhotoOf.Fur, 10, TakenAt), Photo.Take(PhotoOf.Fur, 11, TakenAt));
    }

    [Fact]
    public void Metadata_is_written_into_jpegs_only() =>
        Assert.Throws<ArgumentException>(() => new Exif("a", "b", TakenAt, 0, 0).WriteInto(new byte[] { 0x89, 0x50, 0x4E, 0x47 }));
}
