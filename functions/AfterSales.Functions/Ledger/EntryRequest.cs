using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Ledger;

/// <summary>
/// An entry as finance sends it. Each has <c>kind</c> and may have <c>reference, note, effectiveOn</c>:
/// <c>deposit</c>, <c>top-up</c>, <c>payables</c> (what the mall owes for goods) with <c>amount, currency?</c> and, for a top-up, <c>source?</c>;
/// <c>journal</c> and <c>reservation</c> with <c>lines</c> that balance and, for a reservation, <c>expires?</c>;
/// <c>settlement</c> and <c>release</c> with the <c>entry</c> that was reserved; <c>correction</c> with the <c>entry</c> that it reverses and a note:
/// what should stand instead is booked anew.
/// </summary>
public sealed record EntryRequest(string Kind, EntryReason Reason)
{
    private const int MostLines = 50;

    private static readonly string[] Always = ["kind", "reference", "note", "effectiveOn"];

    private Money Amount { get; init; }

    private bool NamesDay { get; init; }

    private bool FromCash { get; init; }

    private string Entry { get; init; } = "";

    private ImmutableArray<Posting> Postings { get; init; } = [];

    private Instant? Expires { get; init; }

    /// <param name="now">An entry that names no day counts on that of this instant, and none counts later.</param>
    public static (EntryRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body, Instant now)
    {
        LocalDate today = now.InZone(Zones.Shanghai).Date;
        var fields = new RequestFields(body);
        string kind = fields.OneOf(
            "kind", required: true, "deposit", "top-up", "payables", "journal", EntryKinds.Reservation, "settlement", "release", "correction") ?? "";
        LocalDate? day = fields.Day("effectiveOn");
        if (day > today) fields.Faults.Add(new Fault("/effectiveOn", "date-in-future", $"Today is {today:uuuu-MM-dd}; nothing is booked ahead."));
        var reason = new EntryReason(
            kind,
            ClausesOf(kind),
            null,
            fields.Text("reference", required: false, longest: 100),
            fields.Text("note", required: kind == "correction", longest: 500),
            day ?? today);
        EntryRequest request = WithWhatKindNeeds(new EntryRequest(kind, reason) { NamesDay = day is not null }, fields, now);
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }

    /// <summary>The command for the ledger. A deposit comes in cash (MALL-DEP-1); a top-up from payables unless said otherwise, as far as they go
    /// (MALL-LAD-4). Either meets what was called in for the deposit first.</summary>
    public LedgerCommand ToCommand(SupplierId supplier, string key, Instant now) =>
        CommandOf(supplier, key, now) with { ByHand = true, DayByDefault = !NamesDay };

    private LedgerCommand CommandOf(SupplierId supplier, string key, Instant now) => Kind switch
    {
        "deposit" => new Post(key, Reason, now, [new Posting(Account.HouseCash, Account.Deposit(supplier), Amount)]) { MeetsCalls = true },
        "top-up" => new Post(
            key, Reason, now, [new Posting(FromCash ? Account.HouseCash : Account.Payables(supplier), Account.Deposit(supplier), Amount)])
        {
            MeetsCalls = true,
            WithinPayables = !FromCash,
        },
        "payables" => new Post(key, Reason, now, [new Posting(Account.HousePurchases, Account.Payables(supplier), Amount)]),
        "journal" => new Post(key, Reason, now, Postings),
        EntryKinds.Reservation => new Reserve(key, Reason, now, Postings) { Expires = Expires },
        "settlement" => new Settle(key, Reason, now, Entry),
        "release" => new Release(key, Reason, now, Entry),
        "correction" => new Reverse(key, Reason, now, Entry),
        _ => throw new InvalidOperationException($"No such kind of entry: {Kind}"),
    };

    private static ImmutableArray<string> ClausesOf(string kind) => kind switch
    {
        "deposit" => ["MALL-DEP-1"],
        "top-up" => ["MALL-LAD-4"],
        _ => [],
    };

    private static EntryRequest WithWhatKindNeeds(EntryRequest request, RequestFields fields, Instant now)
    {
        switch (request.Kind)
        {
            case "deposit" or "top-up" or "payables":
                fields.AllowOnly([.. Always, "amount", "currency", .. request.Kind == "top-up" ? (ReadOnlySpan<string>)["source"] : []]);
                fields.OneOf("currency", required: false, "CNY");
                return request with
                {
                    Amount = fields.Amount("amount", required: true, zeroAllowed: false) ?? Money.Zero,
                    FromCash = request.Kind == "top-up" && fields.OneOf("source", required: false, "cash", "payables") == "cash",
                };
            case "journal" or EntryKinds.Reservation:
                fields.AllowOnly([.. Always, "lines", .. request.Kind == EntryKinds.Reservation ? (ReadOnlySpan<string>)["expires"] : []]);
                Instant? expires = request.Kind == EntryKinds.Reservation ? fields.Instant("expires") : null;
                if (expires <= now) fields.Faults.Add(new Fault("/expires", "instant-in-past", "What is reserved is held until a later instant than now."));
                return request with
                {
                    Postings = JournalLines.Read(fields.Items("lines", required: true, MostLines), fields.Faults),
                    Expires = expires,
                };
            case "settlement" or "release" or "correction":
                fields.AllowOnly([.. Always, "entry"]);
                return request with { Entry = fields.Text("entry", required: true, longest: 64) ?? "" };
            default:
                return request;
        }
    }
}
