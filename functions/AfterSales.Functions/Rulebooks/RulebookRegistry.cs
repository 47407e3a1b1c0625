using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>
/// Which version of a rulebook decides, held in memory. A version published or withdrawn elsewhere is known here at most
/// <see cref="StaleAfter"/> later; what this process does itself it knows at once. While requests come in, the list of versions is read
/// again beside them every <see cref="RefreshAfter"/>, so that none of them waits for it; after a pause the first one does.
/// </summary>
public sealed class RulebookRegistry(RulebookVersions versions, ILogger<RulebookRegistry> log)
{
    /// <summary>From this age on, the list is read again beside the request that asks.</summary>
    public static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(5);

    /// <summary>No request is decided by a list older than this.</summary>
    public static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(10);

    // The claims of the first release were decided by rules written by hand; the rulebook that replaced them decides their updates.
    private const string HandWrittenMall = "4c777c8baf4b5d9146097433d8961f7051381f57b50c5e32de724a9e2e4fded5";

    // How long a list is good is a matter of transport, not of business time.
    private static readonly TimeProvider Wall = TimeProvider.System;

    private readonly ConcurrentDictionary<string, Task<Rulebook>> _byDigest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, CaseProcess> _processes = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Shelf? _shelf;
    private Task<Shelf>? _reading;

    /// <summary>The version that decides a new case at an instant: of those published from then or before, the newest. Null when there
    /// is none.</summary>
    public async ValueTask<Rulebook?> InForceAsync(string id, Instant at, CancellationToken cancellationToken) =>
        (await ShelfAsync(cancellationToken)).InForce(id, at) is { } version ? await OfAsync(version, cancellationToken) : null;

    /// <summary>As <see cref="InForceAsync"/>, without its text.</summary>
    public async ValueTask<RulebookVersion?> VersionInForceAsync(string id, Instant at, CancellationToken cancellationToken) =>
        (await ShelfAsync(cancellationToken)).InForce(id, at);

    /// <summary>The ids of all rulebooks of which a version was ever published, in order.</summary>
    public async ValueTask<IReadOnlyList<string>> IdsAsync(CancellationToken cancellationToken) =>
        (await ShelfAsync(cancellationToken)).Ids;

    /// <summary>Exactly this version, whatever has become of it since: what a case is frozen to.</summary>
    /// <exception cref="InvalidOperationException">Its text is nowhere, or this app cannot load it.</exception>
    public async ValueTask<Rulebook> OfAsync(RulebookVersion version, CancellationToken cancellationToken)
    {
        if (_byDigest.TryGetValue(version.Digest, out var known) && known.IsCompletedSuccessfully) return await known;
        if (ShippedRulebooks.Find(version.Id) is { } shipped
            && (shipped.Version.Digest == version.Digest || version.Digest == HandWrittenMall))
        {
            return shipped;
        }

        // Of a read that failed nothing is kept, so that the next one may succeed.
        var loading = _byDigest.GetOrAdd(version.Digest, _ => LoadAsync(version));
        try
        {
            return await loading.WaitAsync(cancellationToken);
        }
        catch when (loading.IsFaulted || loading.IsCanceled)
        {
            _byDigest.TryRemove(KeyValuePair.Create(version.Digest, loading));
            throw;
        }
    }

    /// <summary>How cases go under exactly this version.</summary>
    /// <exception cref="InvalidOperationException">The version says nothing of cases.</exception>
    public async ValueTask<CaseProcess> ProcessOfAsync(RulebookVersion version, CancellationToken cancellationToken)
    {
        if (_processes.TryGetValue(version.Digest, out var known)) return known;
        var rulebook = await OfAsync(version, cancellationToken);
        var process = CaseProcesses.Of(rulebook, CalendarSet.Shipped)
            // Of a version from before rulebooks said how cases go, what this app comes with says it.
            ?? (ShippedRulebooks.Find(version.Id) is { } shipped ? CaseProcesses.Of(shipped, CalendarSet.Shipped) : null)
            ?? throw new InvalidOperationException($"{version.Id} {version.Version} does not say how cases go: it has no section 'case'.");
        return _processes.GetOrAdd(version.Digest, process);
    }

    /// <summary>The version of that name, a draft or not; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">As of <see cref="OfAsync"/>.</exception>
    public async ValueTask<Rulebook?> NamedAsync(string id, string version, CancellationToken cancellationToken) =>
        await versions.FindAsync(id, version, cancellationToken) is { } stored
            ? await OfAsync(new RulebookVersion(id, version, stored.Entry.Digest), cancellationToken)
            : null;

    /// <summary>Forgets the list, because this process has just changed it.</summary>
    public void Changed()
    {
        lock (_lock)
        {
            _shelf = null;
            _reading = null;
        }
    }

    private ValueTask<Shelf> ShelfAsync(CancellationToken cancellationToken)
    {
        var shelf = Volatile.Read(ref _shelf);
        var age = shelf is null ? TimeSpan.MaxValue : Wall.GetElapsedTime(shelf.ReadAt);
        if (age < RefreshAfter) return new(shelf!);
        var reading = Refresh();
        return age < StaleAfter ? new(shelf!) : new(reading.WaitAsync(cancellationToken));
    }

    private Task<Shelf> Refresh()
    {
        lock (_lock)
        {
            return _reading ??= Task.Run(ReadAsync);
        }
    }

    private async Task<Shelf> ReadAsync()
    {
        Task<Shelf>? mine;
        lock (_lock)
        {
            mine = _reading;
        }

        try
        {
            var shelf = Shelf.Of(await versions.FinalAsync(CancellationToken.None), Wall.GetTimestamp());
            await LoadAheadAsync(shelf);
            lock (_lock)
            {
                if (_reading == mine) _shelf = shelf;
            }

            return shelf;
        }
        catch (Exception e)
        {
            RegistryLog.NotRead(log, e);
            throw;
        }
        finally
        {
            lock (_lock)
            {
                if (_reading == mine) _reading = null;
            }
        }
    }

    // So that no request waits for a text. One that cannot be loaded fails the requests that need it, and no others.
    private async Task LoadAheadAsync(Shelf shelf)
    {
        foreach (var version in shelf.Published)
        {
            try
            {
                await OfAsync(version, CancellationToken.None);
            }
            catch (InvalidOperationException e)
            {
                RegistryLog.NotLoaded(log, version.Id, version.Version, e);
            }
        }
    }

    private async Task<Rulebook> LoadAsync(RulebookVersion version)
    {
        var text = await versions.TextAsync(version.Id, version.Digest, CancellationToken.None)
            ?? throw new InvalidOperationException($"The text of {version.Id} {version.Version} ({version.Digest}) is not stored.");
        var (rulebook, faults) = PolicyText.Load(version.Id, text);
        return rulebook ?? throw new InvalidOperationException(
            $"{version.Id} {version.Version} cannot be loaded by this app: {string.Join("; ", faults)}");
    }

    /// <summary>What was published of each rulebook, and not withdrawn, as of one reading; and which shipped versions no longer count.
    /// </summary>
    private sealed record Shelf(
        FrozenDictionary<string, ImmutableArray<VersionEntry>> ById, FrozenSet<(string Id, string Version)> Withdrawn, long ReadAt)
    {
        public IEnumerable<RulebookVersion> Published => ById.Values.SelectMany(entries => entries).Select(Name);

        public IReadOnlyList<string> Ids => [.. ShippedRulebooks.Ids.Union(ById.Keys).Order(StringComparer.Ordinal)];

        public static Shelf Of(IReadOnlyList<VersionEntry> stored, long readAt) => new(
            stored.Where(entry => entry.State == VersionState.Published)
                .GroupBy(entry => entry.Id, StringComparer.Ordinal)
                .ToFrozenDictionary(
                    group => group.Key,
                    group => group.OrderByDescending(entry => entry.From).ThenByDescending(entry => entry.PublishedAt).ToImmutableArray(),
                    StringComparer.Ordinal),
            stored.Where(entry => entry.State == VersionState.Withdrawn).Select(entry => (entry.Id, entry.Version)).ToFrozenSet(),
            readAt);

        public RulebookVersion? InForce(string id, Instant at)
        {
            if (ById.TryGetValue(id, out var entries))
            {
                foreach (var entry in entries)
                {
                    if (entry.From is not { } from || from <= at) return Name(entry);
                }
            }

            return ShippedRulebooks.Find(id)?.Version is { } shipped && !Withdrawn.Contains((id, shipped.Version)) ? shipped : null;
        }

        private static RulebookVersion Name(VersionEntry entry) => new(entry.Id, entry.Version, entry.Digest);
    }
}

internal static partial class RegistryLog
{
    [LoggerMessage(1301, LogLevel.Warning, "The list of rulebook versions could not be read; the next request tries again")]
    public static partial void NotRead(ILogger log, Exception fault);

    [LoggerMessage(1302, LogLevel.Error, "{Rulebook} {Version} is published and cannot be loaded: what needs it fails")]
    public static partial void NotLoaded(ILogger log, string rulebook, string version, Exception fault);
}
