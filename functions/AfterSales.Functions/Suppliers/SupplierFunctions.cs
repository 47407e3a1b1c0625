using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Penalties;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Suppliers;

/// <summary>Suppliers and their terms. Finance writes; auditors read; a supplier reads its own and no other.</summary>
public sealed class SupplierFunctions(
    LedgerStore ledger, SupplierRegister suppliers, PenaltyStore penalties, ConductStore conduct, PenaltyAccounting accounting, Idempotency idempotency)
{
    private const int LargestBody = 16 * 1024;

    [Function("suppliers-list")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers")] HttpRequest request, CancellationToken cancellationToken)
    {
        Caller caller = request.GetCaller();
        var views = new List<SupplierView>();
        foreach (SupplierTerms terms in await suppliers.AllAsync(cancellationToken))
        {
            if (SupplierAccess.MayRead(caller, terms.Id)) views.Add(await ViewAsync(terms, caller, cancellationToken));
        }
        return Answer.Json(200, new SuppliersList(views));
    }

    [Function("suppliers-get")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        (SupplierId supplier, Answer? refusal) = await suppliers.FindForAsync(request.GetCaller(), id, cancellationToken);
        if (refusal is not null) return refusal;
        SupplierTerms terms = (await suppliers.FindAsync(supplier, cancellationToken))!;
        return Answer.Json(200, await ViewAsync(terms, request.GetCaller(), cancellationToken));
    }

    [Function("suppliers-put")]
    [Access(Role.Finance)]
    public async Task<IResult> Put(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "api/v1/suppliers/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        return await idempotency.RunAsync(request, body, _ => AgreeAsync(request.GetCaller(), id, body, cancellationToken), cancellationToken);
    }

    private async Task<Answer> AgreeAsync(Caller caller, string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (!SupplierId.TryParse(id, out SupplierId supplier)) return SupplierAccess.NoSuchSupplier(id);
        (TermsRequest? request, IReadOnlyList<Fault> faults) = TermsRequest.Read(body);
        if (request is null) return SupplierDesk.Invalid(faults);
        SupplierTerms terms = await suppliers.AgreeAsync(
            supplier, request.Name, request.DepositRequired, request.ResponsiblePerson, request.ContractFrom, request.ContractTo, cancellationToken);
        await accounting.FineForOpenTasksAsync(terms, cancellationToken);
        return Answer.Json(200, await ViewAsync(terms, caller, cancellationToken));
    }

    private async Task<SupplierView> ViewAsync(SupplierTerms terms, Caller caller, CancellationToken cancellationToken)
    {
        string? person = caller.Role is Role.Finance or Role.Supplier ? await suppliers.PersonNameAsync(terms, cancellationToken) : null;
        LedgerBook book = await ledger.LoadAsync(terms.Id, cancellationToken);
        IReadOnlyList<Strike> strikes = await suppliers.StrikesAsync(terms.Id, cancellationToken);
        IReadOnlyList<FinanceTask> tasks = caller.Role == Role.Supplier ? [] : await suppliers.TasksAsync(terms.Id, cancellationToken);
        var contract = ContractView.Of(
            terms, await penalties.ListAsync(terms.Id, cancellationToken), await conduct.ReleasesAsync(terms.Id, cancellationToken));
        return SupplierView.Of(terms, person, book, strikes, tasks, contract);
    }

    private static Answer TooLarge() => Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");
}
