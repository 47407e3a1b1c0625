using System.Diagnostics;

namespace AfterSales.Domain.Cases;

/// <summary>The line that an event leaves in the history of its case, in both languages.</summary>
public static partial class CaseTimeline
{
    public static TimelineEntry Of(CaseEvent happened)
    {
        var (what, clause, note) = Line(happened);
        return new TimelineEntry(happened.At, happened.By, happened.Name, what, clause, note);
    }

    private static (Wording What, string? Clause, string? Sealed) Line(CaseEvent happened) => happened switch
    {
        CaseOpened e => Says(
            $"Registered: {WireName.Of(e.Claim.Kind)} for order {e.Order.OrderId}.",
            $"已登记:订单 {e.Order.OrderId},诉求 {Zh(e.Claim.Kind)}。",
            "MALL-1.0"),
        CaseUpdated e => Says($"Facts added: {string.Join(", ", e.FactsAdded)}.", $"补充事实:{string.Join("、", e.FactsAdded)}。"),
        CaseWithdrawn => Says("The customer withdrew.", "顾客撤回。"),
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
            $"The supplier agrees: {Granted(e.Remedy, e.Amount)}.", $"供应商同意:{GrantedZh(e.Remedy, e.Amount)}。", "MALL-LAD-1"),
        SupplierRefused e => Says("The supplier does not agree.", "供应商不同意。", "MALL-LAD-1", e.SealedStatement),
        LateResponseRecorded e => Says(
            $"Late response recorded against supplier {e.SupplierId}.", $"记录供应商 {e.SupplierId} 逾期未处理。", e.Clause),
        DeadlineMissed { Excepted: true } e => Says(
            $"{Capital(En(e.Deadline))} ran out; an exception is on record, nothing follows.",
            $"{Zh(e.Deadline)}已过;已记录例外,不升级。",
            e.Clause),
        DeadlineMissed e => Says(
            $"{Capital(En(e.Deadline))} ran out without an answer.",
            $"{Zh(e.Deadline)}已过,{Zh(e.Owner)}未处理。",
            e.Clause),
        ExceptionRecorded e => Says(
            $"Exception to the {WireName.Of(e.Clock)} limit recorded.",
            $"记录 {WireName.Of(e.Clock)} 时限的例外。",
            e.Clock == ExceptionClock.FourHours ? "MALL-C8.2-4H" : "MALL-C8.2-48H",
            e.SealedReason),
        Escalated e => Climbed(e.From, e.To, e.Cause, e.Clause),
        Referred e => Climbed(e.From, e.To, e.Cause, e.Clause),
        OutcomeRecorded e => Says(
            $"{Capital(En(e.Rung))}: {WireName.Of(e.Outcome)}.", $"{Zh(e.Rung)}:{Zh(e.Outcome)}。", "MALL-LAD-5", e.SealedNote),
        ClaimUpheld e => Says(
            $"Upheld by {Decider(e.Rung, e.BySilence)}: {Granted(e.Remedy, e.Amount)}.",
            $"{DeciderZh(e.Rung, e.BySilence)}支持:{GrantedZh(e.Remedy, e.Amount)}。",
            e.Clauses[0],
            e.SealedReason),
        ClaimRefused e => Says(
            $"Refused by {Decider(e.Rung, e.BySilence)}.", $"{DeciderZh(e.Rung, e.BySilence)}不予支持。", e.Clause, e.SealedReason),
        DecisionAccepted { BySilence: true } => Says("Accepted by silence.", "逾期未提出异议,视为接受。"),
        DecisionAccepted => Says("Accepted by the customer.", "顾客接受。"),
        DecisionContested e => Says(
            $"The customer contests the decision of {En(e.Rung)}.", $"顾客对{Zh(e.Rung)}的决定有异议。", "MALL-LAD-5", e.SealedReason),
        RefundInstructed e => Says(
            $"The marketplace is told to pay {Sum(e.Amount)} (attempt {e.Attempt}, {e.PayoutId}).",
            $"通知平台付款 {Sum(e.Amount)}(第 {e.Attempt} 次,{e.PayoutId})。"),
        RefundConfirmed e => Says($"Paid: {Sum(e.Amount)} ({e.PayoutId}).", $"已付款 {Sum(e.Amount)}({e.PayoutId})。"),
        RefundFailed e => Says(
            $"Payment failed (attempt {e.Attempt}, {e.PayoutId}).", $"付款失败(第 {e.Attempt} 次,{e.PayoutId})。", null, e.SealedReason),
        PayoutQueuedForFinance e => Says($"The payout waits for finance ({e.PayoutId}).", $"付款转财务处理({e.PayoutId})。"),
        PayoutSettled e => Says(
            $"Settled by finance: {Sum(e.Amount)} ({e.PayoutId}).", $"财务结清 {Sum(e.Amount)}({e.PayoutId})。", null, e.SealedReason),
        PayoutCancelled e => Says(
            $"Cancelled by finance: {Sum(e.Amount)} ({e.PayoutId}).", $"财务取消付款 {Sum(e.Amount)}({e.PayoutId})。", null, e.SealedReason),
        CaseClosed e => Says($"Closed: {WireName.Of(e.Outcome)}.", $"结案:{Zh(e.Outcome)}。"),
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };

    private static (Wording What, string? Clause, string? Sealed) Says(string en, string zh, string? clause = null, string? note = null) =>
        (new Wording(en, zh), clause, note);

    private static (Wording What, string? Clause, string? Sealed) Climbed(Rung from, Rung to, EscalationCause cause, string clause) => Says(
        $"From {En(from)} to {En(to)} ({WireName.Of(cause).Replace('-', ' ')}).", $"由{Zh(from)}转至{Zh(to)}({Zh(cause)})。", clause);

    private static string Sum(Money amount) => $"{amount} {amount.Currency}";

    private static string Decider(Rung rung, bool bySilence) => bySilence ? "the rulebook in the manager's stead" : En(rung);

    private static string DeciderZh(Rung rung, bool bySilence) => bySilence ? "主管总经理逾期,按规则手册" : Zh(rung);

    private static string Granted(Remedy remedy, Money amount) =>
        amount.IsZero ? WireName.Of(remedy) : $"{WireName.Of(remedy)} of {Sum(amount)}";

    private static string GrantedZh(Remedy remedy, Money amount) => amount.IsZero ? Zh(remedy) : $"{Zh(remedy)} {Sum(amount)}";

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string En(Rung rung) => rung switch
    {
        Rung.Counter => "the counter",
        Rung.FloorHead => "the floor head",
        Rung.InspectionDepartment => "the Inspection Department",
        Rung.GmInCharge => "the general manager in charge",
        Rung.ConsumerAssociation => "the Consumer Association",
        Rung.LegalCounsel => "legal counsel",
        Rung.LegalArbitration => "legal arbitration",
        _ => throw new UnreachableException($"Unknown rung {rung}."),
    };

    private static string En(Clock clock) => clock switch
    {
        Clock.Counter => "the counter's 10 minutes",
        Clock.FloorHead => "the 4 hours for a first decision",
        Clock.InspectionDepartment => "the Inspection Department's 30 minutes",
        Clock.GmInCharge => "the 48 hours for a resolution",
        Clock.ShiftEnd => "the accepting manager's shift",
        Clock.Payout => "the time for the payout",
        Clock.Customer => "the customer's time to contest",
        Clock.ConsumerAssociation => "the Consumer Association's time",
        Clock.LegalCounsel => "legal counsel's time",
        Clock.Evidence => "the time for evidence",
        _ => throw new UnreachableException($"Unknown clock {clock}."),
    };

    private static string Zh(Clock clock) => clock switch
    {
        Clock.Counter => "专柜10分钟时限",
        Clock.FloorHead => "4小时处理时限",
        Clock.InspectionDepartment => "督察部30分钟时限",
        Clock.GmInCharge => "48小时解决时限",
        Clock.ShiftEnd => "当班时限",
        Clock.Payout => "付款时限",
        Clock.Customer => "顾客异议期",
        Clock.ConsumerAssociation => "消协调解时限",
        Clock.LegalCounsel => "法律顾问处理时限",
        Clock.Evidence => "举证期限",
        _ => throw new UnreachableException($"Unknown clock {clock}."),
    };

    private static string Zh(Rung rung) => rung switch
    {
        Rung.Counter => "专柜",
        Rung.FloorHead => "楼层负责人",
        Rung.InspectionDepartment => "督察部",
        Rung.GmInCharge => "主管总经理",
        Rung.ConsumerAssociation => "消协",
        Rung.LegalCounsel => "法律顾问",
        Rung.LegalArbitration => "法律仲裁",
        _ => throw new UnreachableException($"Unknown rung {rung}."),
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
        _ => throw new UnreachableException($"Unknown report {report}."),
    };

    private static string Zh(Remedy remedy) => remedy switch
    {
        Remedy.Repair => "免费维修",
        Remedy.Exchange => "更换",
        Remedy.Refund => "退款",
        Remedy.Compensation => "赔偿",
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
        _ => throw new UnreachableException($"Unknown outcome {outcome}."),
    };
}
