using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Local.Photos;
using Azure.Storage.Blobs.Models;
using Microsoft.Extensions.DependencyInjection;
using Photo = AfterSales.Functions.Evidence.Photo;

namespace AfterSales.Functions.Tests.Evidence;

public sealed class EvidenceTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly AppHost _app = shared.App;

    [Fact]
    public async Task A_photo_sent_with_the_request_comes_back_byte_for_byte_and_its_hash_is_in_the_timeline()
    {
        var photo = TestPhotos.Jpeg();
        var hash = Convert.ToHexStringLower(SHA256.HashData(photo));
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-inline").WithPhoto("sole.jpg", photo));

        using var answer = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/sole.jpg", Role.Agent);

        Assert.Equal("image/jpeg", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(photo, await answer.Content.ReadAsByteArrayAsync());
        var @case = await _app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(id), CancellationToken.None);
        Assert.Equal(hash, Assert.Single(@case!.Evidence).Sha256);
        Assert.Contains(@case.Timeline, entry => entry.What.ToString().Contains(hash, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_party_adds_a_photo_and_is_told_its_hash_and_dimensions()
    {
        var photo = TestPhotos.Png(120, 80);
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-put"));

        var answer = await PutAsync(id, "reply.png", photo, Role.Supplier, "S-1").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(photo)), answer["sha256"]!.GetValue<string>());
        Assert.Equal(photo.Length, answer["bytes"]!.GetValue<int>());
        Assert.Equal("image/png", answer["contentType"]!.GetValue<string>());
        Assert.Equal((120, 80), (answer["width"]!.GetValue<int>(), answer["height"]!.GetValue<int>()));
    }

    [Fact]
    public async Task The_same_photo_again_gets_the_same_answer_and_another_one_of_that_name_is_refused()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-twice"));
        var first = await PutAsync(id, "a.jpg", TestPhotos.Jpeg()).JsonAsync(HttpStatusCode.Created);

        var second = await PutAsync(id, "a.jpg", TestPhotos.Jpeg()).JsonAsync(HttpStatusCode.Created);

        Assert.Equal(first.ToJsonString(), second.ToJsonString());
        Assert.Equal("evidence-name-taken", await PutAsync(id, "a.jpg", TestPhotos.Jpeg(30, 30)).ProblemAsync(HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task The_customer_adds_a_photo_by_signed_link()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-link"));
        var token = _app.Services.GetRequiredService<SignedLinks>().Token(SignedLinks.CasePurpose, id, _app.Now.AddDays(1));
        using var content = new ByteArrayContent(TestPhotos.Jpeg());

        await _app.Http.PutAsync($"/api/v1/cases/{id}/evidence/mine.jpg?link={token}", content).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_token_of_another_supplier_opens_nothing()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-other").WithPhoto("sole.jpg", TestPhotos.Jpeg()));

        Assert.Equal("not-your-case", await PutAsync(id, "a.jpg", TestPhotos.Jpeg(), Role.Supplier, "S-2").ProblemAsync(HttpStatusCode.Forbidden));
        Assert.Equal(
            "not-your-case",
            await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/sole.jpg", Role.Supplier, supplier: "S-2").ProblemAsync(HttpStatusCode.Forbidden));
    }

    [Fact]
    public async Task The_supplier_sees_a_copy_that_does_not_say_where_it_was_taken_and_its_own_photo_as_it_was()
    {
        var plain = TestPhotos.Jpeg();
        var placed = new Exif("HUAWEI", "ALN-AL00", _app.Now, 36.0611, 103.8343).WriteInto(plain);
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-place").WithPhoto("sole.jpg", placed));
        await PutAsync(id, "own.jpg", placed, Role.Supplier, "S-1").JsonAsync(HttpStatusCode.Created);

        Assert.Equal(plain, await GetAsync(id, "sole.jpg", Role.Supplier, "S-1"));
        Assert.Equal(placed, await GetAsync(id, "own.jpg", Role.Supplier, "S-1"));
        Assert.Equal(plain, await GetAsync(id, "sole.jpg", Role.Inspection));
    }

    private async Task<byte[]> GetAsync(string id, string name, Role role, string? supplier = null)
    {
        using var answer = await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/{name}", role, supplier: supplier);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    [Fact]
    public async Task A_case_or_a_file_that_is_not_there_is_not_found()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-none"));

        Assert.Equal("no-such-case", await PutAsync("case_x", "a.jpg", TestPhotos.Jpeg()).ProblemAsync(HttpStatusCode.NotFound));
        Assert.Equal(
            "no-such-evidence",
            await _app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{id}/evidence/none.jpg", Role.Agent).ProblemAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task A_photo_that_the_case_does_not_take_is_not_stored()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-full").WithPhoto("1.jpg", TestPhotos.Jpeg(8, 8)));

        Assert.Equal("evidence-name-taken", await PutAsync(id, "1.jpg", TestPhotos.Jpeg(31, 31)).ProblemAsync(HttpStatusCode.Conflict));
        await _app.WebhookAsync(WebhookBodies.About("case.withdrawn", "E-full")).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal("case-closed", await PutAsync(id, "late.jpg", TestPhotos.Jpeg(32, 32)).ProblemAsync(HttpStatusCode.Conflict));

        var stored = new List<string>();
        await foreach (var blob in _app.Services.GetRequiredService<Blobs>().Container("evidence")
            .GetBlobsAsync(BlobTraits.None, BlobStates.None, $"{id}/", CancellationToken.None))
        {
            stored.Add(blob.Name);
        }

        Assert.Single(stored);
    }

    [Fact]
    public async Task A_file_that_is_no_photo_or_too_large_is_refused()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("E-bad"));

        Assert.Equal(
            "evidence-type-not-accepted",
            await PutAsync(id, "a.jpg", Encoding.ASCII.GetBytes("GIF89a no")).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(
            "evidence-too-large",
            await PutAsync(id, "a.jpg", new byte[Photo.LargestFile + 1]).ProblemAsync(HttpStatusCode.RequestEntityTooLarge));
    }

    [Fact]
    public async Task Nothing_stored_holds_a_readable_name_phone_number_city_or_description()
    {
        await using var app = await AppHost.StartAsync();
        var photo = TestPhotos.Jpeg();
        await app.WebhookAsync(WebhookBodies.ShoeClaim("E-sealed").WithPhoto("sole.jpg", photo)).JsonAsync(HttpStatusCode.Accepted);
        await app.SettleAsync();

        foreach (var file in Directory.EnumerateFiles(app.DataFolder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "in-use"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[stream.Length];
            await stream.ReadExactlyAsync(content);
            foreach (var secret in new[] { "Li Qingzhao", "13900001111", "li.qingzhao", "Lanzhou", "Zhongshan Road", "\"C-7\"" })
            {
                Assert.False(content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0, $"{Path.GetFileName(file)} holds '{secret}'");
            }

            Assert.False(content.AsSpan().IndexOf(photo.AsSpan(0, 64)) >= 0, $"{Path.GetFileName(file)} holds the photo");
        }
    }

    private async Task<string> OpenAsync(JsonObject body) =>
        (await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();

    private Task<HttpResponseMessage> PutAsync(string id, string name, byte[] content, Role role = Role.Agent, string? supplier = null) =>
        _app.SendAsync(HttpMethod.Put, $"/api/v1/cases/{id}/evidence/{name}", role, content, supplier);
}
