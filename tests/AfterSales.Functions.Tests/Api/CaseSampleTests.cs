using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Tests.Cases;
using AfterSales.Domain.Tests.Cases.Shops;
using AfterSales.Functions.Cases;
using AfterSales.Functions.Http;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Tests.Api;

/// <summary>
/// What the API answers of a case in every state that it can stand in: samples of it lie beside the tests. The host's client holds each
/// answer against openapi.yaml.
/// </summary>
public sealed class CaseSampleTests
{
    private const string Sealed = "\"sealed\"";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly CustomerCard Card =
        new(new CustomerContact("C-7", "Li Qingzhao", "+8613900001111", "li.qingzhao@example.com", "Lanzhou", "zh-CN"), "The sole came off.");

    public static TheoryData<string> Days => [.. CaseStates.All().Select(state => DayOf(state.At)).Distinct()];

    [Theory]
    [MemberData(nameof(Days))]
    public async Task A_case_is_shown_as_its_sample(string day)
    {
        var states = CaseStates.All().Where(state => DayOf(state.At) == day).OrderBy(state => state.At).ToList();
        await using var app = await AppHost.StartAsync(new AppHostOptions { Start = Shown(states[0].At) });
        await app.Services.GetRequiredService<RulebookVersions>().KeepTextAsync(Shop.Text, default);
        var different = new List<string>();
        foreach (var (name, @case, at) in states)
        {
            await app.AdvanceToAsync(Shown(at));
            await StoreAsync(app, @case);
            foreach (var role in new[] { Role.Agent, Role.FloorManager, Role.Inspection, Role.Finance, Role.Auditor })
            {
                using var seen = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{@case.Id}", role);
                Assert.True(seen.IsSuccessStatusCode);
            }

            using var ofSupplier = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{@case.Id}", Role.Supplier, supplier: @case.SupplierId);
            using var ofCustomer = await app.Http.GetAsync(
                app.Services.GetRequiredService<SignedLinks>().CaseLink($"{@case.Id}", app.Now.AddDays(1)).PathAndQuery);
            using var ofManager = await app.SendAsync(HttpMethod.Get, $"/api/v1/cases/{@case.Id}", Role.Manager);
            Assert.True(ofSupplier.IsSuccessStatusCode && ofCustomer.IsSuccessStatusCode && ofManager.IsSuccessStatusCode);
            if (!IsAsSample(name, WithoutDigest(await ofManager.JsonAsync()).ToJsonString(Indented) + "\n")) different.Add(name);
        }

        Assert.True(different.Count == 0, $"Not as their samples, see *.received.txt beside them: {string.Join("; ", different)}");
    }

    [Fact]
    public void Every_sample_is_of_a_state() => Assert.Equal(
        CaseStates.All().Select(state => $"{Slug(state.Name)}.json").Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.GetDirectoryName(Sample("*"))!, "*.json").Select(file => Path.GetFileName(file)!)
            .Order(StringComparer.Ordinal));

    /// <summary>Puts the case into the storage as it stands, without its past: nothing wakes up for it.</summary>
    private static async Task StoreAsync(AppHost app, Case @case)
    {
        var (vault, person) = (app.Services.GetRequiredService<PersonVault>(), new PersonId(@case.CustomerId));
        var text = await vault.SealTextAsync(person, "In somebody's words.");
        var state = AppJson.ToText(@case).Replace(Sealed, JsonSerializer.Serialize(text), StringComparison.Ordinal);
        var head = new TableEntity($"{@case.Id}", "head") { ["Card"] = await vault.SealAsync(person, AppJson.ToBytes(Card)) };
        LongColumn.Write(head, "State", Encoding.UTF8.GetBytes(state));
        await app.Services.GetRequiredService<Tables>().Cases.UpsertEntityAsync(head, TableUpdateMode.Replace);
    }

    /// <summary>Every letter of the policy's text counts into its digest, and none of them for a sample.</summary>
    private static JsonNode WithoutDigest(JsonNode shown)
    {
        shown["decision"]!["rulebook"]!["digest"] = new string('0', 64);
        return shown;
    }

    private static bool IsAsSample(string name, string shown)
    {
        var sample = Sample($"{Slug(name)}.json");
        if (File.Exists(sample) && File.ReadAllText(sample) == shown) return true;
        File.WriteAllText(Sample($"{Slug(name)}.received.txt"), shown);
        return false;
    }

    private static string DayOf(Instant at) => LocalDatePattern.Iso.Format(at.InZone(Mall.Shanghai).Date);

    private static string Shown(Instant at) => OffsetDateTimePattern.ExtendedIso.Format(at.InZone(Mall.Shanghai).ToOffsetDateTime());

    private static string Slug(string name) => Regex.Replace(name, "[^a-z]+", "-", RegexOptions.NonBacktracking);

    private static string Sample(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Samples", file);
}
