using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Shoes (3.1.1): the repair list, grounds A to I, depreciation, and the double refund of counterfeits.</summary>
internal static class MallShoes
{
    public const decimal ExchangeRatePerDay = 0.003m;
    public const decimal ReturnRatePerDay = 0.005m;

    private const string Repair = "MALL-3.1.1-R";
    private static readonly Money PriceOfGroundE = Money.Yuan("210.00");

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
        ["counterfeit"] = "I",
    };

    // Fading alone is the second half of 掉漆褪色 (X-93).
    private static readonly HashSet<string> RepairList = ["heel_off", "open_seam", "paint_peel_fade", "fading", "zip_broken", "eyelet_lost"];

    public static void Decide(Evaluation claim)
    {
        if (claim.Text("defect", "MALL-3.1.1-0") is not { } defect) return;
        string[] extra = [.. claim.Facts.Texts("extra_grounds") ?? []];
        bool counterfeit = defect == "counterfeit" || extra.Contains("I");
        (bool known, LocalDate? lastDay) = MallClaim.Term(claim, MonthsOfClass, "MALL-3.1.1-TERM");
        int? days = MallClaim.Days(claim, "MALL-3.1.1-DSTART");
        if (defect is "none" or "preference" && extra.Length == 0)
        {
            MallClaim.NegotiateNoQualityProblem(claim, defect);
            return;
        }
        if (MallClaim.Excluded(claim, counterfeit, clothing: false, lastDay) is not false) return;
        if (counterfeit)
            Counterfeit(claim, defect);
        else if (known && lastDay is null)
            MallClaim.NegotiateByLaw(claim, "no listed period for this class of shoe", "该类鞋无规定的三包期限");
        else if (known && days is { } day)
            Remedy(claim, defect, extra, day);
    }

    private static void Counterfeit(Evaluation claim, string defect)
    {
        claim.Conclude("covered", true);
        claim.Conclude("result", "refund_double");
        claim.Conclude("ground", "I");
        claim.Conclude("depreciation_fee", Money.Zero);
        claim.Conclude("legal_review_flag", true);
        claim.Cite("MALL-3.1.1-I", $"defect {defect}", $"质量问题 {defect}");
        claim.Cite("MALL-3.1.1-NODEP", "ground I", "属 I 项");
        if (claim.Amount("price", "MALL-3.1.1-FAKE") is not { } price) return;
        claim.Conclude("refund", price * 2);
        claim.Cite("MALL-3.1.1-FAKE", $"2 x {price} = {price * 2} in all", $"2 × {price} = {price * 2},含退款");
        claim.Pay("price", price, "MALL-3.1.1-FAKE");
        claim.Pay("counterfeit_double", price, "MALL-3.1.1-FAKE");
    }

    private static void Remedy(Evaluation claim, string defect, string[] extra, int days)
    {
        bool repairable = RepairList.Contains(defect);
        var grounds = new SortedSet<string>(extra, StringComparer.Ordinal);
        if (GroundOfDefect.TryGetValue(defect, out string? ground)) grounds.Add(ground);
        if (defect == "glue_opening")
        {
            if (claim.Number("glue_opening_cm", "MALL-3.1.1-C") is not { } centimetres) return;
            if (centimetres > 5m) grounds.Add("C");
            else repairable = true;
        }
        long? repairs = claim.Facts.Whole("prior_repairs_same_defect");
        if (repairs >= 1) grounds.Add("D");
        Money? price = claim.Facts.Amount("price");
        if (days <= 3 && price >= PriceOfGroundE) grounds.Add("E");

        if (grounds.Count > 0)
        {
            ExchangeOrReturn(claim, defect, grounds, days);
            return;
        }
        // Without a ground so far, a missing number of repairs or price could still be one (D, E).
        if (repairs is null) claim.Miss("prior_repairs_same_defect", "MALL-3.1.1-D");
        if (days <= 3 && price is null) claim.Miss("price", "MALL-3.1.1-E");
        if (repairs is null || (days <= 3 && price is null)) return;
        if (repairable)
            FreeRepair(claim, defect);
        else
            MallClaim.NegotiateByLaw(claim, $"defect {defect} is on neither list", $"{defect} 不在包修、退换之列");
    }

    private static void FreeRepair(Evaluation claim, string defect)
    {
        claim.Conclude("covered", true);
        claim.Conclude("result", "free_repair");
        claim.Cite("MALL-3.1.1-0", $"defect {defect} inside the period", $"三包期限内 {defect}");
        string measured = claim.Facts.Number("glue_opening_cm") is { } cm && defect == "glue_opening" ? $", {cm} cm <= 5.00 cm" : "";
        claim.Cite(Repair, $"defect {defect}{measured}", $"质量问题 {defect}{measured}");
        MallRepairTime.RepairDue(claim);
    }

    private static void ExchangeOrReturn(Evaluation claim, string defect, SortedSet<string> grounds, int days)
    {
        claim.Conclude("covered", true);
        claim.Conclude("result", "exchange_or_return");
        claim.Conclude("grounds", RuleValue.List(grounds));
        claim.Cite("MALL-3.1.1-0", $"defect {defect} inside the period", $"三包期限内 {defect}");
        foreach (string ground in grounds) claim.Cite($"MALL-3.1.1-{ground}", Because(claim, ground, defect, days), BecauseZh(claim, ground, defect, days));
        if (claim.Amount("price", "MALL-3.1.1-DR") is not { } price) return;

        string? free = grounds.FirstOrDefault(ground => ground is "F" or "G" or "H");
        Money exchangeFee = free is null ? MallClaim.Depreciation(price, ExchangeRatePerDay, days) : Money.Zero;
        Money returnFee = free is null ? MallClaim.Depreciation(price, ReturnRatePerDay, days) : Money.Zero;
        claim.Conclude("exchange_fee", exchangeFee);
        claim.Conclude("return_fee", returnFee);
        claim.Conclude("refund_if_return", price - returnFee);
        claim.Cite("MALL-3.1.1-DSTART", $"{days} days since the sale", $"自售出起{days}日");
        if (free is null)
        {
            claim.Cite("MALL-3.1.1-DX", Sum(price, ExchangeRatePerDay, days, exchangeFee), Sum(price, ExchangeRatePerDay, days, exchangeFee));
            claim.Cite("MALL-3.1.1-DR", Sum(price, ReturnRatePerDay, days, returnFee), Sum(price, ReturnRatePerDay, days, returnFee));
        }
        else
        {
            claim.Cite("MALL-3.1.1-NODEP", $"ground {free}", $"属 {free} 项");
        }
        if (claim.Facts.Text("wants") == "exchange")
        {
            claim.Pay("exchange_fee", -exchangeFee, free is null ? "MALL-3.1.1-DX" : "MALL-3.1.1-NODEP");
        }
        else
        {
            claim.Pay("price", price, $"MALL-3.1.1-{grounds.First()}");
            claim.Pay("return_fee", -returnFee, free is null ? "MALL-3.1.1-DR" : "MALL-3.1.1-NODEP");
        }
    }

    public static string Sum(Money price, decimal rate, int days, Money fee) => $"{price} x {MallClaim.Percent(rate)} x {days} = {fee}";

    private static string Because(Evaluation claim, string ground, string defect, int days) => ground switch
    {
        "C" when claim.Facts.Number("glue_opening_cm") is { } cm => $"glue_opening_cm {cm} > 5.00",
        "D" when claim.Facts.Whole("prior_repairs_same_defect") is { } repairs => $"prior_repairs_same_defect {repairs} >= 1",
        "E" when claim.Facts.Amount("price") is { } price => $"price {price} >= 210.00, day {days} <= 3",
        _ when GroundOfDefect.GetValueOrDefault(defect) == ground => $"defect {defect}",
        _ => $"extra_grounds has {ground}",
    };

    private static string BecauseZh(Evaluation claim, string ground, string defect, int days) => ground switch
    {
        "C" when claim.Facts.Number("glue_opening_cm") is { } cm => $"开胶{cm}厘米 > 5.00厘米",
        "D" when claim.Facts.Whole("prior_repairs_same_defect") is { } repairs => $"同一质量问题已修{repairs}次",
        "E" when claim.Facts.Amount("price") is { } price => $"售价{price}元 >= 210.00元,售出后第{days}日",
        _ when GroundOfDefect.GetValueOrDefault(defect) == ground => $"质量问题 {defect}",
        _ => $"另具备 {ground} 项",
    };
}
