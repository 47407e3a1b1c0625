using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Benchmarks;

/// <summary>
/// A supplier's answers to claims over HTTP, each to a case of its own, beside the floor: the storage calls that such a request makes, made
/// by the same SDKs on a store of the same kind and nothing between them. Each with an <c>Idempotency-Key</c>, as clients should.
/// </summary>
/// <remarks>The two take turns, so that what else the machine does meets both. What an answer sets off afterwards is waited for outside of
/// the measured time. On the embedded store a call costs a fraction of a millisecond, so that the ratio there is mostly the work of the request
/// itself; on storage behind a network (see <see cref="RecordedApp"/>) it is what callers will see.</remarks>
internal static class ActionCost
{
    private const int Turns = 24;
    private const int WarmingActions = 1_000;
    private const int WarmingAtOnce = 8;
    private const int RecordingTries = 10;
    private const int CallsWanted = 4;
    private const double RatioWanted = 1.5;

    private static readonly int[] AtOnce = [1, 8, 16];

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-actions-");
        try
        {
            await using var app = await RecordedApp.StartAsync(folder.FullName);
            await using var floor = new StorageFloor();
            await new Run(app, floor, output).RunAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private sealed class Run(RecordedApp app, StorageFloor floor, TextWriter output)
    {
        private readonly AuthenticationHeaderValue _supplier = new("Bearer", DevelopmentTokens.Create(
            Convert.FromBase64String(app.Services.GetRequiredService<IConfiguration>()["Access:SigningKey"]!), Role.Supplier,
            TimeSpan.FromHours(1), "S-1"));

        private IReadOnlyList<RecordedCall> _calls = [];
        private int _made;

        public async Task RunAsync()
        {
            _calls = await RecordAsync();
            await floor.CreateAsync(_calls);
            await output.WriteLineAsync($"action: {_calls.Count} storage calls in {_calls.Max(c => c.Stage)} steps, one after another:");
            foreach (var call in _calls.OrderBy(c => c.Stage))
            {
                await output.WriteLineAsync($"  {call.Stage,2}  {call.Describe(),-52} {call.Body.Length,7:n0} bytes");
            }

            await output.WriteLineAsync($"  {(_calls.Count <= CallsWanted ? "met" : "MISSED")}: at most {CallsWanted}");
            await WarmAsync();
            foreach (var atOnce in AtOnce)
            {
                await CompareAsync(atOnce);
            }
        }

        /// <summary>Until both sides run as they do in a process that has been up for a while: the runtime compiles what runs often again, in
        /// the background.</summary>
        private async Task WarmAsync()
        {
            for (var done = 0; done < WarmingActions; done += WarmingAtOnce)
            {
                foreach (var id in await OpenAsync(WarmingAtOnce))
                {
                    await ActAsync(id, record: false);
                }

                await ReplayAsync(WarmingAtOnce, sideBySide: false);
            }

            await app.Runtime.Work.IdleAsync();
        }

        /// <summary>The calls of one request, in the fewest stages: when the machine is busy, calls that could overlap do not
        /// always.</summary>
        private async Task<IReadOnlyList<RecordedCall>> RecordAsync()
        {
            var tries = new List<IReadOnlyList<RecordedCall>>();
            foreach (var id in await OpenAsync(RecordingTries))
            {
                await ActAsync(id, record: true);
                tries.Add(CallRecorder.Last);
                await app.Runtime.Work.IdleAsync();
            }

            return tries.MinBy(calls => calls.Max(c => c.Stage))!;
        }

        private async Task CompareAsync(int atOnce)
        {
            var turns = new List<Turn>();
            for (var turn = 0; turn < Turns; turn++)
            {
                var ids = await OpenAsync(atOnce);
                var actions = await TimeAsync(ids.Select(id => (Func<Task>)(() => ActAsync(id, record: false))));
                await app.Runtime.Work.IdleAsync();
                turns.Add(new Turn(actions, await ReplayAsync(atOnce, sideBySide: false), await ReplayAsync(atOnce, sideBySide: true)));
            }

            var ratio = Ratio(t => t.Sum);
            await output.WriteLineAsync(
                $"action, {atOnce,2} at once: {Rate(t => t.Actions)} actions/s; its calls alone {Rate(t => t.Sum)}/s, "
                + $"side by side {Rate(t => t.SideBySide)}/s; ratio {ratio:n2}, to side by side {Ratio(t => t.SideBySide):n2}; "
                + $"{(ratio <= RatioWanted ? "met" : "MISSED")}: at most {RatioWanted:n1}");

            string Rate(Func<Turn, TimeSpan> time) => $"{atOnce / Median(turns.Select(t => time(t).TotalSeconds)),6:n0}";

            double Ratio(Func<Turn, TimeSpan> floorTime) => Median(turns.Select(t => t.Actions / floorTime(t)));
        }

        private async Task<TimeSpan> ReplayAsync(int atOnce, bool sideBySide)
        {
            var replays = new List<Func<Task>>();
            for (var n = 0; n < atOnce; n++)
            {
                replays.Add(await floor.PrepareSeededAsync(_calls, sideBySide));
            }

            return await TimeAsync(replays);
        }

        private static async Task<TimeSpan> TimeAsync(IEnumerable<Func<Task>> all)
        {
            var list = all.ToList();
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(list.Select(one => one()));
            return Stopwatch.GetElapsedTime(began);
        }

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return sorted[sorted.Count / 2];
        }

        /// <summary>Cases that wait for the supplier, and nothing else to do.</summary>
        private async Task<IReadOnlyList<string>> OpenAsync(int count)
        {
            var ids = new List<string>();
            for (var n = 0; n < count; n++)
            {
                using var request = IntakeWebhooks.Make($"a-{++_made}", photo: false);
                using var answer = await app.Http.SendAsync(request);
                ids.Add((await answer.Content.ReadFromJsonAsync<JsonObject>())!["caseId"]!.GetValue<string>());
            }

            await app.Runtime.Work.IdleAsync();
            return ids;
        }

        private async Task ActAsync(string id, bool record)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/actions")
            {
                Content = JsonContent.Create(new { action = "refuse", statement = "The shoe was worn in the rain" }),
            };
            request.Headers.Authorization = _supplier;
            request.Headers.Add(Idempotency.Header, id);
            if (record)
            {
                request.Headers.Add(CallRecorder.Header, "1");
            }

            using var answer = await app.Http.SendAsync(request);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            }
        }

        private sealed record Turn(TimeSpan Actions, TimeSpan Sum, TimeSpan SideBySide);
    }
}
