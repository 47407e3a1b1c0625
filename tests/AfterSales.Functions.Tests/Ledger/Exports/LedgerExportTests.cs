using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Ledger.Exports;
using CsvHelper;
using MiniExcelLibs;
using NodaTime;

namespace AfterSales.Functions.Tests.Ledger.Exports;

/// <summary>Exports as files that other programs open again.</summary>
public sealed class LedgerExportTests
{
    private static readonly EntrySelection November = EntrySelection.OfMonth(null, new YearMonth(2026, 11));

    [Fact]
    public async Task The_lines_of_a_csv_add_up_to_the_balances()
    {
        IReadOnlyList<IDictionary<string, object>> rows = Csv(await ExportAsync(ExportFormat.Csv));

        Assert.Equal(rows.Sum(row => Amount(row, "debit")), rows.Sum(row => Amount(row, "credit")));
        Assert.Equal(SampleBooks.Balances, new Balances(Sums(rows, "credit", "debit"), Sums(rows, "held_credit", "held_debit")));
        Assert.Equal(SampleBooks.Entries.Select(entry => entry.Digest), rows.Select(row => (string)row["digest"]).Distinct());
    }

    [Fact]
    public async Task A_csv_holds_texts_that_are_no_formulas_and_chinese_that_excel_reads()
    {
        byte[] file = await ExportAsync(ExportFormat.Csv);
        IReadOnlyList<IDictionary<string, object>> rows = Csv(file);

        Assert.Equal(Encoding.UTF8.GetPreamble(), file[..3]);
        Assert.Equal(("'" + SampleBooks.FormulaNote, "'+86"), (rows[0]["note"], rows[0]["reference"]));
        Assert.Contains(rows, row => (string)row["note"] == "金履专柜" && (string)row["account_zh"] == "质量保证金");
        Assert.Contains(rows, row => (string)row["note"] == SampleBooks.TrickyNote);
        Assert.All(rows, row => Assert.DoesNotContain(row.Values.Cast<string>(), cell => cell.Length > 0 && "=+-@\t\r\n".Contains(cell[0], StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_sheets_of_a_workbook_tie_out()
    {
        byte[] file = await ExportAsync(ExportFormat.Xlsx, November);
        Assert.Equal(["分录 Entries", "余额 Balances", "合计 Totals"], new MemoryStream(file).GetSheetNames());
        IReadOnlyList<IDictionary<string, object>> lines = Sheet(file, "分录 Entries");
        IReadOnlyList<IDictionary<string, object>> accounts = Sheet(file, "余额 Balances");
        IReadOnlyList<IDictionary<string, object>> totals = Sheet(file, "合计 Totals");

        Assert.All(accounts, row => Assert.Equal(Cell(row, "期末 Closing"), Cell(row, "期初 Opening") + Cell(row, "贷方 Credit") - Cell(row, "借方 Debit")));
        Assert.Equal(lines.Sum(row => Cell(row, "借方 Debit")), Cell(totals[2], "合计 Total"));
        Assert.Equal(lines.Sum(row => Cell(row, "贷方 Credit")), Cell(totals[3], "合计 Total"));
        Assert.Equal(("2026-11-01 – 2026-11-30", 841.23m), (totals[0]["合计 Total"], Cell(totals[2], "合计 Total")));
        Assert.Equal([null, null, null, "平 ok", "平 ok", "平 ok"], totals.Select(row => row["核对 Check"]));
        IDictionary<string, object> deposit = accounts.Single(row => (string)row["科目 Account"] == "supplier:S-1:deposit");
        Assert.Equal((10000.00m, 9700.00m, -7.77m), (Cell(deposit, "期初 Opening"), Cell(deposit, "期末 Closing"), Cell(deposit, "冻结 Held")));
        Assert.Equal(
            SampleBooks.Balances.Posted.Values.Select(money => money.Units).Order(),
            accounts.GroupBy(row => row["科目 Account"]).Select(rows => rows.Sum(row => Cell(row, "期末 Closing"))).Where(sum => sum != 0).Order());
    }

    [Fact]
    public async Task A_workbook_says_nothing_of_when_it_was_written()
    {
        using var parts = new ZipArchive(new MemoryStream(await ExportAsync(ExportFormat.Xlsx)));
        Assert.All(parts.Entries, part => Assert.Equal(1980, part.LastWriteTime.Year));
        Assert.DoesNotContain(parts.Entries, part => part.FullName.StartsWith("docProps/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_workbook_holds_no_formula_and_texts_as_they_were()
    {
        byte[] file = await ExportAsync(ExportFormat.Xlsx);

        Assert.Contains(Sheet(file, "分录 Entries"), row => (string?)row["备注 Note"] == SampleBooks.FormulaNote);
        Assert.Contains(Sheet(file, "分录 Entries"), row => (string?)row["备注 Note"] == "金履专柜");
        Assert.Equal(new DateTime(2026, 10, 5), Sheet(file, "分录 Entries")[0]["日期 Date"]);
        using var zip = new ZipArchive(new MemoryStream(file));
        foreach (ZipArchiveEntry sheet in zip.Entries.Where(entry => entry.FullName.StartsWith("xl/worksheets/sheet", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(await sheet.OpenAsync());
            Assert.DoesNotContain("<f", await reader.ReadToEndAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lines_that_one_sheet_cannot_hold_go_to_the_next()
    {
        using var whole = new MemoryStream();
        await XlsxExport.WriteAsync(SampleBooks.StreamAsync(SampleBooks.Entries), new EntrySelection(), whole, default, mostLines: 7);
        byte[] file = whole.ToArray();

        List<string> sheets = new MemoryStream(file).GetSheetNames();
        Assert.Equal(["分录 Entries", "分录 Entries 2", "分录 Entries 3", "余额 Balances", "合计 Totals"], sheets);
        Assert.Equal(
            SampleBooks.Entries.SelectMany(LedgerLine.Of).Select(line => $"{line.Entry.Digest} {line.Number}"),
            sheets.Take(3).SelectMany(sheet => Sheet(file, sheet)).Select(row => $"{row["摘要值 Digest"]} {row["行 Line"]}"));
    }

    [Fact]
    public async Task A_journal_comes_to_the_balances_with_their_signs_turned()
    {
        string journal = Encoding.UTF8.GetString(await ExportAsync(ExportFormat.Hledger));

        Assert.Equal(Turned(SampleBooks.Balances), JournalBalances(journal));
        Assert.Contains("account liabilities:supplier:S-1:deposit\n    ; type: L\n    ; 质量保证金 Quality deposit\n", journal, StringComparison.Ordinal);
        Assert.Contains("\n; 2026-11-06 (S-1/7) pending entry_", journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_of_a_month_opens_with_what_was_there()
    {
        string journal = Encoding.UTF8.GetString(await ExportAsync(ExportFormat.Hledger, November));

        Assert.Contains("\n2026-10-31 * opening S-1\n", journal, StringComparison.Ordinal);
        Assert.DoesNotContain("2026-10-05", journal, StringComparison.Ordinal);
        Assert.Equal(Turned(SampleBooks.Balances), JournalBalances(journal));
    }

    [Fact]
    public async Task A_note_cannot_add_anything_to_a_journal()
    {
        string[] lines = Encoding.UTF8.GetString(await ExportAsync(ExportFormat.Hledger)).Split('\n');

        string note = Assert.Single(lines, line => line.Contains("forged", StringComparison.Ordinal));
        Assert.StartsWith("    ; note: two lines", note, StringComparison.Ordinal);
        Assert.DoesNotContain(note[7..], c => c is ',' or ';' or '[' or ']' or '|' || char.IsControl(c));
    }

    [Fact]
    public async Task The_chain_can_be_checked_from_json_lines_alone()
    {
        string[] lines = Encoding.UTF8.GetString(await ExportAsync(ExportFormat.Jsonl)).TrimEnd('\n').Split('\n');

        var heads = new Dictionary<string, string>();
        foreach (JsonNode line in lines.Select(line => JsonNode.Parse(line)!))
        {
            (string supplier, string content) = (line["supplier"]!.GetValue<string>(), line["content"]!.GetValue<string>());
            Assert.Equal(heads.GetValueOrDefault(supplier, new string('0', 64)), JsonNode.Parse(content)![0]!.GetValue<string>());
            heads[supplier] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Assert.Equal(heads[supplier], line["digest"]!.GetValue<string>());
            Assert.Equal(line["entry"]!["digest"]!.GetValue<string>(), heads[supplier]);
        }

        Assert.Equal(SampleBooks.All.Select(book => book.Book.Head), heads.Values);
    }

    [Theory]
    [InlineData(ExportFormat.Csv, 1)]
    [InlineData(ExportFormat.Jsonl, 0)]
    public async Task An_empty_ledger_is_a_file_without_entries(ExportFormat format, int lines) =>
        Assert.Equal(lines, Encoding.UTF8.GetString(await ExportAsync(format, entries: [])).Count(c => c == '\n'));

    [Fact]
    public async Task A_workbook_of_an_empty_ledger_has_its_headings_and_ties_out()
    {
        byte[] file = await ExportAsync(ExportFormat.Xlsx, entries: []);

        var heading = (IDictionary<string, object>)Assert.Single(new MemoryStream(file).Query(sheetName: "分录 Entries"));
        Assert.Contains("借方 Debit", heading.Values);
        Assert.Empty(Sheet(file, "分录 Entries"));
        Assert.Equal("平 ok", Sheet(file, "合计 Totals")[3]["核对 Check"]);
    }

    [Fact]
    public async Task Only_what_is_selected_is_written()
    {
        var second = new EntrySelection(SampleBooks.Second);
        Assert.Equal(["S-2"], Csv(await ExportAsync(ExportFormat.Csv, second)).Select(row => row["supplier"]).Distinct());
        var days = new EntrySelection(null, new LocalDate(2026, 11, 4), new LocalDate(2026, 11, 5));
        Assert.Equal(["5", "6"], Csv(await ExportAsync(ExportFormat.Csv, days)).Select(row => row["sequence"]).Distinct());
    }

    private static async Task<byte[]> ExportAsync(ExportFormat format, EntrySelection? selection = null, IReadOnlyList<LedgerEntry>? entries = null)
    {
        using var file = new MemoryStream();
        await new LedgerExport(format, selection ?? new EntrySelection()).WriteAsync(SampleBooks.StreamAsync(entries ?? SampleBooks.Entries), file, default);
        return file.ToArray();
    }

    private static List<IDictionary<string, object>> Csv(byte[] file)
    {
        using var csv = new CsvReader(new StreamReader(new MemoryStream(file)), CultureInfo.InvariantCulture);
        return [.. csv.GetRecords<dynamic>().Cast<IDictionary<string, object>>()];
    }

    private static List<IDictionary<string, object>> Sheet(byte[] file, string name) =>
        [.. new MemoryStream(file).Query(useHeaderRow: true, sheetName: name).Cast<IDictionary<string, object>>()];

    private static decimal Amount(IDictionary<string, object> row, string column) => decimal.Parse((string)row[column], CultureInfo.InvariantCulture);

    private static decimal Cell(IDictionary<string, object> row, string column) => Convert.ToDecimal(row[column], CultureInfo.InvariantCulture);

    private static ImmutableSortedDictionary<Account, Money> Sums(
        IEnumerable<IDictionary<string, object>> rows, string plus, string minus) =>
        ImmutableSortedDictionary.CreateRange(rows
            .Where(row => (string)row["account"] != "")
            .GroupBy(row => Account.Parse((string)row["account"]))
            .Select(account => KeyValuePair.Create(account.Key, Money.OfFen((long)(account.Sum(row => Amount(row, plus) - Amount(row, minus)) * 100))))
            .Where(account => !account.Value.IsZero));

    private static Dictionary<string, decimal> Turned(Balances balances) =>
        balances.Posted.ToDictionary(account => account.Key.ToString(), account => -account.Value.Units);

    /// <summary>Adds up the postings of a journal, the type's name taken off its accounts.</summary>
    private static Dictionary<string, decimal> JournalBalances(string journal) => journal.Split('\n')
        .Where(line => line.StartsWith("    ", StringComparison.Ordinal) && line.EndsWith(" CNY", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .GroupBy(posting => posting[0][(posting[0].IndexOf(':', StringComparison.Ordinal) + 1)..])
        .Select(account => KeyValuePair.Create(account.Key, account.Sum(posting => decimal.Parse(posting[1], CultureInfo.InvariantCulture))))
        .Where(account => account.Value != 0)
        .ToDictionary();
}
