using System.Security.Cryptography;
using System.Text;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Storage;

public sealed class PersonVaultTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly PersonVault _vault = shared.App.Services.GetRequiredService<PersonVault>();

    [Fact]
    public async Task What_is_sealed_for_a_person_opens_for_that_person_only()
    {
        var (li, du) = (_vault.PersonOf("demo-mall", "li"), _vault.PersonOf("demo-mall", "du"));
        var content = await _vault.SealAsync(li, "a letter"u8.ToArray());
        await _vault.SealAsync(du, "another"u8.ToArray());

        Assert.Equal("a letter", Encoding.UTF8.GetString((await _vault.OpenAsync(li, content))!));
        Assert.Null(await _vault.OpenAsync(du, content));
    }

    [Fact]
    public async Task A_changed_byte_is_noticed()
    {
        var person = _vault.PersonOf("demo-mall", "changed");
        var content = await _vault.SealAsync(person, "a letter"u8.ToArray());
        content[^1] ^= 1;

        await Assert.ThrowsAnyAsync<CryptographicException>(async () => await _vault.OpenAsync(person, content));
    }

    [Fact]
    public async Task After_erasure_nothing_opens_any_more_even_when_the_person_comes_back()
    {
        var person = _vault.PersonOf("demo-mall", "erased");
        var before = await _vault.SealTextAsync(person, "before");

        await _vault.EraseAsync(person);
        Assert.Null(await _vault.OpenTextAsync(person, before));

        var after = await _vault.SealTextAsync(person, "after");
        Assert.Equal("after", await _vault.OpenTextAsync(person, after));
        Assert.Null(await _vault.OpenTextAsync(person, before));
    }

    [Fact]
    public void A_person_has_one_id_in_a_marketplace_which_says_nothing_about_them()
    {
        Assert.Equal(_vault.PersonOf("demo-mall", "C-7"), _vault.PersonOf("demo-mall", "C-7"));
        Assert.NotEqual(_vault.PersonOf("demo-mall", "C-7"), _vault.PersonOf("other-mall", "C-7"));
        Assert.DoesNotContain("C-7", _vault.PersonOf("demo-mall", "C-7").Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_kept_by_the_store_opens_after_a_restart()
    {
        await using var app = await AppHost.StartAsync();
        var vault = app.Services.GetRequiredService<PersonVault>();
        var person = vault.PersonOf("demo-mall", "restart");
        var content = await vault.SealTextAsync(person, "still here");

        await app.RestartAsync();

        Assert.Equal("still here", await app.Services.GetRequiredService<PersonVault>().OpenTextAsync(person, content));
    }
}
