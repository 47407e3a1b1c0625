using System.Net;
using System.Net.Sockets;

namespace AfterSales.Functions.Http;

/// <summary>Which addresses beside the public ones the app may connect to.</summary>
public enum PrivateAddresses
{
    Refused,

    /// <summary>This machine's own, for development.</summary>
    Loopback,

    /// <summary>Any, for parties whose servers stand in the same network.</summary>
    Allowed,
}

/// <summary>An address that somebody else named is not one to connect to.</summary>
public sealed class AddressRefusedException() : Exception("The address is not on the public network.");

/// <summary>
/// Keeps requests to addresses that others name away from the inside: https only, and only addresses on the public network. What a name
/// resolves to is checked at the connection, and it is the checked address that is connected to: no name can be turned to the inside after
/// the check. Where private addresses are let in, http is too.
/// </summary>
public sealed class AddressGuard(PrivateAddresses letIn)
{
    /// <summary>Whether an address may be asked for, as far as its text tells.</summary>
    public bool MayAsk(Uri address) =>
        address.IsAbsoluteUri && address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || letIn != PrivateAddresses.Refused && address.Scheme == Uri.UriSchemeHttp)
        && (AsAddress(address.DnsSafeHost) is not { } literal || MayConnect(literal));

    /// <summary>A handler that connects as the guard says: no proxy, no cookies, no redirects by itself.</summary>
    /// <remarks>Its requests fail with <see cref="HttpRequestException"/> over <see cref="AddressRefusedException"/> when refused.</remarks>
    public SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        ConnectCallback = ConnectAsync,
    };

    /// <summary>The address that a host is by its text alone; null of a name that has to be resolved.</summary>
    private static IPAddress? AsAddress(string host)
    {
        var name = host.TrimEnd('.');
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.Loopback
            : IPAddress.TryParse(host, out var literal) ? literal : null;
    }

    private bool MayConnect(IPAddress address) => letIn switch
    {
        PrivateAddresses.Refused => PublicAddress.Is(address),
        PrivateAddresses.Loopback => PublicAddress.Is(address) || IPAddress.IsLoopback(address),
        PrivateAddresses.Allowed => true,
        _ => throw new InvalidOperationException($"No such choice: {letIn}"),
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = addresses.Where(MayConnect).ToArray();
        if (allowed.Length == 0)
        {
            throw new AddressRefusedException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
