using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace AfterSales.Local;

/// <summary>What a data folder knows about policies, in a copy: past decisions, and the versions that made them.</summary>
internal sealed class PolicyStore : IAsyncDisposable
{
    private readonly StoreCopy _copy;

    private PolicyStore(StoreCopy copy)
    {
        _copy = copy;
        Rulebooks = new RulebookRegistry(
            new RulebookVersions(new Tables(copy.Tables), new Blobs(copy.Blobs)), NullLogger<RulebookRegistry>.Instance);
        Decisions = copy.Tables.GetTableClient(PastDecisions.Table);
    }

    public RulebookRegistry Rulebooks { get; }

    public TableClient Decisions { get; }

    /// <exception cref="CommandException">There is no data in the folder, or the app that runs on it keeps its own elsewhere.</exception>
    public static PolicyStore Of(DataFolder data, string command) => data.Running is { EmbeddedStore: false } app
        ? throw new CommandException($"The app at {app.Url} keeps its data in another store than {data.Path}; ask its API instead.")
        : new PolicyStore(StoreCopy.Of(data, command, RulebookVersions.Container));

    public ValueTask DisposeAsync() => _copy.DisposeAsync();
}
