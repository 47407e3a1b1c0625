using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Suppliers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger;

/// <summary>What a supplier's book comes to: by month, with proofs, and as of any day and instant. A supplier reads its own and no other.</summary>
public sealed class StatementFunctions(LedgerStore ledger, SupplierRegister suppliers)
{
    [Function("suppliers-statement")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> Statement(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/statements/{month}")] HttpRequest request,
        string id,
        string month,
        CancellationToken cancellationToken)
    {
        (Statement? statement, Answer? refusal) = await MakeAsync(request, id, month, cancellationToken);
        if (statement is null) return refusal!;
        return request.Query["format"].ToString() switch
        {
            "" or "json" => Answer.Json(200, StatementView.Of(statement)),
            "html" => StatementPage.ToAnswer(statement, (await suppliers.FindAsync(statement.Supplier, cancellationToken))?.Name),
            _ => Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", [new Fault("?format", "invalid-choice", "One of json, html is wanted.")]),
        };
    }

    [Function("suppliers-statement-proof")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> Proof(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/statements/{month}/proofs/{entry}")] HttpRequest request,
        string id,
        string month,
        string entry,
        CancellationToken cancellationToken)
    {
        (Statement? statement, Answer? refusal) = await MakeAsync(request, id, month, cancellationToken);
        if (statement is null) return refusal!;
        return InclusionProof.Of(statement, entry) is { } proof
            ? Answer.Json(200, proof)
            : Problem.Of(404, "entry-unknown", $"The statement has no entry '{entry}'.");
    }

    [Function("suppliers-balances")]
    [Access(Role.Finance, Role.Auditor, Role.Manager, Role.Supplier)]
    public async Task<IResult> Balances(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/suppliers/{id}/balances")] HttpRequest request,
        string id,
        CancellationToken cancellationToken)
    {
        (SupplierId supplier, Answer? refusal) = await suppliers.FindForAsync(request.GetCaller(), id, cancellationToken);
        if (refusal is not null) return refusal;
        var faults = new List<Fault>(request.UnknownNames("effectiveOn", "knownAt"));
        LocalDate? day = Parsed("effectiveOn", LocalDatePattern.Iso, "a date such as 2026-11-30");
        OffsetDateTime? known = Parsed("knownAt", OffsetDateTimePattern.Rfc3339, "an instant with offset such as 2026-11-30T18:00:00+08:00");
        if (faults.Count > 0) return Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", faults);
        var fold = new BalancesAsOf(day, known?.ToInstant());
        await foreach (LedgerEntry entry in ledger.StreamAsync(supplier, cancellationToken)) fold.Add(entry);
        return Answer.Json(200, new BalancesView(supplier, day, known?.ToInstant(), fold.Entries, AccountView.Of(fold.Balances)));

        T? Parsed<T>(string name, IPattern<T> pattern, string wanted) where T : struct
        {
            // A plus in an address is a space to those who did not encode it.
            string text = request.Query[name].ToString().Replace(' ', '+');
            if (text.Length == 0) return null;
            if (pattern.Parse(text) is { Success: true, Value: var value }) return value;
            faults.Add(new Fault($"?{name}", "invalid-value", $"Here {wanted} is wanted."));
            return null;
        }
    }

    private async Task<(Statement? Statement, Answer? Refusal)> MakeAsync(
        HttpRequest request, string id, string month, CancellationToken cancellationToken)
    {
        (SupplierId supplier, Answer? refusal) = await suppliers.FindForAsync(request.GetCaller(), id, cancellationToken);
        if (refusal is not null) return (null, refusal);
        if (!LedgerMonth.TryParse(month, out YearMonth parsed)) return (null, LedgerMonth.Invalid(month));
        var fold = new StatementFold(supplier, parsed);
        await foreach (LedgerEntry entry in ledger.StreamAsync(supplier, cancellationToken))
        {
            fold.Add(entry);
            if (fold.IsClosed) break;
        }
        return (fold.Finish(), null);
    }
}
