using System.Diagnostics;
using AfterSales.LocalRuntime.Engine.Clock;
using AfterSales.LocalRuntime.Engine.Durable;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.Benchmarks;

/// <summary>
/// How many orchestrations a second the durable engine completes: three activities and a timer of 20 ms each, every step on disk (WAL,
/// synchronous FULL). Beside it, in the same run, what SQLite alone does with the same row operations in group commits.
/// </summary>
internal static class DurableThroughput
{
    private const int WritesAtOnce = 512;
    private const int Orchestrations = 20_000;
    private const int AtOnce = 1_000;
    private const int Rounds = 3;

    public static async Task RunAsync(TextWriter output)
    {
        await using var folder = new BenchmarkFolder([RuntimeClock.Schema, DurableEngine.Schema]);
        var store = folder.Store;
        var work = new WorkTracker();
        await using var clock = await RuntimeClock.OpenAsync(store, work, isVirtual: false, start: null);
        await using var engine = new DurableEngine(store, clock, work, new DurableOptions(), NullLoggerFactory.Instance);
        Register(engine);
        clock.Add(engine);
        await engine.StartAsync();
        clock.Start();
        await RunRoundAsync(engine, Orchestrations / 5, AtOnce);
        Floor(Path.Combine(store.Folder, "warm"), Orchestrations / 5);
        await output.WriteLineAsync(
            $"durable: {Orchestrations:N0} orchestrations a round, {AtOnce:N0} at once, three activities and a timer of 20 ms each, "
            + $"{Environment.ProcessorCount} processors; floor: the same rows by SQLite alone in group commits");
        var (rates, floors) = (new List<double>(), new List<double>());
        for (var round = 1; round <= Rounds; round++)
        {
            floors.Add(Floor(Path.Combine(store.Folder, $"floor{round}"), Orchestrations));
            var allocated = GC.GetTotalAllocatedBytes();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            rates.Add(await RunRoundAsync(engine, Orchestrations, AtOnce));
            var used = Process.GetCurrentProcess().TotalProcessorTime - before;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            await output.WriteLineAsync(
                $"round {round}: {rates[^1],8:N0} orchestrations/s   floor {floors[^1],8:N0}/s   ratio {floors[^1] / rates[^1]:N2}   "
                + $"{used.TotalMicroseconds / Orchestrations:N0} us of processor and {allocated / Orchestrations:N0} bytes each");
        }

        rates.Sort();
        floors.Sort();
        var (rate, floor) = (rates[Rounds / 2], floors[Rounds / 2]);
        await output.WriteLineAsync($"median : {rate,8:N0} orchestrations/s   floor {floor,8:N0}/s   ratio {floor / rate:N2}");
    }

    private static void Register(DurableEngine engine)
    {
        engine.RegisterActivity("Next", (call, _) =>
            Task.FromResult<object?>(engine.Options.DataConverter.Deserialize<int>(call.InputJson) + 1));
        engine.RegisterOrchestrator("Bench", async context =>
        {
            var n = await context.CallActivityAsync<int>("Next", context.GetInput<int>());
            n = await context.CallActivityAsync<int>("Next", n);
            await context.CreateTimer(TimeSpan.FromMilliseconds(20), CancellationToken.None);
            return await context.CallActivityAsync<int>("Next", n);
        });
    }

    private static async Task<double> RunRoundAsync(DurableEngine engine, int count, int atOnce)
    {
        var watch = Stopwatch.StartNew();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i < count; i = Interlocked.Increment(ref next))
            {
                var id = await engine.Client.ScheduleNewOrchestrationInstanceAsync("Bench", i);
                var end = await engine.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true);
                if (end.ReadOutputAs<int>() != i + 3)
                {
                    throw new InvalidOperationException($"{id} ended as {end}");
                }
            }
        })));
        return count / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The same rows, written by one thread straight into SQLite: an instance, five steps, the end.</summary>
    private static double Floor(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "floor.db")};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, "PRAGMA synchronous=FULL");
        Execute(connection, "PRAGMA wal_autocheckpoint=4000");
        Execute(connection, DurableEngine.Schema);
        using var insert = Prepare(
            connection,
            "INSERT INTO durable_instances (key, id, name, status, execution, created, input) VALUES ($0, $1, 'Bench', 6, 0, $2, '1')",
            3);
        using var step = Prepare(connection, "INSERT INTO durable_history (key, seq, at, events) VALUES ($0, $1, $2, $3)", 4);
        using var end = Prepare(connection, "UPDATE durable_instances SET status = 1, updated = $1, output = '4' WHERE key = $0", 2);
        var ids = Enumerable.Range(0, count).Select(_ => Guid.NewGuid().ToString("N")).ToArray();
        var events = new byte[14];
        var watch = Stopwatch.StartNew();
        var inGroup = 0;
        Execute(connection, "BEGIN IMMEDIATE");

        // Several orchestrations are under way at once, so their rows interleave.
        for (var first = 0; first < count; first += WritesAtOnce)
        {
            var last = Math.Min(first + WritesAtOnce, count);
            for (var seq = -1; seq < 6; seq++)
            {
                for (var key = first; key < last; key++)
                {
                    switch (seq)
                    {
                        case -1:
                            Run(insert, key, ids[key], watch.ElapsedTicks);
                            break;
                        case 5:
                            Run(end, key, watch.ElapsedTicks);
                            continue;
                        default:
                            Run(step, key, seq, watch.ElapsedTicks, events);
                            break;
                    }

                    if (++inGroup == WritesAtOnce)
                    {
                        Execute(connection, "COMMIT");
                        Execute(connection, "BEGIN IMMEDIATE");
                        inGroup = 0;
                    }
                }
            }
        }

        Execute(connection, "COMMIT");
        return count / watch.Elapsed.TotalSeconds;
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
