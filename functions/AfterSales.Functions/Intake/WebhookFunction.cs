using System.Text.Json;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake.Platforms;
using AfterSales.Functions.Intake.Signatures;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using NodaTime.Extensions;

namespace AfterSales.Functions.Intake;

/// <summary>The door for marketplaces. Nothing is stored before the signature is verified and the whole body is found to be right.</summary>
public sealed class WebhookFunction(
    Marketplaces marketplaces, MessageReading reading, WebhookIntake intake, PlatformIntake platforms, ILogger<WebhookFunction> log)
{
    /// <summary>Largest body, in bytes.</summary>
    public const int LargestBody = 25 * 1024 * 1024;

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

        var (delivery, unsigned) = sender.Signature.Read(request);
        if (delivery is null)
        {
            return unsigned!;
        }

        if (await request.ReadWithinAsync(LargestBody, cancellationToken) is not { } body)
        {
            return Problem.Of(413, "body-too-large", "A body has at most 25 MB.");
        }

        if (!delivery.IsSignedBy(sender.Secrets, body))
        {
            IntakeLog.WrongSignature(log, sender.Id);
            return Problem.Of(401, "webhook-signature-invalid", "No signature of the message fits its content and the marketplace's secrets.");
        }

        return await ReadAsync(sender, delivery, body, cancellationToken);
    }

    private async Task<Answer> ReadAsync(
        Marketplace sender, SignedDelivery delivery, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        JsonDocument json;
        try
        {
            json = StrictJson.Parse(body);
        }
        catch (JsonException e)
        {
            return Problem.Of(400, Problem.NotJson, e.Message);
        }

        using (json)
        {
            if (sender.Platform is not null)
            {
                var happened = new PlatformEvent(delivery.Id(body), body, json.RootElement, delivery.Topic, delivery.SentAt.ToInstant());
                return await platforms.AcceptAsync(sender, happened, cancellationToken);
            }

            var (understood, faults) = await reading.ReadAsync(sender, json.RootElement, cancellationToken);
            return understood is null
                ? BodyInvalid(faults)
                : await intake.AcceptAsync(sender, delivery.Id(body), body, understood, cancellationToken);
        }
    }

    /// <summary>The refusal of a body, with every fault.</summary>
    internal static Answer BodyInvalid(IReadOnlyList<Fault> faults) =>
        Problem.Of(422, "body-invalid", $"The body has {faults.Count} fault{(faults.Count == 1 ? "" : "s")}.", faults);
}

internal static partial class IntakeLog
{
    [LoggerMessage(1201, LogLevel.Warning, "A message for {Marketplace} has no valid signature and was not stored")]
    public static partial void WrongSignature(ILogger log, string marketplace);
}
