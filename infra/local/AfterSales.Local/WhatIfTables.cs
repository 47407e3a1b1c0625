using AfterSales.Domain;
using AfterSales.Functions.Rulebooks;
using Spectre.Console;

namespace AfterSales.Local;

/// <summary>Prints what a draft would have changed.</summary>
internal sealed class WhatIfTables(IAnsiConsole console)
{
    private const int LongestWording = 24;

    public void Show(WhatIfReport report)
    {
        console.WriteLine(
            $"草案 draft {report.Draft.Id} {report.Draft.Version} {report.Draft.Digest[..12]}: {report.Decisions} 个决定 decisions compared, "
            + $"{report.Changed} 个改变 changed, {report.MoneyChanged} 个金额改变 in money");
        ShowTotal(report);
        if (report.Changed > 0)
        {
            ShowSuppliers(report);
            ShowClauses(report);
            ShowCases(report);
        }

        ShowGaps(report);
    }

    private void ShowTotal(WhatIfReport report)
    {
        var table = Table("应付顾客 To customers", "现行 before", "草案 draft", "差额 difference");
        table.AddRow(Amounts(report.Money));
        console.Write(table);
    }

    private void ShowSuppliers(WhatIfReport report)
    {
        var table = Table(
            "按供应商 By supplier", "供应商 supplier", "决定 decisions", "改变 changed", "现行 before", "草案 draft", "差额 difference");
        foreach (var line in report.BySupplier.Where(line => line.Changed > 0))
        {
            table.AddRow([Markup.Escape(line.Supplier), $"{line.Cases}", $"{line.Changed}", .. Amounts(line.Money)]);
        }

        console.Write(table);
    }

    private void ShowClauses(WhatIfReport report)
    {
        var table = Table("按条款 By clause", "条款 clause", "依据 wording", "改变 changed", "现行 before", "草案 draft", "差额 difference");
        foreach (var line in report.ByClause)
        {
            var wording = line.Text.Length > LongestWording ? line.Text[..LongestWording] + "…" : line.Text;
            table.AddRow([Markup.Escape(line.Clause), Markup.Escape(wording.ReplaceLineEndings(" ")), $"{line.Changed}", .. Amounts(line.Money)]);
        }

        console.Write(table);
    }

    private void ShowCases(WhatIfReport report)
    {
        var table = Table(
            $"案件 Cases ({report.Cases.Count} / {report.Changed})",
            "案件 case",
            "供应商 supplier",
            "现行 before",
            "草案 draft",
            "差额 difference",
            "条款 clauses");
        foreach (var line in report.Cases)
        {
            table.AddRow([$"{line.Case}", Markup.Escape(line.Supplier), .. Amounts(line.Money), Markup.Escape(string.Join(' ', line.Clauses))]);
        }

        console.Write(table);
        if (report.Cases.Count < report.Changed)
        {
            console.WriteLine(
                $"另有 {report.Changed - report.Cases.Count} 个案件未列出 more cases are not listed: --all 全部列出 lists them, "
                + "--out FILE.csv 写入文件 writes them into a file");
        }
    }

    private void ShowGaps(WhatIfReport report)
    {
        if (report.Undecided > 0)
        {
            console.WriteLine(
                $"{report.Undecided} 个案件缺少草案所需的事实 cases lack facts that the draft needs: "
                + string.Join(", ", report.Missing.Select(gap => $"{gap.Fact} ({gap.Cases})")));
        }

        if (report.Unknown.Count > 0)
        {
            console.WriteLine(
                "草案不认识的事实 facts that the draft does not know: "
                + string.Join(", ", report.Unknown.Select(gap => $"{gap.Fact} ({gap.Cases})")));
        }
    }

    private static string[] Amounts(MoneyChange money) => [$"{money.Before}", $"{money.After}", Signed(money.Difference)];

    private static string Signed(Money difference) => difference.IsPositive ? $"+{difference}" : $"{difference}";

    private static Table Table(string title, params string[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, Title = new TableTitle(title) { Style = Style.Plain } };
        foreach (var column in columns)
        {
            var isNumber = column.Split(' ')[^1] is "decisions" or "changed" or "before" or "draft" or "difference";
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = true });
        }

        return table;
    }
}
