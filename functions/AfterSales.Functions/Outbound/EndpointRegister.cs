using System.Security.Cryptography;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Intake;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using Azure;
using Azure.Data.Tables;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>
/// The endpoints: those of marketplaces from the settings, all others in the table <c>endpoints</c> (partition = party, row = id), where
/// secrets and e-mail addresses are sealed. A marketplace has a row there while it is disabled.
/// </summary>
public sealed class EndpointRegister(Tables tables, PersonVault vault, Marketplaces marketplaces, TimeProvider clock)
{
    /// <summary>How many secrets may be live at a time.</summary>
    public const int MostSecrets = 3;

    internal const string Table = "endpoints";

    private const string StateColumn = "State";
    private const string SecretPurpose = "endpoint-secret";
    private const string EmailPurpose = "endpoint-email";
    private const int SecretBytes = 32;
    private const int Attempts = 10;

    /// <summary>The endpoint, or null when there is none.</summary>
    public async Task<Endpoint?> FindAsync(EndpointKey key, CancellationToken cancellationToken) =>
        ToEndpoint(key, (await RowAsync(key, cancellationToken))?.State);

    /// <summary>The endpoints of a party: of all staff in a role, of all suppliers or of all marketplaces.</summary>
    public async Task<IReadOnlyList<Endpoint>> OfAsync(Party party, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, State>(StringComparer.Ordinal);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {WireName.Of(party)}");
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            states[row.RowKey] = AppJson.From<State>(row.GetBinary(StateColumn));
        }

        var ids = party == Party.Marketplace ? marketplaces.All.Select(marketplace => marketplace.Id) : states.Keys;
        return [.. ids.Select(id => ToEndpoint(new EndpointKey(party, id), states.GetValueOrDefault(id))).OfType<Endpoint>()];
    }

    /// <summary>Makes the endpoint, or changes where it is; enables it again in any case. Its secrets stay.</summary>
    /// <returns>The endpoint, and its secret when it got its first one.</returns>
    public async Task<(Endpoint Endpoint, string? Secret)> PutAsync(
        EndpointKey key, EndpointRequest request, CancellationToken cancellationToken)
    {
        string? secret = null;
        var email = request.Email is { } address ? vault.SealForApp(EmailPurpose, Encoding.UTF8.GetBytes(address)) : null;
        var state = await ChangeAsync(
            key,
            known =>
            {
                secret = null;
                var secrets = known?.Secrets ?? [];
                if (secrets.Count == 0 && request.Url is not null)
                {
                    (var fresh, secret) = NewSecret();
                    secrets = [fresh];
                }

                return new State(request.Url?.ToString(), email, request.Zone, secrets, Now, DisabledAt: null);
            },
            cancellationToken);
        return (ToEndpoint(key, state)!, secret);
    }

    /// <summary>A marketplace's endpoint is where the settings say; it can only be enabled again.</summary>
    public async Task<Endpoint> EnableMarketplaceAsync(Marketplace marketplace, CancellationToken cancellationToken)
    {
        var key = new EndpointKey(Party.Marketplace, marketplace.Id);
        return ToEndpoint(key, await ChangeAsync(key, _ => new State(null, null, null, [], Now, DisabledAt: null), cancellationToken))!;
    }

    /// <summary>Gives the endpoint a new secret; those before it sign beside it until the overlap is over.</summary>
    /// <returns>Null when there is no such endpoint, or as many secrets are live as may be.</returns>
    public async Task<(Endpoint Endpoint, string Secret)?> RotateAsync(EndpointKey key, TimeSpan overlap, CancellationToken cancellationToken)
    {
        string? secret = null;
        var state = await ChangeAsync(
            key,
            known =>
            {
                var live = known?.Secrets.Where(s => s.Until is null || Now < s.Until).ToList() ?? [];
                if (known is null || live.Count >= MostSecrets)
                {
                    secret = null;
                    return known;
                }

                (var fresh, secret) = NewSecret();
                var until = Now + overlap;
                return known with { Secrets = [fresh, .. live.Select(s => s with { Until = s.Until < until ? s.Until : until })] };
            },
            cancellationToken);
        return secret is null ? null : (ToEndpoint(key, state)!, secret);
    }

    /// <summary>Sends nothing more to the endpoint, unless it was put again since <paramref name="at"/>.</summary>
    public Task DisableAsync(EndpointKey key, DateTimeOffset at, CancellationToken cancellationToken) => ChangeAsync(
        key,
        known => known is null && key.Party == Party.Marketplace ? new State(null, null, null, [], at, at)
            : known is { DisabledAt: null } && known.Changed <= at ? known with { DisabledAt = at }
            : known,
        cancellationToken);

    /// <summary>False when there was none.</summary>
    public async Task<bool> RemoveAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        if (await RowAsync(key, cancellationToken) is null)
        {
            return false;
        }

        await tables.Get(Table).DeleteEntityAsync(WireName.Of(key.Party), key.Id, ETag.All, cancellationToken);
        return true;
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private (SealedSecret Sealed, string Shown) NewSecret()
    {
        var key = RandomNumberGenerator.GetBytes(SecretBytes);
        return (new SealedSecret(vault.SealForApp(SecretPurpose, key), Now, null), StandardWebhook.SecretPrefix + Convert.ToBase64String(key));
    }

    private async Task<State?> ChangeAsync(EndpointKey key, Func<State?, State?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var known = await RowAsync(key, cancellationToken);
            var next = change(known?.State);
            if (next == known?.State || await WriteAsync(key, next!, known?.ETag, cancellationToken))
            {
                return next;
            }
        }

        throw new OutageException($"The endpoint {key.Slug} was changed by others {Attempts} times in a row.");
    }

    private async Task<bool> WriteAsync(EndpointKey key, State state, ETag? known, CancellationToken cancellationToken)
    {
        var row = new TableEntity(WireName.Of(key.Party), key.Id) { [StateColumn] = AppJson.ToBytes(state) };
        try
        {
            if (known is { } etag)
            {
                await tables.Get(Table).UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellationToken);
            }
            else
            {
                await tables.Get(Table).AddEntityAsync(row, cancellationToken);
            }

            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    private async Task<(State State, ETag ETag)?> RowAsync(EndpointKey key, CancellationToken cancellationToken)
    {
        var row = await tables.Get(Table).GetEntityIfExistsAsync<TableEntity>(
            WireName.Of(key.Party), key.Id, cancellationToken: cancellationToken);
        return row.HasValue ? (AppJson.From<State>(row.Value!.GetBinary(StateColumn)), row.Value!.ETag) : null;
    }

    private Endpoint? ToEndpoint(EndpointKey key, State? state)
    {
        if (key.Party == Party.Marketplace)
        {
            return marketplaces.Find(key.Id) is { } marketplace
                ? new Endpoint(
                    key,
                    marketplace.CallbackUrl,
                    null,
                    marketplace.Zone,
                    [.. marketplace.Secrets.Select(secret => new EndpointSecret(secret, DateTimeOffset.UnixEpoch, null))],
                    state?.Changed ?? DateTimeOffset.UnixEpoch,
                    state?.DisabledAt)
                : null;
        }

        return state is null
            ? null
            : new Endpoint(
                key,
                state.Url is { } url ? new Uri(url) : null,
                state.SealedEmail is { } email ? Encoding.UTF8.GetString(vault.OpenForApp(EmailPurpose, email)) : null,
                state.Zone is { } zone ? DateTimeZoneProviders.Tzdb[zone] : null,
                [.. state.Secrets.Select(s => new EndpointSecret(vault.OpenForApp(SecretPurpose, s.Sealed), s.Since, s.Until))],
                state.Changed,
                state.DisabledAt);
    }

    private sealed record SealedSecret(byte[] Sealed, DateTimeOffset Since, DateTimeOffset? Until);

    private sealed record State(
        string? Url, byte[]? SealedEmail, string? Zone, IReadOnlyList<SealedSecret> Secrets, DateTimeOffset Changed, DateTimeOffset? DisabledAt);
}
