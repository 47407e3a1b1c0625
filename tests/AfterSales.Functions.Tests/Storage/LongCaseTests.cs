using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Functions.Tests.Rulebooks;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Storage;

/// <summary>A case that has been through everything costs no more calls to the storage than one that has just come in with a photo. (A case
/// without any photo is not looked up among those that share one, which saves a call of reading it.)</summary>
public sealed class LongCaseTests : IAsyncLifetime
{
    private const string Mall = "corner-shop";
    private const int Photos = 40;
    private const int Appeals = 10;

    // As long as people may write.
    private static readonly string LongText = new('鞋', 4000);

    private static readonly Role[] Ladder = [Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance];

    private AppHost _app = null!;

    public async Task InitializeAsync()
    {
        _app = await AppHost.StartAsync(new AppHostOptions { Configure = StorageCalls.Count });
        await OwnMarketplace.AddAsync(_app, Mall, "1", Policies.FiveSteps());
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_case_with_forty_photos_ten_appeals_and_five_rungs_is_read_and_acted_on_in_as_many_as_a_plain_one()
    {
        var (plain, lengthy) = (await OpenAsync("R-plain"), await OpenAsync("R-long"));
        await PhotoAsync(plain, 0);
        for (var n = 1; n <= Photos; n++) await PhotoAsync(lengthy, n);
        for (var n = 0; n < Appeals; n++)
        {
            await RefuseAsync(lengthy, n);
            await ContestAsync(lengthy);
        }

        var (_, callsOfPlain) = await ReadAsync(plain);
        var (shown, calls) = await ReadAsync(lengthy);

        Assert.Equal(Photos, shown["evidence"]!.AsArray().Count);
        var history = shown["timeline"]!.AsArray().Select(line => line!["event"]!.GetValue<string>()).ToList();
        Assert.Equal((Appeals, Appeals), (history.Count(line => line == "decision-contested"), history.Count(line => line == "escalated")));
        Assert.Equal(LongText, shown["timeline"]!.AsArray().Last(line => line!["text"] is not null)!["text"]!.GetValue<string>());
        Assert.True(calls.Count == callsOfPlain.Count && calls.Count <= 2, string.Join(", ", calls));

        var (toRefusePlain, toRefuse) = (await RefuseAsync(plain, 0), await RefuseAsync(lengthy, Appeals));
        Assert.True(toRefuse.Count == toRefusePlain.Count && toRefuse.Count <= 4, string.Join(", ", toRefuse));
    }

    private async Task<string> OpenAsync(string externalId)
    {
        var request = WebhookBodies.ShoeClaim(externalId).With("/data/order/id", externalId).With("/data/facts", new JsonObject());
        var opened = await _app.WebhookAsync(request, marketplace: Mall).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return opened["caseId"]!.GetValue<string>();
    }

    private async Task<(JsonNode Shown, IReadOnlyList<string> Calls)> ReadAsync(string id)
    {
        var shown = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Agent).JsonAsync(HttpStatusCode.OK);
        return (shown, StorageCalls.Of(_app).OfLastRequest);
    }

    private async Task PhotoAsync(string id, int number)
    {
        using var photo = new ByteArrayContent(TestPhotos.Jpeg(20 + number, 20));
        await _app.Http.PutAsync($"/api/v1/cases/{id}/evidence/{number}.jpg?link={Link(id)}", photo).JsonAsync(HttpStatusCode.Created);
    }

    private async Task ContestAsync(string id)
    {
        using var contest = new StringContent($$"""{"action":"contest","reason":"{{LongText}}"}""", Encoding.UTF8, "application/json");
        await _app.Http.PostAsync($"/api/v1/cases/{id}/actions?link={Link(id)}", contest).JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>The step that the case has reached decides, each time by somebody else: nobody judges an appeal against himself.</summary>
    private async Task<IReadOnlyList<string>> RefuseAsync(string id, int turn)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/actions")
        {
            Content = new StringContent($$"""{"action":"decide","outcome":"refuse","reason":"{{LongText}}"}""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _app.Token(Ladder[turn % Ladder.Length], subject: $"judge-{turn}"));
        await _app.Http.SendAsync(request).JsonAsync(HttpStatusCode.OK);
        return StorageCalls.Of(_app).OfLastRequest;
    }

    private string Link(string id) => _app.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, id, _app.Now.AddDays(30));
}
