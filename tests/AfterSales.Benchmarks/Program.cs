using AfterSales.Benchmarks;
using AfterSales.Benchmarks.Rulebooks;

// dotnet run -c Release --project tests/AfterSales.Benchmarks [-- name …]; without names, all of them.
var benchmarks = new Dictionary<string, Func<TextWriter, Task>>(StringComparer.Ordinal)
{
    ["bus"] = BusThroughput.RunAsync,
    ["storage"] = StorageThroughput.RunAsync,
    ["durable"] = DurableThroughput.RunAsync,
    ["intake"] = IntakeCost.RunAsync,
    ["actions"] = ActionCost.RunAsync,
    ["lists"] = ListCost.RunAsync,
    ["ledger"] = LedgerCost.RunAsync,
    ["http"] = HttpThroughput.RunAsync,
    ["rulebook"] = RulebookSpeed.RunAsync,
    ["whatif"] = WhatIfCost.RunAsync,
    ["export"] = ExportCost.RunAsync,
};
foreach (var name in args.Length == 0 ? [.. benchmarks.Keys] : args)
{
    if (!benchmarks.TryGetValue(name, out var run))
    {
        await Console.Error.WriteLineAsync($"No benchmark '{name}'; there are {string.Join(", ", benchmarks.Keys)}.");
        return 1;
    }

    await run(Console.Out);
}

return 0;
