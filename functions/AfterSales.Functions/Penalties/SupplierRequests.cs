using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;

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
        Account from = topUp && Source != "cash" ? Account.Payables(supplier) : Account.HouseCash;
        var reason = new EntryReason(Kind, [topUp ? "MALL-LAD-4" : "MALL-DEP-1"], null, Reference, Note, day);
        return new Post(key, reason, now, [new Posting(from, Account.Deposit(supplier), Amount!.Value)]);
    }
}
