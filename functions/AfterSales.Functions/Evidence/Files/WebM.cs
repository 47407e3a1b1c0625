using System.Buffers.Binary;
using System.Text;

namespace AfterSales.Functions.Evidence;

/// <summary>An element of a WebM file (EBML, RFC 8794).</summary>
/// <param name="End">Of one of unknown length: where its parent ends.</param>
internal readonly record struct WebMElement(uint Id, int Start, int Body, int End, bool IsUnknown)
{
    public const uint Head = 0x1A45DFA3, DocType = 0x4282, Segment = 0x18538067, SeekHead = 0x114D9B74, Info = 0x1549A966,
        TimestampScale = 0x2AD7B1, Duration = 0x4489, MuxingApp = 0x4D80, WritingApp = 0x5741, Tracks = 0x1654AE6B, TrackEntry = 0xAE,
        TrackType = 0x83, TrackName = 0x536E, CodecId = 0x86, Picture = 0xE0, PixelWidth = 0xB0, PixelHeight = 0xBA, Cluster = 0x1F43B675,
        Timestamp = 0xE7, SimpleBlock = 0xA3, BlockGroup = 0xA0, Block = 0xA1, Cues = 0x1C53BB6B, Attachments = 0x1941A469, Void = 0xEC,
        Checksum = 0xBF;

    /// <summary>The elements between two places, which they must fill. A cluster of unknown length ends where the next one begins.</summary>
    /// <exception cref="VideoDamagedException">One is cut off.</exception>
    public static List<WebMElement> Between(ReadOnlySpan<byte> content, int start, int end)
    {
        const int Most = 200_000;
        var elements = new List<WebMElement>();
        for (var at = start; at < end;)
        {
            var element = At(content, at, end);
            if (element is { IsUnknown: true, Id: Cluster }) element = element with { End = EndOfCluster(content, element) };
            if (elements.Count == Most) throw new VideoDamagedException("Too many elements.");
            elements.Add(element);
            at = element.End;
        }

        return elements;
    }

    public List<WebMElement> Inside(ReadOnlySpan<byte> content) => Between(content, Body, End);

    public long Number(ReadOnlySpan<byte> content)
    {
        if (End - Body > 8) throw new VideoDamagedException("No number.");
        long value = 0;
        foreach (var b in content[Body..End]) value = (value << 8) | b;
        return value;
    }

    public string Text(ReadOnlySpan<byte> content) => Encoding.Latin1.GetString(content[Body..End]).TrimEnd('\0');

    public double Real(ReadOnlySpan<byte> content) => (End - Body) switch
    {
        4 => BinaryPrimitives.ReadSingleBigEndian(content[Body..]),
        8 => BinaryPrimitives.ReadDoubleBigEndian(content[Body..]),
        _ => throw new VideoDamagedException("No number."),
    };

    private static WebMElement At(ReadOnlySpan<byte> content, int at, int end)
    {
        var (id, afterId) = Variable(content, at, end, longest: 4, keepMarker: true);
        var (size, body) = Variable(content, afterId, end, longest: 8, keepMarker: false);
        var isUnknown = size == (1L << (7 * (body - afterId))) - 1;
        if (isUnknown && id is not (Segment or Cluster)) throw new VideoDamagedException("An element without length.");
        if (!isUnknown && size > end - body) throw new VideoDamagedException("An element is cut off.");
        return new WebMElement((uint)id, at, body, isUnknown ? end : body + (int)size, isUnknown);
    }

    private static int EndOfCluster(ReadOnlySpan<byte> content, WebMElement cluster)
    {
        for (var at = cluster.Body; at < cluster.End;)
        {
            var element = At(content, at, cluster.End);
            if (element.Id is Cluster or Cues or SeekHead or Info or Tracks || element.Id >= 0x10000000) return at;
            at = element.End;
        }

        return cluster.End;
    }

    private static (long Value, int Next) Variable(ReadOnlySpan<byte> content, int at, int end, int longest, bool keepMarker)
    {
        if (at >= end || content[at] == 0) throw new VideoDamagedException("An element is cut off.");
        var length = byte.LeadingZeroCount(content[at]) + 1;
        if (length > longest || at + length > end) throw new VideoDamagedException("An element is cut off.");
        long value = keepMarker ? content[at] : content[at] & ((1 << (8 - length)) - 1);
        for (var i = 1; i < length; i++) value = (value << 8) | content[at + i];
        return (value, at + length);
    }
}

/// <summary>Reads WebM files: what is in them and how long it lasts, also where a browser recorded it and wrote no duration.</summary>
internal static class WebM
{
    private static readonly HashSet<string> PictureCodings = new(StringComparer.Ordinal) { "V_VP8", "V_VP9", "V_AV1" };
    private static readonly HashSet<string> SoundCodings = new(StringComparer.Ordinal) { "A_OPUS", "A_VORBIS" };

    public static bool Is(ReadOnlySpan<byte> content) => content.StartsWith((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]);

    /// <summary>Null for what is not supported: Matroska that is no WebM, no picture, subtitles, attachments.</summary>
    /// <exception cref="VideoDamagedException">It is cut off or damaged.</exception>
    public static VideoFacts? Read(ReadOnlyMemory<byte> file)
    {
        var content = file.Span;
        var top = WebMElement.Between(content, 0, content.Length);
        var type = Only(content, top[0], WebMElement.DocType)?.Text(content);
        if (type != "webm" || top.Count(element => element.Id == WebMElement.Segment) != 1) return null;
        if (top.Any(element => element.Id is not (WebMElement.Head or WebMElement.Segment or WebMElement.Void))) return null;
        var parts = top.Single(element => element.Id == WebMElement.Segment).Inside(content);
        if (parts.Any(part => part.Id == WebMElement.Attachments)) return null;
        if (Find(parts, WebMElement.Tracks) is not { } tracks || Find(parts, WebMElement.Info) is not { } info)
        {
            throw new VideoDamagedException("There is no table of contents.");
        }

        var (width, height) = (0L, 0L);
        foreach (var track in tracks.Inside(content))
        {
            if (track.Id is WebMElement.Void or WebMElement.Checksum) continue;
            var coding = Only(content, track, WebMElement.CodecId)?.Text(content) ?? "";
            var kind = Only(content, track, WebMElement.TrackType)?.Number(content);
            if (!(kind == 1 && PictureCodings.Contains(coding)) && !(kind == 2 && SoundCodings.Contains(coding))) return null;
            if (kind == 1 && Only(content, track, WebMElement.Picture) is { } picture)
            {
                width = Math.Max(width, Only(content, picture, WebMElement.PixelWidth)?.Number(content) ?? 0);
                height = Math.Max(height, Only(content, picture, WebMElement.PixelHeight)?.Number(content) ?? 0);
            }
        }

        return width is > 0 and <= ushort.MaxValue && height is > 0 and <= ushort.MaxValue
            ? new VideoFacts(Video.WebMType, (int)width, (int)height, MillisecondsOf(content, info, parts))
            : null;
    }

    /// <summary>The longer of what the head says and where the last block begins.</summary>
    private static long MillisecondsOf(ReadOnlySpan<byte> content, WebMElement info, List<WebMElement> parts)
    {
        var scale = Only(content, info, WebMElement.TimestampScale)?.Number(content) ?? 1_000_000;
        var said = Only(content, info, WebMElement.Duration)?.Real(content) ?? 0;
        if (scale <= 0 || !double.IsFinite(said) || said < 0) throw new VideoDamagedException("Time without scale.");
        long last = 0;
        var blocks = 0;
        foreach (var cluster in parts)
        {
            if (cluster.Id != WebMElement.Cluster) continue;
            long begins = 0;
            foreach (var element in cluster.Inside(content))
            {
                if (element.Id == WebMElement.Timestamp) begins = element.Number(content);
                var block = element.Id == WebMElement.BlockGroup ? Only(content, element, WebMElement.Block)
                    : element.Id == WebMElement.SimpleBlock ? element
                    : null;
                if (block is not { } found) continue;
                if (found.End - found.Body < 4 || content[found.Body] < 0x80) throw new VideoDamagedException("A block is cut off.");
                // The track's number, of one byte for the first 126 tracks, then the time within the cluster.
                last = Math.Max(last, checked(begins + BinaryPrimitives.ReadInt16BigEndian(content[(found.Body + 1)..])));
                blocks++;
            }
        }

        if (blocks == 0) throw new VideoDamagedException("There is no picture.");
        return (long)Math.Min(long.MaxValue / 2, Math.Max(said, last) * scale / 1_000_000);
    }

    private static WebMElement? Find(List<WebMElement> elements, uint id)
    {
        foreach (var element in elements)
        {
            if (element.Id == id) return element;
        }

        return null;
    }

    private static WebMElement? Only(ReadOnlySpan<byte> content, WebMElement inside, uint id) => Find(inside.Inside(content), id);
}
