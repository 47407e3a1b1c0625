using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Local.Photos;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Cases.Files;

/// <summary>A case in one ZIP, for each who may have it.</summary>
public sealed class CaseFileTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private static readonly string[] Personal =
        ["Li Qingzhao", "+8613900001111", "13900001111", "li.qingzhao@example.com", "Lanzhou", "Zhongshan Road"];

    private readonly AppHost _app = shared.App;

    [Fact]
    public async Task Every_file_is_in_the_manifest_and_the_index_with_the_hash_of_its_bytes()
    {
        var id = await OpenAsync("F-hashes");

        var file = await FetchAsync(id, Role.Agent);

        var manifest = JsonNode.Parse(file["manifest.json"])!;
        Assert.Equal((id, "agent"), (manifest["case"]!.GetValue<string>(), manifest["madeFor"]!.GetValue<string>()));
        var index = Text(file["index.html"]);
        var listed = manifest["files"]!.AsArray();
        Assert.Equal(file.Keys.Except(["manifest.json"]).Order(), listed.Select(one => one!["path"]!.GetValue<string>()).Order());
        foreach (var one in listed)
        {
            var path = one!["path"]!.GetValue<string>();
            Assert.Equal(Hash(file[path]), one["sha256"]!.GetValue<string>());
            Assert.Equal(file[path].Length, one["bytes"]!.GetValue<int>());
            if (path != "index.html") Assert.Contains(one["sha256"]!.GetValue<string>(), index);
        }
    }

    [Fact]
    public async Task The_index_says_parties_claim_decision_clauses_deadlines_with_their_arithmetic_and_the_history()
    {
        var id = await OpenAsync("F-index");
        await ActAsync(id, Role.Supplier, """{"action":"refuse","statement":"Worn <b>badly</b> & wet."}""", "S-1");

        var file = await FetchAsync(id, Role.Inspection);
        var index = Text(file["index.html"]);

        foreach (var said in new[] { "Li Qingzhao", "S-1", "demo-mall", "Zhongshan Road", "O-55", "300.00 CNY" }) Assert.Contains(said, index);
        var @case = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Inspection).JsonAsync(HttpStatusCode.OK);
        foreach (var citation in @case["decision"]!["citations"]!.AsArray())
        {
            Assert.Contains(WebUtility.HtmlEncode(citation!["text"]!.GetValue<string>()), index);
            Assert.Contains(WebUtility.HtmlEncode(citation["textEn"]!.GetValue<string>()), index);
        }
        foreach (var deadline in @case["deadlines"]!.AsArray())
        {
            Assert.Contains(WebUtility.HtmlEncode(deadline!["arithmetic"]!["en"]!.GetValue<string>()), index);
            Assert.Contains(WebUtility.HtmlEncode(deadline["onMiss"]!["zh"]!.GetValue<string>()), index);
        }
        Assert.Contains("10 minutes", index);
        Assert.Contains("Worn &lt;b&gt;badly&lt;/b&gt; &amp; wet.", index);
        Assert.DoesNotContain("<b>", index);
        Assert.True(JsonNode.DeepEquals(@case["decision"], JsonNode.Parse(file["decision.json"])));
        Assert.True(JsonNode.DeepEquals(@case["timeline"], JsonNode.Parse(file["timeline.json"])));
    }

    [Fact]
    public async Task A_deadline_that_was_missed_stays_in_the_file()
    {
        await using var app = await AppHost.StartAsync();
        var id = await OpenAsync("F-missed", app: app);
        await app.AdvanceToAsync("2026-11-02T09:20:00+08:00");

        var index = Text((await FetchAsync(id, Role.Manager, app: app))["index.html"]);

        Assert.Contains("2026-11-02 09:10:00 +08:00", index);
        Assert.Contains("逾期 · missed", index);
        Assert.Contains("进行中 · open", index);
    }

    [Fact]
    public async Task The_suppliers_copy_has_nothing_personal_of_the_customer()
    {
        var id = await OpenAsync("F-supplier", "sole.jpg", WithPlace());
        await ActAsync(id, Role.Supplier, """{"action":"refuse","statement":"Worn."}""", "S-1");

        var file = await FetchAsync(id, Role.Supplier, "S-1");

        Assert.DoesNotContain(file.Keys, path => path.StartsWith("letters/", StringComparison.Ordinal));
        foreach (var (path, bytes) in file)
        {
            foreach (var personal in Personal)
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(personal)) < 0, $"{personal} in {path}");
            }
        }
        Assert.True(file["evidence/sole.jpg"].AsSpan().IndexOf("Exif"u8) < 0);
        Assert.Contains("not shown in this copy", Text(file["index.html"]));
    }

    [Fact]
    public async Task Photos_are_copies_without_metadata_but_for_their_sender_and_for_staff_who_ask_for_originals()
    {
        var photo = WithPlace();
        var id = await OpenAsync("F-photos", "sole.jpg", photo);

        var copy = await FetchAsync(id, Role.Agent);
        var own = await ReadAsync(await _app.Http.GetAsync($"/api/v1/cases/{id}/file?link={Link(id)}"));
        var original = await FetchAsync(id, Role.Agent, query: "?original=true");

        Assert.NotEqual(photo, copy["evidence/sole.jpg"]);
        Assert.Equal(Hash(photo), JsonNode.Parse(copy["manifest.json"])!["files"]!.AsArray()
            .Single(one => one!["path"]!.GetValue<string>() == "evidence/sole.jpg")!["originalSha256"]!.GetValue<string>());
        Assert.Equal(photo, own["evidence/sole.jpg"]);
        Assert.Equal(photo, original["evidence/sole.jpg"]);
        Assert.Contains("evidence-original-opened", Text(original["timeline.json"]));
        Assert.DoesNotContain("evidence-original-opened", Text(copy["timeline.json"]));
    }

    [Fact]
    public async Task The_customer_has_the_letters()
    {
        var id = await OpenAsync("F-letters");

        var file = await ReadAsync(await _app.Http.GetAsync($"/api/v1/cases/{id}/file?link={Link(id)}"));

        var letter = Assert.Single(file, entry => entry.Key.StartsWith("letters/", StringComparison.Ordinal));
        Assert.Contains("Li Qingzhao", Text(letter.Value));
    }

    [Theory]
    [InlineData(Role.Supplier, "S-2", "", HttpStatusCode.Forbidden, "not-your-case")]
    [InlineData(Role.Supplier, "S-1", "?original=true", HttpStatusCode.Forbidden, "original-not-shown")]
    [InlineData(Role.Agent, null, "?original=maybe", HttpStatusCode.BadRequest, "invalid-query")]
    [InlineData(Role.Finance, null, "", HttpStatusCode.Forbidden, "role-not-allowed")]
    public async Task Others_get_no_file(Role role, string? supplier, string query, HttpStatusCode status, string code)
    {
        var id = await OpenAsync("F-others");

        Assert.Equal(code, await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/file{query}", role, supplier: supplier).ProblemAsync(status));
    }

    [Fact]
    public async Task A_case_that_does_not_exist_has_no_file() => Assert.Equal(
        "no-such-case", await _app.SendAsync(HttpMethod.Get, "/api/v1/cases/case_x/file", Role.Agent).ProblemAsync(HttpStatusCode.NotFound));

    [Fact]
    public async Task The_case_offers_its_file_while_somebody_outside_has_it()
    {
        await using var app = await AppHost.StartAsync();
        var id = await OpenAsync("F-outside", app: app);
        await app.AdvanceToAsync("2026-11-02T10:00:00+08:00");
        Assert.Empty(Links(await CaseAsync(app, id)));
        await ActAsync(id, Role.Manager, """{"action":"decide","outcome":"refuse","reason":"No."}""", app: app);

        using var contest = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/actions?link={Link(id, app)}")
        {
            Content = new StringContent("""{"action":"contest","reason":"To the association."}""", Encoding.UTF8, "application/json"),
        };
        var outside = await app.Http.SendAsync(contest).JsonAsync(HttpStatusCode.OK);

        Assert.Equal("consumer_association", outside["level"]!.GetValue<string>());
        var link = Assert.Single(Links(outside));
        Assert.Equal(("case-file", $"/api/v1/cases/{id}/file"), (link!["kind"]!.GetValue<string>(), link["href"]!.GetValue<string>()));
        Assert.Contains("index.html", (await FetchAsync(id, Role.Agent, app: app)).Keys);
    }

    private static JsonArray Links(JsonNode @case) => @case["links"]!.AsArray();

    private static Task<JsonNode> CaseAsync(AppHost app, string id) =>
        app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", Role.Agent).JsonAsync(HttpStatusCode.OK);

    private async Task<string> OpenAsync(string externalId, string name = "sole.jpg", byte[]? photo = null, AppHost? app = null)
    {
        app ??= _app;
        var body = WebhookBodies.ShoeClaim(externalId).WithPhoto(name, photo ?? TestPhotos.Jpeg());
        var answer = await app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();
        return answer["caseId"]!.GetValue<string>();
    }

    private async Task ActAsync(string id, Role role, string body, string? supplier = null, AppHost? app = null) =>
        await (app ?? _app).SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/actions", role, body, supplier).JsonAsync(HttpStatusCode.OK);

    private async Task<Dictionary<string, byte[]>> FetchAsync(
        string id, Role role, string? supplier = null, string query = "", AppHost? app = null) =>
        await ReadAsync(await (app ?? _app).SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/file{query}", role, supplier: supplier));

    private static async Task<Dictionary<string, byte[]>> ReadAsync(HttpResponseMessage response)
    {
        using var answer = response;
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.MediaType);
        await using var zip = new ZipArchive(new MemoryStream(await answer.Content.ReadAsByteArrayAsync()), ZipArchiveMode.Read);
        var files = new Dictionary<string, byte[]>();
        foreach (var entry in zip.Entries)
        {
            await using var stream = await entry.OpenAsync();
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            files.Add(entry.FullName, bytes.ToArray());
        }

        return files;
    }

    private string Link(string id, AppHost? app = null) => (app ?? _app).Services.GetRequiredService<SignedLinks>()
        .Token(SignedLinks.CasePurpose, id, (app ?? _app).Now.AddDays(30));

    /// <summary>A photo as a telephone takes it: with the place and the device.</summary>
    private static byte[] WithPlace() => Photo.Take(PhotoOf.BrokenSole, 7, DateTimeOffset.Parse("2026-11-02T08:40:00+08:00"));

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
