using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AfterSales.Functions.Outbound;

/// <summary>
/// When something is tried again that could not be delivered: ten attempts, the last between 64 and 72 hours after the first. Waits are
/// business time.
/// </summary>
public static class DeliverySchedule
{
    /// <summary>The wait before each further attempt; up to <see cref="LongestJitter"/> of it comes on top.</summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromHours(18), TimeSpan.FromHours(26),
    ];

    public static int Attempts => Waits.Count + 1;

    /// <summary>The part of a wait by which it may be longer.</summary>
    public const double LongestJitter = 0.1;

    /// <summary>The wait after an attempt, jitter included. The jitter follows from the id and the attempt, so that a repeated step finds
    /// the same instant, and spreads what failed together.</summary>
    /// <param name="attempt">The attempt that failed, from 1.</param>
    public static TimeSpan WaitAfter(string deliveryId, int attempt)
    {
        var wait = Waits[attempt - 1];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{deliveryId}\n{attempt}"));
        var part = BinaryPrimitives.ReadUInt32BigEndian(hash) / (double)uint.MaxValue;
        return wait + TimeSpan.FromMilliseconds(Math.Floor(wait.TotalMilliseconds * LongestJitter * part));
    }
}
