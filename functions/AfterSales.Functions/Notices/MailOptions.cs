using MailKit.Security;
using MimeKit;

namespace AfterSales.Functions.Notices;

/// <summary>The mail server and the sender. Null host = mail is off: letters are only kept and shown.</summary>
public sealed record MailOptions(
    string? Host, int Port, SecureSocketOptions Security, string? User, string? Password, MailboxAddress? From)
{
    private const string Choices = "starttls, tls or none";

    public bool IsOn => Host is not null;

    /// <summary>
    /// Reads <c>Mail:{Host,Port,Security,User,Password,From,FromName}</c>. Without a host the others must be absent; every fault is recorded in
    /// <paramref name="settings"/>.
    /// </summary>
    public static MailOptions Read(Settings settings)
    {
        var host = settings.OptionalText("Mail:Host");
        var security = SecurityOf(settings);
        var port = settings.Number("Mail:Port", 1, 65535, security == SecureSocketOptions.SslOnConnect ? 465 : 587);
        var (user, password) = (settings.OptionalText("Mail:User"), settings.OptionalText("Mail:Password"));
        var from = Sender(settings, isOn: host is not null);
        if (host is null)
        {
            foreach (var key in new[] { "Mail:Port", "Mail:Security", "Mail:User", "Mail:Password", "Mail:From" })
            {
                if (settings.OptionalText(key) is not null) settings.Refuse(key, "is given without Mail:Host");
            }
        }
        else if (user is null != password is null)
        {
            settings.Refuse("Mail:Password", "and Mail:User go together; expected both or neither");
        }
        else if (user is not null && security == SecureSocketOptions.None)
        {
            settings.Refuse("Mail:Security", "is none, which would send Mail:Password in the clear; expected starttls or tls");
        }

        return new MailOptions(host, port, security, user, password, from);
    }

    private static SecureSocketOptions SecurityOf(Settings settings)
    {
        switch (settings.OptionalText("Mail:Security"))
        {
            case null or "starttls": return SecureSocketOptions.StartTls;
            case "tls": return SecureSocketOptions.SslOnConnect;
            case "none": return SecureSocketOptions.None;
            case var other:
                settings.Refuse("Mail:Security", $"is '{other}'; expected {Choices}");
                return SecureSocketOptions.StartTls;
        }
    }

    private static MailboxAddress? Sender(Settings settings, bool isOn)
    {
        const string range = "the e-mail address that letters come from";
        var text = isOn ? settings.Text("Mail:From", range) : settings.OptionalText("Mail:From");
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (MailAddress.Find(text) is not { } address)
        {
            settings.Refuse("Mail:From", $"is '{text}'; expected {range}");
            return null;
        }

        address.Name = settings.OptionalText("Mail:FromName");
        return address;
    }
}

/// <summary>What counts as an e-mail address: one mailbox with a domain, nothing beside it.</summary>
public static class MailAddress
{
    public static bool IsOne(string text) => Find(text) is not null;

    /// <summary>The address, or null when the text is none.</summary>
    public static MailboxAddress? Find(string text) =>
        MailboxAddress.TryParse(text, out var address) && address.Address == text && address.Domain.Contains('.', StringComparison.Ordinal)
            ? address
            : null;
}
