using System.Text;
using AfterSales.Functions.Evidence;
using AfterSales.Local.Photos;
using CsCheck;
using SkiaSharp;
using Photo = AfterSales.Functions.Evidence.Photo;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>Which files are taken as evidence, and what they are found to be.</summary>
public sealed class ExhibitTests
{
    private static readonly string[] Taken = ["clip.mp4", "clip.mov", "clip.webm", "live.webm", "receipt.pdf", "receipt-objstm.pdf"];

    [Theory]
    [InlineData("clip.mp4", "video/mp4", 64, 48, 1500)]
    [InlineData("clip.mov", "video/quicktime", 64, 48, 1500)]
    [InlineData("clip.webm", "video/webm", 64, 48, 1500)]
    [InlineData("live.webm", "video/webm", 64, 48, 1400)]
    public void A_short_video_is_taken_with_its_size_and_length(string name, string type, int width, int height, long atLeast)
    {
        var exhibit = TakenAs(name, Samples.Read(name));

        Assert.Equal((type, width, height), (exhibit.ContentType, exhibit.Width!.Value, exhibit.Height!.Value));
        Assert.InRange(exhibit.Milliseconds!.Value, atLeast, 1600);
    }

    [Theory]
    [InlineData("receipt.pdf")]
    [InlineData("receipt-objstm.pdf")]
    public void A_pdf_is_taken_with_its_pages(string name)
    {
        var exhibit = TakenAs(name, Samples.Read(name));

        Assert.Equal(("application/pdf", 2), (exhibit.ContentType, exhibit.Pages!.Value));
    }

    [Theory]
    [InlineData("long.mp4", "evidence-too-long")]
    [InlineData("long.webm", "evidence-too-long")]
    [InlineData("fragmented.mp4", "evidence-video-not-supported")]
    [InlineData("sound.m4a", "evidence-type-not-accepted")]
    [InlineData("encrypted.pdf", "evidence-encrypted")]
    [InlineData("attached.pdf", "evidence-embeds-files")]
    [InlineData("script.pdf", "evidence-active-content")]
    [InlineData("launch.pdf", "evidence-active-content")]
    [InlineData("many.pdf", "evidence-too-many-pages")]
    public void What_does_more_than_show_something_short_is_refused(string name, string code) =>
        Assert.Equal(code, Refused(name, Samples.Read(name)));

    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<!doctype html><script>alert(1)</script>")]
    [InlineData("GIF89a")]
    [InlineData("PK\u0003\u0004")]
    [InlineData("MZ")]
    [InlineData("")]
    public void Other_files_are_refused_whatever_they_are_called(string content) =>
        Assert.Equal("evidence-type-not-accepted", Refused("photo.jpg", Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void A_picture_with_a_good_head_that_is_cut_off_is_refused()
    {
        foreach (var whole in new[] { Drawn(SKEncodedImageFormat.Jpeg), Drawn(SKEncodedImageFormat.Png), Drawn(SKEncodedImageFormat.Webp) })
        {
            TakenAs("whole", whole);
            foreach (var share in new[] { 0.3, 0.6, 0.9, 0.99 })
            {
                Assert.Equal("evidence-damaged", Refused("cut", whole[..(int)(whole.Length * share)]));
            }
        }
    }

    [Fact]
    public void A_picture_that_is_damaged_inside_is_refused()
    {
        var png = Drawn(SKEncodedImageFormat.Png);
        png.AsSpan(png.Length / 2, 40).Fill(0xA5);

        Assert.Equal("evidence-damaged", Refused("a.png", png));
    }

    [Theory]
    [InlineData("clip.mp4")]
    [InlineData("clip.mov")]
    [InlineData("clip.webm")]
    [InlineData("receipt.pdf")]
    [InlineData("receipt-objstm.pdf")]
    public void A_file_that_is_cut_off_anywhere_is_refused(string name)
    {
        var whole = Samples.Read(name);
        foreach (var length in Enumerable.Range(1, whole.Length - 2))
        {
            Assert.NotNull(Exhibit.Read("cut", whole.AsMemory(0, length)).Fault);
        }
    }

    [Fact]
    public void A_file_that_is_damaged_anyhow_is_taken_or_refused_and_what_is_taken_can_be_copied() =>
        Gen.Select(Gen.Int[0, Taken.Length - 1], Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Int[1, 8]).Sample((sample, at, value, length) =>
        {
            var name = Taken[sample];
            var content = Samples.Read(name);
            at %= content.Length;
            content.AsSpan(at, Math.Min(length, content.Length - at)).Fill(value);
            if (Exhibit.Read(name, content).Exhibit is { } exhibit) Exhibit.CopyWithoutMetadata(exhibit.ContentType, content);
        }, iter: 3_000);

    [Theory]
    [InlineData("%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj")]
    [InlineData("<html><body onload=alert(1)>")]
    [InlineData("<ScRiPt>alert(1)</script>")]
    [InlineData("<?php system($_GET[0]);")]
    [InlineData("Rar!\u001a\u0007\u0001")]
    [InlineData("PK\u0005\u0006\0\0\0\0\u0001\0\u0001\0AAAABBBB\0\0")]
    public void A_photo_that_is_something_else_too_is_refused_wherever_it_hides_it(string foreign)
    {
        var hidden = Encoding.Latin1.GetBytes(foreign);
        var jpeg = TestPhotos.Jpeg();
        byte[] comment = [0xFF, 0xFE, (byte)((hidden.Length + 2) >> 8), (byte)(hidden.Length + 2), .. hidden];

        Assert.Equal("evidence-hides-other-content", Refused("a.jpg", [.. jpeg, .. hidden]));
        Assert.Equal("evidence-hides-other-content", Refused("a.jpg", [.. jpeg[..2], .. comment, .. jpeg[2..]]));
        Assert.Equal("evidence-hides-other-content", Refused("a.png", [.. TestPhotos.Png(), .. hidden]));
        Assert.Equal("evidence-hides-other-content", Refused("a.mp4", [.. Samples.Read("clip.mp4"), .. hidden]));
    }

    [Fact]
    public void What_phones_put_behind_a_photo_is_no_reason_to_refuse_it()
    {
        var jpeg = TestPhotos.Jpeg();

        TakenAs("padded.jpg", [.. jpeg, .. new byte[64]]);
        TakenAs("two.jpg", [.. jpeg, .. TestPhotos.Jpeg(16, 16)]);
        TakenAs("motion.jpg", [.. jpeg, .. Samples.Read("clip.mp4")]);
        TakenAs("placed.jpg", new Exif("HUAWEI", "ALN-AL00", DateTimeOffset.UnixEpoch, 36.0611, 103.8343).WriteInto(jpeg));
    }

    [Fact]
    public void A_pdf_followed_by_something_else_is_refused()
    {
        var pdf = Samples.Read("receipt.pdf");

        Assert.Equal("evidence-damaged", Refused("a.pdf", [.. pdf, .. "more"u8]));
        Assert.Equal("evidence-damaged", Refused("a.pdf", [.. "%PDF-1.4 "u8]));
        Assert.Equal("evidence-hides-other-content", Refused("a.pdf", [.. pdf, .. "<script>"u8]));
    }

    [Theory]
    [InlineData("photo.pdf")]
    [InlineData("photo.mp4")]
    [InlineData("photo.html")]
    [InlineData("photo.svg")]
    [InlineData("photo.jpg.exe")]
    public void A_photo_whose_name_says_something_else_is_refused(string name) => Assert.Equal("evidence-not-as-named", Refused(name, TestPhotos.Jpeg()));

    [Fact]
    public void A_photo_may_have_another_photos_ending_or_none()
    {
        TakenAs("photo.png", TestPhotos.Jpeg());
        TakenAs("photo", TestPhotos.Jpeg());
        TakenAs("photo 2026.11", TestPhotos.Jpeg());
    }

    [Fact]
    public void A_photo_over_ten_megabytes_and_a_video_over_twenty_five_are_too_large()
    {
        Assert.Equal("evidence-too-large", Refused("a.jpg", [.. TestPhotos.Jpeg(), .. new byte[Photo.LargestFile]]));
        Assert.Equal("evidence-too-large", Refused("a.mp4", [.. Samples.Read("clip.mp4"), .. new byte[Exhibit.LargestFile]]));
        TakenAs("a.mp4", [.. Samples.Read("clip.mp4"), .. Free(Photo.LargestFile)]);
    }

    internal static byte[] Drawn(SKEncodedImageFormat format, int variant = 1) =>
        AfterSales.Local.Photos.Photo.Draw(PhotoOf.BrokenSole, variant, 6, format);

    private static byte[] Free(int length)
    {
        var box = new byte[length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(box, length);
        "free"u8.CopyTo(box.AsSpan(4));
        return box;
    }

    private static Exhibit TakenAs(string name, byte[] content)
    {
        var (exhibit, fault) = Exhibit.Read(name, content);
        Assert.True(exhibit is not null, $"{name}: {fault?.Code}");
        return exhibit;
    }

    private static string Refused(string name, byte[] content) => Exhibit.Read(name, content).Fault?.Code ?? "taken";
}
