using System.Text.Json;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>What a platform sent.</summary>
/// <param name="Id">By which a repetition of the delivery is known.</param>
/// <param name="Raw">The bytes of <paramref name="Body"/>.</param>
/// <param name="Topic">The event's name where the platform sends it beside the body.</param>
public sealed record PlatformEvent(string Id, ReadOnlyMemory<byte> Raw, JsonElement Body, string? Topic, Instant SentAt);

/// <summary>One message of ours made of an event. <paramref name="Version"/> is how new the event is; null when it states nothing that
/// a later one could replace.</summary>
public sealed record TranslatedMessage(CanonicalBody Body, long? Version);

/// <summary>What an event means.</summary>
public abstract record Translation
{
    private Translation()
    {
    }

    /// <summary>Messages about one case, the one that can open it first.</summary>
    /// <param name="Group">Names what the event belongs to: events of one group wait for each other.</param>
    /// <param name="Customer">Whom the payload is about, by the platform's id; null when it names nobody.</param>
    public sealed record Messages(string Group, string? Customer, IReadOnlyList<TranslatedMessage> All) : Translation;

    /// <summary>A document that later events of the group refer to, such as the order.</summary>
    /// <param name="Version">The newest is kept.</param>
    public sealed record Document(string Group, string? Customer, long Version) : Translation;

    /// <summary>The event cannot be understood without the group's document, which has not come yet.</summary>
    public sealed record NeedsDocument(string Group) : Translation;

    /// <summary>The event is known and means nothing here.</summary>
    public sealed record Ignored(string Why) : Translation;

    public sealed record Faulty(IReadOnlyList<Fault> Faults) : Translation;
}

/// <summary>Reads the payloads of one platform: an event becomes messages of the shape that canonical senders write.</summary>
public abstract class PlatformAdapter
{
    /// <param name="document">The group's document, once <see cref="Translation.NeedsDocument"/> was answered and it is there.</param>
    public abstract Translation Translate(PlatformEvent happened, JsonElement? document);
}
