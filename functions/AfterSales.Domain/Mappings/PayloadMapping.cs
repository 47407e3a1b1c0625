using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Mappings;

/// <summary>How a value of a platform's payload is written, and so how it becomes ours.</summary>
public enum FieldForm
{
    /// <summary>A text, or a number as its text: ids that some platforms send as numbers.</summary>
    Text,

    /// <summary>Whole units with decimals, "12.50" or 12.50; the digits are taken as they are written, never through a binary number.</summary>
    Amount,

    /// <summary>A whole number of hundredths, 1250.</summary>
    MinorUnits,

    /// <summary>ISO 8601, or <c>yyyy-MM-dd HH:mm:ss</c>; without an offset it is local to the mapping's zone.</summary>
    Instant,

    UnixSeconds,
    UnixMilliseconds,

    /// <summary>The JSON value itself; for facts.</summary>
    AsIs,
}

/// <summary>A constant of a mapping file: for a fact, unquoted true, false and whole numbers are meant as such.</summary>
public sealed record MappedConstant(SourceText Text);

/// <summary>Where one field of our message comes from.</summary>
/// <param name="Target">Dotted, such as <c>data.order.paid</c>.</param>
/// <param name="From">JSON pointer into the payload; null when <paramref name="Constant"/> is given.</param>
/// <param name="Values">The platform's codes with ours; empty when the value is taken over.</param>
/// <param name="Optional">Left out when the payload does not have it; else that is a fault.</param>
public sealed record FieldMapping(
    string Target, string? From, MappedConstant? Constant, FieldForm Form, ImmutableDictionary<string, MappedConstant> Values, bool Optional);

/// <summary>Files of a message: an array in the payload, and where in each element name and address are.</summary>
/// <param name="Name">Null: files are named by their number.</param>
/// <param name="Url">"" when each element is the address itself.</param>
public sealed record FilesMapping(string Each, string? Name, string Url);

/// <summary>One message of ours that events of a platform become.</summary>
public sealed record MessageMapping(
    ImmutableArray<string> On, string Type, ImmutableArray<FieldMapping> Fields, FilesMapping? Files);

/// <summary>Where the newness of an event is: a sequence number or the instant of the last change.</summary>
public sealed record VersionMapping(string From, FieldForm Form);

/// <summary>How one platform's payloads become messages of ours: a file of functions/Mappings.</summary>
/// <param name="Event">JSON pointer to the name of the event.</param>
/// <param name="Zone">Of dates without an offset.</param>
/// <param name="Ignored">Events that are known and mean nothing here.</param>
public sealed record PayloadMapping(
    string Id,
    Words Title,
    string Event,
    VersionMapping? Version,
    DateTimeZone Zone,
    ImmutableArray<string> Ignored,
    ImmutableArray<MessageMapping> Messages);
