using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Notices;

/// <summary>What a letter needs beside the event: whom it is to, and what was written by hand.</summary>
/// <param name="CustomerName">Null when it is not known, or was erased.</param>
/// <param name="Reason">In the words of the person who decided, offered or asked.</param>
/// <param name="Rulebook">Whose clauses are quoted: the case's own version.</param>
public sealed record LetterSource(Case Case, string? CustomerName, string? Reason, Rulebook Rulebook);

/// <summary>Writes letters to customers: what happened, by which rules, what they can do next and until when.</summary>
public sealed partial class LetterWriter(SignedLinks links, LinkOptions options)
{
    // Long enough to answer a decision and to look it up afterwards.
    private static readonly Duration LinkLife = Duration.FromDays(90);

    /// <summary>The letter about an event, or null for events that customers are not written to about.</summary>
    /// <param name="id">The number of the event.</param>
    public Letter? About(CaseEvent happened, string id, LetterSource source) => happened switch
    {
        CaseOpened e => Write("received", id, e.At, source, Opened(e, source.Case)),
        ClaimUpheld e => Write("granted", id, e.At, source, Granted(e, source.Case), e.Clauses, e.Starts),
        ClaimRefused e => Write("refused", id, e.At, source, Silence(e.BySilence), [e.Clause], e.Starts),
        OfferMade { Offer.To: Party.Customer } e => Write("offered", id, e.At, source, Offered(e.Offer, source.Case)),
        Escalated { Cause: EscalationCause.Contested } e => Write("moved", id, e.At, source, Progress(e, source.Case)),
        Referred e => Write("moved", id, e.At, source, Progress(e, source.Case)),
        RefundConfirmed e => Write("paid", id, e.At, source, Amount(e.Amount)),
        PayoutSettled e => Write("paid", id, e.At, source, Amount(e.Amount)),
        RemedyBegun or RemedyStepDone or GrantReduced or EvidenceRequested => AboutStep(happened, id, source),
        CaseClosed e => Write("closed", id, e.At, source, [.. Amount(e.Paid), new("outcome", LetterTexts.Word(e.Outcome))]),
        _ => null,
    };

    /// <summary>The letter that reminds the customer of a deadline of his own.</summary>
    public Letter Reminder(Deadline deadline, string id, Instant at, LetterSource source) => StepLetterTexts.ToDo(deadline.Name) is { } todo
        ? Write("reminder-to-do", id, at, source, [new("todo", todo), .. Answer(deadline, source.Case.TimeZone)])
        : Write("reminder", id, at, source, Answer(deadline, source.Case.TimeZone));

    private Letter Write(
        string kind, string id, Instant at, LetterSource source, IEnumerable<KeyValuePair<string, Template>> about,
        IReadOnlyList<string>? clauses = null, IReadOnlyList<Deadline>? starts = null)
    {
        var (@case, zone, template) = (source.Case, source.Case.TimeZone, LetterTexts.All[kind]);
        var answer = starts?.FirstOrDefault(deadline => deadline.Owner == Party.Customer);
        Dictionary<string, Template> known = new([
            new("request", Template.Same(@case.ExternalId)),
            new("order", Template.Same(@case.Order.OrderId)),
            new("when", LocalTimes.Minute(at, zone)),
            new("date", LocalTimes.Day(at, zone)),
            .. about,
            .. source.CustomerName is { } name ? [new("name", Template.Same(name))] : Array.Empty<KeyValuePair<string, Template>>(),
            .. answer is null ? [] : Answer(answer, zone),
        ]);
        ImmutableArray<BilingualPart> parts =
        [
            .. Template.Fill(template.Say, known).Select(said => new BilingualPart(null, [said])),
            .. Quoted(clauses ?? [], source.Rulebook),
            .. source.Reason is { } reason ? [new BilingualPart(LetterTexts.ReasonHeading, [Template.Same(reason)])] : Array.Empty<BilingualPart>(),
            .. answer is null ? [] : new[] { new BilingualPart(LetterTexts.NextHeading, Template.Fill(LetterTexts.Next, known)) },
        ];
        var greeting = LetterTexts.Greeting.Fill(known) ?? LetterTexts.GreetingWithoutName;
        var (subject, closing) = (template.Subject.Fill(known)!, LetterTexts.Closing.Fill(known)!);
        return new Letter(
            id,
            kind,
            at.InZone(zone).ToDateTimeOffset(),
            new LetterText(subject.Zh, greeting.Zh, [.. parts.Select(part => part.In(words => words.Zh))], closing.Zh),
            new LetterText(subject.En, greeting.En, [.. parts.Select(part => part.In(words => words.En))], closing.En),
            LettersLink(@case.Id, at + LinkLife));
    }

    private Uri LettersLink(CaseId id, Instant expires)
    {
        var token = links.Token(SignedLinks.CasePurpose, id.ToString(), expires.ToDateTimeOffset());
        return new Uri(options.PublicUrl, $"api/v1/cases/{id}/letters?link={token}");
    }

    private static IEnumerable<KeyValuePair<string, Template>> Opened(CaseOpened opened, Case @case)
    {
        yield return new("kind", LetterTexts.Word(opened.Claim.Kind));
        yield return new(@case.Process.First.Owner == Party.Supplier ? "sellerFirst" : "staffFirst", Template.Same(""));
        foreach (var known in AnswerBy(opened.Starts, @case)) yield return known;
    }

    private static IEnumerable<KeyValuePair<string, Template>> Granted(ClaimUpheld upheld, Case @case) =>
    [
        new("remedy", Word(upheld.Remedy, @case)),
        .. upheld.Amount.IsPositive ? Amount(upheld.Amount) : [],
        .. upheld.Coupon is { } coupon
            ? [new("coupon", Sum(coupon))]
            : Array.Empty<KeyValuePair<string, Template>>(),
        .. upheld.DifferenceDue is { } due
            ? [new("difference", Sum(due))]
            : Array.Empty<KeyValuePair<string, Template>>(),
        .. Silence(upheld.BySilence),
    ];

    private static IEnumerable<KeyValuePair<string, Template>> Offered(Offer offer, Case @case) =>
    [
        new("remedy", Word(offer.Remedy, @case)),
        new("offeredUntil", LocalTimes.Minute(offer.Due, @case.TimeZone)),
        .. Amount(offer.Amount),
        .. offer.BelowRulebook ? [new("below", Template.Same(""))] : Array.Empty<KeyValuePair<string, Template>>(),
    ];

    private static IEnumerable<KeyValuePair<string, Template>> Progress(CaseEvent moved, Case @case)
    {
        var what = CaseTimeline.Of(@case.Process, moved).What;
        return [new("progress", Said(what)), .. AnswerBy(moved.Starts, @case)];
    }

    /// <summary>
    /// When a clock is over whose end is a decision, of those that run then. Where none does, when the step's time is over and what follows.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, Template>> AnswerBy(IReadOnlyList<Deadline> starts, Case @case)
    {
        var own = starts.Where(deadline => deadline.Owner is not (Party.Customer or Party.Marketplace)).OrderBy(deadline => deadline.Due).ToList();
        if (own.Find(deadline => Decides(@case.Process.Clock(deadline.Name)?.OnMiss)) is { } deciding)
        {
            return [new("answerBy", LocalTimes.Minute(deciding.Due, @case.TimeZone))];
        }

        return own.Count == 0
            ? []
            : [new("stepUntil", LocalTimes.Minute(own[0].Due, @case.TimeZone)), new("stepMiss", Said(own[0].OnMiss))];
    }

    private static bool Decides(Consequence? onMiss) => onMiss is Consequence.RulebookDecides or Consequence.Grant or Consequence.Refuse;

    private static Template Word(Remedy remedy, Case @case) =>
        remedy == Remedy.Repair && CaseDecider.IsPriced(@case) ? LetterTexts.PricedRepair : LetterTexts.Word(remedy);

    private static Template Said(Wording what) => new(ChinesePunctuation.Of(what.Zh), what.En);

    private static IEnumerable<KeyValuePair<string, Template>> Answer(Deadline deadline, DateTimeZone zone) =>
    [
        new("until", LocalTimes.Minute(deadline.Due, zone)),
        new("onMiss", Said(deadline.OnMiss)),
    ];

    private static IEnumerable<KeyValuePair<string, Template>> Amount(Money amount) => amount.IsPositive
        ? [new("amount", Template.Same(amount.ToString())), new("currency", Template.Same(amount.Currency.Code))]
        : [];

    private static IEnumerable<KeyValuePair<string, Template>> Silence(bool bySilence) => bySilence ? [new("bySilence", Template.Same(""))] : [];

    /// <summary>The wording of each clause. A clause that is not the rulebook's own is a step of the ladder and has no wording.</summary>
    private static IEnumerable<BilingualPart> Quoted(IReadOnlyList<string> clauses, Rulebook rulebook)
    {
        var quoted = clauses.Distinct().Select(rulebook.FindClause).OfType<Clause>()
            .Select(clause => LetterTexts.Clause.Fill(new Dictionary<string, Template>
            {
                ["wording"] = new(clause.Text, clause.TextEn),
                ["clause"] = Template.Same(clause.Id),
            })!)
            .ToImmutableArray();
        return quoted.IsEmpty ? [] : [new BilingualPart(LetterTexts.ClauseHeading, quoted, IsQuote: true)];
    }

    private sealed record BilingualPart(Template? Heading, ImmutableArray<Template> Lines, bool IsQuote = false)
    {
        public LetterPart In(Func<Template, string> language) =>
            new(Heading is null ? null : language(Heading), [.. Lines.Select(language)], IsQuote);
    }
}
