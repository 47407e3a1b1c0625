namespace AfterSales.Functions.Evidence;

/// <summary>
/// The copy of an MP4 or QuickTime file that the other party sees: the same picture and sound at the same places, everything else (user
/// data, places, devices, tracks of positions, bytes that belong to no sample) turned into empty space, times of recording set to zero.
/// </summary>
internal static class Mp4Copy
{
    private static readonly HashSet<string> Holders = new(StringComparer.Ordinal) { "mdia", "minf", "stbl", "edts" };

    private static readonly HashSet<string> Shown = new(StringComparer.Ordinal)
    {
        "elst", "vmhd", "smhd", "dinf", "stts", "ctts", "cslg", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sdtp", "sgpd", "sbgp",
    };

    /// <param name="content">A video that was taken as evidence.</param>
    /// <exception cref="VideoDamagedException">It is none that <see cref="Video.Read"/> takes.</exception>
    public static byte[] WithoutMetadata(byte[] content)
    {
        var copy = new Copy(content);
        foreach (var box in Mp4Box.Between(content, 0, content.Length))
        {
            switch (box.Type)
            {
                case "ftyp":
                    copy.Take(box.Start, box.End);
                    break;
                case "mdat":
                    copy.Take(box.Start, box.Body);
                    break;
                case "moov":
                    copy.TakeMovie(box);
                    break;
                default:
                    copy.Leave(box);
                    break;
            }
        }

        return copy.Bytes;
    }

    private sealed class Copy(byte[] content)
    {
        private const int VisualNameAt = 42;
        private const int VisualNameLength = 32;
        private const int HandlerNameAt = 24;

        /// <summary>As long as the original: places in it stay right.</summary>
        public byte[] Bytes { get; } = new byte[content.Length];

        public void Take(long start, long end) => content.AsSpan((int)start, (int)(end - start)).CopyTo(Bytes.AsSpan((int)start));

        /// <summary>Empty space of the same length in its place.</summary>
        public void Leave(Mp4Box box)
        {
            Take(box.Start, box.Body);
            "free"u8.CopyTo(Bytes.AsSpan(box.Start + 4));
        }

        public void TakeMovie(Mp4Box movie)
        {
            var tracks = Mp4Track.Of(content, movie).Where(track => track.Handler is "vide" or "soun").ToDictionary(track => track.Box.Start);
            Take(movie.Start, movie.Body);
            foreach (var box in movie.Inside(content))
            {
                if (box.Type == "mvhd") TakeTimeless(box);
                else if (tracks.TryGetValue(box.Start, out var track)) TakeTrack(track);
                else Leave(box);
            }
        }

        private void TakeTrack(Mp4Track track)
        {
            TakeInside(track.Box);
            foreach (var (start, end) in track.Samples(content)) Take(start, end);
        }

        private void TakeInside(Mp4Box holder)
        {
            Take(holder.Start, holder.Body);
            foreach (var box in holder.Inside(content))
            {
                if (Holders.Contains(box.Type)) TakeInside(box);
                else if (box.Type is "tkhd" or "mdhd") TakeTimeless(box);
                else if (box.Type == "hdlr") Take(box.Start, Math.Min(box.End, box.Body + HandlerNameAt));
                else if (box.Type == "stsd") TakeDescription(box);
                else if (Shown.Contains(box.Type)) Take(box.Start, box.End);
                else Leave(box);
            }
        }

        /// <summary>When it was made and changed: after version and flags, in four bytes each or, in version 1, eight.</summary>
        private void TakeTimeless(Mp4Box box)
        {
            if (box.End - box.Body < 20) throw new VideoDamagedException("A head is cut off.");
            Take(box.Start, box.End);
            Bytes.AsSpan(box.Body + 4, content[box.Body] == 1 ? 16 : 8).Clear();
        }

        /// <summary>Without the name of the encoder, which a description of pictures has at a fixed place.</summary>
        private void TakeDescription(Mp4Box box)
        {
            Take(box.Start, box.End);
            foreach (var entry in Mp4Box.Between(content, box.Body + 8, box.End))
            {
                if (entry.Type is "avc1" or "avc3" or "hvc1" or "hev1" or "av01" or "vp08" or "vp09" or "mp4v"
                    && entry.End - entry.Body >= VisualNameAt + VisualNameLength)
                {
                    Bytes.AsSpan(entry.Body + VisualNameAt, VisualNameLength).Clear();
                }
            }
        }
    }
}
