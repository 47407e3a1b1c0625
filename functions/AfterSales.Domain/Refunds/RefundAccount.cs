using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json.Serialization;

namespace AfterSales.Domain.Refunds;

/// <summary>What one request did to an account.</summary>
/// <param name="Asked">The sum that the request named, which tells it from another under the same key; null: it named none.</param>
/// <param name="Undone">It was not paid after all, or let go for what was; it stays on record and counts for nothing.</param>
/// <param name="Pieces">How many pieces came back for it.</param>
/// <param name="Pending">It was let out, and nobody has said yet that it was paid.</param>
public sealed record RefundEntry(
    string Key, string By, Money? Asked, Money Price, Money Freight, ImmutableArray<TenderShare> Shares, Money Compensation, Money TooMuch,
    bool Undone = false, int Pieces = 0, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool Pending = false)
{
    /// <summary>What of the item itself went back.</summary>
    [JsonIgnore]
    public Money Amount => Price + Freight;
}

/// <summary>What an account answers.</summary>
public abstract record RefundAnswer
{
    private RefundAnswer()
    {
    }

    public sealed record Taken(RefundEntry Entry, RefundAccount Account) : RefundAnswer;

    /// <summary>It was taken before; nothing changes.</summary>
    public sealed record Repeated(RefundEntry Entry) : RefundAnswer;

    /// <param name="Code">See <see cref="RefundRefusals"/>.</param>
    /// <param name="Left">What could still be refunded.</param>
    public sealed record Refused(string Code, Money Left) : RefundAnswer;
}

public static class RefundRefusals
{
    public const string ExceedsPaid = "refund-exceeds-paid";
    public const string NotPositive = "amount-not-positive";
    public const string KeyReused = "refund-key-reused";
    public const string Unknown = "refund-unknown";
    public const string TenderTaken = "tender-taken";
    public const string PiecesOutOfRange = "pieces-out-of-range";
}

/// <summary>
/// The money of one item of an order, over all cases and marketplaces: what was paid, by which tenders, and what went back. Pure. The
/// refunds never exceed what was paid, in all, by part and by tender; the last fen of a full refund is in it.
/// </summary>
/// <param name="Tenders">In the order in which they are refunded; they make up price and freight.</param>
/// <param name="PiecesBack">How many pieces were refunded as pieces.</param>
public sealed record RefundAccount(
    Money Price, Money Freight, int Pieces, ImmutableArray<Tender> Tenders, ImmutableArray<RefundEntry> Entries, int PiecesBack = 0)
{
    /// <summary>The tender of an item whose marketplace names none.</summary>
    public const string OnlyTender = "payment";

    /// <exception cref="ArgumentException">The tenders do not make up what was paid, or two have one id.</exception>
    public static RefundAccount Open(Money price, Money freight, int pieces, IReadOnlyList<Tender>? tenders)
    {
        tenders = tenders is { Count: > 0 } ? tenders : [new Tender(OnlyTender, OnlyTender, price + freight)];
        if (tenders.Aggregate(price with { Fen = 0 }, (sum, tender) => sum + tender.Amount) != price + freight)
            throw new ArgumentException("The tenders must make up what was paid.", nameof(tenders));
        if (tenders.Select(tender => tender.Id).Distinct().Count() != tenders.Count)
            throw new ArgumentException("Every tender has an id of its own.", nameof(tenders));
        return new RefundAccount(price, freight, pieces, [.. tenders], []);
    }

    [JsonIgnore]
    public Money Paid => Price + Freight;

    [JsonIgnore]
    public Money Refunded => Sum(entry => entry.Amount);

    [JsonIgnore]
    public Money Left => Paid - Refunded;

    /// <summary>Beyond the price of the item, and no part of what was paid for it.</summary>
    [JsonIgnore]
    public Money Compensated => Sum(entry => entry.Compensation);

    /// <summary>Paid although nothing was left: to be got back by people.</summary>
    [JsonIgnore]
    public Money TooMuch => Sum(entry => entry.Pending ? Zero : entry.TooMuch);

    /// <summary>What the key gives back counts: it was taken, and nothing has undone it or taken its place since.</summary>
    public bool Holds(string key) => Entries.Any(entry => entry.Key == key && !entry.Undone);

    public RefundAnswer Decide(RefundRequest request)
    {
        if (Entries.FirstOrDefault(entry => entry.Key == request.Key && !entry.Undone) is { } before)
        {
            return before.Asked != request.Named ? Refuse(RefundRefusals.KeyReused)
                : before.Pending && !request.Pending ? Pay(before, request)
                : new RefundAnswer.Repeated(before);
        }
        return request switch
        {
            RefundRequest.Sum sum => Take(sum, sum.Part == RefundPart.Price ? sum.Amount : Zero, sum.Part == RefundPart.Freight ? sum.Amount : Zero),
            RefundRequest.OfAll all => OfAll(all, all.Amount),
            RefundRequest.ExchangedForLess less => Take(less, less.Difference, Zero),
            RefundRequest.Rest rest => Take(rest, LeftOfPrice, LeftOfFreight),
            RefundRequest.Pieces pieces => TakePieces(pieces),
            RefundRequest.Parts parts => TakeParts(parts),
            RefundRequest.ExchangedForMore more => Charge(more),
            RefundRequest.Compensation { Amount.IsPositive: false } => Refuse(RefundRefusals.NotPositive),
            RefundRequest.Compensation more => Enter(Entry(more, Zero, Zero) with { Compensation = more.Amount }),
            RefundRequest.Fact { Amount.IsPositive: false } => Refuse(RefundRefusals.NotPositive),
            RefundRequest.Fact fact => Note(fact),
            RefundRequest.Undo undo => TakeBack(undo),
            _ => throw new UnreachableException($"Unknown request {request.GetType().Name}."),
        };
    }

    private Money Zero => Price with { Fen = 0 };

    private Money LeftOfPrice => Price - Sum(entry => entry.Price);

    private Money LeftOfFreight => Freight - Sum(entry => entry.Freight);

    private RefundAnswer OfAll(RefundRequest request, Money amount)
    {
        var price = Money.Min(amount, LeftOfPrice);
        return Take(request, price, amount - price);
    }

    private RefundAnswer Take(RefundRequest request, Money price, Money freight) => (price, freight) switch
    {
        _ when price.IsNegative || freight.IsNegative || (price + freight).IsZero =>
            Refuse(Left.IsZero ? RefundRefusals.ExceedsPaid : RefundRefusals.NotPositive),
        _ when price > LeftOfPrice || freight > LeftOfFreight => Refuse(RefundRefusals.ExceedsPaid),
        _ => Enter(Entry(request, price, freight)),
    };

    /// <summary>The share of all pieces so far, less that of those before: so the last piece takes the last fen.</summary>
    private RefundAnswer TakePieces(RefundRequest.Pieces request)
    {
        if (request.Count < 1 || PiecesBack + request.Count > Pieces) return Refuse(RefundRefusals.PiecesOutOfRange);
        var back = PiecesBack + request.Count;
        var price = Money.Min(MoneyParts.OfPieces(Price, PiecesBack, request.Count, Pieces), LeftOfPrice);
        var freight = request.WithFreight ? Money.Min(MoneyParts.OfPieces(Freight, PiecesBack, request.Count, Pieces), LeftOfFreight) : Zero;
        return Take(request, price, freight) is RefundAnswer.Taken taken
            ? OfPieces(taken, taken.Entry with { Pieces = request.Count })
            : Refuse(RefundRefusals.ExceedsPaid);
    }

    private RefundAnswer TakeParts(RefundRequest.Parts request)
    {
        if (request.Count < 0 || PiecesBack + request.Count > Pieces) return Refuse(RefundRefusals.PiecesOutOfRange);
        if (request.Beyond.IsNegative) return Refuse(RefundRefusals.NotPositive);
        var taken = request.Beyond.IsPositive && (request.Price + request.Freight).IsZero
            ? Enter(Entry(request, Zero, Zero))
            : Take(request, request.Price, request.Freight);
        return taken is RefundAnswer.Taken known
            ? OfPieces(known, known.Entry with { Compensation = request.Beyond, Pieces = request.Count })
            : taken;
    }

    private RefundAnswer.Taken OfPieces(RefundAnswer.Taken taken, RefundEntry entry) => new(entry, taken.Account with
    {
        Entries = taken.Account.Entries.SetItem(Entries.Length, entry),
        PiecesBack = PiecesBack + entry.Pieces,
    });

    private RefundAnswer Charge(RefundRequest.ExchangedForMore request)
    {
        if (!request.Difference.Amount.IsPositive) return Refuse(RefundRefusals.NotPositive);
        if (Tenders.Any(tender => tender.Id == request.Difference.Id)) return Refuse(RefundRefusals.TenderTaken);
        var entry = Entry(request, Zero, Zero);
        return new RefundAnswer.Taken(entry, this with
        {
            Price = Price + request.Difference.Amount,
            Tenders = Tenders.Add(request.Difference),
            Entries = Entries.Add(entry),
        });
    }

    private RefundAnswer.Taken Note(RefundRequest.Fact fact)
    {
        var amount = fact.Amount ?? Paid;
        return (fact.Pending ? this : MakingRoomFor(amount)).Note(fact, amount);
    }

    /// <summary>What was paid comes before what is only to go out: that is let go, the newest first, and decided anew when it is to go out again.</summary>
    private RefundAccount MakingRoomFor(Money amount)
    {
        var account = this;
        foreach (var entry in Entries.Reverse().Where(entry => entry is { Pending: true, Undone: false, Amount.IsPositive: true }))
        {
            if (amount <= account.Left) break;
            account = account.Without(entry);
        }
        return account;
    }

    /// <summary>What was to go out was paid. Whether it was too much is only known now.</summary>
    private RefundAnswer.Taken Pay(RefundEntry before, RefundRequest request)
    {
        if (before.TooMuch.IsPositive && request is RefundRequest.Fact fact) return Without(before).Note(fact);
        var paid = before with { Pending = false };
        return new RefundAnswer.Taken(paid, this with { Entries = Entries.Replace(before, paid) });
    }

    private RefundAnswer.Taken Note(RefundRequest.Fact fact, Money amount)
    {
        var price = Money.Min(amount, LeftOfPrice);
        var freight = Money.Min(amount - price, LeftOfFreight);
        return Enter(Entry(fact, price, freight) with
        {
            TooMuch = fact.Amount is null ? Zero : amount - price - freight,
            Compensation = fact.Beyond ?? Zero,
        });
    }

    private RefundAnswer TakeBack(RefundRequest.Undo undo)
    {
        if (Entries.FirstOrDefault(entry => entry.Key == undo.Of && !entry.Undone) is not { } entry) return Refuse(RefundRefusals.Unknown);
        var taken = Enter(Entry(undo, Zero, Zero));
        return taken with { Account = taken.Account.Without(entry) };
    }

    private RefundAccount Without(RefundEntry entry) => this with
    {
        Entries = Entries.Replace(entry, entry with { Undone = true }),
        PiecesBack = PiecesBack - entry.Pieces,
    };

    private RefundAnswer.Taken Enter(RefundEntry entry) => new(entry, this with { Entries = Entries.Add(entry) });

    private RefundEntry Entry(RefundRequest request, Money price, Money freight) => new(
        request.Key, request.By, request.Named, price, freight,
        [.. TenderSplit.Of(price + freight, Tenders, [.. Entries.Where(entry => !entry.Undone).SelectMany(entry => entry.Shares)])], Zero, Zero,
        Pending: request.Pending);

    private RefundAnswer.Refused Refuse(string code) => new(code, Left);

    private Money Sum(Func<RefundEntry, Money> part)
    {
        var sum = Zero;
        foreach (var entry in Entries)
        {
            if (!entry.Undone) sum += part(entry);
        }
        return sum;
    }
}
