using AfterSales.Domain.Cases;
using AfterSales.Domain.Refunds;
using AfterSales.Functions.Http;
using AfterSales.Functions.Refunds;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases;

/// <summary>Cases over HTTP, and what people do to them.</summary>
public sealed class CaseFunctions(
    CaseStore cases, CaseViews views, PersonVault vault, ItemAccounts items, Idempotency idempotency, TimeProvider clock)
{
    private const int LargestBody = 64 * 1024;

    // A row of the storage has at most a megabyte.
    private const int LargestKept = 512 * 1024;

    [Function("case-get")]
    [Access(Role.Customer, Role.Supplier, Role.Marketplace, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance,
        Role.Auditor, Role.PolicyOwner)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/cases/{id}")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        var (stored, refusal) = await cases.ReadForAsync(caller, id, cancellationToken);
        return stored is null
            ? refusal!
            : Answer.Json(200, await views.ShowAsync(stored, caller, cancellationToken)).With("Cache-Control", "private, no-store");
    }

    /// <summary>Does what the caller's party may do now; answers the case afterwards.</summary>
    [Function("case-act")]
    [Access(Role.Customer, Role.Supplier, Role.Agent, Role.FloorManager, Role.Inspection, Role.Manager, Role.Finance)]
    public async Task<IResult> Act(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/cases/{id}/actions")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        var caller = request.GetCaller();
        if (!CaseId.TryParse(id, out var caseId)) return Refusals.NoSuchCase.ToProblem();
        if (caller.Role == Role.Customer && caller.CaseId != id) return Refusals.NotYourCase.ToProblem();
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body)
        {
            return Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
        }
        var (action, faults) = ActionRequest.Read(body);
        if (action is null) return Unusable(faults);
        var (key, refusal) = Idempotency.KeyOf(request, body);
        return refusal ?? await ActAsync(caseId, action, caller, key, request.HttpContext.Response.OnCompleted, cancellationToken);
    }

    private static Answer Unusable(IReadOnlyList<Fault> faults) =>
        Problem.OfBody("invalid-action", "The action cannot be used; see errors.", faults);

    /// <summary>The answer is kept in the transaction that acts, so that the key costs no round trip of its own.</summary>
    private async Task<Answer> ActAsync(
        CaseId id, ActionRequest action, Caller caller, IdempotencyKey? key, Action<Func<Task>> behind, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToInstant();
        Answer? answer = null;
        var once = new ChangeOnce(key?.Value)
        {
            Behind = behind,
            Answer = async changed =>
            {
                answer = await ShowAsync(changed, caller, cancellationToken);
                return key is null || answer.Body.Length > LargestKept ? null : await idempotency.KeepAsync(key, answer, cancellationToken);
            },
        };
        var decision = await cases.ExecuteAsync(
            id, current => CommandsAsync(current, action, now, caller.ToActor(), cancellationToken), once, cancellationToken);
        return decision switch
        {
            Decision.Accepted { Events.Count: > 0 } => answer!,
            Decision.Accepted => await AnswerAgainAsync(id, caller, key, cancellationToken),
            Decision.Refused refused => await RefuseAsync(id, refused.Refusal, caller, key, cancellationToken),
            _ => throw new InvalidOperationException($"No such decision: {decision}"),
        };
    }

    /// <summary>It was done before, under this key or by whoever wanted the same.</summary>
    private async Task<Answer> AnswerAgainAsync(CaseId id, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        if (key is not null && await cases.AnswerAsync(id, key.Value, cancellationToken) is { } kept)
        {
            return await idempotency.AgainAsync(key, kept, cancellationToken);
        }
        var current = await cases.ReadAsync(id, cancellationToken) ?? throw new InvalidOperationException($"There is no case {id}.");
        return await ShowAsync(current, caller, cancellationToken);
    }

    private async Task<Answer> RefuseAsync(CaseId id, Refusal refusal, Caller caller, IdempotencyKey? key, CancellationToken cancellationToken)
    {
        var answer = refusal.Kind == RefusalKind.Conflict && await cases.LoadAsync(id, cancellationToken) is { } current
            ? refusal.ToProblem(new Dictionary<string, object> { ["case"] = StandsAs(current, caller) })
            : refusal.ToProblem();
        if (key is null || refusal.Kind == RefusalKind.Missing) return answer;
        return await cases.KeepAsync(id, key.Value, await idempotency.KeepAsync(key, answer, cancellationToken), cancellationToken)
            || await cases.AnswerAsync(id, key.Value, cancellationToken) is not { } kept
                ? answer
                : await idempotency.AgainAsync(key, kept, cancellationToken);
    }

    /// <summary>Who came second is told how the case stands now, and what is left to do.</summary>
    private object StandsAs(Case current, Caller caller) => new
    {
        current.Id,
        Status = WireName.Of(current.Status),
        current.Level,
        Owner = current.Owner is { } owner ? WireName.Of(owner) : null,
        Version = current.Sequence,
        AllowedActions = AllowedActions.Of(current, clock.GetUtcNow().ToInstant(), caller.ToActor())
            .Where(allowed => allowed.Actor == caller.ToActor().Party).Select(allowed => WireName.Of(allowed.Action)),
        Href = $"/api/v1/cases/{current.Id}",
    };

    private async Task<Answer> ShowAsync(StoredCase stored, Caller caller, CancellationToken cancellationToken) =>
        Answer.Json(200, await views.ShowAsync(stored, caller, cancellationToken)) with { Of = new PersonId(stored.State.CustomerId) };

    private async ValueTask<IReadOnlyList<CaseCommand>> CommandsAsync(
        Case? current, ActionRequest action, Instant now, Actor by, CancellationToken cancellationToken)
    {
        if (current is null) return [];
        var customer = new PersonId(current.CustomerId);
        var sealedText = action.Text is { } text ? await vault.SealTextForKnownAsync(customer, text, cancellationToken) : null;
        if (action is { Action: CaseAction.Receive, Note: { Quantity: not null } note })
        {
            var before = await items.PiecesBackAsync(ItemKey.Of(current.Marketplace, current.Order), cancellationToken);
            action = action with { Note = note with { Before = before == 0 ? null : before } };
        }
        var other = action.OtherCase(current) is { } id ? await cases.LoadAsync(id, cancellationToken) : null;
        return [action.ToCommand(current, now, by, sealedText, other)];
    }
}
