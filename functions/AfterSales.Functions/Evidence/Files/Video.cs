namespace AfterSales.Functions.Evidence;

/// <summary>The container of a video is not whole, or is built in a way that is not read here.</summary>
internal sealed class VideoDamagedException(string message) : Exception(message);

/// <summary>What a container says about its video.</summary>
internal sealed record VideoFacts(string ContentType, int Width, int Height, long Milliseconds);

/// <summary>Reads short videos: the container whole, so that it is known to be complete and to hold picture and sound only. The pictures
/// themselves are not decoded.</summary>
internal static class Video
{
    public const string Mp4Type = "video/mp4", QuickTimeType = "video/quicktime", WebMType = "video/webm";

    /// <summary>Largest video, in bytes.</summary>
    public const int LargestFile = 25 * 1024 * 1024;

    /// <summary>Longest video.</summary>
    public const long MostMilliseconds = 60_000;

    public static bool Is(ReadOnlySpan<byte> content) => Mp4.Is(content) || WebM.Is(content);

    /// <summary>The video, or why the file is refused.</summary>
    public static (Exhibit? Video, ExhibitFault? Fault) Read(ReadOnlyMemory<byte> content)
    {
        if (content.Length > LargestFile) return (null, ExhibitFault.TooLarge);
        if (ForeignContent.IsIn(content.Span)) return (null, ExhibitFault.HidesOther);
        try
        {
            var facts = Mp4.Is(content.Span) ? Mp4.Read(content) : WebM.Read(content);
            var fault = facts is null ? ExhibitFault.VideoNotSupported
                : (long)facts.Width * facts.Height > Photo.MostPixels ? ExhibitFault.TooManyPixels
                : facts.Milliseconds > MostMilliseconds ? ExhibitFault.TooLong
                : null;
            if (fault is not null) return (null, fault);

            // What the other party could not be shown is no evidence.
            Exhibit.CopyWithoutMetadata(facts!.ContentType, content.ToArray());
            return (Exhibit.Of(facts.ContentType, content, facts.Width, facts.Height) with { Milliseconds = facts.Milliseconds }, null);
        }
        catch (Exception e) when (e is VideoDamagedException or OverflowException)
        {
            return (null, ExhibitFault.Damaged);
        }
    }
}
