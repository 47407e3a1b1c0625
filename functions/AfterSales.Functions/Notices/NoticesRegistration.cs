using AfterSales.Functions.Outbound;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Notices;

public static class NoticesRegistration
{
    /// <summary>
    /// Letters to customers, notices and reminders. Settings <c>Mail:{Host,Port,Security,User,Password,From,FromName}</c>: the mail server; without
    /// a host nothing is sent by e-mail, and letters are only kept and shown. <c>Reminders:Before:n</c> (25%): how long before a deadline people
    /// are reminded, as a part of its time or a period; <c>Reminders:QuietHours</c> (22:00-08:00): when they are not, by their own clock.
    /// </summary>
    public static IServiceCollection AddNotices(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(MailOptions.Read(settings));
        services.AddSingleton<MailSender>();
        services.AddSingleton<IDeliveryChannel, MailChannel>();
        services.AddSingleton<LetterWriter>();
        services.AddSingleton<LetterStore>();
        services.AddSingleton<LetterDesk>();
        services.AddSingleton(ReminderSettings.Read(settings));
        services.AddSingleton<ReminderStore>();
        services.AddSingleton<ReminderPlanner>();
        services.AddTable(LetterStore.Table);
        services.AddTable(ReminderStore.Table);
        return services;
    }
}
