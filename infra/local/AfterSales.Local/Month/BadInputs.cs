using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Local.Photos;

namespace AfterSales.Local.Month;

/// <summary>Something that must be refused, with this status and code.</summary>
/// <param name="Send">Sends it, given the case ids known so far by request, and returns the answer.</param>
public sealed record BadInput(
    string Title, DateTimeOffset At, int Status, string Code,
    Func<AppClient, IReadOnlyDictionary<string, string>, CancellationToken, Task<HttpResponseMessage>> Send);

/// <summary>What comes in a month that no case may come of: tampered, malformed, too large, or from the wrong person.</summary>
public static class BadInputs
{
    private const int OverTheBodyLimit = 26 * 1024 * 1024;
    private const int OverThePhotoLimit = (10 * 1024 * 1024) + 1;

    public static IReadOnlyList<BadInput> All { get; } = [.. AtTheDoor(), .. Photos(), .. People()];

    private static IEnumerable<BadInput> AtTheDoor()
    {
        yield return Webhook("a message for a marketplace that does not exist", 1, 404, "unknown-marketplace", Good("R-9001"),
            to: "nowhere-mall");
        yield return Webhook("a message changed on the way", 2, 401, "webhook-signature-invalid", Good("R-9002"),
            change: request => request.Content = new ByteArrayContent(Good("R-9002b")));
        yield return Webhook("a message without signature", 3, 401, "webhook-headers-missing", Good("R-9003"),
            change: request => request.Headers.Remove("webhook-signature"));
        yield return Webhook("a message signed an hour ago", 4, 401, "webhook-timestamp-outside-window", Good("R-9004"),
            change: request =>
            {
                request.Headers.Remove("webhook-timestamp");
                request.Headers.Add("webhook-timestamp", DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds().ToString());
            });
        yield return Webhook("a body that is no JSON", 5, 400, "not-json", Encoding.UTF8.GetBytes("{ \"type\": \"case.requested\", "));
        yield return Webhook("a body over 25 MB", 6, 413, "body-too-large", new byte[OverTheBodyLimit]);
        yield return Webhook("unknown and mistyped facts", 7, 422, "body-invalid", Good("R-9007", data =>
        {
            data["facts"]!["colour"] = "red";
            data["facts"]!["has_card"] = "yes";
            data["facts"]!["prior_repairs_same_defect"] = "none";
        }));
        yield return Webhook("a negative price", 8, 422, "body-invalid", Good("R-9008", data => data["order"]!["paid"] = "-5.00"));
    }

    private static IEnumerable<BadInput> Photos()
    {
        yield return Webhook("a message with a photo that is no photo", 10, 422, "body-invalid",
            WithFile("R-9010", Encoding.UTF8.GetBytes("%PDF-1.7 not a photo")));
        yield return Webhook("a message with a photo over 10 MB", 11, 422, "body-invalid", WithFile("R-9011", Oversized()));
        yield return Put("a file that is no photo", "2026-11-02T09:20:00", 422, "evidence-type-not-accepted",
            Encoding.UTF8.GetBytes("GIF89a, they said"));
        yield return Put("a file over 10 MB", "2026-11-02T09:21:00", 413, "evidence-too-large", Oversized());
    }

    private static IEnumerable<BadInput> People()
    {
        var accept = new JsonObject { ["action"] = "accept" };
        yield return Act("the floor head decides at the counter's step", "2026-11-02T09:13:00", 403, "not-your-step", "R-1001",
            app => app.Token("floor-manager"), new JsonObject { ["action"] = "decide", ["outcome"] = "uphold", ["reason"] = "先处理。" });
        yield return Act("another supplier accepts", "2026-11-02T09:13:30", 403, "not-your-case", "R-1001",
            app => app.Token("supplier", "S-102"), accept);
        yield return Act("nobody in particular accepts", "2026-11-02T09:13:40", 401, "token-missing", "R-1001", _ => null, accept);
        yield return Act("the supplier accepts after its ten minutes", "2026-11-19T09:20:00", 409, "deadline-passed", "R-1036",
            app => app.Token("supplier", "S-101"), accept);
        yield return Act("the supplier accepts a closed case", "2026-11-20T09:00:00", 409, "case-closed", "R-1001",
            app => app.Token("supplier", "S-101"), accept);
        yield return new BadInput("a customer's link that was changed", SampleMonth.At("2026-11-20T09:01:00"), 401, "link-invalid",
            (app, ids, token) => app.GetAsync($"api/v1/cases/{ids["R-1001"]}?link=abc.def", null, token));
        yield return new BadInput("one idempotency key for two bodies", SampleMonth.At("2026-11-20T09:02:00"), 422,
            "idempotency-key-reused",
            (app, _, token) => app.SendJsonAsync(HttpMethod.Post, "api/v1/suppliers/S-101/entries",
                new JsonObject { ["kind"] = "deposit", ["amount"] = "1.00" }, "deposit-S-101", app.Token("finance"), token));
    }

    private static BadInput Webhook(
        string title, int number, int status, string code, byte[] body, Action<HttpRequestMessage>? change = null, string? to = null) =>
        new(
        title, SampleMonth.At("2026-11-01T10:00:00").AddMinutes(number), status, code,
        (app, _, token) => app.SendWebhookAsync($"msg_bad_{number}", body, token, change, to));

    private static BadInput Act(string title, string at, int status, string code, string externalId, Func<AppClient, string?> bearer,
        JsonObject body) => new(
        title, SampleMonth.At(at), status, code,
        (app, ids, token) => app.SendJsonAsync(
            HttpMethod.Post, $"api/v1/cases/{ids[externalId]}/actions", body.DeepClone(), $"bad-{title}", bearer(app), token));

    private static BadInput Put(string title, string at, int status, string code, byte[] file) => new(
        title, SampleMonth.At(at), status, code,
        (app, ids, token) => app.PutFileAsync(ids["R-1001"], "late.jpg", file, "image/jpeg", $"bad-{title}", app.Token("agent"), token));

    private static byte[] Good(string externalId, Action<JsonObject>? change = null)
    {
        var story = SampleMonth.Stories[0] with
        {
            ExternalId = externalId,
            RequestedAt = SampleMonth.At("2026-11-01T10:00:00"),
            Pictures = [],
        };
        var message = JsonNode.Parse(SampleMonth.Request(story, new Uri("http://127.0.0.1/")))!.AsObject();
        change?.Invoke(message["data"]!.AsObject());
        return Encoding.UTF8.GetBytes(message.ToJsonString());
    }

    private static byte[] WithFile(string externalId, byte[] file) => Good(externalId, data => data["evidence"] = new JsonArray(
        new JsonObject { ["name"] = "photo.jpg", ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(file) }));

    /// <summary>A real photo with so much behind it that it is over the limit.</summary>
    private static byte[] Oversized()
    {
        var photo = Photo.Take(PhotoOf.SoundShoe, 0, SampleMonth.At("2026-11-01T09:50:00"));
        Array.Resize(ref photo, OverThePhotoLimit);
        return photo;
    }
}
