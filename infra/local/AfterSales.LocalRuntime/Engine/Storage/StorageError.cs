namespace AfterSales.LocalRuntime.Engine.Storage;

/// <summary>A refusal in the service's own words: HTTP status, error code and message as Azure Storage gives them.</summary>
internal sealed class StorageError(int status, string code, string message) : Exception(message)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The service's error code, such as <c>EntityAlreadyExists</c>.</summary>
    public string Code { get; } = code;

    /// <summary>An operation or header of the service that this store does not answer.</summary>
    public static StorageError NotSupported(string what) =>
        new(501, "NotImplemented", $"The local storage does not answer {what}. Use Azurite or an account for it.");

    /// <summary>The same refusal, naming the failed operation of a transaction as the service does: <c>0:The specified…</c>.</summary>
    public StorageError At(int index) => new(Status, Code, $"{index}:{Message}");
}
