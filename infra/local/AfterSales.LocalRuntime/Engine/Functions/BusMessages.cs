using AfterSales.LocalRuntime.Engine.Bus;
using Azure.Messaging.ServiceBus;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Messages that no broker delivered.</summary>
internal static class BusMessages
{
    /// <summary>What a function that is run by hand receives.</summary>
    public static ServiceBusReceivedMessage ByHand(string body, DateTimeOffset now)
    {
        var content = BusContent.Of(new ServiceBusMessage(body) { MessageId = Guid.NewGuid().ToString("n") });
        return new ServiceBusReceivedMessage(content, new BrokerProperties
        {
            SequenceNumber = 0,
            EnqueuedSequenceNumber = 0,
            EnqueuedTime = now,
            ExpiresAt = DateTimeOffset.MaxValue,
            DeliveryCount = 1,
            State = ServiceBusMessageState.Active,
        });
    }
}
