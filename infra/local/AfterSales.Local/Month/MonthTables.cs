using System.Globalization;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace AfterSales.Local.Month;

/// <summary>Prints what the month came to.</summary>
internal sealed class MonthTables(IAnsiConsole console)
{
    private static readonly Dictionary<Ending, string> Endings = new()
    {
        [Ending.AcceptedAtOnce] = "专柜当场受理 accepted by the counter",
        [Ending.SettledByFloor] = "楼层负责人支持 upheld by the floor head",
        [Ending.SettledByInspection] = "督察部支持 upheld by the Inspection Department",
        [Ending.SettledByManager] = "主管总经理支持 upheld by the general manager",
        [Ending.DecidedByRulebook] = "无人处理,按规则支持 nobody acted, rulebook upheld",
        [Ending.Refused] = "不予支持 refused with its clause",
        [Ending.DecidedOutside] = "消协或仲裁支持 upheld outside the mall",
        [Ending.InArbitration] = "仲裁中 in arbitration",
        [Ending.Withdrawn] = "撤回 withdrawn",
    };

    public void Show(MonthResults results, TimeSpan realTime)
    {
        ShowOutcomes(results);
        ShowRefunds(results);
        ShowLedger(results);
        ShowSurveys(results);
        var virtualTime = results.Now - SampleMonth.Start;
        console.WriteLine(
            $"{virtualTime.Days} days and {virtualTime.Hours} hours of virtual time passed in {realTime.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} seconds of real time.");
    }

    private void ShowOutcomes(MonthResults results)
    {
        var table = Table("案件结果 Cases by outcome", "结果 outcome", "数量 cases");
        foreach (var group in results.Cases.GroupBy(c => c.Ending).OrderBy(g => g.Key))
        {
            table.AddRow(Endings[group.Key], $"{group.Count()}");
        }

        table.AddRow("合计 total", $"{results.Cases.Count}");
        console.Write(table);
    }

    private void ShowRefunds(MonthResults results)
    {
        var table = Table("退款 Refunds", "申请 request", "案情 case", "实付 paid", "退款 refund", "条款 clause", "依据 wording");
        foreach (var result in results.Cases.Where(c => c.Paid is not null))
        {
            var story = result.Story;
            table.AddRow(story.ExternalId, Escape(story.Title), story.Paid, result.Paid!, story.Expected.Clause, Escape(Wording(result, story.Expected.Clause)));
        }

        console.Write(table);
    }

    private void ShowLedger(MonthResults results)
    {
        var table = Table("供应商账户 Suppliers' ledger", "供应商 supplier", "交押金 deposit paid", "押金余额 deposit balance", "笔数 entries");
        foreach (var supplier in People.Suppliers)
        {
            table.AddRow(
                $"{supplier.Id} {supplier.Name}", supplier.Deposit, results.Suppliers[supplier.Id]["depositBalance"]?.ToString() ?? "", $"{results.Entries[supplier.Id].Count}");
        }

        console.Write(table);
    }

    private void ShowSurveys(MonthResults results)
    {
        var table = Table("回访 Callback surveys", "申请 request", "评分 score", "状态 state", "复核 review");
        foreach (var result in results.Cases.Where(c => c.Case["survey"] is not null))
        {
            var survey = result.Case["survey"]!;
            if (survey["score"] is { } score)
            {
                table.AddRow(result.Story.ExternalId, Stars(score), $"{survey["state"]}", survey["review"] is null ? "" : "有 opened");
            }
        }

        console.Write(table);
    }

    private static string Stars(JsonNode score) => new string('*', score.GetValue<int>());

    private static string Wording(CaseResult result, string clause) =>
        result.Case["decision"]!["citations"]!.AsArray().FirstOrDefault(c => c!["clause"]!.GetValue<string>() == clause)?["text"]?.GetValue<string>() ?? "";

    private static Table Table(string title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Title(title);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(column) { Alignment = column.Contains("paid", StringComparison.Ordinal) || column.Contains("refund", StringComparison.Ordinal) ? Justify.Right : Justify.Left });
        }

        return table;
    }

    private static string Escape(string text) => Markup.Escape(text);
}
