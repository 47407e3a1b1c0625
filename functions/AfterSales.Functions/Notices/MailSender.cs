using System.Net.Sockets;
using AfterSales.Functions.Outbound;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace AfterSales.Functions.Notices;

/// <summary>An e-mail: text, and HTML where there is a page.</summary>
public sealed record Mail(string Subject, string Text, string? Html = null);

/// <summary>Hands e-mails to the mail server, one connection each.</summary>
public sealed class MailSender(MailOptions options, TimeProvider clock)
{
    /// <summary>How long the mail server has for each step. Wall time.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    /// <param name="id">The same for every attempt; the Message-ID is made of it, by which a mailbox knows a repetition.</param>
    /// <exception cref="InvalidOperationException">Mail is off.</exception>
    public async Task<AttemptResult> SendAsync(MailboxAddress to, Mail mail, string id, CancellationToken cancellationToken)
    {
        if (options is not { Host: { } host, From: { } from })
        {
            throw new InvalidOperationException("Mail is off.");
        }

        using var message = MessageOf(from, to, mail, id);
        using var client = new SmtpClient { Timeout = (int)TimeLimit.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(host, options.Port, options.Security, cancellationToken);
            if (options is { User: { } user, Password: { } password })
            {
                await client.AuthenticateAsync(user, password, cancellationToken);
            }

            await client.SendAsync(message, cancellationToken);
        }
        catch (SmtpCommandException e)
        {
            // Five hundreds are for good: no such mailbox, not from here. Four hundreds are for now.
            var verdict = (int)e.StatusCode >= 500 ? AttemptVerdict.Refused : AttemptVerdict.TryAgain;
            return new AttemptResult(verdict, (int)e.StatusCode, "mail-refused");
        }
        catch (MailKit.Security.AuthenticationException)
        {
            return new AttemptResult(AttemptVerdict.TryAgain, null, "mail-authentication");
        }
        catch (Exception e) when (e is ProtocolException or IOException or SocketException or SslHandshakeException or TimeoutException)
        {
            return new AttemptResult(AttemptVerdict.TryAgain, null, "mail-unreachable");
        }

        await GoodbyeAsync(client, cancellationToken);
        return new AttemptResult(AttemptVerdict.Delivered, 250, null);
    }

    // The message is taken: how the conversation ends after that changes nothing.
    private static async Task GoodbyeAsync(SmtpClient client, CancellationToken cancellationToken)
    {
        try
        {
            await client.DisconnectAsync(quit: true, cancellationToken);
        }
        catch (Exception e) when (e is ProtocolException or IOException or SocketException or SmtpCommandException)
        {
            // The server hung up first.
        }
    }

    private MimeMessage MessageOf(MailboxAddress from, MailboxAddress to, Mail mail, string id)
    {
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        return new MimeMessage([from], [to], mail.Subject, body.ToMessageBody())
        {
            MessageId = $"{id}@{from.Domain}",
            Date = clock.GetUtcNow(),
            Headers = { { "Auto-Submitted", "auto-generated" } },
        };
    }
}
