using System.Globalization;
using System.Text;
using System.Xml;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>A page of blob names: blobs, and the directories that a delimiter makes of the others.</summary>
/// <param name="Next">The name that the next page starts with; null on the last page.</param>
internal sealed record BlobPage(List<BlobRow> Blobs, List<string> Prefixes, string? Next);

/// <summary>A block of a block list. Length in bytes.</summary>
internal sealed record BlockRow(string Id, long Length);

/// <summary>The XML of the blob service.</summary>
internal static class BlobXml
{
    private static readonly XmlReaderSettings Untrusted = new() { DtdProcessing = DtdProcessing.Prohibit };

    private static readonly (string Parameter, string Element)[] Echoed =
        [("prefix", "Prefix"), ("marker", "Marker"), ("maxresults", "MaxResults"), ("delimiter", "Delimiter")];

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false) };

    public static byte[] Error(StorageError error) => Write("Error", xml =>
    {
        xml.WriteElementString("Code", error.Code);
        xml.WriteElementString("Message", error.Message);
    });

    public static byte[] BlockList(IReadOnlyList<BlockRow>? committed, IReadOnlyList<BlockRow>? uncommitted) => Write("BlockList", xml =>
    {
        WriteBlocks(xml, "CommittedBlocks", committed);
        WriteBlocks(xml, "UncommittedBlocks", uncommitted);
    });

    public static byte[] Containers(string accountUrl, IReadOnlyList<ContainerRow> containers, string? next, bool metadata) =>
        Write("EnumerationResults", xml =>
        {
            xml.WriteAttributeString("ServiceEndpoint", accountUrl);
            xml.WriteStartElement("Containers");
            foreach (var container in containers)
            {
                xml.WriteStartElement("Container");
                xml.WriteElementString("Name", container.Name);
                xml.WriteStartElement("Properties");
                xml.WriteElementString("Last-Modified", BlobTag.HttpDate(container.Version));
                xml.WriteElementString("Etag", BlobTag.Format(container.Version).Trim('"'));
                WriteNoLease(xml);
                xml.WriteEndElement();
                WriteMetadata(xml, metadata ? container.Metadata : null);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteElementString("NextMarker", next is null ? "" : Marker(next));
        });

    public static byte[] Blobs(StorageRequest request, string container, BlobPage page, bool metadata) => Write("EnumerationResults", xml =>
    {
        xml.WriteAttributeString("ServiceEndpoint", request.AccountUrl);
        xml.WriteAttributeString("ContainerName", container);
        foreach (var (name, element) in Echoed)
        {
            if (request.Query(name) is { Length: > 0 } value)
            {
                WriteName(xml, element, value);
            }
        }

        xml.WriteStartElement("Blobs");
        foreach (var prefix in page.Prefixes)
        {
            xml.WriteStartElement("BlobPrefix");
            WriteName(xml, "Name", prefix);
            xml.WriteEndElement();
        }

        foreach (var blob in page.Blobs)
        {
            WriteBlob(xml, blob, metadata);
        }

        xml.WriteEndElement();
        xml.WriteElementString("NextMarker", page.Next is null ? "" : Marker(page.Next));
    });

    /// <summary>The block ids of a Put Block List body: each with the list (Committed, Uncommitted, Latest) it is looked for in.</summary>
    /// <exception cref="StorageError">400 InvalidXmlDocument.</exception>
    public static List<(string List, string Id)> ReadBlockList(ReadOnlyMemory<byte> body)
    {
        var result = new List<(string, string)>();
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body.ToArray()), Untrusted);
            xml.ReadStartElement("BlockList");
            while (xml.MoveToContent() == XmlNodeType.Element)
            {
                result.Add(xml.LocalName is "Committed" or "Uncommitted" or "Latest"
                    ? (xml.LocalName, xml.ReadElementContentAsString().Trim())
                    : throw InvalidXml());
            }
        }
        catch (XmlException)
        {
            throw InvalidXml();
        }

        return result;
    }

    /// <summary>A name as a marker that stands in a URL, and back.</summary>
    public static string Marker(string name) => "1!" + Convert.ToBase64String(Encoding.UTF8.GetBytes(name));

    /// <exception cref="StorageError">400 OutOfRangeQueryParameterValue.</exception>
    public static string FromMarker(string? marker)
    {
        if (string.IsNullOrEmpty(marker))
        {
            return "";
        }

        var buffer = new byte[marker.Length];
        return marker.StartsWith("1!", StringComparison.Ordinal) && Convert.TryFromBase64String(marker[2..], buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new StorageError(400, "OutOfRangeQueryParameterValue", "The marker is not one that was given out.");
    }

    private static StorageError InvalidXml() =>
        new(400, "InvalidXmlDocument", "XML specified is not syntactically valid.");

    private static byte[] Write(string root, Action<XmlWriter> content)
    {
        var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, Settings))
        {
            xml.WriteStartElement(root);
            content(xml);
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    private static void WriteBlocks(XmlWriter xml, string name, IReadOnlyList<BlockRow>? blocks)
    {
        if (blocks is null)
        {
            return;
        }

        xml.WriteStartElement(name);
        foreach (var block in blocks)
        {
            xml.WriteStartElement("Block");
            xml.WriteElementString("Name", block.Id);
            xml.WriteElementString("Size", block.Length.ToString(CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteBlob(XmlWriter xml, BlobRow blob, bool metadata)
    {
        xml.WriteStartElement("Blob");
        WriteName(xml, "Name", blob.Name);
        xml.WriteStartElement("Properties");
        xml.WriteElementString("Creation-Time", BlobTag.HttpDate(blob.Created));
        xml.WriteElementString("Last-Modified", BlobTag.HttpDate(blob.Version));
        xml.WriteElementString("Etag", BlobTag.Format(blob.Version).Trim('"'));
        xml.WriteElementString("Content-Length", blob.Length.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in blob.Properties.Headers)
        {
            xml.WriteElementString(name, value);
        }

        xml.WriteElementString("BlobType", blob.Kind.ToString());
        WriteNoLease(xml);
        xml.WriteElementString("ServerEncrypted", "true");
        xml.WriteEndElement();
        WriteMetadata(xml, metadata ? blob.Properties.Metadata : null);
        xml.WriteEndElement();
    }

    private static void WriteNoLease(XmlWriter xml)
    {
        xml.WriteElementString("LeaseStatus", "unlocked");
        xml.WriteElementString("LeaseState", "available");
    }

    private static void WriteMetadata(XmlWriter xml, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null)
        {
            return;
        }

        xml.WriteStartElement("Metadata");
        foreach (var (name, value) in metadata)
        {
            xml.WriteElementString(name, value);
        }

        xml.WriteEndElement();
    }

    // A name may hold characters that XML does not have; the service then percent-encodes it and says so.
    private static void WriteName(XmlWriter xml, string element, string name)
    {
        var plain = name.All(c => !char.IsControl(c) && c is not ('\uFFFE' or '\uFFFF'));
        xml.WriteStartElement(element);
        if (!plain)
        {
            xml.WriteAttributeString("Encoded", "true");
        }

        xml.WriteString(plain ? name : Uri.EscapeDataString(name));
        xml.WriteEndElement();
    }
}
