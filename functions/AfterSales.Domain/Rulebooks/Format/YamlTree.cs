using System.Collections.Immutable;
using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>
/// Reads a YAML file into nodes that know their places. Plain data only: anchors, aliases, tags, merge keys and a second document
/// are refused, and so are keys that are lists or maps.
/// </summary>
internal static class YamlTree
{
    public const int MaxBytes = 1 << 20;

    public const int MaxDepth = 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null when the file could not be read to its end; <paramref name="faults"/> then has the reason.</summary>
    public static SourceNode? Read(ReadOnlyMemory<byte> utf8, FaultList faults)
    {
        var start = new SourcePosition(1, 1);
        if (utf8.Length > MaxBytes)
        {
            faults.Add(start, "file-too-large", $"The file has {utf8.Length:N0} bytes; at most {MaxBytes:N0} are read.");
            return null;
        }

        if (Decode(utf8, faults) is not { } text)
        {
            return null;
        }

        var builder = new Builder(text, faults);
        try
        {
            return builder.Document();
        }
        catch (YamlException e)
        {
            faults.Add(At(e.Start), "yaml", $"This is no YAML: {Reason(e)}{Advice(e)}");
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // The scanner gives up so on some broken files, such as a list that is not closed before the next key.
            faults.Add(
                builder.Reached, "yaml", "This is no YAML: what begins here does not end properly. Look for a missing ] } or quote.");
            return null;
        }
    }

    private static string? Decode(ReadOnlyMemory<byte> utf8, FaultList faults)
    {
        ReadOnlySpan<byte> bytes = utf8.Span;
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            ReadOnlySpan<byte> before = bytes[..e.Index];
            int column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
            faults.Add(
                new SourcePosition(before.Count((byte)'\n') + 1, column), "not-utf8", "A byte here is not UTF-8; save the file as UTF-8.");
            return null;
        }
    }

    private static SourcePosition At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    private static string Reason(YamlException e)
    {
        string message = e.Message.TrimEnd('.');
        int place = message.IndexOf("): ", StringComparison.Ordinal);
        return (message.StartsWith('(') && place > 0 ? message[(place + 3)..] : message) + ".";
    }

    private static string Advice(YamlException e) => e.Message switch
    {
        var m when m.Contains("apping values are not allowed", StringComparison.Ordinal) =>
            " A text that contains ': ' must be quoted.",
        var m when m.Contains("tab", StringComparison.OrdinalIgnoreCase) => " Indent with spaces.",
        var m when m.Contains("flow", StringComparison.Ordinal) =>
            " A text with { } [ ] or a comma must be quoted inside { } and [ ].",
        _ => "",
    };

    private sealed class Builder(string text, FaultList faults)
    {
        private readonly string[] _lines = text.Split('\n');
        private readonly Parser _parser = new(new StringReader(text));

        /// <summary>Where reading has got to.</summary>
        public SourcePosition Reached => _parser.Current is { } current ? At(current.Start) : new SourcePosition(1, 1);

        public SourceNode? Document()
        {
            _parser.Consume<StreamStart>();
            if (_parser.Accept<StreamEnd>(out _))
            {
                faults.Add(new SourcePosition(1, 1), "empty-file", "The file is empty; a rulebook begins with 'id:'.");
                return null;
            }

            _parser.Consume<DocumentStart>();
            SourceNode? root = Node(1);
            if (root is null)
            {
                return null;
            }

            _parser.Consume<DocumentEnd>();
            if (_parser.Accept<DocumentStart>(out DocumentStart? second))
            {
                faults.Add(At(second.Start), "second-document", "A rulebook is one YAML document; remove '---' and what follows.");
                return null;
            }

            return root;
        }

        /// <summary>Null when it is nested too deeply; nothing after it is read.</summary>
        private SourceNode? Node(int depth)
        {
            var next = (ParsingEvent)_parser.Current!;
            if (depth > MaxDepth)
            {
                faults.Add(At(next.Start), "nested-too-deep", $"Lists and maps are nested more than {MaxDepth} deep here.");
                return null;
            }

            if (next is NodeEvent node)
            {
                RefuseDecoration(node);
            }

            switch (next)
            {
                case Scalar scalar:
                    _parser.MoveNext();
                    return new SourceNode.Scalar(Text(scalar));
                case AnchorAlias alias:
                    _parser.MoveNext();
                    faults.Add(At(alias.Start), "alias", $"The alias '*{alias.Value}' is not allowed; write the value out.");
                    return new SourceNode.Scalar(new SourceText("", At(alias.Start)));
                case SequenceStart sequence:
                    return Sequence(sequence, depth);
                default:
                    return Map((MappingStart)next, depth);
            }
        }

        private SourceNode.Sequence? Sequence(SequenceStart start, int depth)
        {
            _parser.MoveNext();
            var items = ImmutableArray.CreateBuilder<SourceNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                if (Node(depth + 1) is not { } item)
                {
                    return null;
                }

                items.Add(item);
            }

            return new SourceNode.Sequence(items.ToImmutable(), At(start.Start));
        }

        private SourceNode.Map? Map(MappingStart start, int depth)
        {
            _parser.MoveNext();
            var entries = ImmutableArray.CreateBuilder<KeyValuePair<SourceText, SourceNode>>();
            var seen = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
            while (!_parser.TryConsume<MappingEnd>(out _))
            {
                if (Node(depth + 1) is not { } key || Node(depth + 1) is not { } value)
                {
                    return null;
                }

                if (key is not SourceNode.Scalar { Text: var name })
                {
                    faults.Add(key.At, "key-not-text", "A key is a text; a list or a map cannot be one.");
                }
                else if (name is { Value: "<<", Plain: true })
                {
                    faults.Add(name.At, "merge-key", "The merge key '<<' is not allowed; write the entries out.");
                }
                else if (!seen.TryAdd(name.Value, name.At))
                {
                    faults.Add(name.At, "duplicate-key", $"'{name.Value}' is here twice; it was already given at {seen[name.Value]}.");
                }
                else
                {
                    entries.Add(new(name, value));
                }
            }

            return new SourceNode.Map(entries.ToImmutable(), At(start.Start));
        }

        private void RefuseDecoration(NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
            {
                faults.Add(At(node.Start), "anchor", $"The anchor '&{node.Anchor}' is not allowed; quote a text that begins with '&'.");
            }

            if (!node.Tag.IsEmpty)
            {
                faults.Add(At(node.Start), "tag", $"The tag '{node.Tag}' is not allowed; quote a text that begins with '!'.");
            }
        }

        private SourceText Text(Scalar scalar)
        {
            SourcePosition start = At(scalar.Start);
            return scalar.Style switch
            {
                ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted =>
                    new SourceText(scalar.Value, start with { Column = start.Column + 1 }, Plain: false),
                ScalarStyle.Literal or ScalarStyle.Folded => new SourceText(scalar.Value.TrimEnd('\n'), BlockText(start), Plain: false),
                _ => new SourceText(scalar.Value, start),
            };
        }

        /// <summary>Where the text after <c>|</c> or <c>&gt;</c> begins.</summary>
        private SourcePosition BlockText(SourcePosition indicator)
        {
            for (int line = indicator.Line; line < _lines.Length; line++)
            {
                int column = _lines[line].AsSpan().IndexOfAnyExcept(' ', '\r');
                if (column >= 0)
                {
                    return new SourcePosition(line + 1, column + 1);
                }
            }

            return indicator;
        }
    }
}
