using AfterSales.Domain.Ledger;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Ledger;

/// <summary>What kinds and phases of entries are called on pages.</summary>
internal static class StatementWords
{
    private static readonly Dictionary<string, (string Zh, string En)> Kinds = new(StringComparer.Ordinal)
    {
        ["deposit"] = ("缴纳保证金", "Deposit paid in"),
        ["top-up"] = ("补足保证金", "Deposit topped up"),
        ["payables"] = ("应付货款", "Goods bought"),
        ["charge"] = ("赔付扣款", "Charge for a claim"),
        ["recovery"] = ("向厂家追偿", "Recovery from the maker"),
        ["fine"] = ("个人罚款", "Fine on a person"),
        [EntryKinds.Levy] = ("投诉基金", "Complaint fund levy"),
        [EntryKinds.Penalty] = ("违约处罚", "Penalty"),
        [EntryKinds.Forfeit] = ("没收保证金", "Deposit forfeited"),
        ["cash-claim"] = ("要求现金补缴", "Cash claimed for the deposit"),
        ["compensation"] = ("顾客补偿", "Compensation to a customer"),
        ["injury"] = ("人身伤害赔偿", "Injury compensation"),
        ["fault-share"] = ("责任分担", "Share in the fault"),
        ["release"] = ("退还保证金", "Deposit released"),
        ["correction"] = ("更正", "Correction"),
        ["journal"] = ("记账", "Journal entry"),
        [EntryKinds.Reservation] = ("预留", "Reservation"),
        ["expiry"] = ("到期释放", "Lapsed"),
    };

    private static readonly Dictionary<EntryPhase, (string Zh, string En)> Phases = new()
    {
        [EntryPhase.Pending] = ("待定", "pending"),
        [EntryPhase.Settled] = ("入账", "settled"),
        [EntryPhase.Voided] = ("撤销", "voided"),
        [EntryPhase.Reversal] = ("冲正", "reversal"),
        [EntryPhase.Expired] = ("到期", "expired"),
    };

    /// <summary>HTML, both languages; a kind that has no words is shown as it is.</summary>
    public static string Of(LedgerEntry entry)
    {
        (string zh, string en) = entry switch
        {
            { Reason.Kind: "release", Phase: EntryPhase.Voided } => ("撤销预留", "Reservation let go"),
            { Reason.Kind: "settlement" } => ("预留入账", "Reservation settled"),
            { Reason.Kind: var kind } => Kinds.GetValueOrDefault(kind, (kind, kind)),
        };
        // Their names say the phase.
        bool said = entry is { Reason.Kind: "settlement" or "expiry" or "correction" } or { Reason.Kind: "release", Phase: EntryPhase.Voided };
        if (!said && Phases.TryGetValue(entry.Phase, out (string Zh, string En) phase)) (zh, en) = ($"{zh}({phase.Zh})", $"{en} ({phase.En})");
        return $"{HtmlPage.Encode(zh)}<br><span lang=\"en\" class=\"fine\">{HtmlPage.Encode(en)}</span>";
    }
}
