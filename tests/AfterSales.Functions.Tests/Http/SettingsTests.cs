using AfterSales.LocalRuntime;
using Microsoft.Extensions.Configuration;

namespace AfterSales.Functions.Tests.Http;

public sealed class SettingsTests
{
    [Fact]
    public void A_start_with_bad_settings_lists_every_one_with_what_it_must_be()
    {
        var refused = Assert.Throws<SettingsException>(() => Build("http://127.0.0.1:0", new()
        {
            ["Vault:MasterKey"] = "c2hvcnQ=",
            ["Links:Key"] = null,
            ["PublicUrl"] = "here",
            ["Access:DevelopmentIssuer"] = "perhaps",
            ["Marketplaces:0:Secrets:0"] = "secret",
            ["Marketplaces:0:Zone"] = "Mars/Olympus",
            ["Marketplaces:0:Adapter"] = "fax",
            ["Marketplaces:0:Rulebook"] = "Nobody's rules",
        }));

        Assert.Equal(
            [
                "Access:DevelopmentIssuer", "Links:Key", "Marketplaces:0:Adapter", "Marketplaces:0:Rulebook", "Marketplaces:0:Secrets:0",
                "Marketplaces:0:Zone", "PublicUrl", "Vault:MasterKey",
            ],
            refused.Faults.Keys);
        Assert.Contains("Vault:MasterKey: is not base64 of 32 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_platforms_settings_are_checked_too()
    {
        var refused = Assert.Throws<SettingsException>(() => Build("http://127.0.0.1:0", new()
        {
            ["Marketplaces:0:Adapter"] = "shopify",
            ["Marketplaces:0:Signature"] = "wax",
            ["Marketplaces:0:Supplier"] = "S 101",
            ["Marketplaces:1:Id"] = "second",
            ["Marketplaces:1:Rulebook"] = "mall-sanbao",
            ["Marketplaces:1:Adapter"] = "demo-shop",
            ["Marketplaces:1:Signature"] = "shopify",
            ["Marketplaces:1:Secrets:0"] = "short",
            ["Marketplaces:1:Zone"] = "Asia/Shanghai",
        }));

        Assert.Equal(["Marketplaces:0:Signature", "Marketplaces:0:Supplier", "Marketplaces:1:Secrets:0"], refused.Faults.Keys);
        Assert.Contains("is 'wax'; expected one of shopify, standard-webhooks, taobao", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Development_credentials_are_refused_off_loopback()
    {
        var refused = Assert.Throws<SettingsException>(() => Build("http://0.0.0.0:0", []));

        Assert.Equal(
            ["Access:DevelopmentIssuer", "Access:SigningKey", "Evidence:AllowLoopback", "Links:Key", "Marketplaces:0:Secrets:0", "Vault:MasterKey"],
            refused.Faults.Keys);
    }

    [Fact]
    public async Task A_marketplace_with_a_rulebook_that_nobody_has_published_does_not_start()
    {
        var refused = await Assert.ThrowsAsync<SettingsException>(() => AppHost.StartAsync(new AppHostOptions
        {
            Settings = new Dictionary<string, string?> { ["Marketplaces:0:Rulebook"] = "nobodys-rules" },
        }));

        Assert.Contains("is 'nobodys-rules'; expected one of ", refused.Message, StringComparison.Ordinal);
    }

    private static void Build(string url, Dictionary<string, string?> settings)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-settings-");
        try
        {
            using var host = FunctionApp.Build([], builder =>
            {
                builder.UseLocalRuntime(options =>
                {
                    options.DataFolder = folder.FullName;
                    options.Url = url;
                    options.SettingsFile = Path.Combine(AppContext.BaseDirectory, "local.settings.template.json");
                    options.Banner = null;
                });
                foreach (var (key, value) in settings)
                {
                    builder.Configuration[key] = value;
                }
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
