using System.Text;
using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Intake;

/// <summary>Reads bodies of the shape that the interfaces page gives. Every fault is listed; fields that it does not know are passed over.</summary>
public sealed class CanonicalAdapter(SafeFetch fetch)
{
    private static readonly Dictionary<string, ClaimKind> Kinds = WireName.All<ClaimKind>().ToDictionary(
        name => name, name => WireName.TryParse<ClaimKind>(name, out var kind) ? kind : default, StringComparer.Ordinal);

    private static readonly Dictionary<string, Currency> Currencies = new(StringComparer.Ordinal) { ["CNY"] = Currency.Cny };

    // What a case knows goes whole into its row and its events, which must fit the storage's and the bus's limits.
    private const int MostFactBytes = 16 * 1024;

    private const int MostPieces = 100_000;
    private const int MostTenders = 20;

    /// <summary>The message, or every fault of the body.</summary>
    /// <param name="now">Business time, which what a request says of time is held against; null: the sender's is another.</param>
    public (CanonicalMessage? Message, IReadOnlyList<Fault> Faults) Read(JsonElement body, Rulebook rulebook, NodaTime.Instant? now)
    {
        var faults = new List<Fault>();
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, [new Fault("", "mistyped", "The body must be an object.")]);
        }

        var root = new JsonReading(body, "", faults);
        var type = root.Text("type");
        var timestamp = root.Past("timestamp", required: true, type == "case.requested" ? now : null) ?? default;
        var data = root.Object("data");
        var externalId = data.Code("externalId");
        CanonicalMessage? message = type switch
        {
            "case.requested" => Requested(data, externalId, timestamp, rulebook, now, faults),
            "case.updated" => new CanonicalMessage.CaseUpdated(externalId, timestamp, ReadFacts(data, rulebook, faults), Files(data)),
            "case.withdrawn" => new CanonicalMessage.CaseWithdrawn(externalId, timestamp),
            "return.shipped" => new CanonicalMessage.ReturnShipped(externalId, timestamp),
            "return.received" => new CanonicalMessage.ReturnReceived(externalId, timestamp),
            "difference.paid" => new CanonicalMessage.DifferencePaid(externalId, timestamp, Confirmed(data)),
            "refund.paid" => new CanonicalMessage.RefundPaid(externalId, timestamp, Refund(data, timestamp), Paid(data)),
            "refund.confirmed" => new CanonicalMessage.RefundConfirmed(externalId, timestamp, Payout(data), Confirmed(data), Shares(data)),
            "refund.failed" => new CanonicalMessage.RefundFailed(externalId, timestamp, Payout(data), data.OptionalText("reason", 1000)),
            "item.refunded-elsewhere" => new CanonicalMessage.ItemRefundedElsewhere(externalId, timestamp, Refund(data, timestamp), Confirmed(data)),
            _ => null,
        };
        if (message is null && type.Length > 0)
        {
            root.Refuse("type", "unknown-value", "This must be one of case.requested, case.updated, case.withdrawn, return.shipped, "
                + "return.received, difference.paid, refund.paid, refund.confirmed, refund.failed, item.refunded-elsewhere.");
        }

        return faults.Count == 0 ? (message, faults) : (null, faults);
    }

    private CanonicalMessage.CaseRequested Requested(
        JsonReading data, string externalId, NodaTime.Instant timestamp, Rulebook rulebook, NodaTime.Instant? now, List<Fault> faults)
    {
        var customer = data.Object("customer");
        var supplier = data.Object("supplier");
        var order = data.Object("order");
        var claim = data.Object("claim");
        var currency = order.Has("currency") ? order.OneOf("currency", Currencies) ?? Currency.Cny : Currency.Cny;
        var paid = order.Amount("paid", currency);
        var freight = order.Amount("freight", currency, otherwise: new Money(0, currency));
        return new CanonicalMessage.CaseRequested(
            externalId,
            timestamp,
            new CustomerDetails(
                customer.Text("id"),
                customer.OptionalLine("name"),
                customer.OptionalLine("phone"),
                customer.OptionalLine("email", 254),
                customer.OptionalLine("city"),
                customer.OptionalLine("locale", 35)),
            supplier.Code("id"),
            new OrderLine(
                order.Code("id"),
                order.Has("line") ? order.Code("line") : null,
                paid,
                freight,
                order.Past("soldAt", required: false, now),
                order.Whole("quantity", 1, MostPieces),
                order.Has("itemId") ? order.Code("itemId") : null,
                Tenders(order, currency, paid, freight)),
            new Claim(claim.OneOf("kind", Kinds) ?? default, claim.Code("reason")),
            claim.OptionalText("description", 4000),
            ReadFacts(data, rulebook, faults),
            Files(data));
    }

    private static Facts ReadFacts(JsonReading data, Rulebook rulebook, List<Fault> faults)
    {
        if (data.Find("facts") is not { } facts)
        {
            return Facts.None;
        }

        if (Encoding.UTF8.GetByteCount(facts.GetRawText()) > MostFactBytes)
        {
            data.Refuse("facts", "facts-too-large", $"The facts of one message have at most {MostFactBytes} bytes.");
            return Facts.None;
        }

        var reading = rulebook.ReadFacts(facts, data.At("facts"));
        faults.AddRange(reading.Faults.Select(f => new Fault(f.Pointer, f.Code, f.Detail)));
        return reading.Facts;
    }

    /// <summary>By which means the item was paid; null when the marketplace does not say. They make up price and freight.</summary>
    private static List<Tender>? Tenders(JsonReading order, Currency currency, Money paid, Money freight)
    {
        if (!order.Has("tenders"))
        {
            return null;
        }

        var tenders = order.Array("tenders").Select(tender => new Tender(tender.Code("id"), tender.Code("kind"), tender.Amount("amount", currency)))
            .Take(MostTenders + 1).ToList();
        if (tenders.Count is 0 or > MostTenders)
        {
            order.Refuse("tenders", "out-of-range", $"An item is paid by 1 to {MostTenders} tenders.");
        }
        else if (tenders.DistinctBy(tender => tender.Id).Count() != tenders.Count)
        {
            order.Refuse("tenders", "tender-twice", "Every tender has an id of its own.");
        }
        else if (tenders.Aggregate(new Money(0, currency), (sum, tender) => sum + tender.Amount) != paid + freight)
        {
            order.Refuse("tenders", "tenders-differ", "The tenders must make up paid and freight.");
        }

        return tenders;
    }

    /// <summary>The marketplace's id of a refund. Without one, the same amount at the same instant is the same refund.</summary>
    private static string Refund(JsonReading data, NodaTime.Instant timestamp) => data.Has("refundId")
        ? data.Code("refundId")
        : $"{NodaTime.Text.InstantPattern.ExtendedIso.Format(timestamp)}/{data.OptionalText("amount") ?? "all"}";

    private static Money Paid(JsonReading data) =>
        data.Amount("amount", data.Has("currency") ? data.OneOf("currency", Currencies) ?? Currency.Cny : Currency.Cny);

    /// <summary>What the marketplace says it paid; null when it does not say.</summary>
    private static Money? Confirmed(JsonReading data) => data.Has("amount") ? Paid(data) : null;

    /// <summary>By which tenders the marketplace says it paid; null when it says nothing of them.</summary>
    private static List<TenderShare>? Shares(JsonReading data)
    {
        if (!data.Has("tenders"))
        {
            return null;
        }

        var currency = data.Has("currency") ? data.OneOf("currency", Currencies) ?? Currency.Cny : Currency.Cny;
        var shares = data.Array("tenders").Select(share => new TenderShare(share.Code("id"), share.Amount("amount", currency)))
            .Take(MostTenders + 1).ToList();
        if (shares.Count is 0 or > MostTenders)
        {
            data.Refuse("tenders", "out-of-range", $"A payout is confirmed by 1 to {MostTenders} tenders.");
        }

        return shares;
    }

    private static PayoutId Payout(JsonReading data)
    {
        var text = data.Text("payoutId");
        if (PayoutId.TryParse(text, out var payout))
        {
            return payout;
        }

        if (text.Length > 0)
        {
            data.Refuse("payoutId", "not-an-id", "This must be the payout id of refund.instructed.");
        }

        return default;
    }

    private List<SentFile> Files(JsonReading data)
    {
        var files = new List<SentFile>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in data.Array("evidence"))
        {
            if (names.Count == Exhibit.MostPerCase)
            {
                data.Refuse("evidence", ExhibitFault.TooMany.Code, ExhibitFault.TooMany.Detail);
                break;
            }

            var name = item.Text("name");
            if (name.Length > 0 && !EvidenceName.IsValid(name))
            {
                item.Refuse("name", ExhibitFault.BadName.Code, ExhibitFault.BadName.Detail);
            }
            else if (name.Length > 0 && !names.Add(name))
            {
                item.Refuse("name", "evidence-name-taken", "Two files of one message have this name.");
            }

            if (File(item, name) is { } file)
            {
                files.Add(file);
            }
        }

        return files;
    }

    private SentFile? File(JsonReading item, string name)
    {
        if (item.Find("data") is { } data)
        {
            if (data.ValueKind != JsonValueKind.String || !data.TryGetBytesFromBase64(out var bytes))
            {
                item.Refuse("data", "evidence-not-base64", "This must be the file's bytes in base64.");
                return null;
            }

            var (exhibit, fault) = Exhibit.Read(name, bytes);
            if (fault is not null)
            {
                item.Refuse("data", fault.Code, fault.Detail);
            }

            return exhibit is null ? null : new SentFile.Inline(name, exhibit);
        }

        var url = item.OptionalText("url", 2000);
        if (url is null)
        {
            item.Refuse("data", "missing", "A file has data or url.");
            return null;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || !fetch.MayFetch(address))
        {
            item.Refuse("url", "evidence-url-not-allowed", "Files are fetched from https addresses only.");
            return null;
        }

        return new SentFile.At(name, address);
    }
}
