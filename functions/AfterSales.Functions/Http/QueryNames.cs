using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Http;

/// <summary>What a query may name. A slip of the pen is told: passed over, it would give everything for the part that was asked for.</summary>
internal static class QueryNames
{
    /// <summary>A fault for each name of the query that is not one of <paramref name="known"/>.</summary>
    public static IEnumerable<Fault> UnknownNames(this HttpRequest request, params IReadOnlyCollection<string> known) => request.Query.Keys
        .Except(known, StringComparer.OrdinalIgnoreCase)
        .Select(name => new Fault($"/{name}", "unknown-parameter", $"Known are {string.Join(", ", known)}."));
}
