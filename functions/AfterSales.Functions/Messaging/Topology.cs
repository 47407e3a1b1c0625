namespace AfterSales.Functions.Messaging;

/// <summary>Names of the bus's entities and message properties, as <c>infra/servicebus.json</c> declares them.</summary>
public static class Topology
{
    public const string Connection = "ServiceBus";

    public const string CaseEvents = "case-events";
    public const string EvidenceFetch = "evidence-fetch";
    public const string Deliveries = "deliveries";
    public const string Reminders = "reminders";
    public const string Parked = "parked";

    public const string CaseStart = "case-start";
    public const string CaseChanged = "case-changed";
    public const string Penalties = "penalties";
    public const string Conduct = "conduct";
    public const string PenaltyChanged = "penalty-changed";
    public const string Surveys = "surveys";
    public const string Outbound = "outbound";
    public const string Letters = "letters";
    public const string ReminderPlan = "reminder-plan";
    public const string CaseIndex = "case-index";
    public const string PastDecisions = "past-decisions";
    public const string EvidenceReuse = "evidence-reuse";

    /// <summary>Property: the event's name.</summary>
    public const string TypeProperty = "type";

    /// <summary>Property: what an event is about, on its first sending; see <see cref="KindOf"/>. A redelivery has none, so it reaches one
    /// subscription only.</summary>
    public const string KindProperty = "kind";

    /// <summary>Property: the one subscription that a redelivery is for.</summary>
    public const string RetryForProperty = "retryFor";

    /// <summary>Property: how often the handler has been tried before.</summary>
    public const string AttemptProperty = "attempt";

    /// <summary>Properties of a parked message: where it came from and why it gave up.</summary>
    public const string ParkedFromProperty = "parkedFrom";
    public const string ParkedReasonProperty = "parkedReason";

    /// <summary>"event" of what happens to a case, "penalty" of what happens to a supplier's penalty.</summary>
    public static string KindOf(string type) => type.StartsWith("penalty-", StringComparison.Ordinal) ? "penalty" : "event";

    /// <summary>The queue that a message which tells of something due waits in until its instant; null for events.</summary>
    public static string? DueQueueFor(string type) => type switch
    {
        "delivery-due" => Deliveries,
        "reminder-due" => Reminders,
        _ => null,
    };

    /// <summary>The queue that gets a copy of an event beside the topic; null for most.</summary>
    public static string? QueueFor(string type) => type == "evidence-fetch-requested" ? EvidenceFetch : null;
}
