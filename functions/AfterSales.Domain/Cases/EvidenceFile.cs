using System.Text.Json.Serialization;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What sort of file it is; its content says so, never its name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<EvidenceKind>))]
public enum EvidenceKind
{
    [JsonStringEnumMemberName("photo")] Photo,
    [JsonStringEnumMemberName("video")] Video,
    [JsonStringEnumMemberName("document")] Document,
}

/// <summary>A file of the case. Its bytes are kept elsewhere under its hash.</summary>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Width">Pixels; null of a document.</param>
/// <param name="Milliseconds">How long a video lasts.</param>
/// <param name="Pages">Of a document.</param>
public record EvidenceFile(
    string Name, string Sha256, long Bytes, string ContentType, int? Width, int? Height, long? Milliseconds = null, int? Pages = null)
{
    [JsonIgnore]
    public EvidenceKind Kind =>
        ContentType.StartsWith("video/", StringComparison.Ordinal) ? EvidenceKind.Video
        : ContentType == "application/pdf" ? EvidenceKind.Document
        : EvidenceKind.Photo;
}

/// <summary>A file as the case has it.</summary>
/// <param name="By">Who sent it.</param>
/// <param name="At">When it came; of one that was staged, when it was submitted.</param>
/// <param name="Late">It came after the instant until which its sender had been asked for evidence.</param>
public sealed record FiledEvidence(
    string Name, string Sha256, long Bytes, string ContentType, int? Width, int? Height, long? Milliseconds, int? Pages, Actor By, Instant At,
    bool Late) : EvidenceFile(Name, Sha256, Bytes, ContentType, Width, Height, Milliseconds, Pages)
{
    public static FiledEvidence Of(EvidenceFile file, Actor by, Instant at, bool late) => new(
        file.Name, file.Sha256, file.Bytes, file.ContentType, file.Width, file.Height, file.Milliseconds, file.Pages, by, at, late);
}
