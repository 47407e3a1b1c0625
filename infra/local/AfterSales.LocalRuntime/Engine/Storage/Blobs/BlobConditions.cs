using System.Globalization;

namespace AfterSales.LocalRuntime.Engine.Storage.Blobs;

/// <summary>The conditional headers of a request.</summary>
internal sealed record BlobConditions(string? IfMatch, string? IfNoneMatch, DateTime? ModifiedSince, DateTime? UnmodifiedSince)
{
    public static BlobConditions From(StorageRequest request) => new(
        request.Header("If-Match"),
        request.Header("If-None-Match"),
        Date(request.Header("If-Modified-Since")),
        Date(request.Header("If-Unmodified-Since")));

    /// <summary>Refuses a read: 304 when the reader has this version already, 412 when the version is not the wanted one.</summary>
    public void CheckRead(BlobRow blob)
    {
        if (FailsMatch(blob.Version))
        {
            throw NotMet(412);
        }

        if (IsKnown(blob.Version))
        {
            throw NotMet(304);
        }
    }

    /// <summary>Refuses a change of an existing blob or container with 412.</summary>
    public void CheckChange(long version)
    {
        if (FailsMatch(version) || IsKnown(version))
        {
            throw NotMet(412);
        }
    }

    /// <summary>Refuses to create or overwrite: 409 for "only if it is not there", 412 otherwise.</summary>
    public void CheckCreate(BlobRow? existing)
    {
        if (existing is not null && IfNoneMatch == "*")
        {
            throw new StorageError(409, "BlobAlreadyExists", "The specified blob already exists.");
        }

        if (existing is not null)
        {
            CheckChange(existing.Version);
        }
        else if (IfMatch is not null)
        {
            throw NotMet(412);
        }
    }

    private static StorageError NotMet(int status) =>
        new(status, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");

    private static DateTime? Date(string? header)
    {
        const DateTimeStyles Utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
        if (header is null)
        {
            return null;
        }

        return DateTime.TryParse(header, CultureInfo.InvariantCulture, Utc, out var date)
            ? date
            : throw new StorageError(400, "InvalidHeaderValue", $"The value '{header}' is no date.");
    }

    private bool FailsMatch(long version) =>
        (IfMatch is not null && !Names(IfMatch, version)) || (UnmodifiedSince is { } date && Seconds(version) > date);

    private bool IsKnown(long version) =>
        (IfNoneMatch is not null && Names(IfNoneMatch, version)) || (ModifiedSince is { } date && Seconds(version) <= date);

    private static bool Names(string condition, long version) =>
        condition == "*" || condition.Trim('"') == BlobTag.Format(version).Trim('"');

    // HTTP dates have no fractions, so the stored instant is compared as it was told.
    private static DateTime Seconds(long version) => new(version - (version % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
