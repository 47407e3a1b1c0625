using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Http;
using AfterSales.Local.Photos;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>Rounds of evidence, the checklist and the originals over HTTP.</summary>
public sealed class EvidenceRoundTests : IAsyncLifetime
{
    private const string CustomersDue = "2026-11-03T09:00:00+08:00";
    private const string SuppliersDue = "2026-11-03T12:00:00+08:00";

    private AppHost _app = null!;

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task What_the_rulebook_wants_shown_is_told_to_the_marketplace_and_on_the_case_until_it_is_there()
    {
        var answer = await _app.WebhookAsync(WebhookBodies.ShoeClaim().WithPhoto("sole.jpg", TestPhotos.Jpeg()))
            .JsonAsync(HttpStatusCode.Accepted);
        var id = answer["caseId"]!.GetValue<string>();

        var missing = Assert.Single(answer["missingEvidence"]!.AsArray())!;
        Assert.Equal(
            ("purchase_shown", "P", 1),
            (missing["item"]!.GetValue<string>(), missing["clause"]!.GetValue<string>(), missing["wanted"]!.GetValue<int>()));
        Assert.Equal("purchase_shown", Assert.Single((await CaseAsync(id, Role.Supplier))["missingEvidence"]!.AsArray())!["item"]!.GetValue<string>());

        await PutAsync(id, "receipt.pdf", Samples.Read("receipt.pdf"), Role.Customer).JsonAsync(HttpStatusCode.Created);

        Assert.Empty((await CaseAsync(id, Role.Agent))["missingEvidence"]!.AsArray());
    }

    [Fact]
    public async Task Files_are_listed_with_what_they_are_who_sent_them_and_when()
    {
        var id = await OpenAsync();
        await PutAsync(id, "clip.mp4", Samples.Read("clip.mp4"), Role.Customer).JsonAsync(HttpStatusCode.Created);
        await PutAsync(id, "receipt.pdf", Samples.Read("receipt.pdf"), Role.Supplier).JsonAsync(HttpStatusCode.Created);

        var files = (await CaseAsync(id, Role.Agent))["evidence"]!.AsArray();

        Assert.Equal(
            [
                "clip.mp4 video/mp4 64x48 1.564 s  p customer 2026-11-02T09:00:00+08:00 False submitted",
                "receipt.pdf application/pdf x  s 2 p supplier S-1 2026-11-02T09:00:00+08:00 False submitted",
            ],
            files.Select(file => $"{file!["name"]} {file["contentType"]} {file["width"]}x{file["height"]} {file["durationSeconds"]} s "
                + $"{file["pages"]} p {file["by"]} {file["at"]} {file["late"]!.GetValue<bool>()} {file["state"]}"));
    }

    [Fact]
    public async Task Staged_files_are_their_senders_alone_until_they_are_submitted_once()
    {
        var id = await OpenAsync();
        await AskAsync(id);
        await PutAsync(id, "mine.pdf", Samples.Read("receipt.pdf"), Role.Customer, "?stage=true").JsonAsync(HttpStatusCode.Created);

        Assert.Equal("staged", Assert.Single((await CaseAsync(id, Role.Customer))["evidence"]!.AsArray())!["state"]!.GetValue<string>());
        foreach (var role in new[] { Role.Supplier, Role.Agent, Role.Marketplace, Role.Auditor })
        {
            var shown = await CaseAsync(id, role);
            Assert.Empty(shown["evidence"]!.AsArray());
            Assert.DoesNotContain("mine.pdf", shown.ToJsonString());
            Assert.Equal("no-such-evidence", await GetAsync(id, "mine.pdf", role).ProblemAsync(HttpStatusCode.NotFound));
        }

        var after = await ActAsync(id, Role.Customer, """{"action":"submit-evidence"}""").JsonAsync(HttpStatusCode.OK);

        Assert.Equal("submitted", Assert.Single(after["evidence"]!.AsArray())!["state"]!.GetValue<string>());
        Assert.NotNull(after["evidenceRounds"]![0]!["requests"]![0]!["submittedAt"]);
        Assert.Single((await CaseAsync(id, Role.Supplier))["evidence"]!.AsArray());
        Assert.Equal("evidence-already-submitted", await ActAsync(id, Role.Customer, """{"action":"submit-evidence"}""").ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal(
            "evidence-already-submitted",
            await PutAsync(id, "more.jpg", TestPhotos.Jpeg(), Role.Customer, "?stage=true").ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal(
            "evidence-already-submitted", await PutAsync(id, "more.jpg", TestPhotos.Jpeg(), Role.Customer).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task A_request_shows_who_must_answer_until_when_and_a_late_file_is_marked()
    {
        var id = await OpenAsync();
        await AskAsync(id);
        var asked = await CaseAsync(id, Role.Supplier);
        var clock = Assert.Single(asked["deadlines"]!.AsArray(), deadline => deadline!["owner"]!.GetValue<string>() == "customer")!;
        Assert.Equal(("evidence", CustomersDue), (clock["name"]!.GetValue<string>(), clock["due"]!.GetValue<string>()));
        Assert.Equal(
            ["customer " + CustomersDue, "supplier " + SuppliersDue],
            asked["allowedActions"]!.AsArray().Where(allowed => allowed!["action"]!.GetValue<string>() == "submit-evidence")
                .Select(allowed => $"{allowed!["actor"]} {allowed["until"]}"));
        Assert.Contains(asked["timeline"]!.AsArray(), line => line!["text"]?.GetValue<string>() == "请补充照片 photos, please");

        await _app.AdvanceToAsync(CustomersDue);
        await _app.AdvanceAsync(TimeSpan.FromSeconds(1));
        var answer = await PutAsync(id, "late.jpg", TestPhotos.Jpeg(), Role.Customer).JsonAsync(HttpStatusCode.Created);
        await PutAsync(id, "on-time.jpg", TestPhotos.Jpeg(40, 40), Role.Supplier).JsonAsync(HttpStatusCode.Created);

        Assert.True(answer["late"]!.GetValue<bool>());
        var after = await CaseAsync(id, Role.Agent);
        Assert.Equal(
            [("late.jpg", true), ("on-time.jpg", false)],
            after["evidence"]!.AsArray().Select(file => (file!["name"]!.GetValue<string>(), file["late"]!.GetValue<bool>())));
        Assert.Contains(after["timeline"]!.AsArray(), line => line!["event"]!.GetValue<string>() == "deadline-missed"
            && line["what"]!.GetValue<string>().Contains("time for evidence", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_staff_ask_for_evidence_or_end_the_round()
    {
        var id = await OpenAsync();
        const string ask = $$"""{"action":"request-evidence","from":[{"party":"customer","due":"{{CustomersDue}}"}]}""";

        Assert.Equal("not-your-step", await ActAsync(id, Role.Supplier, ask).ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("evidence-not-asked", await ActAsync(id, Role.Agent, """{"action":"close-evidence"}""").ProblemAsync(HttpStatusCode.Conflict));
        await ActAsync(id, Role.FloorManager, ask).JsonAsync(HttpStatusCode.OK);
        Assert.Equal("evidence-round-open", await ActAsync(id, Role.Agent, ask).ProblemAsync(HttpStatusCode.Conflict));
        Assert.Equal("evidence-not-asked", await ActAsync(id, Role.Supplier, """{"action":"submit-evidence"}""").ProblemAsync(HttpStatusCode.Conflict));

        var closed = await ActAsync(id, Role.Inspection, """{"action":"close-evidence"}""").JsonAsync(HttpStatusCode.OK);

        Assert.NotNull(closed["evidenceRounds"]![0]!["closedAt"]);
    }

    [Theory]
    [InlineData("""{"action":"request-evidence"}""", "/from", "missing-field")]
    [InlineData("""{"action":"request-evidence","from":[]}""", "/from", "invalid-list")]
    [InlineData("""{"action":"request-evidence","from":[{"party":"manager","due":"2026-11-03T09:00:00+08:00"}]}""", "/from/0/party", "invalid-choice")]
    [InlineData("""{"action":"request-evidence","from":[{"party":"customer","due":"tomorrow"}]}""", "/from/0/due", "invalid-instant")]
    [InlineData("""{"action":"submit-evidence","note":"x"}""", "/note", "unknown-field")]
    public async Task A_request_that_cannot_be_used_says_where(string body, string pointer, string code)
    {
        var id = await OpenAsync();

        Assert.Equal([(pointer, code)], await ActAsync(id, Role.Agent, body).FaultsAsync(HttpStatusCode.UnprocessableEntity));
    }

    [Fact]
    public async Task An_original_is_shown_to_its_sender_and_on_record_to_staff()
    {
        var plain = TestPhotos.Jpeg();
        var placed = new Exif("HUAWEI", "ALN-AL00", _app.Now, 36.0611, 103.8343).WriteInto(plain);
        var id = await OpenAsync();
        await PutAsync(id, "mine.jpg", placed, Role.Customer).JsonAsync(HttpStatusCode.Created);
        await PutAsync(id, "clip.mp4", Samples.Read("clip.mp4"), Role.Customer).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(placed, await BytesAsync(id, "mine.jpg", Role.Customer));
        foreach (var role in new[] { Role.Supplier, Role.Marketplace, Role.Agent, Role.Finance, Role.Auditor })
        {
            Assert.Equal(plain, await BytesAsync(id, "mine.jpg", role));
            Assert.True((await BytesAsync(id, "clip.mp4", role)).AsSpan().IndexOf("loci"u8) < 0);
        }

        Assert.Equal(placed, await BytesAsync(id, "mine.jpg?original=true", Role.Inspection));
        Assert.Equal(placed, await BytesAsync(id, "mine.jpg?original=true", Role.Inspection));
        Assert.Equal("original-not-shown", await GetAsync(id, "mine.jpg?original=true", Role.Supplier).ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("original-not-shown", await GetAsync(id, "mine.jpg?original=true", Role.Auditor).ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal("invalid-query", await GetAsync(id, "mine.jpg?original=yes", Role.Agent).ProblemAsync(HttpStatusCode.BadRequest));
        var opened = Assert.Single(
            (await CaseAsync(id, Role.Customer))["timeline"]!.AsArray(), line => line!["event"]!.GetValue<string>() == "evidence-original-opened");
        Assert.Equal("inspection", opened!["by"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("a.jpg", "script.pdf", "evidence-active-content")]
    [InlineData("a.jpg", "receipt.pdf", "evidence-not-as-named")]
    [InlineData("clip.mp4", "long.mp4", "evidence-too-long")]
    public async Task A_file_that_is_not_what_evidence_may_be_is_refused_and_leaves_nothing(string name, string sample, string code)
    {
        var id = await OpenAsync();

        Assert.Equal(code, await PutAsync(id, name, Samples.Read(sample), Role.Customer).ProblemAsync(HttpStatusCode.UnprocessableEntity));

        Assert.Empty((await CaseAsync(id, Role.Customer))["evidence"]!.AsArray());
    }

    private async Task<string> OpenAsync() =>
        (await _app.WebhookAsync(WebhookBodies.ShoeClaim()).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();

    private Task<JsonNode> AskAsync(string id) => ActAsync(id, Role.Agent, $$"""
        {"action":"request-evidence","note":"请补充照片 photos, please",
         "from":[{"party":"customer","due":"{{CustomersDue}}"},{"party":"supplier","due":"{{SuppliersDue}}"}]}
        """).JsonAsync(HttpStatusCode.OK);

    private Task<HttpResponseMessage> ActAsync(string id, Role role, string body) => SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/actions", id, role, body);

    private Task<JsonNode> CaseAsync(string id, Role role) => SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}", id, role).JsonAsync(HttpStatusCode.OK);

    private Task<HttpResponseMessage> PutAsync(string id, string name, byte[] content, Role role, string query = "") =>
        SendAsync(HttpMethod.Put, $"/api/v1/cases/{id}/evidence/{name}{query}", id, role, content);

    private Task<HttpResponseMessage> GetAsync(string id, string name, Role role) =>
        SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/{name}", id, role);

    private async Task<byte[]> BytesAsync(string id, string name, Role role)
    {
        using var answer = await GetAsync(id, name, role);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>As the role; the customer comes by signed link.</summary>
    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string id, Role role, object? body = null)
    {
        if (role != Role.Customer)
        {
            return _app.SendAsync(
                method, path, role, body, role == Role.Supplier ? "S-1" : null, role == Role.Marketplace ? AppHost.Marketplace : null);
        }

        var token = _app.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, id, _app.Now.AddDays(30));
        var request = new HttpRequestMessage(method, $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}link={token}")
        {
            Content = body switch
            {
                null => null,
                byte[] bytes => new ByteArrayContent(bytes),
                _ => new StringContent((string)body, System.Text.Encoding.UTF8, "application/json"),
            },
        };
        return _app.Http.SendAsync(request);
    }
}
