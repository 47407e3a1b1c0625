using AfterSales.Functions.Storage;

namespace AfterSales.Functions.Outbound;

/// <summary>What a party is told: a type such as <c>refund.instructed</c>, when it happened, and its data: ids, amounts and links, nothing
/// personal.</summary>
public sealed record OutboundMessage(string Type, DateTimeOffset Timestamp, object Data)
{
    /// <summary>A webhook's body is below this many bytes.</summary>
    public const int BodyLimit = 20_000;

    /// <summary>The body. What would be too long for a webhook says which case it is about; the receiver reads it there.</summary>
    public byte[] ToBody(string caseId)
    {
        var body = AppJson.ToBytes(this);
        return body.Length < BodyLimit ? body : AppJson.ToBytes(this with { Data = new { CaseId = caseId, Shortened = true } });
    }
}
