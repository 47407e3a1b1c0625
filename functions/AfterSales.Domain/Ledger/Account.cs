using System.Text.Json;
using System.Text.Json.Serialization;
using AfterSales.Domain.Suppliers;

namespace AfterSales.Domain.Ledger;

/// <summary>
/// An account of the ledger: two to five segments of letters, digits, dots, hyphens and underscores, separated by colons, such
/// as <c>supplier:S-1:deposit</c>.
/// </summary>
[JsonConverter(typeof(AccountJson))]
public readonly record struct Account : IComparable<Account>
{
    private readonly string? _path;

    private Account(string path) => _path = path;

    /// <summary>What is owed to customers, and paid to them through marketplaces.</summary>
    public static Account CustomerRefunds { get; } = new("customer:refunds");

    /// <summary>What customers get beyond the price (MALL-LAD-9).</summary>
    public static Account CustomerCompensation { get; } = new("customer:compensation");

    /// <summary>Money that comes from outside the ledger, in cash or by transfer.</summary>
    public static Account HouseCash { get; } = new("house:cash");

    /// <summary>Goods bought from suppliers, against which <see cref="Payables"/> grow.</summary>
    public static Account HousePurchases { get; } = new("house:purchases");

    /// <summary>Fines taken in.</summary>
    public static Account HouseFines { get; } = new("house:fines");

    /// <summary>Complaint fund levies taken in (MALL-C8.6-1000).</summary>
    public static Account HouseLevies { get; } = new("house:levies");

    /// <summary>Penalties taken in (MALL-LAD-7).</summary>
    public static Account HousePenalties { get; } = new("house:penalties");

    /// <summary>Deposits forfeited on expulsion (MALL-C8.5-OUT).</summary>
    public static Account HouseForfeits { get; } = new("house:forfeits");

    /// <summary>Deposit money that is called in and not paid yet: the other side of what is claimed in cash (MALL-LAD-4).</summary>
    public static Account HouseCalls { get; } = new("house:calls");

    /// <summary>Corrections by finance.</summary>
    public static Account HouseCorrections { get; } = new("house:corrections");

    public static Account Deposit(SupplierId supplier) => new($"supplier:{supplier}:deposit");

    /// <summary>What the mall owes the supplier for goods, from which its deposit is topped up (MALL-LAD-4).</summary>
    public static Account Payables(SupplierId supplier) => new($"supplier:{supplier}:payables");

    /// <summary>What the supplier owes in cash: levies, and top-ups for which its payables were too small (MALL-LAD-4, MALL-C8.6-1000).</summary>
    public static Account CashClaims(SupplierId supplier) => new($"supplier:{supplier}:claims");

    /// <summary>What another party than the supplier owes for its part in the faults.</summary>
    /// <param name="party">Such as <c>carrier</c>.</param>
    public static Account FaultOf(string party) => new($"fault:{party}:claims");

    /// <summary>What a counter may recover from the maker or seller responsible (MALL-QFR-3).</summary>
    public static Account Recoverable(SupplierId counter) => new($"counter:{counter}:recoverable");

    /// <summary>What the makers and sellers behind a counter owe it.</summary>
    public static Account Makers(SupplierId counter) => new($"maker:{counter}:claims");

    /// <exception cref="FormatException">The id would not fit a segment.</exception>
    public static Account Fines(string personId) => Parse($"person:{personId}:fines");

    public static bool TryParse(string? path, out Account account)
    {
        account = default;
        if (path is not { Length: <= 200 }) return false;
        string[] segments = path.Split(':');
        if (segments.Length is < 2 or > 5 || !segments.All(IsSegment)) return false;
        account = new Account(path);
        return true;
    }

    /// <exception cref="FormatException">Not such a path.</exception>
    public static Account Parse(string path) => TryParse(path, out Account account) ? account : throw new FormatException($"'{path}' is no account.");

    public int CompareTo(Account other) => string.CompareOrdinal(ToString(), other.ToString());

    public override string ToString() => _path ?? "";

    public static bool operator <(Account left, Account right) => left.CompareTo(right) < 0;

    public static bool operator <=(Account left, Account right) => left.CompareTo(right) <= 0;

    public static bool operator >(Account left, Account right) => left.CompareTo(right) > 0;

    public static bool operator >=(Account left, Account right) => left.CompareTo(right) >= 0;

    private static bool IsSegment(string segment) =>
        segment.Length is >= 1 and <= 64 && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');
}

internal sealed class AccountJson : JsonConverter<Account>
{
    public override Account Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Account.TryParse(reader.GetString(), out Account account) ? account : throw new JsonException("Not an account.");

    public override void Write(Utf8JsonWriter writer, Account value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());

    public override Account ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Read(ref reader, typeToConvert, options);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, Account value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.ToString());
}
