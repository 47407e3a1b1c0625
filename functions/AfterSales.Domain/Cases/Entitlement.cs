using System.Text.Json.Serialization;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Cases;

/// <summary>What a customer asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClaimKind>))]
public enum ClaimKind
{
    [JsonStringEnumMemberName("refund")] Refund,
    [JsonStringEnumMemberName("return")] Return,
    [JsonStringEnumMemberName("exchange")] Exchange,
    [JsonStringEnumMemberName("repair")] Repair,
    [JsonStringEnumMemberName("complaint")] Complaint,
}

/// <summary>What a customer is given. Only refund and compensation move money to the customer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Remedy>))]
public enum Remedy
{
    [JsonStringEnumMemberName("repair")] Repair,
    [JsonStringEnumMemberName("exchange")] Exchange,
    [JsonStringEnumMemberName("refund")] Refund,
    [JsonStringEnumMemberName("compensation")] Compensation,
}

[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    /// <summary>The rulebook grants a remedy.</summary>
    [JsonStringEnumMemberName("covered")] Covered,

    /// <summary>A clause excludes the claim.</summary>
    [JsonStringEnumMemberName("excluded")] Excluded,

    /// <summary>The rulebook leaves it to customer and seller (MALL-3.2, MALL-3.4.11).</summary>
    [JsonStringEnumMemberName("negotiate")] Negotiate,

    /// <summary>Facts are missing that a clause needs.</summary>
    [JsonStringEnumMemberName("undetermined")] Undetermined,
}

/// <summary>
/// What a decision document means for the case: the part of it that the case acts on. <paramref name="Amount"/> is what the
/// customer is to be paid (zero for a repair or an exchange); it is granted only when <paramref name="Verdict"/> is covered.
/// </summary>
/// <param name="Clauses">The clauses that carry the verdict; never empty. A refusal cites the first.</param>
public sealed record Entitlement(Verdict Verdict, Remedy? Remedy, Money Amount, IReadOnlyList<string> Clauses)
{
    public bool IsCovered => Verdict == Verdict.Covered;

    public static Entitlement Of(DecisionDocument document) => document switch
    {
        { Covered: true, Remedy: { } remedy } => new(Verdict.Covered, RemedyNamed(remedy), document.Payable, Cited(document)),
        { Covered: false, RefusingClause: { } clause } =>
            new(document.Result == "negotiate" ? Verdict.Negotiate : Verdict.Excluded, null, Money.Zero, [clause]),
        _ => new(Verdict.Undetermined, null, Money.Zero, [NotDetermined]),
    };

    /// <summary>
    /// Cited when a claim is refused because facts are missing: without them nothing is proven, and what the policy does not
    /// settle is left to negotiation.
    /// </summary>
    private const string NotDetermined = "MALL-3.4.11";

    private static Remedy RemedyNamed(string remedy) => remedy switch
    {
        "repair" => Cases.Remedy.Repair,
        "exchange" or "replacement" => Cases.Remedy.Exchange,
        "return" or "refund_double" => Cases.Remedy.Refund,
        "compensation" => Cases.Remedy.Compensation,
        _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy, "The rulebook names a remedy that the case does not know."),
    };

    private static string[] Cited(DecisionDocument document) =>
        document.Citations.IsDefaultOrEmpty ? ["MALL-3.1"] : [.. document.Citations.Select(citation => citation.Clause).Distinct()];
}
