using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Notices;

/// <summary>The letters on the way of a remedy: what the customer is to do until when, and what becomes of it otherwise.</summary>
public static class StepLetterTexts
{
    private static Template ByThen { get; } = new("到时没有办理的：{onMiss}", "If it is not done by then: {onMiss}");

    public static LetterTemplate ShipBack { get; } = new(
        new("请寄回商品（申请 {request}）", "Please send the goods back (request {request})"),
        [
            new(
                "关于订单 {order}，请在{until}之前寄回商品，并把承运公司和运单号告诉我们。",
                "Please send the goods of order {order} back by {until}, and tell us the carrier and the number of the consignment."),
            ByThen,
        ]);

    public static LetterTemplate PayDifference { get; } = new(
        new("还需您付款（申请 {request}）", "A payment is due from you (request {request})"),
        [
            new(
                "您换得的商品价格高出 {difference}，请在{until}之前按平台的通知补足差价。",
                "What you get in exchange costs {difference} more. Please pay the difference by {until}; the marketplace tells you how."),
            new(
                "您同意的维修报价为 {repairPrice}，请在{until}之前按平台的通知付款，付款后开始维修。",
                "The repair costs {repairPrice}, as you agreed. Please pay by {until}; the marketplace tells you how, and the repair begins then."),
            ByThen,
        ]);

    public static LetterTemplate Quoted { get; } = new(
        new("维修报价，请您答复（申请 {request}）", "What the repair costs: please answer (request {request})"),
        [
            new("关于订单 {order} 的商品，维修报价为 {amount} {currency}。", "The repair of the goods of order {order} costs {amount} {currency}."),
            new("请在{until}之前告诉我们您是否同意。", "Please tell us by {until} whether you agree."),
            new("您不同意的，商品不予维修，原样交还给您。", "If you do not, the goods are not repaired and are handed back to you as they are.") { When = "handedBack" },
            ByThen,
        ]);

    public static LetterTemplate NotRepaired { get; } = new(
        new("商品将原样交还给您（申请 {request}）", "Your goods come back as they are (request {request})"),
        [
            new("维修报价没有得到您的同意。", "You did not agree to the price of the repair.") { When = "notTaken" },
            new("维修费用没有支付。", "The repair was not paid for.") { When = "notPaid" },
            new(
                "订单 {order} 的商品不予维修，将在{handedBackUntil}之前交还给您。",
                "So the goods of order {order} are not repaired. They are handed back to you by {handedBackUntil}."),
        ]);

    public static LetterTemplate Reduced { get; } = new(
        new("您的退款金额有变化（申请 {request}）", "What you get back has changed (request {request})"),
        [
            new("收到的商品少于应寄回的件数。", "Fewer pieces came back than were to.") { When = "short" },
            new("寄回的商品有损坏。", "What came back was damaged.") { When = "damaged" },
            new("因此减少 {less}，应付给您的合计为 {left}。", "You therefore get {less} less, which makes {left} in all."),
            new("您不同意的，请与我们联系。", "If you do not agree, please get in touch."),
        ]);

    public static LetterTemplate Coupon { get; } = new(
        new("您的优惠券已发放（申请 {request}）", "Your voucher has been issued ({request})"),
        [
            new("关于订单 {order} 的申请，优惠券已于{when}发放给您。", "For your request about order {order} a voucher was issued to you at {when}."),
            new("优惠券金额为 {amount} {currency}。", "It is worth {amount} {currency}."),
        ]);

    public static LetterTemplate Evidence { get; } = new(
        new("请提交证据（申请 {request}）", "Please send us evidence (request {request})"),
        [
            new(
                "为处理您关于订单 {order} 的申请，请在{until}之前提交照片、视频或文件。",
                "To decide on your request about order {order} we ask you for photos, videos or documents by {until}."),
            new("到时没有收到的：{onMiss}", "If nothing has come by then: {onMiss}"),
        ]);

    public static LetterTemplate ReminderToDo { get; } = new(
        new("提醒：请在{until}之前办理（申请 {request}）", "A reminder: something is to be done by {until} (request {request})"),
        [
            new("关于您的申请 {request}，请在{until}之前{todo}。", "About your request {request}: please {todo} by {until}."),
            ByThen,
        ]);

    /// <summary>What a clock of the customer's waits for; null of a decision, which is answered.</summary>
    public static Template? ToDo(string clock) => ToDos.GetValueOrDefault(clock);

    private static Dictionary<string, Template> ToDos { get; } = new(StringComparer.Ordinal)
    {
        [WireName.Of(RemedyStep.ShipBack)] = new("寄回商品", "send the goods back"),
        [WireName.Of(RemedyStep.PayDifference)] = new("补足差价", "pay the difference"),
        [WireName.Of(RemedyStep.AcceptQuote)] = new("答复维修报价", "say whether you agree to the price of the repair"),
        ["evidence"] = new("提交证据", "send us the evidence that you were asked for"),
        ["offer"] = new("答复协商方案", "answer the offer"),
        ["pause"] = new("提供我们要求的材料", "give us what you were asked for"),
    };
}
