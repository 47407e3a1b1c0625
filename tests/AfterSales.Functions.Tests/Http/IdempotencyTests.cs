using System.Text;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Tests.Http;

public sealed class IdempotencyTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly Idempotency _idempotency = shared.App.Services.GetRequiredService<Idempotency>();
    private readonly Caller _finance = new(Role.Finance, "finance-1");
    private int _runs;

    [Fact]
    public async Task The_same_key_and_body_get_the_same_answer_which_says_so()
    {
        var first = await RunAsync("key-1", "{}");
        var second = await RunAsync("key-1", "{}");

        Assert.Equal(1, _runs);
        Assert.Equal((first.Status, Text(first)), (second.Status, Text(second)));
        Assert.Equal("true", second.Headers[Idempotency.ReplayedHeader]);
        Assert.False(first.Headers.ContainsKey(Idempotency.ReplayedHeader));
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await RunAsync("key-2", "{}");
        var second = await RunAsync("key-2", "{ }");

        Assert.Equal((422, 1), (second.Status, _runs));
        Assert.Contains("idempotency-key-reused", Text(second), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_caller_or_another_path_may_use_the_same_key()
    {
        await RunAsync("key-3", "{}");
        await RunAsync("key-3", "{}", caller: new Caller(Role.Finance, "finance-2"));
        await RunAsync("key-3", "{}", path: "/elsewhere");

        Assert.Equal(3, _runs);
    }

    [Fact]
    public async Task Without_a_key_every_request_runs()
    {
        await RunAsync(null, "{}");
        await RunAsync(null, "{}");

        Assert.Equal(2, _runs);
    }

    [Fact]
    public async Task A_key_of_no_or_too_many_characters_is_a_bad_request() =>
        Assert.Equal((400, 0), ((await RunAsync(new string('k', 256), "{}")).Status, _runs));

    [Fact]
    public async Task A_request_that_ended_before_its_answer_was_kept_runs_again_with_the_same_key_for_its_effects()
    {
        var keys = new List<string?>();
        await Assert.ThrowsAsync<TimeoutException>(() => RunAsync("key-4", "{}", handle: key =>
        {
            keys.Add(key);
            throw new TimeoutException();
        }));
        await RunAsync("key-4", "{}", handle: key =>
        {
            keys.Add(key);
            return Task.FromResult(Answer.Json(200, new { }));
        });

        Assert.Equal(keys[0], keys[1]);
    }

    [Fact]
    public async Task Stored_answers_are_sealed()
    {
        await RunAsync("key-5", "{}");

        await foreach (var row in shared.App.Services.GetRequiredService<Tables>().Get("idempotency").QueryAsync<TableEntity>())
        {
            Assert.DoesNotContain("done", Encoding.UTF8.GetString(row.GetBinary("Answer") ?? []), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_answer_that_holds_a_persons_data_goes_with_them()
    {
        var vault = shared.App.Services.GetRequiredService<PersonVault>();
        var person = vault.PersonOf("demo-mall", "C-erased");
        Func<string?, Task<Answer>> handle = _ => Task.FromResult(Answer.Json(200, new { name = "Li Qingzhao" }) with { Of = person });
        var first = await RunAsync("key-6", "{}", handle: handle);
        Assert.Equal(Text(first), Text(await RunAsync("key-6", "{}", handle: handle)));

        await vault.EraseAsync(person);

        var erased = await RunAsync("key-6", "{}", handle: handle);
        Assert.Equal(410, erased.Status);
        Assert.Contains("answer-erased", Text(erased), StringComparison.Ordinal);
    }

    private Task<Answer> RunAsync(string? key, string body, Caller? caller = null, string path = "/here", Func<string?, Task<Answer>>? handle = null)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = "POST";
        http.Request.Path = path;
        http.Items[typeof(Caller)] = caller ?? _finance;
        if (key is not null)
        {
            http.Request.Headers[Idempotency.Header] = key;
        }

        return _idempotency.RunAsync(
            http.Request,
            Encoding.UTF8.GetBytes(body),
            handle ?? (_ => Task.FromResult(Answer.Json(201, new { done = ++_runs }))),
            CancellationToken.None);
    }

    private static string Text(Answer answer) => Encoding.UTF8.GetString(answer.Body.Span);
}
