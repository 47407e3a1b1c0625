using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

public class WorkerOptions
{
    public WorkerOptions()
    {
    }

    /// <summary>Reads and writes the JSON of messages, activities and orchestrations. Unset: System.Text.Json, reading names whatever
    /// their case, with the app's configured <see cref="System.Text.Json.JsonSerializerOptions"/>.</summary>
    public ObjectSerializer? Serializer { get; set; }
}
