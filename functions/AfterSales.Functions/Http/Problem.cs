using System.Text.Json.Serialization;
using AfterSales.Functions.Storage;
using Microsoft.AspNetCore.WebUtilities;

namespace AfterSales.Functions.Http;

/// <summary>One fault of a request: where (JSON pointer, "" for the whole), which, and what would be right.</summary>
public sealed record Fault(string Pointer, string Code, string Detail);

/// <summary>Refusals as RFC 9457 problem documents with a stable code and every fault listed.</summary>
public static class Problem
{
    /// <summary>The code of a body that is no JSON object.</summary>
    public const string NotJson = "not-json";

    /// <summary>The refusal of a body with every fault: 400 <c>not-json</c> when it could not be read at all, else 422 with the code.</summary>
    public static Answer OfBody(string code, string detail, IReadOnlyList<Fault> faults) => faults.Any(fault => fault.Code == NotJson)
        ? Of(400, NotJson, "The body must be a JSON object.", faults)
        : Of(422, code, detail, faults);

    /// <param name="members">What this code tells beside the members that all problems have.</param>
    public static Answer Of(
        int status, string code, string detail, IReadOnlyList<Fault>? errors = null, IDictionary<string, object>? members = null) =>
        new(status, "application/problem+json; charset=utf-8", AppJson.ToBytes(new Document(
            $"urn:aftersales:problem:{code}", ReasonPhrases.GetReasonPhrase(status), status, detail, code, errors ?? [])
        {
            Members = members,
        }));

    private sealed record Document(string Type, string Title, int Status, string Detail, string Code, IReadOnlyList<Fault> Errors)
    {
        [JsonExtensionData]
        public IDictionary<string, object>? Members { get; init; }
    }
}
