using System.Text.Json.Nodes;
using AfterSales.Local.Photos;
using static AfterSales.Local.Month.Ending;
using static AfterSales.Local.Month.Moment;
using static AfterSales.Local.Month.People;

namespace AfterSales.Local.Month;

/// <summary>The stories in which people give something else than the rulebook would by itself, or take a decision up again.</summary>
public static partial class SampleMonth
{
    /// <summary>Other goods without the first coming back, a coupon, a part of the price; repairs that take their time.</summary>
    private static IEnumerable<Story> OtherRemedies()
    {
        yield return Shoe(1061, "a new pair sent, the old one stays", "2026-11-03T10:41:12", LittleFeet, "children", "broken_sole",
            "92.00", "2026-10-27", PhotoOf.BrokenSole, "孩子的鞋断底了,路远,能不能直接补一双。",
            AcceptedAtOnce, null, "MALL-LAD-1", kind: "exchange") with
        {
            Acts =
            [
                Gives(Minutes(5), "replacement"), Does("ship-replacement", Days(2), new() { ["carrier"] = "SF", ["tracking"] = "SF1061001" }),
                Answers(5, "不用跑一趟,很方便。"),
            ],
        };
        yield return Shoe(1062, "the floor head has a new pair sent", "2026-11-09T14:15:30", SwiftSports, "sports", "broken_upper",
            "329.00", "2026-10-30", PhotoOf.BrokenUpper, "鞋帮断裂,要求换一双寄来。",
            SettledByFloor, null, "MALL-LAD-1", kind: "exchange") with
        {
            Acts =
            [
                Refuses("需先退回旧鞋。"), Decides("floor-manager", Hours(2), "uphold", "旧鞋由专柜自行处理,先补发。", remedy: "replacement"),
                Does("ship-replacement", Days(6), new() { ["carrier"] = "YTO", ["tracking"] = "YT1062001" }),
            ],
        };
        yield return Shoe(1063, "nothing wrong, the counter gives a coupon", "2026-11-10T09:52:44", GoldenDeer, "leather", "none",
            "398.00", "2026-11-04", PhotoOf.SoundShoe, "有点挤脚,希望给个说法。",
            AcceptedAtOnce, null, "MALL-LAD-1") with
        {
            Acts =
            [
                Gives(Minutes(8), "coupon", "50.00"), Does("issue-coupon", Hours(1), new() { ["amount"] = "50.00" }), Answers(4, "下次还来。"),
            ],
        };
        yield return Garment(1064, "underwear stays, the floor head gives a coupon", "2026-11-12T15:26:09", CityFashion, "underwear",
            "preference", "128.00", "2026-11-11", PhotoOf.Receipt, "尺码买错了,没拆封。",
            SettledByFloor, null, "MALL-LAD-1", Preference(wants: "exchange", sameTypeAvailable: true), "exchange") with
        {
            Acts =
            [
                Refuses("内衣不退换。"), Decides("floor-manager", Hours(1), "uphold", "内衣不能换,赠券一张。", remedy: "coupon", amount: "20.00"),
                Does("issue-coupon", Days(1), new() { ["amount"] = "20.00" }),
            ],
        };
        yield return Shoe(1065, "a part of the price, offered, countered and agreed", "2026-11-16T13:37:21", GoldenDeer, "leather", "none",
            "420.00", "2026-11-12", PhotoOf.SoundShoe, "鞋面有一处轻微色差,不想退,希望补偿差价。",
            AcceptedAtOnce, "60.00", "MALL-LAD-1") with
        {
            Acts =
            [
                Acts("supplier", Requested, Minutes(4), Granting(new JsonObject { ["action"] = "offer" }, "refund", "40.00")),
                Acts("customer", Requested, Minutes(6), Granting(new JsonObject { ["action"] = "offer" }, "refund", "60.00")),
                Acts("supplier", Requested, Minutes(8), new JsonObject { ["action"] = "accept-offer" }), Answers(5, "协商得很好。"),
            ],
        };
        yield return Shoe(1066, "a part of the price, raised when the customer contests", "2026-11-17T10:22:48", SwiftSports, "travel", "none",
            "260.00", "2026-11-13", PhotoOf.SoundShoe, "两只鞋颜色深浅不一。",
            SettledByFloor, "90.00", "MALL-LAD-1") with
        {
            Acts =
            [
                Gives(Minutes(4), "refund", "50.00"), Customer(Hours(2), "contest", "五十元太少。"),
                Decides("floor-manager", Hours(3), "uphold", "再补四十元。", remedy: "refund", amount: "90.00"),
            ],
        };
        yield return Shoe(1067, "a repair waits for a part, its clock stands still", "2026-11-09T11:03:37", GoldenDeer, "leather", "heel_off",
            "480.00", "2026-10-16", PhotoOf.HeelOff, "鞋跟掉了,要求修理。",
            AcceptedAtOnce, null, "MALL-3.1.1-R", kind: "repair") with
        {
            Acts =
            [
                Supplier(Minutes(6), "accept"),
                Acts("agent", Requested, Days(2),
                    new JsonObject { ["action"] = "pause", ["reason"] = "force-majeure", ["note"] = "大雪封路,厂家配件未到。" }),
                Acts("agent", Requested, Days(6), new JsonObject { ["action"] = "resume" }),
                Supplier(Days(10), "repair"), Answers(3, "等得久,好在提前说明了。"),
            ],
        };
        yield return Shoe(1068, "a repair not done within its week, the manager gives the price", "2026-11-11T16:45:02", LittleFeet, "cloth",
            "heel_off", "76.00", "2026-10-28", PhotoOf.HeelOff, "鞋跟松脱,要求修理。",
            SettledByManager, "76.00", "MALL-LAD-5", kind: "repair") with
        {
            Acts =
            [
                Supplier(Minutes(5), "accept"), Decides("manager", Days(8), "uphold", "逾期未修好,退还货款。", remedy: "refund", amount: "76.00"),
                Answers(2, "说好一周,结果没修。"),
            ],
        };
    }

    /// <summary>How people were treated: an answer, and what else somebody thinks just.</summary>
    private static IEnumerable<Story> Complaints()
    {
        yield return Shoe(1069, "rude shop assistant, answered", "2026-11-13T12:11:55", SwiftSports, "sports", "none",
            "350.00", "2026-11-10", PhotoOf.Receipt, "试鞋时售货员态度恶劣。",
            AcceptedAtOnce, null, "MALL-LAD-1", kind: "complaint") with
        { Acts = [Gives(Minutes(6), "answer"), Replies(Hours(20), "已批评教育当班售货员,向您致歉。"), Answers(4, "有回音就好。")] };
        yield return Garment(1070, "promised alteration forgotten, answered by the floor", "2026-11-18T09:18:40", FineSuits, "suit", "none",
            "1080.00", "2026-11-02", PhotoOf.Suit, "答应改裤脚,一直没人管。",
            SettledByFloor, null, "MALL-LAD-1", kind: "complaint") with
        {
            Acts =
            [
                Refuses("没有登记。"), Decides("floor-manager", Hours(2), "uphold", "投诉属实,书面答复。", remedy: "answer"),
                Replies(Hours(30), "裤脚今日改好,由专人送达。"),
            ],
        };
        yield return Garment(1071, "a torn lining, compensated by inspection", "2026-11-19T11:30:26", CityFashion, "shirt", "none",
            "258.00", "2026-11-15", PhotoOf.Shirt, "试穿时被柜台钉子刮破自己的衣服。",
            SettledByInspection, "120.00", "MALL-LAD-2", kind: "complaint") with
        {
            Acts =
            [
                Refuses("与商品无关。"), PassesOn(Hours(1)),
                Decides("inspection", Hours(1) + Minutes(20), "uphold", "柜台设施所致,赔偿。", remedy: "compensation", amount: "120.00"),
                Answers(5, "处理公正。"),
            ],
        };
    }

    /// <summary>Two pairs of eyes, and cases that are opened again.</summary>
    private static IEnumerable<Story> TakenUpAgain()
    {
        yield return Garment(1072, "above the limit, the manager approves", "2026-11-20T10:07:13", NorthernFur, "fur", "open_seam",
            "3600.00", "2026-07-01", PhotoOf.Fur, "大衣多处开线,刚过三包期。",
            SettledByInspection, "1500.00", "MALL-LAD-2") with
        {
            Acts =
            [
                Refuses("已过三包期。"), PassesOn(Hours(1)),
                Decides("inspection", Hours(1) + Minutes(15), "uphold", "缝制缺陷明显,酌情补偿。", remedy: "compensation", amount: "1500.00"),
                Acts("manager", Requested, Hours(1) + Minutes(25), new JsonObject { ["action"] = "approve" }),
            ],
        };
        yield return Garment(1073, "above the limit, sent back by the manager", "2026-11-21T11:44:19", FineSuits, "suit", "open_seam",
            "1260.00", "2026-06-20", PhotoOf.Suit, "西服开线。",
            Refused, null, "MALL-3.4.2") with
        {
            Acts =
            [
                Refuses("已过三包期。"),
                Decides("floor-manager", Hours(1), "uphold", "老顾客,全额退款。", remedy: "return", amount: "1260.00"),
                Acts("manager", Requested, Hours(2), new JsonObject { ["action"] = "send-back", ["reason"] = "无规则依据,请重新处理。" }),
                Decides("floor-manager", Hours(3), "refuse", "已超过三包期,不予退款。"),
            ],
        };
        yield return Shoe(1074, "refused, closed and opened again, inspection upholds", "2026-11-03T10:00:00", GoldenDeer, "leather",
            "broken_sole", "300.00", "2026-10-24", PhotoOf.BrokenSole, "断底,当时没能说清楚。",
            SettledByInspection, "285.00", "MALL-3.1.1-A") with
        {
            Acts =
            [
                .. RefusedByFloor("认为是外力所致。"), Customer(Days(12), "reopen", "已取得质检所的鉴定。"),
                Decides("inspection", Days(12) + Hours(2), "uphold", "鉴定确认为材质断裂。"),
            ],
        };
    }

    private static PersonActs Gives(TimeSpan delay, string remedy, string? amount = null) =>
        Acts("supplier", Requested, delay, Granting(new JsonObject { ["action"] = "accept" }, remedy, amount));

    private static PersonActs Exchanges(TimeSpan delay, string replacementPrice) =>
        Acts("supplier", Requested, delay, new JsonObject { ["action"] = "accept", ["replacementPrice"] = replacementPrice });

    private static PersonActs Does(string step, TimeSpan delay, JsonObject note)
    {
        note["action"] = step;
        return Acts("supplier", Requested, delay, note);
    }

    private static PersonActs Replies(TimeSpan delay, string text) =>
        Acts("agent", Requested, delay, new JsonObject { ["action"] = "reply", ["note"] = text });

    private static JsonObject Granting(JsonObject body, string? remedy, string? amount)
    {
        if (remedy is not null) body["remedy"] = remedy;
        if (amount is not null) body["amount"] = amount;
        return body;
    }
}
