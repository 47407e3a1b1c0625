using System.Text.Json.Nodes;

namespace AfterSales.Local.Month;

/// <summary>A customer as the marketplace knows them. None of these people exist.</summary>
public sealed record Customer(string Id, string Name, string Phone, string Email, string City);

/// <summary>A counter of the mall, the quality deposit it has paid and the person it has registered as responsible.</summary>
/// <param name="Deposit">Yuan with two decimals.</param>
public sealed record Supplier(string Id, string Name, string Deposit, string? ResponsiblePerson);

/// <summary>Finance fills a supplier's deposit up again, from what the mall owes the supplier.</summary>
public sealed record TopUp(Supplier Supplier, DateTimeOffset At, string Amount);

/// <summary>A photo that goes with a request: in the message, or as a link to where the marketplace keeps it.</summary>
/// <param name="draw">Draws it, when it is first looked at.</param>
public sealed class Picture(string name, Func<byte[]> draw, bool byLink = false)
{
    private readonly Lazy<byte[]> _jpeg = new(draw);

    public string Name { get; } = name;

    public bool ByLink { get; } = byLink;

    public byte[] Jpeg => _jpeg.Value;
}

/// <summary>Something that happens in the world and from which people count: the n-th time it happens in the story.</summary>
public enum Moment
{
    Requested,
    Decided,
    Instructed,
    Referred,
    Invited,
}

/// <summary>What somebody does, <paramref name="Delay"/> after the <paramref name="Nth"/> <paramref name="After"/> of their
/// story.</summary>
public abstract record Act(Moment After, TimeSpan Delay, int Nth = 1);

/// <summary>One of the mall's people, the supplier or the customer acts on the case.</summary>
/// <param name="Role">A role of the access tokens, or <c>customer</c> (who acts by the link of the last decision).</param>
public sealed record PersonActs(Moment After, TimeSpan Delay, string Role, JsonObject Body, int Nth = 1) : Act(After, Delay, Nth);

/// <summary>The marketplace sends another message about the same request.</summary>
public sealed record MarketplaceTells(Moment After, TimeSpan Delay, string Type, JsonObject Data) : Act(After, Delay);

/// <summary>The marketplace sends its first message once more, byte for byte.</summary>
public sealed record MarketplaceRepeats(Moment After, TimeSpan Delay) : Act(After, Delay);

/// <summary>The marketplace uses the id of its first message for another body, which must be refused.</summary>
public sealed record MarketplaceReusesId(Moment After, TimeSpan Delay) : Act(After, Delay);

/// <summary>A file is added to the case.</summary>
public sealed record PersonUploads(Moment After, TimeSpan Delay, string Role, Picture Picture) : Act(After, Delay);

/// <summary>The customer answers the callback.</summary>
/// <param name="Score">1 (worst) to 5.</param>
public sealed record CustomerAnswers(TimeSpan Delay, int Score, string Comment) : Act(Moment.Invited, Delay);

/// <summary>How the marketplace answers an instruction to pay.</summary>
public enum PayoutAnswer
{
    Confirmed,
    Failed,
    Silence,
}

/// <summary>How a story is told in the table of outcomes.</summary>
public enum Ending
{
    AcceptedAtOnce,
    SettledByFloor,
    SettledByInspection,
    SettledByManager,
    DecidedByRulebook,
    Refused,
    DecidedOutside,
    InArbitration,
    Withdrawn,
}

/// <summary>What must be true of the case at the end of the month.</summary>
/// <param name="Refund">What the customer was paid in all, yuan with two decimals; null when no money moved.</param>
/// <param name="Clause">The clause that must be cited for it.</param>
public sealed record Expectation(Ending Ending, string? Refund, string Clause);

/// <summary>One request of the month: what the marketplace sends, what people then do, how it must end.</summary>
public sealed record Story(
    string ExternalId,
    string Title,
    DateTimeOffset RequestedAt,
    Customer Customer,
    Supplier Supplier,
    string Paid,
    DateTimeOffset SoldAt,
    string Kind,
    string Description,
    JsonObject Facts,
    IReadOnlyList<Picture> Pictures)
{
    public IReadOnlyList<Act> Acts { get; init; } = [];

    /// <summary>The marketplace's answers to the first, second… instruction; confirmed when the list is over.</summary>
    public IReadOnlyList<PayoutAnswer> Payout { get; init; } = [];

    public required Expectation Expected { get; init; }
}
