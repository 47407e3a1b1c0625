using AfterSales.Functions.Http;
using AfterSales.Functions.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Messaging;

/// <summary>A message that gave up.</summary>
/// <param name="From">The queue, or topic and subscription, whose handler met the outage.</param>
public sealed record ParkedMessage(string Id, string Type, string CaseId, string From, string Reason, DateTimeOffset ParkedAt);

/// <summary>What waits in <c>parked</c>: listed, and sent again when the outage is over.</summary>
public sealed class ParkedFunctions(ServiceBusClient client, Senders senders, Idempotency idempotency)
{
    private const int AtOnce = 100;

    // An empty queue answers after this long.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    /// <summary>The oldest hundred.</summary>
    [Function("parked-list")]
    [Access(Role.Manager, Role.Auditor)]
    public async Task<IResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/parked")] HttpRequest request, CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(Topology.Parked);
        var messages = await receiver.PeekMessagesAsync(AtOnce, cancellationToken: cancellationToken);
        return Answer.Json(200, new { Items = messages.Select(Read) });
    }

    /// <summary>Sends the oldest hundred to the handlers that gave up on them, with all their attempts before them again.</summary>
    [Function("parked-replay")]
    [Access(Role.Manager)]
    public Task<Answer> Replay(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/parked/replay")] HttpRequest request, CancellationToken cancellationToken) =>
        idempotency.RunAsync(request, ReadOnlyMemory<byte>.Empty, _ => ReplayAsync(cancellationToken), cancellationToken);

    private async Task<Answer> ReplayAsync(CancellationToken cancellationToken)
    {
        await using var receiver = client.CreateReceiver(Topology.Parked);
        var messages = await receiver.ReceiveMessagesAsync(AtOnce, Wait, cancellationToken);
        foreach (var message in messages)
        {
            var source = MessageSource.Parse((string)message.ApplicationProperties[Topology.ParkedFromProperty]);
            await senders.To(source.Entity).SendMessageAsync(Redelivery.ReplayCopy(message, source), cancellationToken);
            await receiver.CompleteMessageAsync(message, cancellationToken);
        }

        return Answer.Json(200, new { Replayed = messages.Count });
    }

    private static ParkedMessage Read(ServiceBusReceivedMessage message)
    {
        var envelope = AppJson.From<Envelope>(message.Body);
        return new ParkedMessage(
            envelope.Id,
            envelope.Type,
            envelope.CaseId,
            (string)message.ApplicationProperties[Topology.ParkedFromProperty],
            (string)message.ApplicationProperties[Topology.ParkedReasonProperty],
            message.EnqueuedTime);
    }
}
