using System.Security.Cryptography;
using System.Text;

namespace AfterSales.LocalRuntime.Engine.Durable;

/// <summary>GUIDs that come out the same whenever a step is replayed: name-based (RFC 9562 version 5), with the namespace and the
/// name that Durable Functions uses, so that an orchestration gets the same ids here as there.</summary>
internal static class DeterministicGuid
{
    private static readonly byte[] Namespace = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    /// <param name="counter">How many GUIDs the execution has made before.</param>
    public static Guid Create(string instanceId, DateTime nowUtc, int counter)
    {
        var name = Encoding.UTF8.GetBytes($"{instanceId}_{nowUtc:o}_{counter}");

        // SHA-1 is what version 5 is defined with; nothing secret depends on it.
#pragma warning disable CA5350
        var hash = SHA1.HashData([.. Namespace, .. name]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
