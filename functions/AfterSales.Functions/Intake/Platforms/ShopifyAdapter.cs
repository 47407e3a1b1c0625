using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>
/// Shopify's returns. What was paid, by whom and to which vendor is not in <c>returns/request</c> but in the order, so the shop also
/// subscribes to <c>orders/create</c> and <c>orders/updated</c>: the newest order is kept, and a return that comes before its order waits
/// for it. One return is one case, its order line what was paid for the units sent back. A return that the merchant opens has no
/// request: its <c>returns/approve</c> says the same and opens the case; the request counts where both come.
/// </summary>
public sealed class ShopifyAdapter : PlatformAdapter
{
    private const long AsApproved = 1;
    private const long AsRequested = 2;

    // The topic is not signed, the status in the body is.
    private static readonly Dictionary<string, string> StatusOf = new(StringComparer.Ordinal)
    {
        ["returns/request"] = "requested",
        ["returns/approve"] = "open",
        ["returns/cancel"] = "canceled",
    };

    public override Translation Translate(PlatformEvent happened, JsonElement? document)
    {
        var faults = new List<Fault>();
        var body = new PayloadValues(happened.Body, "", faults);
        switch (happened.Topic)
        {
            case "orders/create" or "orders/updated" or "orders/paid":
                return Order(body, faults);
            case "returns/request" or "returns/approve" or "returns/cancel":
                return Return(happened, body, document, faults);
            case "refunds/create":
                return Refund(body, faults);
            case "returns/decline" or "returns/close" or "returns/reopen" or "returns/update" or "returns/process":
                return new Translation.Ignored($"{happened.Topic} changes nothing of the claim.");
            case null:
                return new Translation.Faulty([new Fault("", "missing", "The topic is missing: Shopify sends it in X-Shopify-Topic.")]);
            case var topic when topic.StartsWith("returns/", StringComparison.Ordinal):
                return new Translation.Faulty([new Fault("", "unknown-value", $"'{topic}' is no topic of returns that is known here.")]);
            default:
                return new Translation.Ignored($"'{happened.Topic}' is not about returns.");
        }
    }

    private static Translation Order(PayloadValues order, List<Fault> faults)
    {
        var id = order.TextOf("/id");
        if (id is null)
        {
            order.Refuse("/id", "missing", "An order has an id.");
        }

        var version = order.VersionOf("/updated_at", DateTimeZone.Utc);
        return faults.Count > 0 ? new Translation.Faulty(faults) : new Translation.Document(id!, order.TextOf("/customer/id"), version);
    }

    private static Translation Return(PlatformEvent happened, PayloadValues body, JsonElement? document, List<Fault> faults)
    {
        var status = StatusOf[happened.Topic!];
        if (!string.Equals(body.TextOf("/status"), status, StringComparison.OrdinalIgnoreCase))
        {
            body.Refuse("/status", "contradiction", $"The topic is {happened.Topic}: the status must be {status}.");
        }

        var order = OrderOf(body, out var at);
        if (order is null)
        {
            body.Refuse(at, "missing", "A return belongs to an order.");
        }

        if (faults.Count > 0)
        {
            return new Translation.Faulty(faults);
        }

        if (happened.Topic == "returns/cancel")
        {
            return new Translation.Messages(order!, null, [Status("case.withdrawn", "/id", body, happened.SentAt)]);
        }

        if (document is not { } found)
        {
            return new Translation.NeedsDocument(order!);
        }

        var version = happened.Topic == "returns/request" ? AsRequested : AsApproved;
        var claim = Claim(happened, body, new PayloadValues(found, "", faults), version);
        return faults.Count > 0 ? new Translation.Faulty(faults) : new Translation.Messages(order!, claim.Body.TextOf("data.customer.id"), [claim]);
    }

    private static TranslatedMessage Claim(PlatformEvent happened, PayloadValues body, PayloadValues order, long version)
    {
        var lines = ReturnedLines(body, order);
        var (first, pointer) = lines.Count > 0 ? (lines[0], "/return_line_items/0") : (null, "/return_line_items");
        var currency = Currency.TryParse(order.TextOf("/currency"), out var known) ? known : Currency.Cny;
        var claim = new CanonicalBody("case.requested");
        claim.Set("timestamp", PayloadValues.Written(happened.SentAt.WithOffset(Offset.Zero)), "");
        claim.Set("data.externalId", body.Text("/id"), "/id");
        claim.Set("data.customer.id", order.Text("/customer/id"), "/order");
        claim.Set("data.customer.name", Name(order), "/order");
        claim.Set("data.customer.phone", order.Text("/customer/phone"), "/order");
        claim.Set("data.customer.email", order.Text("/customer/email"), "/order");
        claim.Set("data.customer.city", order.Text("/shipping_address/city"), "/order");
        claim.Set("data.customer.locale", order.Text("/customer_locale"), "/order");
        claim.Set("data.supplier.id", first is null ? null : order.Text($"{first.At}/vendor"), pointer);
        claim.Set("data.order.id", order.Text("/id"), "/order");
        claim.Set("data.order.line", lines.Count == 1 ? order.Text($"{first!.At}/id") : null, pointer);
        claim.Set("data.order.paid", Paid(lines, order, currency, body), "/return_line_items");
        claim.Set("data.order.currency", order.Text("/currency"), "/order");
        claim.Set("data.order.soldAt", order.Time(order.Find("/processed_at") is null ? "/created_at" : "/processed_at", DateTimeZone.Utc), "/order");
        claim.Set("data.claim.kind", body.Find("/exchange_line_items/0") is null ? "return" : "exchange", "/exchange_line_items");
        claim.Set("data.claim.reason", body.TextOf("/return_line_items/0/return_reason")?.ToLowerInvariant(), "/return_line_items/0/return_reason");
        claim.Set(
            "data.claim.description",
            body.Text("/return_line_items/0/customer_note") ?? body.Text("/return_line_items/0/return_reason_note"),
            "/return_line_items/0/customer_note");
        return new TranslatedMessage(claim, version);
    }

    private static JsonNode? Name(PayloadValues order)
    {
        var name = $"{order.TextOf("/customer/first_name")} {order.TextOf("/customer/last_name")}".Trim();
        return name.Length == 0 ? null : JsonValue.Create(name);
    }

    /// <summary>The lines of the order that are sent back, with how many units of each.</summary>
    private static List<ReturnedLine> ReturnedLines(PayloadValues body, PayloadValues order)
    {
        var lines = new List<ReturnedLine>();
        for (var i = 0; body.Find($"/return_line_items/{i}") is not null; i++)
        {
            var at = $"/return_line_items/{i}/fulfillment_line_item/line_item/id";
            var place = PlaceOf(order, body.TextOf(at));
            if (place is null)
            {
                body.Refuse(at, "unknown-value", "The order on record has no such line.");
                continue;
            }

            var quantity = $"/return_line_items/{i}/quantity";
            if (!int.TryParse(body.TextOf(quantity), out var units) || units < 1)
            {
                body.Refuse(quantity, "out-of-range", "This is a whole number of units, at least 1.");
                continue;
            }

            lines.Add(new ReturnedLine(place, units, quantity));
        }

        if (body.Find("/return_line_items/0") is null)
        {
            body.Refuse("/return_line_items", "missing", "A return has lines.");
        }

        return lines;
    }

    private static string? PlaceOf(PayloadValues order, string? line)
    {
        for (var i = 0; line is not null && order.Find($"/line_items/{i}") is not null; i++)
        {
            if (order.TextOf($"/line_items/{i}/id") == line)
            {
                return $"/line_items/{i}";
            }
        }

        return null;
    }

    /// <summary>What was paid for the units sent back: of each line the price times its units less its discounts, divided among the units to
    /// the cent.</summary>
    private static JsonNode? Paid(List<ReturnedLine> lines, PayloadValues order, Currency currency, PayloadValues body)
    {
        var sum = new Money(0, currency);
        foreach (var line in lines)
        {
            if (!int.TryParse(order.TextOf($"{line.At}/quantity"), out var bought) || line.Units > bought)
            {
                body.Refuse(line.Quantity, "out-of-range", "More units are sent back than the order on record has.");
                return null;
            }

            if (!Money.TryParse(order.TextOf($"{line.At}/price"), currency, out var price) || Discounts(order, line.At, currency) is not { } discounts)
            {
                body.Refuse("/order", "bad-amount", $"In the order on record, {line.At} has an amount with more than two decimals, or none.");
                return null;
            }

            var paid = (price * bought) - discounts;
            sum += paid.Allocate([line.Units, bought - line.Units])[0];
        }

        return JsonValue.Create(sum.ToString());
    }

    private static Money? Discounts(PayloadValues order, string line, Currency currency)
    {
        var sum = new Money(0, currency);
        for (var i = 0; order.Find($"{line}/discount_allocations/{i}") is not null; i++)
        {
            if (!Money.TryParse(order.TextOf($"{line}/discount_allocations/{i}/amount"), currency, out var discount))
            {
                return null;
            }

            sum += discount;
        }

        return sum;
    }

    private static Translation Refund(PayloadValues refund, List<Fault> faults)
    {
        if (refund.TextOf("/return/id") is null)
        {
            return new Translation.Ignored("The refund belongs to no return.");
        }

        var paid = Status("refund.paid", "/return/id", refund, null);
        paid.Body.Set("timestamp", refund.Time("/created_at", DateTimeZone.Utc), "/created_at");
        paid.Body.Set("data.refundId", refund.Text("/id"), "/id");
        paid.Body.Set("data.amount", Refunded(refund), "/transactions");
        paid.Body.Set("data.currency", refund.Text("/transactions/0/currency"), "/transactions/0/currency");
        var order = OrderOf(refund, out var at);
        if (order is null)
        {
            refund.Refuse(at, "missing", "A refund belongs to an order.");
        }

        return faults.Count > 0 ? new Translation.Faulty(faults) : new Translation.Messages(order!, null, [paid]);
    }

    private static JsonNode? Refunded(PayloadValues refund)
    {
        var sum = Money.Zero;
        for (var i = 0; refund.Find($"/transactions/{i}") is not null; i++)
        {
            if (refund.TextOf($"/transactions/{i}/kind") != "refund" || refund.TextOf($"/transactions/{i}/status") != "success")
            {
                continue;
            }

            if (!Money.TryParse(refund.TextOf($"/transactions/{i}/amount"), out var amount))
            {
                refund.Refuse($"/transactions/{i}/amount", "bad-amount", "An amount is a text with at most two decimals, such as \"165.00\".");
                return null;
            }

            sum += amount;
        }

        return JsonValue.Create(sum.ToString());
    }

    private static TranslatedMessage Status(string type, string id, PayloadValues body, Instant? at)
    {
        var status = new CanonicalBody(type);
        status.Set("timestamp", at is { } instant ? PayloadValues.Written(instant.WithOffset(Offset.Zero)) : null, "");
        status.Set("data.externalId", body.Text(id), id);
        return new TranslatedMessage(status, null);
    }

    private static string? OrderOf(PayloadValues body, out string at)
    {
        at = body.Find("/order") is null ? "/order_id" : "/order/id";
        return body.TextOf(at);
    }

    /// <param name="At">The line's place in the order.</param>
    /// <param name="Quantity">The place of the number of units in the return.</param>
    private sealed record ReturnedLine(string At, int Units, string Quantity);
}
