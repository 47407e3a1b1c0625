using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace AfterSales.LocalRuntime.Tests.Storage;

public abstract partial class StorageContract
{
    [Fact]
    public async Task A_table_is_created_once()
    {
        var table = await NewTableAsync();
        await RefusedAsync(409, "TableAlreadyExists", () => table.CreateAsync());
        await table.CreateIfNotExistsAsync();
    }

    [Fact]
    public async Task Tables_are_listed_by_name_and_gone_when_deleted()
    {
        var table = await NewTableAsync();
        Assert.Equal([table.Name], await TableService.QueryAsync(t => t.Name == table.Name).Select(t => t.Name).ToListAsync());
        await table.DeleteAsync();
        Assert.Empty(await TableService.QueryAsync(t => t.Name == table.Name).ToListAsync());
        await RefusedAsync(404, "TableNotFound", () => table.AddEntityAsync(new TableEntity("p", "r")));
        await RefusedAsync(404, "TableNotFound", () => table.QueryAsync<TableEntity>().ToListAsync().AsTask());
    }

    [Fact]
    public async Task Every_property_type_comes_back_as_it_went_in()
    {
        var table = await NewTableAsync();
        var sent = new TableEntity("顾客 O'Neil & 子", "a b+c%d,e=f'")
        {
            ["Text"] = "鞋底开胶 “quoted” \\ \"x\" <&> \u0001 😀",
            ["Empty"] = "",
            ["Yes"] = true,
            ["No"] = false,
            ["Int"] = int.MinValue,
            ["Long"] = long.MaxValue,
            ["Half"] = 0.5,
            ["Whole"] = 5.0,
            ["Tiny"] = 1e-300,
            ["Guid"] = Guid.Parse("0f8fad5b-d9cb-469f-a165-70867728950e"),
            ["Instant"] = new DateTimeOffset(2026, 11, 2, 9, 0, 0, TimeSpan.FromHours(8)).AddTicks(1),
            ["Bytes"] = SomeBytes(1000),
        };
        await table.AddEntityAsync(sent);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {sent.PartitionKey}");
        var queried = Assert.Single(await table.QueryAsync<TableEntity>(filter).ToListAsync());
        foreach (var got in new[] { (await table.GetEntityAsync<TableEntity>(sent.PartitionKey, sent.RowKey)).Value, queried })
        {
            foreach (var (name, value) in sent)
            {
                if (name is not ("Instant" or "odata.etag"))
                {
                    Assert.Equal(value, got[name]);
                    Assert.Equal(value.GetType(), got[name].GetType());
                }
            }

            Assert.Equal((DateTimeOffset)sent["Instant"], got.GetDateTimeOffset("Instant"));
            Assert.NotEqual(default, got.ETag);
            Assert.InRange(got.Timestamp!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        }
    }

    [Fact]
    public async Task A_null_property_is_not_stored()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["Gone"] = null, ["Kept"] = 1 });
        var got = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.False(got.ContainsKey("Gone"));
        Assert.Equal(1, got["Kept"]);
    }

    [Fact]
    public async Task An_entity_is_added_once()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 1 });
        await RefusedAsync(409, "EntityAlreadyExists", () => table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 2 }));
        Assert.Equal(1, (await table.GetEntityAsync<TableEntity>("p", "r")).Value["N"]);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        var table = await NewTableAsync();
        await RefusedAsync(404, "ResourceNotFound", () => table.GetEntityAsync<TableEntity>("p", "r"));
        Assert.False((await table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
        await RefusedAsync(404, "ResourceNotFound", () => table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));
        Assert.Equal(404, (await table.DeleteEntityAsync("p", "r")).Status);
    }

    [Fact]
    public async Task Replace_drops_other_properties_and_merge_keeps_them()
    {
        var table = await NewTableAsync();
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1L, ["B"] = "b" }, TableUpdateMode.Replace);
        await table.UpsertEntityAsync(new TableEntity("p", "r") { ["B"] = 2.5, ["C"] = true }, TableUpdateMode.Merge);
        var merged = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal((1L, 2.5, true), (merged["A"], merged["B"], merged["C"]));

        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["D"] = 4 }, ETag.All, TableUpdateMode.Merge);
        Assert.Equal(4, (await table.GetEntityAsync<TableEntity>("p", "r")).Value["D"]);
        await table.UpdateEntityAsync(new TableEntity("p", "r") { ["E"] = 5 }, ETag.All, TableUpdateMode.Replace);
        var replaced = (await table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal(["E"], replaced.Keys.Where(k => k.Length == 1));
    }

    [Fact]
    public async Task A_change_with_an_old_tag_is_refused()
    {
        var table = await NewTableAsync();
        var first = (await table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 1 })).Headers.ETag!.Value;
        var second = (await table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 2 }, first)).Headers.ETag!.Value;
        Assert.NotEqual(first, second);
        Assert.Equal(second, (await table.GetEntityAsync<TableEntity>("p", "r")).Value.ETag);

        var late = new TableEntity("p", "r");
        await RefusedAsync(412, "UpdateConditionNotSatisfied", () => table.UpdateEntityAsync(late, first, TableUpdateMode.Merge));
        await RefusedAsync(412, "UpdateConditionNotSatisfied", () => table.UpdateEntityAsync(late, first, TableUpdateMode.Replace));
        await RefusedAsync(412, "UpdateConditionNotSatisfied", () => table.DeleteEntityAsync("p", "r", first));
        Assert.Equal(204, (await table.DeleteEntityAsync("p", "r", second)).Status);
    }

    [Fact]
    public async Task Of_writers_that_race_with_one_tag_one_wins()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 0 });
        for (var round = 0; round < 5; round++)
        {
            var tag = (await table.GetEntityAsync<TableEntity>("p", "r")).Value.ETag;
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
            {
                try
                {
                    return (await table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = n }, tag)).Status;
                }
                catch (RequestFailedException e)
                {
                    return e.Status;
                }
            }));
            Assert.Equal([204, .. Enumerable.Repeat(412, 7)], outcomes.Order());
        }
    }

    [Fact]
    public async Task Keys_and_values_over_the_limits_are_refused()
    {
        var table = await NewTableAsync();
        foreach (var tooLarge in new object[] { new string('x', 33 * 1024), new byte[65 * 1024] })
        {
            await RefusedAsync(400, "PropertyValueTooLarge", () => table.AddEntityAsync(new TableEntity("p", "r") { ["It"] = tooLarge }));
        }

        var large = new TableEntity("p", "r");
        for (var i = 0; i < 20; i++)
        {
            large[$"Text{i}"] = new string('x', 30 * 1024);
        }

        await table.AddEntityAsync(large);
    }

    [Fact]
    public async Task A_query_filters_by_every_operator_and_type()
    {
        var table = await NewTableAsync();
        var day = new DateTimeOffset(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 10; i++)
        {
            await table.AddEntityAsync(new TableEntity(i < 5 ? "early" : "late", $"r{i}")
            {
                ["Int"] = i,
                ["Long"] = i * 10_000_000_000L,
                ["Double"] = i + 0.5,
                ["Text"] = $"it's {i}",
                ["Odd"] = i % 2 == 1,
                ["At"] = day.AddDays(i),
                ["Id"] = new Guid(i, 0, 0, new byte[8]),
            });
        }

        async Task<string> RowsAsync(string filter) =>
            string.Concat(await table.QueryAsync<TableEntity>(filter).Select(e => e.RowKey[1..]).ToListAsync());

        Assert.Equal("0123456789", await RowsAsync(""));
        Assert.Equal("01234", await RowsAsync("PartitionKey eq 'early'"));
        Assert.Equal("3", await RowsAsync("PartitionKey eq 'early' and RowKey eq 'r3'"));
        Assert.Equal("234", await RowsAsync("PartitionKey eq 'early' and RowKey gt 'r1'"));
        Assert.Equal("56", await RowsAsync("PartitionKey eq 'late' and RowKey ge 'r5' and RowKey lt 'r7'"));
        Assert.Equal("56789", await RowsAsync("PartitionKey gt 'early'"));
        Assert.Equal("56789", await RowsAsync("PartitionKey ne 'early'"));
        Assert.Equal("28", await RowsAsync("RowKey eq 'r2' or RowKey eq 'r8'"));
        Assert.Equal("18", await RowsAsync("(PartitionKey eq 'late' and RowKey eq 'r8') or (PartitionKey eq 'early' and RowKey eq 'r1')"));
        Assert.Equal("7", await RowsAsync("Int eq 7"));
        Assert.Equal("012", await RowsAsync("Int lt 3"));
        Assert.Equal("89", await RowsAsync("Long ge 80000000000L"));
        Assert.Equal("01", await RowsAsync("Double le 1.5"));
        Assert.Equal("4", await RowsAsync("Text eq 'it''s 4'"));
        Assert.Equal("13579", await RowsAsync("Odd eq true"));
        Assert.Equal("02468", await RowsAsync("not (Odd eq true)"));
        Assert.Equal("78", await RowsAsync("At gt datetime'2026-11-08T00:00:00Z' and At le datetime'2026-11-10T00:00:00Z'"));
        Assert.Equal("6", await RowsAsync("Id eq guid'00000006-0000-0000-0000-000000000000'"));
        Assert.Equal("019", await RowsAsync("Int le 1 or (Odd eq true and PartitionKey eq 'late' and Int gt 7)"));
        Assert.Equal("", await RowsAsync("Missing eq 1"));
        var built = TableClient.CreateQueryFilter($"Odd eq {true} and At ge {day.AddDays(2)} and Long lt {90_000_000_000L}");
        Assert.Equal("357", await RowsAsync(built));
    }

    [Fact]
    public async Task A_filter_that_is_none_is_refused()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r"));
        var query = table.QueryAsync<TableEntity>("PartitionKey eq");
        var refusal = await Assert.ThrowsAsync<RequestFailedException>(() => query.ToListAsync().AsTask());
        Assert.Equal(400, refusal.Status);
    }

    [Fact]
    public async Task Select_brings_only_the_named_properties()
    {
        var table = await NewTableAsync();
        await table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1L, ["B"] = 2, ["C"] = "c" });
        var found = Assert.Single(await table.QueryAsync<TableEntity>("", select: ["RowKey", "A"]).ToListAsync());
        Assert.Equal(("r", 1L), (found.RowKey, found["A"]));
        Assert.False(found.ContainsKey("B"));
        Assert.False(found.ContainsKey("C"));
        var got = (await table.GetEntityAsync<TableEntity>("p", "r", ["C"])).Value;
        Assert.Equal("c", got["C"]);
        Assert.False(got.ContainsKey("A"));
    }

    [Fact]
    public async Task A_query_comes_in_key_order_in_pages()
    {
        var table = await NewTableAsync();
        var keys = Enumerable.Range(0, 250).Select(i => ($"顾客{i % 3}", i.ToString("D5", CultureInfo.InvariantCulture))).ToList();
        foreach (var partition in keys.GroupBy(k => k.Item1))
        {
            foreach (var chunk in partition.Chunk(100))
            {
                await table.SubmitTransactionAsync(chunk.Select(k => Add(k.Item1, k.Item2)));
            }
        }

        var pages = await table.QueryAsync<TableEntity>(maxPerPage: 40).AsPages().ToListAsync();
        Assert.All(pages, p => Assert.InRange(p.Values.Count, 1, 40));
        Assert.Equal(keys.Order(), pages.SelectMany(p => p.Values).Select(e => (e.PartitionKey, e.RowKey)));

        var partition1 = table.QueryAsync<TableEntity>("PartitionKey eq '顾客1'", maxPerPage: 30);
        var all = await partition1.AsPages().ToListAsync();
        Assert.Equal([30, 30, 23], all.Select(p => p.Values.Count));
        var rest = await partition1.AsPages(all[0].ContinuationToken).ToListAsync();
        Assert.Equal(all.Skip(1).SelectMany(p => p.Values).Select(e => e.RowKey), rest.SelectMany(p => p.Values).Select(e => e.RowKey));
    }

    [Fact]
    public async Task A_page_holds_a_thousand_rows_at_most()
    {
        var table = await NewTableAsync();
        foreach (var chunk in Enumerable.Range(0, 1100).Chunk(100))
        {
            await table.SubmitTransactionAsync(chunk.Select(i => Add("p", i.ToString("D5", CultureInfo.InvariantCulture))));
        }

        var pages = await table.QueryAsync<TableEntity>().AsPages().ToListAsync();
        Assert.Equal([1000, 100], pages.Select(p => p.Values.Count));
    }

    [Fact]
    public async Task A_transaction_makes_all_its_changes()
    {
        var table = await NewTableAsync();
        var kept = (await table.AddEntityAsync(new TableEntity("p", "merged") { ["A"] = 1, ["B"] = 1 })).Headers.ETag!.Value;
        await table.AddEntityAsync(new TableEntity("p", "replaced") { ["A"] = 1, ["B"] = 1 });
        await table.AddEntityAsync(new TableEntity("p", "deleted"));
        var answer = await table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "added 顾客") { ["Text"] = "鞋\r\n--x" }),
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "merged") { ["A"] = 2 }, kept),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "replaced") { ["A"] = 2 }, ETag.All),
            new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "upserted") { ["A"] = 3 }),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "upserted too") { ["A"] = 4L }),
            new(TableTransactionActionType.Delete, new TableEntity("p", "deleted"), ETag.All),
        ]);
        Assert.Equal([204, 204, 204, 204, 204, 204], answer.Value.Select(r => r.Status));
        var rows = (await table.QueryAsync<TableEntity>("PartitionKey eq 'p'").ToListAsync()).ToDictionary(e => e.RowKey);
        Assert.Equal(["added 顾客", "merged", "replaced", "upserted", "upserted too"], rows.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(rows["added 顾客"].ETag, answer.Value[0].Headers.ETag);
        Assert.Equal("鞋\r\n--x", rows["added 顾客"]["Text"]);
        Assert.Equal((2, 1), (rows["merged"]["A"], rows["merged"]["B"]));
        Assert.False(rows["replaced"].ContainsKey("B"));
        Assert.Equal(4L, rows["upserted too"]["A"]);
    }

    [Fact]
    public async Task A_refused_transaction_changes_nothing_and_names_the_operation()
    {
        var table = await NewTableAsync();
        var old = (await table.AddEntityAsync(new TableEntity("p", "there"))).Headers.ETag!.Value;
        await table.UpsertEntityAsync(new TableEntity("p", "there") { ["N"] = 1 });

        async Task FailsAsync(int status, string code, int index, params TableTransactionAction[] actions)
        {
            var refusal = await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(actions));
            Assert.Equal((status, code, index), (refusal.Status, refusal.ErrorCode, refusal.FailedTransactionActionIndex));
        }

        var add = Add("p", "new");
        var (there, missing) = (new TableEntity("p", "there"), new TableEntity("p", "missing"));
        await FailsAsync(409, "EntityAlreadyExists", 1, add, Add("p", "there"));
        await FailsAsync(412, "UpdateConditionNotSatisfied", 1, add, new(TableTransactionActionType.UpdateReplace, there, old));
        await FailsAsync(404, "ResourceNotFound", 1, add, new(TableTransactionActionType.UpdateMerge, missing, ETag.All));
        await FailsAsync(400, "InvalidDuplicateRow", 1, add, new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "new")));
        Assert.Equal(["there"], await table.QueryAsync<TableEntity>().Select(e => e.RowKey).ToListAsync());
    }

    [Fact]
    public async Task A_transaction_holds_a_hundred_operations_at_most()
    {
        var table = await NewTableAsync();
        var hundred = Enumerable.Range(0, 100).Select(i => Add("p", $"{i:D3}"));
        Assert.Equal(100, (await table.SubmitTransactionAsync(hundred)).Value.Count);
        // Azurite's answer is not well-formed, so that the SDK throws something else than a refusal.
        var more = Enumerable.Range(200, 101).Select(i => Add("p", $"{i:D3}"));
        await Assert.ThrowsAnyAsync<Exception>(() => table.SubmitTransactionAsync(more));
        Assert.Equal(100, await table.QueryAsync<TableEntity>().CountAsync());
    }

    [Fact]
    public async Task Of_transactions_that_race_for_a_row_one_wins_whole()
    {
        var table = await NewTableAsync();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async n =>
        {
            try
            {
                await table.SubmitTransactionAsync(
                [
                    new(TableTransactionActionType.Add, new TableEntity("p", $"mine {n}")),
                    new(TableTransactionActionType.Add, new TableEntity("p", "head") { ["Winner"] = n }),
                ]);
                return true;
            }
            catch (TableTransactionFailedException e) when (e.Status == 409)
            {
                return false;
            }
        }));
        Assert.Single(outcomes, won => won);
        var rows = await table.QueryAsync<TableEntity>().ToListAsync();
        Assert.Equal(["head", $"mine {rows[0]["Winner"]}"], rows.Select(e => e.RowKey));
    }

    [Fact]
    public async Task The_synchronous_methods_work_too()
    {
        var table = await NewTableAsync();
        table.AddEntity(new TableEntity("p", "r") { ["N"] = 1 });
        table.SubmitTransaction([new(TableTransactionActionType.UpsertMerge, new TableEntity("p", "r2"))]);
        Assert.Equal(1, table.GetEntity<TableEntity>("p", "r").Value["N"]);
        Assert.Equal(2, table.Query<TableEntity>().Count());
    }

    private static TableTransactionAction Add(string partition, string row) =>
        new(TableTransactionActionType.Add, new TableEntity(partition, row));
}
