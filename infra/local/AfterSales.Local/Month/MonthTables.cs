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

    /// <summary>Every remedy there is, as the API names it and as people do.</summary>
    public static IReadOnlyDictionary<string, string> Remedies { get; } = new Dictionary<string, string>
    {
        ["refund"] = "仅退款 refund only",
        ["return"] = "退货退款 return and refund",
        ["exchange"] = "换货 exchange",
        ["repair"] = "修理 repair",
        ["replacement"] = "补发 replacement without return",
        ["compensation"] = "赔偿 compensation",
        ["coupon"] = "优惠券 coupon",
        ["answer"] = "答复投诉 complaint answered",
    };

    // Columns of amounts and counts, which read from the right.
    private static readonly string[] Numbers =
        ["cases", "paid", "refund", "paid in", "top-ups", "charged", "balance", "short", "fines", "late", "entries", "answers", "opened"];

    public void Show(MonthResults results, TimeSpan realTime)
    {
        ShowOutcomes(results);
        ShowRemedies(results);
        ShowRefunds(results);
        ShowLedger(results);
        ShowSurveys(results);
        var virtualTime = results.Now - SampleMonth.Start;
        var seconds = realTime.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        console.WriteLine(
            $"{virtualTime.Days} days and {virtualTime.Hours} hours of virtual time passed in {seconds} seconds of real time.");
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

    private void ShowRemedies(MonthResults results)
    {
        var table = Table("补救方式 Remedies given", "方式 remedy", "数量 cases", "退款 refund", "完成步骤 steps done", "例 such as");
        foreach (var (remedy, name) in Remedies)
        {
            var given = results.Cases.Where(c => c.Remedy == remedy).ToList();
            var steps = given.SelectMany(c => c.StepsDone).CountBy(step => step).Select(step => $"{step.Key} {step.Value}");
            table.AddRow(
                name, $"{given.Count}", Yuan(given.Sum(c => decimal.Parse(c.Paid ?? "0.00"))), string.Join(", ", steps),
                string.Join(' ', given.TakeLast(2).Select(c => c.Story.ExternalId)));
        }

        console.Write(table);
    }

    private void ShowRefunds(MonthResults results)
    {
        var table = Table("退款 Refunds", "申请 request", "案情 case", "实付 paid", "退款 refund", "条款 clause", "依据 wording");
        foreach (var result in results.Cases.Where(c => c.Paid is not null))
        {
            var clause = result.GrantingClause ?? "";
            table.AddRow(
                result.Story.ExternalId, Escape(result.Story.Title), result.Story.Paid, result.Paid!, clause,
                Escape(results.Wording.GetValueOrDefault(clause, "")));
        }

        console.Write(table);
    }

    private void ShowLedger(MonthResults results)
    {
        var table = Table("供应商账户 Suppliers' ledger", "供应商 supplier", "押金 paid in", "补足 top-ups",
            "理赔 charged", "余额 balance", "差额 short", "罚款 fines", "逾期 late", "笔数 entries");
        foreach (var supplier in People.Suppliers)
        {
            var book = results.Suppliers[supplier.Id];
            var entries = results.Entries[supplier.Id];
            table.AddRow(
                $"{supplier.Id} {supplier.Name}",
                Yuan(Sum(entries, "deposit")),
                Yuan(Sum(entries, "top-up")),
                Yuan(Sum(entries, "charge", phase: "settled")),
                $"{book["depositBalance"]}",
                $"{book["shortfall"]}",
                Yuan(Sum(entries, "fine")),
                $"{book["strikes"]!.AsArray().Count(s => s!["kind"]!.GetValue<string>() == "late-response")}",
                $"{entries.Count}");
        }

        console.Write(table);
    }

    private void ShowSurveys(MonthResults results)
    {
        var table = Table("回访 Callback surveys", "评分 score", "份数 answers", "复核 reviews opened", "申请 requests");
        foreach (var group in results.Surveys.GroupBy(s => s!["score"]?.GetValue<int>()).OrderByDescending(g => g.Key))
        {
            table.AddRow(
                group.Key is { } score ? new string('*', score) : "未答 not answered",
                $"{group.Count()}",
                $"{group.Count(s => s!["review"] is not null)}",
                group.Key is null ? "" : string.Join(' ', group.Select(s => s!["externalId"])));
        }

        console.Write(table);
    }

    private static decimal Sum(JsonArray entries, string kind, string? phase = null) => entries
        .Where(e => e!["kind"]!.GetValue<string>() == kind && (phase is null || e["phase"]!.GetValue<string>() == phase))
        .Sum(e => decimal.Parse(e!["amount"]!.GetValue<string>()));

    private static string Yuan(decimal amount) => amount.ToString("0.00");

    private static Table Table(string title, params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple).Title(title);
        foreach (var column in columns)
        {
            var number = Numbers.Any(n => column.EndsWith(n, StringComparison.Ordinal));
            table.AddColumn(new TableColumn(column) { Alignment = number ? Justify.Right : Justify.Left, NoWrap = number });
        }

        return table;
    }

    private static string Escape(string text) => Markup.Escape(text);
}
