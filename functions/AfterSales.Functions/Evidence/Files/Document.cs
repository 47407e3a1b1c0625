namespace AfterSales.Functions.Evidence;

/// <summary>Reads PDFs that only show something: no scripts, no programs, no other files, no password.</summary>
internal static class Document
{
    public const string ContentType = "application/pdf";

    /// <summary>Most pages of a PDF.</summary>
    public const int MostPages = 50;

    private const int DeepestNesting = 64;

    private static readonly HashSet<string> Actions = new(StringComparer.Ordinal)
    {
        "JavaScript", "Launch", "SubmitForm", "ImportData", "ResetForm", "GoToR", "GoToE", "Rendition", "RichMediaExecute", "Movie", "Sound",
        "SetOCGState", "Hide", "Named", "Thread", "GoTo3DView",
    };

    private static readonly HashSet<string> Annotations = new(StringComparer.Ordinal) { "RichMedia", "Movie", "Sound", "Screen", "3D" };

    public static bool Is(ReadOnlySpan<byte> content) => content.StartsWith("%PDF-"u8);

    /// <summary>The document, or why it is refused.</summary>
    public static (Exhibit? Document, ExhibitFault? Fault) Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            if (ForeignContent.IsInDocument(content.Span)) return (null, ExhibitFault.HidesOther);
            var file = PdfFile.Read(content);
            if (file.IsEncrypted) return (null, ExhibitFault.Encrypted);
            if (file.Objects.Values.Concat(file.Replaced).Select(value => Unwanted(value, 0)).FirstOrDefault(found => found is not null) is { } fault)
            {
                return (null, fault);
            }

            var pages = Pages(file);
            if (pages > MostPages) return (null, ExhibitFault.TooManyPages);

            // What the other party could not be shown is no evidence.
            PdfCopy.WithoutMetadata(content.ToArray());
            return (Exhibit.Of(ContentType, content) with { Pages = pages }, null);
        }
        catch (Exception e) when (e is PdfDamagedException or OverflowException)
        {
            return (null, ExhibitFault.Damaged);
        }
    }

    private static ExhibitFault? Unwanted(PdfObject value, int depth) => value switch
    {
        _ when depth > DeepestNesting => throw new PdfDamagedException("Nested too deeply."),
        PdfObject.Stream stream => Unwanted(stream.Head, depth),
        PdfObject.Array list => list.Items.Select(item => Unwanted(item, depth + 1)).FirstOrDefault(found => found is not null),
        PdfObject.Dictionary map => UnwantedHere(map)
            ?? map.Entries.Values.Select(item => Unwanted(item, depth + 1)).FirstOrDefault(found => found is not null),
        _ => null,
    };

    private static ExhibitFault? UnwantedHere(PdfObject.Dictionary map) =>
        map["EmbeddedFiles"] is not null || map["EF"] is not null || map.Is("Type", "EmbeddedFile") || map.Is("Subtype", "FileAttachment")
            ? ExhibitFault.EmbedsFiles
            : map["JavaScript"] is not null || map["XFA"] is not null || Names(map["S"], Actions) || Names(map["Subtype"], Annotations)
                ? ExhibitFault.Active
                : null;

    private static bool Names(PdfObject? value, HashSet<string> unwanted) => value is PdfObject.Name name && unwanted.Contains(name.Text);

    private static int Pages(PdfFile file)
    {
        var catalogue = file.ResolveDictionary(file.Trailer["Root"]) ?? throw new PdfDamagedException("No catalogue.");
        var next = new Stack<PdfObject?>([catalogue["Pages"]]);
        var seen = new HashSet<PdfObject.Reference>();
        var pages = 0;
        while (next.TryPop(out var node) && pages <= MostPages)
        {
            if (node is not PdfObject.Reference reference || !seen.Add(reference)) throw new PdfDamagedException("The pages are no tree.");
            var page = file.ResolveDictionary(node) ?? throw new PdfDamagedException("A page is missing.");
            if (file.Resolve(page["Kids"]) is PdfObject.Array kids)
            {
                foreach (var kid in kids.Items) next.Push(kid);
            }
            else
            {
                pages++;
            }
        }

        return pages > 0 ? pages : throw new PdfDamagedException("No pages.");
    }
}
