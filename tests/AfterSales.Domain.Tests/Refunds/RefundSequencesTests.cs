using AfterSales.Domain.Refunds;

namespace AfterSales.Domain.Tests.Refunds;

/// <summary>One million random lives of an item's money, each seeded by its number so that a failure can be repeated.</summary>
public sealed class RefundSequencesTests
{
    private const int Lives = 1_000_000;
    private const int MostSteps = 8;

    [Fact]
    public void No_sequence_of_refunds_freight_and_exchanges_gives_back_more_than_was_paid_and_a_full_one_gives_all()
    {
        long granted = 0;
        long refused = 0;
        for (var seed = 0; seed < Lives; seed++)
        {
            var (grants, refusals) = Live(new Random(seed), seed);
            granted += grants;
            refused += refusals;
        }

        // Both happen often, or the sequences would show nothing.
        Assert.InRange(granted, Lives, (long)Lives * MostSteps);
        Assert.InRange(refused, Lives / 2, (long)Lives * MostSteps);
    }

    private static (int Granted, int Refused) Live(Random random, int seed)
    {
        var account = Opened(random);
        var paid = account.Paid.Fen;
        var asked = new List<RefundRequest>();
        var (granted, refused) = (0, 0);
        for (var step = random.Next(1, MostSteps + 1); step > 0; step--)
        {
            // A wish that nobody heard the answer of is made again, sooner or later, in any order.
            var retry = asked.Count > 0 && random.Next(4) == 0;
            var request = retry ? asked[random.Next(asked.Count)] : Any(random, account, step);
            var before = account;
            switch (account.Decide(request))
            {
                case RefundAnswer.Taken taken:
                    if (retry) Fail(seed, "a retry was paid again");
                    account = taken.Account;
                    asked.Add(request);
                    if (request is RefundRequest.ExchangedForMore more) paid += more.Difference.Amount.Fen;
                    if (taken.Entry.Shares.Sum(share => share.Amount.Fen) != taken.Entry.Amount.Fen) Fail(seed, "the shares are not the refund");
                    granted++;
                    break;
                case RefundAnswer.Repeated:
                    if (!retry) Fail(seed, "a new wish counts as made before");
                    break;
                default:
                    if (retry) Fail(seed, "a retry is refused");
                    refused++;
                    break;
            }
            Sound(account, paid, seed);
            if (account.Refunded < before.Refunded) Fail(seed, "a refund went away");
        }
        InFull(account, seed);
        return (granted, refused);
    }

    private static void Sound(RefundAccount account, long paid, int seed)
    {
        if (account.Paid.Fen != paid) Fail(seed, "what was paid changed");
        if (account.Refunded > account.Paid) Fail(seed, "more was refunded than paid");
        if (account.Left + account.Refunded != account.Paid) Fail(seed, "a fen is lost");
    }

    /// <summary>
    /// Whatever went before, the rest makes it whole, in all and by tender. No share is taken back or negative, so a tender that ends at
    /// what it took never gave more.
    /// </summary>
    private static void InFull(RefundAccount account, int seed)
    {
        var whole = account.Left.IsZero ? account : account.Took(new RefundRequest.Rest("rest", "case"));
        if (whole.Refunded != whole.Paid) Fail(seed, "a full refund is not what was paid");
        foreach (var tender in whole.Tenders)
        {
            var back = whole.Entries.SelectMany(entry => entry.Shares).Where(share => share.Id == tender.Id).Sum(share => share.Amount.Fen);
            var backwards = whole.Entries.Any(entry => entry.Shares.Any(share => !share.Amount.IsPositive));
            if (backwards || back != tender.Amount.Fen) Fail(seed, $"tender {tender.Id} did not give back what it took");
        }
        if (whole.Decide(new RefundRequest.OfAll("one-fen", "case", Money.OfFen(1))) is not RefundAnswer.Refused) Fail(seed, "a fen too much");
    }

    private static RefundAccount Opened(Random random)
    {
        var price = random.Next(3) == 0 ? random.Next(1, 50) : random.NextInt64(1, 10_000_000);
        var freight = random.Next(2) == 0 ? 0 : random.NextInt64(1, 5_000);
        var left = price + freight;
        var tenders = new List<Tender>();
        for (var number = random.Next(0, 4); number > 0 && left > 1; number--)
        {
            var part = random.NextInt64(1, left);
            tenders.Add(new Tender($"t{number}", "card", Money.OfFen(part)));
            left -= part;
        }
        if (tenders.Count > 0) tenders.Add(new Tender("last", "cash", Money.OfFen(left)));
        return RefundAccount.Open(Money.OfFen(price), Money.OfFen(freight), random.Next(1, 8), tenders);
    }

    private static RefundRequest Any(Random random, RefundAccount account, int step)
    {
        var key = $"k{step}";
        var some = Money.OfFen(random.NextInt64(1, Math.Max(2, account.Paid.Fen * 3 / 4)));
        var freight = Money.OfFen(random.NextInt64(1, Math.Max(2, account.Freight.Fen)));
        return random.Next(9) switch
        {
            0 => new RefundRequest.Sum(key, "case", RefundPart.Price, some),
            1 => new RefundRequest.Sum(key, "marketplace", RefundPart.Freight, freight),
            2 => new RefundRequest.OfAll(key, "elsewhere", some),
            3 or 4 => new RefundRequest.Pieces(key, "case", random.Next(1, account.Pieces + 1), random.Next(2) == 0),
            5 => new RefundRequest.ExchangedForLess(key, "case", some),
            6 => new RefundRequest.ExchangedForMore(key, "case", new Tender($"more{step}", "card", some)),
            7 => new RefundRequest.Compensation(key, "case", some * 3),
            _ => new RefundRequest.Rest(key, "case"),
        };
    }

    private static void Fail(int seed, string what) => Assert.Fail($"Seed {seed}: {what}.");
}
