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

/// <summary>What a customer is given. Refund, return and compensation move money to the customer.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Remedy>))]
public enum Remedy
{
    [JsonStringEnumMemberName("repair")] Repair,
    [JsonStringEnumMemberName("exchange")] Exchange,
    [JsonStringEnumMemberName("refund")] Refund,
    [JsonStringEnumMemberName("compensation")] Compensation,

    /// <summary>The money back against the goods.</summary>
    [JsonStringEnumMemberName("return")] Return,

    /// <summary>Other goods without the first coming back.</summary>
    [JsonStringEnumMemberName("replacement")] Replacement,

    /// <summary>A voucher for a later purchase.</summary>
    [JsonStringEnumMemberName("coupon")] Coupon,

    /// <summary>A complaint that is answered.</summary>
    [JsonStringEnumMemberName("answer")] Answer,
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

    /// <param name="undetermined">Cited when a claim is refused because facts are missing: without them nothing is proven.</param>
    public static Entitlement Of(DecisionDocument document, string undetermined) => document switch
    {
        { Covered: true, Remedy: { } remedy } => new(Verdict.Covered, RemedyNamed(remedy), document.Payable, Cited(document, undetermined)),
        { Covered: false, RefusingClause: { } clause } =>
            new(document.Result == "negotiate" ? Verdict.Negotiate : Verdict.Excluded, null, Money.Zero, [clause]),
        _ => new(Verdict.Undetermined, null, Money.Zero, [undetermined]),
    };

    private static Remedy RemedyNamed(string remedy) => remedy switch
    {
        "repair" => Cases.Remedy.Repair,
        "exchange" => Cases.Remedy.Exchange,
        "replacement" => Cases.Remedy.Replacement,
        "return" => Cases.Remedy.Return,
        "refund" or "refund_double" => Cases.Remedy.Refund,
        "coupon" => Cases.Remedy.Coupon,
        "answer" => Cases.Remedy.Answer,
        "compensation" => Cases.Remedy.Compensation,
        _ => throw new ArgumentOutOfRangeException(nameof(remedy), remedy, "The rulebook names a remedy that the case does not know."),
    };

    private static string[] Cited(DecisionDocument document, string otherwise) =>
        document.Citations.IsDefaultOrEmpty ? [otherwise] : [.. document.Citations.Select(citation => citation.Clause).Distinct()];
}
