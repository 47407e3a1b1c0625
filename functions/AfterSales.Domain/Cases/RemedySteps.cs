using System.Collections.Immutable;
using System.Text.Json.Serialization;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Domain.Cases;

/// <summary>What may have to be done before a remedy is complete.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RemedyStep>))]
public enum RemedyStep
{
    /// <summary>The customer sends the goods back.</summary>
    [JsonStringEnumMemberName("ship-back")] ShipBack,

    /// <summary>The goods have come back, all or some of them.</summary>
    [JsonStringEnumMemberName("receive")] Receive,

    /// <summary>What came back is looked at: as claimed, damaged, to be written off.</summary>
    [JsonStringEnumMemberName("inspect")] Inspect,

    /// <summary>
    /// The customer pays what the exchanged goods cost more, or the price of the repair that he took; the marketplace, or who saw it paid, says that
    /// he has.
    /// </summary>
    [JsonStringEnumMemberName("pay-difference")] PayDifference,

    /// <summary>Other goods are sent to the customer.</summary>
    [JsonStringEnumMemberName("ship-replacement")] ShipReplacement,

    /// <summary>A repair that the guarantee does not cover is priced.</summary>
    [JsonStringEnumMemberName("quote")] Quote,

    /// <summary>The customer takes the priced repair.</summary>
    [JsonStringEnumMemberName("accept-quote")] AcceptQuote,

    [JsonStringEnumMemberName("repair")] Repair,

    /// <summary>The repaired goods are with the customer again.</summary>
    [JsonStringEnumMemberName("hand-back")] HandBack,

    [JsonStringEnumMemberName("issue-coupon")] IssueCoupon,

    /// <summary>A complaint is answered.</summary>
    [JsonStringEnumMemberName("reply")] Reply,
}

/// <summary>What became of a step.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepState>))]
public enum StepState
{
    [JsonStringEnumMemberName("waiting")] Waiting,
    [JsonStringEnumMemberName("done")] Done,

    /// <summary>It counts as done because its time ran out.</summary>
    [JsonStringEnumMemberName("done-by-silence")] DoneBySilence,

    /// <summary>It was not needed.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,

    /// <summary>Nobody did it in time and the remedy lapsed, or the customer declined.</summary>
    [JsonStringEnumMemberName("lapsed")] Lapsed,
}

/// <summary>In what state goods came back.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GoodsCondition>))]
public enum GoodsCondition
{
    [JsonStringEnumMemberName("resaleable")] Resaleable,
    [JsonStringEnumMemberName("damaged")] Damaged,
    [JsonStringEnumMemberName("written-off")] WrittenOff,
}

/// <summary>What was said of a step when it was done.</summary>
/// <param name="Carrier">The carrier's code, of goods sent.</param>
/// <param name="Tracking">The number of the consignment.</param>
/// <param name="Quantity">How many came back.</param>
/// <param name="Amount">A quote's price, a coupon's value, a difference paid, or what is taken off for damage.</param>
/// <param name="SealedText">What the person wrote, sealed.</param>
public sealed record StepNote(
    string? Carrier = null, string? Tracking = null, int? Quantity = null, GoodsCondition? Condition = null, Money? Amount = null,
    string? SealedText = null)
{
    /// <summary>How many pieces of the item had come back before, over all cases; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Before { get; init; }

    public static StepNote None { get; } = new();
}

/// <summary>A step of the remedy and what became of it.</summary>
public sealed record RemedyProgress(RemedyStep Step, Party Owner, StepState State, Instant? At = null, StepNote? Note = null);

/// <summary>A granted remedy on its way.</summary>
public sealed record Fulfilment(Remedy Remedy, Instant Begun, ImmutableArray<RemedyProgress> Steps)
{
    /// <summary>
    /// The step that is waited for; null when all are done or the remedy lapsed. Of a repair whose price was not taken, that the goods are
    /// handed back.
    /// </summary>
    [JsonIgnore]
    public RemedyProgress? Current => Steps.FirstOrDefault(step => step.State == StepState.Waiting && (!Lapsed || IsToBeHandedBack));

    [JsonIgnore]
    public bool Lapsed => Steps.Any(step => step.State == StepState.Lapsed);

    /// <summary>The customer did not take the priced repair, or did not pay for it; it is not done, and his goods are with who priced it.</summary>
    private bool IsToBeHandedBack => Remedy == Remedy.Repair
        && Steps.Any(step => step is { Step: RemedyStep.AcceptQuote or RemedyStep.PayDifference, State: StepState.Lapsed })
        && !Steps.Any(step => step is { Step: RemedyStep.Repair, State: StepState.Waiting });

    [JsonIgnore]
    public bool IsOpen => Current is not null;

    /// <summary>What the repair costs; null: nobody priced it.</summary>
    [JsonIgnore]
    public Money? Quoted => Steps.FirstOrDefault(step => step.Step == RemedyStep.Quote)?.Note?.Amount;

    /// <summary>What the customer has to pay next, once the price was taken; null: nothing.</summary>
    [JsonIgnore]
    public Money? PriceDue => Steps.Any(step => step is { Step: RemedyStep.PayDifference, State: StepState.Waiting }) ? Quoted : null;

    /// <summary>The step marked. What nobody priced is not paid.</summary>
    public Fulfilment Completed(RemedyStep step, StepState state, Instant at, StepNote? note)
    {
        var marked = With(step, state, at, note);
        return step == RemedyStep.AcceptQuote && marked.Quoted is null ? marked.With(RemedyStep.PayDifference, StepState.Skipped, at, null) : marked;
    }

    /// <summary>The step marked, everything else as it is.</summary>
    public Fulfilment With(RemedyStep step, StepState state, Instant at, StepNote? note) =>
        this with { Steps = [.. Steps.Select(one => one.Step == step ? one with { State = state, At = at, Note = note } : one)] };
}

/// <summary>Somebody says that a step of the remedy is done.</summary>
/// <param name="Step">The step that is waited for; another is refused.</param>
public sealed record DoRemedyStep(Instant At, Actor By, RemedyStep Step, StepNote Note) : CaseCommand(At, By);

/// <summary>The customer does not want the priced repair: the goods go back as they are.</summary>
public sealed record DeclineQuote(Instant At, Actor By, string? SealedReason = null) : CaseCommand(At, By);

/// <summary>The granted remedy takes its first step.</summary>
public sealed record RemedyBegun(
    Instant At, Actor By, Remedy Remedy, IReadOnlyList<RemedyProgress> Steps, IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);

/// <param name="State">Done, done by silence, skipped; lapsed of a price that was not taken, after which the goods go back.</param>
public sealed record RemedyStepDone(
    Instant At, Actor By, RemedyStep Step, StepState State, StepNote Note, IReadOnlyList<Deadline> Deadlines) : ClockStart(At, By, Deadlines);

/// <summary>The remedy will not be completed: what was granted and not yet paid is no longer owed.</summary>
public sealed record RemedyLapsed(Instant At, Actor By, RemedyStep Step) : CaseEvent(At, By);

/// <summary>Why less is owed than was granted.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReductionReason>))]
public enum ReductionReason
{
    /// <summary>Fewer pieces came back than were to.</summary>
    [JsonStringEnumMemberName("short-receipt")] ShortReceipt,

    /// <summary>What came back was damaged.</summary>
    [JsonStringEnumMemberName("damage")] Damage,

    [JsonStringEnumMemberName("lapsed")] Lapsed,
}

/// <summary>Fewer pieces came back, so fewer go out, and the customer owes less of the difference.</summary>
/// <param name="Due">What he owes now; zero: nothing.</param>
public sealed record DifferenceReduced(Instant At, Actor By, Money Due) : CaseEvent(At, By);

/// <summary>Less is owed: the pending charge shrinks by <paramref name="Amount"/>.</summary>
/// <param name="Granted">What is granted in all afterwards.</param>
/// <param name="Components">How that is made up; left out where all of it is for the goods.</param>
public sealed record GrantReduced(
    Instant At, Actor By, Money Amount, Money Granted, ReductionReason Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<MoneyComponent>? Components = null) : CaseEvent(At, By);
