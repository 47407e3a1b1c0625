using System.Net;

namespace AfterSales.LocalRuntime.Engine.Storage;

/// <summary>
/// Faults that tests and the simulator let the embedded store have: register an instance in the host's services, or give it to
/// <see cref="EmbeddedStorageHandler"/>. <see cref="Decide"/> is asked once for each request
/// (also for each try that the SDK repeats); null lets the request through.
/// </summary>
public sealed class StorageFaults
{
    /// <summary>Chooses the fault of a request. Called on the caller's thread, from several at once.</summary>
    public Func<HttpRequestMessage, StorageFault?>? Decide { get; set; }
}

/// <summary>What goes wrong with a request.</summary>
/// <param name="AfterEffect">True: the request takes effect and only its answer is lost. False: it never reaches the store.</param>
public abstract record StorageFault(bool AfterEffect)
{
    /// <summary>The service answers with an error, such as 503 ServerBusy or 500 InternalError.</summary>
    public sealed record Answer(HttpStatusCode Status, string Code, bool AfterEffect = false) : StorageFault(AfterEffect);

    /// <summary>The connection breaks: the SDK sees an <see cref="HttpRequestException"/>.</summary>
    public sealed record ConnectionLost(bool AfterEffect = false) : StorageFault(AfterEffect);

    /// <summary>The answer does not come in time: the SDK sees a <see cref="TaskCanceledException"/>. No time passes.</summary>
    public sealed record Timeout(bool AfterEffect = false) : StorageFault(AfterEffect);
}
