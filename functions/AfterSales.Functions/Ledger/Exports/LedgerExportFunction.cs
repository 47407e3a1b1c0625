using AfterSales.Functions.Http;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>The ledger as a file. Finance and auditors take all of it or a part; a supplier takes its own book and no other.</summary>
public sealed class LedgerExportFunction(SupplierRegister suppliers, Tables tables)
{
    [Function("ledger-export")]
    [Access(Role.Finance, Role.Auditor, Role.Supplier)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/ledger/export")] HttpRequest request, CancellationToken cancellationToken)
    {
        Caller caller = request.GetCaller();
        string? own = caller.Role == Role.Supplier ? caller.SupplierId : null;
        (LedgerExport? export, IReadOnlyList<Fault> faults) = ExportQuery.Read(name =>
            request.Query[name].ToString() is { Length: > 0 } given ? given : name == "supplier" ? own : null);
        faults = [.. faults, .. request.UnknownNames("format", "supplier", "month", "from", "through")];
        if (export is null || faults.Count > 0) return Problem.Of(400, "invalid-query", "The query cannot be used; see errors.", faults);
        if (export.Selection.Supplier is null && caller.Role == Role.Supplier)
            return Problem.Of(403, "not-your-supplier", "This token names no supplier.");
        if (export.Selection.Supplier is { } supplier
            && (await suppliers.FindForAsync(caller, supplier.ToString(), cancellationToken)).Refusal is { } refusal) return refusal;
        return new ExportAnswer(export, tables);
    }

    /// <summary>Written as it is read. What stops it half way breaks the connection off, so that nobody takes a part for the whole.</summary>
    private sealed class ExportAnswer(LedgerExport export, Tables tables) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            HttpResponse response = httpContext.Response;
            CancellationToken cancellationToken = httpContext.RequestAborted;
            response.ContentType = export.ContentType;
            response.Headers.ContentDisposition = $"attachment; filename=\"{export.FileName}\"";
            response.Headers.CacheControl = "private, no-store";
            response.Headers.XContentTypeOptions = "nosniff";
            await using var body = new PipeStream(response.BodyWriter);
            await export.WriteAsync(
                LedgerExport.ReadAsync(tables.Get(LedgerStore.Table), export.Selection.Supplier, cancellationToken), body, cancellationToken);
            await body.FlushAsync(cancellationToken);
        }
    }
}
