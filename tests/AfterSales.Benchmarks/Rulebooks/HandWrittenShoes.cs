using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Rulebooks;
using NodaTime;

namespace AfterSales.Benchmarks.Rulebooks;

/// <summary>What is known of a shoe, as a program would have it.</summary>
internal sealed record ShoeFacts(
    string Category, string[] Classes, string Defect, LocalDate Sold, LocalDate Claimed, Money Price, bool HasCard, bool HasVoucher,
    bool BothAcknowledge, bool Clearance, bool Damaged, bool TakenApart, bool MatchesPapers, long Repairs);

/// <summary>What the hand-written rules decide.</summary>
internal sealed record ShoeDecision(
    bool Covered, string Result, string? Rule, string[] Grounds, int Days, LocalDate LastDay, Money ExchangeFee, Money ReturnFee, Money RefundIfReturn,
    ImmutableArray<Citation> Citations);

/// <summary>
/// The mall's rules for shoes (3.1.1, 3.3, 3.4) with citations, as C# was written for them before there were rulebooks, without what
/// the measured claim does not reach: counterfeits, glue openings, repair dates.
/// </summary>
internal sealed class HandWrittenShoes(Func<string, Clause> clauses)
{
    private static readonly Dictionary<string, int> MonthsOfClass = new()
    {
        ["leather"] = 3,
        ["travel"] = 2,
        ["sports"] = 2,
        ["synthetic_leather"] = 2,
        ["cloth"] = 1,
        ["children"] = 1,
    };

    private static readonly Dictionary<string, string> GroundOfDefect = new()
    {
        ["broken_sole"] = "A",
        ["broken_upper"] = "B",
        ["sizes_differ"] = "F",
        ["two_same_side"] = "G",
        ["maker_hidden_or_no_certificate"] = "H",
    };

    private static readonly HashSet<string> RepairList = ["heel_off", "open_seam", "paint_peel_fade", "fading", "zip_broken", "eyelet_lost"];

    private static readonly Money PriceOfGroundE = Money.Yuan("210.00");

    public ShoeDecision Decide(ShoeFacts claim)
    {
        var citations = ImmutableArray.CreateBuilder<Citation>(8);
        Cite(citations, "MALL-3.1", "category shoe", "商品类别 鞋类");
        string longest = claim.Classes.Where(MonthsOfClass.ContainsKey).MaxBy(name => MonthsOfClass[name])!;
        int months = MonthsOfClass[longest];
        LocalDate last = claim.Sold.PlusMonths(months);
        Cite(
            citations, "MALL-3.1.1-TERM", $"{longest}: {months} months from {Iso(claim.Sold)}, last day {Iso(last)}",
            $"{longest}:自{Iso(claim.Sold)}起{months}个月,末日{Iso(last)}");
        int days = Period.DaysBetween(claim.Sold, claim.Claimed);
        if (Exclusion(claim, last) is { } rule)
        {
            Cite(citations, rule, "excluded", "不予支持");
            return new ShoeDecision(false, "excluded", rule, [], days, last, Money.Zero, Money.Zero, Money.Zero, citations.DrainToImmutable());
        }
        Cite(citations, "MALL-3.3", Papers(claim, "has_card", "has_voucher"), Papers(claim, "有三包卡", "有凭证"));
        var grounds = new SortedSet<string>(StringComparer.Ordinal);
        if (GroundOfDefect.TryGetValue(claim.Defect, out string? ground)) grounds.Add(ground);
        if (claim.Repairs >= 1) grounds.Add("D");
        if (days <= 3 && claim.Price >= PriceOfGroundE) grounds.Add("E");
        if (grounds.Count == 0)
        {
            bool repair = RepairList.Contains(claim.Defect);
            Cite(citations, repair ? "MALL-3.1.1-R" : "MALL-3.4.11", $"defect {claim.Defect}", $"质量问题 {claim.Defect}");
            return new ShoeDecision(
                repair, repair ? "free_repair" : "negotiate", null, [], days, last, Money.Zero, Money.Zero, Money.Zero, citations.DrainToImmutable());
        }
        Cite(citations, "MALL-3.1.1-0", $"defect {claim.Defect} inside the period", $"三包期限内 {claim.Defect}");
        foreach (string name in grounds) Cite(citations, $"MALL-3.1.1-{name}", $"defect {claim.Defect}", $"质量问题 {claim.Defect}");
        bool free = grounds.Overlaps(["F", "G", "H"]);
        Money exchangeFee = free ? Money.Zero : Money.Min(claim.Price.Times(0.003m * days), claim.Price);
        Money returnFee = free ? Money.Zero : Money.Min(claim.Price.Times(0.005m * days), claim.Price);
        Cite(citations, "MALL-3.1.1-DSTART", $"{days} days since the sale", $"自售出起{days}日");
        if (free) Cite(citations, "MALL-3.1.1-NODEP", "no depreciation", "不收折旧费");
        else
        {
            Cite(citations, "MALL-3.1.1-DX", $"{claim.Price} x 0.3% x {days} = {exchangeFee}", $"{claim.Price} × 0.3% × {days} = {exchangeFee}");
            Cite(citations, "MALL-3.1.1-DR", $"{claim.Price} x 0.5% x {days} = {returnFee}", $"{claim.Price} × 0.5% × {days} = {returnFee}");
        }
        return new ShoeDecision(
            true, "exchange_or_return", null, [.. grounds], days, last, exchangeFee, returnFee, claim.Price - returnFee, citations.DrainToImmutable());
    }

    private static string? Exclusion(ShoeFacts claim, LocalDate last) => claim switch
    {
        { HasCard: false, HasVoucher: false, BothAcknowledge: false } => "MALL-3.4.1",
        _ when claim.Claimed > last => "MALL-3.4.2",
        { Clearance: true } => "MALL-3.4.3",
        { Damaged: true } or { TakenApart: true } => "MALL-3.4.4",
        { MatchesPapers: false } => "MALL-3.4.5",
        _ => null,
    };

    private static string Papers(ShoeFacts claim, string card, string voucher) =>
        claim is { HasCard: true, HasVoucher: true } ? $"{card}, {voucher}" : claim.HasCard ? card : voucher;

    private static string Iso(LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);

    private void Cite(ImmutableArray<Citation>.Builder citations, string id, string because, string becauseZh)
    {
        Clause clause = clauses(id);
        citations.Add(new Citation(id, clause.Text, clause.TextEn, clause.Source, because, becauseZh, clause.Readings));
    }
}
