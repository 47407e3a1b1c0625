using System.Security.Cryptography;
using System.Text;

namespace AfterSales.Local.Month;

/// <summary>Signs and checks messages by the Standard Webhooks rules: HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public sealed class StandardWebhooks(string secret)
{
    private const string SecretPrefix = "whsec_";

    private readonly byte[] _key = Convert.FromBase64String(
        secret.StartsWith(SecretPrefix, StringComparison.Ordinal) ? secret[SecretPrefix.Length..] : secret);

    /// <summary>The value of <c>webhook-signature</c>.</summary>
    /// <param name="timestamp">Unix seconds, as sent in <c>webhook-timestamp</c>.</param>
    public string Sign(string id, long timestamp, ReadOnlySpan<byte> body)
    {
        byte[] message = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(_key, message));
    }

    /// <summary>Whether one of the space-separated signatures is right.</summary>
    public bool Verify(string id, string timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        if (!long.TryParse(timestamp, out var seconds))
        {
            return false;
        }

        var expected = Encoding.ASCII.GetBytes(Sign(id, seconds, body));
        return signatures.Split(' ').Any(given => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), expected));
    }
}
