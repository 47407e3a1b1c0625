using System.Globalization;
using System.Text;
using AfterSales.Functions.Rulebooks;

namespace AfterSales.Local;

/// <summary>
/// The cases that a draft changes, as CSV (RFC 4180, UTF-8 with its mark, so that spreadsheets read the Chinese): a line each, in the order
/// in which they were compared. The file has its name only once it is whole.
/// </summary>
internal sealed class ChangeFile : IDisposable
{
    private const string Heading = "case,supplier,version,before,after,difference,clauses,conclusions";

    private readonly string _path;
    private readonly string _unfinished;
    private readonly StreamWriter _lines;

    private ChangeFile(string path, string unfinished, StreamWriter lines) => (_path, _unfinished, _lines) = (path, unfinished, lines);

    /// <exception cref="CommandException">It cannot be written there.</exception>
    public static ChangeFile Create(string path)
    {
        var unfinished = $"{path}.unfinished";
        try
        {
            var lines = new StreamWriter(unfinished, append: false, Encoding.UTF8) { NewLine = "\r\n" };
            lines.WriteLine(Heading);
            return new ChangeFile(path, unfinished, lines);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be written: {e.Message}");
        }
    }

    public void Write(CaseChange change) => _lines.WriteLine(string.Join(
        ',',
        ((string[])
        [
            change.Case.ToString(),
            change.Supplier,
            change.Version,
            change.Money.Before.ToString(),
            change.Money.After.ToString(),
            change.Money.Difference.ToString(),
            string.Join(' ', change.Clauses),
            string.Join("; ", change.Conclusions.Select(Words)),
        ]).Select(Field)));

    /// <summary>Puts the whole file in place, and answers its path.</summary>
    public string Finish()
    {
        _lines.Dispose();
        File.Move(_unfinished, _path, overwrite: true);
        return _path;
    }

    public void Dispose()
    {
        _lines.Dispose();
        File.Delete(_unfinished);
    }

    private static string Words(DecisionDifference changed) => string.Create(
        CultureInfo.InvariantCulture, $"{changed.Name}: {changed.Before ?? "-"} -> {changed.After ?? "-"}");

    // A text that a spreadsheet would take for a formula is marked as text; amounts are not.
    private static string Field(string text)
    {
        var isAmount = decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out _);
        var plain = text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !isAmount ? $"'{text}" : text;
        return plain.AsSpan().ContainsAny(",\"\r\n") ? $"\"{plain.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : plain;
    }
}
