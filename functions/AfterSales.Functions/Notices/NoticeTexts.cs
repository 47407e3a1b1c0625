using System.Text.Json;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Storage;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Notices;

/// <summary>A notice: its subject and its sentences. A sentence is left out when it names something that the message does not carry.</summary>
public sealed record NoticeTemplate(Template Subject, IReadOnlyList<Template> Say);

/// <summary>
/// Every word of the notices that suppliers and the mall's people get by e-mail, by the type of the message that goes to webhooks. Names in
/// braces are the message's own fields.
/// </summary>
public static class NoticeTexts
{
    private static readonly Template Greeting = new("您好：", "Hello,");

    private static readonly Template Deadline = new("请在{due}之前处理。{onMiss}", "Please deal with it by {due}. Otherwise: {onMiss}");

    private static readonly Template Read = new("详情：{href}", "Details: {href}");

    /// <summary>By type, with the outcome where there is one.</summary>
    public static IReadOnlyDictionary<string, NoticeTemplate> All { get; } = new Dictionary<string, NoticeTemplate>(StringComparer.Ordinal)
    {
        ["case.opened"] = new(
            new("新的售后申请 {externalId}", "A new request: {externalId}"),
            [new(
                "顾客就订单 {order} 提出了售后申请（实付 {paid} {currency}）。",
                "A customer has made a request about order {order} (paid: {paid} {currency}).")]),
        ["case.moved"] = new(
            new("售后申请 {externalId} 已转交上一级", "Request {externalId} has moved one level up"),
            [new("这件申请现由上一级处理（依据条款 {clause}）。", "It is now dealt with one level higher (under clause {clause}).")]),
        ["case.decided upheld"] = new(
            new("售后申请 {externalId} 已获支持", "Request {externalId} has been granted"),
            [
                new("给予顾客 {amount} {currency}。", "The customer is given {amount} {currency}."),
                new(
                    "其中 {chargeAmount} {chargeCurrency} 由贵方承担，已从质量保证金中预留。",
                    "Of this, {chargeAmount} {chargeCurrency} is yours to bear and is held from your deposit."),
            ]),
        ["case.decided refused"] = new(
            new("售后申请 {externalId} 未获支持", "Request {externalId} has not been granted"),
            [new("贵方无需承担费用。", "There is nothing for you to pay.")]),
        ["deadline.missed"] = new(
            new("售后申请 {externalId}：已过处理时限", "Request {externalId}: a deadline has passed"),
            [new(
                "应在{due}之前处理的事项没有处理，已依据条款 {clause} 记录在案。",
                "What was to be done by {due} was not done; under clause {clause} this is on record.")]),
        ["charge.posted"] = new(
            new("售后申请 {externalId}：已扣款 {chargeAmount} {chargeCurrency}", "Request {externalId}: {chargeAmount} {chargeCurrency} charged"),
            [new(
                "顾客已收到款项，{chargeAmount} {chargeCurrency} 已从质量保证金中扣除。",
                "The customer has been paid; {chargeAmount} {chargeCurrency} was taken from your deposit.")]),
        ["charge.released"] = new(
            new("售后申请 {externalId}：已解除预留", "Request {externalId}: a hold was released"),
            [new("预留的 {chargeAmount} {chargeCurrency} 不再扣除。", "The {chargeAmount} {chargeCurrency} that was held will not be taken.")]),
        ["case.closed"] = new(
            new("售后申请 {externalId} 已办结", "Request {externalId} is closed"),
            [new("共向顾客支付 {paid} {currency}。", "The customer was paid {paid} {currency} in all.")]),
        ["step.started"] = new(
            new("待办：售后申请 {externalId}", "For you to do: request {externalId}"),
            [new("有一件售后申请等待您处理。", "A request is waiting for you.")]),
        ["payout.queued"] = new(
            new("待办：售后申请 {externalId} 的付款", "For you to do: the payout of request {externalId}"),
            [new(
                "{amount} {currency} 的付款未能由平台完成，请财务处理。",
                "The marketplace could not pay {amount} {currency}; finance has to deal with it.")]),
        ["penalty.announced"] = new(
            new("处罚通知 {penaltyId}", "Notice of penalty {penaltyId}"),
            [
                new("依据条款 {clause} 对贵方作出处罚，理由见详情。", "Under clause {clause} a penalty is announced; its reasons are in the details."),
                new("金额 {amount} {currency}，目前仅作冻结。", "It amounts to {amount} {currency}, which is only held for now."),
                new("贵方可在期限内申诉。", "You may appeal within the time given."),
            ]),
        ["penalty.appeal-decided upheld"] = new(
            new("申诉结果：维持处罚 {penaltyId}", "Your appeal: penalty {penaltyId} stays"),
            [new("贵方的申诉未获支持。", "Your appeal was not granted.")]),
        ["penalty.appeal-decided overturned"] = new(
            new("申诉结果：撤销处罚 {penaltyId}", "Your appeal: penalty {penaltyId} is overturned"),
            [new("处罚已撤销，冻结的金额已解除。", "The penalty is overturned; what was held is released.")]),
        ["penalty.final"] = new(
            new("处罚生效 {penaltyId}", "Penalty {penaltyId} takes effect"),
            [new("依据条款 {clause} 的处罚已生效。", "The penalty under clause {clause} has taken effect.")]),
        ["penalty.lifted"] = new(
            new("处罚解除 {penaltyId}", "Penalty {penaltyId} is lifted"),
            [new("所依据的投诉已不计入，处罚解除。", "The complaints that it rested on do not count any more.")]),
        ["penalty.reversed"] = new(
            new("处罚部分撤回 {penaltyId}", "Part of penalty {penaltyId} is taken back"),
            [new("撤回部分见详情。", "The details say which part.")]),
        ["penalty.step"] = new(
            new("待办：处罚 {penaltyId}", "For you to do: penalty {penaltyId}"),
            [new("有一件对供应商的处罚等待您处理。", "A supplier's penalty is waiting for you.")]),
        ["deposit.low"] = new(
            new("质量保证金预警（申请 {externalId}）", "Your quality deposit is low (request {externalId})"),
            [new(
                "扣除冻结金额和未结案件可能发生的金额后，质量保证金还剩 {amount} {currency}，低于预警线。",
                "After what is held and what open cases may cost, {amount} {currency} is left of the deposit, which is below the warning level.")]),
        ["offer.made"] = new(
            new("售后申请 {externalId}：顾客提出协商方案", "Request {externalId}: the customer says what would settle it"),
            [new(
                "金额为 {amount} {currency}。请在{due}之前接受或者不接受；到时没有答复的，方案失效，案件照常处理。",
                "The amount is {amount} {currency}. Please take or decline it by {due}; without an answer it is over and the case goes on.")]),
        ["offer.declined"] = new(
            new("售后申请 {externalId}：协商方案未被接受", "Request {externalId}: the offer was declined"),
            [new("案件照常处理。", "The case goes on.")]),
        ["overpayment.found"] = new(
            new("待办：售后申请 {externalId} 多付的款项", "For you to do: what request {externalId} was paid too much"),
            [new(
                "该商品的退款合计超过实付金额 {amount} {currency}，请财务追回。",
                "{amount} {currency} went back for this item beyond what was paid for it; finance has to get it back.")]),
        ["deadline.reminder"] = new(
            new("提醒：售后申请 {externalId} 即将到期", "A reminder: request {externalId} is due soon"),
            [new("这件申请还在等待您处理。", "This request is still waiting for you.")]),
    };

    /// <summary>The notice in both languages, or null for what nobody is written to about.</summary>
    /// <param name="zone">In which its instants are shown.</param>
    public static Mail? Of(OutboundMessage message, DateTimeZone zone)
    {
        var data = JsonSerializer.SerializeToElement(message.Data, message.Data.GetType(), AppJson.Options);
        var known = Fields(data, zone);
        var key = known.TryGetValue("outcome", out var outcome) && All.ContainsKey($"{message.Type} {outcome.En}")
            ? $"{message.Type} {outcome.En}"
            : message.Type;
        if (!All.TryGetValue(key, out var template))
        {
            return null;
        }

        Template[] lines =
        [
            Greeting,
            .. Template.Fill(template.Say, known),
            .. Deadlines(data).Select(deadline => Deadline.Fill(Fields(deadline, zone))).OfType<Template>(),
            .. Template.Fill([Read], known),
        ];
        var subject = template.Subject.Fill(known)!;
        return new Mail(
            $"{subject.Zh} / {subject.En}",
            $"{string.Join('\n', lines.Select(line => line.Zh))}\n\n{string.Join('\n', lines.Select(line => line.En))}\n");
    }

    private static IEnumerable<JsonElement> Deadlines(JsonElement data) =>
        data.TryGetProperty("deadlines", out var deadlines) ? deadlines.EnumerateArray() : [];

    /// <summary>The texts of a message; instants as people read them, wording in each language.</summary>
    private static Dictionary<string, Template> Fields(JsonElement data, DateTimeZone zone)
    {
        var known = new Dictionary<string, Template>(StringComparer.Ordinal);
        foreach (var field in data.EnumerateObject())
        {
            if (field is { Name: "charge", Value.ValueKind: JsonValueKind.Object })
            {
                known["chargeAmount"] = Template.Same(field.Value.GetProperty("amount").GetString()!);
                known["chargeCurrency"] = Template.Same(field.Value.GetProperty("currency").GetString()!);
            }
            else if (field is { Name: "onMiss", Value.ValueKind: JsonValueKind.Object })
            {
                known["onMiss"] = new Template(field.Value.GetProperty("zh").GetString()!, field.Value.GetProperty("en").GetString()!);
            }
            else if (field.Value.ValueKind == JsonValueKind.String)
            {
                var text = field.Value.GetString()!;
                known[field.Name] = field.Name == "due" && OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } due
                    ? LocalTimes.Minute(due.Value.ToInstant(), zone)
                    : Template.Same(text);
            }
        }

        return known;
    }
}
