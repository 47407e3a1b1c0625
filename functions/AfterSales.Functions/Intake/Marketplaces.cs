using AfterSales.Domain.Mappings;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Functions.Intake.Platforms;
using AfterSales.Functions.Intake.Signatures;
using AfterSales.Functions.Rulebooks;
using NodaTime;

namespace AfterSales.Functions.Intake;

/// <summary>A marketplace that sends requests.</summary>
/// <param name="RulebookId">The rulebook that decides its cases, in the version in force when a case is opened.</param>
/// <param name="Secrets">Live signing secrets, the newest first; each of them signs what is sent to it.</param>
/// <param name="Zone">In which its customers' days are counted.</param>
/// <param name="CallbackUrl">Where it is told what happened; null = it is told nothing.</param>
public sealed record Marketplace(
    string Id, string RulebookId, string Adapter, IReadOnlyList<byte[]> Secrets, DateTimeZone Zone, Uri? CallbackUrl)
{
    /// <summary>How it signs what it sends.</summary>
    public WebhookSignature Signature { get; init; } = WebhookSignature.Standard;

    /// <summary>What reads its payloads; null when they are of the shape of our own page.</summary>
    public PlatformAdapter? Platform { get; init; }

    /// <summary>Whose goods its shop sells, when that is one supplier; null: each payload names it.</summary>
    public string? SupplierId { get; init; }
}

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
        var signature = SignatureOf(settings, path);
        var callback = settings.OptionalAddress($"{path}:CallbackUrl");
        return new Marketplace(id, RulebookOf(settings, path), adapter, Secrets(settings, path, signature), Zone(settings, path), callback)
        {
            Signature = signature,
            Platform = PlatformOf(settings, $"{path}:Adapter", adapter),
            SupplierId = SupplierOf(settings, $"{path}:Supplier"),
        };
    }

    private static WebhookSignature SignatureOf(Settings settings, string path)
    {
        if (settings.OptionalText($"{path}:Signature") is not { } name)
        {
            return WebhookSignature.Standard;
        }

        if (WebhookSignature.ByName.TryGetValue(name, out var known))
        {
            return known;
        }

        settings.Refuse($"{path}:Signature", $"is '{name}'; expected one of {string.Join(", ", WebhookSignature.ByName.Keys)}");
        return WebhookSignature.Standard;
    }

    private static PlatformAdapter? PlatformOf(Settings settings, string key, string adapter)
    {
        switch (adapter)
        {
            case CanonicalAdapter:
                return null;
            case "taobao":
                return new TaobaoAdapter();
            case "shopify":
                return new ShopifyAdapter();
        }

        var faults = new List<SourceFault>();
        if (ShippedMappings.Find(adapter, faults) is { } mapping)
        {
            return new MappedAdapter(mapping);
        }

        settings.Refuse(key, faults.Count > 0
            ? $"is a mapping with faults: {string.Join(Environment.NewLine, faults)}"
            : $"is '{adapter}'; expected {CanonicalAdapter}, shopify, taobao or a mapping: {string.Join(", ", ShippedMappings.Ids)}");
        return null;
    }

    private static string? SupplierOf(Settings settings, string key)
    {
        var id = settings.OptionalText(key);
        if (id?.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-') == false)
        {
            settings.Refuse(key, $"is '{id}'; expected letters, digits and . _ : -");
        }

        return id;
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

    private static List<byte[]> Secrets(Settings settings, string path, WebhookSignature signature)
    {
        var given = settings.Configuration.GetSection($"{path}:Secrets").GetChildren().ToList();
        if (given.Count == 0)
        {
            settings.Refuse($"{path}:Secrets:0", signature == WebhookSignature.Standard
                ? $"is missing; expected {StandardWebhook.SecretPrefix} and base64 of 24 to 64 bytes"
                : "is missing; expected the platform's secret, 16 to 128 characters");
        }

        return [.. given.Select(secret => signature.Secret(settings, secret.Path, secret.Value ?? "")).OfType<byte[]>()];
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
