using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Cases;

/// <summary>What somebody wants to do to a case, as sent: <c>{action, …}</c>, checked field by field.</summary>
/// <param name="Text">The statement, reason or note; sealed before it becomes part of a command.</param>
public sealed record ActionRequest(
    CaseAction Action, string? Text, Outcome? Outcome, ExternalOutcome? External, ExceptionClock? Clock, Remedy? Remedy, Money? Amount,
    PayoutId? Payout)
{
    /// <summary>Whom to ask for evidence, each until when.</summary>
    public IReadOnlyList<EvidenceAsk> Asks { get; init; } = [];

    private const int LongestText = 4000;

    /// <summary>The request, or every fault of it.</summary>
    public static (ActionRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        if (Choice<CaseAction>(fields, "action", required: true) is not { } action) return (null, fields.Faults);
        var request = action switch
        {
            CaseAction.Accept => Of(fields, action, ["remedy", "amount"]),
            CaseAction.Refuse => Of(fields, action, ["statement"], text: "statement"),
            CaseAction.Decide => Of(fields, action, ["outcome", "reason", "remedy", "amount"], text: "reason") with
            {
                Outcome = Choice<Outcome>(fields, "outcome", required: true),
            },
            CaseAction.RecordException => Of(fields, action, ["clock", "reason"], text: "reason") with
            {
                Clock = Choice<ExceptionClock>(fields, "clock", required: true),
            },
            CaseAction.RecordOutcome => Of(fields, action, ["outcome", "note", "remedy", "amount"], text: "note") with
            {
                External = Choice<ExternalOutcome>(fields, "outcome", required: true),
            },
            CaseAction.Contest => Of(fields, action, ["reason"], text: "reason"),
            CaseAction.PassOn or CaseAction.Withdraw or CaseAction.AcceptDecision => Of(fields, action, ["reason"], optionalText: "reason"),
            CaseAction.Settle or CaseAction.CancelPayout or CaseAction.RetryPayout =>
                Of(fields, action, ["reason", "payoutId"], optionalText: "reason") with { Payout = ReadPayout(fields) },
            CaseAction.RequestEvidence => Of(fields, action, ["from", "note"], optionalText: "note") with { Asks = EvidenceAsks.Read(fields, "from") },
            CaseAction.SubmitEvidence or CaseAction.CloseEvidenceRound => Of(fields, action, []),
            _ => throw new InvalidOperationException($"No such action: {action}"),
        };
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }

    /// <summary>The command for the case as it is.</summary>
    /// <param name="sealedText"><see cref="Text"/>, sealed for the customer of the case.</param>
    public CaseCommand ToCommand(Case current, Instant at, Actor by, string? sealedText) => Action switch
    {
        CaseAction.Accept => new SupplierAccepts(at, by, Remedy, Amount),
        CaseAction.Refuse => new SupplierRefuses(at, by, sealedText!),
        CaseAction.Decide => new DecideClaim(at, by, Outcome!.Value, sealedText!, Remedy, Amount),
        CaseAction.PassOn => new PassOn(at, by, sealedText),
        CaseAction.RecordException => new ExcuseClock(at, by, Clock!.Value, sealedText!),
        CaseAction.RecordOutcome => new RecordOutcome(at, by, External!.Value, sealedText!, Remedy, Amount),
        CaseAction.Settle => new SettlePayout(at, by, PayoutOf(current), sealedText),
        CaseAction.CancelPayout => new CancelPayout(at, by, PayoutOf(current), sealedText),
        CaseAction.RetryPayout => new RetryPayout(at, by, PayoutOf(current)),
        CaseAction.AcceptDecision => new AcceptDecision(at, by),
        CaseAction.Contest => new ContestDecision(at, by, sealedText!),
        CaseAction.Withdraw => new WithdrawCase(at, by),
        CaseAction.RequestEvidence => new AskForEvidence(at, by, Asks, sealedText),
        CaseAction.SubmitEvidence => new SubmitEvidence(at, by),
        CaseAction.CloseEvidenceRound => new CloseEvidenceRound(at, by),
        _ => throw new InvalidOperationException($"No such action: {Action}"),
    };

    /// <summary>The payout named, or the last one of the case; a case without any knows the one it would have first.</summary>
    private PayoutId PayoutOf(Case current) =>
        Payout ?? (current.Payouts.IsEmpty ? PayoutId.For(current.Id, 1) : current.Payouts[^1].Id);

    private static ActionRequest Of(
        RequestFields fields, CaseAction action, ReadOnlySpan<string> allowed, string? text = null, string? optionalText = null)
    {
        fields.AllowOnly(["action", .. allowed]);
        var granting = allowed.Contains("amount");
        return new ActionRequest(
            action,
            (text ?? optionalText) is { } name ? fields.Text(name, required: text is not null, LongestText) : null,
            null,
            null,
            null,
            granting ? Choice<Remedy>(fields, "remedy", required: false) : null,
            granting ? fields.Amount("amount", required: false, zeroAllowed: false) : null,
            null);
    }

    private static T? Choice<T>(RequestFields fields, string name, bool required) where T : struct, Enum =>
        WireName.TryParse<T>(fields.OneOf(name, required, [.. WireName.All<T>()]), out var value) ? value : null;

    private static PayoutId? ReadPayout(RequestFields fields)
    {
        var text = fields.Text("payoutId", required: false, longest: 100);
        if (text is null) return null;
        if (PayoutId.TryParse(text, out var payout)) return payout;
        fields.Faults.Add(new Fault("/payoutId", "invalid-id", "A payout id is wanted, such as the case shows."));
        return null;
    }
}
