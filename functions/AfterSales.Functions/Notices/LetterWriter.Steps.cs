using AfterSales.Domain;
using AfterSales.Domain.Cases;

namespace AfterSales.Functions.Notices;

/// <summary>Letters on the way of a remedy, and about evidence.</summary>
public sealed partial class LetterWriter
{
    private Letter? AboutStep(CaseEvent happened, string id, LetterSource source)
    {
        var (@case, at) = (source.Case, happened.At);
        if (happened.Starts.FirstOrDefault(deadline => deadline.Owner == Party.Customer) is { } own)
        {
            return KindOf(own.Name) is { } kind ? Write(kind, id, at, source, [.. About(happened, @case), .. Answer(own, @case.TimeZone)]) : null;
        }

        return happened switch
        {
            RemedyStepDone { Step: RemedyStep.AcceptQuote or RemedyStep.PayDifference, State: StepState.Lapsed, Starts: [var handBack, ..] } e =>
                Write(
                    "not-repaired", id, at, source,
                    [
                        new(e.Step == RemedyStep.AcceptQuote ? "notTaken" : "notPaid", Template.Same("")),
                        new("handedBackUntil", LocalTimes.Minute(handBack.Due, @case.TimeZone)),
                    ]),
            RemedyStepDone { Step: RemedyStep.IssueCoupon, State: StepState.Done } e =>
                Write("coupon", id, at, source, e.Note.Amount is { } worth ? Amount(worth) : []),
            GrantReduced { Reason: ReductionReason.ShortReceipt } e => Write("reduced", id, at, source, Less(e, "short")),
            GrantReduced { Reason: ReductionReason.Damage } e => Write("reduced", id, at, source, Less(e, "damaged")),
            _ => null,
        };
    }

    /// <summary>The kind of letter that asks for what a clock waits for.</summary>
    private static string? KindOf(string clock) => LetterTexts.All.ContainsKey(clock) && StepLetterTexts.ToDo(clock) is not null ? clock : null;

    private static IEnumerable<KeyValuePair<string, Template>> About(CaseEvent happened, Case @case) =>
    [
        .. @case.DifferenceDue is { } due
            ? [new(@case.GrantedRemedy == Remedy.Repair ? "repairPrice" : "difference", Sum(due))]
            : Array.Empty<KeyValuePair<string, Template>>(),
        .. happened is RemedyStepDone { Step: RemedyStep.Quote, Note.Amount: { } price } ? Amount(price) : [],
        .. @case.Fulfilment?.Steps.Any(step => step.Step == RemedyStep.HandBack) == true
            ? [new("handedBack", Template.Same(""))]
            : Array.Empty<KeyValuePair<string, Template>>(),
    ];

    private static IEnumerable<KeyValuePair<string, Template>> Less(GrantReduced reduced, string why) =>
        [new(why, Template.Same("")), new("less", Sum(reduced.Amount)), new("left", Sum(reduced.Granted))];

    private static Template Sum(Money amount) => Template.Same($"{amount} {amount.Currency}");
}
