using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Messaging;

/// <summary>Where a handler's messages come from: a queue, or a topic with the handler's subscription.</summary>
public sealed record MessageSource(string Entity, string? Subscription)
{
    public static MessageSource Queue(string name) => new(name, null);

    public static MessageSource CaseEvents(string subscription) => new(Topology.CaseEvents, subscription);

    /// <summary>Reads what <see cref="ToString"/> gave.</summary>
    public static MessageSource Parse(string text) =>
        text.Split('/') is [var topic, var subscription] ? new MessageSource(topic, subscription) : new MessageSource(text, null);

    public override string ToString() => Subscription is null ? Entity : $"{Entity}/{Subscription}";
}

/// <summary>
/// What a handler does when a dependency is out: the message is sent again to this handler only, scheduled later in business time; after
/// the last attempt it goes to <c>parked</c>. A bug is not caught: the bus counts deliveries and dead-letters it with its reason.
/// </summary>
public sealed class Redelivery(Senders senders, TimeProvider clock, ILogger<Redelivery> log)
{
    /// <summary>The waits before each further attempt.</summary>
    public static IReadOnlyList<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1),
        TimeSpan.FromHours(6),
    ];

    /// <summary>Handles the message, or sends it again for later. Returns normally in both cases, so the message is completed.</summary>
    /// <param name="parked">Called when the last attempt failed, before the message is parked.</param>
    public async Task RunAsync(
        ServiceBusReceivedMessage message,
        MessageSource source,
        Func<CancellationToken, Task> handle,
        CancellationToken cancellationToken,
        Func<CancellationToken, Task>? parked = null)
    {
        try
        {
            await handle(cancellationToken);
        }
        catch (Exception e) when (Outage.Is(e))
        {
            var attempt = Attempt(message);
            if (attempt < Waits.Count)
            {
                RedeliveryLog.Again(log, message.MessageId, source, attempt + 1, Waits[attempt], e);
                await senders.To(source.Entity).SendMessageAsync(Copy(message, source, attempt + 1), cancellationToken);
                return;
            }

            RedeliveryLog.Parked(log, message.MessageId, source, e);
            if (parked is not null)
            {
                await parked(cancellationToken);
            }

            await senders.To(Topology.Parked).SendMessageAsync(ParkedCopy(message, source, e), cancellationToken);
        }
    }

    /// <summary>How often the message was tried before this delivery; 0 at first.</summary>
    public static int Attempt(ServiceBusReceivedMessage message) =>
        message.ApplicationProperties.TryGetValue(Topology.AttemptProperty, out var value) ? Convert.ToInt32(value) : 0;

    /// <summary>A parked message as its handler gets it again, as if it had not been tried yet.</summary>
    internal static ServiceBusMessage ReplayCopy(ServiceBusReceivedMessage message, MessageSource source)
    {
        // A new original id: the attempts that follow must not be taken for those before it was parked.
        var copy = Bare(message, $"{OriginalId(message)}!{message.SequenceNumber}");
        if (source.Subscription is not null)
        {
            copy.ApplicationProperties[Topology.RetryForProperty] = source.Subscription;
        }

        return copy;
    }

    private ServiceBusMessage Copy(ServiceBusReceivedMessage message, MessageSource source, int attempt)
    {
        var copy = Bare(message, $"{OriginalId(message)}~{source.Subscription ?? source.Entity}~{attempt}");
        copy.ScheduledEnqueueTime = clock.GetUtcNow() + Waits[attempt - 1];
        copy.ApplicationProperties[Topology.AttemptProperty] = attempt;
        if (source.Subscription is not null)
        {
            copy.ApplicationProperties[Topology.RetryForProperty] = source.Subscription;
        }

        return copy;
    }

    private static ServiceBusMessage ParkedCopy(ServiceBusReceivedMessage message, MessageSource source, Exception reason)
    {
        var copy = Bare(message, $"{OriginalId(message)}~{source.Subscription ?? source.Entity}~parked");
        copy.ApplicationProperties[Topology.ParkedFromProperty] = source.ToString();
        copy.ApplicationProperties[Topology.ParkedReasonProperty] = reason.GetType().Name;
        return copy;
    }

    // Another id each time: the bus drops a second message of one id within its duplicate window.
    private static ServiceBusMessage Bare(ServiceBusReceivedMessage message, string id) =>
        new(message.Body) { MessageId = id, ContentType = message.ContentType, CorrelationId = message.CorrelationId };

    private static string OriginalId(ServiceBusReceivedMessage message) => message.MessageId.Split('~')[0];
}

internal static partial class RedeliveryLog
{
    [LoggerMessage(1111, LogLevel.Warning, "{MessageId} of {Source} met an outage; attempt {Attempt} follows in {Wait}")]
    public static partial void Again(ILogger log, string messageId, MessageSource source, int attempt, TimeSpan wait, Exception fault);

    [LoggerMessage(1112, LogLevel.Error, "{MessageId} of {Source} is parked: the last attempt met an outage")]
    public static partial void Parked(ILogger log, string messageId, MessageSource source, Exception fault);
}
