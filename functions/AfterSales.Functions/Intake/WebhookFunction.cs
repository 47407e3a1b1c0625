using System.Text.Json;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Intake;

/// <summary>The door for marketplaces. Nothing is stored before the signature is verified and the whole body is found to be right.</summary>
public sealed class WebhookFunction(
    Marketplaces marketplaces, MessageReading reading, WebhookIntake intake, ILogger<WebhookFunction> log)
{
    /// <summary>Largest body, in bytes.</summary>
    public const int LargestBody = 25 * 1024 * 1024;

    private const int LongestId = 255;

    [Function("webhook")]
    [Access.Anyone]
    public async Task<IResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/marketplaces/{marketplace}/webhooks")] HttpRequest request,
        string marketplace,
        CancellationToken cancellationToken)
    {
        if (marketplaces.Find(marketplace) is not { } sender)
        {
            return Problem.Of(404, "unknown-marketplace", "There is no such marketplace.");
        }

        if (ReadHeaders(request, out var id, out var timestamp, out var signatures) is { } unsigned)
        {
            return unsigned;
        }

        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body)
        {
            return Problem.Of(413, "body-too-large", "A body has at most 25 MB.");
        }

        if (!StandardWebhook.Verify(sender.Secrets, id, timestamp, body.Span, signatures))
        {
            IntakeLog.WrongSignature(log, sender.Id);
            return Problem.Of(401, "webhook-signature-invalid", "No signature of the message fits its content and the marketplace's secrets.");
        }

        return await ReadAsync(sender, id, body, cancellationToken);
    }

    private async Task<Answer> ReadAsync(Marketplace sender, string id, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        JsonDocument json;
        try
        {
            json = StrictJson.Parse(body);
        }
        catch (JsonException e)
        {
            return Problem.Of(400, "not-json", e.Message);
        }

        using (json)
        {
            var (understood, faults) = await reading.ReadAsync(sender, json.RootElement, cancellationToken);
            return understood is null
                ? Problem.Of(422, "body-invalid", $"The body has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}.", faults)
                : await intake.AcceptAsync(sender, id, body, understood, cancellationToken);
        }
    }

    /// <summary>The three headers, or the refusal of what is wrong with them. The timestamp is held against the wall clock.</summary>
    private static Answer? ReadHeaders(HttpRequest request, out string id, out string timestamp, out string signatures)
    {
        id = Header(StandardWebhook.IdHeader);
        timestamp = Header(StandardWebhook.TimestampHeader);
        signatures = Header(StandardWebhook.SignatureHeader);
        var missing = new[] { StandardWebhook.IdHeader, StandardWebhook.TimestampHeader, StandardWebhook.SignatureHeader }
            .Where(name => Header(name).Length == 0).ToList();
        if (missing.Count > 0)
        {
            return Problem.Of(401, "webhook-headers-missing", $"The message is not signed: {string.Join(", ", missing)} missing.");
        }

        if (id.Length > LongestId)
        {
            return Problem.Of(400, "webhook-id-invalid", $"A webhook-id has at most {LongestId} characters.");
        }

        if (!long.TryParse(timestamp, out var seconds) || seconds is < 0 or > 253402300799)
        {
            return Problem.Of(400, "webhook-timestamp-invalid", "webhook-timestamp must be a number of Unix seconds.");
        }

        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds);
        return age.Duration() > StandardWebhook.Window
            ? Problem.Of(401, "webhook-timestamp-outside-window", "webhook-timestamp is more than five minutes away from now.")
            : null;

        string Header(string name) => request.Headers[name].ToString();
    }
}

internal static partial class IntakeLog
{
    [LoggerMessage(1201, LogLevel.Warning, "A message for {Marketplace} has no valid signature and was not stored")]
    public static partial void WrongSignature(ILogger log, string marketplace);
}
