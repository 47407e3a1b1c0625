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
        ["levy"] = ("投诉基金", "Complaint fund levy"),
        ["penalty"] = ("违约处罚", "Penalty"),
        ["forfeiture"] = ("没收保证金", "Deposit forfeited"),
        ["release"] = ("退还保证金", "Deposit released"),
        ["correction"] = ("更正", "Correction"),
        ["journal"] = ("记账", "Journal entry"),
        ["reservation"] = ("预留", "Reservation"),
        ["settlement"] = ("入账", "Settlement"),
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
        (string zh, string en) = Kinds.GetValueOrDefault(entry.Reason.Kind, (entry.Reason.Kind, entry.Reason.Kind));
        if (Phases.TryGetValue(entry.Phase, out (string Zh, string En) phase)) (zh, en) = ($"{zh}({phase.Zh})", $"{en} ({phase.En})");
        return $"{HtmlPage.Encode(zh)}<br><span lang=\"en\" class=\"fine\">{HtmlPage.Encode(en)}</span>";
    }
}
