using System.Reflection;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Tests.Api;

/// <summary>openapi.yaml against the app's functions and codes.</summary>
public sealed class OpenApiTests
{
    /// <summary>The enumerations of the document and the codes that the app has.</summary>
    public static TheoryData<string, string[]> Enumerations => new()
    {
        { "Party", [.. WireName.All<Party>()] },
        { "CaseStatus", [.. WireName.All<CaseStatus>()] },
        { "CaseOutcome", [.. WireName.All<CaseOutcome>()] },
        { "ClaimKind", [.. WireName.All<ClaimKind>()] },
        { "RulingOutcome", [.. WireName.All<Outcome>()] },
        { "ExternalOutcome", [.. WireName.All<ExternalOutcome>()] },
        { "Remedy", [.. WireName.All<Remedy>()] },
        { "PayoutState", [.. WireName.All<PayoutState>()] },
        { "PauseReason", [.. WireName.All<PauseReason>()] },
        { "GoodsCondition", [.. WireName.All<GoodsCondition>()] },
        { "RemedyStep", [.. WireName.All<RemedyStep>()] },
        { "RemedyStepState", [.. WireName.All<StepState>()] },
        { "LinkKind", [.. WireName.All<LinkKind>()] },
        { "EvidenceKind", [.. WireName.All<EvidenceKind>()] },
        { "CaseAction", [.. WireName.All<CaseAction>()] },
        { "PenaltyKind", [.. WireName.All<PenaltyKind>()] },
        { "PenaltyStatus", [.. WireName.All<PenaltyStatus>()] },
        { "FineState", [.. WireName.All<FineState>()] },
        { "PenaltyPart", [.. WireName.All<PenaltyPart>()] },
        { "Exclusion", [.. WireName.All<Exclusion>()] },
        { "CaseConflictCode", [.. Codes(RefusalKind.Conflict), Refusals.RequestsExhausted(1).Code] },
        {
            "CaseInvalidCode",
            [
                .. Codes(RefusalKind.Invalid), Refusals.PayoutAmountDiffers(Money.Zero).Code, Refusals.CouponDiffers(null).Code, Refusals.DifferenceDiffers(Money.Zero).Code,
                "idempotency-key-reused", "invalid-action",
            ]
        },
        { "LedgerRefusalCode", [.. Ledger().Where(code => code != LedgerRefusals.EntryUnknown), "invalid-request"] },
    };

    [Fact]
    public async Task The_document_reads_without_a_fault() => Assert.Empty((await ApiDocument.Served).Faults);

    [Fact]
    public async Task Every_function_has_its_operation_and_every_operation_its_function()
    {
        var functions = Functions().SelectMany(function => function.Trigger.Methods!.Select(
            method => $"{method.ToUpperInvariant()} /{function.Trigger.Route} {function.Name} {Roles(function.Method)}"));

        var operations = (await ApiDocument.Served).Operations.Select(
            operation => $"{operation.Method} {operation.Route} {operation.Id} {Roles(operation)}");

        Assert.Equal(functions.Order(StringComparer.Ordinal), operations.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Enumerations))]
    public async Task An_enumeration_lists_the_codes_that_there_are(string schema, string[] codes) => Assert.Equal(
        codes.Order(StringComparer.Ordinal), (await ApiDocument.Served).Codes(schema).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_file_is_given_back_in_every_type_that_is_taken()
    {
        var document = await ApiDocument.Served;

        var given = document.Find(HttpMethod.Get, "/api/v1/cases/case_1/evidence/sole.jpg")!.Said["responses"]!["200"]!["content"]!.AsObject();

        Assert.Equal(document.Codes("ContentType").Order(StringComparer.Ordinal), given.Select(type => type.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(200, "application/json", """{"status":"ok","now":"2026-11-02T09:00:00+08:00"}""", true)]
    [InlineData(200, "application/json", """{"status":"ok","now":"2026-11-02T09:00:00+08:00","more":1}""", false)]
    [InlineData(200, "application/json", """{"status":"ok"}""", false)]
    [InlineData(200, "application/json", """{"status":"fine","now":"2026-11-02T09:00:00+08:00"}""", false)]
    [InlineData(200, "application/json", """{"status":"ok","now":"2026-11-02 09:00"}""", false)]
    [InlineData(200, "text/plain", "ok", false)]
    [InlineData(200, null, "", false)]
    [InlineData(204, null, "", false)]
    public async Task An_answer_that_is_not_as_documented_is_noticed(int status, string? mediaType, string body, bool right)
    {
        var document = await ApiDocument.Served;

        var faults = document.FaultsOfAnswer(document.Find(HttpMethod.Get, "/health")!, status, mediaType, body);

        Assert.Equal(right, faults.Count == 0);
    }

    [Theory]
    [InlineData("not-your-case", true)]
    [InlineData("not-yours", false)]
    public async Task A_problem_has_one_of_the_codes_of_its_operation(string code, bool right)
    {
        var document = await ApiDocument.Served;
        var body = $$"""
            {"type":"urn:aftersales:problem:{{code}}","title":"Forbidden","status":403,"detail":"No.","code":"{{code}}","errors":[]}
            """;

        var faults = document.FaultsOfAnswer(document.Find(HttpMethod.Get, "/api/v1/cases/case_1")!, 403, "application/problem+json", body);

        Assert.Equal(right, faults.Count == 0);
    }

    [Theory]
    [InlineData("""{"action":"decide","outcome":"uphold","reason":"Seen."}""", true)]
    [InlineData("""{"action":"decide","outcome":"uphold"}""", false)]
    [InlineData("""{"action":"approve","reason":"Seen."}""", false)]
    public async Task A_request_that_is_not_as_documented_is_noticed(string body, bool right)
    {
        var document = await ApiDocument.Served;

        var faults = document.FaultsOfRequest(document.Find(HttpMethod.Post, "/api/v1/cases/case_1/actions")!, "application/json", body);

        Assert.Equal(right, faults.Count == 0);
    }

    [Fact]
    public async Task Anyone_may_read_the_document()
    {
        await using var app = await AppHost.StartAsync();

        using var response = await app.Http.GetAsync("/openapi.yaml");

        Assert.Equal("application/yaml", response.Content.Headers.ContentType?.MediaType);
        Assert.Empty((await ApiDocument.ReadAsync(await response.Content.ReadAsStringAsync())).Faults);
    }

    private static IEnumerable<(string Name, MethodInfo Method, HttpTriggerAttribute Trigger)> Functions() =>
        from method in typeof(FunctionApp).Assembly.GetTypes().SelectMany(type => type.GetMethods())
        let function = method.GetCustomAttribute<FunctionAttribute>()
        let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(t => t is not null)
        where function is not null && trigger is not null
        select (function.Name, method, trigger);

    private static string Roles(MethodInfo function) => function.GetCustomAttribute<AccessAttribute>() is { } access
        ? Said(access.Roles.Select(role => role.Name()))
        : "anyone";

    private static string Roles(ApiOperation operation) => operation.Said["x-roles"] is { } roles
        ? Said(roles.AsArray().Select(role => role!.GetValue<string>()))
        : "anyone";

    private static string Said(IEnumerable<string> roles) => $"[{string.Join(", ", roles.Order(StringComparer.Ordinal))}]";

    private static string[] Codes(RefusalKind kind) =>
    [
        .. new[] { typeof(Refusals), typeof(EvidenceRefusals) }.SelectMany(type => type.GetFields())
            .Select(field => field.GetValue(null)).OfType<Refusal>().Where(refusal => refusal.Kind == kind).Select(refusal => refusal.Code),
    ];

    private static IEnumerable<string> Ledger() => typeof(LedgerRefusals).GetFields().Select(field => (string)field.GetValue(null)!);
}
