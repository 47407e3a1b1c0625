using System.Buffers.Binary;
using System.Text;

namespace AfterSales.Local.Photos;

/// <summary>
/// What a phone writes into its pictures: make, model, the local time of the shot and where it was taken. Real evidence carries
/// it, so the sample's pictures do too.
/// </summary>
/// <param name="TakenAt">Local time of the shot, with its offset.</param>
/// <param name="Latitude">Degrees, north positive.</param>
/// <param name="Longitude">Degrees, east positive.</param>
public sealed record Exif(string Make, string Model, DateTimeOffset TakenAt, double Latitude, double Longitude)
{
    private const ushort TypeByte = 1, TypeAscii = 2, TypeShort = 3, TypeLong = 4, TypeRational = 5;

    /// <summary>Returns the JPEG with this metadata in an APP1 segment right after its start marker.</summary>
    /// <exception cref="ArgumentException">The bytes are not a JPEG.</exception>
    public byte[] WriteInto(ReadOnlySpan<byte> jpeg)
    {
        if (jpeg.Length < 4 || jpeg[0] != 0xFF || jpeg[1] != 0xD8)
        {
            throw new ArgumentException("Not a JPEG.", nameof(jpeg));
        }

        var tiff = Tiff();
        var segment = new byte[4 + 6 + tiff.Length];
        segment[0] = 0xFF;
        segment[1] = 0xE1;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), checked((ushort)(segment.Length - 2)));
        "Exif\0\0"u8.CopyTo(segment.AsSpan(4));
        tiff.CopyTo(segment.AsSpan(10));
        return [.. jpeg[..2], .. segment, .. jpeg[2..]];
    }

    private byte[] Tiff()
    {
        var taken = TakenAt.ToString("yyyy:MM:dd HH:mm:ss");
        var gps = new Directory(
        [
            new(0x0000, TypeByte, 4, [2, 3, 0, 0]),
            Ascii(0x0001, Latitude >= 0 ? "N" : "S"),
            Degrees(0x0002, Math.Abs(Latitude)),
            Ascii(0x0003, Longitude >= 0 ? "E" : "W"),
            Degrees(0x0004, Math.Abs(Longitude)),
        ]);
        var shot = new Directory([Ascii(0x9003, taken), Ascii(0x9004, taken), Ascii(0x9011, TakenAt.ToString("zzz"))]);
        Directory main(uint shotAt, uint gpsAt) => new(
        [
            Ascii(0x010F, Make),
            Ascii(0x0110, Model),
            new(0x0112, TypeShort, 1, [1, 0]),
            Ascii(0x0132, taken),
            Long(0x8769, shotAt),
            Long(0x8825, gpsAt),
        ]);

        // The main directory points at the others, whose place depends on its own (fixed) length.
        const uint MainAt = 8;
        var shotAt = MainAt + (uint)main(0, 0).Length;
        var gpsAt = shotAt + (uint)shot.Length;
        return [.. "II*\0"u8, 8, 0, 0, 0, .. main(shotAt, gpsAt).Write(MainAt), .. shot.Write(shotAt), .. gps.Write(gpsAt)];
    }

    private static Entry Ascii(ushort tag, string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text + "\0");
        return new(tag, TypeAscii, (uint)bytes.Length, bytes);
    }

    private static Entry Long(ushort tag, uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return new(tag, TypeLong, 1, bytes);
    }

    private static Entry Degrees(ushort tag, double degrees)
    {
        var whole = Math.Floor(degrees);
        var minutes = Math.Floor((degrees - whole) * 60);
        var seconds = (degrees - whole - (minutes / 60)) * 3600;
        var bytes = new byte[24];
        (double Value, uint Scale)[] parts = [(whole, 1), (minutes, 1), (seconds, 100)];
        for (var i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i * 8), (uint)Math.Round(parts[i].Value * parts[i].Scale));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan((i * 8) + 4), parts[i].Scale);
        }

        return new(tag, TypeRational, 3, bytes);
    }

    private sealed record Entry(ushort Tag, ushort Type, uint Count, byte[] Value);

    /// <summary>An image file directory: its entries in ascending order of tag, then the values that do not fit into four bytes.</summary>
    private sealed class Directory(IReadOnlyList<Entry> entries)
    {
        private int TableLength => 2 + (entries.Count * 12) + 4;

        public int Length => TableLength + entries.Where(e => e.Value.Length > 4).Sum(e => Even(e.Value.Length));

        public byte[] Write(uint at)
        {
            var bytes = new byte[Length];
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)entries.Count);
            var valuesAt = TableLength;
            for (var i = 0; i < entries.Count; i++)
            {
                var entry = entries[i];
                var row = bytes.AsSpan(2 + (i * 12), 12);
                BinaryPrimitives.WriteUInt16LittleEndian(row, entry.Tag);
                BinaryPrimitives.WriteUInt16LittleEndian(row[2..], entry.Type);
                BinaryPrimitives.WriteUInt32LittleEndian(row[4..], entry.Count);
                if (entry.Value.Length <= 4)
                {
                    entry.Value.CopyTo(row[8..]);
                    continue;
                }

                BinaryPrimitives.WriteUInt32LittleEndian(row[8..], at + (uint)valuesAt);
                entry.Value.CopyTo(bytes, valuesAt);
                valuesAt += Even(entry.Value.Length);
            }

            return bytes;
        }

        private static int Even(int length) => length + (length % 2);
    }
}
