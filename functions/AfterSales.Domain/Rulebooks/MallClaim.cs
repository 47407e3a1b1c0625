using System.Globalization;
using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// A customer's claim in the mall: which goods, whether an exclusion stands, and the rules that shoes, clothing and the
/// special goods share.
/// </summary>
internal static class MallClaim
{
    public static void Decide(Evaluation claim)
    {
        if (claim.Text("category", "MALL-3.1") is not { } category) return;
        claim.Cite("MALL-3.1", $"category {category}", $"商品类别 {category}");
        switch (category)
        {
            case "shoe": MallShoes.Decide(claim); break;
            case "clothing": MallClothing.Decide(claim); break;
            case "photosensitive" or "underwear" or "cosmetics" or "tobacco_alcohol_food":
                MallSpecialGoods.Decide(claim, category);
                break;
            default: OtherGoods(claim, category); break;
        }
    }

    /// <summary>No listed period, no automatic decision (X-13, X-28).</summary>
    private static void OtherGoods(Evaluation claim, string category)
    {
        if (claim.Facts.Text("defect") is "none" or "preference")
            NegotiateNoQualityProblem(claim, claim.Facts.Text("defect")!);
        else
            NegotiateByLaw(claim, $"no clause lists a period for {category}", $"{category} 无规定的三包期限");
    }

    /// <summary>
    /// The last day of the longest period among the classes (X-03, X-12), concluded as <c>period_last_day</c>. Not known: a fact
    /// is missing. Known and null: no class has a listed period.
    /// </summary>
    public static (bool Known, LocalDate? LastDay) Term(Evaluation claim, IReadOnlyDictionary<string, int> monthsOfClass, string clause)
    {
        IReadOnlyList<string>? classes = claim.Texts("goods_class", clause);
        LocalDate? sold = claim.Day("sale_date", clause);
        if (classes is null) return (false, null);
        string? longest = classes.Where(monthsOfClass.ContainsKey).MaxBy(name => monthsOfClass[name]);
        if (longest is null) return (true, null);
        if (sold is null) return (false, null);
        int months = monthsOfClass[longest];
        LocalDate last = DayCount.LastDayOfMonths(sold.Value, months);
        claim.Conclude("period_last_day", last);
        claim.Cite(
            clause,
            $"{longest}: {months} months from {Iso(sold.Value)}, last day {Iso(last)}",
            $"{longest}:自{Iso(sold.Value)}起{months}个月,末日{Iso(last)}");
        return (true, last);
    }

    /// <summary>
    /// Days from sale to claim (X-02, X-19), concluded as <c>days</c>. Null when a date is missing, or when the claim is dated
    /// before the sale, which is noted.
    /// </summary>
    public static int? Days(Evaluation claim, string clause)
    {
        if (claim.Day("sale_date", clause) is not { } sold || claim.Day("claim_date", clause) is not { } claimed) return null;
        int days = DayCount.Days(sold, claimed);
        if (days < 0)
        {
            claim.Note($"claim_date {Iso(claimed)} is before sale_date {Iso(sold)}: nothing that depends on the days was decided.");
            return null;
        }
        claim.Conclude("days", days);
        return days;
    }

    /// <summary>
    /// Walks the exclusions of 3.4 in their order. True: one stands and the claim is decided. False: none does. Null: facts are
    /// missing, and listed.
    /// </summary>
    /// <param name="counterfeit">Only the proof of purchase is asked for (X-22).</param>
    /// <param name="lastDay">Of the guarantee period; null when the period does not bear on this claim.</param>
    public static bool? Excluded(Evaluation claim, bool counterfeit, bool clothing, LocalDate? lastDay)
    {
        Exclusion[] exclusions = counterfeit ? [Papers(claim)] : [Papers(claim), .. Others(claim, clothing, lastDay)];
        if (exclusions.FirstOrDefault(exclusion => exclusion.Applies == true) is { } standing)
        {
            Exclude(claim, standing.Clause, standing.English, standing.Chinese);
            return true;
        }
        foreach (Exclusion open in exclusions.Where(exclusion => exclusion.Applies is null))
        {
            foreach (string fact in open.Facts.Where(fact => claim.Facts.Find(fact) is null)) claim.Miss(fact, open.Clause);
        }
        if (exclusions.Any(exclusion => exclusion.Applies is null)) return null;
        claim.Cite("MALL-3.3", PapersShown(claim, "has_card", "has_voucher", "both_acknowledge_sale"), PapersShown(claim, "有三包卡", "有凭证", "双方认可"));
        return false;
    }

    public static void Exclude(Evaluation claim, string clause, string because, string becauseZh)
    {
        claim.Conclude("covered", false);
        claim.Conclude("result", "excluded");
        claim.Conclude("rule", clause);
        claim.Cite(clause, because, becauseZh);
    }

    public static void NegotiateNoQualityProblem(Evaluation claim, string defect)
    {
        claim.Conclude("covered", false);
        claim.Conclude("result", "negotiate");
        claim.Conclude("rule", "MALL-3.2");
        claim.Cite("MALL-3.2", $"defect {defect}: no quality problem", $"质量问题 {defect}:无质量问题");
    }

    public static void NegotiateByLaw(Evaluation claim, string because, string becauseZh)
    {
        claim.Conclude("covered", false);
        claim.Conclude("result", "negotiate");
        claim.Conclude("rule", "MALL-3.4.11");
        claim.Conclude("auto_decision", false);
        claim.Conclude("legal_basis", RuleValue.List("消费者权益保护法", "甘肃省消费者权益保护条例"));
        claim.Cite("MALL-3.4.11", because, becauseZh);
    }

    /// <summary>Depreciation, simple, rounded once and capped at the price (X-01, X-19, X-20).</summary>
    public static Money Depreciation(Money price, decimal dailyRate, int days) => Money.Min(price.Times(dailyRate * days), price);

    public static string Iso(LocalDate day) => NodaTime.Text.LocalDatePattern.Iso.Format(day);

    public static string Percent(decimal rate) => (rate * 100m).ToString("0.0##", CultureInfo.InvariantCulture) + "%";

    /// <summary>One of card, voucher or acknowledgement is enough (X-11).</summary>
    private static Exclusion Papers(Evaluation claim)
    {
        string[] papers = ["has_card", "has_voucher", "both_acknowledge_sale"];
        bool?[] given = [.. papers.Select(claim.Facts.Truth)];
        bool? none = given.Contains(true) ? false : given.Contains(null) ? null : true;
        return new Exclusion("MALL-3.4.1", none, papers, "no card, no voucher, no acknowledgement by both sides", "无三包卡、无凭证、双方未认可");
    }

    private static IEnumerable<Exclusion> Others(Evaluation claim, bool clothing, LocalDate? lastDay)
    {
        Facts facts = claim.Facts;
        if (lastDay is { } last && facts.Truth("period_override") != true)
        {
            LocalDate? claimed = facts.Day("claim_date");
            yield return new Exclusion(
                "MALL-3.4.2",
                claimed is { } day ? day > last : null,
                ["claim_date"],
                $"claimed {Shown(claimed)}, last day {Iso(last)}",
                $"{Shown(claimed)}投诉,期限末日{Iso(last)}");
        }
        yield return new Exclusion("MALL-3.4.3", facts.Truth("clearance_goods"), ["clearance_goods"], "clearance_goods true", "标明为处理品");
        bool? damaged = facts.Truth("man_made_damage");
        bool? takenApart = facts.Truth("self_disassembled");
        yield return new Exclusion(
            "MALL-3.4.4",
            damaged == true || takenApart == true ? true : damaged is null || takenApart is null ? null : false,
            ["man_made_damage", "self_disassembled"],
            damaged == true ? "man_made_damage true" : "self_disassembled true",
            damaged == true ? "人为损坏" : "自行拆卸");
        yield return new Exclusion(
            "MALL-3.4.5",
            !facts.Truth("goods_match_papers"),
            ["goods_match_papers"],
            "goods_match_papers false",
            "实物与凭证或三包卡不符");
        if (clothing)
            yield return new Exclusion("MALL-3.4.7", facts.Truth("washed_out_of_shape") ?? false, [], "washed_out_of_shape true", "弄脏弄残或洗涤变形");
    }

    private static string Shown(LocalDate? day) => day is { } known ? Iso(known) : "?";

    private static string PapersShown(Evaluation claim, string card, string voucher, string acknowledged) => string.Join(
        ", ",
        new[] { ("has_card", card), ("has_voucher", voucher), ("both_acknowledge_sale", acknowledged) }
            .Where(paper => claim.Facts.Truth(paper.Item1) == true)
            .Select(paper => paper.Item2));

    private sealed record Exclusion(string Clause, bool? Applies, string[] Facts, string English, string Chinese);
}
