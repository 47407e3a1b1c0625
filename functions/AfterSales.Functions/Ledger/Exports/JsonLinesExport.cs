using System.Text;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>
/// A JSON object a line: the entry as stored, and beside it what makes the chain checkable without this program. <c>digest</c> is the
/// SHA-256, in hex, of the UTF-8 bytes of <c>content</c>, a JSON array whose first item is the digest of the entry before.
/// </summary>
internal static class JsonLinesExport
{
    private const int BufferBytes = 64 * 1024;

    public static async Task WriteAsync(
        IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, Stream to, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferBytes, leaveOpen: true);
        await foreach (LedgerEntry entry in entries.Where(selection.Covers).WithCancellation(cancellationToken))
        {
            string content = Encoding.UTF8.GetString(entry.Content().Span);
            await text.WriteAsync(AppJson.ToText(new Line(entry.Supplier.ToString(), entry.Sequence, entry.Digest, content, entry)));
            await text.WriteAsync('\n');
        }
    }

    private sealed record Line(string Supplier, long Sequence, string Digest, string Content, LedgerEntry Entry);
}
