using System.Buffers.Binary;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// The copy of a WebM file that the other party sees: the same picture and sound at the same places; titles, tags, dates, names of
/// programs and whatever is not needed to show it turned into empty elements.
/// </summary>
internal static class WebMCopy
{
    /// <param name="content">A video that was taken as evidence.</param>
    /// <exception cref="VideoDamagedException">It is none that <see cref="Video.Read"/> takes.</exception>
    public static byte[] WithoutMetadata(byte[] content)
    {
        var copy = new byte[content.Length];
        foreach (var element in WebMElement.Between(content, 0, content.Length)) Take(content, copy, element);
        return copy;
    }

    private static void Take(byte[] content, byte[] copy, WebMElement element)
    {
        switch (element.Id)
        {
            case WebMElement.Segment or WebMElement.Info or WebMElement.Tracks or WebMElement.TrackEntry:
                content.AsSpan(element.Start, element.Body - element.Start).CopyTo(copy.AsSpan(element.Start));
                foreach (var inside in element.Inside(content)) TakeInside(content, copy, element.Id, inside);
                break;
            case WebMElement.Head or WebMElement.Cluster or WebMElement.Cues:
                content.AsSpan(element.Start, element.End - element.Start).CopyTo(copy.AsSpan(element.Start));
                break;
            default:
                Leave(copy, element);
                break;
        }
    }

    private static void TakeInside(byte[] content, byte[] copy, uint parent, WebMElement element)
    {
        var isKept = parent switch
        {
            WebMElement.Info => element.Id is WebMElement.TimestampScale or WebMElement.Duration,
            WebMElement.TrackEntry => element.Id is not (WebMElement.TrackName or WebMElement.Checksum),
            _ => false,
        };
        if (isKept)
        {
            content.AsSpan(element.Start, element.End - element.Start).CopyTo(copy.AsSpan(element.Start));
        }
        else if (parent == WebMElement.Info && element.Id is WebMElement.MuxingApp or WebMElement.WritingApp)
        {
            // They must be there; what they say need not.
            content.AsSpan(element.Start, element.Body - element.Start).CopyTo(copy.AsSpan(element.Start));
            copy.AsSpan(element.Body, element.End - element.Body).Fill((byte)' ');
        }
        else
        {
            Take(content, copy, element);
        }
    }

    /// <summary>An empty element of the same length: one byte of id, one or eight of length, zeros.</summary>
    private static void Leave(byte[] copy, WebMElement element)
    {
        var length = element.End - element.Start;
        var place = copy.AsSpan(element.Start, length);
        place.Clear();
        place[0] = (byte)WebMElement.Void;
        if (length < 9)
        {
            place[1] = (byte)(0x80 | (length - 2));
            return;
        }

        BinaryPrimitives.WriteInt64BigEndian(place[1..], (1L << 56) | (long)(length - 9));
    }
}
