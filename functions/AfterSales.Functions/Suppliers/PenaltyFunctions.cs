using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>Penalties: imposed, confirmed by a second person, appealed against, reversed in part. A supplier reads and appeals against its
/// own.</summary>
public sealed class PenaltyFunctions(
    SupplierDesk desk, PenaltyStore penalties, SupplierConduct conduct, PenaltyViews views, RulesInForce rules)
{
    private const string Route = "api/v1/suppliers/{id}/penalties";

    [Function("penalties-list")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.FloorManager, Role.Supplier)]
    public Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        desk.ReadAsync(
            request, id,
            async terms =>
            {
                var items = new List<PenaltyView>();
                foreach (var penalty in await penalties.ListAsync(terms.Id, cancellationToken)) items.Add(await views.OfAsync(penalty, cancellationToken));
                return Answer.Json(200, new { items });
            },
            cancellationToken);

    [Function("penalties-get")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Inspection, Role.FloorManager, Role.Supplier)]
    public Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Route + "/{penalty}")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        desk.ReadAsync(
            request, id,
            async terms => PenaltyId.TryParse(penalty, out var known) && await penalties.FindAsync(terms.Id, known, cancellationToken) is { } found
                ? Answer.Json(200, await views.OfAsync(found, cancellationToken))
                : PenaltyRefusals.Unknown.ToProblem(),
            cancellationToken);

    /// <summary>Goods found on the counter that may not be there (MALL-LAD-7), with the base amount that Inspection enters; or an expulsion
    /// proposed anew.</summary>
    [Function("penalties-impose")]
    [Access(Role.Inspection, Role.Manager)]
    public Task<IResult> Impose(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id, (terms, body, key) => ImposeAsync(terms.Id, request.GetCaller().ToActor(), body, key, cancellationToken), cancellationToken);

    [Function("penalties-confirm")]
    [Access(Role.Manager)]
    public Task<IResult> Confirm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/confirmation")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(request, id, penalty, async (supplier, body) =>
        {
            var deposit = await conduct.DepositAsync(supplier, cancellationToken);
            var by = request.GetCaller().ToActor();
            return Said(WordRequest.Read(body, "confirm", "decline"), word => word.Yes
                ? new ConfirmPenalty(rules.Now, by, deposit, desk.Seal(word.Reason))
                : new DeclinePenalty(rules.Now, by, desk.Seal(word.Reason)));
        }, cancellationToken);

    [Function("penalties-appeal")]
    [Access(Role.Supplier)]
    public Task<IResult> Appeal(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/appeals")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            request, id, penalty,
            (_, body) => Task.FromResult(Said(
                AppealRequest.Read(body), appeal => new AppealPenalty(rules.Now, request.GetCaller().ToActor(), desk.Seal(appeal.Reason)))),
            cancellationToken);

    [Function("penalties-decide-appeal")]
    [Access(Role.Inspection, Role.Manager)]
    public Task<IResult> DecideAppeal(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/appeals/{round}")] HttpRequest request,
        string id,
        string penalty,
        string round,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            request, id, penalty,
            (_, body) => Task.FromResult(Said(WordRequest.Read(body, "uphold", "overturn"), word => new DecidePenaltyAppeal(
                rules.Now, request.GetCaller().ToActor(), int.TryParse(round, out var number) ? number : 0, word.Yes, desk.Seal(word.Reason)))),
            cancellationToken);

    /// <summary>Takes the fine or the strike back, each by itself.</summary>
    [Function("penalties-reverse")]
    [Access(Role.Manager)]
    public Task<IResult> Reverse(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/reversals")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            request, id, penalty,
            (_, body) => Task.FromResult(Said(
                ReversalRequest.Read(body),
                reversal => new ReversePenalty(rules.Now, request.GetCaller().ToActor(), reversal.Part, desk.Seal(reversal.Reason)))),
            cancellationToken);

    /// <summary>The one payment of a levy (MALL-C8.6-ONCE); part of it is refused.</summary>
    [Function("penalties-pay")]
    [Access(Role.Finance)]
    public Task<IResult> Pay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/payments")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(request, id, penalty, async (supplier, body) =>
        {
            var (payment, faults) = PaymentRequest.Read(body);
            return payment is null
                ? (null, SupplierDesk.Invalid(faults))
                : await PaymentAsync(supplier, penalty, payment, request.GetCaller().ToActor(), cancellationToken);
        }, cancellationToken);

    private async Task<(PenaltyCommand?, Answer?)> PaymentAsync(
        SupplierId supplier, string penalty, PaymentRequest payment, Actor by, CancellationToken cancellationToken)
    {
        if (!PenaltyId.TryParse(penalty, out var id) || await penalties.FindAsync(supplier, id, cancellationToken) is not { } levy)
            return (null, PenaltyRefusals.Unknown.ToProblem());
        if (levy is not { Kind: PenaltyKind.Levy, Deadline: { } deadline }) return (null, PenaltyRefusals.NotPayable.ToProblem());
        var mall = await rules.MallAsync(cancellationToken);
        var now = rules.Now.InZone(mall.Zone).LocalDateTime;
        if (payment.PaidOn > now.Date) return (null, SupplierDesk.Invalid(new Fault("/paidOn", "invalid-date", "It was paid today or before.")));
        var paidAt = payment.PaidOn is { } day && day < now.Date ? day.At(LocalTime.Noon) : now;
        var noticeOn = deadline.Arithmetic.Anchor.InZone(mall.Zone).Date;
        var accepted = mall.LevyPaymentOf(noticeOn, payment.Amount, paidAt).Conclusions.Truth("accepted") == true;
        return (new PayLevy(rules.Now, by, payment.Amount, paidAt.InZoneLeniently(mall.Zone).ToInstant(), accepted), null);
    }

    private async Task<Answer> ImposeAsync(
        SupplierId supplier, Actor by, ReadOnlyMemory<byte> body, string key, CancellationToken cancellationToken)
    {
        var (request, faults) = PenaltyRequest.Read(body);
        if (request is null) return SupplierDesk.Invalid(faults);
        if (request is { Kind: PenaltyRequest.Expulsion, Issue: { } issue, Month: { } month })
        {
            return await conduct.ProposalAsync(supplier, issue, month, by, cancellationToken) is { } proposal
                ? await DoneAsync(201, supplier, proposal.Penalty, proposal.Command, cancellationToken)
                : PenaltyRefusals.NoGrounds.ToProblem();
        }

        var @case = await desk.CaseAsync(supplier, request.Case, cancellationToken);
        if (request.Case is not null && @case is null) return SupplierDesk.NoSuchCase("/case", request.Case);
        var found = (await rules.MallAsync(cancellationToken)).BannedGoodsFound(
            request.Finding!, request.Confirmed, request.Units, request.Base);
        var fine = found.Conclusions.Amount("penalty") ?? Money.Zero;
        if (!fine.IsPositive) return PenaltyRefusals.NoGrounds.ToProblem();
        ImmutableArray<CaseId> cases = @case is null ? [] : [@case.Id];
        var impose = new ImposePenalty(
            rules.Now, by, supplier, PenaltyKind.BannedGoods, key, 1, new Grounds(found, MallRules.BannedGoods, cases), fine);
        return await DoneAsync(201, supplier, impose.Id, impose, cancellationToken);
    }

    private Task<IResult> ChangeAsync(
        HttpRequest request, string id, string penalty, Func<SupplierId, ReadOnlyMemory<byte>, Task<(PenaltyCommand? Command, Answer? Refusal)>> read,
        CancellationToken cancellationToken) =>
        desk.WriteAsync(
            request, id,
            async (terms, body, _) =>
            {
                if (!PenaltyId.TryParse(penalty, out var known)) return PenaltyRefusals.Unknown.ToProblem();
                var (command, refusal) = await read(terms.Id, body);
                return command is null ? refusal! : await DoneAsync(200, terms.Id, known, command, cancellationToken);
            },
            cancellationToken);

    /// <summary>The command that a request comes to, or what is wrong with it.</summary>
    private static (PenaltyCommand? Command, Answer? Refusal) Said<T>((T? Request, IReadOnlyList<Fault> Faults) read, Func<T, PenaltyCommand> command)
        where T : class =>
        read.Request is { } request ? (command(request), null) : (null, SupplierDesk.Invalid(read.Faults));

    private async Task<Answer> DoneAsync(int status, SupplierId supplier, PenaltyId id, PenaltyCommand command, CancellationToken cancellationToken)
    {
        var (decision, penalty) = await penalties.ExecuteAsync(supplier, id, command, cancellationToken);
        return decision is PenaltyDecision.Refused refused
            ? refused.Refusal.ToProblem()
            : Answer.Json(status, await views.OfAsync(penalty!, cancellationToken));
    }
}
