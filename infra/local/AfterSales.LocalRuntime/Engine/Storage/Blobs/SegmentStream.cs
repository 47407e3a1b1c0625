using Microsoft.Win32.SafeHandles;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>Bytes to answer with: from memory, or from an open file at an offset.</summary>
internal readonly record struct Piece(byte[]? Content, SafeFileHandle? File, long Offset, long Length);

/// <summary>A range of a blob as a stream over its pieces. Owns the files.</summary>
internal sealed class SegmentStream(IReadOnlyList<Piece> pieces) : Stream
{
    private int _piece;
    private long _done;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => pieces.Sum(p => p.Length);

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (!TryTake(buffer.Length, out var piece, out var offset, out var count))
        {
            return 0;
        }

        var read = count;
        if (piece.Content is { } content)
        {
            content.AsSpan((int)offset, count).CopyTo(buffer);
        }
        else
        {
            read = Whole(RandomAccess.Read(piece.File!, buffer[..count], offset));
        }

        _done += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!TryTake(buffer.Length, out var piece, out var offset, out var count))
        {
            return 0;
        }

        if (piece.Content is not null)
        {
            return Read(buffer.Span);
        }

        var read = Whole(await RandomAccess.ReadAsync(piece.File!, buffer[..count], offset, cancellationToken));
        _done += read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (var piece in pieces)
        {
            piece.File?.Dispose();
        }

        base.Dispose(disposing);
    }

    private static int Whole(int read) =>
        read > 0 ? read : throw new EndOfStreamException("A file of the blobs' folder is shorter than its row says.");

    private bool TryTake(int wanted, out Piece piece, out long offset, out int count)
    {
        while (_piece < pieces.Count && _done == pieces[_piece].Length)
        {
            _piece++;
            _done = 0;
        }

        piece = _piece < pieces.Count ? pieces[_piece] : default;
        offset = piece.Offset + _done;
        count = (int)Math.Min(wanted, piece.Length - _done);
        return count > 0;
    }
}
