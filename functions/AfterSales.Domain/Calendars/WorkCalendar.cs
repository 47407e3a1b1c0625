using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;
using NodaTime.Text;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AfterSales.Domain.Calendars;

/// <summary>Where a calendar's days were taken from.</summary>
public sealed record CalendarProvenance(string Package, string Version, string Licence, string Address, LocalDate Retrieved);

/// <summary>A name of days off, or of the working days that make up for them.</summary>
public sealed record NamedDays(Words Name, ImmutableArray<LocalDate> Days);

/// <param name="Announced">Whether its holidays were made known when the file was written.</param>
public sealed record CalendarYear(int Year, bool Announced, ImmutableArray<NamedDays> Holidays, ImmutableArray<NamedDays> Makeup);

/// <summary>A calendar file of functions/Rulebooks/calendars.</summary>
/// <param name="Zone">A tz database id.</param>
public sealed record WorkCalendar(
    string Id, Words Title, string Zone, CalendarProvenance Source, ImmutableArray<CalendarYear> Years, WorkingDays Days)
{
    /// <summary>What a holiday or a make-up day is called; null for other days.</summary>
    public Words? NameOf(LocalDate day) => Years
        .Where(year => year.Year == day.Year)
        .SelectMany(year => year.Holidays.Concat(year.Makeup))
        .FirstOrDefault(named => named.Days.Contains(day))?.Name;

    /// <exception cref="InvalidOperationException">The file is no calendar; the message names the file and the place.</exception>
    public static WorkCalendar Read(string file, string yaml)
    {
        Document document;
        try
        {
            document = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking()
                .Build().Deserialize<Document?>(yaml) ?? throw new InvalidOperationException($"{file}: the calendar is empty.");
        }
        catch (YamlException e)
        {
            throw new InvalidOperationException($"{file}:{e.Start.Line}:{e.Start.Column}: {(e.InnerException ?? e).Message}", e);
        }

        if (Zones.Find(document.Zone) is null)
        {
            throw new InvalidOperationException($"{file}: the tz database has no zone '{document.Zone}'.");
        }

        ImmutableArray<CalendarYear> years = [.. document.Years.Select(year => year.Read(file))];
        return new WorkCalendar(
            document.Id,
            document.Title.Read(),
            document.Zone,
            document.Source.Read(file),
            years,
            WorkingDays.Of(
                years.SelectMany(year => year.Holidays).SelectMany(named => named.Days),
                years.SelectMany(year => year.Makeup).SelectMany(named => named.Days),
                years.Where(year => year.Announced).Select(year => year.Year)));
    }

    private static LocalDate Day(string file, string text) => LocalDatePattern.Iso.Parse(text) is { Success: true } parsed
        ? parsed.Value
        : throw new InvalidOperationException($"{file}: '{text}' is no date; write it as 2026-10-01.");

    private sealed class Document
    {
        public string Id { get; set; } = "";

        public Name Title { get; set; } = new();

        public string Zone { get; set; } = "";

        public Origin Source { get; set; } = new();

        public List<YearOfDays> Years { get; set; } = [];
    }

    private class Name
    {
        public string Zh { get; set; } = "";

        public string En { get; set; } = "";

        public Words Read() => new(Zh, En);
    }

    private sealed class Origin
    {
        public string Package { get; set; } = "";

        public string Version { get; set; } = "";

        public string Licence { get; set; } = "";

        public string Address { get; set; } = "";

        public string Retrieved { get; set; } = "";

        public CalendarProvenance Read(string file) => new(Package, Version, Licence, Address, Day(file, Retrieved));
    }

    private sealed class YearOfDays
    {
        public int Year { get; set; }

        public bool Announced { get; set; }

        public List<Group> Holidays { get; set; } = [];

        public List<Group> Makeup { get; set; } = [];

        public CalendarYear Read(string file) => new(
            Year, Announced, [.. Holidays.Select(group => group.Read(file, Year))], [.. Makeup.Select(group => group.Read(file, Year))]);
    }

    private sealed class Group : Name
    {
        public List<string> Days { get; set; } = [];

        public NamedDays Read(string file, int year)
        {
            ImmutableArray<LocalDate> days = [.. Days.Select(text => Day(file, text))];
            return days.All(day => day.Year == year)
                ? new NamedDays(Read(), days)
                : throw new InvalidOperationException($"{file}: '{Zh}' of {year} has a day of another year.");
        }
    }
}
