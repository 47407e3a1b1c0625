using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Cases;
using AfterSales.Functions.Cases.Lists;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Benchmarks;

/// <summary>Lists over HTTP with a hundred thousand cases in the embedded store, one in ten of them open: storage calls and time of a
/// page of fifty.</summary>
internal static class ListCost
{
    private const int Cases = 100_000;
    private const int Tries = 40;
    private const int CallsWanted = 3;
    private const int RowsAtOnce = 100;

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-lists-");
        try
        {
            await using var app = await RecordedApp.StartAsync(folder.FullName);
            app.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DevelopmentTokens.Create(
                Convert.FromBase64String(app.Services.GetRequiredService<IConfiguration>()["Access:SigningKey"]!), Role.Manager,
                TimeSpan.FromHours(1)));
            var model = await OpenAsync(app);
            var began = Stopwatch.GetTimestamp();
            var rows = await FillAsync(app, model);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            await output.WriteLineAsync($"lists: {Cases:n0} cases are {rows:n0} rows, written in {seconds:n0} s");
            string[] paths =
            [
                "cases", "cases?owner=supplier", "cases?owner=supplier&supplier=S-7", "cases?owner=supplier&status=open",
                "cases?due=2099-01-01T00:00:00Z", "cases?status=closed", "cases?status=open&supplier=S-7",
                "cases?supplier=S-7&marketplace=demo-mall", "cases?q=13900000000", "cases?q=R-77777", "queues",
            ];
            foreach (var path in paths)
            {
                await TellAsync(app, path, output);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task TellAsync(RecordedApp app, string path, TextWriter output)
    {
        var calls = 0;
        var times = new List<TimeSpan>();
        for (var n = 0; n < Tries; n++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/{path}");
            request.Headers.Add(CallRecorder.Header, "1");
            var began = Stopwatch.GetTimestamp();
            using var answer = await app.Http.SendAsync(request);
            times.Add(Stopwatch.GetElapsedTime(began));
            answer.EnsureSuccessStatusCode();
            calls = CallRecorder.Last.Count;
        }

        var asked = path.Contains("q=", StringComparison.Ordinal) || path == "queues" ? ""
            : calls <= CallsWanted ? $"; met: at most {CallsWanted}" : $"; MISSED: at most {CallsWanted}";
        var milliseconds = times.Order().ElementAt(Tries / 2).TotalMilliseconds;
        await output.WriteLineAsync($"  {path,-45} {calls,3} storage calls, {milliseconds,6:n2} ms{asked}");
    }

    private static async Task<Case> OpenAsync(RecordedApp app)
    {
        using var request = IntakeWebhooks.Make("model", photo: false);
        using var answer = await app.Http.SendAsync(request);
        var id = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["caseId"]!.GetValue<string>();
        await app.Runtime.Work.IdleAsync();
        return (await app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(id), CancellationToken.None))!;
    }

    private static async Task<int> FillAsync(RecordedApp app, Case model)
    {
        var table = app.Services.GetRequiredService<Tables>().Get(CaseIndex.Table);
        var terms = app.Services.GetRequiredService<SearchTerms>();
        var waiting = new Dictionary<string, List<TableTransactionAction>>(StringComparer.Ordinal);
        var rows = 0;
        for (var n = 0; n < Cases; n++)
        {
            var copy = Copy(model, n);

            // One in a hundred of the customers has the number that is looked for.
            var card = CardOf(n % 100 == 0 ? "+8613900000000" : $"+86137{n:D8}");
            foreach (var places in CasePlaces.Of(copy, terms.Of(copy, card)))
            {
                var list = waiting.TryGetValue(places.Partition, out var known) ? known : waiting[places.Partition] = [];
                list.AddRange(places.MoveFrom(null, [], anew: true));
                if (list.Count < RowsAtOnce - 10) continue;
                rows += list.Count;
                await table.SubmitTransactionAsync(list);
                list.Clear();
            }
        }

        foreach (var list in waiting.Values.Where(list => list.Count > 0))
        {
            rows += list.Count;
            await table.SubmitTransactionAsync(list);
        }

        return rows;
    }

    private static Case Copy(Case model, int n)
    {
        var opened = model.OpenedAt - Duration.FromMinutes(n);
        var copy = model with
        {
            Id = CaseId.For("demo-mall", $"R-{n}"),
            ExternalId = $"R-{n}",
            Order = model.Order with { OrderId = $"O-{n}" },
            SupplierId = $"S-{n % 50}",
            OpenedAt = opened,
        };
        return n % 10 == 0
            ? copy with { Deadlines = [.. model.Deadlines.Select(deadline => deadline with { Due = deadline.Due + Duration.FromSeconds(n) })] }
            : copy with { Deadlines = [], ClosedAt = opened + Duration.FromDays(3), Outcome = CaseOutcome.Refused };
    }

    private static CustomerCard CardOf(string phone) => new(new CustomerContact("C", null, phone, null, null, null), null);
}
