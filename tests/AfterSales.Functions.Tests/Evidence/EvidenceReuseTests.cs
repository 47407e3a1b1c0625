using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using AfterSales.Local.Photos;
using Microsoft.Extensions.DependencyInjection;
using SkiaSharp;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>The same file or a like picture in another case is told to those who decide, as advice.</summary>
public sealed class EvidenceReuseTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly AppHost _app = shared.App;

    [Fact]
    public async Task The_same_file_in_two_cases_is_told_to_staff_and_to_nobody_else()
    {
        var receipt = Samples.Read("receipt.pdf");
        var first = await OpenAsync(WebhookBodies.ShoeClaim("U-1").WithPhoto("receipt.pdf", receipt));
        var second = await OpenAsync(WebhookBodies.ShoeClaim("U-2").WithPhoto("again.pdf", receipt));

        var reuse = Assert.Single(Reuse(await CaseAsync(second, Role.Inspection)));

        Assert.Equal((first, "receipt.pdf", true), (reuse["case"]!.GetValue<string>(), reuse["name"]!.GetValue<string>(), reuse["exact"]!.GetValue<bool>()));
        Assert.Contains("proves nothing", reuse["advice"]!["en"]!.GetValue<string>());
        Assert.Contains("不是证明", reuse["advice"]!["zh"]!.GetValue<string>());
        Assert.Empty(Reuse(await CaseAsync(first, Role.Inspection)));
        foreach (var shown in new[] { await CaseAsync(second, Role.Supplier, "S-1"), await CaseAsync(second, Role.Marketplace) })
        {
            Assert.DoesNotContain(first, shown.ToJsonString());
            Assert.Null(shown["evidence"]![0]!["reuse"]);
        }
    }

    [Fact]
    public async Task A_smaller_and_mirrored_copy_of_a_photo_is_found_and_another_photo_is_not()
    {
        var shoe = ExhibitTests.Drawn(SKEncodedImageFormat.Jpeg, variant: 77);
        using var picture = SKBitmap.Decode(shoe);
        using var mirrored = PictureLookTests.Turned(picture, turns: 1, mirrored: true);
        using var small = mirrored.Resize(new SKImageInfo(mirrored.Width / 2, mirrored.Height / 2), new SKSamplingOptions(SKFilterMode.Linear));
        var first = await OpenAsync(WebhookBodies.ShoeClaim("U-3").WithPhoto("shoe.jpg", shoe));

        var second = await OpenAsync(WebhookBodies.ShoeClaim("U-4")
            .WithPhoto("mine.jpg", PictureLookTests.Encoded(small, SKEncodedImageFormat.Jpeg, 80))
            .WithPhoto("fur.jpg", AfterSales.Local.Photos.Photo.Draw(PhotoOf.Fur, 5, 6, SKEncodedImageFormat.Jpeg)));

        var files = (await CaseAsync(second, Role.Agent))["evidence"]!.AsArray();
        var reuse = Assert.Single(files[0]!["reuse"]!.AsArray())!;
        Assert.Equal((first, false), (reuse["case"]!.GetValue<string>(), reuse["exact"]!.GetValue<bool>()));
        Assert.InRange(reuse["distance"]!.GetValue<int>(), 0, EvidenceIndex.MostBits);
        Assert.Empty(files[1]!["reuse"]!.AsArray());
    }

    [Fact]
    public async Task The_same_photo_twice_in_one_case_is_no_reuse()
    {
        var shoe = ExhibitTests.Drawn(SKEncodedImageFormat.Jpeg, variant: 80);
        var id = await OpenAsync(WebhookBodies.ShoeClaim("U-5").WithPhoto("a.jpg", shoe).WithPhoto("b.jpg", shoe));

        Assert.DoesNotContain(Reuse(await CaseAsync(id, Role.Agent)), reuse => reuse["case"]!.GetValue<string>() == id);
    }

    [Fact]
    public async Task The_index_names_files_by_keyed_hash_and_holds_nothing_of_a_person()
    {
        var id = await OpenAsync(WebhookBodies.ShoeClaim("U-6").WithPhoto("receipt.pdf", Samples.Read("receipt-objstm.pdf")));
        var sha = (await CaseAsync(id, Role.Agent))["evidence"]![0]!["sha256"]!.GetValue<string>();

        var rows = new List<string>();
        await foreach (var row in _app.Services.GetRequiredService<Tables>().Get("evidenceindex").QueryAsync<Azure.Data.Tables.TableEntity>())
        {
            rows.Add(string.Join(' ', row.Select(column => $"{column.Key}={column.Value}")));
        }

        Assert.Contains(rows, row => row.Contains(id, StringComparison.Ordinal));
        Assert.DoesNotContain(rows, row => row.Contains(sha, StringComparison.OrdinalIgnoreCase) || row.Contains("person_", StringComparison.Ordinal));
    }

    // A second after the one before, so that it is clear which case is the later one.
    private async Task<string> OpenAsync(JsonObject body)
    {
        await _app.AdvanceAsync(TimeSpan.FromSeconds(1));
        var id = (await _app.WebhookAsync(body).JsonAsync(HttpStatusCode.Accepted))["caseId"]!.GetValue<string>();
        await _app.SettleAsync();
        return id;
    }

    private Task<JsonNode> CaseAsync(string id, Role role, string? supplier = null) => _app.SendAsync(
        HttpMethod.Get, $"/api/v1/cases/{id}", role, supplier: supplier, marketplace: role == Role.Marketplace ? AppHost.Marketplace : null)
        .JsonAsync(HttpStatusCode.OK);

    private static List<JsonNode> Reuse(JsonNode @case) => [.. @case["evidence"]!.AsArray().SelectMany(file => file!["reuse"]!.AsArray()).OfType<JsonNode>()];
}
