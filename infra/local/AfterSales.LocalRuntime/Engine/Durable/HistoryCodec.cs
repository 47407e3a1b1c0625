using System.Buffers;
using System.Text;
using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>
/// How a step's events are stored: a version byte, then for each event its kind and that kind's fields. Numbers are variable-length,
/// texts are UTF-8 with their length plus one in front (zero is null). A later version must go on reading this one.
/// </summary>
internal static class HistoryCodec
{
    private const byte Version = 1;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _scratch;

    public static byte[] Encode(List<HistoryEvent> incoming, List<HistoryEvent> actions)
    {
        var writer = _scratch ??= new ArrayBufferWriter<byte>(512);
        writer.ResetWrittenCount();
        WriteByte(writer, Version);
        foreach (ref readonly var e in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(incoming))
        {
            Write(writer, in e);
        }

        foreach (ref readonly var e in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(actions))
        {
            Write(writer, in e);
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <exception cref="InvalidDataException">The bytes are of a version or a kind that this program does not know.</exception>
    public static List<HistoryEvent> Decode(ReadOnlySpan<byte> bytes)
    {
        var events = new List<HistoryEvent>();
        if (bytes[0] != Version)
        {
            throw new InvalidDataException($"History of version {bytes[0]} cannot be read; this program knows version {Version}.");
        }

        var reader = new Reader(bytes[1..]);
        while (!reader.AtEnd)
        {
            events.Add(Read(ref reader));
        }

        return events;
    }

    private static void Write(ArrayBufferWriter<byte> writer, in HistoryEvent e)
    {
        WriteByte(writer, (byte)e.Kind);
        switch (e.Kind)
        {
            case HistoryKind.ExecutionStarted:
                break;
            case HistoryKind.TaskScheduled:
                WriteNumber(writer, (uint)e.TaskId);
                WriteText(writer, e.Name);
                WriteText(writer, e.Data);
                break;
            case HistoryKind.TaskCompleted:
                WriteNumber(writer, (uint)e.TaskId);
                WriteText(writer, e.Data);
                break;
            case HistoryKind.TaskFailed:
                WriteNumber(writer, (uint)e.TaskId);
                WriteFailure(writer, e.Failure);
                break;
            case HistoryKind.TimerCreated:
                WriteNumber(writer, (uint)e.TaskId);
                WriteNumber(writer, (ulong)e.Ticks);
                break;
            case HistoryKind.TimerFired or HistoryKind.TimerCanceled or HistoryKind.ExecutionEnded:
                WriteNumber(writer, (uint)e.TaskId);
                break;
            case HistoryKind.EventRaised:
                WriteText(writer, e.Name);
                WriteText(writer, e.Data);
                break;
            case HistoryKind.EventSent:
                WriteNumber(writer, (uint)e.TaskId);
                WriteText(writer, e.Target);
                WriteText(writer, e.Name);
                WriteText(writer, e.Data);
                break;
            default:
                throw new InvalidDataException($"A history event of kind {e.Kind} is not stored.");
        }
    }

    private static HistoryEvent Read(ref Reader reader)
    {
        var kind = (HistoryKind)reader.Byte();
        switch (kind)
        {
            case HistoryKind.ExecutionStarted:
                return HistoryEvent.Started;
            case HistoryKind.TaskScheduled:
                return HistoryEvent.TaskScheduled(reader.Int(), reader.Text()!, reader.Text());
            case HistoryKind.TaskCompleted:
                return HistoryEvent.TaskCompleted(reader.Int(), reader.Text());
            case HistoryKind.TaskFailed:
                return HistoryEvent.TaskFailed(reader.Int(), reader.Failure()!);
            case HistoryKind.TimerCreated:
                return HistoryEvent.TimerCreated(reader.Int(), (long)reader.Number());
            case HistoryKind.TimerFired:
                return HistoryEvent.TimerFired(reader.Int());
            case HistoryKind.TimerCanceled:
                return HistoryEvent.TimerCanceled(reader.Int());
            case HistoryKind.ExecutionEnded:
                return HistoryEvent.Ended(reader.Int(), null, null);
            case HistoryKind.EventRaised:
                return HistoryEvent.EventRaised(reader.Text()!, reader.Text());
            case HistoryKind.EventSent:
                var id = reader.Int();
                var target = reader.Text()!;
                return HistoryEvent.EventSent(id, target, reader.Text()!, reader.Text());
            default:
                throw new InvalidDataException($"A history event of kind {(byte)kind} is not known to this program.");
        }
    }

    private static void WriteFailure(ArrayBufferWriter<byte> writer, TaskFailureDetails? failure)
    {
        for (; failure is not null; failure = failure.InnerFailure)
        {
            WriteText(writer, failure.ErrorType);
            WriteText(writer, failure.ErrorMessage);
            WriteText(writer, failure.StackTrace);
        }

        WriteText(writer, null);
    }

    private static void WriteByte(ArrayBufferWriter<byte> writer, byte value)
    {
        writer.GetSpan(1)[0] = value;
        writer.Advance(1);
    }

    private static void WriteNumber(ArrayBufferWriter<byte> writer, ulong value)
    {
        var span = writer.GetSpan(10);
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            span[i++] = unchecked((byte)(value | 0x80));
        }

        span[i++] = (byte)value;
        writer.Advance(i);
    }

    private static void WriteText(ArrayBufferWriter<byte> writer, string? text)
    {
        if (text is null)
        {
            WriteByte(writer, 0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber(writer, (uint)length + 1);
        writer.Advance(Encoding.UTF8.GetBytes(text, writer.GetSpan(length)));
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool AtEnd => _rest.IsEmpty;

        public byte Byte()
        {
            var value = _rest[0];
            _rest = _rest[1..];
            return value;
        }

        public ulong Number()
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var b = Byte();
                value |= (ulong)(b & 0x7F) << shift;
                if (b < 0x80)
                {
                    return value;
                }
            }
        }

        public int Int() => (int)Number();

        public string? Text()
        {
            var length = Int();
            if (length == 0)
            {
                return null;
            }

            var text = Encoding.UTF8.GetString(_rest[..(length - 1)]);
            _rest = _rest[(length - 1)..];
            return text;
        }

        public TaskFailureDetails? Failure()
        {
            if (Text() is not { } type)
            {
                return null;
            }

            var message = Text()!;
            var stack = Text();
            return new TaskFailureDetails(type, message, stack, Failure(), null);
        }
    }
}
