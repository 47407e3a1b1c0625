using System.Diagnostics;
using System.Net;

namespace AfterSales.Benchmarks;

/// <summary>
/// Signed webhooks over HTTP through the whole app, from request to 202, beside the floor: the storage calls that such a request makes,
/// made by the same SDKs on a store of the same kind, with payloads of the same sizes, and nothing between them. Once one after another,
/// which is their sum, and once side by side where intake makes them so, which is harder to come near.
/// </summary>
/// <remarks>The two take turns, so that what else the machine does meets both. What a case sets off after its 202 is waited for outside of
/// the measured time; the sustained rate includes it.</remarks>
internal static class IntakeCost
{
    private const int Rounds = 5;

    // Until the compiler has seen both sides often enough to have done its best on them.
    private const int WarmingRounds = 6;
    private const int TurnsOfOne = 60;
    private const int Sustained = 200;
    private const int RecordingTries = 20;

    private const int CallsWanted = 6;

    private static readonly int[] AtOnce = [1, 8, 16];

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-intake-");
        try
        {
            await using var app = await RecordedApp.StartAsync(folder.FullName);
            foreach (var photo in (bool[])[false, true])
            {
                await using var floor = new StorageFloor();
                await new Variant(photo, app.Http, app.Runtime, floor, output).RunAsync();
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Webhooks without photos, or with one each.</summary>
    private sealed class Variant(bool photo, HttpClient http, LocalRuntime.LocalRuntime runtime, StorageFloor floor, TextWriter output)
    {
        private readonly string _name = photo ? "one photo" : "no photo";
        private IReadOnlyList<RecordedCall> _calls = [];
        private int _made;

        public async Task RunAsync()
        {
            _calls = await RecordAsync();
            await floor.CreateAsync(_calls);
            await TellCallsAsync();
            foreach (var atOnce in AtOnce)
            {
                await CompareAsync(atOnce);
            }
        }

        /// <summary>The calls of one request, in the fewest stages: when the machine is busy, calls that could overlap do not
        /// always.</summary>
        private async Task<IReadOnlyList<RecordedCall>> RecordAsync()
        {
            var tries = new List<IReadOnlyList<RecordedCall>>();
            for (var i = 0; i < RecordingTries; i++)
            {
                using var request = Next();
                request.Headers.Add(CallRecorder.Header, "1");
                await SendAsync(request);
                tries.Add(CallRecorder.Last);
                await runtime.Work.IdleAsync();
            }

            return tries.MinBy(calls => calls.Max(c => c.Stage))!;
        }

        private async Task TellCallsAsync()
        {
            await output.WriteLineAsync(
                $"intake, {_name}: {_calls.Count} storage calls in {_calls.Max(c => c.Stage)} steps, one after another:");
            foreach (var call in _calls.OrderBy(c => c.Stage))
            {
                await output.WriteLineAsync($"  {call.Stage,2}  {call.Describe(),-52} {call.Body.Length,7:n0} bytes");
            }

            var most = CallsWanted + (photo ? 1 : 0);
            await output.WriteLineAsync($"  {(_calls.Count <= most ? "met" : "MISSED")}: at most {most}");
        }

        private async Task CompareAsync(int atOnce)
        {
            var rounds = new List<Round>();
            for (var round = 0; round < WarmingRounds + Rounds; round++)
            {
                rounds.Add(await RoundAsync(atOnce, Math.Max(8, TurnsOfOne / atOnce)));
            }

            rounds.RemoveRange(0, WarmingRounds);
            await output.WriteLineAsync(
                $"intake, {_name}, {atOnce,2} at once: {Milliseconds(r => r.Intake)} ms to the 202; "
                + $"its calls' sum {Milliseconds(r => r.Sum)} ms, side by side {Milliseconds(r => r.SideBySide)} ms; "
                + $"ratio {Ratio(r => r.Sum)}, to side by side {Ratio(r => r.SideBySide)}");
            var rate = await RateAsync(atOnce, () => PostAsync(Next()));
            var floorRate = await RateAsync(atOnce, () => floor.Prepare(_calls, sideBySide: true)());
            await output.WriteLineAsync(
                $"  sustained, with all that a case sets off afterwards: {rate:n0} webhooks/s; its calls alone {floorRate:n0}/s");

            string Milliseconds(Func<Round, TimeSpan> time) => $"{Median([.. rounds.Select(time)]).TotalMilliseconds,6:n2}";

            string Ratio(Func<Round, TimeSpan> floorTime)
            {
                var ratios = rounds.Select(r => r.Intake / floorTime(r)).Order().ToList();
                return $"{ratios[ratios.Count / 2]:n2} ({ratios[0]:n2} to {ratios[^1]:n2})";
            }
        }

        /// <summary>Medians over turns of so many at once: webhooks, a wait until the app is idle again, then the calls alone.</summary>
        private async Task<Round> RoundAsync(int atOnce, int turns)
        {
            var intake = new List<TimeSpan>();
            var sum = new List<TimeSpan>();
            var sideBySide = new List<TimeSpan>();
            for (var turn = 0; turn < turns; turn++)
            {
                var requests = Enumerable.Range(0, atOnce).Select(_ => Next()).ToList();
                intake.AddRange(await Task.WhenAll(requests.Select(r => TimeAsync(() => PostAsync(r)))));
                await runtime.Work.IdleAsync();
                sum.AddRange(await ReplayAsync(false));
                sideBySide.AddRange(await ReplayAsync(true));
            }

            return new Round(Median(intake), Median(sum), Median(sideBySide));

            Task<TimeSpan[]> ReplayAsync(bool inStages) =>
                Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => floor.Prepare(_calls, inStages)).ToList().Select(TimeAsync));
        }

        private async Task<double> RateAsync(int atOnce, Func<Task> run)
        {
            var left = Sustained;
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, atOnce).Select(_ => Task.Run(async () =>
            {
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    await run();
                }
            })));
            await runtime.Work.IdleAsync();
            return Sustained / Stopwatch.GetElapsedTime(began).TotalSeconds;
        }

        private HttpRequestMessage Next() => IntakeWebhooks.Make($"{(photo ? "p" : "n")}-{Interlocked.Increment(ref _made)}", photo);

        private async Task PostAsync(HttpRequestMessage request)
        {
            using (request)
            {
                await SendAsync(request);
            }
        }

        private async Task SendAsync(HttpRequestMessage request)
        {
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.Accepted)
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
        }

        private static async Task<TimeSpan> TimeAsync(Func<Task> run)
        {
            var began = Stopwatch.GetTimestamp();
            await run();
            return Stopwatch.GetElapsedTime(began);
        }

        private static TimeSpan Median(List<TimeSpan> times) => times.Order().ElementAt(times.Count / 2);

        private sealed record Round(TimeSpan Intake, TimeSpan Sum, TimeSpan SideBySide);
    }
}
