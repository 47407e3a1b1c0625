using System.Security.Cryptography;
using System.Text;

namespace AfterSales.Functions.Intake;

/// <summary>Signatures by the Standard Webhooks rules: <c>v1,</c> and the base64 of HMAC-SHA256 over <c>id.timestamp.body</c>.</summary>
public static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>What a secret begins with; base64 follows.</summary>
    public const string SecretPrefix = "whsec_";

    /// <summary>How far the timestamp may be from the wall clock, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    private const string Version = "v1,";

    /// <summary>The signature header for a message.</summary>
    /// <param name="timestamp">Unix seconds, as in the header.</param>
    public static string Sign(ReadOnlySpan<byte> secret, string id, string timestamp, ReadOnlySpan<byte> body) =>
        Version + Convert.ToBase64String(Mac(secret, id, timestamp, body));

    /// <summary>Whether one of the signatures (separated by spaces; other versions are passed over) was made with one of the secrets.</summary>
    public static bool Verify(IEnumerable<byte[]> secrets, string id, string timestamp, ReadOnlySpan<byte> body, string signatures)
    {
        var given = signatures.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(s => s.StartsWith(Version, StringComparison.Ordinal))
            .Select(s => Encoding.ASCII.GetBytes(s[Version.Length..])).ToList();
        var valid = false;
        foreach (var secret in secrets)
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToBase64String(Mac(secret, id, timestamp, body)));
            foreach (var signature in given)
            {
                // No early end: how long it takes tells nothing about which secret or signature matched.
                valid |= CryptographicOperations.FixedTimeEquals(expected, signature);
            }
        }

        return valid;
    }

    private static byte[] Mac(ReadOnlySpan<byte> secret, string id, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        mac.AppendData(Encoding.UTF8.GetBytes($"{id}.{timestamp}."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
