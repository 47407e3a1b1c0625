using System.Diagnostics;
using AfterSales.Domain.Refunds;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Domain.Cases;

/// <summary>The line that an event leaves in the history of its case, in both languages.</summary>
public static partial class CaseTimeline
{
    /// <param name="process">For what its rulebook calls steps and clocks.</param>
    public static TimelineEntry Of(CaseProcess process, CaseEvent happened)
    {
        var (what, clause, note) = Line(process, happened);
        return new TimelineEntry(happened.At, happened.By, happened.Name, what, clause, note);
    }

    private static (Wording What, string? Clause, string? Sealed) Line(CaseProcess process, CaseEvent happened) => happened switch
    {
        CaseOpened e => Says(
            $"Registered: {WireName.Of(e.Claim.Kind)} for order {e.Order.OrderId}.",
            $"已登记:订单 {e.Order.OrderId},诉求 {Zh(e.Claim.Kind)}。",
            process.Clauses.Registration),
        CaseUpdated e => Says($"Facts added: {string.Join(", ", e.FactsAdded)}.", $"补充事实:{string.Join("、", e.FactsAdded)}。"),
        SnapshotTaken e => Says(
            $"The marketplace's statement was taken: version {e.Version.Number}.", $"已采用平台的数据:版本 {e.Version.Number}。"),
        CaseWithdrawn => Says("The customer withdrew.", "顾客撤回。"),
        ReportNoted { Amount: { } amount } e => Says(
            $"The marketplace reports: {WireName.Of(e.Report)}, {Sum(amount)}.", $"平台告知:{Zh(e.Report)},{Sum(amount)}。"),
        ReportNoted e => Says($"The marketplace reports: {WireName.Of(e.Report)}.", $"平台告知:{Zh(e.Report)}。"),
        ContradictionNoted { Held: "cancelled", Given: "confirmed" } e => Says(
            $"{e.About}: cancelled by finance, confirmed by the marketplace afterwards; it counts as paid.",
            $"{e.About}:财务已取消,平台其后确认付款;按已付款计。"),
        ContradictionNoted e => Says(
            $"{e.About}: '{e.Held}' is on record, '{e.Given}' was given later and is not taken over.",
            $"{e.About}:已记录“{e.Held}”,后来又称“{e.Given}”,未予采用。"),
        EvidenceAdded e => Says(
            $"Evidence {e.File.Name}, {e.File.ContentType}, {e.File.Bytes} bytes, SHA-256 {e.File.Sha256}.",
            $"证据 {e.File.Name},{e.File.ContentType},{e.File.Bytes} 字节,SHA-256 {e.File.Sha256}。"),
        EvidenceFetchRequested e => Says($"Evidence {e.File} is being fetched.", $"正在获取证据 {e.File}。"),
        EvidenceRejected e => Says($"Evidence {e.File} was not taken: {e.Detail}", $"证据 {e.File} 未被接受({e.Code})。"),
        EvidenceRequested or EvidenceStaged or EvidenceSubmitted or EvidenceRoundClosed or EvidenceOriginalOpened =>
            EvidenceLine(happened),
        SupplierAccepted e => Says(
            $"The supplier agrees: {Granted(e.Remedy, e.Amount)}.", $"供应商同意:{GrantedZh(e.Remedy, e.Amount)}。",
            process.First.Clause),
        SupplierRefused e => Says("The supplier does not agree.", "供应商不同意。", process.First.Clause, e.SealedStatement),
        LateResponseRecorded e => Says(
            $"Late response recorded against supplier {e.SupplierId}.", $"记录供应商 {e.SupplierId} 逾期未处理。", e.Clause),
        DeadlineMissed { Excepted: true } e => Says(
            $"{Capital(Clock(process, e.Deadline).En)} ran out; an exception is on record, nothing follows.",
            $"{Clock(process, e.Deadline).Zh}已过;已记录例外,不升级。",
            e.Clause),
        DeadlineMissed e => Says(
            $"{Capital(Clock(process, e.Deadline).En)} ran out without an answer.",
            $"{Clock(process, e.Deadline).Zh}已过,{Zh(e.Owner)}未处理。",
            e.Clause),
        ExceptionRecorded e => Says(
            $"Exception to the {e.Clock} limit recorded.",
            $"记录 {e.Clock} 时限的例外。",
            process.Clocks.First(clock => clock.Exception?.Name == e.Clock).Clause,
            e.SealedReason),
        Escalated e => Climbed(process, e.From, e.To, e.Cause, e.Clause),
        Referred e => Climbed(process, e.From, e.To, e.Cause, e.Clause),
        OutcomeRecorded e => Says(
            $"{Capital(process[e.Rung].Name.En)}: {WireName.Of(e.Outcome)}.",
            $"{process[e.Rung].Name.Zh}:{Zh(e.Outcome)}。",
            process.Clauses.Escalation,
            e.SealedNote),
        ClaimUpheld e => Says(
            $"Upheld by {Decider(process, e.Rung, e.BySilence)}: {Granted(e.Remedy, e.Coupon + e.Amount ?? e.Amount)}.",
            $"{DeciderZh(process, e.Rung, e.BySilence)}支持:{GrantedZh(e.Remedy, e.Coupon + e.Amount ?? e.Amount)}。",
            e.Clauses[0],
            e.SealedReason),
        ClaimRefused e => Says(
            $"Refused by {Decider(process, e.Rung, e.BySilence)}.", $"{DeciderZh(process, e.Rung, e.BySilence)}不予支持。", e.Clause, e.SealedReason),
        DecisionAccepted { BySilence: true } => Says("Accepted by silence.", "逾期未提出异议,视为接受。"),
        DecisionAccepted => Says("Accepted by the customer.", "顾客接受。"),
        DecisionContested e => Says(
            $"The customer contests the decision of {process[e.Rung].Name.En}.",
            $"顾客对{process[e.Rung].Name.Zh}的决定有异议。",
            process.Clauses.Escalation,
            e.SealedReason),
        RefundInstructed e => Says(
            $"The marketplace is told to pay {Sum(e.Amount)} (attempt {e.Attempt}, {e.PayoutId}).",
            $"通知平台付款 {Sum(e.Amount)}(第 {e.Attempt} 次,{e.PayoutId})。"),
        RefundConfirmed e => Says($"Paid: {Sum(e.Amount)} ({e.PayoutId}).", $"已付款 {Sum(e.Amount)}({e.PayoutId})。"),
        TenderRefunded e => Says(
            $"Paid by tender {e.Tender}: {Sum(e.Amount)} ({e.PayoutId}).", $"已按支付方式 {e.Tender} 退回 {Sum(e.Amount)}({e.PayoutId})。"),
        RefundMatched e => Says(
            $"The marketplace's refund {e.Refund} is the payment {e.PayoutId}.", $"平台退款 {e.Refund} 即付款 {e.PayoutId}。"),
        RefundFailed e => Says(
            $"Payment failed (attempt {e.Attempt}, {e.PayoutId}).", $"付款失败(第 {e.Attempt} 次,{e.PayoutId})。", null, e.SealedReason),
        PayoutQueuedForFinance { Reason: PayoutHold.ItemRefundedAlready } e => Says(
            $"Not paid: with {Sum(e.Amount)} more would go back for this item than was paid, over all cases and marketplaces. "
                + $"Finance looks at it ({e.PayoutId}).",
            $"未付款:如再付 {Sum(e.Amount)},该商品在各案件、各平台的退款合计将超过实付金额。转财务核对({e.PayoutId})。"),
        PayoutQueuedForFinance e => Says($"The payout waits for finance ({e.PayoutId}).", $"付款转财务处理({e.PayoutId})。"),
        PayoutReleaseProposed e => Says(
            $"Finance wants {Sum(e.Amount)} to be paid all the same; it waits for a second person ({e.PayoutId}).",
            $"财务提请照付 {Sum(e.Amount)},待第二人核准({e.PayoutId})。", null, e.SealedReason),
        PayoutReleaseSentBack e => Says(
            $"It is not to be paid as proposed ({e.PayoutId}).", $"照付的提请未获核准({e.PayoutId})。", null, e.SealedReason),
        PayoutReleased e => Says($"It is to be paid all the same ({e.PayoutId}).", $"同意照付({e.PayoutId})。", null, e.SealedReason),
        PayoutSettled { PaidOn: { } day } e => Says(
            $"Settled by finance: {Sum(e.Amount)} ({e.PayoutId}), paid on {Day(day)}{(e.Reference is { } of ? $", reference {of}" : "")}.",
            $"财务结清 {Sum(e.Amount)}({e.PayoutId}),付款日期 {Day(day)}{(e.Reference is { } zh ? $",凭证号 {zh}" : "")}。",
            null,
            e.SealedReason),
        PayoutSettled e => Says(
            $"Settled by finance: {Sum(e.Amount)} ({e.PayoutId}).", $"财务结清 {Sum(e.Amount)}({e.PayoutId})。", null, e.SealedReason),
        PayoutCancelled e => Says(
            $"Cancelled by finance: {Sum(e.Amount)} ({e.PayoutId}).", $"财务取消付款 {Sum(e.Amount)}({e.PayoutId})。", null, e.SealedReason),
        DecisionProposed e => Says(
            $"Proposed by {process[e.Rung].Name.En}, awaiting a second person: {Granted(e.Remedy, e.Amount)}.",
            $"{process[e.Rung].Name.Zh}提请核准:{GrantedZh(e.Remedy, e.Amount)}。",
            e.Clause,
            e.SealedReason),
        ProposalSentBack { BySilence: true } => Says("The proposed decision was not approved in time.", "提请的决定逾期未核准,退回。"),
        ProposalSentBack e => Says("The proposed decision was sent back.", "提请的决定未获核准,退回。", null, e.SealedReason),
        OverpaymentFound e => Says(
            $"{Sum(e.Amount)} went back for this item beyond what was paid for it, over all cases and marketplaces. Finance gets it back.",
            $"该商品在各案件、各平台的退款合计超过实付金额 {Sum(e.Amount)}。转财务追回。"),
        OverpaymentResolved { End: OverpaymentEnd.Recovered } e => Says(
            $"{Sum(e.Amount)} paid too much has come back.", $"多付的 {Sum(e.Amount)} 已追回。", null, e.SealedReason),
        OverpaymentResolved e => Says($"{Sum(e.Amount)} paid too much is written off.", $"多付的 {Sum(e.Amount)} 已核销。", null, e.SealedReason),
        OfferMade e => Says(
            $"{Capital(WireName.Of(e.By.Party))} offers: {Granted(e.Offer.Remedy, e.Offer.Amount)}{(e.Offer.BelowRulebook ? ", less than the rulebook grants" : "")}.",
            $"{Zh(e.By.Party)}提出协商方案:{GrantedZh(e.Offer.Remedy, e.Offer.Amount)}{(e.Offer.BelowRulebook ? ",低于规则手册的结论" : "")}。",
            null,
            e.Offer.SealedNote),
        OfferAccepted e => Says($"{Capital(WireName.Of(e.By.Party))} takes the offer.", $"{Zh(e.By.Party)}接受协商方案。"),
        OfferDeclined e => Says(
            $"{Capital(WireName.Of(e.By.Party))} declines the offer.", $"{Zh(e.By.Party)}不接受协商方案。", null, e.SealedReason),
        OfferLapsed => Says("The offer was not answered in time and is over.", "协商方案逾期未答复,失效。"),
        RemedyBegun e => Says(
            $"The remedy begins: {string.Join(", ", Needed(e).Select(En))}.", $"开始办理:{string.Join("、", Needed(e).Select(Zh))}。"),
        RemedyStepDone { State: StepState.DoneBySilence } e => Says(
            $"{Capital(En(e.Step))}: counts as done, its time is over.", $"{Zh(e.Step)}:逾期,视为完成。"),
        RemedyStepDone { State: StepState.Skipped } e => Says($"{Capital(En(e.Step))}: not needed.", $"{Zh(e.Step)}:无需办理。"),
        RemedyStepDone { State: StepState.Lapsed } e => Says(
            $"{Capital(En(e.Step))}: no; the goods are handed back as they are.", $"未{Zh(e.Step)},商品原样交还。"),
        RemedyStepDone e => Says($"{Capital(En(e.Step))}: done{Note(e.Note)}.", $"{Zh(e.Step)}:完成{NoteZh(e.Note)}。", null, e.Note.SealedText),
        RemedyLapsed e => Says(
            $"{Capital(En(e.Step))} was not done; the remedy lapses.", $"未{Zh(e.Step)},处理方案失效。"),
        DifferenceReduced e => Says(
            $"Fewer pieces came back and fewer go out: the difference is {Sum(e.Due)}.", $"退回和换出的件数减少,差价为 {Sum(e.Due)}。"),
        GrantReduced e => Says(
            $"{Sum(e.Amount)} less is owed ({WireName.Of(e.Reason).Replace('-', ' ')}); {Sum(e.Granted)} remain.",
            $"减少 {Sum(e.Amount)}({Zh(e.Reason)}),应付 {Sum(e.Granted)}。"),
        ClocksPaused e => Says(
            $"The clocks stand still: {WireName.Of(e.Reason).Replace('-', ' ')}.", $"暂停计时:{Zh(e.Reason)}。", null, e.SealedNote),
        ClocksResumed e => Says("The clocks run on.", "恢复计时。"),
        CaseReopened e => Says(
            $"Reopened, with {process[e.Level].Name.En}.", $"重新受理,由{process[e.Level].Name.Zh}处理。", null, e.SealedReason),
        CaseLinked e => Says(
            $"Linked with {e.Other} ({WireName.Of(e.Kind)}).", $"关联案件 {e.Other}({Zh(e.Kind)})。"),
        CaseMerged e => Says($"A duplicate: {e.Into} goes on in its place.", $"重复案件,并入 {e.Into}。"),
        CaseClosed e => Says($"Closed: {WireName.Of(e.Outcome)}.", $"结案:{Zh(e.Outcome)}。"),
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };

    private static (Wording What, string? Clause, string? Sealed) Says(string en, string zh, string? clause = null, string? note = null) =>
        (new Wording(en, zh), clause, note);

    private static (Wording What, string? Clause, string? Sealed) Climbed(
        CaseProcess process, StepCode from, StepCode to, EscalationCause cause, string clause) => Says(
        $"From {process[from].Name.En} to {process[to].Name.En} ({WireName.Of(cause).Replace('-', ' ')}).",
        $"由{process[from].Name.Zh}转至{process[to].Name.Zh}({Zh(cause)})。",
        clause);

    private static string Sum(Money amount) => $"{amount} {amount.Currency}";

    private static string Decider(CaseProcess process, StepCode rung, bool bySilence) =>
        bySilence ? $"the rulebook in the stead of {process[rung].Name.En}" : process[rung].Name.En;

    private static string DeciderZh(CaseProcess process, StepCode rung, bool bySilence) =>
        bySilence ? $"{process[rung].Name.Zh}逾期,按规则手册" : process[rung].Name.Zh;

    private static string Granted(Remedy remedy, Money amount) =>
        amount.IsZero ? WireName.Of(remedy) : $"{WireName.Of(remedy)} of {Sum(amount)}";

    private static string GrantedZh(Remedy remedy, Money amount) => amount.IsZero ? Zh(remedy) : $"{Zh(remedy)} {Sum(amount)}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A clock of the ladder is called what the rulebook calls it.</summary>
    private static Wording Clock(CaseProcess process, string clock) => process.Clock(clock)?.Title ?? clock switch
    {
        ProcessClocks.PayoutClock => new("the time for the payout", "付款时限"),
        ProcessClocks.AnswerClock => new("the customer's time to contest", "顾客异议期"),
        ProcessClocks.ApprovalClock => new("the time to approve the decision", "核准时限"),
        ProcessClocks.OfferClock => new("the time of the offer", "协商方案答复期限"),
        ProcessClocks.EvidenceClock => new("the time for evidence", "举证期限"),
        _ when WireName.TryParse<RemedyStep>(clock, out var step) => new($"the time to {En(step)}", $"{Zh(step)}时限"),
        _ => throw new UnreachableException($"Unknown clock {clock}."),
    };

    private static string Zh(Party party) => party switch
    {
        Party.Customer => "顾客",
        Party.Supplier => "供应商",
        Party.Marketplace => "平台",
        Party.Agent => "客服",
        Party.FloorManager => "楼层负责人",
        Party.Inspection => "督察部",
        Party.Manager => "主管总经理",
        Party.Finance => "财务部",
        Party.Clock => "系统",
        _ => throw new UnreachableException($"Unknown party {party}."),
    };

    private static string Zh(ClaimKind kind) => kind switch
    {
        ClaimKind.Refund => "退款",
        ClaimKind.Return => "退货",
        ClaimKind.Exchange => "换货",
        ClaimKind.Repair => "维修",
        ClaimKind.Complaint => "投诉",
        _ => throw new UnreachableException($"Unknown kind {kind}."),
    };

    private static string Zh(MarketplaceReport report) => report switch
    {
        MarketplaceReport.ReturnShipped => "退货已寄出",
        MarketplaceReport.ReturnReceived => "退货已收到",
        MarketplaceReport.RefundedElsewhere => "已在别处退款",
        MarketplaceReport.DifferencePaid => "差价已付",
        _ => throw new UnreachableException($"Unknown report {report}."),
    };

    private static string Zh(Remedy remedy) => remedy switch
    {
        Remedy.Repair => "维修",
        Remedy.Exchange => "更换",
        Remedy.Refund => "退款",
        Remedy.Compensation => "赔偿",
        Remedy.Return => "退货退款",
        Remedy.Replacement => "补发",
        Remedy.Coupon => "优惠券",
        Remedy.Answer => "答复",
        _ => throw new UnreachableException($"Unknown remedy {remedy}."),
    };

    private static string Zh(EscalationCause cause) => cause switch
    {
        EscalationCause.DeadlineMissed => "逾期",
        EscalationCause.NoAgreement => "未达成协议",
        EscalationCause.PassedOn => "移交",
        EscalationCause.Contested => "顾客有异议",
        EscalationCause.Unresolved => "未解决",
        _ => throw new UnreachableException($"Unknown cause {cause}."),
    };

    private static string Zh(ExternalOutcome outcome) => outcome switch
    {
        ExternalOutcome.ForCustomer => "支持顾客",
        ExternalOutcome.ForSupplier => "支持供应商",
        ExternalOutcome.Unresolved => "未解决",
        _ => throw new UnreachableException($"Unknown outcome {outcome}."),
    };

    private static string Zh(CaseOutcome outcome) => outcome switch
    {
        CaseOutcome.Upheld => "支持",
        CaseOutcome.Refused => "不予支持",
        CaseOutcome.Withdrawn => "撤回",
        CaseOutcome.Lapsed => "失效",
        CaseOutcome.Merged => "并案",
        _ => throw new UnreachableException($"Unknown outcome {outcome}."),
    };

    private static IEnumerable<RemedyStep> Needed(RemedyBegun begun) =>
        begun.Steps.Where(step => step.State == StepState.Waiting).Select(step => step.Step);

    private static string Note(StepNote note) => string.Concat(
        note.Carrier is { } carrier ? $", {carrier} {note.Tracking}" : "",
        note.Quantity is { } quantity ? $", {quantity} pieces" : "",
        note.Condition is { } condition ? $", {WireName.Of(condition)}" : "",
        note.Amount is { } amount ? $", {Sum(amount)}" : "");

    private static string NoteZh(StepNote note) => string.Concat(
        note.Carrier is { } carrier ? $",{carrier} {note.Tracking}" : "",
        note.Quantity is { } quantity ? $",{quantity}件" : "",
        note.Condition is { } condition ? $",{Zh(condition)}" : "",
        note.Amount is { } amount ? $",{Sum(amount)}" : "");

    private static string En(RemedyStep step) => step switch
    {
        RemedyStep.ShipBack => "send the goods back",
        RemedyStep.Receive => "confirm what came back",
        RemedyStep.Inspect => "inspect what came back",
        RemedyStep.PayDifference => "pay the difference",
        RemedyStep.ShipReplacement => "send other goods",
        RemedyStep.Quote => "price the repair",
        RemedyStep.AcceptQuote => "accept the price",
        RemedyStep.Repair => "repair",
        RemedyStep.HandBack => "hand the goods back",
        RemedyStep.IssueCoupon => "issue the coupon",
        RemedyStep.Reply => "reply",
        _ => throw new UnreachableException($"Unknown step {step}."),
    };

    private static string Zh(RemedyStep step) => step switch
    {
        RemedyStep.ShipBack => "寄回商品",
        RemedyStep.Receive => "确认收货",
        RemedyStep.Inspect => "验收商品",
        RemedyStep.PayDifference => "补足差价",
        RemedyStep.ShipReplacement => "寄出新商品",
        RemedyStep.Quote => "维修报价",
        RemedyStep.AcceptQuote => "接受报价",
        RemedyStep.Repair => "维修",
        RemedyStep.HandBack => "交还商品",
        RemedyStep.IssueCoupon => "发放优惠券",
        RemedyStep.Reply => "答复",
        _ => throw new UnreachableException($"Unknown step {step}."),
    };

    private static string Zh(GoodsCondition condition) => condition switch
    {
        GoodsCondition.Resaleable => "可再销售",
        GoodsCondition.Damaged => "有损坏",
        GoodsCondition.WrittenOff => "报废",
        _ => throw new UnreachableException($"Unknown condition {condition}."),
    };

    private static string Zh(ReductionReason reason) => reason switch
    {
        ReductionReason.ShortReceipt => "退回数量不足",
        ReductionReason.Damage => "商品损坏",
        ReductionReason.Lapsed => "逾期失效",
        _ => throw new UnreachableException($"Unknown reason {reason}."),
    };

    private static string Zh(PauseReason reason) => reason switch
    {
        PauseReason.WaitingForCustomer => "等待顾客",
        PauseReason.ForceMajeure => "不可抗力",
        _ => throw new UnreachableException($"Unknown reason {reason}."),
    };

    private static string Zh(LinkKind kind) => kind switch
    {
        LinkKind.Related => "相关",
        LinkKind.Duplicate => "重复",
        LinkKind.MergedInto => "已并入",
        _ => throw new UnreachableException($"Unknown kind {kind}."),
    };

    private static string Day(LocalDate day) => LocalDatePattern.Iso.Format(day);
}
