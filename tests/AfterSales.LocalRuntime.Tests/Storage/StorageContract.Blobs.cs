using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace AfterSales.LocalRuntime.Tests.Storage;

public abstract partial class StorageContract
{
    [Fact]
    public async Task A_container_is_created_once_and_gone_when_deleted()
    {
        var container = await NewContainerAsync();
        await RefusedAsync(409, "ContainerAlreadyExists", () => container.CreateAsync());
        Assert.Null(await container.CreateIfNotExistsAsync());
        Assert.True(await container.ExistsAsync());
        Assert.Contains(container.Name, await BlobService.GetBlobContainersAsync(prefix: container.Name).Select(c => c.Name).ToListAsync());

        await container.DeleteAsync();
        Assert.False(await container.ExistsAsync());
        await RefusedAsync(404, "ContainerNotFound", () => container.GetPropertiesAsync());
        await RefusedAsync(404, "ContainerNotFound", () => container.UploadBlobAsync("b", BinaryData.FromString("x")));
        await RefusedAsync(404, "ContainerNotFound", () => container.GetBlobsAsync().ToListAsync().AsTask());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(5_000_000)]
    public async Task A_blob_comes_back_byte_for_byte(int length)
    {
        var blob = (await NewContainerAsync()).GetBlobClient("照片/鞋 1 & 2+3%.jpg");
        var bytes = SomeBytes(length);
        await blob.UploadAsync(new BinaryData(bytes));
        Assert.Equal(bytes, (await blob.DownloadContentAsync()).Value.Content.ToArray());

        var streamed = (await blob.DownloadStreamingAsync()).Value;
        using var copy = new MemoryStream();
        await streamed.Content.CopyToAsync(copy);
        Assert.Equal(bytes, copy.ToArray());
        Assert.Equal(length, streamed.Details.ContentLength);
        Assert.Equal(Md5(bytes), streamed.Details.ContentHash);

        using var whole = new MemoryStream();
        await blob.DownloadToAsync(whole);
        Assert.Equal(bytes, whole.ToArray());
    }

    [Fact]
    public async Task A_blob_is_uploaded_and_read_in_blocks_and_ranges()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("large");
        var bytes = SomeBytes(9_000_001);
        var transfer = new Azure.Storage.StorageTransferOptions
        {
            InitialTransferSize = 1_000_000,
            MaximumTransferSize = 1_000_000,
            MaximumConcurrency = 3,
        };
        await blob.UploadAsync(new MemoryStream(bytes), new BlobUploadOptions { TransferOptions = transfer });
        using var copy = new MemoryStream();
        await blob.DownloadToAsync(copy, new BlobDownloadToOptions { TransferOptions = transfer });
        Assert.Equal(bytes, copy.ToArray());

        var reading = new BlobOpenReadOptions(allowModifications: false) { BufferSize = 700_000, Position = 12_345 };
        await using var stream = await blob.OpenReadAsync(reading);
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        Assert.Equal(bytes[12_345..], read.ToArray());
    }

    [Fact]
    public async Task OpenWrite_writes_a_block_blob()
    {
        var blob = (await NewContainerAsync()).GetBlockBlobClient("written");
        var bytes = SomeBytes(1_500_000);
        await using (var stream = await blob.OpenWriteAsync(overwrite: true, new BlockBlobOpenWriteOptions { BufferSize = 400_000 }))
        {
            await stream.WriteAsync(bytes);
        }

        Assert.Equal(bytes, (await blob.DownloadContentAsync()).Value.Content.ToArray());
        Assert.Equal(4, (await blob.GetBlockListAsync()).Value.CommittedBlocks.Count());
    }

    [Fact]
    public async Task A_range_brings_its_bytes()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("ranged");
        var bytes = SomeBytes(200_000);
        await blob.UploadAsync(new BinaryData(bytes));

        async Task<byte[]> RangeAsync(HttpRange range) =>
            (await blob.DownloadContentAsync(new BlobDownloadOptions { Range = range })).Value.Content.ToArray();

        Assert.Equal(bytes[..1], await RangeAsync(new HttpRange(0, 1)));
        Assert.Equal(bytes[100..250], await RangeAsync(new HttpRange(100, 150)));
        Assert.Equal(bytes[199_000..], await RangeAsync(new HttpRange(199_000)));
        Assert.Equal(bytes[199_000..], await RangeAsync(new HttpRange(199_000, 5000)));
        await RefusedAsync(416, "InvalidRange", () => RangeAsync(new HttpRange(200_001, 1)));
    }

    [Fact]
    public async Task A_blob_is_not_overwritten_unless_asked()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("once");
        await blob.UploadAsync(BinaryData.FromString("first"), overwrite: false);
        await RefusedAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(BinaryData.FromString("second"), overwrite: false));
        Assert.Equal("first", (await blob.DownloadContentAsync()).Value.Content.ToString());
        await blob.UploadAsync(BinaryData.FromString("third"), overwrite: true);
        Assert.Equal("third", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_as_a_blob()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("missing");
        Assert.False(await blob.ExistsAsync());
        await RefusedAsync(404, "BlobNotFound", () => blob.DownloadContentAsync());
        await RefusedAsync(404, "BlobNotFound", () => blob.GetPropertiesAsync());
        await RefusedAsync(404, "BlobNotFound", () => blob.DeleteAsync());
        Assert.False(await blob.DeleteIfExistsAsync());
        await blob.UploadAsync(BinaryData.FromString("x"));
        Assert.True(await blob.DeleteIfExistsAsync());
        Assert.False(await blob.ExistsAsync());
    }

    [Fact]
    public async Task Conditional_headers_decide_reads()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("b");
        var first = (await blob.UploadAsync(BinaryData.FromString("1"))).Value;

        Task<Response<BlobDownloadResult>> ReadAsync(BlobRequestConditions conditions) =>
            blob.DownloadContentAsync(new BlobDownloadOptions { Conditions = conditions });

        Assert.Equal("1", (await ReadAsync(new() { IfMatch = first.ETag })).Value.Content.ToString());
        await RefusedAsync(412, "ConditionNotMet", () => ReadAsync(new() { IfMatch = new ETag("\"0x1\"") }));
        Assert.Equal(304, (await ReadAsync(new() { IfNoneMatch = first.ETag })).GetRawResponse().Status);
        Assert.Equal(304, (await ReadAsync(new() { IfModifiedSince = first.LastModified })).GetRawResponse().Status);
        Assert.Equal("1", (await ReadAsync(new() { IfModifiedSince = first.LastModified.AddSeconds(-1) })).Value.Content.ToString());
        Assert.Equal("1", (await ReadAsync(new() { IfUnmodifiedSince = first.LastModified })).Value.Content.ToString());
        await RefusedAsync(412, "ConditionNotMet", () => ReadAsync(new() { IfUnmodifiedSince = first.LastModified.AddSeconds(-1) }));
    }

    [Fact]
    public async Task Conditional_headers_decide_writes()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("b");

        Task<Response<BlobContentInfo>> WriteAsync(string text, BlobRequestConditions conditions) =>
            blob.UploadAsync(BinaryData.FromString(text), new BlobUploadOptions { Conditions = conditions });

        await RefusedAsync(412, "ConditionNotMet", () => WriteAsync("0", new() { IfMatch = new ETag("\"0x1\"") }));
        var first = (await WriteAsync("1", new() { IfNoneMatch = ETag.All })).Value.ETag;
        var second = (await WriteAsync("2", new() { IfMatch = first })).Value.ETag;
        Assert.NotEqual(first, second);
        await RefusedAsync(412, "ConditionNotMet", () => WriteAsync("3", new() { IfMatch = first }));
        await RefusedAsync(412, "ConditionNotMet", () => blob.DeleteAsync(conditions: new() { IfMatch = first }));
        var none = new Dictionary<string, string>();
        await RefusedAsync(412, "ConditionNotMet", () => blob.SetMetadataAsync(none, new() { IfMatch = first }));
        Assert.Equal("2", (await blob.DownloadContentAsync()).Value.Content.ToString());
        await blob.DeleteAsync(conditions: new() { IfMatch = second });
    }

    [Fact]
    public async Task Of_uploads_that_race_to_be_the_first_one_wins()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("raced");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(async n =>
        {
            try
            {
                await blob.UploadAsync(new BinaryData(SomeBytes(100_000 + n)), overwrite: false);
                return n;
            }
            catch (RequestFailedException e) when (e.ErrorCode == "BlobAlreadyExists")
            {
                return -1;
            }
        }));
        var winner = Assert.Single(outcomes, n => n >= 0);
        Assert.Equal(SomeBytes(100_000 + winner), (await blob.DownloadContentAsync()).Value.Content.ToArray());
    }

    [Fact]
    public async Task Headers_and_metadata_are_kept_and_changed()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("described");
        var uploaded = (await blob.UploadAsync(BinaryData.FromString("x"), new BlobUploadOptions
        {
            HttpHeaders = new BlobHttpHeaders
            {
                ContentType = "image/jpeg",
                ContentDisposition = "inline",
                ContentEncoding = "identity",
                ContentLanguage = "zh-CN",
                CacheControl = "no-store",
            },
            Metadata = new Dictionary<string, string> { ["Sha256"] = "abc", ["part"] = "1/2" },
        })).Value;
        var got = (await blob.GetPropertiesAsync()).Value;
        Assert.Equal(
            ("image/jpeg", "inline", "identity", "zh-CN", "no-store"),
            (got.ContentType, got.ContentDisposition, got.ContentEncoding, got.ContentLanguage, got.CacheControl));
        Assert.Equal((1, BlobType.Block, uploaded.ETag), (got.ContentLength, got.BlobType, got.ETag));
        Assert.Equal(("abc", "1/2"), (got.Metadata["sha256"], got.Metadata["part"]));

        var changed = (await blob.SetMetadataAsync(new Dictionary<string, string> { ["other"] = "y" })).Value;
        Assert.NotEqual(uploaded.ETag, changed.ETag);
        await blob.SetHttpHeadersAsync(new BlobHttpHeaders { ContentType = "text/plain" });
        var after = (await blob.GetPropertiesAsync()).Value;
        Assert.Equal(["other"], after.Metadata.Keys);
        Assert.Equal("text/plain", after.ContentType);
        Assert.Equal("x", (await blob.DownloadContentAsync()).Value.Content.ToString());
    }

    [Fact]
    public async Task Bytes_that_are_not_those_of_the_checksum_are_refused()
    {
        var blob = (await NewContainerAsync()).GetBlockBlobClient("checked");
        foreach (var length in new[] { 10, 100_000 })
        {
            var bytes = SomeBytes(length);
            var wrong = new Azure.Storage.UploadTransferValidationOptions
            {
                ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5,
                PrecalculatedChecksum = Md5([1]),
            };
            var options = new BlockBlobStageBlockOptions { TransferValidation = wrong };
            // The service and the embedded store say Md5Mismatch; Azurite says InvalidOperation.
            var stage = () => blob.StageBlockAsync(Block("b"), new MemoryStream(bytes), options);
            var refusal = await Assert.ThrowsAsync<RequestFailedException>(stage);
            Assert.Equal(400, refusal.Status);
        }

        var right = new Azure.Storage.UploadTransferValidationOptions { ChecksumAlgorithm = Azure.Storage.StorageChecksumAlgorithm.MD5 };
        await blob.UploadAsync(new MemoryStream(SomeBytes(10)), new BlobUploadOptions { TransferValidation = right });
    }

    [Fact]
    public async Task Blocks_become_a_blob_when_they_are_committed()
    {
        var blob = (await NewContainerAsync()).GetBlockBlobClient("blocks");
        var small = SomeBytes(10);
        var large = SomeBytes(100_000);
        await blob.StageBlockAsync(Block("a"), new MemoryStream(small));
        await blob.StageBlockAsync(Block("b"), new MemoryStream(large));
        Assert.False(await blob.ExistsAsync());
        var staged = (await blob.GetBlockListAsync(BlockListTypes.Uncommitted)).Value.UncommittedBlocks;
        Assert.Equal([Block("a"), Block("b")], staged.Select(b => b.Name).Order());

        await blob.CommitBlockListAsync([Block("b"), Block("a")]);
        Assert.Equal((byte[])[.. large, .. small], (await blob.DownloadContentAsync()).Value.Content.ToArray());
        var list = (await blob.GetBlockListAsync(BlockListTypes.All)).Value;
        Assert.Equal([(Block("b"), 100_000L), (Block("a"), 10L)], list.CommittedBlocks.Select(b => (b.Name, b.SizeLong)));
        Assert.Empty(list.UncommittedBlocks);
    }

    [Fact]
    public async Task A_commit_reuses_committed_blocks_and_drops_the_others()
    {
        var blob = (await NewContainerAsync()).GetBlockBlobClient("reused");
        var (a, b, c) = (SomeBytes(70_000), SomeBytes(70_001), SomeBytes(70_002));
        await blob.StageBlockAsync(Block("a"), new MemoryStream(a));
        await blob.StageBlockAsync(Block("b"), new MemoryStream(b));
        await blob.CommitBlockListAsync([Block("a"), Block("b")]);
        await blob.StageBlockAsync(Block("c"), new MemoryStream(c));
        await blob.CommitBlockListAsync([Block("b"), Block("c"), Block("b")]);
        Assert.Equal((byte[])[.. b, .. c, .. b], (await blob.DownloadContentAsync()).Value.Content.ToArray());
        var across = new BlobDownloadOptions { Range = new HttpRange(69_990, 11 + 70_002 + 10) };
        Assert.Equal((byte[])[.. b[69_990..], .. c, .. b[..10]], (await blob.DownloadContentAsync(across)).Value.Content.ToArray());
        await RefusedAsync(400, "InvalidBlockList", () => blob.CommitBlockListAsync([Block("a")]));
        Assert.Equal(70_001 + 70_002 + 70_001, (await blob.GetPropertiesAsync()).Value.ContentLength);
    }

    [Fact]
    public async Task An_append_blob_grows_at_its_end()
    {
        var blob = (await NewContainerAsync()).GetAppendBlobClient("log");
        await blob.CreateAsync();
        var once = new AppendBlobCreateOptions { Conditions = new() { IfNoneMatch = ETag.All } };
        await RefusedAsync(409, "BlobAlreadyExists", () => blob.CreateAsync(once));
        var expected = new MemoryStream();
        for (var i = 0; i < 5; i++)
        {
            var bytes = SomeBytes((i * 40_000) + 1);
            var appended = (await blob.AppendBlockAsync(
                new MemoryStream(bytes),
                new AppendBlobAppendBlockOptions { Conditions = new() { IfAppendPositionEqual = expected.Length } })).Value;
            Assert.Equal(($"{expected.Length}", i + 1), (appended.BlobAppendOffset, appended.BlobCommittedBlockCount));
            expected.Write(bytes);
        }

        Assert.Equal(expected.ToArray(), (await blob.DownloadContentAsync()).Value.Content.ToArray());
        await RefusedAsync(412, "AppendPositionConditionNotMet", () => blob.AppendBlockAsync(
            new MemoryStream([1]), new AppendBlobAppendBlockOptions { Conditions = new() { IfAppendPositionEqual = 1 } }));
        Assert.Equal(BlobType.Append, (await blob.GetPropertiesAsync()).Value.BlobType);
    }

    [Fact]
    public async Task An_append_needs_an_append_blob()
    {
        var container = await NewContainerAsync();
        await RefusedAsync(404, "BlobNotFound", () => container.GetAppendBlobClient("missing").AppendBlockAsync(new MemoryStream([1])));
        await container.UploadBlobAsync("block", BinaryData.FromString("x"));
        await RefusedAsync(409, "InvalidBlobType", () => container.GetAppendBlobClient("block").AppendBlockAsync(new MemoryStream([1])));
    }

    [Fact]
    public async Task Appends_that_race_are_all_kept_whole()
    {
        var blob = (await NewContainerAsync()).GetAppendBlobClient("raced");
        await blob.CreateAsync();
        var lines = Enumerable.Range(0, 20).Select(i => $"line {i:D2}\n").ToList();
        await Task.WhenAll(lines.Select(l => blob.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes(l)))));
        var text = (await blob.DownloadContentAsync()).Value.Content.ToString();
        Assert.Equal(lines, text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l + "\n").Order());
    }

    [Fact]
    public async Task Blobs_are_listed_by_prefix_in_pages()
    {
        var container = await NewContainerAsync();
        var photos = Enumerable.Range(0, 25).Select(i => $"photos/{i / 10}/图 {i:D2} <&>.jpg");
        var names = photos.Append("other").Order(StringComparer.Ordinal).ToList();
        foreach (var name in names)
        {
            await container.UploadBlobAsync(name, BinaryData.FromString(name));
        }

        Assert.Equal(names, await container.GetBlobsAsync().Select(b => b.Name).ToListAsync());
        Assert.Equal(
            names.Where(n => n.StartsWith("photos/1", StringComparison.Ordinal)),
            await container.GetBlobsAsync(BlobTraits.None, BlobStates.None, "photos/1", default).Select(b => b.Name).ToListAsync());
        var pages = await container.GetBlobsAsync().AsPages(pageSizeHint: 10).ToListAsync();
        Assert.Equal([10, 10, 6], pages.Select(p => p.Values.Count));
        Assert.Equal(names, pages.SelectMany(p => p.Values).Select(b => b.Name));
        var rest = await container.GetBlobsAsync().AsPages(pages[0].ContinuationToken).ToListAsync();
        Assert.Equal(names.Skip(10), rest.SelectMany(p => p.Values).Select(b => b.Name));
    }

    [Fact]
    public async Task Names_with_a_delimiter_are_listed_as_directories()
    {
        var container = await NewContainerAsync();
        foreach (var name in new[] { "a/1", "a/2", "b", "c/d/1", "c/e", "z" })
        {
            await container.UploadBlobAsync(name, BinaryData.FromString("x"));
        }

        async Task<List<string>> ListAsync(string prefix) => await container
            .GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, "/", prefix, default)
            .Select(i => i.IsPrefix ? i.Prefix : i.Blob.Name).Order(StringComparer.Ordinal).ToListAsync();

        Assert.Equal(["a/", "b", "c/", "z"], await ListAsync(""));
        Assert.Equal(["c/d/", "c/e"], await ListAsync("c/"));
    }

    [Fact]
    public async Task A_list_tells_properties_and_metadata()
    {
        var container = await NewContainerAsync();
        var options = new BlobUploadOptions
        {
            Metadata = new Dictionary<string, string> { ["Case"] = "case_1" },
            HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" },
        };
        var info = (await container.GetBlobClient("b").UploadAsync(BinaryData.FromString("xyz"), options)).Value;
        var listed = Assert.Single(await container.GetBlobsAsync(BlobTraits.Metadata, BlobStates.None, null, default).ToListAsync());
        var properties = listed.Properties;
        Assert.Equal((3L, "text/plain", BlobType.Block), (properties.ContentLength, properties.ContentType, properties.BlobType));
        Assert.Equal(info.ETag.ToString().Trim('"'), properties.ETag!.Value.ToString().Trim('"'));
        Assert.Equal(info.LastModified, properties.LastModified);
        Assert.Equal("case_1", listed.Metadata["Case"]);
    }

    [Fact]
    public async Task The_synchronous_blob_methods_work_too()
    {
        var blob = (await NewContainerAsync()).GetBlobClient("sync");
        var bytes = SomeBytes(300_000);
        blob.Upload(new MemoryStream(bytes));
        Assert.Equal(bytes, blob.DownloadContent().Value.Content.ToArray());
        using var stream = blob.OpenRead();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        Assert.Equal(bytes, copy.ToArray());
    }

    private static byte[] Md5(byte[] bytes) => CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes);

    private static string Block(string name) => Convert.ToBase64String(Encoding.UTF8.GetBytes(name));
}
