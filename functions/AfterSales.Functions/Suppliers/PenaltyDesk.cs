using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Suppliers;

/// <summary>What a request about a penalty comes to: a command for the penalty of an id.</summary>
/// <param name="OnRefusal">How a refusal is told; null tells it as <see cref="PenaltyProblems.Of"/> does.</param>
public sealed record PenaltyAct(PenaltyId Penalty, PenaltyCommand Command, Func<Refusal, Answer>? OnRefusal = null);

/// <summary>
/// Has what people ask about penalties done, once a key: the answer is kept in the transaction that does it, so that whoever asks again after a
/// crash gets the same answer, and not the refusal of what was done already.
/// </summary>
public sealed class PenaltyDesk(SupplierDesk desk, PenaltyStore penalties, PenaltyViews views, Idempotency idempotency)
{
    // A row has 1 MiB, for the answer sealed.
    private const int LargestKept = 512 * 1024;

    /// <param name="read">Makes of the request what is to be done, or says what is wrong with it. Is given a key for the request's effects.</param>
    public Task<IResult> ActAsync(
        HttpRequest request, string id, Func<SupplierTerms, ReadOnlyMemory<byte>, string, Task<(PenaltyAct? Act, Answer? Refusal)>> read,
        CancellationToken cancellationToken) =>
        desk.ActAsync(
            request, id,
            async (terms, body, key) =>
            {
                if (key is not null && await penalties.AnswerAsync(terms.Id, key.Value, cancellationToken) is { } kept)
                    return await idempotency.AgainAsync(key, kept, cancellationToken);
                var (act, refusal) = await read(terms, body, SupplierDesk.EffectsOf(key?.Value));
                return act is null
                    ? await RefusedAsync(terms.Id, refusal!, key, cancellationToken)
                    : await DoAsync(terms.Id, act, request.GetCaller(), key, cancellationToken);
            },
            cancellationToken);

    private async Task<Answer> DoAsync(SupplierId supplier, PenaltyAct act, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var done = act.Command is ImposePenalty ? 201 : 200;
        var once = key is null ? null : new PenaltyOnce(key.Value, async changed =>
        {
            var answer = await ShowAsync(done, changed, caller, cancellationToken);
            return answer.Body.Length > LargestKept ? null : await idempotency.KeepAsync(key, answer, cancellationToken);
        });
        var (decision, penalty) = await penalties.ExecuteAsync(supplier, act.Penalty, act.Command, cancellationToken, once);
        return decision switch
        {
            PenaltyDecision.Accepted { Events.Count: > 0 } => await ShowAsync(done, penalty!, caller, cancellationToken),
            PenaltyDecision.Accepted => await AgainAsync(supplier, key, cancellationToken) ?? await ShowAsync(200, penalty!, caller, cancellationToken),
            PenaltyDecision.Refused refused => await RefusedAsync(
                supplier, (act.OnRefusal ?? PenaltyProblems.Of)(refused.Refusal), key, cancellationToken),
            _ => throw new InvalidOperationException($"No such decision: {decision}"),
        };
    }

    /// <summary>A conflict is kept too; where something was done under the key meanwhile, its answer counts.</summary>
    private async Task<Answer> RefusedAsync(SupplierId supplier, Answer refusal, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (key is null || refusal.Status != 409) return refusal;
        return await penalties.KeepAsync(supplier, key.Value, await idempotency.KeepAsync(key, refusal, cancellationToken), cancellationToken)
            ? refusal
            : await AgainAsync(supplier, key, cancellationToken) ?? refusal;
    }

    private async Task<Answer?> AgainAsync(SupplierId supplier, IdempotencyKey? key, CancellationToken cancellationToken) =>
        key is not null && await penalties.AnswerAsync(supplier, key.Value, cancellationToken) is { } kept
            ? await idempotency.AgainAsync(key, kept, cancellationToken)
            : null;

    private async Task<Answer> ShowAsync(int status, Penalty penalty, Caller caller, CancellationToken cancellationToken) =>
        Answer.Json(status, await views.OfAsync(penalty, caller, cancellationToken));
}
