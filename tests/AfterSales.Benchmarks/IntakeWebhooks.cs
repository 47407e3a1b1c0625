using System.Security.Cryptography;
using System.Text;
using SkiaSharp;

namespace AfterSales.Benchmarks;

/// <summary>Signed <c>case.requested</c> webhooks, each of a case and a customer of its own.</summary>
internal static class IntakeWebhooks
{
    private const string Secret = "ZGVtby1tYWxsLXNlY3JldC1mb3ItbG9jYWwtdXNlLW9ubHk=";

    /// <summary>A JPEG of about 8 KB.</summary>
    public static string PhotoBase64 { get; } = Convert.ToBase64String(Photo());

    public static HttpRequestMessage Make(string id, bool photo)
    {
        var files = photo ? $$""", "evidence": [ { "name": "sole.jpg", "data": "{{PhotoBase64}}" } ]""" : "";
        var body = Encoding.UTF8.GetBytes($$"""
            { "type": "case.requested", "timestamp": "2026-11-02T10:15:00+08:00", "data": {
              "externalId": "{{id}}",
              "customer": { "id": "C-{{id}}", "name": "A B", "phone": "+8613900000000", "city": "Lanzhou" },
              "supplier": { "id": "S-1", "name": "Shoes" },
              "order": { "id": "O-{{id}}", "paid": "300.00", "soldAt": "2026-10-20T00:00:00+08:00" },
              "claim": { "kind": "return", "reason": "quality", "description": "The sole came off" },
              "facts": { "category": "shoe", "goods_class": ["leather"], "defect": "broken_sole", "has_card": true, "has_voucher": true,
                "both_acknowledge_sale": false, "clearance_goods": false, "man_made_damage": false, "self_disassembled": false,
                "goods_match_papers": true, "prior_repairs_same_defect": 0 }{{files}} } }
            """);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        byte[] content = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(Secret), content));
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/marketplaces/demo-mall/webhooks")
        {
            Content = new ByteArrayContent(body),
        };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.Add("webhook-signature", $"v1,{signature}");
        return request;
    }

    private static byte[] Photo()
    {
        using var bitmap = new SKBitmap(320, 240);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Wheat);
        using var paint = new SKPaint { StrokeWidth = 3 };
        for (var i = 0; i < 90; i++)
        {
            paint.Color = new SKColor((uint)(0xFF000000 | (i * 2654435761L & 0xFFFFFF)));
            canvas.DrawLine(i * 37 % 320, i * 53 % 240, i * 71 % 320, i * 29 % 240, paint);
        }

        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 35);
        return data.ToArray();
    }
}
