using System.Collections.Immutable;
using System.Security.Cryptography;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AfterSales.Domain.Rulebooks;

/// <summary>A policy's clauses with original wording, read from the YAML file that is embedded in this assembly.</summary>
public sealed class ClauseFile
{
    private ClauseFile(RulebookVersion version, string zone, ImmutableArray<Clause> clauses)
    {
        Version = version;
        Zone = zone;
        Clauses = clauses;
    }

    public RulebookVersion Version { get; }

    /// <summary>A tz database id.</summary>
    public string Zone { get; }

    public ImmutableArray<Clause> Clauses { get; }

    /// <exception cref="InvalidOperationException">There is no such file in the assembly, or a clause in it is incomplete.</exception>
    public static ClauseFile Load(string name)
    {
        using Stream stream = typeof(ClauseFile).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"No clause file '{name}' is embedded.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        byte[] bytes = memory.ToArray();
        using var reader = new StreamReader(new MemoryStream(bytes));
        Document document = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build()
            .Deserialize<Document>(reader);
        var version = new RulebookVersion(document.Id, document.Version, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        return new ClauseFile(version, document.Zone, [.. document.Clauses.Select(entry => entry.ToClause())]);
    }

    private sealed class Document
    {
        public string Id { get; set; } = "";

        public string Version { get; set; } = "";

        public string Zone { get; set; } = "";

        public List<Entry> Clauses { get; set; } = [];
    }

    private sealed class Entry
    {
        public string Id { get; set; } = "";

        public string Text { get; set; } = "";

        public string TextEn { get; set; } = "";

        public string Source { get; set; } = "";

        public List<string> Readings { get; set; } = [];

        public Clause ToClause() => Id.Length > 0 && Text.Length > 0 && TextEn.Length > 0 && Source.Length > 0
            ? new Clause(Id, Text, TextEn, Source, [.. Readings])
            : throw new InvalidOperationException($"Clause '{Id}' lacks its text, English text or source.");
    }
}
