using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Functions.Tests.Ledger;

/// <summary>Two processes write one book at once, on a storage that loses requests and answers, and repeat what they got no answer to.</summary>
public sealed class InterleavingTests : IAsyncLifetime
{
    private const int Workers = 6;
    private const int Books = 30;
    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 1, 0);

    private readonly StorageFaults _faults = new();
    private AppHost _app = null!;
    private int _books;

    public async Task InitializeAsync() =>
        _app = await AppHost.StartAsync(new AppHostOptions { Configure = builder => builder.Services.AddSingleton(_faults) });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public Task Whatever_is_interleaved_repeated_or_lost_the_book_is_the_fold_of_what_was_accepted() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 15], Gen.Int[0, 15], Gen.Int[1, 3]).Array[1, 60].Select(Gen.UInt).SampleAsync(async drawn =>
        {
            SupplierId supplier = SupplierId.Parse($"S-{Interlocked.Increment(ref _books)}");
            IReadOnlyList<LedgerCommand> commands = [.. drawn.Item1.Select(one => Command(supplier, one.Item1, one.Item2, one.Item3, one.Item4))];
            IReadOnlyList<LedgerOutcome> outcomes = await RunAsync(supplier, commands, drawn.Item2);

            LedgerStore store = Process();
            LedgerEntry[] entries = await store.StreamAsync(supplier, CancellationToken.None).ToArrayAsync();
            LedgerBook book = await store.LoadAsync(supplier, CancellationToken.None);
            LedgerEntry[] accepted = [.. outcomes.Select(Accepted).OfType<LedgerEntry>().DistinctBy(entry => entry.Id).OrderBy(entry => entry.Sequence)];
            Assert.Equal(accepted.Select(entry => entry.Digest), entries.Select(entry => entry.Digest));
            Assert.Equal(Balances.Of(accepted), book.Balances);
            Assert.Equal(0, book.Balances.Posted.Values.Sum(balance => balance.Fen));
            Assert.Equal(0, book.Balances.Pending.Values.Sum(balance => balance.Fen));
            Assert.Equal(entries.Length, entries.Select(entry => entry.Key).Distinct().Count());
            Assert.Empty(LedgerVerification.Verify(book, entries).Faults);
        }, iter: Books, threads: 1);

    [Fact]
    public async Task What_another_process_wrote_counts_before_anything_is_refused()
    {
        SupplierId supplier = SupplierId.Parse("S-STALE");
        LedgerStore[] processes = [Process(), Process()];
        var fold = new PeriodFold();
        foreach ((int n, LedgerStore process) in processes.Index())
            fold.Add(Accepted(await process.ExecuteAsync(supplier, Command(supplier, kind: 0, key: n, target: 0, yuan: 1), CancellationToken.None))!);
        Instant december = Instant.FromUtc(2026, 12, 1, 1, 0);
        Assert.IsType<LedgerOutcome.Written>(await processes[0].ExecuteAsync(
            supplier, Close.Month(fold.SealOf(new YearMonth(2026, 11)), of: 2, december), CancellationToken.None));
    }

    private async Task<IReadOnlyList<LedgerOutcome>> RunAsync(SupplierId supplier, IReadOnlyList<LedgerCommand> commands, uint seed)
    {
        var outcomes = new ConcurrentBag<LedgerOutcome>();
        var left = new ConcurrentQueue<LedgerCommand>(commands);
        LedgerStore[] processes = [Process(), Process()];
        int request = 0;
        _faults.Decide = asked => asked.RequestUri!.AbsolutePath.Contains("$batch", StringComparison.Ordinal)
            ? FaultOf(unchecked(seed + ((uint)Interlocked.Increment(ref request) * 2_654_435_761)))
            : null;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            while (left.TryDequeue(out LedgerCommand? command)) outcomes.Add(await UntilAnsweredAsync(processes[worker % 2], supplier, command));
        })));
        _faults.Decide = null;
        return [.. outcomes];
    }

    private static async Task<LedgerOutcome> UntilAnsweredAsync(LedgerStore process, SupplierId supplier, LedgerCommand command)
    {
        while (true)
        {
            try
            {
                return await process.ExecuteAsync(supplier, command, CancellationToken.None);
            }
            catch (Exception e) when (Outage.Is(e) || e is OperationCanceledException)
            {
                // No answer: it may have been carried out or not. Whoever delivers it delivers it again.
            }
        }
    }

    private static StorageFault? FaultOf(uint random) => ((random >> 8) % 12) switch
    {
        0 => new StorageFault.ConnectionLost(AfterEffect: true),
        1 => new StorageFault.ConnectionLost(AfterEffect: false),
        2 => new StorageFault.Answer(HttpStatusCode.ServiceUnavailable, "ServerBusy"),
        3 => new StorageFault.Timeout(AfterEffect: true),
        _ => null,
    };

    private static LedgerEntry? Accepted(LedgerOutcome outcome) => outcome switch
    {
        LedgerOutcome.Written written => written.Entry,
        LedgerOutcome.Repeated repeated => repeated.Entry,
        _ => null,
    };

    private static LedgerCommand Command(SupplierId supplier, int kind, int key, int target, int yuan)
    {
        var reason = new EntryReason("charge", ["MALL-LAD-3"], "case_x", null, null, new LocalDate(2026, 11, 2));
        ImmutableArray<Posting> postings = [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, Money.OfFen(yuan * 100))];
        string aim = LedgerEntry.IdOf(supplier, $"k{target}");
        return kind switch
        {
            0 => new Post($"k{key}", reason, Now, postings),
            1 => new Reserve($"k{key}", reason, Now, postings),
            2 => new Reserve($"k{key}", reason, Now, postings) { Expires = Now },
            3 => new Settle($"k{key}", reason, Now, aim),
            4 => new Expire($"k{key}", reason, Now + Duration.FromSeconds(1), aim),
            _ => new Reverse($"k{key}", reason, Now, aim),
        };
    }

    /// <summary>A writer with what it remembers of its own, that does not try a lost request again by itself.</summary>
    private LedgerStore Process()
    {
        var options = new TableClientOptions { Transport = _app.Services.GetRequiredService<HttpPipelineTransport>() };
        options.Retry.MaxRetries = 0;
        return new LedgerStore(new Tables(new TableServiceClient("UseDevelopmentStorage=true", options)), _app.Services.GetRequiredService<LedgerAnchors>());
    }
}
