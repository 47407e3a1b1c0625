using System.Text.Json.Nodes;

namespace AfterSales.Functions.Tests;

/// <summary>Valid webhook bodies; a test changes what it is about.</summary>
public static class WebhookBodies
{
    /// <summary>A covered claim: a leather shoe's sole broke within the period.</summary>
    public static JsonObject ShoeClaim(string externalId = "R-1001", string supplier = "S-1", string customer = "C-7") => new()
    {
        ["type"] = "case.requested",
        ["timestamp"] = "2026-11-02T09:00:00+08:00",
        ["data"] = new JsonObject
        {
            ["externalId"] = externalId,
            ["customer"] = new JsonObject
            {
                ["id"] = customer,
                ["name"] = "Li Qingzhao",
                ["phone"] = "+8613900001111",
                ["email"] = "li.qingzhao@example.com",
                ["city"] = "Lanzhou",
                ["locale"] = "zh-CN",
            },
            ["supplier"] = new JsonObject { ["id"] = supplier, ["name"] = "Golden Shoe Co" },
            ["order"] = new JsonObject
            {
                ["id"] = "O-55",
                ["line"] = "1",
                ["paid"] = "300.00",
                ["freight"] = "0.00",
                ["currency"] = "CNY",
                ["soldAt"] = "2026-10-20T00:00:00+08:00",
            },
            ["claim"] = new JsonObject { ["kind"] = "return", ["reason"] = "quality", ["description"] = "The sole came off on Zhongshan Road" },
            ["facts"] = new JsonObject
            {
                ["category"] = "shoe",
                ["goods_class"] = new JsonArray("leather"),
                ["defect"] = "broken_sole",
                ["has_card"] = true,
                ["has_voucher"] = true,
                ["both_acknowledge_sale"] = false,
                ["clearance_goods"] = false,
                ["man_made_damage"] = false,
                ["self_disassembled"] = false,
                ["goods_match_papers"] = true,
                ["prior_repairs_same_defect"] = 0,
            },
        },
    };

    /// <summary>A message about a case that was requested before.</summary>
    public static JsonObject About(string type, string externalId = "R-1001", JsonObject? data = null)
    {
        var all = data ?? [];
        all["externalId"] = externalId;
        return new JsonObject { ["type"] = type, ["timestamp"] = "2026-11-02T09:05:00+08:00", ["data"] = all };
    }

    public static JsonObject WithPhoto(this JsonObject body, string name, byte[] content) =>
        body.WithFile(new JsonObject { ["name"] = name, ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(content) });

    public static JsonObject WithFile(this JsonObject body, JsonObject file)
    {
        var data = body["data"]!.AsObject();
        if (data["evidence"] is not JsonArray files)
        {
            data["evidence"] = files = [];
        }

        files.Add((JsonNode)file);
        return body;
    }

    /// <summary>Sets a value deep in the body, by JSON pointer.</summary>
    public static JsonObject With(this JsonObject body, string pointer, JsonNode? value)
    {
        var (parent, name) = Parent(body, pointer);
        parent[name] = value;
        return body;
    }

    /// <summary>Takes a value out of the body, by JSON pointer.</summary>
    public static JsonObject Without(this JsonObject body, string pointer)
    {
        var (parent, name) = Parent(body, pointer);
        parent.Remove(name);
        return body;
    }

    private static (JsonObject Parent, string Name) Parent(JsonObject body, string pointer)
    {
        var names = pointer.Split('/')[1..];
        return (names[..^1].Aggregate((JsonNode)body, (node, name) => node[name]!).AsObject(), names[^1]);
    }
}
