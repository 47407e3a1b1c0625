using System.Collections.Frozen;

namespace AfterSales.Domain.Calendars;

/// <summary>The working-day calendars that rulebooks may name.</summary>
public sealed class CalendarSet(IEnumerable<WorkCalendar> calendars)
{
    private static readonly Lazy<CalendarSet> Embedded = new(static () => new CalendarSet(
        typeof(CalendarSet).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => WorkCalendar.Read(name[ResourceFolder.Length..], Resource(name)))));

    private const string ResourceFolder = "calendars/";

    private readonly FrozenDictionary<string, WorkCalendar> _byId = calendars.ToFrozenDictionary(calendar => calendar.Id);

    /// <summary>The calendars of functions/Rulebooks/calendars, embedded in this assembly.</summary>
    public static CalendarSet Shipped => Embedded.Value;

    public IEnumerable<string> Ids => _byId.Keys.Order(StringComparer.Ordinal);

    /// <summary>Null when there is no such calendar.</summary>
    public WorkCalendar? Find(string id) => _byId.GetValueOrDefault(id);

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(CalendarSet).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
