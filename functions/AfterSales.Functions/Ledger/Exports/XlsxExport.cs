using System.IO.Compression;
using AfterSales.Domain.Ledger;
using SpreadCheetah;
using SpreadCheetah.Styling;
using SpreadCheetah.Worksheets;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>
/// A workbook with the lines, on as many sheets as Excel's rows ask for, then the balances of the accounts and the sums, which are known
/// when the lines are written. Cells are texts, days and numbers; none is a formula. Excel keeps 15 digits of a number: sums of ten trillion
/// yuan and more lose their fen there, and nowhere else. The same entries give the same bytes: it is written to a temporary file first, in
/// which the parts' times are those of no clock. Written with SpreadCheetah: the asynchronous writer of MiniExcel (1.46) puts an
/// element among the rows that Excel does not let pass, and its other one blocks.
/// </summary>
public static class XlsxExport
{
    private const int RowsOfExcel = 1_048_576;
    private const int BufferBytes = 64 * 1024;

    private static readonly SpreadCheetahOptions Options = new()
    {
        BufferSize = BufferBytes,
        CompressionLevel = SpreadCheetahCompressionLevel.Fastest,

        // They tell when the file was written.
        DocumentProperties = null,
    };

    // The first that a ZIP archive can say.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="mostLines">Of a sheet.</param>
    public static async Task WriteAsync(
        IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, Stream to, CancellationToken cancellationToken,
        int mostLines = RowsOfExcel - 1)
    {
        await using var file = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, BufferBytes,
            FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await WriteBookAsync(entries, selection, file, mostLines, cancellationToken);
        using (var parts = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (ZipArchiveEntry part in parts.Entries) part.LastWriteTime = NoTime;
        }
        file.Position = 0;
        await file.CopyToAsync(to, cancellationToken);
    }

    private static async Task WriteBookAsync(
        IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, Stream to, int mostLines, CancellationToken cancellationToken)
    {
        await using Spreadsheet book = await Spreadsheet.CreateNewAsync(to, Options, cancellationToken);
        var styles = new XlsxStyles(
            book.AddStyle(new Style { Font = new Font { Bold = true } }),
            book.AddStyle(new Style { Format = NumberFormat.Custom("#,##0.00") }),
            book.AddStyle(new Style { Format = NumberFormat.Custom("yyyy-mm-dd") }));
        var rows = new XlsxRows(styles);
        (TrialBalance balance, long count) = await WriteLinesAsync(book, rows, entries, selection, mostLines, cancellationToken);
        await StartAsync(book, "余额 Balances", XlsxRows.BalanceColumns, styles, cancellationToken);
        foreach (AccountMovement account in balance.Accounts) await book.AddRowAsync(rows.Of(account), cancellationToken);
        await StartAsync(book, "合计 Totals", XlsxRows.TotalColumns, styles, cancellationToken);
        foreach (Cell[] total in rows.Totals(balance, count, selection)) await book.AddRowAsync(total, cancellationToken);
        await book.FinishAsync(cancellationToken);
    }

    private static async Task<(TrialBalance Balance, long Entries)> WriteLinesAsync(
        Spreadsheet book, XlsxRows rows, IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, int mostLines,
        CancellationToken cancellationToken)
    {
        var balance = new TrialBalance();
        (long count, int sheets, int free) = (0, 1, mostLines);
        await StartAsync(book, "分录 Entries", XlsxRows.LineColumns, rows.Styles, cancellationToken);
        await foreach (LedgerEntry entry in entries.WithCancellation(cancellationToken))
        {
            bool covered = selection.Covers(entry);
            if (!covered && !selection.IsBefore(entry)) continue;
            if (covered) count++;
            foreach (LedgerLine line in LedgerLine.Of(entry))
            {
                balance.Add(line, opening: !covered);
                if (!covered) continue;
                if (free == 0)
                {
                    await StartAsync(book, $"分录 Entries {++sheets}", XlsxRows.LineColumns, rows.Styles, cancellationToken);
                    free = mostLines;
                }
                await book.AddRowAsync(rows.Of(line), cancellationToken);
                free--;
            }
        }
        return (balance, count);
    }

    private static async Task StartAsync(
        Spreadsheet book, string name, IReadOnlyList<(string Name, int Width)> columns, XlsxStyles styles, CancellationToken cancellationToken)
    {
        var options = new WorksheetOptions { FrozenRows = 1 };
        for (int column = 0; column < columns.Count; column++) options.Column(column + 1).Width = columns[column].Width;
        await book.StartWorksheetAsync(name, options, cancellationToken);
        await book.AddHeaderRowAsync([.. columns.Select(column => column.Name)], styles.Head, cancellationToken);
    }
}
