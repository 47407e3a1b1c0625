using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>Clothing (3.1.2): suits and jackets, fur and leather, and the 3 or 10 days for a matter of taste.</summary>
internal static class MallClothing
{
    // 皮革服 in clause (2) covers sheepskin, other real leather and synthetic leather (X-13).
    private static readonly Dictionary<string, int> MonthsOfClass = new()
    {
        ["suit"] = 3,
        ["fur"] = 3,
        ["sheepskin"] = 3,
        ["leather_garment"] = 3,
        ["leather"] = 3,
        ["synthetic_leather_garment"] = 2,
        ["synthetic_leather"] = 2,
        ["jacket"] = 2,
        ["zhongshan_suit"] = 2,
    };

    private static readonly HashSet<string> Tailored = ["suit", "zhongshan_suit", "jacket"];
    private static readonly HashSet<string> FurAndLeather =
        ["fur", "sheepskin", "leather_garment", "leather", "synthetic_leather_garment", "synthetic_leather"];

    private static readonly HashSet<string> TailoredRepairs = ["open_seam", "shine", "zip_broken"];
    private static readonly HashSet<string> FurRepairs = ["open_seam", "zip_broken"];
    private static readonly HashSet<string> FurSerious = ["hair_shedding", "fading", "paint_peel_fade"];

    public static void Decide(Evaluation claim)
    {
        if (claim.Text("defect", "MALL-3.1.2-TERM") is not { } defect) return;
        if (claim.Facts.Texts("goods_class")?.Contains("underwear") == true && !UnderwearMayGoOn(claim, defect)) return;
        (bool known, LocalDate? lastDay) = MallClaim.Term(claim, MonthsOfClass, "MALL-3.1.2-TERM");
        int? days = MallClaim.Days(claim, "MALL-3.1.2-TERM");
        if (defect == "none")
        {
            MallClaim.NegotiateNoQualityProblem(claim, defect);
            return;
        }
        bool preference = defect == "preference";
        if (MallClaim.Excluded(claim, counterfeit: false, clothing: true, preference ? null : lastDay) is not false) return;
        if (preference)
            Preference(claim, days);
        else if (known && lastDay is null)
            MallClaim.NegotiateByLaw(claim, "no listed period for this class of garment", "该类服装无规定的三包期限");
        else if (known && days is { } day)
            Remedy(claim, defect, day);
    }

    /// <summary>Underwear goes on only with a confirmed quality problem; taste never counts (3.4.8, X-27).</summary>
    private static bool UnderwearMayGoOn(Evaluation claim, string defect)
    {
        bool? confirmed = defect is "preference" or "none" ? false : claim.Truth("quality_problem_confirmed", "MALL-3.4.8");
        if (confirmed is { } allowed) claim.Conclude("return_or_exchange_allowed", allowed);
        if (confirmed == false)
            MallClaim.Exclude(claim, "MALL-3.4.8", $"underwear, defect {defect}", $"内衣类,{defect}");
        return confirmed == true;
    }

    private static void Remedy(Evaluation claim, string defect, int days)
    {
        IReadOnlyList<string> classes = claim.Facts.Texts("goods_class") ?? [];
        bool tailored = classes.Any(Tailored.Contains) && TailoredRepairs.Contains(defect);
        bool fur = classes.Any(FurAndLeather.Contains) && (FurRepairs.Contains(defect) || FurSerious.Contains(defect));
        if (!tailored && !fur)
        {
            MallClaim.NegotiateByLaw(claim, $"defect {defect} is not listed for {string.Join(", ", classes)}", $"{defect} 未列入该类服装的三包范围");
            return;
        }
        if (fur && !tailored && FurSerious.Contains(defect))
        {
            FurExchange(claim, defect, days, repeated: false);
            return;
        }
        string clause = tailored ? "MALL-3.1.2-1-REPAIR" : "MALL-3.1.2-2-REPAIR";
        if (claim.Whole("prior_repairs_same_defect", clause) is not { } repairs) return;
        if (repairs == 0)
            FreeRepair(claim, defect, clause);
        else if (tailored)
            TailoredAgain(claim, defect, repairs);
        else
            FurExchange(claim, defect, days, repeated: true);
    }

    private static void FreeRepair(Evaluation claim, string defect, string clause)
    {
        claim.Conclude("covered", true);
        claim.Conclude("result", "free_repair");
        claim.Conclude("repair_fee", Money.Zero);
        claim.Cite(clause, $"defect {defect}, no repair before", $"质量问题 {defect},未修过");
        MallRepairTime.AgreedDate(claim);
    }

    /// <summary>The same problem after a repair: the customer chooses, no rate is stated (X-23).</summary>
    private static void TailoredAgain(Evaluation claim, string defect, long repairs)
    {
        const string clause = "MALL-3.1.2-1-REPEAT";
        claim.Conclude("covered", true);
        claim.Conclude("result", "exchange_or_return");
        claim.Conclude("exchange_fee", Money.Zero);
        claim.Conclude("return_fee", Money.Zero);
        claim.Cite(clause, $"defect {defect} again after {repairs} repair(s)", $"{defect} 修理{repairs}次后仍出现");
        if (claim.Amount("price", clause) is not { } price) return;
        claim.Conclude("refund_if_return", price);
        if (claim.Facts.Text("wants") == "exchange")
        {
            claim.Pay("exchange_fee", Money.Zero, clause);
        }
        else
        {
            claim.Pay("price", price, clause);
            claim.Pay("return_fee", Money.Zero, clause);
        }
    }

    /// <summary>
    /// Exchange is offered first; a return needs the recorded refusal (X-25). A repaired defect that comes back counts like a
    /// serious one (X-24).
    /// </summary>
    private static void FurExchange(Evaluation claim, string defect, int days, bool repeated)
    {
        bool refused = claim.Facts.Truth("exchange_refused_by_customer") ?? false;
        string clause = refused ? "MALL-3.1.2-2-DR" : "MALL-3.1.2-2-DX";
        claim.Conclude("covered", true);
        claim.Conclude("result", refused ? "return" : "exchange");
        if (repeated) claim.Cite("MALL-3.1.2-2-REPAIR", $"defect {defect} again after a repair", $"{defect} 修理后仍出现");
        if (claim.Amount("price", clause) is not { } price) return;
        decimal rate = refused ? MallShoes.ReturnRatePerDay : MallShoes.ExchangeRatePerDay;
        Money fee = MallClaim.Depreciation(price, rate, days);
        claim.Conclude(refused ? "return_fee" : "exchange_fee", fee);
        string sum = MallShoes.Sum(price, rate, days, fee);
        claim.Cite(clause, $"defect {defect}; {sum}", $"质量问题 {defect};{sum}");
        if (refused)
        {
            claim.Conclude("refund", price - fee);
            claim.Pay("price", price, clause);
            claim.Pay("return_fee", -fee, clause);
        }
        else
        {
            claim.Pay("exchange_fee", -fee, clause);
            if (claim.Facts.Text("wants") == "return") claim.Miss("exchange_refused_by_customer", "MALL-3.1.2-2-DR");
        }
    }

    /// <summary>
    /// Disliked for colour, specification or variety: free exchange within 3 days, 10 for customers from out of town. The special
    /// clause beats 3.2 (X-26).
    /// </summary>
    private static void Preference(Evaluation claim, int? daysKnown)
    {
        const string clause = "MALL-3.1.2-3";
        bool? outOfTown = claim.Truth("customer_out_of_town", clause);
        bool? unworn = claim.Truth("unworn", clause);
        bool? original = claim.Truth("original_state", clause);
        if (daysKnown is not { } days || claim.Facts.Day("sale_date") is not { } sold || outOfTown is not { } far) return;
        int limit = far ? 10 : 3;
        claim.Conclude("limit_days", limit);
        claim.Conclude("last_day", sold.PlusDays(limit));
        bool late = days > limit;
        if (late || unworn == false || original == false)
        {
            MallClaim.NegotiateNoQualityProblem(claim, late ? $"preference, day {days} > {limit}" : "preference, worn or not in its original state");
            return;
        }
        if (unworn is null || original is null) return;
        claim.Cite(
            clause,
            $"day {days} <= {limit}, unworn, original state",
            $"第{days}日 <= {limit}日,未穿用,保持原状");
        if (claim.Facts.Text("wants") == "return")
        {
            PreferenceReturn(claim);
            return;
        }
        claim.Conclude("covered", true);
        claim.Conclude("result", "free_exchange");
        claim.Conclude("fee", Money.Zero);
        claim.Pay("exchange_fee", Money.Zero, clause);
    }

    private static void PreferenceReturn(Evaluation claim)
    {
        const string clause = "MALL-3.1.2-3-RETURN";
        if (claim.Truth("same_type_available", clause) is not { } available) return;
        claim.Conclude("covered", true);
        claim.Conclude("fee", Money.Zero);
        if (available)
        {
            claim.Conclude("result", "free_exchange_only");
            claim.Conclude("return_result", "negotiate");
            claim.Conclude("rule", "MALL-3.2");
            claim.Cite("MALL-3.2", "same_type_available true: a return is negotiated", "有同类型商品,退货由双方协商");
            return;
        }
        claim.Conclude("result", "free_return");
        claim.Cite(clause, "same_type_available false, wants return", "无同类型商品,要求退货");
        if (claim.Amount("price", clause) is not { } price) return;
        claim.Conclude("refund", price);
        claim.Pay("price", price, clause);
    }
}
