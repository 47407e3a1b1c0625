using System.Collections.Immutable;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime.Text;

namespace AfterSales.Domain.Reconciliations;

/// <summary>Where the fields of a line are found, by the headings of the file; null for what the file does not tell.</summary>
public sealed record StatementColumns(string Date, string Amount, string? Id, string? Reference, string? Counterparty);

/// <summary>When a line and a movement are the same.</summary>
/// <param name="Supplier">Whether the line's counterparty must be the supplier's id.</param>
/// <param name="Days">How many days they may lie apart; null = any.</param>
public sealed record MatchRule(string Name, bool Reference, bool Amount, bool Supplier, int? Days);

/// <summary>A kind of file of a bank or marketplace: how it is read, and how its lines are found in the ledger. See functions/Reconciliation/README.md.</summary>
/// <param name="Account">The path of the line of the chart whose movements the file tells of.</param>
/// <param name="Negated">Whether the file's sign is the other way round.</param>
public sealed record StatementSource(
    string Id, Words Title, string Encoding, char Delimiter, string Account, StatementColumns Columns, LocalDatePattern Dates, bool Negated,
    ImmutableArray<MatchRule> Rules)
{
    /// <summary>How many days outside those of the file a movement can lie that a rule finds.</summary>
    public int MostDays => Rules.Max(rule => rule.Days ?? 0);

    /// <summary>What an entry moves on the account, by supplier; positive where the account grows by its type.</summary>
    public Money? MovementOf(LedgerEntry entry)
    {
        Money? sum = null;
        foreach (LedgerLine line in LedgerLine.Of(entry))
        {
            if ((line.Debit.IsZero && line.Credit.IsZero) || line.Account is not { } account) continue;
            if (ChartOfAccounts.Shipped.LineOf(account, entry.Supplier) is not { } chart || chart.Path != Account) continue;
            Money grown = chart.Type is AccountType.Asset or AccountType.Expense ? line.Debit - line.Credit : line.Credit - line.Debit;
            sum = sum is { } before ? before + grown : grown;
        }
        return sum is { IsZero: false } ? sum : null;
    }
}

/// <summary>Reads files that describe sources.</summary>
public static class StatementSourceFile
{
    private const string Folder = "reconciliation/";
    private const int MostDays = 60;

    private static readonly Lazy<ImmutableSortedDictionary<string, StatementSource>> Embedded = new(ReadShipped);

    /// <summary>The sources of functions/Reconciliation, embedded in this assembly, by id.</summary>
    public static ImmutableSortedDictionary<string, StatementSource> Shipped => Embedded.Value;

    /// <summary>Null when there is any fault; all of them are listed.</summary>
    /// <param name="file">The file's name; the source's id must be this without <c>.yaml</c>.</param>
    public static StatementSource? Read(string file, ReadOnlyMemory<byte> utf8, ICollection<SourceFault> faults)
    {
        var found = new FaultList(file);
        StatementSource? source = YamlTree.Read(utf8, found) is { } root ? Source(file, root, found) : null;
        found.CopyTo(faults);
        return found.Any ? null : source;
    }

    private static StatementSource Source(string file, SourceNode root, FaultList faults)
    {
        var top = new MapReader(
            root, faults, "a source", "id", "title", "encoding", "delimiter", "account", "columns", "dates", "negate", "rules");
        SourceText id = top.Text("id");
        if (id.Value.Length > 0 && id.Value != Path.GetFileNameWithoutExtension(file))
            top.Fault("id", "wrong-id", $"The id '{id.Value}' is not the file's name '{file}'; they are the same.");
        string delimiter = top.OneOf("delimiter", [",", ";", "tab"], absent: ",").Value;
        ImmutableArray<MatchRule> rules = [.. top.Items("rules").Select(node => Rule(node, faults))];
        if (top.IsMap && rules.IsEmpty) top.Fault("rules", "missing-key", "A source needs 'rules'.");
        return new StatementSource(
            id.Value,
            top.WordsAt("title"),
            top.OneOf("encoding", ["utf-8", "gb18030"], absent: "utf-8").Value,
            delimiter == "tab" ? '\t' : delimiter.FirstOrDefault(','),
            top.OneOf("account", [.. ChartOfAccounts.Shipped.Lines.Select(line => line.Path)]).Value,
            top.Node("columns") is { } columns ? Columns(columns, faults) : Columns(root, faults),
            Dates(top),
            top.Flag("negate"),
            rules);
    }

    private static StatementColumns Columns(SourceNode node, FaultList faults)
    {
        var map = new MapReader(node, faults, "'columns'", "id", "date", "amount", "reference", "counterparty");
        return new StatementColumns(
            map.Text("date").Value, map.Text("amount").Value, map.OptionalString("id"), map.OptionalString("reference"),
            map.OptionalString("counterparty"));
    }

    private static LocalDatePattern Dates(MapReader top)
    {
        SourceText text = top.Text("dates");
        try
        {
            return LocalDatePattern.CreateWithInvariantCulture(text.Value);
        }
        catch (InvalidPatternException e)
        {
            if (text.Value.Length > 0) top.Fault("dates", "wrong-value", $"'{text.Value}' is no pattern of a day: {e.Message}");
            return LocalDatePattern.Iso;
        }
    }

    private static MatchRule Rule(SourceNode node, FaultList faults)
    {
        var map = new MapReader(node, faults, "a rule", "name", "same", "days");
        ImmutableArray<SourceText> same = map.Texts("same");
        foreach (SourceText field in same) MapReader.CheckOneOf(field, "an item of 'same'", ["reference", "amount", "supplier"], faults);
        int? days = null;
        if (map.OptionalText("days") is { } text)
        {
            days = int.TryParse(text.Value, out int number) ? number : -1;
            if (days is < 0 or > MostDays) map.Fault("days", "wrong-value", $"'days' is a number from 0 to {MostDays}.");
        }
        var rule = new MatchRule(map.Text("name").Value, Has("reference"), Has("amount"), Has("supplier"), days);
        if (map.IsMap && !rule.Reference && !(rule.Amount && rule.Days is not null))
            map.Fault("same", "wrong-value", "A rule without the reference needs the amount and 'days'.");
        return rule;

        bool Has(string field) => same.Any(item => item.Value == field);
    }

    private static ImmutableSortedDictionary<string, StatementSource> ReadShipped()
    {
        var faults = new List<SourceFault>();
        var sources = ImmutableSortedDictionary.CreateBuilder<string, StatementSource>(StringComparer.Ordinal);
        foreach (string name in typeof(StatementSource).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            using Stream stream = typeof(StatementSource).Assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            if (Read(name[Folder.Length..], bytes, faults) is { } source) sources[source.Id] = source;
        }
        return faults.Count == 0 ? sources.ToImmutable() : throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
    }
}
