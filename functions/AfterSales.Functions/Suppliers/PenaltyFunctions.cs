using System.Collections.Immutable;
using System.Globalization;
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
    SupplierDesk desk, PenaltyDesk acts, PenaltyStore penalties, PenaltyBooks books, SupplierConduct conduct, PenaltyViews views, RulesInForce rules)
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
                foreach (var penalty in await penalties.ListAsync(terms.Id, cancellationToken))
                    items.Add(await views.OfAsync(penalty, request.GetCaller(), cancellationToken));
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
                ? Answer.Json(200, await views.OfAsync(found, request.GetCaller(), cancellationToken))
                : PenaltyRefusals.Unknown.ToProblem(),
            cancellationToken);

    /// <summary>Goods found on the counter that may not be there (MALL-LAD-7), with the base amount that Inspection enters; or an expulsion
    /// proposed anew.</summary>
    [Function("penalties-impose")]
    [Access(Role.Inspection, Role.Manager)]
    public Task<IResult> Impose(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route)] HttpRequest request, string id, CancellationToken cancellationToken) =>
        acts.ActAsync(
            request, id, (terms, body, key) => ImposeAsync(terms.Id, request.GetCaller().ToActor(), body, key, cancellationToken), cancellationToken);

    [Function("penalties-confirm")]
    [Access(Role.Manager)]
    public Task<IResult> Confirm(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/confirmation")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            request, id, penalty,
            async (known, body) =>
            {
                var (word, faults) = WordRequest.Read(body, "confirm", "decline");
                return word is null
                    ? (null, SupplierDesk.Invalid(faults))
                    : (await ConfirmedAsync(known, word, request.GetCaller().ToActor(), cancellationToken), null);
            },
            cancellationToken);

    [Function("penalties-appeal")]
    [Access(Role.Supplier)]
    public Task<IResult> Appeal(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Route + "/{penalty}/appeals")] HttpRequest request,
        string id,
        string penalty,
        CancellationToken cancellationToken) =>
        ChangeAsync(
            request, id, penalty,
            (known, body) => Task.FromResult(Said(
                known, AppealRequest.Read(body), appeal => new AppealPenalty(rules.Now, request.GetCaller().ToActor(), desk.Seal(appeal.Reason)))),
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
            async (known, body) =>
            {
                if (!int.TryParse(round, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return (null, PenaltyRefusals.NoSuchAppeal.ToProblem());
                var forfeit = await books.ForfeitAsync(known, cancellationToken);
                return Said(known, WordRequest.Read(body, "uphold", "overturn"), word => new DecidePenaltyAppeal(
                    rules.Now, request.GetCaller().ToActor(), number, word.Yes, desk.Seal(word.Reason), forfeit));
            },
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
            (known, body) => Task.FromResult(Said(
                known, ReversalRequest.Read(body),
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
        ChangeAsync(
            request, id, penalty,
            async (known, body) =>
            {
                var (payment, faults) = PaymentRequest.Read(body);
                return payment is null
                    ? (null, SupplierDesk.Invalid(faults))
                    : await PaymentAsync(known, payment, request.GetCaller().ToActor(), cancellationToken);
            },
            cancellationToken);

    /// <summary>The grounds are looked at again: what has become of the ultimatum and of the complaints since the proposal counts.</summary>
    private async Task<PenaltyAct> ConfirmedAsync(Penalty proposed, WordRequest word, Actor by, CancellationToken cancellationToken)
    {
        if (!word.Yes) return new PenaltyAct(proposed.Id, new DeclinePenalty(rules.Now, by, desk.Seal(word.Reason)));
        var finding = proposed.Grounds is { Issue: { } issue, Month: { } month }
            ? await conduct.ConfirmedAsync(proposed.Supplier, issue, month, cancellationToken)
            : null;
        var deposit = await conduct.DepositAsync(proposed.Supplier, cancellationToken);
        return new PenaltyAct(
            proposed.Id,
            new ConfirmPenalty(rules.Now, by, deposit, finding?.Grounds, desk.Seal(word.Reason)),
            refusal => finding is not null && refusal == PenaltyRefusals.NoGrounds ? PenaltyProblems.NoGrounds(finding) : PenaltyProblems.Of(refusal));
    }

    private async Task<(PenaltyAct?, Answer?)> PaymentAsync(Penalty levy, PaymentRequest payment, Actor by, CancellationToken cancellationToken)
    {
        if (levy is not { Kind: PenaltyKind.Levy, Deadline: { } deadline }) return (null, PenaltyProblems.Of(PenaltyRefusals.NotPayable));
        var mall = await rules.MallAsync(cancellationToken);
        var now = rules.Now.InZone(mall.Zone).LocalDateTime;
        var paidAt = payment.PaidOn is { } day && day != now.Date ? day.At(LocalTime.Noon) : now;
        var noticeOn = deadline.Arithmetic.Anchor.InZone(mall.Zone).Date;
        var accepted = mall.LevyPaymentOf(noticeOn, payment.Amount, paidAt).Conclusions.Truth("accepted") == true;
        return (new PenaltyAct(levy.Id, new PayLevy(rules.Now, by, payment.Amount, paidAt.InZoneLeniently(mall.Zone).ToInstant(), accepted)), null);
    }

    private async Task<(PenaltyAct?, Answer?)> ImposeAsync(
        SupplierId supplier, Actor by, ReadOnlyMemory<byte> body, string key, CancellationToken cancellationToken)
    {
        var (request, faults) = PenaltyRequest.Read(body);
        if (request is null) return (null, SupplierDesk.Invalid(faults));
        if (request is { Kind: PenaltyRequest.Expulsion, Issue: { } issue, Month: { } month })
        {
            var (proposal, finding) = await conduct.ProposalAsync(supplier, issue, month, by, cancellationToken);
            return proposal is null ? (null, PenaltyProblems.NoGrounds(finding)) : (new PenaltyAct(proposal.Penalty, proposal.Command), null);
        }

        var @case = await desk.CaseAsync(supplier, request.Case, cancellationToken);
        if (request.Case is not null && @case is null) return (null, SupplierDesk.NoSuchCase("/case", request.Case));
        var found = (await rules.MallAsync(cancellationToken)).BannedGoodsFound(
            request.Finding!, request.Confirmed, request.Units, request.Base);
        var fine = found.Conclusions.Amount("penalty") ?? Money.Zero;
        if (!fine.IsPositive) return (null, PenaltyProblems.NoGrounds(found, "/confirmed", "What was found is not confirmed."));
        ImmutableArray<CaseId> cases = @case is null ? [] : [@case.Id];
        var impose = new ImposePenalty(
            rules.Now, by, supplier, PenaltyKind.BannedGoods, key, 1, new Grounds(found, MallRules.BannedGoods, cases), fine);
        return (new PenaltyAct(impose.Id, impose), null);
    }

    /// <summary>Changes a penalty that there is.</summary>
    private Task<IResult> ChangeAsync(
        HttpRequest request, string id, string penalty, Func<Penalty, ReadOnlyMemory<byte>, Task<(PenaltyAct? Act, Answer? Refusal)>> read,
        CancellationToken cancellationToken) =>
        acts.ActAsync(
            request, id,
            async (terms, body, _) =>
                PenaltyId.TryParse(penalty, out var known) && await penalties.FindAsync(terms.Id, known, cancellationToken) is { } found
                    ? await read(found, body)
                    : (null, PenaltyRefusals.Unknown.ToProblem()),
            cancellationToken);

    /// <summary>The command that a request comes to, or what is wrong with it.</summary>
    private static (PenaltyAct? Act, Answer? Refusal) Said<T>(
        Penalty penalty, (T? Request, IReadOnlyList<Fault> Faults) read, Func<T, PenaltyCommand> command)
        where T : class =>
        read.Request is { } request ? (new PenaltyAct(penalty.Id, command(request)), null) : (null, SupplierDesk.Invalid(read.Faults));
}
