using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Cases;

/// <summary>What somebody wants to do to a case, as sent: <c>{action, …}</c>, checked field by field.</summary>
/// <param name="Text">The statement, reason or note; sealed before it becomes part of a command.</param>
/// <param name="Code">A clause, the name of a clock's exception: what the domain looks up.</param>
/// <param name="Other">The case to link with or merge into.</param>
public sealed record ActionRequest(
    CaseAction Action, string? Text = null, Outcome? Outcome = null, ExternalOutcome? External = null, string? Code = null,
    Remedy? Remedy = null, Money? Amount = null, PayoutId? Payout = null, PauseReason? Pause = null, CaseId? Other = null, LinkKind? Link = null,
    StepNote? Note = null)
{
    /// <summary>Whom to ask for evidence, each until when.</summary>
    public IReadOnlyList<EvidenceAsk> Asks { get; init; } = [];

    /// <summary>What a grant says beside remedy and amount; null: nothing.</summary>
    public GrantTerms? Terms { get; init; }

    /// <summary>What became of money that was paid too much.</summary>
    public OverpaymentEnd? Overpayment { get; init; }

    /// <summary>How long an offer stands; null: as long as is usual.</summary>
    public Instant? Until { get; init; }

    /// <summary>Which offer is meant; null: the one that stands.</summary>
    public int? Number { get; init; }

    /// <summary>The day on which a payout that is settled was paid.</summary>
    public LocalDate? PaidOn { get; init; }

    private static readonly string[] Granted = ["remedy", "amount", "replacementPrice", "outboundFreight", "returnFreight"];

    private const int LongestText = 4000;
    private const int LongestCode = 60;
    private const int MostPieces = 100_000;

    /// <summary>The request, or every fault of it.</summary>
    public static (ActionRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        if (Choice<CaseAction>(fields, "action", required: true) is not { } action) return (null, fields.Faults);
        var request = action switch
        {
            CaseAction.Accept => Granting(Of(fields, action, null, Granted), fields),
            CaseAction.Refuse => Of(fields, action, "statement"),
            CaseAction.Decide => Granting(Of(fields, action, "reason", ["outcome", "clause", .. Granted]), fields) with
            {
                Outcome = Choice<Outcome>(fields, "outcome", required: true),
                Code = fields.Text("clause", required: false, LongestCode),
            },
            CaseAction.Offer => Granting(Of(fields, action, null, ["until", "note", .. Granted]), fields) with
            {
                Text = fields.Text("note", required: false, LongestText),
                Until = fields.Instant("until"),
            },
            CaseAction.AcceptOffer => Of(fields, action, null, "number") with { Number = fields.Whole("number", 1, MostPieces) },
            CaseAction.SendBack or CaseAction.Contest or CaseAction.Reopen => Of(fields, action, "reason"),
            CaseAction.RecordException => Of(fields, action, "reason", "clock") with { Code = fields.Text("clock", required: true, LongestCode) },
            CaseAction.RecordOutcome => Granting(Of(fields, action, "note", ["outcome", .. Granted]), fields) with
            {
                External = Choice<ExternalOutcome>(fields, "outcome", required: true),
            },
            CaseAction.Pause => Of(fields, action, "note", "reason") with { Pause = Choice<PauseReason>(fields, "reason", required: true) },
            CaseAction.Link => Of(fields, action, null, "case", "kind") with
            {
                Other = ReadCase(fields),
                Link = Choice<LinkKind>(fields, "kind", required: false) ?? LinkKind.Related,
            },
            CaseAction.Merge => Of(fields, action, null, "case") with { Other = ReadCase(fields) },
            CaseAction.Approve or CaseAction.Resume => Of(fields, action, null),
            CaseAction.PassOn or CaseAction.Withdraw or CaseAction.AcceptDecision or CaseAction.DeclineQuote or CaseAction.DeclineOffer =>
                Reasoned(fields, action),
            CaseAction.Settle => Reasoned(fields, action, "payoutId", "paidOn", "reference") with
            {
                Payout = ReadPayout(fields),
                PaidOn = fields.Day("paidOn"),
                Code = ReadReference(fields),
            },
            CaseAction.ResolveOverpayment => Reasoned(fields, action, "outcome") with
            {
                Overpayment = Choice<OverpaymentEnd>(fields, "outcome", required: true),
            },
            CaseAction.CancelPayout or CaseAction.RetryPayout =>
                Reasoned(fields, action, "payoutId") with { Payout = ReadPayout(fields) },
            CaseAction.RequestEvidence => Of(fields, action, null, "from", "note") with
            {
                Text = fields.Text("note", required: false, LongestText),
                Asks = EvidenceAsks.Read(fields, "from"),
            },
            CaseAction.SubmitEvidence or CaseAction.CloseEvidenceRound => Of(fields, action, null),
            _ when AllowedActions.StepOf(action) is { } step => StepDone(fields, action, step),
            _ => throw new InvalidOperationException($"No such action: {action}"),
        };
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }

    /// <summary>The other case that the domain has to look at: the one named, or the one that a merged case went into. Null: none.</summary>
    public CaseId? OtherCase(Case current) => Action is CaseAction.Reopen && current.Outcome == CaseOutcome.Merged
        ? current.Links.Last(link => link.Kind == LinkKind.MergedInto).Case
        : Other;

    /// <summary>The command for the case as it is.</summary>
    /// <param name="sealedText"><see cref="Text"/>, sealed for the customer of the case.</param>
    /// <param name="other">The <see cref="OtherCase"/>; null: there is none.</param>
    public CaseCommand ToCommand(Case current, Instant at, Actor by, string? sealedText, Case? other) => Action switch
    {
        CaseAction.Accept => new SupplierAccepts(at, by, Remedy, Amount, Terms),
        CaseAction.Refuse => new SupplierRefuses(at, by, sealedText!),
        CaseAction.Decide => new DecideClaim(at, by, Outcome!.Value, sealedText!, Remedy, Amount, Code, Terms),
        CaseAction.Offer => new MakeOffer(at, by, Remedy, Amount, Terms, Until, sealedText),
        CaseAction.AcceptOffer => new AcceptOffer(at, by, Number),
        CaseAction.DeclineOffer => new DeclineOffer(at, by, sealedText),
        CaseAction.PassOn => new PassOn(at, by, sealedText),
        CaseAction.Approve => new ApproveDecision(at, by),
        CaseAction.SendBack => new SendBackDecision(at, by, sealedText!),
        CaseAction.RecordException => new ExcuseClock(at, by, Code!, sealedText!),
        CaseAction.RecordOutcome => new RecordOutcome(at, by, External!.Value, sealedText!, Remedy, Amount, Terms),
        CaseAction.Pause => new PauseClocks(at, by, Pause!.Value, sealedText!),
        CaseAction.Resume => new ResumeClocks(at, by),
        CaseAction.DeclineQuote => new DeclineQuote(at, by, sealedText),
        CaseAction.Settle => new SettlePayout(at, by, PayoutOf(current), sealedText, PaidOn, Code),
        CaseAction.CancelPayout => new CancelPayout(at, by, PayoutOf(current), sealedText),
        CaseAction.RetryPayout => new RetryPayout(at, by, PayoutOf(current), sealedText),
        CaseAction.ResolveOverpayment => new ResolveOverpayment(at, by, Overpayment!.Value, sealedText),
        CaseAction.AcceptDecision => new AcceptDecision(at, by),
        CaseAction.Contest => new ContestDecision(at, by, sealedText!),
        CaseAction.Withdraw => new WithdrawCase(at, by),
        CaseAction.RequestEvidence => new AskForEvidence(at, by, Asks, sealedText),
        CaseAction.SubmitEvidence => new SubmitEvidence(at, by),
        CaseAction.CloseEvidenceRound => new CloseEvidenceRound(at, by),
        CaseAction.Reopen => new ReopenCase(at, by, sealedText!, other),
        CaseAction.Link => new LinkCase(at, by, Other!.Value, Link!.Value, other),
        CaseAction.Merge => new MergeCase(at, by, Other!.Value, other),
        _ when AllowedActions.StepOf(Action) is { } step => new DoRemedyStep(at, by, step, Note! with { SealedText = sealedText }),
        _ => throw new InvalidOperationException($"No such action: {Action}"),
    };

    /// <summary>The payout named, or the last one of the case; a case without any knows the one it would have first.</summary>
    private PayoutId PayoutOf(Case current) =>
        Payout ?? (current.Payouts.IsEmpty ? PayoutId.For(current.Id, 1) : current.Payouts[^1].Id);

    private static ActionRequest Granting(ActionRequest request, RequestFields fields) => request with
    {
        Remedy = Choice<Remedy>(fields, "remedy", required: false),
        Amount = fields.Amount("amount", required: false, zeroAllowed: false),
        Terms = TermsOf(fields),
    };

    private static GrantTerms? TermsOf(RequestFields fields)
    {
        var terms = new GrantTerms(
            fields.Amount("replacementPrice", required: false, zeroAllowed: false),
            fields.Amount("outboundFreight", required: false, zeroAllowed: true),
            fields.Amount("returnFreight", required: false, zeroAllowed: true));
        return terms == new GrantTerms() ? null : terms;
    }

    /// <param name="text">The field that holds what the person writes, which is required; null: there is none.</param>
    private static ActionRequest Of(RequestFields fields, CaseAction action, string? text, params ReadOnlySpan<string> more)
    {
        fields.AllowOnly(text is null ? ["action", .. more] : ["action", text, .. more]);
        return new ActionRequest(action, text is null ? null : fields.Text(text, required: true, LongestText));
    }

    private static ActionRequest Reasoned(RequestFields fields, CaseAction action, params ReadOnlySpan<string> more)
    {
        fields.AllowOnly(["action", "reason", .. more]);
        return new ActionRequest(action, fields.Text("reason", required: false, LongestText));
    }

    private static ActionRequest StepDone(RequestFields fields, CaseAction action, RemedyStep step)
    {
        string[] known = step switch
        {
            RemedyStep.ShipBack or RemedyStep.ShipReplacement or RemedyStep.HandBack => ["carrier", "tracking"],
            RemedyStep.Receive => ["quantity"],
            RemedyStep.Inspect => ["condition", "amount"],
            RemedyStep.Quote or RemedyStep.IssueCoupon or RemedyStep.PayDifference => ["amount"],
            _ => [],
        };
        fields.AllowOnly(["action", "note", .. known]);
        return new ActionRequest(action, fields.Text("note", required: false, LongestText))
        {
            Note = new StepNote(
                known.Contains("carrier") ? fields.Text("carrier", required: false, LongestCode) : null,
                known.Contains("tracking") ? fields.Text("tracking", required: false, LongestCode) : null,
                known.Contains("quantity") ? fields.Whole("quantity", 0, MostPieces) : null,
                known.Contains("condition") ? Choice<GoodsCondition>(fields, "condition", required: true) : null,
                known.Contains("amount") ? fields.Amount("amount", required: step == RemedyStep.Quote, zeroAllowed: step != RemedyStep.Quote) : null),
        };
    }

    private static CaseId? ReadCase(RequestFields fields)
    {
        var text = fields.Text("case", required: true, LongestCode);
        if (text is null) return null;
        if (CaseId.TryParse(text, out var id)) return id;
        fields.Faults.Add(new Fault("/case", "invalid-id", "A case id is wanted, such as the list of cases shows."));
        return null;
    }

    private static T? Choice<T>(RequestFields fields, string name, bool required) where T : struct, Enum =>
        WireName.TryParse<T>(fields.OneOf(name, required, [.. WireName.All<T>()]), out var value) ? value : null;

    /// <summary>A payment's reference: no free text, as it shows in the clear.</summary>
    private static string? ReadReference(RequestFields fields)
    {
        var text = fields.Text("reference", required: false, LongestCode);
        if (text?.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-' or '/') != false) return text;
        fields.Faults.Add(new Fault("/reference", "not-a-code", "A reference is made of letters, digits and . _ : - / only."));
        return null;
    }

    private static PayoutId? ReadPayout(RequestFields fields)
    {
        var text = fields.Text("payoutId", required: false, longest: 100);
        if (text is null) return null;
        if (PayoutId.TryParse(text, out var payout)) return payout;
        fields.Faults.Add(new Fault("/payoutId", "invalid-id", "A payout id is wanted, such as the case shows."));
        return null;
    }
}
