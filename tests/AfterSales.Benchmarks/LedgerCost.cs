using System.Diagnostics;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;

namespace AfterSales.Benchmarks;

/// <summary>
/// What booking costs beside the Table transactions that it must make, what 32 writers of one book get beside 32 writers of 32 books, and what
/// checking a book of a million entries takes beyond reading it.
/// </summary>
internal static class LedgerCost
{
    private const int Posts = 400;
    private const int Turns = 9;
    private const double PostingWanted = 1.5;
    private const int Writers = 32;
    private const int PostsEach = 60;
    private const double ContendedWanted = 0.6;
    private const int Entries = 1_000_000;
    private const double SecondsWanted = 30;
    private const long BytesWanted = 200_000_000;

    private static readonly Instant Now = Instant.FromUtc(2026, 11, 2, 1, 0);

    private static int _made;

    public static async Task RunAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("aftersales-ledger-");
        try
        {
            await using var app = await RecordedApp.StartAsync(folder.FullName);
            var ledger = app.Services.GetRequiredService<LedgerStore>();
            await PostingAsync(ledger, app.Services.GetRequiredService<TableServiceClient>(), output);
            await ContentionAsync(ledger, output);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await VerificationAsync(output);
    }

    private static async Task PostingAsync(LedgerStore ledger, TableServiceClient tables, TextWriter output)
    {
        await tables.CreateTableIfNotExistsAsync("floor");
        var floor = tables.GetTableClient("floor");
        var turns = new List<(double Ledger, double Floor)>();
        for (var turn = 0; turn <= Turns; turn++)
        {
            var supplier = SupplierId.Parse($"S-posting-{turn}");
            var commands = Enumerable.Range(0, Posts).Select(_ => Post(supplier)).ToList();
            var booked = await TimeAsync(async () =>
            {
                foreach (var command in commands) await BookAsync(ledger, supplier, command);
            });
            var transactions = await TransactionsAsync(ledger, supplier);
            var bare = await TimeAsync(() => WriteAsync(floor, transactions));
            turns.Add((booked, bare));
        }

        // The first turn warms up.
        var ratios = turns.Skip(1).Select(turn => turn.Ledger / turn.Floor).Order().ToList();
        var ratio = ratios[ratios.Count / 2];
        await output.WriteLineAsync(
            $"ledger: {Posts / turns.Skip(1).Average(turn => turn.Ledger):n0} postings/s, their transactions alone "
            + $"{Posts / turns.Skip(1).Average(turn => turn.Floor):n0}/s; ratio {ratio:n2}; {Met(ratio <= PostingWanted)}: at most {PostingWanted:n1}");
    }

    private static async Task ContentionAsync(LedgerStore ledger, TextWriter output)
    {
        var one = SupplierId.Parse("S-contended");
        var apart = await WriteAtOnceAsync(ledger, writer => SupplierId.Parse($"S-apart-{writer}"));
        var together = await WriteAtOnceAsync(ledger, _ => one);
        apart += await WriteAtOnceAsync(ledger, writer => SupplierId.Parse($"S-apart-{writer}"));
        together += await WriteAtOnceAsync(ledger, _ => one);
        var book = await ledger.LoadAsync(one, CancellationToken.None);
        var lost = (2 * Writers * PostsEach) - book.Count;
        var share = apart / together;
        await output.WriteLineAsync(
            $"ledger: {Writers} writers: of one book {2 * Writers * PostsEach / together:n0}/s, of {Writers} books {2 * Writers * PostsEach / apart:n0}/s; "
            + $"{share:p0}, {lost} lost; {Met(share >= ContendedWanted && lost == 0)}: at least {ContendedWanted:p0}, none lost");
    }

    private static async Task VerificationAsync(TextWriter output)
    {
        var supplier = SupplierId.Parse("S-million");
        LedgerBook book = LedgerBook.Empty(supplier);
        var making = await TimeAsync(() =>
        {
            foreach (var entry in Chain(supplier)) book = book.After(entry);
            return Task.CompletedTask;
        });
        var before = GC.GetTotalMemory(forceFullCollection: true);
        long most = 0;
        BookVerification? found = null;
        var checking = await TimeAsync(() =>
        {
            var verification = new LedgerVerification(supplier);
            foreach (var entry in Chain(supplier))
            {
                verification.Add(entry);
                if (entry.Sequence % 100_000 == 0) most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }

            found = verification.Finish(book);
            return Task.CompletedTask;
        });
        if (found!.Faults.Count > 0) throw new InvalidOperationException(found.Faults[0].ToString());
        var beyond = checking - making;
        await output.WriteLineAsync(
            $"ledger: {found.Entries:n0} entries checked and folded in {beyond:n1} s beyond making them ({making:n1} s), holding {most / 1e6:n0} MB; "
            + $"{Met(beyond <= SecondsWanted && most <= BytesWanted)}: at most {SecondsWanted:n0} s and {BytesWanted / 1e6:n0} MB");
    }

    /// <summary>A chain as a busy supplier has it: charges that are held and settled, deposits, now and then a reversal.</summary>
    private static IEnumerable<LedgerEntry> Chain(SupplierId supplier)
    {
        LedgerBook book = LedgerBook.Empty(supplier);
        LedgerEntry? last = null;
        for (var n = 0; n < Entries; n++)
        {
            var reason = Reason(new LocalDate(2026, 1, 1).PlusDays(n / 3000));
            LedgerCommand command = (n % 10) switch
            {
                1 or 3 or 5 or 7 => new Settle($"k{n}", reason, Now, last!.Id),
                9 => new Reverse($"k{n}", reason, Now, last!.Id),
                8 => new Post($"k{n}", reason, Now, [new Posting(Account.HouseCash, Account.Deposit(supplier), Money.OfFen(100 + n))]),
                _ => new Reserve($"k{n}", reason, Now, [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, Money.OfFen(100 + n))]),
            };
            var written = (LedgerOutcome.Written)book.Decide(command, new LedgerEvidence(null, last), ChartOfAccounts.Shipped);
            (book, last) = (written.Book, written.Entry);
            yield return last;
        }
    }

    private static async Task<double> WriteAtOnceAsync(LedgerStore ledger, Func<int, SupplierId> supplierOf)
    {
        var work = Enumerable.Range(0, Writers).Select(writer => (Func<Task>)(async () =>
        {
            var supplier = supplierOf(writer);
            for (var n = 0; n < PostsEach; n++) await BookAsync(ledger, supplier, Post(supplier));
        })).ToList();
        return await TimeAsync(() => Task.WhenAll(work.Select(one => Task.Run(one))));
    }

    /// <summary>The transactions that the book was made by, with nothing left but to send them.</summary>
    private static async Task<List<List<TableTransactionAction>>> TransactionsAsync(LedgerStore ledger, SupplierId supplier)
    {
        var transactions = new List<List<TableTransactionAction>>();
        LedgerBook book = LedgerBook.Empty(supplier);
        await foreach (var entry in ledger.StreamAsync(supplier, CancellationToken.None))
        {
            book = book.After(entry);
            transactions.Add(
            [
                new(TableTransactionActionType.UpsertReplace, LedgerRows.Row(book)),
                .. LedgerRows.Row(entry).Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
            ]);
        }

        return transactions;
    }

    private static async Task WriteAsync(TableClient floor, List<List<TableTransactionAction>> transactions)
    {
        ETag? etag = null;
        foreach (var transaction in transactions)
        {
            if (etag is { } known) transaction[0] = new(TableTransactionActionType.UpdateReplace, transaction[0].Entity, known);
            var answer = await floor.SubmitTransactionAsync(transaction);
            etag = answer.Value[0].Headers.ETag;
        }
    }

    private static async Task BookAsync(LedgerStore ledger, SupplierId supplier, LedgerCommand command)
    {
        if (await ledger.ExecuteAsync(supplier, command, CancellationToken.None) is not LedgerOutcome.Written)
            throw new InvalidOperationException("It was not written.");
    }

    private static Post Post(SupplierId supplier) => new(
        $"b{Interlocked.Increment(ref _made)}", Reason(new LocalDate(2026, 11, 2)), Now,
        [new Posting(Account.HouseCash, Account.Deposit(supplier), Money.OfFen(100))]);

    private static EntryReason Reason(LocalDate day) => new("charge", ["MALL-LAD-3", "MALL-3.1.1-R"], "case_abcdefghijklmnopqrstuvwxyz", "payout_x", null, day);

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static string Met(bool met) => met ? "met" : "MISSED";
}
