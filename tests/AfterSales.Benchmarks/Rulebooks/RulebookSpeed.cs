using System.Diagnostics;
using System.Globalization;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Checks;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Benchmarks.Rulebooks;

/// <summary>
/// How fast the shoe claim of mall-sanbao is decided on one core, with citations; beside it, in the same run, the same claim written by
/// hand in C#, twelve of its rules in RulesEngine and in zen-engine (from Node, when it is there), and how long it takes to load and
/// check every rulebook. The claim's kind of case has come up before, as in an office that decides many: its plan is narrowed already.
/// </summary>
internal static class RulebookSpeed
{
    private const int Rounds = 7;
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(1);

    private static readonly ShoeFacts Shoe = new(
        "shoe", ["leather"], "broken_sole", new LocalDate(2024, 3, 1), new LocalDate(2024, 4, 10), Money.Yuan("300.00"), HasCard: true, HasVoucher: true,
        BothAcknowledge: false, Clearance: false, Damaged: false, TakenApart: false, MatchesPapers: true, Repairs: 0);

    public static async Task RunAsync(TextWriter output)
    {
        Rulebook mall = ShippedRulebooks.Find("mall-sanbao")!;
        Question question = mall.Ask();
        FactSlots facts = mall.Bind(FactsOf(Shoe));
        var byHand = new HandWrittenShoes(id => mall.FindClause(id)!);
        var rulesEngine = new RulesEngineShoes(Shoe, days: 40, periodDays: 92);
        SameResult(mall.Evaluate(facts, question), byHand.Decide(Shoe), await rulesEngine.HoldingAsync());

        await output.WriteLineAsync(
            $"rulebook: the shoe claim of {mall.Version.Id} {mall.Version.Version} on one core, {Rounds} rounds of {RoundLength.TotalSeconds:0} s each, medians");
        (string Name, Func<int, ValueTask> Run)[] ways =
        [
            ("engine, citations with their values", count => { for (int i = 0; i < count; i++) mall.Evaluate(facts, question); return default; }),
            ("engine, every text made", count => { for (int i = 0; i < count; i++) mall.Evaluate(facts, question).ToDocument(); return default; }),
            ("by hand in C#, every text made", count => { for (int i = 0; i < count; i++) byHand.Decide(Shoe); return default; }),
            ("RulesEngine 6.0.1, 12 rules, no texts", async count => { for (int i = 0; i < count; i++) await rulesEngine.EvaluateAsync(); }),
        ];
        (double Rate, double Bytes)[] measured = await MeasureAsync([.. ways.Select(way => way.Run)]);
        for (int i = 0; i < ways.Length; i++)
            await output.WriteLineAsync(Line(ways[i].Name, measured[i].Rate, measured[0].Rate, $"{measured[i].Bytes,8:N0} bytes each"));
        double[] zen = await ZenAsync();
        await output.WriteLineAsync(zen.Length == 0
            ? "zen-engine 0.54.0 from Node: not measured, Node or the package is not there"
            : Line("zen-engine 0.54.0 from Node, 12 rows, no texts", Median(zen), measured[0].Rate, ""));
        await output.WriteLineAsync(
            $"targets: 500,000/s ({Verdict(measured[0].Rate >= 500_000)}), under 2,048 bytes ({Verdict(measured[0].Bytes < 2048)}), "
            + $"at most 5 x slower than by hand, both with every text made ({measured[2].Rate / measured[1].Rate:0.00} x, "
            + $"{Verdict(measured[2].Rate / measured[1].Rate <= 5)})");
        await LoadAsync(output);
    }

    private static async Task LoadAsync(TextWriter output)
    {
        string[] ids = [.. ShippedRulebooks.Ids];
        var times = new List<double>();
        int examples = 0;
        int failed = 0;
        for (int round = 0; round < 5; round++)
        {
            (examples, failed) = (0, 0);
            var watch = Stopwatch.StartNew();
            foreach (string id in ids)
            {
                var faults = new List<SourceFault>();
                Rulebook rulebook = Rulebook.Load($"{id}.yaml", ShippedRulebooks.Text(id), CalendarSet.Shipped, faults)
                    ?? throw new InvalidOperationException(string.Join('\n', faults));
                foreach (ExampleResult result in ExampleRunner.RunOwn(rulebook))
                {
                    examples++;
                    failed += result.Passed ? 0 : 1;
                }
            }
            times.Add(watch.Elapsed.TotalSeconds);
        }
        await output.WriteLineAsync(
            $"load and check {ids.Length} rulebooks with {examples} examples ({failed} failed): first {times[0]:0.00} s, median {Median([.. times]):0.00} s "
            + $"(target 3 s: {Verdict(times[0] < 3 && failed == 0)})");
    }

    private static Facts FactsOf(ShoeFacts shoe) => Facts.None
        .With("category", shoe.Category).With("goods_class", RuleValue.List(shoe.Classes)).With("defect", shoe.Defect)
        .With("sale_date", shoe.Sold).With("claim_date", shoe.Claimed).With("price", shoe.Price)
        .With("has_card", shoe.HasCard).With("has_voucher", shoe.HasVoucher).With("both_acknowledge_sale", shoe.BothAcknowledge)
        .With("clearance_goods", shoe.Clearance).With("man_made_damage", shoe.Damaged).With("self_disassembled", shoe.TakenApart)
        .With("goods_match_papers", shoe.MatchesPapers).With("prior_repairs_same_defect", shoe.Repairs);

    /// <exception cref="InvalidOperationException">The ways do not agree, so there is nothing to compare.</exception>
    private static void SameResult(Domain.Rulebooks.Verdict verdict, ShoeDecision byHand, string[] rulesEngine)
    {
        (string Name, RuleValue Value)[] expected =
        [
            ("covered", byHand.Covered), ("result", byHand.Result), ("grounds", RuleValue.List(byHand.Grounds)), ("days", byHand.Days),
            ("period_last_day", byHand.LastDay), ("exchange_fee", byHand.ExchangeFee), ("return_fee", byHand.ReturnFee),
            ("refund_if_return", byHand.RefundIfReturn),
        ];
        foreach ((string name, RuleValue value) in expected)
        {
            if (!value.Equals(verdict.Find(name))) throw new InvalidOperationException($"'{name}': by hand {value}, by the engine {verdict.Find(name)}.");
        }
        if (!byHand.Citations.Select(citation => citation.Clause).SequenceEqual(verdict.Clauses))
            throw new InvalidOperationException($"Cited by hand {string.Join(' ', byHand.Citations.Select(c => c.Clause))}, by the engine {string.Join(' ', verdict.Clauses)}.");
        if (rulesEngine is not ["MALL-3.1.1-A"]) throw new InvalidOperationException($"RulesEngine concluded {string.Join(' ', rulesEngine)}.");
    }

    /// <summary>All ways by turns, so that a slow moment of the machine falls on each.</summary>
    private static async Task<(double Rate, double Bytes)[]> MeasureAsync(Func<int, ValueTask>[] ways)
    {
        var rates = ways.Select(_ => new List<double>()).ToArray();
        var bytes = new double[ways.Length];
        for (int round = -2; round < Rounds; round++)
        {
            for (int i = 0; i < ways.Length; i++)
            {
                long allocated = GC.GetAllocatedBytesForCurrentThread();
                var watch = Stopwatch.StartNew();
                int count = 0;
                for (int some = 100; watch.Elapsed < RoundLength; count += some) await ways[i](some);
                double seconds = watch.Elapsed.TotalSeconds;
                if (round < 0) continue;
                rates[i].Add(count / seconds);
                bytes[i] = (double)(GC.GetAllocatedBytesForCurrentThread() - allocated) / count;
            }
        }
        return [.. rates.Select((all, i) => (Median([.. all]), bytes[i]))];
    }

    /// <summary>Evaluations a second, one a round; none when Node or the package is not there.</summary>
    private static async Task<double[]> ZenAsync()
    {
        if (FolderOf("tests/AfterSales.Benchmarks/Rulebooks/zen") is not { } folder) return [];
        if (!Directory.Exists(Path.Combine(folder, "node_modules")) && (await RunAsync("npm", "install --no-audit --no-fund", folder)).Code != 0) return [];
        (int code, string text) = await RunAsync("node", $"shoes.mjs {Rounds} {RoundLength.TotalSeconds.ToString(CultureInfo.InvariantCulture)}", folder);
        return code != 0
            ? []
            : [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }

    private static async Task<(int Code, string Text)> RunAsync(string program, string arguments, string folder)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            string text = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            return (process.ExitCode, text);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The program is not installed; the comparison is left out and says so.
            return (-1, "");
        }
    }

    private static string? FolderOf(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string found = Path.Combine(folder.FullName, path);
            if (Directory.Exists(found)) return found;
        }
        return null;
    }

    private static string Line(string name, double rate, double engine, string more) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-48}{rate,12:N0}/s   {engine / rate,7:N2} x slower than the engine   {more}");

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    private static string Verdict(bool met) => met ? "met" : "MISSED";
}
