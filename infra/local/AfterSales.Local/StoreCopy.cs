using AfterSales.LocalRuntime.Engine.Storage;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Data.Sqlite;

namespace AfterSales.Local;

/// <summary>
/// A copy of a data folder's store as it is now, for commands that only read: a running app is neither asked nor held up. Of the blobs,
/// the small ones are there and those of the containers named.
/// </summary>
internal sealed class StoreCopy : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly SqliteStore _store;
    private readonly HttpClient _http;

    private StoreCopy(DirectoryInfo folder, SqliteStore store)
    {
        (_folder, _store) = (folder, store);
        _http = new HttpClient(new EmbeddedStorageHandler(store));
        var transport = new HttpClientTransport(_http);
        Tables = new TableServiceClient("UseDevelopmentStorage=true", new TableClientOptions { Transport = transport });
        Blobs = new BlobServiceClient("UseDevelopmentStorage=true", new BlobClientOptions { Transport = transport });
    }

    public TableServiceClient Tables { get; }

    public BlobServiceClient Blobs { get; }

    /// <param name="command">Who reads, for whoever finds the copy.</param>
    /// <param name="containers">The containers whose large blobs are wanted too.</param>
    /// <exception cref="CommandException">There is no store in the folder.</exception>
    public static StoreCopy Of(DataFolder data, string command, params ReadOnlySpan<string> containers)
    {
        var source = Path.Combine(data.Path, "store.db");
        if (!File.Exists(source))
        {
            throw new CommandException($"There is no data in {data.Path}. Name a data folder with --data.");
        }

        var folder = Directory.CreateTempSubdirectory("aftersales-copy-");
        try
        {
            var copy = Path.Combine(folder.FullName, "store.db");
            CopyRows(source, copy);
            foreach (var container in containers) CopyFiles(container, copy, data.Path, folder.FullName);
            return new StoreCopy(folder, SqliteStore.Open(folder.FullName, [EmbeddedStorageHandler.Schema], command));
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _store.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static void CopyRows(string from, string to)
    {
        using var source = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = from, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        using var target = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = to, Pooling = false }.ToString());
        source.Open();
        target.Open();
        source.BackupDatabase(target);
    }

    private static void CopyFiles(string container, string copy, string from, string to)
    {
        using var rows = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
        rows.Open();
        using var named = rows.CreateCommand();
        named.CommandText = """
            SELECT s.file FROM storage_segments s JOIN storage_blobs b ON b.id = s.blob JOIN storage_containers c ON c.id = b.container
            WHERE c.name = $name AND s.file IS NOT NULL
            """;
        named.Parameters.AddWithValue("$name", container);
        Directory.CreateDirectory(Path.Combine(to, BlobFolder));
        using var reader = named.ExecuteReader();
        while (reader.Read())
        {
            var file = Path.Combine(BlobFolder, reader.GetString(0));
            File.Copy(Path.Combine(from, file), Path.Combine(to, file));
        }
    }

    private const string BlobFolder = "blobs";
}
