using System.Security.Cryptography;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>Bytes that arrived and are safe: small ones in memory (they go into the row), others in a file that is on disk.</summary>
internal sealed record ReceivedBytes(long Length, byte[] Md5, byte[]? Content, string? File);

/// <summary>
/// The folder of the blobs' files. A file is written and flushed to disk before the row that names it commits, and removed after the
/// row that named it is gone; a crash in between leaves a file without a row, which the next start removes.
/// </summary>
internal sealed class BlobFiles
{
    /// <summary>Up to this many bytes are kept in the row.</summary>
    public const int MaxInline = 64 * 1024;

    private const int BufferBytes = 128 * 1024;

    private readonly string _folder;

    public BlobFiles(string folder)
    {
        _folder = folder;
        Directory.CreateDirectory(folder);
    }

    /// <summary>Removes the files that <paramref name="named"/> does not hold.</summary>
    public void RemoveOrphans(IReadOnlySet<string> named)
    {
        foreach (var path in Directory.EnumerateFiles(_folder))
        {
            if (!named.Contains(Path.GetFileName(path)))
            {
                File.Delete(path);
            }
        }
    }

    public void Delete(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            File.Delete(Path.Combine(_folder, file));
        }
    }

    /// <summary>Opens a file for positioned reads; it stays readable when it is deleted meanwhile.</summary>
    public Microsoft.Win32.SafeHandles.SafeFileHandle Open(string file) => File.OpenHandle(
        Path.Combine(_folder, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);

    /// <summary>Takes in a request's body.</summary>
    /// <exception cref="StorageError">400 Md5Mismatch: the bytes are not those whose Content-MD5 the client sent.</exception>
    public async Task<ReceivedBytes> ReceiveAsync(StorageRequest request)
    {
        var expected = ExpectedMd5(request.Header("Content-MD5"));
        var received = request.ContentLength <= MaxInline ? await ReceiveSmallAsync(request) : await ReceiveLargeAsync(request);
        if (expected is not null && !expected.AsSpan().SequenceEqual(received.Md5))
        {
            Discard(received);
            throw new StorageError(
                400,
                "Md5Mismatch",
                "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
        }

        return received;
    }

    public void Discard(ReceivedBytes received)
    {
        if (received.File is not null)
        {
            Delete([received.File]);
        }
    }

    private static byte[]? ExpectedMd5(string? header)
    {
        if (header is null)
        {
            return null;
        }

        var md5 = new byte[MD5.HashSizeInBytes];
        return Convert.TryFromBase64String(header, md5, out var length) && length == md5.Length
            ? md5
            : throw new StorageError(
                400,
                "InvalidMd5",
                "The MD5 value specified in the request is invalid. MD5 value must be 128 bits and base64-encoded.");
    }

    private static async Task<ReceivedBytes> ReceiveSmallAsync(StorageRequest request)
    {
        var body = (await request.ReadBodyAsync(MaxInline)).ToArray();
        return new(body.Length, CryptographicOperations.HashData(HashAlgorithmName.MD5, body), body, null);
    }

    private async Task<ReceivedBytes> ReceiveLargeAsync(StorageRequest request)
    {
        var name = Guid.NewGuid().ToString("N");
        var path = Path.Combine(_folder, name);
        try
        {
            await using var file = new FileStream(
                path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes, FileOptions.Asynchronous);
            await using var hashed = new HashingStream(file);
            await request.CopyBodyAsync(hashed);
            file.Flush(flushToDisk: true);
            return new(file.Length, hashed.Md5(), null, name);
        }
        catch
        {
            // The upload broke off: nothing names the file.
            File.Delete(path);
            throw;
        }
    }
}

/// <summary>Passes on what is written to it and knows the MD5 of it.</summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly IncrementalHash _md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public byte[] Md5() => _md5.GetHashAndReset();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _md5.AppendData(buffer);
        inner.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _md5.AppendData(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _md5.Dispose();
        base.Dispose(disposing);
    }
}
