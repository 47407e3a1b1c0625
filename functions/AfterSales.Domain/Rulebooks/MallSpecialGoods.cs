namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// Goods that are not taken back, each with its own exception (3.4.6, 3.4.8 to 3.4.10, X-27). Allowed means handled as a quality
/// problem; as no period is listed for them, what is given then is negotiated.
/// </summary>
internal static class MallSpecialGoods
{
    public static void Decide(Evaluation claim, string category)
    {
        (string clause, bool? allowed, string because) = category switch
        {
            "photosensitive" => Quality(claim, "MALL-3.4.6"),
            "underwear" => Quality(claim, "MALL-3.4.8"),
            "cosmetics" => Cosmetics(claim),
            _ => Food(claim),
        };
        if (allowed is not { } decided) return;
        claim.Conclude("return_or_exchange_allowed", decided);
        if (!decided)
            MallClaim.Exclude(claim, clause, because, because);
        else if (MallClaim.Excluded(claim, counterfeit: true, clothing: false, lastDay: null) == false)
            Allowed(claim, clause, because);
        else
            claim.Cite(clause, because, because);
    }

    private static void Allowed(Evaluation claim, string clause, string because)
    {
        claim.Cite(clause, because, because);
        MallClaim.NegotiateByLaw(claim, "allowed as a quality problem; no period or rate is listed", "按质量问题处理;无规定的期限和折旧率");
    }

    private static (string Clause, bool? Allowed, string Because) Quality(Evaluation claim, string clause)
    {
        bool? confirmed = claim.Facts.Text("defect") is "preference" or "none" ? false : claim.Truth("quality_problem_confirmed", clause);
        return (clause, confirmed, $"quality_problem_confirmed {Shown(confirmed)}");
    }

    /// <summary>Only spoiled goods, and only after a recorded appraisal.</summary>
    private static (string Clause, bool? Allowed, string Because) Cosmetics(Evaluation claim)
    {
        const string clause = "MALL-3.4.9";
        bool? spoiled = claim.Facts.Truth("spoiled") ?? claim.Facts.Truth("quality_problem_confirmed");
        bool refuted = claim.Facts.Truth("quality_problem_confirmed") == false || claim.Facts.Text("defect") is "preference" or "none";
        bool? appraised = claim.Facts.Truth("appraisal_recorded");
        string because = $"spoiled {Shown(spoiled)}, appraisal_recorded {Shown(appraised)}";
        if (refuted || spoiled == false || appraised == false) return (clause, false, because);
        claim.Truth("appraisal_recorded", clause);
        if (spoiled is null) claim.Miss("spoiled", clause);
        return (clause, spoiled is null || appraised is null ? null : true, because);
    }

    /// <summary>Only when expired or mouldy.</summary>
    private static (string Clause, bool? Allowed, string Because) Food(Evaluation claim)
    {
        const string clause = "MALL-3.4.10";
        bool? expired = claim.Facts.Truth("expired");
        bool? mouldy = claim.Facts.Truth("mouldy");
        string because = $"expired {Shown(expired)}, mouldy {Shown(mouldy)}";
        if (expired == true || mouldy == true) return (clause, true, because);
        claim.Truth("expired", clause);
        claim.Truth("mouldy", clause);
        return (clause, expired is null || mouldy is null ? null : false, because);
    }

    private static string Shown(bool? value) => value switch
    {
        true => "true",
        false => "false",
        null => "unknown",
    };
}
