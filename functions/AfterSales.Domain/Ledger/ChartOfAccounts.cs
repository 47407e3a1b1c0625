using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Domain.Ledger;

/// <summary>What an account stands for. The ledger counts what is credited: liabilities, equity and income are positive, assets and
/// expenses negative.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccountType>))]
public enum AccountType
{
    [JsonStringEnumMemberName("asset")] Asset,
    [JsonStringEnumMemberName("liability")] Liability,
    [JsonStringEnumMemberName("equity")] Equity,
    [JsonStringEnumMemberName("income")] Income,
    [JsonStringEnumMemberName("expense")] Expense,
}

/// <summary>A line of the chart.</summary>
/// <param name="Path">An account path in which <c>{supplier}</c> and <c>{person}</c> stand for an id.</param>
/// <param name="Clause">The clause that asks for the account, if one does.</param>
public sealed record ChartLine(string Path, AccountType Type, Words Name, string? Clause)
{
    internal const string Supplier = "{supplier}";
    internal const string Person = "{person}";

    private readonly string[] _segments = Path.Split(':');

    /// <summary>Whether the account is one of this line in the supplier's book.</summary>
    public bool Covers(Account account, SupplierId supplier)
    {
        ReadOnlySpan<char> path = account.ToString();
        int segment = 0;
        foreach (Range range in path.Split(':'))
        {
            if (segment == _segments.Length || !Matches(_segments[segment++], path[range], supplier)) return false;
        }
        return segment == _segments.Length;
    }

    private static bool Matches(string pattern, ReadOnlySpan<char> segment, SupplierId supplier) => pattern switch
    {
        Supplier => segment.SequenceEqual(supplier.ToString()),
        Person => true,
        _ => segment.SequenceEqual(pattern),
    };
}

/// <summary>The accounts that suppliers' books may use. See functions/Ledger/README.md.</summary>
public sealed record ChartOfAccounts(int Version, ImmutableArray<ChartLine> Lines)
{
    private const string File = "chart.yaml";

    private static readonly Lazy<ChartOfAccounts> Embedded = new(ReadShipped);

    /// <summary>functions/Ledger/chart.yaml, embedded in this assembly.</summary>
    public static ChartOfAccounts Shipped => Embedded.Value;

    /// <summary>The line of an account in a supplier's book; null when the chart has none.</summary>
    public ChartLine? LineOf(Account account, SupplierId supplier) => Lines.FirstOrDefault(line => line.Covers(account, supplier));

    /// <summary>Null when there is any fault; all of them are listed.</summary>
    public static ChartOfAccounts? Read(ReadOnlyMemory<byte> utf8, ICollection<SourceFault> faults)
    {
        var found = new FaultList(File);
        ChartOfAccounts? chart = YamlTree.Read(utf8, found) is { } root ? Chart(root, found) : null;
        found.CopyTo(faults);
        return found.Any ? null : chart;
    }

    private static ChartOfAccounts Chart(SourceNode root, FaultList faults)
    {
        var top = new MapReader(root, faults, "a chart of accounts", "version", "accounts");
        SourceText version = top.Text("version");
        if (!int.TryParse(version.Value, out int number) || number < 1) top.Fault("version", "wrong-value", "The version is a number from 1 up.");
        ImmutableArray<ChartLine> lines = [.. top.Items("accounts").Select(node => Line(node, faults))];
        if (lines.IsEmpty) top.Fault("accounts", "missing-key", "A chart needs 'accounts'.");
        foreach (IGrouping<string, ChartLine> twice in lines.GroupBy(line => line.Path).Where(group => group.Count() > 1))
            top.Fault("accounts", "twice", $"The account '{twice.Key}' is there twice.");
        return new ChartOfAccounts(number, lines);
    }

    private static ChartLine Line(SourceNode node, FaultList faults)
    {
        var map = new MapReader(node, faults, "an account", "path", "type", "name", "clause");
        SourceText path = map.Text("path");
        string plain = path.Value.Replace(ChartLine.Supplier, "x", StringComparison.Ordinal).Replace(ChartLine.Person, "x", StringComparison.Ordinal);
        if (path.Value.Length > 0 && !Account.TryParse(plain, out _)) map.Fault("path", "wrong-value", $"'{path.Value}' is no path of an account.");
        SourceText type = map.OneOf("type", [.. WireName.All<AccountType>()]);
        AccountType known = WireName.TryParse(type.Value, out AccountType parsed) ? parsed : default;
        return new ChartLine(path.Value, known, map.WordsAt("name"), map.OptionalString("clause"));
    }

    private static ChartOfAccounts ReadShipped()
    {
        using Stream stream = typeof(ChartOfAccounts).Assembly.GetManifestResourceStream($"ledger/{File}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var faults = new List<SourceFault>();
        return Read(bytes, faults) ?? throw new InvalidOperationException(string.Join(Environment.NewLine, faults));
    }
}
