using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Notices;

/// <summary>The texts of one kind of letter.</summary>
/// <param name="Say">Paragraphs, in order. One whose names are not all known is left out.</param>
public sealed record LetterTemplate(Template Subject, IReadOnlyList<Template> Say);

/// <summary>
/// Every word of the letters to customers, in one place. A paragraph is left out of a letter when it names something that does not apply, so
/// that each stands for itself: <c>{until}</c> only where there is something to do until then, <c>{amount}</c> only where money is paid.
/// </summary>
public static class LetterTexts
{
    public static Template Greeting { get; } = new("尊敬的{name}：", "Dear {name},");

    public static Template GreetingWithoutName { get; } = new("尊敬的顾客：", "Dear customer,");

    public static Template Closing { get; } = new("顾客服务部\n{date}", "Customer Service\n{date}");

    public static Template ClauseHeading { get; } = new("所依据的规定", "The rules that this rests on");

    public static Template Clause { get; } = new("“{wording}”（{clause}）", "“{wording}” ({clause})");

    public static Template ReasonHeading { get; } = new("经办人的说明", "In the words of the person in charge");

    public static Template NextHeading { get; } = new("您接下来可以做什么", "What you can do next");

    /// <summary>What the customer can do about a decision, and what silence means.</summary>
    public static IReadOnlyList<Template> Next { get; } =
    [
        new(
            "请在{until}之前告诉我们您是否接受这个决定。如不接受，可以提出异议，由上一级重新处理。",
            "Please tell us by {until} whether you accept this decision. If you do not, you may object, and it will be looked at again one level higher."),
        new("到时没有收到您的答复：{onMiss}", "If we do not hear from you by then: {onMiss}"),
    ];

    public static string AllZh => "本件申请的信件";

    public static string AllEn => "Letters about this request";

    public static string LinkZh => "查看本件申请的全部信件：";

    public static string LinkEn => "All letters about this request: ";

    public static LetterTemplate Received { get; } = new(
        new("我们已收到您的售后申请 {request}", "We have received your request {request}"),
        [
            new(
                "您关于订单 {order} 的{kind}申请已于{when}登记。",
                "Your request for {kind} about order {order} was registered at {when}."),
            new("商家会先处理；商家没有处理的，由我们接手。", "The seller deals with it first; if the seller does not, we take over.") { When = "sellerFirst" },
            new("我们的工作人员会处理。", "Our staff deal with it.") { When = "staffFirst" },
            new("您最迟在{answerBy}之前得到处理结果。", "You will have a decision by {answerBy} at the latest."),
            new("到{stepUntil}仍没有结果的：{stepMiss}", "If there is no result by {stepUntil}: {stepMiss}"),
            new("您目前不需要做任何事情。", "There is nothing you need to do now."),
        ]);

    public static LetterTemplate Granted { get; } = new(
        new("您的售后申请 {request} 已获支持", "Your request {request} has been granted"),
        [
            new("我们已就您关于订单 {order} 的申请作出决定：{remedy}。", "We have decided on your request about order {order}: {remedy}."),
            new("优惠券面额为 {coupon}。", "The voucher is worth {coupon}."),
            new(
                "金额为 {amount} {currency}，由平台按原付款方式退还给您。款项到账后我们会再写信告诉您。",
                "The amount is {amount} {currency}. The marketplace pays it back the way you paid. We will write again when it has been paid."),
            new(
                "您换得的商品价格高出 {difference}，平台会通知您补足差价。",
                "What you get in exchange costs {difference} more. The marketplace will ask you to pay the difference."),
            new(
                "商场没有在规定时间内作出决定，因此直接按规定的结论办理。",
                "The mall did not decide in the time it has, so the conclusion of the rules became the decision.") { When = "bySilence" },
        ]);

    public static LetterTemplate Offered { get; } = new(
        new("就您的申请 {request}，向您提出一个协商方案", "An offer to settle your request {request}"),
        [
            new("关于订单 {order}，向您提出的方案是：{remedy}。", "About order {order} you are offered this: {remedy}."),
            new("金额为 {amount} {currency}。", "The amount is {amount} {currency}."),
            new(
                "这个方案低于按规定您可以得到的。不接受不会影响您的权利。",
                "This is less than the rules give you. Your rights do not suffer if you decline.") { When = "below" },
            new(
                "请在{offeredUntil}之前接受或者不接受，也可以提出您的方案。到时没有答复的，方案失效，您的申请照常处理。",
                "Please take or decline it by {offeredUntil}; you can also say what you would accept. Without an answer the offer is over and your "
                + "request goes on as before."),
        ]);

    public static LetterTemplate Refused { get; } = new(
        new("关于您的售后申请 {request} 的决定", "Our decision on your request {request}"),
        [
            new(
                "我们仔细看了您关于订单 {order} 的申请。很抱歉，这次不能支持您的要求。",
                "We have looked carefully at your request about order {order}. We are sorry: this time we cannot grant it."),
            new(
                "商场没有在规定时间内作出决定，因此直接按规定的结论办理。",
                "The mall did not decide in the time it has, so the conclusion of the rules became the decision.") { When = "bySilence" },
        ]);

    public static LetterTemplate Moved { get; } = new(
        new("您的售后申请 {request} 有新进展", "Your request {request} has moved on"),
        [
            new(
                "您关于订单 {order} 的申请已转交上一级重新处理。{progress}",
                "Your request about order {order} is now being looked at one level higher. {progress}"),
            new("您最迟在{answerBy}之前得到处理结果。", "You will have a decision by {answerBy} at the latest."),
            new("到{stepUntil}仍没有结果的：{stepMiss}", "If there is no result by {stepUntil}: {stepMiss}"),
            new("您目前不需要做任何事情。", "There is nothing you need to do now."),
        ]);

    public static LetterTemplate Paid { get; } = new(
        new("您的退款已经支付（{request}）", "You have been paid ({request})"),
        [
            new("关于您的申请 {request}，{amount} {currency} 已于{when}支付。", "For your request {request}, {amount} {currency} was paid at {when}."),
            new(
                "银行入账可能还需要几天。过后仍未到账的，请与我们联系。",
                "Your bank may need a few days to show it. If it has not arrived after that, please get in touch."),
        ]);

    public static LetterTemplate Closed { get; } = new(
        new("您的售后申请 {request} 已办结", "Your request {request} is closed"),
        [
            new("您关于订单 {order} 的申请已于{when}办结：{outcome}。", "Your request about order {order} was closed at {when}: {outcome}."),
            new("我们共向您支付了 {amount} {currency}。", "You were paid {amount} {currency} in all."),
            new("感谢您的耐心。", "Thank you for your patience."),
        ]);

    public static LetterTemplate Reminder { get; } = new(
        new("提醒：请在{until}之前答复（申请 {request}）", "A reminder: please answer by {until} (request {request})"),
        [
            new(
                "关于您的申请 {request}，我们还没有收到您的答复。请在{until}之前告诉我们您是否接受决定。",
                "We have not heard from you about your request {request}. Please tell us by {until} whether you accept the decision."),
            new("到时没有收到您的答复：{onMiss}", "If we do not hear from you by then: {onMiss}"),
        ]);

    /// <summary>Every kind of letter by its name.</summary>
    public static IReadOnlyDictionary<string, LetterTemplate> All { get; } = new Dictionary<string, LetterTemplate>(StringComparer.Ordinal)
    {
        ["received"] = Received,
        ["granted"] = Granted,
        ["offered"] = Offered,
        ["refused"] = Refused,
        ["moved"] = Moved,
        ["paid"] = Paid,
        ["closed"] = Closed,
        ["reminder"] = Reminder,
        ["reminder-to-do"] = StepLetterTexts.ReminderToDo,
        ["ship-back"] = StepLetterTexts.ShipBack,
        ["pay-difference"] = StepLetterTexts.PayDifference,
        ["accept-quote"] = StepLetterTexts.Quoted,
        ["not-repaired"] = StepLetterTexts.NotRepaired,
        ["reduced"] = StepLetterTexts.Reduced,
        ["coupon"] = StepLetterTexts.Coupon,
        ["evidence"] = StepLetterTexts.Evidence,
    };

    /// <summary>What a customer asks for.</summary>
    public static Template Word(ClaimKind kind) => Kinds[kind];

    /// <summary>A repair that has a price, and is done when the customer has agreed to it.</summary>
    public static Template PricedRepair { get; } = new("维修，先向您报价，您同意后再修", "the goods are repaired once you have agreed to the price, which you will be told first");

    /// <summary>What a customer is given.</summary>
    public static Template Word(Remedy remedy) => Remedies[remedy];

    public static Template Word(CaseOutcome outcome) => Outcomes[outcome];

    private static Dictionary<ClaimKind, Template> Kinds { get; } = new()
    {
        [ClaimKind.Refund] = new("退款", "a refund"),
        [ClaimKind.Return] = new("退货", "a return"),
        [ClaimKind.Exchange] = new("换货", "an exchange"),
        [ClaimKind.Repair] = new("维修", "a repair"),
        [ClaimKind.Complaint] = new("投诉", "help with a complaint"),
    };

    private static Dictionary<Remedy, Template> Remedies { get; } = new()
    {
        [Remedy.Repair] = new("为您免费维修", "the goods are repaired free of charge"),
        [Remedy.Exchange] = new("为您更换商品", "the goods are exchanged"),
        [Remedy.Refund] = new("给您退款", "you get your money back"),
        [Remedy.Compensation] = new("给您赔偿", "you are compensated"),
        [Remedy.Return] = new("为您退货退款", "you give the goods back and get your money back"),
        [Remedy.Replacement] = new("为您补发商品", "you are sent the goods anew"),
        [Remedy.Coupon] = new("给您优惠券", "you get a voucher"),
        [Remedy.Answer] = new("给您答复", "your complaint is answered"),
    };

    private static Dictionary<CaseOutcome, Template> Outcomes { get; } = new()
    {
        [CaseOutcome.Upheld] = new("您的要求已获支持", "it was granted"),
        [CaseOutcome.Refused] = new("您的要求未获支持", "it was not granted"),
        [CaseOutcome.Withdrawn] = new("您已撤回申请", "you withdrew it"),
        [CaseOutcome.Lapsed] = new("逾期未办理，已失效", "it was granted and lapsed, because what was to be done was not done in time"),
        [CaseOutcome.Merged] = new("与另一申请重复，已合并处理", "it was the same as another request, which goes on"),
    };
}
