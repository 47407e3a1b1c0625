using System.Collections.Immutable;
using System.Text;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Http;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger;

/// <summary>A statement as a page that reads well on a screen and in print: Chinese with English beside it.</summary>
internal static class StatementPage
{
    private const string Style = """
        main { max-width: 72rem; } section { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem; margin: 0 0 1.25rem; overflow-x: auto; }
        h1 { font-size: 1.35rem; margin: 0 0 .25rem; } h2 { font-size: 1rem; margin: 0 0 .75rem; } h1 span, h2 span, th span { color: var(--soft); font-weight: normal; }
        table { border-collapse: collapse; width: 100%; font-size: .92rem; } th { text-align: left; font-weight: 600; white-space: nowrap; } th, td { padding: .4rem .75rem .4rem 0; border-top: 1px solid var(--line); vertical-align: top; }
        thead th { border-top: 0; } .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } code { font-size: .8rem; color: var(--soft); } p code { overflow-wrap: anywhere; } td code, .d { white-space: nowrap; } .k { min-width: 8rem; }
        .state { display: inline-block; border: 1px solid var(--accent); color: var(--accent); border-radius: 1rem; padding: 0 .7rem; font-size: .85rem; }
        @media print { main { max-width: none; } section { border: 0; padding: 0; } tr { break-inside: avoid; } }
        """;

    public static Answer ToAnswer(Statement statement, string? name)
    {
        string month = YearMonthPattern.Iso.Format(statement.Month);
        // A closed month is called what it was called when it was closed, whoever renames himself later.
        name = statement.Seal is { } closed ? closed.Reason.Note : name;
        string title = $"{month} 对账单 {name ?? statement.Supplier.ToString()}";
        return HtmlPage.ToAnswer(200, HtmlPage.Of("zh-CN", title, Style, $"""
            <section>
            <h1>{month} 供应商对账单 <span lang="en">Supplier statement</span></h1>
            <p>{HtmlPage.Encode(name ?? "")} {statement.Supplier} <span class="state">{State(statement)}</span></p>
            {Accounts(statement)}
            <p class="fine">贷方为正:保证金、应付款为正数,现金、费用为负数。待定是已冻结、尚未入账的金额。
            <span lang="en">What is credited is positive: deposits and payables are, cash and expenses are negative. Pending is held and not yet posted.</span></p>
            </section>
            <section>
            <h2>明细 <span lang="en">Entries</span></h2>
            {Entries(statement)}
            </section>
            <section>
            <h2>校验 <span lang="en">Proof</span></h2>
            <p>默克尔根 <span lang="en">Merkle root</span> (RFC 6962, {statement.Entries.Length}): <code>{statement.Root}</code></p>
            {(statement.Seal is { } seal ? $"<p>封账分录 <span lang=\"en\">Closing entry</span> {seal.Sequence}: <code>{seal.Digest}</code></p>" : "")}
            </section>
            """));
    }

    private static string State(Statement statement) => statement.Seal is { } seal
        ? $"已结账 · Closed {LocalDatePattern.Iso.Format(seal.Recorded.InZone(Zones.Shanghai).Date)}"
        : "未结账 · Open";

    private static string Accounts(Statement statement)
    {
        var rows = new StringBuilder();
        foreach (Account account in statement.Opening.Keys.Union(statement.Closing.Keys).Union(statement.Pending.Keys).Order())
        {
            ChartLine? line = ChartOfAccounts.Shipped.LineOf(account, statement.Supplier);
            Money opening = Of(statement.Opening, account);
            Money closing = Of(statement.Closing, account);
            rows.Append($"""
                <tr><td>{HtmlPage.Encode(line?.Name.Zh ?? "")}<br><span lang="en" class="fine">{HtmlPage.Encode(line?.Name.En ?? "")}</span><br><code>{account}</code></td>
                <td class="n">{opening}</td><td class="n">{closing - opening}</td><td class="n">{closing}</td><td class="n">{Of(statement.Pending, account)}</td></tr>
                """);
        }
        return rows.Length == 0 ? "<p>本月无发生额。 <span lang=\"en\">Nothing was recorded.</span></p>" : $"""
            <table><thead><tr><th>科目 <span lang="en">Account</span></th><th class="n">期初 <span lang="en">Opening</span></th><th class="n">发生额 <span lang="en">Movement</span></th>
            <th class="n">期末 <span lang="en">Closing</span></th><th class="n">待定 <span lang="en">Pending</span></th></tr></thead><tbody>{rows}</tbody></table>
            """;
    }

    private static string Entries(Statement statement)
    {
        if (statement.Entries.IsEmpty) return "<p>无 <span lang=\"en\">None</span></p>";
        var rows = new StringBuilder();
        foreach (LedgerEntry entry in statement.Entries)
        {
            string postings = string.Join("<br>", entry.Postings.Select(posting => $"<code>{posting.From} → {posting.To}</code>"));
            string belongs = entry.Reason.BelongsTo is { } day ? $"<br><span class=\"fine\">属于 for {LocalDatePattern.Iso.Format(day)}</span>" : "";
            (string posted, string pending) = Amounts(entry);
            rows.Append($"""
                <tr><td>{entry.Sequence}</td><td class="d">{LocalDatePattern.Iso.Format(entry.Reason.EffectiveOn)}{belongs}</td><td class="k">{StatementWords.Of(entry)}</td>
                <td>{Grounds(entry)}{postings}</td><td class="n">{posted}</td><td class="n">{pending}</td></tr>
                """);
        }
        return $"""
            <table><thead><tr><th>#</th><th>日期 <span lang="en">Date</span></th><th>类型 <span lang="en">Kind</span></th><th>依据 <span lang="en">Clause and accounts</span></th>
            <th class="n">入账 <span lang="en">Posted</span></th><th class="n">待定 <span lang="en">Pending</span></th></tr></thead><tbody>{rows}</tbody></table>
            """;
    }

    /// <summary>What was moved, on which side: what is settled leaves the one and comes on the other.</summary>
    private static (string Posted, string Pending) Amounts(LedgerEntry entry)
    {
        string moved = string.Join("<br>", entry.Postings.Select(posting => posting.Amount));
        string back = string.Join("<br>", entry.Postings.Select(posting => -posting.Amount));
        return entry.Phase switch
        {
            EntryPhase.Pending => ("", moved),
            EntryPhase.Settled => (moved, back),
            EntryPhase.Voided or EntryPhase.Expired => ("", back),
            _ => (moved, ""),
        };
    }

    /// <summary>Why: the clauses, the case, the document outside and what was noted, each on a line where there is any.</summary>
    private static string Grounds(LedgerEntry entry)
    {
        string clauses = string.Join(' ', entry.Reason.Clauses.Select(clause => $"<span class=\"d\">{HtmlPage.Encode(clause)}</span>"));
        (string Words, string? Text)[] grounds =
        [
            ("案件 case", entry.Reason.CaseId), ("凭证 document", entry.Reason.Reference),
            ("备注 note", entry.Reason.Note), ("针对 of entry", entry.Target),
        ];
        IEnumerable<string> lines = grounds.Where(ground => ground.Text is { Length: > 0 }).Select(ground => $"{ground.Words} {HtmlPage.Encode(ground.Text!)}");
        return string.Concat(lines.Prepend(clauses).Where(line => line.Length > 0).Select(line => $"{line}<br>"));
    }

    private static Money Of(ImmutableSortedDictionary<Account, Money> accounts, Account account) => accounts.GetValueOrDefault(account);
}
