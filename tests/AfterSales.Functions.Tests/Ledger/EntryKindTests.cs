using System.Net;
using System.Text.Json.Nodes;

namespace AfterSales.Functions.Tests.Ledger;

public class EntryKindTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private AppHost App => shared.App;

    [Fact]
    public async Task A_journal_entry_has_lines_that_balance()
    {
        await App.DepositAsync("S-40", "100.00");
        JsonNode entry = await App.BookAsync("S-40", new
        {
            kind = "journal",
            note = "Split as agreed",
            lines = new object[]
            {
                new { account = "supplier:S-40:deposit", debit = "30.00" },
                new { account = "house:fines", credit = "10.00" },
                new { account = "house:levies", credit = "20.00" },
            },
        }).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("30.00", entry["amount"]!.GetValue<string>());
        Assert.Equal(["house:fines", "house:levies"], entry["postings"]!.AsArray().Select(posting => posting!["to"]!.GetValue<string>()));
        JsonNode supplier = await App.ReadAsync("/api/v1/suppliers/S-40").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("70.00", supplier["depositBalance"]!.GetValue<string>());
    }

    [Fact]
    public async Task Lines_that_do_not_balance_or_cannot_be_read_are_refused_each_by_its_place()
    {
        await App.DepositAsync("S-41", "1.00");
        Assert.Equal([("/lines", "entry-unbalanced")], await Faults(
            new { account = "house:cash", debit = "2.00" }, new { account = "house:fines", credit = "1.99" }));
        Assert.Equal(
            [("/lines/0/account", "invalid-account"), ("/lines/1", "invalid-line"), ("/lines/2/credit", "invalid-amount")],
            await Faults(
                new { account = "cash", debit = "2.00" }, new { account = "house:cash" }, new { account = "house:fines", credit = "0.00" }));
        Assert.Equal("account-unknown", await Journal("house:slush", "house:fines").ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("account-unknown", await Journal("supplier:S-40:deposit", "house:fines").ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("same-account", await Journal("house:fines", "house:fines").ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(1, (await App.ReadAsync("/api/v1/suppliers/S-41").JsonAsync(HttpStatusCode.OK))["entries"]!.GetValue<int>());

        Task<IReadOnlyList<(string, string)>> Faults(params object[] lines) =>
            App.BookAsync("S-41", new { kind = "journal", lines }).FaultsAsync(HttpStatusCode.UnprocessableEntity);
        Task<HttpResponseMessage> Journal(string debit, string credit) => App.BookAsync(
            "S-41", new { kind = "journal", lines = new object[] { new { account = debit, debit = "1.00" }, new { account = credit, credit = "1.00" } } });
    }

    [Fact]
    public async Task A_top_up_comes_from_what_the_mall_owes_for_goods()
    {
        await App.DepositAsync("S-42", "1.00");
        await App.BookAsync("S-42", new { kind = "payables", amount = "8000.00" }).JsonAsync(HttpStatusCode.Created);
        await App.BookAsync("S-42", new { kind = "top-up", amount = "350.00" }).JsonAsync(HttpStatusCode.Created);
        JsonNode balances = await App.ReadAsync("/api/v1/suppliers/S-42/balances").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("7650.00", Posted(balances, "supplier:S-42:payables"));
        Assert.Equal("351.00", Posted(balances, "supplier:S-42:deposit"));
    }

    [Fact]
    public async Task A_top_up_takes_at_most_what_the_mall_owes()
    {
        await App.DepositAsync("S-49", "1.00");
        await App.BookAsync("S-49", new { kind = "payables", amount = "10.00" }).JsonAsync(HttpStatusCode.Created);
        foreach (object topUp in new object[] { new { kind = "top-up", amount = "10.01" }, new { kind = "top-up", amount = "99999.00", source = "payables" } })
        {
            JsonNode refused = await App.BookAsync("S-49", topUp).JsonAsync(HttpStatusCode.UnprocessableEntity);
            Assert.Equal("payables-short", refused["code"]!.GetValue<string>());
            Assert.Contains("10.00 are there", refused["detail"]!.GetValue<string>(), StringComparison.Ordinal);
        }
        await App.BookAsync("S-49", new { kind = "top-up", amount = "99.00", source = "cash" }).JsonAsync(HttpStatusCode.Created);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => App.BookAsync("S-49", new { kind = "top-up", amount = "10.00" }, $"at-once-{n}")));
        JsonNode balances = await App.ReadAsync("/api/v1/suppliers/S-49/balances").JsonAsync(HttpStatusCode.OK);
        Assert.Equal("110.00", Posted(balances, "supplier:S-49:deposit"));
        Assert.DoesNotContain(balances["accounts"]!.AsArray(), account => account!["account"]!.GetValue<string>() == "supplier:S-49:payables");
    }

    [Fact]
    public async Task A_reservation_is_settled_or_released_once_or_lapses()
    {
        await using AppHost app = await AppHost.StartAsync();
        await app.DepositAsync("S-1", "100.00");
        string settled = await Reserve("2026-11-03T09:00:00+08:00");
        string released = await Reserve(null);
        string lapsing = await Reserve("2026-11-02T10:00:00+08:00");
        await Follow("settlement", settled).JsonAsync(HttpStatusCode.Created);
        await Follow("release", released).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("entry-already-voided", await Follow("settlement", released).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal("-10.00", await PendingAsync());
        await app.AdvanceToAsync("2026-11-02T11:10:00+08:00");
        Assert.Equal("0.00", await PendingAsync());
        Assert.Equal("entry-expired", await Follow("settlement", lapsing).ProblemAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(0, (await app.VerifyAsync())["failed"]!.GetValue<int>());

        async Task<string> Reserve(string? expires) => (await app.BookAsync("S-1", new
        {
            kind = "reservation",
            expires,
            lines = new object[] { new { account = "supplier:S-1:deposit", debit = "10.00" }, new { account = "house:penalties", credit = "10.00" } },
        }).JsonAsync(HttpStatusCode.Created))["id"]!.GetValue<string>();
        Task<HttpResponseMessage> Follow(string kind, string entry) => app.BookAsync("S-1", new { kind, entry });
        async Task<string> PendingAsync() =>
            (await app.ReadAsync("/api/v1/suppliers/S-1/balances").JsonAsync(HttpStatusCode.OK))["accounts"]!.AsArray()
                .Single(account => account!["account"]!.GetValue<string>() == "supplier:S-1:deposit")!["pending"]!.GetValue<string>();
    }

    [Fact]
    public async Task Nothing_is_booked_ahead_or_held_until_a_time_that_is_over()
    {
        await App.DepositAsync("S-44", "1.00");
        Assert.Equal(
            [("/effectiveOn", "date-in-future")],
            await App.BookAsync("S-44", new { kind = "deposit", amount = "1.00", effectiveOn = "2150-06-01" }).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(
            [("/effectiveOn", "invalid-date")],
            await App.BookAsync("S-44", new { kind = "deposit", amount = "1.00", effectiveOn = "-0001-01-01" }).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        var lines = new object[] { new { account = "supplier:S-44:deposit", debit = "1.00" }, new { account = "house:penalties", credit = "1.00" } };
        Assert.Equal(
            [("/expires", "instant-in-past")],
            await App.BookAsync("S-44", new { kind = "reservation", expires = "2020-01-01T00:00:00Z", lines }).FaultsAsync(HttpStatusCode.UnprocessableEntity));
        Assert.Equal(
            "invalid-cursor", await App.ReadAsync("/api/v1/suppliers/S-44/entries?cursor=9223372036854775807").ProblemAsync(HttpStatusCode.BadRequest));
        Assert.Equal(1, (await App.ReadAsync("/api/v1/suppliers/S-44").JsonAsync(HttpStatusCode.OK))["entries"]!.GetValue<int>());
    }

    [Fact]
    public async Task Balances_are_as_of_a_day_and_as_of_what_was_known()
    {
        await App.DepositAsync("S-43", "100.00", "2026-10-29");
        await App.DepositAsync("S-43", "20.00", "2026-11-02");
        Assert.Equal("100.00", Posted(await App.ReadAsync("/api/v1/suppliers/S-43/balances?effectiveOn=2026-11-01").JsonAsync(HttpStatusCode.OK), "supplier:S-43:deposit"));
        JsonNode before = await App.ReadAsync("/api/v1/suppliers/S-43/balances?knownAt=2026-10-31T00:00:00%2B08:00").JsonAsync(HttpStatusCode.OK);
        Assert.Equal(0, before["entries"]!.GetValue<int>());
        Assert.Equal(
            [("?effectiveOn", "invalid-value"), ("?knownAt", "invalid-value")],
            await App.ReadAsync("/api/v1/suppliers/S-43/balances?effectiveOn=2026-02-30&knownAt=noon").FaultsAsync(HttpStatusCode.BadRequest));
    }

    private static string Posted(JsonNode balances, string account) => balances["accounts"]!.AsArray()
        .Single(state => state!["account"]!.GetValue<string>() == account)!["posted"]!.GetValue<string>();
}
