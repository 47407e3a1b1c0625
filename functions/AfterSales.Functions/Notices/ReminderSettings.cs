using AfterSales.Domain.Notices;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Notices;

/// <summary>Reads when people are reminded: <c>Reminders:Before:n</c> and <c>Reminders:QuietHours</c>.</summary>
public static class ReminderSettings
{
    private static readonly Lead[] UsualLeads = [new Lead.Part(25)];
    private static readonly QuietHours UsualQuietHours = new(new LocalTime(22, 0), new LocalTime(8, 0));
    private static readonly LocalTimePattern TimeOfDay = LocalTimePattern.CreateWithInvariantCulture("HH:mm");

    /// <summary>The policy; every fault is recorded in <paramref name="settings"/>.</summary>
    public static ReminderPolicy Read(Settings settings)
    {
        var leads = settings.Configuration.GetSection("Reminders:Before").GetChildren().Select(s => LeadOf(settings, s.Path)).OfType<Lead>().ToList();
        return new ReminderPolicy(leads.Count > 0 ? [.. leads] : [.. UsualLeads], Quiet(settings));
    }

    private static Lead? LeadOf(Settings settings, string key)
    {
        const string range = "a part of the time such as 25%, or a period such as PT4H or P1D";
        var text = settings.Text(key, range);
        var lead = Lead.Parse(text);
        if (lead is null && text.Length > 0)
        {
            settings.Refuse(key, $"is '{text}'; expected {range}");
        }

        return lead;
    }

    private static QuietHours Quiet(Settings settings)
    {
        const string key = "Reminders:QuietHours";
        switch (settings.OptionalText(key))
        {
            case null:
                return UsualQuietHours;
            case "none":
                return QuietHours.None;
            case var text when text.Split('-') is [var from, var to] && TimeOfDay.Parse(from) is { Success: true } begin
                && TimeOfDay.Parse(to) is { Success: true } end:
                return new QuietHours(begin.Value, end.Value);
            case var other:
                settings.Refuse(key, $"is '{other}'; expected hours such as 22:00-08:00, or none");
                return UsualQuietHours;
        }
    }
}
