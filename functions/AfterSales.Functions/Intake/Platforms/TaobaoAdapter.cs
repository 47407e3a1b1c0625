using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>
/// Taobao's refund messages (message service, topics <c>taobao_refund_…</c>) and refund details (<c>taobao.refund.get</c>). A message
/// only announces: who paid how much for what, and why the buyer complains, is in the details. So a body has a message
/// (<c>topic</c>, <c>content</c> as object or as the JSON text that the service delivers), the details
/// (<c>refund_get_response.refund</c>), or both. Details open the case, of whatever age they are; the newest by <c>modified</c> count.
/// Amounts are yuan with two decimals, times China time without an offset.
/// </summary>
public sealed class TaobaoAdapter : PlatformAdapter
{
    private const string Family = "taobao_refund_";
    private const string Details = "/refund_get_response/refund";

    private static readonly DateTimeZone China = DateTimeZoneProviders.Tzdb["Asia/Shanghai"];

    private static readonly Dictionary<string, string> Kinds = new(StringComparer.Ordinal)
    {
        ["REFUND"] = "refund",
        ["REFUND_AND_RETURN"] = "return",
        ["TMALL_EXCHANGE"] = "exchange",
        ["TAOBAO_EXCHANGE"] = "exchange",
        ["REPAIR"] = "repair",
    };

    // The buyer's reason is a line of a menu that differs by category; what it says of the goods is in these words.
    private static readonly (string Word, string Code)[] Reasons =
    [
        ("质量", "quality"), ("假", "counterfeit"), ("描述", "not_as_described"), ("破损", "damaged"), ("少件", "parts_missing"),
        ("漏发", "parts_missing"), ("发错", "wrong_item"), ("未收到", "not_received"), ("没收到", "not_received"), ("邮费", "freight"), ("运费", "freight"),
        ("无理由", "changed_mind"), ("不想要", "changed_mind"), ("不喜欢", "changed_mind"), ("拍错", "changed_mind"),
    ];

    public override Translation Translate(PlatformEvent happened, JsonElement? document)
    {
        var faults = new List<Fault>();
        var body = new PayloadValues(happened.Body, "", faults);
        var content = ContentOf(body, faults);
        var details = body.Find(Details) is { } refund ? new PayloadValues(refund, Details, faults) : null;
        var topic = body.TextOf("/topic");
        if (topic is null && details is null)
        {
            return new Translation.Faulty(
                [.. faults, new Fault("/topic", "missing", "A body has a message with its topic, or refund_get_response, or both.")]);
        }

        if (topic is not null && !topic.StartsWith(Family, StringComparison.Ordinal))
        {
            return new Translation.Ignored($"'{topic}' is not about refunds.");
        }

        var messages = new List<TranslatedMessage>();
        if (details is not null)
        {
            messages.Add(Claim(details));
            AddState(messages, details);
        }

        if (topic is not null && AddMessage(messages, topic, content ?? new PayloadValues(default, "/content", faults), details) is { } other)
        {
            return other;
        }

        return Result(messages, faults);
    }

    private static Translation Result(List<TranslatedMessage> messages, List<Fault> faults)
    {
        var ids = messages.Select(message => message.Body.TextOf("data.externalId")).Distinct().ToList();
        if (faults.Count == 0 && ids.Count > 1)
        {
            faults.Add(new Fault("/content/refund_id", "contradiction", "Message and details are of different refunds."));
        }

        return faults.Count > 0
            ? new Translation.Faulty(faults)
            : new Translation.Messages(ids[0] ?? "", messages.Select(message => message.Body.TextOf("data.customer.id")).FirstOrDefault(), messages);
    }

    /// <summary>Adds what the topic says beside the details; or says why the message is not taken.</summary>
    private static Translation? AddMessage(List<TranslatedMessage> messages, string topic, PayloadValues content, PayloadValues? details)
    {
        switch (topic[Family.Length..])
        {
            case "RefundClosed":
                messages.Add(Status("case.withdrawn", content));
                return null;
            case "RefundBuyerReturnGoods":
                messages.Add(Status("return.shipped", content));
                return null;
            case "RefundSuccess":
                messages.Add(Paid(content));
                return null;
            case "RefundCreated" or "RefundBuyerModifyAgreement":
                return details is null
                    ? new Translation.Faulty([new Fault("/refund_get_response", "missing", $"{topic} only announces: send the refund's details with it.")])
                    : null;
            case "RefundSellerAgreeAgreement" or "RefundSellerRefuseAgreement" or "RefundCreateMessage" or "RefundBlockMessage"
                or "RefundTimeoutRemind" or "RefundableMarked" or "RefundableCanceled":
                return details is null ? new Translation.Ignored($"{topic} changes nothing of the claim.") : null;
            default:
                return new Translation.Faulty([new Fault("/topic", "unknown-value", $"'{topic}' is no refund message that is known here.")]);
        }
    }

    private static TranslatedMessage Claim(PayloadValues details)
    {
        var claim = new CanonicalBody("case.requested");
        var reason = details.TextOf("/reason");
        var customer = details.Find("/buyer_open_uid") is null ? "/buyer_nick" : "/buyer_open_uid";
        claim.Set("timestamp", details.Time("/created", China), details.At("/created"));
        claim.Set("data.externalId", details.Text("/refund_id"), details.At("/refund_id"));
        claim.Set("data.customer.id", details.Text(customer), details.At(customer));
        claim.Set("data.customer.name", details.Text("/buyer_nick"), details.At("/buyer_nick"));
        claim.Set("data.customer.locale", "zh-CN", details.At(customer));
        claim.Set("data.supplier.id", details.Text("/seller_nick"), details.At("/seller_nick"));
        claim.Set("data.order.id", details.Text("/tid"), details.At("/tid"));
        claim.Set("data.order.line", details.Text("/oid"), details.At("/oid"));
        claim.Set("data.order.paid", details.Amount("/total_fee"), details.At("/total_fee"));
        claim.Set("data.order.currency", "CNY", details.At("/total_fee"));
        claim.Set("data.claim.kind", Kind(details), details.At("/dispute_type"));
        claim.Set("data.claim.reason", Reason(reason), details.At("/reason"));
        claim.Set("data.claim.description", Description(reason, details.TextOf("/desc")), details.At("/desc"));
        return new TranslatedMessage(claim, details.VersionOf("/modified", China));
    }

    private static JsonNode? Kind(PayloadValues details) => details.TextOf("/dispute_type") is { Length: > 0 } type
        ? JsonValue.Create(Kinds.GetValueOrDefault(type, "complaint"))
        : JsonValue.Create(details.Find("/has_good_return") is { ValueKind: JsonValueKind.True } ? "return" : "refund");

    private static string Reason(string? text) =>
        Reasons.FirstOrDefault(known => text?.Contains(known.Word, StringComparison.Ordinal) == true).Code ?? "other";

    private static JsonNode? Description(string? reason, string? words)
    {
        var text = string.Join('\n', new[] { reason, words }.Where(part => !string.IsNullOrWhiteSpace(part)));
        return text.Length == 0 ? null : JsonValue.Create(text);
    }

    private static void AddState(List<TranslatedMessage> messages, PayloadValues details)
    {
        switch (details.TextOf("/status"))
        {
            case "CLOSED":
                messages.Add(Status("case.withdrawn", details));
                break;
            case "WAIT_SELLER_CONFIRM_GOODS":
                messages.Add(Status("return.shipped", details));
                break;
            case "SUCCESS":
                messages.Add(Paid(details));
                break;
        }
    }

    private static TranslatedMessage Paid(PayloadValues source)
    {
        var paid = Status("refund.paid", source);
        paid.Body.Set("data.refundId", source.Text("/refund_id"), source.At("/refund_id"));
        paid.Body.Set("data.amount", source.Amount("/refund_fee"), source.At("/refund_fee"));
        return paid;
    }

    private static TranslatedMessage Status(string type, PayloadValues source)
    {
        var status = new CanonicalBody(type);
        var customer = source.Find("/buyer_open_uid") is null ? "/buyer_nick" : "/buyer_open_uid";
        status.Set("timestamp", source.Time("/modified", China), source.At("/modified"));
        status.Set("data.externalId", source.Text("/refund_id"), source.At("/refund_id"));
        status.Set("data.customer.id", source.Text(customer), source.At(customer));
        return new TranslatedMessage(status, null);
    }

    /// <summary>The message's content. The service delivers it as a text that holds JSON.</summary>
    private static PayloadValues? ContentOf(PayloadValues body, List<Fault> faults)
    {
        if (body.Find("/content") is not { } content)
        {
            return null;
        }

        if (content.ValueKind != JsonValueKind.String)
        {
            return new PayloadValues(content, "/content", faults);
        }

        try
        {
            using var parsed = StrictJson.Parse(Encoding.UTF8.GetBytes(content.GetString()!));
            return new PayloadValues(parsed.RootElement.Clone(), "/content", faults);
        }
        catch (JsonException e)
        {
            faults.Add(new Fault("/content", "not-json", e.Message));
            return null;
        }
    }
}
