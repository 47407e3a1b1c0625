using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Suppliers;

/// <summary>What every request about a supplier has in common: the supplier, whose business it is, the body, the key.</summary>
public sealed class SupplierDesk(SupplierRegister suppliers, CaseStore cases, Idempotency idempotency, PersonVault vault)
{
    private const int LargestBody = 16 * 1024;
    private const string ReasonPurpose = "penalty-reason";

    /// <summary>Answers for a supplier that there is, to a caller whose business it is.</summary>
    public async Task<IResult> ReadAsync(HttpRequest request, string id, Func<SupplierTerms, Task<Answer>> answer, CancellationToken cancellationToken)
    {
        var (terms, refusal) = await FindAsync(request.GetCaller(), id, cancellationToken);
        return terms is null ? refusal! : await answer(terms);
    }

    /// <summary>As <see cref="ReadAsync"/>, with the request's body, once a key.</summary>
    /// <param name="handle">Is given a key for the request's effects; its own where the request has none.</param>
    public async Task<IResult> WriteAsync(
        HttpRequest request, string id, Func<SupplierTerms, ReadOnlyMemory<byte>, string, Task<Answer>> handle, CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        return await idempotency.RunAsync(
            request,
            body,
            async key =>
            {
                var (terms, refusal) = await FindAsync(request.GetCaller(), id, cancellationToken);
                return terms is null ? refusal! : await handle(terms, body, EffectsOf(key));
            },
            cancellationToken);
    }

    /// <summary>As <see cref="ReadAsync"/>, with the request's body and key, for what keeps its answer in the transaction that does it.</summary>
    /// <param name="handle">Is given null where the request has no key.</param>
    public async Task<IResult> ActAsync(
        HttpRequest request, string id, Func<SupplierTerms, ReadOnlyMemory<byte>, IdempotencyKey?, Task<Answer>> handle,
        CancellationToken cancellationToken)
    {
        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body) return TooLarge();
        var (key, unusable) = Idempotency.KeyOf(request, body);
        if (unusable is not null) return unusable;
        var (terms, refusal) = await FindAsync(request.GetCaller(), id, cancellationToken);
        return terms is null ? refusal! : await handle(terms, body, key);
    }

    /// <summary>A case of the supplier; null when there is none of that id.</summary>
    public async Task<Case?> CaseAsync(SupplierId supplier, string? id, CancellationToken cancellationToken) =>
        CaseId.TryParse(id, out var caseId)
        && await cases.LoadAsync(caseId, cancellationToken) is { } @case
        && @case.SupplierId == supplier.ToString()
            ? @case
            : null;

    public string Seal(string text) => Convert.ToBase64String(vault.SealForApp(ReasonPurpose, Encoding.UTF8.GetBytes(text)));

    public string? Open(string? sealedText) =>
        sealedText is null ? null : Encoding.UTF8.GetString(vault.OpenForApp(ReasonPurpose, Convert.FromBase64String(sealedText)));

    public static Answer Invalid(params IReadOnlyList<Fault> faults) =>
        Problem.OfBody("invalid-request", "The request cannot be used; see errors.", faults);

    public static Answer NoSuchCase(string pointer, string? id) =>
        Invalid(new Fault(pointer, "unknown-case", $"The supplier has no case '{id}'."));

    /// <summary>A key for the effects of a request; its own where the request has none.</summary>
    public static string EffectsOf(string? key) => $"http:{key ?? RandomNumberGenerator.GetHexString(32, lowercase: true)}";

    private static Answer TooLarge() => Problem.Of(413, "body-too-large", $"The body may have at most {LargestBody} bytes.");

    private async Task<(SupplierTerms? Terms, Answer? Refusal)> FindAsync(Caller caller, string id, CancellationToken cancellationToken)
    {
        if (caller.Role == Role.Supplier && caller.SupplierId != id)
            return (null, Problem.Of(403, "not-your-supplier", "This token belongs to another supplier."));
        return SupplierId.TryParse(id, out var supplier) && await suppliers.FindAsync(supplier, cancellationToken) is { } terms
            ? (terms, null)
            : (null, Problem.Of(404, "no-such-supplier", $"There is no supplier '{id}'."));
    }
}
