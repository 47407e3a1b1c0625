using System.Net;
using System.Net.Sockets;
using Azure;
using Azure.Messaging.ServiceBus;

namespace AfterSales.Functions.Messaging;

/// <summary>A dependency does not answer, or answers that it cannot now. Trying again later may help; nothing of ours is wrong.</summary>
public sealed class OutageException(string message, Exception? cause = null) : Exception(message, cause);

public static class Outage
{
    // What the durable client throws on the genuine worker. Known by its name and text: nothing else here needs a package of gRPC.
    private const string Rpc = "Grpc.Core.RpcException";

    private static readonly string[] RpcOutages =
        [.. new[] { "Unavailable", "DeadlineExceeded", "Internal", "Unknown" }.Select(code => $"Status(StatusCode=\"{code}\"")];

    /// <summary>Whether an exception tells of an outage and not of a bug.</summary>
    public static bool Is(Exception exception) => exception switch
    {
        OutageException or TimeoutException or SocketException or IOException => true,
        RequestFailedException e => e.Status is 0 or 408 or 429 or >= 500,
        ServiceBusException e => e.IsTransient,
        HttpRequestException e => e.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= (HttpStatusCode)500,
        OperationCanceledException e => e.InnerException is TimeoutException,
        _ when exception.GetType().FullName == Rpc => RpcOutages.Any(start => exception.Message.StartsWith(start, StringComparison.Ordinal)),
        AggregateException e => e.InnerExceptions.Count > 0 && e.InnerExceptions.All(Is),
        _ => false,
    };
}
