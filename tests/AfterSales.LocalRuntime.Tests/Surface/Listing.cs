using System.Text.RegularExpressions;

namespace AfterSales.LocalRuntime.Tests.Surface;

/// <summary>A type as a listing has it.</summary>
internal sealed record ListedType(string Name, string Header, string? Usage, IReadOnlyList<string> Members)
{
    /// <summary>Interfaces, delegates and enums mean nothing in part: code on either side relies on the whole.</summary>
    public bool IsWhole =>
        Header.StartsWith("public interface ", StringComparison.Ordinal) || Header.StartsWith("public enum ", StringComparison.Ordinal);
}

/// <summary>The listings of the real packages, by type, in the same words as <see cref="Signatures"/>.</summary>
internal sealed partial class Listing
{
    private readonly Dictionary<string, ListedType> _types = [];

    public Listing(string text)
    {
        var attributes = new List<string>();
        List<string>? members = null;
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith('['))
            {
                attributes.Add(line);
            }
            else if (line.StartsWith("public ", StringComparison.Ordinal))
            {
                var usage = attributes.Find(a => a.StartsWith("[System.AttributeUsage", StringComparison.Ordinal));
                members = Add(Normal(line), usage);
                attributes.Clear();
            }
            else if (line.StartsWith("assembly ", StringComparison.Ordinal))
            {
                members = null;
            }
            else if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                members?.Add(Normal(line));
            }
        }
    }

    public static Listing OfTheRealPackages()
    {
        var assembly = typeof(Listing).Assembly;
        var names = assembly.GetManifestResourceNames().Where(n => n.EndsWith(".txt", StringComparison.Ordinal));
        return new Listing(string.Join('\n', names.Select(name =>
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })));
    }

    /// <summary>What of a declared type is not in the listing, or not so.</summary>
    public IEnumerable<string> Deviations(ListedType declared)
    {
        if (!_types.TryGetValue(declared.Name, out var listed))
        {
            yield return $"{declared.Name}: there is no such type";
            yield break;
        }

        if (WithoutSerialization(listed.Header) != WithoutSerialization(declared.Header))
        {
            yield return $"{declared.Name}: declared '{declared.Header}', listed '{listed.Header}'";
        }

        if (listed.Usage != declared.Usage)
        {
            yield return $"{declared.Name}: declared {declared.Usage ?? "no AttributeUsage"}, listed {listed.Usage ?? "none"}";
        }

        foreach (var member in declared.Members.Except(listed.Members))
        {
            yield return $"{declared.Name}: declared '{member}', which is not listed";
        }

        foreach (var member in declared.IsWhole ? listed.Members.Except(declared.Members) : [])
        {
            yield return $"{declared.Name}: '{member}' is listed and not declared";
        }
    }

    /// <summary>What every exception inherits; the listing of Service Bus, an extract, leaves it out.</summary>
    private static string WithoutSerialization(string header) =>
        header.Replace(", System.Runtime.Serialization.ISerializable", "", StringComparison.Ordinal);

    private List<string> Add(string header, string? usage)
    {
        var name = TypeName().Match(header).Groups["name"].Value;
        if (_types.TryGetValue(name, out var known))
        {
            // One static class of extension methods in several assemblies.
            return (List<string>)known.Members;
        }

        var members = new List<string>();
        _types.Add(name, new ListedType(name, header, usage, members));
        return members;
    }

    private static string Normal(string line)
    {
        var text = Attribute().Replace(line.Trim(), "");
        text = Spaces().Replace(text, " ");
        text = text.Replace(" = default", " = null", StringComparison.Ordinal);
        return Sorted(text);
    }

    /// <summary>Interfaces in the order of their names, after the base class.</summary>
    private static string Sorted(string header)
    {
        var match = Bases().Match(header);
        if (!match.Success)
        {
            return header;
        }

        var bases = SplitTopLevel(match.Groups["bases"].Value).ToList();
        var head = bases.TakeWhile((b, i) => i == 0 && !IsInterface(b));
        var rest = bases.Skip(head.Count()).Order(StringComparer.Ordinal);
        return $"{match.Groups["start"].Value} : {string.Join(", ", head.Concat(rest))}{match.Groups["where"].Value}";
    }

    private static bool IsInterface(string name)
    {
        var simple = name.Split('<')[0].Split('.')[^1];
        return simple.Length > 1 && simple[0] == 'I' && char.IsUpper(simple[1]);
    }

    private static IEnumerable<string> SplitTopLevel(string list)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= list.Length; i++)
        {
            if (i == list.Length || (list[i] == ',' && depth == 0))
            {
                yield return list[start..i].Trim();
                start = i + 1;
            }
            else
            {
                depth += list[i] == '<' ? 1 : list[i] == '>' ? -1 : 0;
            }
        }
    }

    [GeneratedRegex(@"\[[A-Z][^\]]*\] ", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex(" +", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Spaces();

    [GeneratedRegex(
        @"^public (delegate [^(]* |((static|abstract|sealed|record) )*(class|struct|interface|enum) )(?<name>[^\s(:]+?(<[^>]*>)?)(?=[\s(:]|$)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex TypeName();

    [GeneratedRegex(
        @"^(?<start>public ((static|abstract|sealed|record) )*(class|struct|interface) \S+(, \w+>)?) : (?<bases>.*?)(?<where>( where .*)?)$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bases();
}
