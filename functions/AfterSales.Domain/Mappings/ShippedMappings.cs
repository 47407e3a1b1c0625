using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Mappings;

/// <summary>The mappings of functions/Mappings, embedded in this assembly.</summary>
public static class ShippedMappings
{
    private const string Folder = "mappings/";
    private const string Extension = ".yaml";

    /// <summary>Their ids in order.</summary>
    public static IReadOnlyList<string> Ids { get; } =
    [
        .. typeof(ShippedMappings).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Null when there is no such mapping, or when it has faults, which are then listed.</summary>
    public static PayloadMapping? Find(string id, ICollection<SourceFault> faults)
    {
        using Stream? stream = typeof(ShippedMappings).Assembly.GetManifestResourceStream(Folder + id + Extension);
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return MappingFile.Read(id + Extension, bytes, faults);
    }
}
