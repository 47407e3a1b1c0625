using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AfterSales.Functions.Http;

/// <summary>The key of signed links, and the address under which people reach the app.</summary>
public sealed record LinkOptions(byte[] Key, Uri PublicUrl);

/// <summary>What a link token turned out to be.</summary>
public abstract record LinkReading
{
    private LinkReading()
    {
    }

    /// <summary>Good, and for this subject.</summary>
    public sealed record Valid(string Subject) : LinkReading;

    /// <summary>Was good, until its expiry in business time.</summary>
    public sealed record Expired : LinkReading;

    /// <summary>Not ours, changed, or made for another purpose.</summary>
    public sealed record Invalid : LinkReading;
}

/// <summary>
/// Links for people without an account: purpose, subject and expiry (business time; the instant itself is still on time), signed with
/// HMAC-SHA256. Form: base64url(expiry in Unix seconds, purpose, subject) "." base64url(signature).
/// </summary>
public sealed class SignedLinks(LinkOptions options, TimeProvider clock)
{
    /// <summary>A customer's link to one case; the subject is the case id.</summary>
    public const string CasePurpose = "case";

    /// <summary>A token for <paramref name="subject"/>.</summary>
    /// <param name="purpose">What the link is for; a link made for another purpose is invalid there.</param>
    public string Token(string purpose, string subject, DateTimeOffset expires)
    {
        var payload = Encoding.UTF8.GetBytes($"{expires.ToUnixTimeSeconds()}\n{purpose}\n{subject}");
        return $"{Base64Url.EncodeToString(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(options.Key, payload))}";
    }

    /// <summary>The page of a case for its customer.</summary>
    public Uri CaseLink(string caseId, DateTimeOffset expires) =>
        new(options.PublicUrl, $"api/v1/cases/{caseId}?link={Token(CasePurpose, caseId, expires)}");

    public LinkReading Read(string token, string purpose)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0 || !Base64Url.IsValid(token.AsSpan(0, dot)) || !Base64Url.IsValid(token.AsSpan(dot + 1)))
        {
            return new LinkReading.Invalid();
        }

        var payload = Base64Url.DecodeFromChars(token.AsSpan(0, dot));
        var signature = Base64Url.DecodeFromChars(token.AsSpan(dot + 1));
        if (!CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(options.Key, payload)))
        {
            return new LinkReading.Invalid();
        }

        var parts = Encoding.UTF8.GetString(payload).Split('\n', 3);
        return parts[1] != purpose ? new LinkReading.Invalid()
            : clock.GetUtcNow() > DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0])) ? new LinkReading.Expired()
            : new LinkReading.Valid(parts[2]);
    }
}
