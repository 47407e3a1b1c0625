using System.Text;
using Microsoft.Extensions.Configuration;

namespace AfterSales.Functions;

/// <summary>The settings cannot be used. The message lists every bad key with what it must be.</summary>
public sealed class SettingsException(IReadOnlyDictionary<string, string> faults) : Exception(
    "The app cannot start with these settings:" + string.Concat(faults.Select(f => $"{Environment.NewLine}  {f.Key}: {f.Value}")))
{
    /// <summary>Key → what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string> Faults { get; } = faults;
}

/// <summary>
/// Reads each service's options and collects every fault, so that one failed start names all of them. A reader returns a usable
/// default beside a fault; <see cref="ThrowIfFaulty"/> ends the start before anything uses it.
/// </summary>
public sealed class Settings(IConfiguration configuration)
{
    // Development credentials carry this text inside the decoded key: it is how they are known, and refused off loopback.
    private const string LocalUseOnly = "local-use-only";

    private readonly SortedDictionary<string, string> _faults = new(StringComparer.Ordinal);

    /// <summary>Whether the app is reached at a loopback address only (WEBSITE_HOSTNAME, as the platform sets it).</summary>
    public bool Loopback { get; } = IsLoopback(configuration["WEBSITE_HOSTNAME"]);

    /// <summary>The raw configuration, for what has no rule to check.</summary>
    public IConfiguration Configuration { get; } = configuration;

    /// <summary>A required text.</summary>
    public string Text(string key, string range)
    {
        var value = Configuration[key];
        if (string.IsNullOrWhiteSpace(value))
        {
            Refuse(key, $"is missing; expected {range}");
            return "";
        }

        return value;
    }

    /// <summary>An optional text; null when absent or blank.</summary>
    public string? OptionalText(string key) => Configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool otherwise)
    {
        var value = OptionalText(key);
        if (value is null || bool.TryParse(value, out var flag) is var parsed && !parsed)
        {
            if (value is not null)
            {
                Refuse(key, $"is '{value}'; expected true or false");
            }

            return otherwise;
        }

        return flag;
    }

    /// <summary>A whole number within <paramref name="least"/>..<paramref name="most"/>.</summary>
    public int Number(string key, int least, int most, int otherwise)
    {
        var value = OptionalText(key);
        if (value is null)
        {
            return otherwise;
        }

        if (!int.TryParse(value, out var number) || number < least || number > most)
        {
            Refuse(key, $"is '{value}'; expected a whole number from {least} to {most}");
            return otherwise;
        }

        return number;
    }

    /// <summary>A required absolute http or https address.</summary>
    public Uri Address(string key)
    {
        var value = Text(key, "an absolute http(s) address");
        return value.Length > 0 ? CheckedAddress(key, value) : new Uri("http://127.0.0.1/");
    }

    /// <summary>An optional absolute http or https address; null when absent or blank.</summary>
    public Uri? OptionalAddress(string key) => OptionalText(key) is { } value ? CheckedAddress(key, value) : null;

    /// <summary>A required secret key, base64 of <paramref name="least"/>..<paramref name="most"/> bytes. A development key is refused
    /// off loopback.</summary>
    public byte[] SecretKey(string key, int least, int most)
    {
        var value = Text(key, $"base64 of {Range(least, most)} bytes");
        return value.Length == 0 ? new byte[least] : SecretKey(key, value, least, most);
    }

    /// <summary>As <see cref="SecretKey(string,int,int)"/>, for a value already taken out of its notation.</summary>
    public byte[] SecretKey(string key, string base64, int least, int most)
    {
        var bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out var length) || length < least || length > most)
        {
            Refuse(key, $"is not base64 of {Range(least, most)} bytes");
            return new byte[least];
        }

        var secret = bytes[..length];
        if (!Loopback && Encoding.ASCII.GetString(secret).Contains(LocalUseOnly, StringComparison.Ordinal))
        {
            Refuse(key, "is a development credential, which is refused when the app listens on anything but loopback");
        }

        return secret;
    }

    /// <summary>A secret that is used as it is written, <paramref name="least"/>..<paramref name="most"/> visible ASCII characters. A
    /// development one is refused off loopback.</summary>
    public byte[] SecretText(string key, string text, int least, int most)
    {
        if (text.Length < least || text.Length > most || text.Any(c => c is <= ' ' or > '~'))
        {
            Refuse(key, $"is not a text of {Range(least, most)} characters without spaces");
            return new byte[least];
        }

        if (!Loopback && text.Contains(LocalUseOnly, StringComparison.Ordinal))
        {
            Refuse(key, "is a development credential, which is refused when the app listens on anything but loopback");
        }

        return Encoding.ASCII.GetBytes(text);
    }

    /// <summary>Records a fault found by the caller.</summary>
    public void Refuse(string key, string why) => _faults.TryAdd(key, why);

    /// <summary>Ends the start if anything was wrong.</summary>
    /// <exception cref="SettingsException">Lists every bad key.</exception>
    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0)
        {
            throw new SettingsException(_faults);
        }
    }

    private static bool IsLoopback(string? hostName) =>
        hostName is not null && Uri.TryCreate($"http://{hostName}", UriKind.Absolute, out var address) && address.IsLoopback;

    private static string Range(int least, int most) => least == most ? $"{least}" : $"{least} to {most}";

    private Uri CheckedAddress(string key, string value)
    {
        if (Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address!;
        }

        Refuse(key, $"is '{value}'; expected an absolute http(s) address");
        return new Uri("http://127.0.0.1/");
    }
}
