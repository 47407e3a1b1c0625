using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AfterSales.Domain;
using AfterSales.Domain.Reconciliations;
using AfterSales.Functions.Http;
using CsvHelper;
using CsvHelper.Configuration;
using NodaTime;

namespace AfterSales.Functions.Ledger.Reconciliation;

/// <summary>Reads a file as its source describes it, and names every line that cannot be read.</summary>
internal sealed partial class StatementReading(StatementSource source)
{
    // Beyond these, more of the same helps nobody.
    private const int MostFaults = 1000;

    private readonly List<StatementLine> _lines = [];
    private readonly List<Fault> _faults = [];

    /// <summary>The file's lines, or all its faults.</summary>
    public static async Task<(IReadOnlyList<StatementLine> Lines, IReadOnlyList<Fault> Faults)> ReadAsync(
        ReadOnlyMemory<byte> file, StatementSource source)
    {
        var reading = new StatementReading(source);
        try
        {
            await reading.ReadAsync(new StringReader(Decoded(file.Span, source)));
        }
        catch (DecoderFallbackException e)
        {
            reading._faults.Add(new Fault("", "not-text", $"The file is no {source.Encoding}: byte {e.Index} does not belong there."));
        }
        return reading._faults.Count > 0 ? ([], reading._faults) : (reading._lines, []);
    }

    private static string Decoded(ReadOnlySpan<byte> file, StatementSource source)
    {
        Encoding encoding = source.Encoding == "gb18030"
            ? CodePagesEncodingProvider.Instance.GetEncoding("gb18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!
            : new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        return encoding.GetString(file).TrimStart('\uFEFF');
    }

    private async Task ReadAsync(TextReader text)
    {
        using var csv = new CsvReader(text, new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = $"{source.Delimiter}",
            TrimOptions = TrimOptions.Trim,
            MissingFieldFound = null,
            BadDataFound = bad => Fault(bad.Context.Parser!.RawRow, "", "bad-quotes", "Quotes are not closed, or stand within a field."),
        });
        if (!await csv.ReadAsync() || !csv.ReadHeader())
        {
            Fault(1, "", "missing-column", "The file has no headings.");
            return;
        }
        if (!HasColumns(csv.HeaderRecord!)) return;
        while (await csv.ReadAsync())
        {
            if (_faults.Count >= MostFaults) return;
            TakeLine(csv);
        }
    }

    private bool HasColumns(IReadOnlyList<string> headings)
    {
        StatementColumns columns = source.Columns;
        string?[] wanted = [columns.Date, columns.Amount, columns.Id, columns.Reference, columns.Counterparty];
        foreach (string missing in wanted.OfType<string>().Except(headings))
            Fault(1, "", "missing-column", $"There is no column '{missing}'; there are {string.Join(", ", headings)}.");
        return _faults.Count == 0;
    }

    private void TakeLine(CsvReader csv)
    {
        int row = csv.Parser.RawRow;
        LocalDate? date = null;
        string day = Field(csv, source.Columns.Date) ?? "";
        if (source.Dates.Parse(day).TryGetValue(default, out LocalDate known) && RequestFields.IsOfOurTimes(known.Year)) date = known;
        else Fault(row, "/date", "invalid-date", $"'{day}' is no day such as {source.Dates.Format(new LocalDate(2026, 11, 2))}.");
        string number = Field(csv, source.Columns.Amount) ?? "";
        if (!Money.TryParse(Plain(number), out Money amount) || amount.IsZero)
            Fault(row, "/amount", "invalid-amount", $"'{number}' is no amount with at most two decimals, or it is zero.");
        if (date is not { } on || amount.IsZero) return;
        _lines.Add(new StatementLine(
            row, Field(csv, source.Columns.Id), on, source.Negated ? -amount : amount, Field(csv, source.Columns.Reference),
            Field(csv, source.Columns.Counterparty)));
    }

    /// <summary>Without a plus and without commas between groups of three digits; a comma anywhere else is no thousands' one.</summary>
    private static string Plain(string number) =>
        Grouped().IsMatch(number) ? number.Replace(",", "", StringComparison.Ordinal).TrimStart('+') : number.TrimStart('+');

    [GeneratedRegex(@"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Grouped();

    private static string? Field(CsvReader csv, string? column) =>
        column is not null && csv.TryGetField(column, out string? text) && text is { Length: > 0 } ? text : null;

    private void Fault(int line, string pointer, string code, string detail) =>
        _faults.Add(new Fault($"/lines/{line}{pointer}", code, $"Line {line}: {detail}"));
}
