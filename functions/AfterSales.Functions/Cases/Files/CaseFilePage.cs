using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Cases.Files;

/// <summary>The index page of a case file: all of the case on one page to read and to print, Chinese and English, without script.</summary>
internal static class CaseFilePage
{
    private const string Style = """
        main { max-width: 72rem; }
        section { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem; margin: 0 0 1.25rem; }
        h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 0 0 .75rem; } h3 { font-size: .95rem; margin: 1.25rem 0 .25rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; margin: .75rem 0 0; font-size: .9rem; }
        th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-top: 1px solid var(--line); } th { color: var(--soft); font-weight: 600; }
        time { white-space: nowrap; } code { font-size: .8rem; overflow-wrap: anywhere; }
        blockquote { margin: .25rem 0; padding: .1rem 0 .1rem 1rem; border-left: 3px solid var(--accent); } p { margin: .25rem 0; }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; } dd { margin: 0 0 .5rem; } }
        @media print { main { max-width: none; } section { border: 0; padding: 0; } }
        """;

    private static readonly OffsetDateTimePattern Seconds = OffsetDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm:ss o<+HH:mm>");

    public static string Of(CaseFileContents contents, IReadOnlyList<PackedFile> files, IReadOnlyList<string> erased) => Page(
        $"{contents.Case.ExternalId} 案卷 · Case file",
        [
            Section("当事人", "Parties", Rows(Parties(contents.Case, contents.Step))),
            Section("诉求", "The claim", Rows(Claim(contents.Case))),
            Section("处理决定", "The decision", Rows(Decision(contents.Case)), Money(contents.Case)),
            Section("适用条款", "Clauses", [.. contents.Clauses.Select(Clause)]),
            Section("时限", "Deadlines", Clocks(contents)),
            Section("经过", "History", History(contents.Case)),
            Section("文件", "Files", Files(files, erased)),
        ],
        contents);

    private static IEnumerable<(string Zh, string En, string? Value)> Parties(CaseView view, Wording step)
    {
        var customer = view.Customer;
        yield return ("顾客", "Customer", customer is null ? "本副本不显示 · not shown in this copy" : Joined(customer.Name, customer.Id));
        yield return ("联系方式", "Contact", customer is null ? null : Joined(customer.Phone, customer.Email, customer.City));
        yield return ("供应商", "Supplier", view.Supplier);
        yield return ("平台", "Marketplace", view.Marketplace);
        yield return ("现由", "Now with", Joined($"{step.Zh} {step.En}", view.Owner));
    }

    private static IEnumerable<(string Zh, string En, string? Value)> Claim(CaseView view)
    {
        yield return ("诉求", "Asked for", $"{view.Claim.Kind}, {view.Claim.Reason}");
        yield return ("顾客陈述", "In the customer's words", view.Claim.Description);
        yield return ("订单", "Order", Joined(view.Order.Id, view.Order.Line));
        yield return ("实付", "Paid", $"{view.Order.Paid} {view.Order.Currency}");
        yield return ("售出", "Sold", view.Order.SoldAt is { } sold ? Seconds.Format(sold) : null);
        yield return ("登记", "Registered", Seconds.Format(view.OpenedAt));
        yield return ("状态", "Status", Joined(view.Status, view.Outcome));
    }

    private static IEnumerable<(string Zh, string En, string? Value)> Decision(CaseView view)
    {
        yield return ("规则手册", "Rulebook", $"{view.Rulebook.Id} {view.Rulebook.Version}, SHA-256 {view.Decision.Rulebook.Digest}");
        yield return ("规则手册结论", "The rulebook says", view.Decision.Outcome is { } said
            ? Joined(said.Covered switch { true => "covered", false => "not covered", null => "undetermined" }, said.Remedy, said.RefusedBy)
            : null);
        if (view.Ruling is { } ruling)
        {
            yield return ("现行决定", "Decision in force", Joined(
                ruling.Outcome, ruling.Remedy, $"{ruling.Amount} {view.Order.Currency}", string.Join(' ', ruling.Clauses)));
            yield return ("由谁、何时", "By and at", Joined(ruling.Level, ruling.BySilence ? "无人处理 by silence" : null, Seconds.Format(ruling.At)));
            yield return ("理由", "Reason", ruling.Reason);
        }
        yield return ("已付", "Paid back", $"{view.Refund.Paid} {view.Refund.Currency}");
    }

    private static string Money(CaseView view) => view.Decision.Money.Components.IsEmpty ? "" : Table(
        ["款项 · Line of money", "金额 · Amount", "条款 · Clause"],
        view.Decision.Money.Components.Select(line => (string[])[Text(line.Name), Text($"{line.Amount}"), Text(line.Clause)]));

    private static string Clause(CaseFileClause clause) => $"""
        <h3 id="{Text(clause.Id)}">{Text(clause.Id)}</h3>
        <blockquote><p>{Text(clause.Text.Zh)}</p><p lang="en">{Text(clause.Text.En)}</p></blockquote>
        {string.Concat(clause.Because.Select(why => $"<p>{Text(why.Zh)}<br><span lang=\"en\">{Text(why.En)}</span></p>"))}
        <p class="fine">{Text(clause.Source)}</p>
        """;

    private static string Clocks(CaseFileContents contents) => Table(
        ["时限 · Deadline", "责任方 · Owner", "到期 · Due", "依据与算法 · Rule and arithmetic", "逾期后果 · If missed", "结果 · What came of it"],
        contents.Clocks.Select(clock => (string[])
        [
            Both(clock.Name), Text(clock.Owner), Time(clock.Due), $"{Text(clock.Clause)}<br>{Both(clock.Sum)}", Both(clock.OnMiss),
            clock.End switch
            {
                ClockEnd.Open => "进行中 · open",
                ClockEnd.Missed => "逾期 · missed",
                ClockEnd.Over => "已办理或终止 · done or over",
                _ => throw new InvalidOperationException($"No such end: {clock.End}"),
            },
        ]));

    private static string History(CaseView view) => Table(
        ["时间 · At", "谁 · Who", "经过 · What happened", "条款 · Clause"],
        view.Timeline.Select(line => (string[])
        [
            Time(line.At), Text(line.By),
            $"{Text(line.WhatZh)}<br><span lang=\"en\">{Text(line.What)}</span>{(line.Text is { } said ? $"<blockquote>{Text(said)}</blockquote>" : "")}",
            Text(line.Clause ?? ""),
        ]));

    private static string Files(IReadOnlyList<PackedFile> files, IReadOnlyList<string> erased) => Table(
        ["文件 · File", "内容 · What it is", "字节 · Bytes", "SHA-256"],
        files.Select(file => (string[])
        [
            $"<a href=\"{Address(file.Path)}\">{Text(file.Path)}</a>", Both(file.What), $"{file.Bytes}",
            $"<code>{file.Sha256}</code>{(file.OriginalSha256 is { } of ? $"<br>原件 · original <code>{of}</code>" : "")}",
        ])) + (erased.Count == 0 ? "" : $"""
        <p>因顾客数据已删除,以下文件不再存在 · <span lang="en">no longer there, as the customer's data was erased</span>: {Text(string.Join(", ", erased))}</p>
        """);

    private static string Section(string zh, string en, params IReadOnlyList<string> parts) => $"""
        <section>
        <h2>{zh} · <span lang="en">{en}</span></h2>
        {string.Join('\n', parts.Where(part => part.Length > 0))}
        </section>
        """;

    private static string Rows(IEnumerable<(string Zh, string En, string? Value)> rows) => $"""
        <dl>
        {string.Join('\n', rows.Where(row => !string.IsNullOrEmpty(row.Value))
            .Select(row => $"<dt>{row.Zh} · <span lang=\"en\">{row.En}</span></dt><dd>{Text(row.Value!)}</dd>"))}
        </dl>
        """;

    private static string Table(string[] heads, IEnumerable<string[]> rows) => $"""
        <div class="wide"><table>
        <thead><tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{head}</th>"))}</tr></thead>
        <tbody>
        {string.Join('\n', rows.Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{cell}</td>"))}</tr>"))}
        </tbody>
        </table></div>
        """;

    private static string Page(string title, IEnumerable<string> sections, CaseFileContents contents) => HtmlPage.Of("zh-CN", title, Style, $"""
        <header>
        <h1>{Text(contents.Case.ExternalId)} 案卷 · <span lang="en">Case file</span></h1>
        <p class="fine">{Text(contents.Case.Id)} · {Seconds.Format(contents.MadeAt)} · 供 {Text(contents.Reader)} 使用 ·
        <span lang="en">made for {Text(contents.Reader)}</span></p>
        </header>
        {string.Join('\n', sections)}
        """);

    private static string Both(Wording words) => words.Zh == words.En ? Text(words.En) : $"{Text(words.Zh)}<br><span lang=\"en\">{Text(words.En)}</span>";

    private static string Time(OffsetDateTime at) => $"<time>{Text(Seconds.Format(at))}</time>";

    private static string Joined(params string?[] parts) => string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)));

    private static string Address(string path) => Text(string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    private static string Text(string text) => HtmlPage.Encode(text);
}
