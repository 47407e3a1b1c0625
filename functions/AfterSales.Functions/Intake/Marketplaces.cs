using AfterSales.Functions.Rulebooks;
using NodaTime;

namespace AfterSales.Functions.Intake;

/// <summary>A marketplace that sends requests.</summary>
/// <param name="RulebookId">The rulebook that decides its cases, in the version in force when a case is opened.</param>
/// <param name="Secrets">Live signing secrets, the newest first; each of them signs what is sent to it.</param>
/// <param name="Zone">In which its customers' days are counted.</param>
/// <param name="CallbackUrl">Where it is told what happened; null = it is told nothing.</param>
public sealed record Marketplace(
    string Id, string RulebookId, string Adapter, IReadOnlyList<byte[]> Secrets, DateTimeZone Zone, Uri? CallbackUrl);

/// <summary>The marketplaces of the settings <c>Marketplaces:n</c>.</summary>
public sealed class Marketplaces(IEnumerable<Marketplace> all)
{
    public const string CanonicalAdapter = "canonical";

    private readonly Dictionary<string, Marketplace> _byId = all.ToDictionary(m => m.Id, StringComparer.Ordinal);

    public IReadOnlyCollection<Marketplace> All => _byId.Values;

    public Marketplace? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Reads the settings; every fault is recorded in <paramref name="settings"/>.</summary>
    public static Marketplaces From(Settings settings)
    {
        var all = settings.Configuration.GetSection("Marketplaces").GetChildren().Select(s => Read(settings, s.Path)).ToList();
        if (all.Count == 0)
        {
            settings.Refuse("Marketplaces:0:Id", "is missing; expected at least one marketplace");
        }

        foreach (var twice in all.GroupBy(m => m.Id).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            settings.Refuse("Marketplaces", $"name '{twice.Key}' more than once");
        }

        return new Marketplaces(all.DistinctBy(m => m.Id));
    }

    private static Marketplace Read(Settings settings, string path)
    {
        var id = settings.Text($"{path}:Id", "lower-case letters, digits and hyphens");
        if (!id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            settings.Refuse($"{path}:Id", $"is '{id}'; expected lower-case letters, digits and hyphens");
        }

        var adapter = settings.OptionalText($"{path}:Adapter") ?? CanonicalAdapter;
        if (adapter != CanonicalAdapter)
        {
            settings.Refuse($"{path}:Adapter", $"is '{adapter}'; expected {CanonicalAdapter}");
        }

        var callback = settings.OptionalAddress($"{path}:CallbackUrl");
        return new Marketplace(id, RulebookOf(settings, path), adapter, Secrets(settings, path), Zone(settings, path), callback);
    }

    // Whether there is a rulebook of that name is known when the stored ones have been read, see MarketplaceRulebooks.
    private static string RulebookOf(Settings settings, string path)
    {
        const string range = "the id of a rulebook: lower-case letters, digits and hyphens";
        var id = settings.Text($"{path}:Rulebook", range);
        if (id.Length > 0 && !VersionEntry.IsId(id))
        {
            settings.Refuse($"{path}:Rulebook", $"is '{id}'; expected {range}");
        }

        return id;
    }

    private static List<byte[]> Secrets(Settings settings, string path)
    {
        var secrets = new List<byte[]>();
        foreach (var secret in settings.Configuration.GetSection($"{path}:Secrets").GetChildren())
        {
            if (secret.Value?.StartsWith(StandardWebhook.SecretPrefix, StringComparison.Ordinal) != true)
            {
                settings.Refuse(secret.Path, $"does not begin with {StandardWebhook.SecretPrefix}");
                continue;
            }

            secrets.Add(settings.SecretKey(secret.Path, secret.Value[StandardWebhook.SecretPrefix.Length..], 24, 64));
        }

        if (secrets.Count == 0)
        {
            settings.Refuse($"{path}:Secrets:0", $"is missing; expected {StandardWebhook.SecretPrefix} and base64 of 24 to 64 bytes");
        }

        return secrets;
    }

    private static DateTimeZone Zone(Settings settings, string path)
    {
        var id = settings.Text($"{path}:Zone", "a TZDB zone such as Asia/Shanghai");
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(id);
        if (zone is null && id.Length > 0)
        {
            settings.Refuse($"{path}:Zone", $"is '{id}'; expected a TZDB zone such as Asia/Shanghai");
        }

        return zone ?? DateTimeZone.Utc;
    }
}
