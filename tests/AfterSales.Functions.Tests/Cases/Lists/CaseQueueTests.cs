using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Cases.Lists;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Cases.Lists;

/// <summary>Lists as people work from them: queues by due time, pages, searches; and what keeps their rows right.</summary>
public sealed class CaseQueueTests : IAsyncLifetime
{
    private AppHost _app = null!;

    private CaseIndex Index => _app.Services.GetRequiredService<CaseIndex>();

    private TableClient Rows => _app.Services.GetRequiredService<Tables>().Get("caselists");

    public async Task InitializeAsync() => _app = await AppHost.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_queue_is_by_due_time_and_a_case_is_in_the_queue_of_who_has_to_act()
    {
        var first = await OpenAsync("R-1");
        await _app.AdvanceAsync(TimeSpan.FromMinutes(1));
        await OpenAsync("R-2");
        Assert.Equal(["R-1", "R-2"], await IdsAsync("?owner=supplier"));
        Assert.Equal(["R-2", "R-1"], await IdsAsync("?supplier=S-1"));

        await RefuseAsync(first);

        Assert.Equal(["R-2"], await IdsAsync("?owner=supplier"));
        Assert.Equal(["R-1"], await IdsAsync("?owner=floor-manager"));
        Assert.Equal(["R-1"], await IdsAsync("?owner=floor-manager&supplier=S-1&status=open"));
        Assert.Empty(await IdsAsync("?owner=floor-manager&status=referred"));
        Assert.Equal(["R-2", "R-1"], await IdsAsync("?due=2026-12-31T00:00:00%2B08:00"));
        Assert.Equal(["R-2"], await IdsAsync("?due=2026-11-02T09:30:00%2B08:00&marketplace=demo-mall"));
        Assert.Empty(await IdsAsync("?marketplace=another"));
    }

    [Fact]
    public async Task Pages_hold_what_was_there_when_the_first_was_read_though_cases_come_and_go_between_them()
    {
        var ids = new Dictionary<string, string>();
        for (var n = 1; n <= 5; n++)
        {
            ids[$"R-{n}"] = await OpenAsync($"R-{n}");
            await _app.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        var page = await ListAsync("?limit=2");
        Assert.Equal(["R-5", "R-4"], Ids(page));
        await OpenAsync("R-6");
        await WithdrawAsync(ids["R-4"]);
        page = await ListAsync($"?limit=2&cursor={page["cursor"]}");
        Assert.Equal(["R-3", "R-2"], Ids(page));
        page = await ListAsync($"?limit=2&cursor={page["cursor"]}");
        Assert.Equal(["R-1"], Ids(page));
        Assert.Null(page["cursor"]);

        var queue = await ListAsync("?owner=supplier&limit=1");
        Assert.Equal(["R-1"], Ids(queue));
        await RefuseAsync(ids["R-1"]);
        Assert.Equal(["R-2"], Ids(await ListAsync($"?owner=supplier&limit=1&cursor={queue["cursor"]}")));
    }

    [Fact]
    public async Task A_cursor_is_good_for_the_list_that_gave_it_and_a_limit_is_at_most_two_hundred()
    {
        await OpenAsync("R-1");
        await OpenAsync("R-2");
        var cursor = (await ListAsync("?limit=1"))["cursor"];

        Assert.Equal("invalid-cursor", await GetAsync($"?owner=supplier&cursor={cursor}").ProblemAsync(HttpStatusCode.BadRequest));
        Assert.Equal([("/limit", "out-of-range")], await GetAsync("?limit=201").FaultsAsync(HttpStatusCode.BadRequest));
    }

    [Theory]
    [InlineData("R-1")]
    [InlineData("O-55")]
    [InlineData("%2B86 139 0000 1111")]
    [InlineData("139-0000-1111")]
    [InlineData("13900001111")]
    [InlineData("LI.QingZhao@Example.com")]
    public async Task A_case_is_found_by_an_id_and_by_the_customers_phone_and_e_mail_however_they_are_written(string q)
    {
        await OpenAsync("R-1");
        await _app.WebhookAsync(WebhookBodies.ShoeClaim("R-other", customer: "C-other").With("/data/customer/phone", "+8613700000000")
            .With("/data/customer/email", "other@example.com").With("/data/order/id", "O-56")).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();

        Assert.Equal(["R-1"], await IdsAsync($"?q={q}"));
        Assert.Equal(["R-1"], Ids(await ListAsync($"?q={q}", Role.Marketplace, marketplace: AppHost.Marketplace)));
        Assert.Empty(Ids(await ListAsync($"?q={q}", Role.Marketplace, marketplace: "another")));
        Assert.Empty(await IdsAsync($"?q={q}&status=closed"));
    }

    [Fact]
    public async Task A_case_is_found_by_its_own_id()
    {
        var id = await OpenAsync("R-1");

        Assert.Equal(["R-1"], await IdsAsync($"?q={id}"));
        Assert.Empty(Ids(await ListAsync($"?q={id}", Role.Supplier, supplier: "S-2")));
    }

    [Fact]
    public async Task A_phone_that_several_cases_have_gives_all_of_them_newest_first_page_by_page()
    {
        for (var n = 1; n <= 3; n++)
        {
            await OpenAsync($"R-{n}");
            await _app.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        var page = await ListAsync("?q=13900001111&limit=2");

        Assert.Equal(["R-3", "R-2"], Ids(page));
        Assert.Equal(["R-1"], Ids(await ListAsync($"?q=13900001111&limit=2&cursor={page["cursor"]}")));
    }

    [Fact]
    public async Task Who_may_not_see_the_customer_does_not_find_out_whose_phone_it_is()
    {
        await OpenAsync("R-1");

        Assert.Empty(Ids(await ListAsync("?q=13900001111", Role.Supplier, supplier: "S-1")));
        Assert.Empty(Ids(await ListAsync("?q=li.qingzhao@example.com", Role.Finance)));
        Assert.Equal(["R-1"], Ids(await ListAsync("?q=R-1", Role.Supplier, supplier: "S-1")));
    }

    [Fact]
    public async Task A_person_who_is_erased_is_found_by_phone_and_e_mail_no_more()
    {
        await OpenAsync("R-1");
        var person = (await CaseAsync("R-1")).CustomerId;
        await _app.Services.GetRequiredService<PersonVault>().EraseAsync(new PersonId(person));

        await Index.ForgetAsync(new PersonId(person), CancellationToken.None);

        Assert.Empty(await IdsAsync("?q=13900001111"));
        Assert.Empty(await IdsAsync("?q=li.qingzhao@example.com"));
        Assert.Equal(["R-1"], await IdsAsync("?q=R-1"));
        await RebuildAsync();
        Assert.Empty(await IdsAsync("?q=13900001111"));
    }

    [Fact]
    public async Task Events_that_come_late_twice_and_at_once_leave_one_row_in_each_list()
    {
        var id = CaseId.Parse(await OpenAsync("R-1"));
        var early = await DumpAsync();
        await RefuseAsync(id.ToString());
        var right = await DumpAsync();
        Assert.NotEqual(early, right);

        var sequence = (await CaseAsync("R-1")).Sequence;
        await Task.WhenAll(Enumerable.Range(0, 12).Select(n => Index.UpdateAsync(id, sequence - n % 4, CancellationToken.None)));
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Index.RewriteAsync(id, CancellationToken.None)));

        Assert.Equal(right, await DumpAsync());
    }

    [Fact]
    public async Task The_lists_are_made_again_from_the_cases_and_what_no_case_has_is_gone()
    {
        await RefuseAsync(await OpenAsync("R-1"));
        await WithdrawAsync(await OpenAsync("R-2"));
        await OpenAsync("R-3");
        var right = await DumpAsync();
        await foreach (var row in Rows.QueryAsync<TableEntity>()) await Rows.DeleteEntityAsync(row, ETag.All);
        await Rows.AddEntityAsync(new TableEntity("all", "o_supplier_0000000000000000001_case_x") { ["CaseId"] = "case_x" });
        Assert.Empty(await IdsAsync(""));

        var progress = await RebuildAsync();

        Assert.Equal(("done", 3, 1), (
            progress["state"]!.GetValue<string>(), progress["cases"]!.GetValue<int>(), progress["removed"]!.GetValue<int>()));
        Assert.Equal(right, await DumpAsync());
    }

    [Fact]
    public async Task Rows_that_somebody_took_away_are_written_again_when_their_case_changes()
    {
        var id = await OpenAsync("R-1");
        await foreach (var row in Rows.QueryAsync<TableEntity>(row => row.PartitionKey == "all"))
        {
            if (!row.RowKey.StartsWith("c_", StringComparison.Ordinal)) await Rows.DeleteEntityAsync(row, ETag.All);
        }

        await RefuseAsync(id);

        Assert.Equal(["R-1"], await IdsAsync("?owner=floor-manager"));
        Assert.Equal(["R-1"], await IdsAsync("?q=R-1"));
    }

    [Fact]
    public async Task Queues_are_counted_with_what_is_due_soon_and_what_missed_a_deadline()
    {
        await OpenAsync("R-1");
        await _app.AdvanceAsync(TimeSpan.FromMinutes(11));
        await OpenAsync("R-2");

        var all = await QueuesAsync(Role.Agent);
        Assert.Equal((1, 0, 1, 1, 0), Counts(all, "supplier"));
        Assert.Equal((1, 0, 1, 1, 1), Counts(all, "inspection"));
        Assert.Equal((0, 0, 0, 0, 0), Counts(all, "finance"));
        Assert.Equal((0, 0, 0, 0, 0), Counts(await QueuesAsync(Role.Supplier, "S-2"), "supplier"));
        Assert.Equal((1, 0, 1, 1, 0), Counts(await QueuesAsync(Role.Supplier, "S-1"), "supplier"));
    }

    private static (int Open, int Overdue, int Hour, int Day, int Breached) Counts(JsonNode queues, string role)
    {
        var queue = queues["queues"]!.AsArray().Single(q => q!["role"]!.GetValue<string>() == role)!;
        Assert.False(queue["more"]!.GetValue<bool>());
        int Count(string name) => queue[name]!.GetValue<int>();
        return (Count("open"), Count("overdue"), Count("dueWithinHour"), Count("dueWithinDay"), Count("breached"));
    }

    private Task<JsonNode> QueuesAsync(Role role, string? supplier = null) =>
        _app.SendAsync(HttpMethod.Get, "/api/v1/queues", role, supplier: supplier).JsonAsync(HttpStatusCode.OK);

    private async Task<JsonNode> RebuildAsync()
    {
        var started = await _app.SendAsync(HttpMethod.Post, "/api/v1/index/rebuilds", Role.Manager).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return await _app.SendAsync(HttpMethod.Get, started["links"]!["self"]!.GetValue<string>(), Role.Manager).JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Every row, without what changes by writing it.</summary>
    private async Task<string> DumpAsync()
    {
        var lines = new List<string>();
        await foreach (var row in Rows.QueryAsync<TableEntity>())
        {
            lines.Add(string.Join(' ', row.Where(column => column.Key is not ("odata.etag" or "Timestamp"))
                .OrderBy(column => column.Key, StringComparer.Ordinal).Select(column => $"{column.Key}={column.Value}")));
        }

        return string.Join('\n', lines);
    }

    private async Task<Case> CaseAsync(string externalId) =>
        (await _app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.For(AppHost.Marketplace, externalId), CancellationToken.None))!;

    private async Task<string> OpenAsync(string externalId)
    {
        var accepted = await _app.WebhookAsync(WebhookBodies.ShoeClaim(externalId)).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
        return accepted["caseId"]!.GetValue<string>();
    }

    private async Task RefuseAsync(string id)
    {
        await _app.SendAsync(
            HttpMethod.Post, $"/api/v1/cases/{id}/actions", Role.Supplier, new { action = "refuse", statement = "no" }, supplier: "S-1")
            .JsonAsync(HttpStatusCode.OK);
        await _app.SettleAsync();
    }

    private async Task WithdrawAsync(string id)
    {
        var @case = await _app.Services.GetRequiredService<CaseStore>().LoadAsync(CaseId.Parse(id), CancellationToken.None);
        await _app.WebhookAsync(WebhookBodies.About("case.withdrawn", @case!.ExternalId)).JsonAsync(HttpStatusCode.Accepted);
        await _app.SettleAsync();
    }

    private Task<HttpResponseMessage> GetAsync(string query, Role role = Role.Agent, string? supplier = null, string? marketplace = null) =>
        _app.SendAsync(HttpMethod.Get, $"/api/v1/cases{query}", role, supplier: supplier, marketplace: marketplace);

    private Task<JsonNode> ListAsync(string query, Role role = Role.Agent, string? supplier = null, string? marketplace = null) =>
        GetAsync(query, role, supplier, marketplace).JsonAsync(HttpStatusCode.OK);

    private async Task<IEnumerable<string>> IdsAsync(string query) => Ids(await ListAsync(query));

    private static IEnumerable<string> Ids(JsonNode list) =>
        list["cases"]!.AsArray().Select(@case => @case!["externalId"]!.GetValue<string>());
}
