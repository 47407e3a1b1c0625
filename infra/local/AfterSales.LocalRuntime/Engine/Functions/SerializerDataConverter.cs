using Azure.Core.Serialization;
using Microsoft.DurableTask;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>Durable data through the worker's serializer, when the app has set one of its own.</summary>
internal sealed class SerializerDataConverter(ObjectSerializer serializer) : DataConverter
{
    public override string? Serialize(object? value) => value is null ? null : serializer.Serialize(value, value.GetType()).ToString();

    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : serializer.Deserialize(new BinaryData(data).ToStream(), targetType, CancellationToken.None);
}
