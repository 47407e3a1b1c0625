using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using AfterSales.Functions.Evidence;
using AfterSales.Local.Photos;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>What the other party sees of videos and documents: the same, without what says where, when and by which device.</summary>
public sealed class ExhibitCopyTests
{
    [Theory]
    [InlineData("clip.mp4")]
    [InlineData("clip.mov")]
    [InlineData("clip.webm")]
    [InlineData("live.webm")]
    public void A_video_keeps_its_size_length_and_places_and_loses_title_place_device_and_programs(string name)
    {
        var original = Samples.Read(name);
        AssertTraces(original, "Lavf");

        var copy = Copy(name, original);

        AssertNoTrace(copy, "secret", "+36.06", "103.83", "Lavf", "VideoHandler", "udta", "loci", "2026");
        Assert.Equal(original.Length, copy.Length);
        var (before, after) = (Read(name, original), Read(name, copy));
        Assert.Equal(
            (before.ContentType, before.Width, before.Height, before.Milliseconds), (after.ContentType, after.Width, after.Height, after.Milliseconds));
    }

    [Fact]
    public void The_place_is_in_the_originals()
    {
        AssertTraces(Samples.Read("clip.mp4"), "loci");
        AssertTraces(Samples.Read("clip.mov"), "+36.06", "secret-phone");
        AssertTraces(Samples.Read("clip.webm"), "+36.06");
    }

    [Fact]
    public void Every_sample_of_a_video_is_in_the_copy()
    {
        var original = Samples.Read("clip.mp4");
        var data = original.AsSpan().IndexOf("mdat"u8);
        var end = data - 4 + BinaryPrimitives.ReadInt32BigEndian(original.AsSpan(data - 4));

        var copy = Copy("clip.mp4", original);

        Assert.True(end - data > 1000);
        Assert.Equal(original[data..end], copy[data..end]);
    }

    [Fact]
    public void What_lies_in_a_videos_data_beside_its_samples_is_left_out()
    {
        var original = Samples.Read("clip.mp4");
        byte[] hidden = [.. original, 0, 0, 0, 22, .. "mdat"u8, .. "secret-track12"u8];

        AssertNoTrace(Copy("clip.mp4", hidden), "secret-track12");
    }

    [Theory]
    [InlineData("receipt.pdf")]
    [InlineData("receipt-objstm.pdf")]
    public void A_pdf_keeps_its_pages_and_loses_who_made_it_with_what(string name)
    {
        var copy = Copy(name, Samples.Read(name));

        AssertNoTrace(copy, "secret", "Ghostscript", "xpacket", "Invocation", "CreationDate", "/Info", "/ID");
        Assert.Equal(2, Read(name, copy).Pages);
        Assert.Equal(copy, Copy(name, copy));
    }

    [Fact]
    public void A_pdf_loses_what_earlier_versions_of_it_said_and_its_photos_lose_their_places()
    {
        var placed = new Exif("HUAWEI", "ALN-AL00", DateTimeOffset.UnixEpoch, 36.0611, 103.8343).WriteInto(TestPhotos.Jpeg());
        var original = Scan(placed);
        AssertTraces(original, "HUAWEI", "secret-before");

        var copy = Copy("scan.pdf", original);

        AssertNoTrace(copy, "HUAWEI", "ALN-AL00", "secret-before", "secret-author", "secret-program");
        Assert.True(copy.AsSpan().IndexOf(TestPhotos.Jpeg()) > 0, "the photo itself is gone");
        Assert.Equal(1, Read("scan.pdf", copy).Pages);
    }

    [Theory]
    [InlineData("/Names <</EmbeddedFiles 9 0 R>>", "evidence-embeds-files")]
    [InlineData("/OpenAction <</S /Java#53cript /JS (x)>>", "evidence-active-content")]
    [InlineData("/AcroForm <</XFA (x)>>", "evidence-active-content")]
    [InlineData("/OpenAction [4 0 R /Fit]", null)]
    public void What_a_pdf_does_is_found_however_it_is_written(string entry, string? code) =>
        Assert.Equal(code, Exhibit.Read("scan.pdf", Scan(TestPhotos.Jpeg(), entry)).Fault?.Code);

    [Fact]
    public void A_small_pdf_that_says_very_much_is_refused() => Assert.Equal(
        "evidence-damaged", Exhibit.Read("a.pdf", Scan(TestPhotos.Jpeg(), $"/X [{string.Concat(Enumerable.Repeat("0 ", 1_100_000))}]")).Fault?.Code);

    [Fact]
    public void A_pdf_that_nests_without_end_or_whose_pages_go_round_is_refused()
    {
        Assert.Equal("evidence-damaged", Exhibit.Read("a.pdf", Scan(TestPhotos.Jpeg(), $"/X {new string('[', 100_000)}")).Fault?.Code);
        Assert.Equal(
            "evidence-damaged",
            Exhibit.Read("a.pdf", Encoding.Latin1.GetBytes(
                Encoding.Latin1.GetString(Scan(TestPhotos.Jpeg())).Replace("/Kids [4 0 R]", "/Kids [3 0 R]", StringComparison.Ordinal))).Fault?.Code);
    }

    /// <summary>A PDF as a scanning app writes it, changed once: object 2 is replaced and still there.</summary>
    private static byte[] Scan(byte[] jpeg, string inCatalogue = "")
    {
        using var file = new MemoryStream();
        var places = new Dictionary<int, long>();
        Text("%PDF-1.4\n");
        Object(1, $"<</Type /Catalog /Pages 3 0 R {inCatalogue} /PieceInfo <</App <</Private (secret-program)>>>>>>");
        Object(2, "<</Author (secret-before)>>");
        Object(3, "<</Type /Pages /Kids [4 0 R] /Count 1>>");
        Object(4, "<</Type /Page /Parent 3 0 R /MediaBox [0 0 64 48] /Resources <</XObject <</I 5 0 R>>>> /Contents 6 0 R>>");
        Stream(5, "/Type /XObject /Subtype /Image /Width 64 /Height 48 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode", jpeg);
        Stream(6, "", Encoding.ASCII.GetBytes("64 0 0 48 0 0 cm /I Do"));
        var first = Table("/Info 2 0 R");
        places.Clear();
        Object(2, "<</Author (secret-author)>>");
        Table($"/Info 2 0 R /Prev {first}");
        return file.ToArray();

        void Text(string text) => file.Write(Encoding.Latin1.GetBytes(text));

        void Object(int number, string value)
        {
            places[number] = file.Position;
            Text($"{number} 0 obj\n{value}\nendobj\n");
        }

        void Stream(int number, string head, byte[] data)
        {
            places[number] = file.Position;
            Text($"{number} 0 obj\n<<{head} /Length {data.Length}>>\nstream\n");
            file.Write(data);
            Text("\nendstream\nendobj\n");
        }

        long Table(string trailer)
        {
            var at = file.Position;
            Text("xref\n");
            foreach (var (number, place) in places)
            {
                Text($"{number} 1\n{place.ToString("D10", CultureInfo.InvariantCulture)} 00000 n \n");
            }

            Text($"trailer\n<</Root 1 0 R /Size 7 {trailer}>>\nstartxref\n{at}\n%%EOF\n");
            return at;
        }
    }

    private static byte[] Copy(string name, byte[] content) => Exhibit.CopyWithoutMetadata(Read(name, content).ContentType, content);

    private static Exhibit Read(string name, byte[] content)
    {
        var (exhibit, fault) = Exhibit.Read(name, content);
        Assert.True(exhibit is not null, $"{name}: {fault?.Code}");
        return exhibit;
    }

    private static void AssertTraces(byte[] content, params string[] traces) =>
        Assert.All(traces, trace => Assert.True(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(trace)) >= 0, $"'{trace}' is not there"));

    private static void AssertNoTrace(byte[] content, params string[] traces) =>
        Assert.All(traces, trace => Assert.True(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(trace)) < 0, $"'{trace}' is left"));
}
