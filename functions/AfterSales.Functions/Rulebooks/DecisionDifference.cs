using System.Buffers;
using System.Text;
using System.Text.Json;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Rulebooks;

/// <summary>A conclusion that two decisions do not share. Values as JSON; null = not concluded.</summary>
public sealed record DecisionDifference(string Name, string? Before, string? After)
{
    /// <summary>What differs by JSON value, in the order of the first, then of the second.</summary>
    public static IReadOnlyList<DecisionDifference> Between(Conclusions before, Conclusions after)
    {
        List<DecisionDifference>? found = null;
        foreach (var (name, value) in before.All)
        {
            var other = after.Find(name);
            if (other is not null && (value.Equals(other) || Json(value) == Json(other))) continue;
            (found ??= []).Add(new DecisionDifference(name, Json(value), other is null ? null : Json(other)));
        }

        foreach (var (name, value) in after.All)
        {
            if (before.Find(name) is null) (found ??= []).Add(new DecisionDifference(name, null, Json(value)));
        }

        return found ?? [];
    }

    private static string Json(RuleValue value)
    {
        var bytes = new ArrayBufferWriter<byte>(64);
        using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = Storage.AppJson.Options.Encoder }))
        {
            value.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
