using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// How long a repair may take: shoes the earlier of a week and the agreed date, other goods the agreed date; late work
/// goes to the managers and the Inspection Department.
/// </summary>
internal static class MallRepairTime
{
    /// <summary>A question about a repair under way.</summary>
    public static void Decide(Evaluation repair)
    {
        bool shoe = repair.Facts.Text("category") == "shoe";
        LocalDate? last = shoe ? ShoeLastDay(repair, repair.Facts.Day("handed_in")) : repair.Facts.Day("agreed_date");
        if (last is not { } day)
        {
            // A claim asks the same clause before anything was handed in; then the week runs from the claim.
            if (repair.Facts.Find("defect") is null) repair.Miss(shoe ? "handed_in" : "agreed_date", shoe ? "MALL-3.1.1-R-TIME" : "MALL-LIM-4");
            return;
        }
        LocalDateTime due = DayCount.EndOfDay(day, 0);
        repair.Conclude("due", due);
        string clause = shoe ? "MALL-3.1.1-R-TIME" : "MALL-LIM-4";
        repair.Cite(clause, $"due at the end of {MallClaim.Iso(day)}", $"{MallClaim.Iso(day)}日终到期");
        if ((repair.Facts.Moment("returned_to_customer") ?? repair.Facts.Moment("done_at")) is not { } done) return;
        bool onTime = done <= due;
        repair.Conclude("on_time", onTime);
        repair.Conclude("escalate_to", onTime ? RuleValue.List() : RuleValue.List("sales_floor_manager", "inspection_department"));
        if (!onTime) repair.Cite("MALL-LIM-5", $"done {new RuleValue.Moment(done)}, due {new RuleValue.Moment(due)}", $"{new RuleValue.Moment(done)}完成,{new RuleValue.Moment(due)}到期");
    }

    /// <summary>Concludes <c>repair_due</c> of a covered shoe; without a hand-in the week runs from the claim.</summary>
    public static void RepairDue(Evaluation claim)
    {
        LocalDate? handedIn = claim.Facts.Day("handed_in") ?? claim.Facts.Day("claim_date");
        if (ShoeLastDay(claim, handedIn) is not { } last) return;
        claim.Conclude("repair_due", DayCount.EndOfDay(last, 0));
        claim.Cite("MALL-3.1.1-R-TIME", $"handed in {MallClaim.Iso(handedIn!.Value)}, at most a week", $"{MallClaim.Iso(handedIn.Value)}送修,不超过一周");
    }

    /// <summary>Concludes <c>repair_due</c> of other goods when a date was agreed.</summary>
    public static void AgreedDate(Evaluation claim)
    {
        if (claim.Facts.Day("agreed_date") is not { } agreed) return;
        claim.Conclude("repair_due", DayCount.EndOfDay(agreed, 0));
        claim.Cite("MALL-LIM-4", $"agreed_date {MallClaim.Iso(agreed)}", $"商定日期{MallClaim.Iso(agreed)}");
    }

    private static LocalDate? ShoeLastDay(Evaluation repair, LocalDate? handedIn)
    {
        if (handedIn is not { } start) return null;
        LocalDate week = start.PlusDays(7);
        return repair.Facts.Day("agreed_date") is { } agreed && agreed < week ? agreed : week;
    }
}
