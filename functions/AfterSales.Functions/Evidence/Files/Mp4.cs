using System.Buffers.Binary;
using System.Text;

namespace AfterSales.Functions.Evidence;

/// <summary>A box of an MP4 or QuickTime file (ISO/IEC 14496-12, 4.2).</summary>
/// <param name="Start">Of its head.</param>
/// <param name="Body">Where its content begins.</param>
internal readonly record struct Mp4Box(string Type, int Start, int Body, int End)
{
    /// <summary>The boxes between two places, which they must fill.</summary>
    /// <exception cref="VideoDamagedException">One is cut off.</exception>
    public static List<Mp4Box> Between(ReadOnlySpan<byte> content, int start, int end)
    {
        const int Most = 1_000;
        var boxes = new List<Mp4Box>();
        for (var at = start; at < end;)
        {
            // QuickTime ends lists of user data with four zeros.
            if (end - at == 4 && BinaryPrimitives.ReadUInt32BigEndian(content[at..]) == 0) break;
            if (end - at < 8) throw new VideoDamagedException("A box is cut off.");
            long size = BinaryPrimitives.ReadUInt32BigEndian(content[at..]);
            var body = at + 8;
            if (size == 0)
            {
                size = end - at;
            }
            else if (size == 1)
            {
                if (end - at < 16) throw new VideoDamagedException("A box is cut off.");
                size = BinaryPrimitives.ReadInt64BigEndian(content[body..]);
                body += 8;
            }

            if (size < body - at || size > end - at) throw new VideoDamagedException("A box is cut off.");
            if (boxes.Count == Most) throw new VideoDamagedException("Too many boxes.");
            boxes.Add(new Mp4Box(Encoding.Latin1.GetString(content.Slice(at + 4, 4)), at, body, at + (int)size));
            at += (int)size;
        }

        return boxes;
    }

    public List<Mp4Box> Inside(ReadOnlySpan<byte> content) => Between(content, Body, End);
}

/// <summary>Reads MP4 and QuickTime files: what is in them, how long it lasts, and that every sample is there.</summary>
internal static class Mp4
{
    private const int MostDataBoxes = 100;

    private static readonly HashSet<string> Brands = new(StringComparer.Ordinal)
    {
        "isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7", "iso8", "iso9", "mp41", "mp42", "mp71", "avc1", "hvc1", "av01", "M4V ", "M4VH",
        "M4VP", "MSNV", "3gp4", "3gp5", "3gp6", "3g2a", "qt  ", "XAVC",
    };

    private static readonly HashSet<string> PictureCodings = new(StringComparer.Ordinal)
    {
        "avc1", "avc3", "hvc1", "hev1", "av01", "vp08", "vp09", "mp4v",
    };

    private static readonly HashSet<string> SoundCodings = new(StringComparer.Ordinal)
    {
        "mp4a", "alac", "ac-3", "ec-3", "Opus", "fLaC", "sowt", "twos", "lpcm", "samr", "sawb", ".mp3",
    };

    public static bool Is(ReadOnlySpan<byte> content) =>
        content.Length >= 12 && content.Slice(4, 4).SequenceEqual("ftyp"u8) && Brands.Contains(Encoding.Latin1.GetString(content.Slice(8, 4)));

    /// <summary>Null for what is not supported: fragments, no picture, an unknown coding.</summary>
    /// <exception cref="VideoDamagedException">It is cut off or damaged.</exception>
    public static VideoFacts? Read(ReadOnlyMemory<byte> file)
    {
        var content = file.Span;
        var boxes = Mp4Box.Between(content, 0, content.Length);
        if (boxes.Any(box => box.Type is "moof" or "sidx" or "mfra")) return null;
        if (boxes.Count(box => box.Type == "moov") != 1) throw new VideoDamagedException("There is no table of contents.");
        var data = boxes.Where(box => box.Type == "mdat").ToList();
        if (data.Count > MostDataBoxes) throw new VideoDamagedException("Too many boxes.");
        var tracks = Mp4Track.Of(content, boxes.Single(box => box.Type == "moov"));
        var pictures = tracks.Where(track => track.Handler == "vide").ToList();
        var sounds = tracks.Where(track => track.Handler == "soun").ToList();
        if (pictures.Count == 0 || pictures.Exists(track => !PictureCodings.Contains(track.Coding))
            || sounds.Exists(track => !SoundCodings.Contains(track.Coding)))
        {
            return null;
        }

        foreach (var track in pictures.Concat(sounds)) CheckSamples(content, track, data);
        if (pictures[0].SampleCount == 0) throw new VideoDamagedException("There is no picture.");
        var brand = Encoding.Latin1.GetString(content.Slice(8, 4));
        return new VideoFacts(
            brand == "qt  " ? Video.QuickTimeType : Video.Mp4Type,
            pictures.Max(track => track.Width),
            pictures.Max(track => track.Height),
            pictures.Concat(sounds).Max(track => track.Milliseconds));
    }

    private static void CheckSamples(ReadOnlySpan<byte> content, Mp4Track track, List<Mp4Box> data)
    {
        foreach (var (start, end) in track.Samples(content))
        {
            if (!data.Exists(box => box.Body <= start && end <= box.End))
            {
                throw new VideoDamagedException("A sample is not in the file.");
            }
        }
    }
}
