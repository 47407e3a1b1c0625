using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>Where a case stands, in one word.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaseStatus>))]
public enum CaseStatus
{
    /// <summary>With somebody in the mall who has to decide; <see cref="Case.Level"/> says with whom.</summary>
    [JsonStringEnumMemberName("open")] Open,

    /// <summary>Decided for the customer; the marketplace has to pay.</summary>
    [JsonStringEnumMemberName("awaiting-payout")] AwaitingPayout,

    /// <summary>Decided for the customer; the payout failed for good and finance has to deal with it.</summary>
    [JsonStringEnumMemberName("awaiting-finance")] AwaitingFinance,

    /// <summary>Decided; the customer may accept or contest.</summary>
    [JsonStringEnumMemberName("awaiting-customer")] AwaitingCustomer,

    /// <summary>A decision, or the release of a payout that was held back, waits for a second person.</summary>
    [JsonStringEnumMemberName("awaiting-approval")] AwaitingApproval,

    /// <summary>Decided for the customer; goods or a repair are on their way.</summary>
    [JsonStringEnumMemberName("in-remedy")] InRemedy,

    /// <summary>With the Consumer Association or legal counsel.</summary>
    [JsonStringEnumMemberName("referred")] Referred,

    /// <summary>With arbitration, which has no clock.</summary>
    [JsonStringEnumMemberName("in-arbitration")] InArbitration,

    [JsonStringEnumMemberName("closed")] Closed,
}

/// <summary>The decision in force.</summary>
/// <param name="Clauses">Of a refusal, the refusing clause alone.</param>
/// <param name="By">Who decided: he does not decide an appeal against it.</param>
public sealed record Ruling(
    Instant At, StepCode Rung, Outcome Outcome, bool BySilence, Remedy? Remedy, Money Amount, ImmutableArray<string> Clauses,
    string? SealedReason, Actor By);

/// <summary>A decision that waits for a second person.</summary>
/// <param name="Amount">In all.</param>
/// <param name="Goods">What of it is for the goods; null: all.</param>
public sealed record Proposal(
    Instant At, Actor By, StepCode Rung, Remedy Remedy, Money Amount, string? Clause, string SealedReason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Money? Goods = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GrantTerms? Terms = null);

/// <summary>The clocks stand still.</summary>
public sealed record CasePause(Instant At, Actor By, PauseReason Reason);

/// <summary>Another case that has to do with this one.</summary>
public sealed record CaseLink(CaseId Case, LinkKind Kind);

/// <summary>How a decision was answered.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CustomerAnswer>))]
public enum CustomerAnswer
{
    /// <summary>There is nothing to answer: no decision yet, or it was contested and the next is awaited.</summary>
    [JsonStringEnumMemberName("not-asked")] NotAsked,
    [JsonStringEnumMemberName("awaited")] Awaited,
    [JsonStringEnumMemberName("accepted")] Accepted,
    [JsonStringEnumMemberName("accepted-by-silence")] AcceptedBySilence,

    /// <summary>There was nothing to answer: an arbitration award binds.</summary>
    [JsonStringEnumMemberName("bound")] Bound,
    [JsonStringEnumMemberName("withdrawn")] Withdrawn,
}

/// <summary>A line of the case's history.</summary>
/// <param name="What">In words; ids and amounts only.</param>
/// <param name="Clause">The clause behind it, if one is.</param>
/// <param name="Sealed">What the person wrote, sealed; shown to those who may see it.</param>
public sealed record TimelineEntry(Instant At, Actor By, string Event, Wording What, string? Clause, string? Sealed = null);

/// <summary>A file that could not be taken, and why.</summary>
public sealed record RejectedFile(string Name, string Code, string Detail);

/// <summary>A file that is being fetched.</summary>
public sealed record AwaitedFile(string Name, string SealedUrl);

/// <summary>
/// A case: the fold of its events. It is made by <see cref="CaseDecider.Evolve"/> only. Lists are in the order in which things
/// happened.
/// </summary>
public sealed record Case
{
    private readonly CaseProcess? _process;

    public required CaseId Id { get; init; }

    public required string Marketplace { get; init; }

    public required string ExternalId { get; init; }

    public required string SupplierId { get; init; }

    public required string CustomerId { get; init; }

    public required Claim Claim { get; init; }

    public required OrderLine Order { get; init; }

    /// <summary>What the rulebook says with the facts held now. The version of the rulebook stays the one of opening.</summary>
    public required DecisionDocument Decision { get; init; }

    /// <summary>TZDB id of the zone in which days are counted.</summary>
    public required string Zone { get; init; }

    /// <summary>The instant of registration.</summary>
    public required Instant OpenedAt { get; init; }

    /// <summary>From when the clocks of registration run: the registration, or the last reopening.</summary>
    public Instant ClocksFrom { get; init; }

    /// <summary>1, and one more with every reopening.</summary>
    public int Run { get; init; } = 1;

    /// <summary>The rules of going on that the case was opened under. Kept with the rulebook, not with the case.</summary>
    [JsonIgnore]
    public CaseProcess Process
    {
        get => _process ?? throw new InvalidOperationException($"{Id} was loaded without its process.");
        init => _process = value;
    }

    /// <summary>The number of events folded so far.</summary>
    public long Sequence { get; init; }

    /// <summary>With whom the case is, or who decided it last.</summary>
    public StepCode Level { get; init; }

    /// <summary>The highest rung that the case has been on.</summary>
    public StepCode HighestLevel { get; init; }

    public Ruling? Ruling { get; init; }

    /// <summary>A decision is in force and not contested. False while somebody has to decide.</summary>
    public bool Decided { get; init; }

    public bool SupplierAgreed { get; init; }

    public CustomerAnswer Answer { get; init; }

    /// <summary>The most that any decision granted, less what finance cancelled.</summary>
    public Money Granted { get; init; }

    /// <summary>The most that any decision granted, whatever finance cancelled.</summary>
    public Money MostGranted { get; init; }

    /// <summary>How <see cref="Granted"/> is made up; empty: all of it is for the goods.</summary>
    public ImmutableArray<MoneyComponent> Components { get; init; } = [];

    /// <summary>What the customer still has to pay for goods given in exchange that cost more, or for a repair; null: nothing.</summary>
    public Money? DifferenceDue { get; init; }

    /// <summary>What the customer paid for goods given in exchange that cost more, or for a repair, each time.</summary>
    public ImmutableArray<Money> DifferencesPaid { get; init; } = [];

    public Remedy? GrantedRemedy { get; init; }

    /// <summary>What the coupon granted is worth; null: none was granted, or nobody said.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Coupon { get; init; }

    /// <summary>The granted remedy on its way; null when it takes no steps.</summary>
    public Fulfilment? Fulfilment { get; init; }

    /// <summary>A decision that waits for a second person.</summary>
    public Proposal? Proposal { get; init; }

    /// <summary>Null while the clocks run.</summary>
    public CasePause? Pause { get; init; }

    /// <summary>The pauses that are over.</summary>
    public ImmutableArray<ClockPause> PausesOver { get; init; } = [];

    /// <summary>What one side has offered the other and is not answered yet.</summary>
    public Offer? Offer { get; init; }

    public int OffersMade { get; init; }

    public ImmutableArray<CaseLink> Links { get; init; } = [];

    /// <summary>Ids of the people who decided so far: none of them decides an appeal.</summary>
    public ImmutableArray<string> Deciders { get; init; } = [];

    public ImmutableArray<Payout> Payouts { get; init; } = [];

    /// <summary>The open ones only.</summary>
    public ImmutableArray<Deadline> Deadlines { get; init; } = [];

    /// <summary>How many deadlines have been started, for numbering them.</summary>
    public int DeadlinesStarted { get; init; }

    public ImmutableArray<DeadlineMissed> Breaches { get; init; } = [];

    public ImmutableArray<string> Exceptions { get; init; } = [];

    public ImmutableArray<FiledEvidence> Evidence { get; init; } = [];

    /// <summary>Files that their senders have not submitted: nobody else sees them and they do not count.</summary>
    public ImmutableArray<FiledEvidence> StagedEvidence { get; init; } = [];

    public ImmutableArray<EvidenceRound> EvidenceRounds { get; init; } = [];

    /// <summary>Items of the rulebook's evidence that were missing at opening and hold the clocks.</summary>
    public ImmutableArray<string> HeldForEvidence { get; init; } = [];

    public ImmutableArray<AwaitedFile> AwaitedEvidence { get; init; } = [];

    public ImmutableArray<RejectedFile> RejectedEvidence { get; init; } = [];

    /// <summary>What the marketplace has reported, each once.</summary>
    public ImmutableArray<MarketplaceReport> Reports { get; init; } = [];

    /// <summary>What the marketplace says was refunded of the item beside the payouts of the case: several add up.</summary>
    public ImmutableArray<RefundElsewhere> RefundsElsewhere { get; init; } = [];

    /// <summary>Payments of the case by which more went back for the item than was paid for it.</summary>
    public ImmutableArray<Overpayment> Overpayments { get; init; } = [];

    public ImmutableArray<Contradiction> Contradictions { get; init; } = [];

    /// <summary>Of which versions what it holds is; null when the marketplace gives none.</summary>
    public MarketplaceSnapshot? Snapshot { get; init; }

    public ImmutableArray<TimelineEntry> Timeline { get; init; } = [];

    public Instant? ClosedAt { get; init; }

    public CaseOutcome? Outcome { get; init; }

    [JsonIgnore]
    public bool IsClosed => ClosedAt is not null;

    [JsonIgnore]
    public Rung Rung => Process[Level];

    [JsonIgnore]
    public Entitlement Entitlement => Entitlement.Of(Decision, Process.Clauses.Undetermined);

    [JsonIgnore]
    public Payout? OpenPayout => Payouts.FirstOrDefault(payout => payout.IsOpen);

    [JsonIgnore]
    public EvidenceRound? OpenRound => EvidenceRounds.FirstOrDefault(round => round.IsOpen);

    [JsonIgnore]
    public Money Paid => Payouts.Where(payout => payout.IsPaid)
        .Aggregate(new Money(0, Order.Paid.Currency), (sum, payout) => sum + payout.Amount);

    /// <summary>What finance still has to get back; null: nothing.</summary>
    [JsonIgnore]
    public Money? Overpaid => Overpayments.Where(one => one.End is null).Select(one => (Money?)one.Amount)
        .Aggregate((Money?)null, (sum, one) => sum is { } so ? so + one : one);

    [JsonIgnore]
    public Money Nothing => Order.Paid with { Fen = 0 };

    [JsonIgnore]
    public Money DifferencePaid => DifferencesPaid.Aggregate(Nothing, (sum, one) => sum + one);

    /// <summary>How many pieces came back, where that was not all of them at once; null where it was, or nothing came.</summary>
    [JsonIgnore]
    public int? PiecesBack => Fulfilment?.Steps.FirstOrDefault(step => step.Step == RemedyStep.Receive)?.Note?.Quantity is { } back && back < Order.Pieces
        ? back
        : null;

    /// <summary>Of a sum for all pieces, what is for those that came back; all of it where all came, or none did yet.</summary>
    public Money ForPiecesBack(Money whole) => PiecesBack is { } back && whole.IsPositive
        ? MoneyParts.OfPieces(whole, Fulfilment!.Steps.First(step => step.Step == RemedyStep.Receive).Note!.Before ?? 0, back, Order.Pieces)
        : whole;

    /// <summary>With what was paid as a difference, without freight.</summary>
    [JsonIgnore]
    public Money PaidForGoods => Order.Paid + DifferencePaid;

    [JsonIgnore]
    public DateTimeZone TimeZone => DateTimeZoneProviders.Tzdb[Zone];

    [JsonIgnore]
    public CaseStatus Status => this switch
    {
        { IsClosed: true } => CaseStatus.Closed,
        { Proposal: not null } => CaseStatus.AwaitingApproval,
        { Decided: false, Rung: { IsExternal: true, IsBinding: true } } => CaseStatus.InArbitration,
        { Decided: false } => Rung.IsExternal ? CaseStatus.Referred : CaseStatus.Open,
        { Fulfilment.IsOpen: true } => CaseStatus.InRemedy,
        { OpenPayout.Release: not null } => CaseStatus.AwaitingApproval,
        { OpenPayout.State: PayoutState.QueuedForFinance } => CaseStatus.AwaitingFinance,
        { OpenPayout: not null } => CaseStatus.AwaitingPayout,
        _ => CaseStatus.AwaitingCustomer,
    };

    /// <summary>Who the case waits for now, by role; null when it is closed and nothing was paid too much.</summary>
    [JsonIgnore]
    public Party? Owner => Status switch
    {
        CaseStatus.Closed => Overpaid is null ? null : Party.Finance,
        CaseStatus.Open or CaseStatus.Referred or CaseStatus.InArbitration => Rung.Owner,
        CaseStatus.AwaitingApproval => Process.Limits.Approval?.By ?? Party.Manager,
        CaseStatus.InRemedy => Fulfilment!.Current!.Owner,
        CaseStatus.AwaitingPayout => Party.Marketplace,
        CaseStatus.AwaitingFinance => Party.Finance,
        CaseStatus.AwaitingCustomer => Party.Customer,
        _ => throw new InvalidOperationException($"Status {Status} has no owner."),
    };

    /// <summary>The customer has no more to say: the case closes when nothing is left to pay.</summary>
    [JsonIgnore]
    public bool IsAnswered => Answer is not (CustomerAnswer.NotAsked or CustomerAnswer.Awaited);

    [JsonIgnore]
    public bool IsUnresolved => Process.IsUnresolvedAt(HighestLevel);

    public bool Missed(string clock) => Breaches.Any(breach => breach.Deadline == clock);

    public Deadline? Open(string clock) => Deadlines.FirstOrDefault(deadline => deadline.Name == clock);

    /// <summary>The running clock that is due first; null when none runs.</summary>
    [JsonIgnore]
    public Deadline? Earliest
    {
        get
        {
            // Asked hundreds of times for one answer.
            Deadline? earliest = null;
            foreach (var deadline in Deadlines)
            {
                if (deadline.Runs && (earliest is null || deadline.Due < earliest.Due)) earliest = deadline;
            }
            return earliest;
        }
    }
}
