using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Notices;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Cases.Files;

/// <summary>
/// The ZIP, written as it is read: one file of evidence in memory at a time. The index names the hash of every file, so it comes after them,
/// and the manifest, which names the index's too, is last.
/// </summary>
public sealed class CaseFileAnswer(CaseFileContents contents, IReadOnlyList<CaseFileExhibit> exhibits) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = $"attachment; filename=\"{contents.Case.Id}.zip\"";
        response.Headers.CacheControl = "private, no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        await using var body = new PipeStream(response.BodyWriter);
        await WriteAsync(body, httpContext.RequestAborted);
        await body.FlushAsync(httpContext.RequestAborted);
    }

    private async Task WriteAsync(Stream to, CancellationToken cancellationToken)
    {
        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        var packed = new List<PackedFile>();
        var erased = new List<string>();
        foreach (var exhibit in exhibits)
        {
            if (await exhibit.Open(cancellationToken) is not { } bytes) erased.Add(exhibit.Name);
            else packed.Add(await PackAsync(zip, $"evidence/{exhibit.Name}", bytes, About(exhibit), cancellationToken) with
            {
                OriginalSha256 = exhibit.Copied ? exhibit.OriginalSha256 : null,
            });
        }

        packed.Add(await PackAsync(
            zip, "decision.json", AppJson.ToBytes(contents.Case.Decision), new("the decision document", "处理决定文件"), cancellationToken));
        packed.Add(await PackAsync(
            zip, "timeline.json", AppJson.ToBytes(contents.Case.Timeline), new("the history of the case", "案件经过"), cancellationToken));
        foreach (var letter in contents.Letters)
        {
            packed.Add(await PackAsync(
                zip, $"letters/{letter.Id}.html", Encoding.UTF8.GetBytes(LetterPage.Of(letter, others: null)),
                new($"letter: {letter.En.Subject}", $"信函:{letter.Zh.Subject}"), cancellationToken));
        }

        packed.Add(await PackAsync(
            zip, "index.html", Encoding.UTF8.GetBytes(CaseFilePage.Of(contents, packed, erased)), new("this page", "本页"), cancellationToken));
        var manifest = new CaseFileManifest(contents.Case.Id, contents.MadeAt, contents.Reader, packed, erased);
        await PackAsync(zip, "manifest.json", AppJson.ToBytes(manifest), new("the manifest", "清单"), cancellationToken);
    }

    private async Task<PackedFile> PackAsync(ZipArchive zip, string path, byte[] bytes, Wording what, CancellationToken cancellationToken)
    {
        // Photos, videos and documents are compressed already.
        var level = path.StartsWith("evidence/", StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Optimal;
        var entry = zip.CreateEntry(path, level);
        entry.LastWriteTime = contents.MadeAt.ToDateTimeOffset();
        await using var stream = await entry.OpenAsync(cancellationToken);
        await stream.WriteAsync(bytes, cancellationToken);
        return new PackedFile(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), what);
    }

    private static Wording About(CaseFileExhibit exhibit) => exhibit.Copied
        ? new($"{exhibit.ContentType}, from {exhibit.By}, a copy without metadata", $"{exhibit.ContentType},由 {exhibit.By} 提交,已去除元数据的副本")
        : new($"{exhibit.ContentType}, from {exhibit.By}, as sent", $"{exhibit.ContentType},由 {exhibit.By} 提交,原件");
}
