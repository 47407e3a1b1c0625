using System.Net;
using System.Text.Json.Nodes;
using AfterSales.Functions.Tests.Outbound;

namespace AfterSales.Functions.Tests.Notices;

public sealed class MailTests : IAsyncLifetime
{
    private SmtpSink _server = null!;
    private OutboundApp _app = null!;

    public async Task InitializeAsync()
    {
        _server = SmtpSink.Start();
        _app = await OutboundApp.StartAsync(new Dictionary<string, string?>
        {
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = $"{_server.Port}",
            ["Mail:Security"] = "none",
            ["Mail:From"] = "service@mall.example",
            ["Mail:FromName"] = "顾客服务部",
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_letter_goes_to_the_customer_as_text_and_page_in_both_languages()
    {
        await _app.OpenAsync();

        var (to, message) = Assert.Single(_server.Taken);
        Assert.Equal(("li.qingzhao@example.com", "service@mall.example"), (to, message.From.Mailboxes.Single().Address));
        Assert.Contains("我们已收到您的售后申请 R-1001", message.Subject, StringComparison.Ordinal);
        Assert.Contains("尊敬的Li Qingzhao：", message.TextBody!, StringComparison.Ordinal);
        Assert.Contains("Dear Li Qingzhao,", message.HtmlBody!, StringComparison.Ordinal);
        Assert.Contains("/letters?link=", message.TextBody!, StringComparison.Ordinal);
        Assert.Equal("auto-generated", message.Headers["Auto-Submitted"]);
    }

    [Fact]
    public async Task A_mail_server_that_is_out_or_busy_gets_the_letter_later_under_the_same_message_id()
    {
        _server.IsOut = true;
        await _app.OpenAsync();
        _server.IsOut = false;
        _server.Recipient = "450 try later";
        await _app.Host.AdvanceAsync(TimeSpan.FromSeconds(6));
        Assert.Empty(_server.Taken);

        _server.Recipient = "250 OK";
        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(2));

        var delivery = await DeliveryAsync();
        Assert.Equal(("delivered", 3), (delivery["state"]!.GetValue<string>(), delivery["attempts"]!.GetValue<int>()));
        var taken = Assert.Single(_server.Taken, t => t.To == "li.qingzhao@example.com");
        Assert.Equal($"{delivery["id"]}@mall.example", taken.Message.MessageId);
    }

    [Fact]
    public async Task A_mailbox_that_does_not_exist_is_not_tried_again()
    {
        _server.Recipient = "550 no such mailbox";
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromMinutes(5));

        var delivery = await DeliveryAsync();

        Assert.Equal(
            ("failed", 1, 550),
            (delivery["state"]!.GetValue<string>(), delivery["attempts"]!.GetValue<int>(), delivery["lastStatus"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_customer_without_an_address_is_not_written_to_by_mail()
    {
        await _app.Host.WebhookAsync(WebhookBodies.ShoeClaim().Without("/data/customer/email")).JsonAsync(HttpStatusCode.Accepted);
        await _app.Host.SettleAsync();

        Assert.Empty(_server.Taken);
        Assert.Empty(await _app.DeliveriesAsync("?party=customer"));
    }

    [Fact]
    public async Task Suppliers_and_staff_get_notices_in_words_without_the_customers_name()
    {
        await _app.PutAsync(OutboundApp.Supplier, new { email = "counter@shoes.example" }, HttpStatusCode.OK);
        await _app.PutAsync("/api/v1/endpoints/inspection/desk", new { email = "inspection@mall.example" }, HttpStatusCode.OK);
        await _app.OpenAsync();
        await _app.Host.AdvanceAsync(TimeSpan.FromHours(49));

        var toCounter = _server.Taken.Where(t => t.To == "counter@shoes.example").Select(t => t.Message).ToList();
        var opened = toCounter.Single(m => m.Subject!.StartsWith("新的售后申请", StringComparison.Ordinal));
        Assert.Contains("请在2026年11月2日 09:10之前处理。", opened.TextBody!, StringComparison.Ordinal);
        Assert.Contains("Please deal with it by 09:10 on 2 November 2026.", opened.TextBody!, StringComparison.Ordinal);
        Assert.Contains(toCounter, m => m.TextBody!.Contains("280.50 CNY is yours to bear", StringComparison.Ordinal));
        Assert.Contains(_server.Taken, t => t.To == "inspection@mall.example" && t.Message.Subject!.Contains("For you to do", StringComparison.Ordinal));
        Assert.All(
            _server.Taken.Where(t => t.To != "li.qingzhao@example.com"),
            t => Assert.DoesNotContain("Qingzhao", t.Message.ToString(), StringComparison.Ordinal));
        Assert.All(_server.Taken, t => Assert.DoesNotContain('{', t.Message.TextBody!));
    }

    [Fact]
    public async Task Mail_settings_are_checked_at_start()
    {
        async Task<IEnumerable<string>> FaultsAsync(params (string Key, string Value)[] settings) =>
            (await Assert.ThrowsAsync<SettingsException>(() => AppHost.StartAsync(new AppHostOptions
            {
                Settings = settings.ToDictionary(s => $"Mail:{s.Key}", s => (string?)s.Value),
            }))).Faults.Keys;

        Assert.Equal(["Mail:From"], await FaultsAsync(("Host", "mail.example")));
        Assert.Equal(
            ["Mail:From", "Mail:Port", "Mail:Security"],
            await FaultsAsync(("Host", "mail.example"), ("From", "nobody"), ("Port", "0"), ("Security", "rot13")));
        Assert.Equal(["Mail:Password"], await FaultsAsync(("Host", "mail.example"), ("From", "a@mall.example"), ("User", "u")));
        Assert.Equal(
            ["Mail:Security"],
            await FaultsAsync(("Host", "mail.example"), ("From", "a@mall.example"), ("User", "u"), ("Password", "p"), ("Security", "none")));
        Assert.Equal(["Mail:User"], await FaultsAsync(("User", "u")));
    }

    private async Task<JsonNode> DeliveryAsync() =>
        Assert.Single(await _app.DeliveriesAsync("?party=customer"), d => d["type"]!.GetValue<string>() == "letter.received");
}
