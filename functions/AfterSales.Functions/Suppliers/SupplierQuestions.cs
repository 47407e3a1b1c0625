using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>A penalty as a person imposes or proposes it: <c>{kind: "banned-goods", finding, units, base, confirmed?, case?}</c> by what Inspection found,
/// or <c>{kind: "expulsion", issue, month}</c>.</summary>
public sealed record PenaltyRequest(
    string Kind, string? Finding, int Units, Money Base, bool Confirmed, string? Case, string? Issue, YearMonth? Month)
{
    public const string BannedGoods = "banned-goods";
    public const string Expulsion = "expulsion";

    private const int MostUnits = 1_000_000;

    public static (PenaltyRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        var kind = fields.OneOf("kind", required: true, BannedGoods, Expulsion);
        var banned = kind == BannedGoods;
        if (banned) fields.AllowOnly("kind", "finding", "units", "base", "confirmed", "case");
        else fields.AllowOnly("kind", "issue", "month");
        var expulsion = kind == Expulsion;
        var request = new PenaltyRequest(
            kind ?? "",
            banned ? fields.OneOf("finding", required: true, "counterfeit_on_counter", "substandard_on_counter", "shoddy_on_counter") : null,
            banned ? fields.Whole("units", 1, MostUnits, required: true) ?? 0 : 0,
            banned ? fields.Amount("base", required: true, zeroAllowed: false) ?? Money.Zero : Money.Zero,
            banned && (fields.Truth("confirmed", required: false) ?? true),
            banned ? fields.Text("case", required: false, longest: 64) : null,
            expulsion ? fields.Text("issue", required: true, longest: 200) : null,
            expulsion ? fields.Month("month", required: true) : null);
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}

/// <summary>What is said about something that waits for a word: <c>{decision, reason}</c>.</summary>
/// <param name="Yes">Whether it is the first of the two decisions.</param>
public sealed record WordRequest(bool Yes, string Reason)
{
    public static (WordRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body, string yes, string no)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("decision", "reason");
        var decision = fields.OneOf("decision", required: true, yes, no);
        var reason = fields.Text("reason", required: true, RequestTexts.Longest);
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (new WordRequest(decision == yes, reason!), []);
    }
}

/// <summary>An appeal: <c>{reason}</c>.</summary>
public sealed record AppealRequest(string Reason)
{
    public static (AppealRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("reason");
        var reason = fields.Text("reason", required: true, RequestTexts.Longest);
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (new AppealRequest(reason!), []);
    }
}

/// <summary>What is taken back: <c>{part: "fine" | "strike", reason}</c>.</summary>
public sealed record ReversalRequest(PenaltyPart Part, string Reason)
{
    public static (ReversalRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("part", "reason");
        var part = fields.OneOf("part", required: true, [.. WireName.All<PenaltyPart>()]);
        var reason = fields.Text("reason", required: true, RequestTexts.Longest);
        return fields.Faults.Count > 0 || !WireName.TryParse(part, out PenaltyPart known)
            ? (null, fields.Faults)
            : (new ReversalRequest(known, reason!), []);
    }
}

/// <summary>A levy's payment: <c>{amount, paidOn?}</c>; without a day it is paid now.</summary>
public sealed record PaymentRequest(Money Amount, LocalDate? PaidOn)
{
    public static (PaymentRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("amount", "paidOn");
        var request = new PaymentRequest(fields.Amount("amount", required: true, zeroAllowed: false) ?? Money.Zero, fields.Day("paidOn"));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}

/// <summary>Who bears how much: <c>{supplier?, carrier?, marketplace?, customer?}</c> in whole percent that add up to 100.</summary>
public sealed record FaultRequest(FaultShares Shares)
{
    public static (FaultRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly([.. WireName.All<FaultParty>()]);
        var percent = Enum.GetValues<FaultParty>().ToDictionary(party => party, party => fields.Whole(WireName.Of(party), 0, FaultShares.Whole) ?? 0);
        if (fields.Faults.Count > 0) return (null, fields.Faults);
        return FaultShares.Of(percent) is { } shares
            ? (new FaultRequest(shares), [])
            : (null, [new Fault("", "shares-not-whole", $"The shares add up to {FaultShares.Whole}.")]);
    }
}

/// <summary>
/// What Inspection found: <c>{kind: "short-weight" | "short-measure", case, confirmed, remedy?}</c>, or
/// <c>{kind: "injury", case, cost, causedByQuality, responsibleParty}</c>.
/// </summary>
public sealed record CompensationRequest(
    string Kind, string Case, bool Confirmed, string? Remedy, Money Cost, bool CausedByQuality, string ResponsibleParty)
{
    public const string Injury = "injury";

    public static (CompensationRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        var kind = fields.OneOf("kind", required: true, "short-weight", "short-measure", Injury);
        var injury = kind == Injury;
        if (injury) fields.AllowOnly("kind", "case", "cost", "causedByQuality", "responsibleParty");
        else fields.AllowOnly("kind", "case", "confirmed", "remedy");
        var request = new CompensationRequest(
            kind ?? "",
            fields.Text("case", required: true, longest: 64) ?? "",
            !injury && kind is not null && (fields.Truth("confirmed", required: true) ?? false),
            injury || kind is null ? null : fields.OneOf("remedy", required: false, "return", "exchange"),
            injury ? fields.Amount("cost", required: true, zeroAllowed: false) ?? Money.Zero : Money.Zero,
            injury && (fields.Truth("causedByQuality", required: true) ?? false),
            injury ? fields.Text("responsibleParty", required: true, longest: 100) ?? "" : "");
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}

/// <summary>A leaving supplier's request: <c>{lastSaleDate, classesSold}</c>.</summary>
public sealed record ReleaseRequest(LocalDate LastSaleDate, IReadOnlyList<string> ClassesSold)
{
    private const int MostClasses = 50;

    public static (ReleaseRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("lastSaleDate", "classesSold");
        var day = fields.Day("lastSaleDate", required: true);
        var items = fields.Items("classesSold", required: true, MostClasses);
        if (items.Any(item => item.ValueKind != System.Text.Json.JsonValueKind.String))
            fields.Faults.Add(new Fault("/classesSold", "invalid-list", "Names of product classes are wanted."));
        if (items.Count == 0 && fields.Faults.Count == 0) fields.Faults.Add(new Fault("/classesSold", "invalid-list", "It names at least one class."));
        return fields.Faults.Count > 0
            ? (null, fields.Faults)
            : (new ReleaseRequest(day!.Value, [.. items.Select(item => item.GetString()!)]), []);
    }
}

internal static class RequestTexts
{
    public const int Longest = 4000;
}
