using System.Collections.Concurrent;
using System.Diagnostics;
using Xunit.Abstractions;

namespace AfterSales.Functions.Tests.EndToEnd;

public sealed class SampleMonthTests(UndisturbedMonth undisturbed, ITestOutputHelper output) : IClassFixture<UndisturbedMonth>
{
    private const int Kills = 50;

    [Fact]
    public void Every_request_of_the_month_ends_as_written_down_and_every_bad_input_is_refused()
    {
        Assert.DoesNotContain(undisturbed.Month.Checks, check => !check.Passed);
        Assert.Equal(74, undisturbed.Month.State.Keys.Count(key => key.StartsWith("case", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_app_killed_fifty_times_ends_with_the_same_cases_ledger_and_surveys_as_one_that_was_never_killed()
    {
        var seed = Environment.GetEnvironmentVariable("AFTERSALES_KILL_SEED") is { } given ? int.Parse(given) : Environment.TickCount;
        output.WriteLine($"seed {seed} (set AFTERSALES_KILL_SEED to repeat it)");
        using var killer = new Killer(seed, undisturbed.Month.Requests, Kills);

        var killed = await PlayedMonth.PlayAsync(killer.Watch);

        output.WriteLine($"killed before requests {string.Join(", ", killer.Done)}");
        Assert.Equal(Kills, killer.Done.Count);
        Assert.Equal(undisturbed.Month.State.Keys.Order(), killed.State.Keys.Order());
        Assert.All(undisturbed.Month.State, pair => Assert.Equal(pair.Value, killed.State[pair.Key]));
        Assert.DoesNotContain(killed.Checks, check => !check.Passed);
    }

    /// <summary>Kills the app at requests chosen by chance, some milliseconds into each, and starts it again.</summary>
    private sealed class Killer : IDisposable
    {
        private const double LongestWaitMilliseconds = 25;

        private readonly Random _random;
        private readonly SortedSet<int> _at = [];
        private readonly SemaphoreSlim _one = new(1, 1);
        private Task _killing = Task.CompletedTask;

        public Killer(int seed, int requests, int kills)
        {
            _random = new Random(seed);
            while (_at.Count < kills)
            {
                // Repeated requests count too, so the numbers are taken from the undisturbed month's and all come up.
                _at.Add(_random.Next(requests));
            }
        }

        public ConcurrentQueue<int> Done { get; } = new();

        public Action<int> Watch(ChildApp app) => number =>
        {
            // An app that does not come up again is told at once, with what it said.
            if (_killing.IsFaulted) _killing.GetAwaiter().GetResult();
            if (_at.Remove(number))
            {
                var wait = TimeSpan.FromMilliseconds(_random.NextDouble() * LongestWaitMilliseconds);
                _killing = Task.Run(() => KillAsync(app, number, wait));
            }
        };

        public void Dispose() => _one.Dispose();

        private async Task KillAsync(ChildApp app, int number, TimeSpan wait)
        {
            await _one.WaitAsync();
            try
            {
                // A few milliseconds, awake: the point of the month is to be chosen finer than a sleep would.
                var watch = Stopwatch.StartNew();
                while (watch.Elapsed < wait)
                {
                    Thread.SpinWait(50);
                }

                app.Kill();
                await app.StartAgainAsync();
                Done.Enqueue(number);
            }
            finally
            {
                _one.Release();
            }
        }
    }
}
