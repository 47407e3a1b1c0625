namespace AfterSales.Domain.Cases;

/// <summary>What the marketplace refunded without being told to. Each refund counts once, known by its id; several add up.</summary>
public static partial class CaseDecider
{
    private static Refusal? Take(Story story, NoteMarketplaceRefund noted)
    {
        var answered = story.Now.Payouts.FirstOrDefault(payout => payout.Amount == noted.Amount && payout.Refund is null && (payout.IsOpen || payout.IsPaid));
        if (answered is null || Known(story.Now, noted.Refund) is not null)
        {
            NoteElsewhere(story, new NoteReport(noted.At, noted.By, MarketplaceReport.RefundedElsewhere, noted.Amount, noted.Refund));
            return null;
        }
        if (answered.IsOpen) return Confirm(story, new ConfirmPayout(noted.At, noted.By, answered.Id, noted.Amount, Refund: noted.Refund));
        story.Happens(new RefundMatched(noted.At, noted.By, answered.Id, noted.Refund));
        return null;
    }

    private static void NoteElsewhere(Story story, NoteReport noted)
    {
        if (Known(story.Now, noted.Refund) is not { } known)
        {
            story.Happens(new ReportNoted(noted.At, noted.By, noted.Report, noted.Amount, noted.Refund));
            return;
        }
        if (known.Amount == noted.Amount) return;
        NoteAnyway(story, noted.At, noted.By, new Contradiction($"refund:{noted.Refund}", Written(known.Amount), Written(noted.Amount)));
    }

    /// <summary>What is known of the refund, as a payout's answer or as one elsewhere; null: nothing.</summary>
    private static RefundElsewhere? Known(Case now, string? refund) =>
        now.RefundsElsewhere.FirstOrDefault(one => one.Refund == refund)
        ?? (refund is not null && now.Payouts.FirstOrDefault(payout => payout.Refund == refund) is { } payout ? new RefundElsewhere(refund, payout.Amount) : null);

    private static string Written(Money? amount) => amount?.ToString() ?? "all";
}
