using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Evidence;

/// <summary>Names of evidence files within a case.</summary>
public static class EvidenceName
{
    // Null: never evidence, whatever is in it, because machines act on the name.
    private static readonly Dictionary<string, EvidenceKind?> Ends = new(StringComparer.OrdinalIgnoreCase)
    {
        [".jpg"] = EvidenceKind.Photo,
        [".jpeg"] = EvidenceKind.Photo,
        [".png"] = EvidenceKind.Photo,
        [".webp"] = EvidenceKind.Photo,
        [".mp4"] = EvidenceKind.Video,
        [".m4v"] = EvidenceKind.Video,
        [".mov"] = EvidenceKind.Video,
        [".webm"] = EvidenceKind.Video,
        [".pdf"] = EvidenceKind.Document,
        [".html"] = null,
        [".htm"] = null,
        [".svg"] = null,
        [".xml"] = null,
        [".js"] = null,
        [".exe"] = null,
        [".bat"] = null,
        [".cmd"] = null,
        [".scr"] = null,
        [".msi"] = null,
        [".apk"] = null,
        [".jar"] = null,
        [".zip"] = null,
        [".rar"] = null,
        [".7z"] = null,
        [".doc"] = null,
        [".docx"] = null,
        [".xls"] = null,
        [".xlsx"] = null,
    };

    public static bool IsValid(string? name) =>
        name is { Length: >= 1 and <= 100 } && name[0] != '.'
        && name.All(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '_' or '-' or '(' or ')');

    /// <summary>Whether the name's end, if it is one that says anything, says that the file is of this kind.</summary>
    public static bool Fits(string name, EvidenceKind kind) => !Ends.TryGetValue(Path.GetExtension(name), out var said) || said == kind;
}
