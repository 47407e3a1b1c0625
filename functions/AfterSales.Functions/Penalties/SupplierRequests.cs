using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Penalties;

/// <summary>
/// Terms as finance sends them: <c>{name?, depositRequired?, responsiblePerson?}</c>. They replace what was agreed: without a
/// deposit the usual one is required, without a person nobody is registered.
/// </summary>
public sealed record TermsRequest(string? Name, Money DepositRequired, string? ResponsiblePerson)
{
    public static (TermsRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("name", "depositRequired", "responsiblePerson");
        var request = new TermsRequest(
            fields.Text("name", required: false, longest: 100),
            fields.Amount("depositRequired", required: false, zeroAllowed: true) ?? SupplierTerms.UsualDeposit,
            fields.Text("responsiblePerson", required: false, longest: 100));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}

/// <summary>
/// An entry as finance sends it: <c>{kind: "deposit" | "top-up", amount, currency?, source?, reference?, note?, effectiveOn?}</c>, or
/// <c>{kind: "correction", entry, note}</c>, which reverses that entry; what should stand instead is booked anew.
/// </summary>
public sealed record EntryRequest(string Kind, Money? Amount, string? Source, string? Entry, string? Reference, string? Note, LocalDate? EffectiveOn)
{
    public static (EntryRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        string? kind = fields.OneOf("kind", required: true, "deposit", "top-up", "correction");
        bool correction = kind == "correction";
        if (correction) fields.AllowOnly("kind", "entry", "reference", "note", "effectiveOn");
        else fields.AllowOnly("kind", "amount", "currency", "source", "reference", "note", "effectiveOn");
        fields.OneOf("currency", required: false, "CNY");
        var request = new EntryRequest(
            kind ?? "",
            correction || kind is null ? null : fields.Amount("amount", required: true, zeroAllowed: false),
            kind == "top-up" ? fields.OneOf("source", required: false, "cash", "payables") : null,
            correction ? fields.Text("entry", required: true, longest: 64) : null,
            fields.Text("reference", required: false, longest: 100),
            fields.Text("note", required: correction, longest: 500),
            fields.Day("effectiveOn"));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }

    /// <summary>The command for the ledger. A deposit comes in cash (MALL-DEP-1); a top-up from payables unless said otherwise (MALL-LAD-4).</summary>
    public LedgerCommand ToCommand(SupplierId supplier, string key, Instant now)
    {
        LocalDate day = EffectiveOn ?? now.InZone(Zones.Shanghai).Date;
        if (Kind == "correction") return new Reverse(key, new EntryReason(Kind, [], null, Reference, Note, day), now, Entry!);
        bool topUp = Kind == "top-up";
        Account from = topUp && Source != "cash" ? Account.HousePayables : Account.HouseCash;
        var reason = new EntryReason(Kind, [topUp ? "MALL-LAD-4" : "MALL-DEP-1"], null, Reference, Note, day);
        return new Post(key, reason, now, [new Posting(from, Account.Deposit(supplier), Amount!.Value)]);
    }
}

/// <summary>Reads a flat JSON object field by field and collects every fault.</summary>
internal sealed class RequestFields
{
    private readonly Dictionary<string, JsonElement> _fields = new(StringComparer.Ordinal);

    public RequestFields(ReadOnlyMemory<byte> body)
    {
        Faults = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            Take(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            Faults.Add(new Fault("", "not-json", "The body must be a JSON object."));
        }
    }

    public List<Fault> Faults { get; }

    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (string name in _fields.Keys)
        {
            if (!names.Contains(name)) Refuse(name, "unknown-field", $"Known are {string.Join(", ", names.ToArray())}.");
        }
    }

    public string? Text(string name, bool required, int longest)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.Trim().Length is var length && length > 0 && length <= longest)
            return text.Trim();
        Refuse(name, "invalid-text", $"A text of 1 to {longest} characters is wanted.");
        return null;
    }

    public string? OneOf(string name, bool required, params ReadOnlySpan<string> values)
    {
        if (Find(name, required) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && values.Contains(value.GetString())) return value.GetString();
        Refuse(name, "invalid-choice", $"One of {string.Join(", ", values.ToArray())} is wanted.");
        return null;
    }

    public Money? Amount(string name, bool required, bool zeroAllowed)
    {
        if (Find(name, required) is not { } value) return null;
        string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        if (Money.TryParse(text, out Money money) && !money.IsNegative && (zeroAllowed || money.IsPositive)) return money;
        Refuse(name, "invalid-amount", $"An amount {(zeroAllowed ? "of zero or more" : "above zero")} with at most two decimals, such as \"300.00\", is wanted.");
        return null;
    }

    public LocalDate? Day(string name)
    {
        if (Find(name, required: false) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.String && LocalDatePattern.Iso.Parse(value.GetString()!).TryGetValue(default, out LocalDate day)) return day;
        Refuse(name, "invalid-date", "A date such as \"2026-11-02\" is wanted.");
        return null;
    }

    private JsonElement? Find(string name, bool required)
    {
        if (_fields.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null) return value;
        if (required && !Faults.Exists(fault => fault.Code == "not-json")) Refuse(name, "missing-field", $"'{name}' is missing.");
        return null;
    }

    private void Take(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            Faults.Add(new Fault("", "not-json", "The body must be a JSON object."));
            return;
        }
        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_fields.TryAdd(property.Name, property.Value)) Refuse(property.Name, "duplicate-field", "The field is given twice.");
        }
    }

    private void Refuse(string name, string code, string detail) => Faults.Add(new Fault($"/{name}", code, detail));
}
