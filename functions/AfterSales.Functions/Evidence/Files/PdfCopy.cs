using System.Buffers;
using System.Globalization;
using System.Text;

namespace AfterSales.Functions.Evidence;

/// <summary>
/// The copy of a PDF that the other party sees: written anew from what its pages need, so that who made it when and where (Info, XMP,
/// programs' private data), what earlier versions said and what nothing refers to are left out, and photos in it lose what cameras wrote.
/// </summary>
internal static class PdfCopy
{
    private static readonly HashSet<string> AboutTheFile = new(StringComparer.Ordinal) { "Metadata", "PieceInfo", "LastModified", "Thumb" };

    private static readonly HashSet<string> AboutTheWriter = new(StringComparer.Ordinal) { "M", "CreationDate", "NM" };

    /// <param name="content">A document that was taken as evidence.</param>
    /// <exception cref="PdfDamagedException">It is none that <see cref="Document.Read"/> takes.</exception>
    public static byte[] WithoutMetadata(byte[] content)
    {
        var file = PdfFile.Read(content);
        var copy = new Writer(file);
        return copy.Write(file.Trailer["Root"] as PdfObject.Reference ?? throw new PdfDamagedException("No catalogue."));
    }

    private sealed class Writer(PdfFile file)
    {
        private readonly ArrayBufferWriter<byte> _out = new();
        private readonly Dictionary<int, int> _numbers = [];
        private readonly Queue<int> _waiting = new();
        private readonly List<int> _places = [];

        public byte[] Write(PdfObject.Reference root)
        {
            Text("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
            NumberOf(root.Number);
            while (_waiting.TryDequeue(out var number))
            {
                _places.Add(_out.WrittenCount);
                Text($"{_numbers[number]} 0 obj\n");
                Put(file.Objects.GetValueOrDefault(number) ?? new PdfObject.Token("null"u8.ToArray()));
                Text("\nendobj\n");
            }

            var references = _out.WrittenCount;
            Text($"xref\n0 {_places.Count + 1}\n0000000000 65535 f \n");
            foreach (var at in _places) Text($"{at:D10} 00000 n \n");
            Text($"trailer\n<</Size {_places.Count + 1}/Root 1 0 R>>\nstartxref\n{references}\n%%EOF\n");
            return _out.WrittenSpan.ToArray();
        }

        private void Put(PdfObject value)
        {
            switch (value)
            {
                case PdfObject.Token token:
                    _out.Write(token.Written.Span);
                    break;
                case PdfObject.Name name:
                    _out.Write(name.Written.Span);
                    break;
                case PdfObject.Reference reference:
                    Text(Named(NumberOf(reference.Number)));
                    break;
                case PdfObject.Array list:
                    Text("[");
                    foreach (var item in list.Items)
                    {
                        Put(item);
                        Text(" ");
                    }

                    Text("]");
                    break;
                case PdfObject.Dictionary map:
                    Put(map, length: null);
                    break;
                case PdfObject.Stream stream:
                    var data = stream.Head.Is("Filter", "DCTDecode")
                        ? PhotoCopy.WithoutMetadata("image/jpeg", stream.Data.ToArray())
                        : stream.Data;
                    Put(stream.Head, data.Length);
                    Text("\nstream\n");
                    _out.Write(data.Span);
                    Text("\nendstream");
                    break;
                default:
                    throw new InvalidOperationException($"No such value: {value.GetType().Name}");
            }
        }

        private void Put(PdfObject.Dictionary map, int? length)
        {
            var isAnnotation = map["Rect"] is not null && map["Subtype"] is not null;
            Text("<<");
            foreach (var (key, value) in map.Entries)
            {
                if (AboutTheFile.Contains(key) || (isAnnotation && IsAboutTheWriter(map, key)) || (key == "Length" && length is not null)) continue;
                Text($"{Escaped(key)} ");
                Put(value);
            }

            Text(length is { } bytes ? $"/Length {bytes}>>" : ">>");
        }

        // Of a field of a form, T is its name; of a remark, who wrote it.
        private static bool IsAboutTheWriter(PdfObject.Dictionary annotation, string key) =>
            AboutTheWriter.Contains(key) || (key == "T" && !annotation.Is("Subtype", "Widget"));

        private int NumberOf(int number)
        {
            if (_numbers.TryGetValue(number, out var known)) return known;
            _waiting.Enqueue(number);
            return _numbers[number] = _numbers.Count + 1;
        }

        private static string Named(int number) => $"{number} 0 R";

        private static string Escaped(string name)
        {
            var text = new StringBuilder("/");
            foreach (var c in name)
            {
                if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+' or '*') text.Append(c);
                else text.Append('#').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            }

            return text.ToString();
        }

        private void Text(string text) => _out.Write(Encoding.Latin1.GetBytes(text));
    }
}
