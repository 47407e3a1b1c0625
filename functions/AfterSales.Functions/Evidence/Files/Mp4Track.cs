using System.Buffers.Binary;
using System.Text;

namespace AfterSales.Functions.Evidence;

/// <summary>A track of an MP4 or QuickTime file: what it is, how long, and where its samples are.</summary>
/// <param name="Handler"><c>vide</c>, <c>soun</c> or what else.</param>
/// <param name="Coding">Of its first description.</param>
internal sealed record Mp4Track(
    Mp4Box Box, string Handler, string Coding, int Width, int Height, long Milliseconds, Mp4Box? Chunks, Mp4Box? ChunkMap, Mp4Box? Sizes)
{
    private const int MostSamples = 5_000_000;
    private const int MostChunks = 100_000;
    private const int MostTracks = 16;
    private const int FullBoxHead = 4;

    public int SampleCount { get; private init; }

    /// <summary>The tracks of the file's <c>moov</c>.</summary>
    /// <exception cref="VideoDamagedException">One lacks what it must have.</exception>
    public static List<Mp4Track> Of(ReadOnlySpan<byte> content, Mp4Box moov)
    {
        var tracks = new List<Mp4Track>();
        foreach (var box in moov.Inside(content))
        {
            if (box.Type == "trak") tracks.Add(Read(content, box));
            if (tracks.Count > MostTracks) throw new VideoDamagedException("Too many tracks.");
        }

        return tracks;
    }

    /// <summary>Where the samples are, chunk by chunk.</summary>
    /// <exception cref="VideoDamagedException">The tables contradict themselves.</exception>
    public List<(long Start, long End)> Samples(ReadOnlySpan<byte> content)
    {
        if (SampleCount == 0) return [];
        if (Chunks is not { } chunks || ChunkMap is not { } map || Sizes is not { } sizes) throw new VideoDamagedException("A table is missing.");
        var wide = chunks.Type == "co64";
        var count = Count(content, chunks, FullBoxHead, wide ? 8 : 4);
        var runs = Count(content, map, FullBoxHead, 12);
        if (count > MostChunks) throw new VideoDamagedException("Too many chunks.");
        var result = new List<(long, long)>(count);
        var sample = 0;
        for (var (chunk, run) = (1, 0); chunk <= count; chunk++)
        {
            while (run + 1 < runs && UInt32(content, map.Body + 8 + ((run + 1) * 12)) <= chunk) run++;
            var inChunk = runs == 0 ? 0 : UInt32(content, map.Body + 8 + (run * 12) + 4);
            var at = chunks.Body + 8 + ((chunk - 1) * (wide ? 8 : 4));
            var start = wide ? BinaryPrimitives.ReadInt64BigEndian(content[at..]) : UInt32(content, at);
            var end = start;
            for (var i = 0L; i < inChunk && sample < SampleCount; i++) end = checked(end + SizeOf(content, sizes, sample++));
            result.Add((start, end));
        }

        return sample == SampleCount ? result : throw new VideoDamagedException("Samples without a place.");
    }

    private static Mp4Track Read(ReadOnlySpan<byte> content, Mp4Box track)
    {
        var media = Find(content, track, "mdia") ?? throw new VideoDamagedException("A track without media.");
        var head = Find(content, media, "mdhd") ?? throw new VideoDamagedException("A track without head.");
        var handler = Find(content, media, "hdlr") is { } named && named.End - named.Body >= 12
            ? Encoding.Latin1.GetString(content.Slice(named.Body + 8, 4))
            : "";
        var table = Find(content, media, "minf") is { } info ? Find(content, info, "stbl") : null;
        if (handler is not ("vide" or "soun") || table is not { } samples)
        {
            return new Mp4Track(track, handler, "", 0, 0, 0, null, null, null);
        }

        var description = Find(content, samples, "stsd") is { } described && described.End - described.Body >= 16
            ? new Mp4Box("", described.Body + 8, described.Body + 16, described.End)
            : throw new VideoDamagedException("A track without description.");
        var sizes = Find(content, samples, "stsz") ?? Find(content, samples, "stz2");
        var isPicture = handler == "vide";
        if (isPicture && description.End - description.Body < 28) throw new VideoDamagedException("A description is cut off.");
        return new Mp4Track(
            track,
            handler,
            Encoding.Latin1.GetString(content.Slice(description.Start + 4, 4)),
            isPicture ? BinaryPrimitives.ReadUInt16BigEndian(content[(description.Body + 24)..]) : 0,
            isPicture ? BinaryPrimitives.ReadUInt16BigEndian(content[(description.Body + 26)..]) : 0,
            MillisecondsOf(content, head, Find(content, samples, "stts")),
            Find(content, samples, "stco") ?? Find(content, samples, "co64"),
            Find(content, samples, "stsc"),
            sizes)
        {
            SampleCount = sizes is { } table2 ? SampleCountOf(content, table2) : 0,
        };
    }

    /// <summary>The longer of what the head says and what the samples take.</summary>
    private static long MillisecondsOf(ReadOnlySpan<byte> content, Mp4Box head, Mp4Box? times)
    {
        if (head.End - head.Body < FullBoxHead) throw new VideoDamagedException("A track without head.");
        var wide = content[head.Body] == 1;
        var at = head.Body + (wide ? 20 : 12);
        if (at + (wide ? 12 : 8) > head.End) throw new VideoDamagedException("A track without head.");
        long scale = UInt32(content, at);
        var said = wide ? BinaryPrimitives.ReadInt64BigEndian(content[(at + 4)..]) : UInt32(content, at + 4);
        // All ones: not known.
        if (said == uint.MaxValue || said < 0) said = 0;
        long taken = 0;
        if (times is { } table)
        {
            var runs = Count(content, table, FullBoxHead, 8);
            for (var i = 0; i < runs; i++)
            {
                var entry = table.Body + 8 + (i * 8);
                taken = checked(taken + ((long)UInt32(content, entry) * UInt32(content, entry + 4)));
            }
        }

        return scale == 0 ? throw new VideoDamagedException("Time without scale.") : checked(Math.Max(said, taken) * 1000) / scale;
    }

    private static int SampleCountOf(ReadOnlySpan<byte> content, Mp4Box sizes)
    {
        if (sizes.End - sizes.Body < 12) throw new VideoDamagedException("A table is cut off.");
        var count = UInt32(content, sizes.Body + 8);
        var bits = sizes.Type == "stz2" ? content[sizes.Body + 7] : UInt32(content, sizes.Body + 4) == 0 ? 32u : 0;
        return count <= MostSamples && ((count * (long)bits) + 7) / 8 <= sizes.End - sizes.Body - 12
            ? (int)count
            : throw new VideoDamagedException("A table is cut off.");
    }

    private static bool Constant(ReadOnlySpan<byte> content, Mp4Box sizes) => sizes.Type == "stsz" && UInt32(content, sizes.Body + 4) != 0;

    private static long SizeOf(ReadOnlySpan<byte> content, Mp4Box sizes, int sample)
    {
        if (Constant(content, sizes)) return UInt32(content, sizes.Body + 4);
        var table = content[(sizes.Body + 12)..sizes.End];
        return sizes.Type == "stsz" ? BinaryPrimitives.ReadUInt32BigEndian(table[(sample * 4)..]) : content[sizes.Body + 7] switch
        {
            16 => BinaryPrimitives.ReadUInt16BigEndian(table[(sample * 2)..]),
            8 => table[sample],
            4 => sample % 2 == 0 ? table[sample / 2] >> 4 : table[sample / 2] & 15,
            _ => throw new VideoDamagedException("No such size."),
        };
    }

    private static int Count(ReadOnlySpan<byte> content, Mp4Box table, int before, int entry)
    {
        if (table.End - table.Body < before + 4) throw new VideoDamagedException("A table is cut off.");
        var count = UInt32(content, table.Body + before);
        return count * (long)entry <= table.End - table.Body - before - 4 ? (int)count : throw new VideoDamagedException("A table is cut off.");
    }

    private static uint UInt32(ReadOnlySpan<byte> content, int at) => BinaryPrimitives.ReadUInt32BigEndian(content[at..]);

    private static Mp4Box? Find(ReadOnlySpan<byte> content, Mp4Box inside, string type)
    {
        foreach (var box in inside.Inside(content))
        {
            if (box.Type == type) return box;
        }

        return null;
    }
}
