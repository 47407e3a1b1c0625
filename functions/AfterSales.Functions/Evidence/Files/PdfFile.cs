using System.IO.Compression;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// A PDF read whole: every object that its cross-references name, in streams of objects too (ISO 32000-2, 7.5). Strict: what a viewer
/// would have to guess is damage, because then two viewers may see two documents.
/// </summary>
internal sealed class PdfFile
{
    private const int MostObjects = 50_000;
    private const int MostInflated = 16 * 1024 * 1024;
    private const int MostSections = 64;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly Dictionary<int, (int At, int Container)> _entries = [];
    private readonly HashSet<int> _places = [];
    private readonly Dictionary<int, PdfObject> _objects = [];
    private readonly PdfBudget _budget = new();
    private int _inflated;

    private PdfFile(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>The newest trailer: where the catalogue is.</summary>
    public PdfObject.Dictionary Trailer { get; private set; } = new(new Dictionary<string, PdfObject>());

    public bool IsEncrypted { get; private set; }

    /// <summary>The objects in force by number.</summary>
    public IReadOnlyDictionary<int, PdfObject> Objects => _objects;

    /// <summary>Objects that later changes of the file replaced.</summary>
    public List<PdfObject> Replaced { get; } = [];

    /// <exception cref="PdfDamagedException">It cannot be read whole.</exception>
    public static PdfFile Read(ReadOnlyMemory<byte> bytes)
    {
        var file = new PdfFile(bytes);
        file.ReadSections();
        if (!file.IsEncrypted) file.ReadObjects();
        return file;
    }

    public PdfObject? Resolve(PdfObject? value)
    {
        for (var steps = 0; value is PdfObject.Reference reference; steps++)
        {
            if (steps > 32) throw new PdfDamagedException("References go round.");
            value = Objects.GetValueOrDefault(reference.Number);
        }

        return value;
    }

    public PdfObject.Dictionary? ResolveDictionary(PdfObject? value) => Resolve(value) as PdfObject.Dictionary;

    private void ReadSections()
    {
        var next = new Stack<int>([StartOfReferences()]);
        var seen = new HashSet<int>();
        while (next.TryPop(out var at))
        {
            if (!seen.Add(at)) continue;
            if (seen.Count > MostSections) throw new PdfDamagedException("Too many changes.");
            var parser = new PdfParser(_bytes, _budget) { At = at };
            var trailer = parser.Take("xref"u8) ? ReadTable(parser) : ReadReferenceStream(parser);
            if (Trailer.Entries.Count == 0) Trailer = trailer;
            IsEncrypted |= trailer["Encrypt"] is not null;
            if ((trailer["Prev"] as PdfObject.Token)?.Number is { } previous) next.Push(previous);
            if ((trailer["XRefStm"] as PdfObject.Token)?.Number is { } hybrid) next.Push(hybrid);
        }
    }

    private int StartOfReferences()
    {
        var end = _bytes.Span.LastIndexOf("%%EOF"u8);
        if (end < 0 || _bytes.Span[(end + 5)..].ContainsAnyExcept(" \r\n\t\0"u8)) throw new PdfDamagedException("The end is missing.");
        var start = _bytes.Span[..end].LastIndexOf("startxref"u8);
        if (start < 0) throw new PdfDamagedException("No startxref.");
        return new PdfParser(_bytes, _budget) { At = start + 9 }.Integer();
    }

    private PdfObject.Dictionary ReadTable(PdfParser parser)
    {
        while (!parser.Take("trailer"u8))
        {
            var (first, count) = (parser.Integer(), parser.Integer());
            for (var i = 0; i < count; i++)
            {
                var at = parser.Integer();
                parser.Integer();
                if (parser.Take("n"u8)) Enter(first + i, at, container: -1);
                else parser.Expect("f"u8);
            }
        }

        return parser.Value() as PdfObject.Dictionary ?? throw new PdfDamagedException("No trailer.");
    }

    private PdfObject.Dictionary ReadReferenceStream(PdfParser parser)
    {
        if (Indirect(parser, null) is not PdfObject.Stream stream || !stream.Head.Is("Type", "XRef")) throw new PdfDamagedException("No references.");
        var widths = Numbers(stream.Head["W"]);
        if (widths.Count != 3 || widths.Any(width => width is < 0 or > 7)) throw new PdfDamagedException("No widths.");
        var ranges = stream.Head["Index"] is { } index ? Numbers(index) : [0, Numbers(stream.Head["Size"])[0]];
        var rows = new Row(Inflated(stream), widths);
        for (var range = 0; range + 1 < ranges.Count; range += 2)
        {
            for (var i = 0; i < ranges[range + 1]; i++)
            {
                var (kind, second, third) = rows.Next();
                if (kind == 1) Enter(ranges[range] + i, checked((int)second), container: -1);
                else if (kind == 2) Enter(ranges[range] + i, checked((int)third), container: checked((int)second));
            }
        }

        return stream.Head;
    }

    private void Enter(int number, int at, int container)
    {
        if (_entries.Count >= MostObjects) throw new PdfDamagedException("Too many objects.");
        if (container < 0) _places.Add(at);
        _entries.TryAdd(number, (at, container));
    }

    private void ReadObjects()
    {
        // Lengths of streams may be objects themselves, so numbers come first.
        foreach (var (number, entry) in _entries.Where(entry => entry.Value.Container < 0))
        {
            var parser = Header(entry.At, number);
            if (parser.Value() is PdfObject.Token token) _objects[number] = token;
        }

        foreach (var (number, entry) in _entries.Where(entry => entry.Value.Container < 0 && !_objects.ContainsKey(entry.Key)))
        {
            _objects[number] = Indirect(new PdfParser(_bytes, _budget) { At = entry.At }, number);
        }

        foreach (var group in _entries.Where(entry => entry.Value.Container >= 0).GroupBy(entry => entry.Value.Container).ToList())
        {
            Unpack(group.Key, [.. group.Select(entry => entry.Key)]);
        }

        foreach (var at in _places.Except(_entries.Values.Where(entry => entry.Container < 0).Select(entry => entry.At)))
        {
            Replaced.Add(Indirect(new PdfParser(_bytes, _budget) { At = at }, null));
        }
    }

    private void Unpack(int container, HashSet<int> wanted)
    {
        if (_objects.GetValueOrDefault(container) is not PdfObject.Stream stream || !stream.Head.Is("Type", "ObjStm"))
        {
            throw new PdfDamagedException("No stream of objects.");
        }

        var content = Inflated(stream);
        var first = (Resolve(stream.Head["First"]) as PdfObject.Token)?.Number ?? throw new PdfDamagedException("No first object.");
        var count = (Resolve(stream.Head["N"]) as PdfObject.Token)?.Number ?? 0;
        var head = new PdfParser(content, _budget);
        for (var i = 0; i < count; i++)
        {
            var (number, at) = (head.Integer(), head.Integer());
            var value = new PdfParser(content, _budget) { At = checked(first + at) }.Value();
            if (wanted.Contains(number)) _objects[number] = value;
            else Replaced.Add(value);
        }
    }

    private PdfParser Header(int at, int? number)
    {
        var parser = new PdfParser(_bytes, _budget) { At = at };
        var named = parser.Integer();
        if (number is { } wanted && named != wanted) throw new PdfDamagedException("Another object is there.");
        parser.Integer();
        parser.Expect("obj"u8);
        return parser;
    }

    private PdfObject Indirect(PdfParser start, int? number)
    {
        var parser = Header(start.At, number);
        var value = parser.Value();
        if (value is not PdfObject.Dictionary head || !parser.Take("stream"u8)) return value;
        var at = parser.At;
        if (at < _bytes.Length && _bytes.Span[at] == '\r') at++;
        if (at < _bytes.Length && _bytes.Span[at] == '\n') at++;
        var length = (Resolve(head["Length"]) as PdfObject.Token)?.Number ?? -1;
        if (length < 0 || length > _bytes.Length - at) throw new PdfDamagedException("A stream without length.");
        parser.At = at + length;
        parser.Expect("endstream"u8);
        return new PdfObject.Stream(head, _bytes.Slice(at, length));
    }

    private List<int> Numbers(PdfObject? value) => Resolve(value) switch
    {
        PdfObject.Array list => [.. list.Items.Select(item => (item as PdfObject.Token)?.Number ?? throw new PdfDamagedException("No number."))],
        PdfObject.Token { Number: { } number } => [number],
        _ => throw new PdfDamagedException("Numbers are wanted."),
    };

    private byte[] Inflated(PdfObject.Stream stream)
    {
        var filter = Resolve(stream.Head["Filter"]);
        if (filter is PdfObject.Array { Items.Count: 1 } list) filter = Resolve(list.Items[0]);
        var content = filter switch
        {
            null => stream.Data.ToArray(),
            PdfObject.Name { Text: "FlateDecode" } => Inflate(stream.Data),
            _ => throw new PdfDamagedException("Objects in a coding that is not read here."),
        };
        var parameters = Resolve(stream.Head["DecodeParms"]);
        if (parameters is PdfObject.Array { Items.Count: 1 } one) parameters = Resolve(one.Items[0]);
        return parameters is PdfObject.Dictionary how && Number(how, "Predictor", 1) >= 10 ? Unpredicted(content, Number(how, "Columns", 1)) : content;
    }

    private int Number(PdfObject.Dictionary from, string key, int otherwise) => (Resolve(from[key]) as PdfObject.Token)?.Number ?? otherwise;

    private byte[] Inflate(ReadOnlyMemory<byte> data)
    {
        using var source = new ZLibStream(new MemoryStream(data.ToArray()), CompressionMode.Decompress);
        using var result = new MemoryStream();
        var chunk = new byte[16 * 1024];
        try
        {
            for (int read; (read = source.Read(chunk)) > 0;)
            {
                _inflated += read;
                if (_inflated > MostInflated) throw new PdfDamagedException("It unpacks to too much.");
                result.Write(chunk, 0, read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new PdfDamagedException(e.Message);
        }

        return result.ToArray();
    }

    /// <summary>Undoes PNG's row filters for single bytes (ISO 32000-2, 7.4.4.4).</summary>
    private static byte[] Unpredicted(byte[] content, int columns)
    {
        if (columns is < 1 or > 1000) throw new PdfDamagedException("No such columns.");
        var rows = content.Length / (columns + 1);
        var result = new byte[rows * columns];
        for (var row = 0; row < rows; row++)
        {
            var filter = content[row * (columns + 1)];
            for (var i = 0; i < columns; i++)
            {
                int left = i > 0 ? result[(row * columns) + i - 1] : 0;
                int above = row > 0 ? result[((row - 1) * columns) + i] : 0;
                int corner = row > 0 && i > 0 ? result[((row - 1) * columns) + i - 1] : 0;
                var guess = filter switch
                {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    4 => Paeth(left, above, corner),
                    _ => throw new PdfDamagedException("No such filter."),
                };
                result[(row * columns) + i] = unchecked((byte)(content[(row * (columns + 1)) + 1 + i] + guess));
            }
        }

        return result;
    }

    private static int Paeth(int left, int above, int corner)
    {
        var guess = left + above - corner;
        var (a, b, c) = (Math.Abs(guess - left), Math.Abs(guess - above), Math.Abs(guess - corner));
        return a <= b && a <= c ? left : b <= c ? above : corner;
    }

    /// <summary>Rows of a stream of references: three numbers of fixed widths.</summary>
    private sealed class Row(byte[] content, List<int> widths)
    {
        private int _at;

        public (long Kind, long Second, long Third) Next() => (Field(0, otherwise: 1), Field(1, 0), Field(2, 0));

        private long Field(int field, long otherwise)
        {
            if (widths[field] == 0) return otherwise;
            if (_at + widths[field] > content.Length) throw new PdfDamagedException("References are cut off.");
            long value = 0;
            for (var i = 0; i < widths[field]; i++) value = (value << 8) | content[_at++];
            return value;
        }
    }
}
