using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Local.Commands;
using AfterSales.Local.Month;

namespace AfterSales.Functions.Tests.EndToEnd;

/// <summary>The sample month, played on the app in a process of its own, and what it came to.</summary>
public sealed class PlayedMonth
{
    private const string Marketplace = "demo-mall";
    private const string Secret = "whsec_ZGVtby1tYWxsLXNlY3JldC1mb3ItbG9jYWwtdXNlLW9ubHk=";

    public required IReadOnlyList<Check> Checks { get; init; }

    /// <summary>Cases, suppliers with their entries, and surveys, as the API shows them.</summary>
    public required IReadOnlyDictionary<string, string> State { get; init; }

    /// <summary>How many requests the player made before it looked at the results.</summary>
    public required int Requests { get; init; }

    /// <param name="disturb">Told before each request of the player, with its number; may kill the app.</param>
    public static async Task<PlayedMonth> PlayAsync(Func<ChildApp, Action<int>>? disturb = null)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-month-");
        try
        {
            await using var marketplace = await Local.Month.Marketplace.StartAsync(Secret, SampleMonth.Stories, CancellationToken.None);
            using var app = await ChildApp.StartAsync(
                folder.FullName, marketplace.CallbackUrl.ToString(), "--clock", "virtual", "--start", SampleMonth.Start.ToString("O"));
            using var client = new AppClient(app.Url, Marketplace, Secret, TokenCommand.Sign, patience: TimeSpan.FromMinutes(10));
            client.Sending = disturb?.Invoke(app);
            var player = new Player(client, marketplace, SampleMonth.Stories, BadInputs.All);
            await player.PlayAsync(stepped: null, CancellationToken.None);
            var requests = client.Requests;
            var results = await MonthResults.ReadAsync(client, player, SampleMonth.Stories, CancellationToken.None);
            return new PlayedMonth
            {
                Checks = await MonthChecks.RunAsync(client, player, marketplace, results, folder.FullName, CancellationToken.None),
                State = StateOf(results),
                Requests = requests,
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<string, string> StateOf(MonthResults results)
    {
        var state = results.Cases.ToDictionary(c => $"case {c.Story.ExternalId}", c => Text(c.Case));
        state["surveys"] = Text(results.Surveys);
        foreach (var (id, supplier) in results.Suppliers)
        {
            state[$"supplier {id}"] = Text(supplier);
            state[$"entries {id}"] = Text(results.Entries[id]);
        }

        return state;
    }

    private static string Text(JsonNode node) => node.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}

/// <summary>The month played once without disturbance; what several tests compare with.</summary>
public sealed class UndisturbedMonth : IAsyncLifetime
{
    public PlayedMonth Month { get; private set; } = null!;

    public async Task InitializeAsync() => Month = await PlayedMonth.PlayAsync();

    public Task DisposeAsync() => Task.CompletedTask;
}
