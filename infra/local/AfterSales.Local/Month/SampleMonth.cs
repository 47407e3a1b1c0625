using System.Text;
using System.Text.Json.Nodes;
using AfterSales.Local.Photos;
using static AfterSales.Local.Month.Ending;
using static AfterSales.Local.Month.Moment;
using static AfterSales.Local.Month.PayoutAnswer;
using static AfterSales.Local.Month.People;

namespace AfterSales.Local.Month;

/// <summary>
/// A month at the mall: seventy-four requests with every outcome and every remedy. What each must come to is written down here by hand, not computed,
/// so that the month is also a check.
/// </summary>
public static partial class SampleMonth
{
    /// <summary>Where the virtual clock begins: a Sunday morning.</summary>
    public static readonly DateTimeOffset Start = At("2026-11-01T09:00:00");

    /// <summary>Two double refunds have emptied most of one deposit: what the mall owes for goods goes into it.</summary>
    public static IReadOnlyList<TopUp> TopUps { get; } = [new(SwiftSports, At("2026-11-17T10:00:00"), "2000.00")];

    /// <summary>Just claims that their supplier let come up to the manager: its responsible person is fined 20 yuan, or finance asked for
    /// one.</summary>
    public static IReadOnlySet<string> Fined { get; } = new HashSet<string> { "R-1034", "R-1035", "R-1036", "R-1037", "R-1047" };

    /// <summary>All requests, by kind of story.</summary>
    public static IReadOnlyList<Story> Stories { get; } =
        [.. Accepted(), .. WithoutMoney(), .. Excluded(), .. Disputed(), .. Silent(), .. Contested(), .. Untidy(), .. OtherRemedies(), .. Complaints(),
        .. TakenUpAgain()];

    /// <summary>Accepted by the counter within its ten minutes; the customer is paid.</summary>
    private static IEnumerable<Story> Accepted()
    {
        yield return Shoe(1001, "broken sole", "2026-11-02T09:12:05", GoldenDeer, "leather", "broken_sole",
            "300.00", "2026-10-03", PhotoOf.BrokenSole, "穿了一个月鞋底就从中间断裂,要求退货。",
            AcceptedAtOnce, "255.00", "MALL-3.1.1-A") with
        { Acts = [Supplier(Minutes(4), "accept"), Answers(5, "处理很快,满意。")] };
        yield return Shoe(1002, "broken upper", "2026-11-02T10:03:11", SwiftSports, "sports", "broken_upper",
            "459.00", "2026-10-20", PhotoOf.BrokenUpper, "左脚鞋帮开裂,才穿两周。",
            AcceptedAtOnce, "429.16", "MALL-3.1.1-B") with
        { Acts = [Supplier(Minutes(9), "accept"), Answers(4, "态度不错。")] };
        yield return Shoe(1003, "glue open 6.5 cm", "2026-11-03T11:40:20", GoldenDeer, "leather", "glue_opening",
            "268.00", "2026-10-12", PhotoOf.GlueOpening, "右脚前掌开胶,量了有六厘米半。",
            AcceptedAtOnce, "238.52", "MALL-3.1.1-C", new() { ["glue_opening_cm"] = "6.5" }, glueOpeningCm: 6.5) with
        { Acts = [Supplier(Minutes(6), "accept")] };
        yield return Shoe(1004, "seam open again after a repair", "2026-11-03T15:21:44", GoldenDeer, "leather", "open_seam",
            "380.00", "2026-09-15", PhotoOf.OpenSeam, "上次修过的线又开了,第二次了。",
            AcceptedAtOnce, "286.90", "MALL-3.1.1-D", new() { ["prior_repairs_same_defect"] = 1 }) with
        { Acts = [Supplier(Minutes(8), "accept"), Customer(Days(1), "accept-decision"), Answers(4, "好。")] };
        yield return Shoe(1005, "210 yuan, third day", "2026-11-04T09:30:00", GoldenDeer, "leather", "open_seam",
            "210.00", "2026-11-01", PhotoOf.OpenSeam, "买了三天就开线。",
            AcceptedAtOnce, "206.85", "MALL-3.1.1-E") with
        { Acts = [Supplier(Minutes(3), "accept"), Answers(5, "非常满意。")] };
        yield return Shoe(1006, "two sizes in one pair", "2026-11-04T13:05:33", LittleFeet, "cloth", "sizes_differ",
            "88.00", "2026-10-28", PhotoOf.SizesDiffer, "两只鞋一只38一只37。",
            AcceptedAtOnce, "88.00", "MALL-3.1.1-F") with
        { Acts = [Supplier(Minutes(2), "accept")] };
        yield return Shoe(1007, "two left shoes", "2026-11-05T10:48:09", SwiftSports, "travel", "two_same_side",
            "199.00", "2026-10-30", PhotoOf.TwoLeftShoes, "打开盒子发现两只都是左脚。",
            AcceptedAtOnce, "199.00", "MALL-3.1.1-G") with
        { Acts = [Supplier(Minutes(5), "accept"), Answers(3, "还可以。")] };
        yield return Shoe(1008, "no maker's name", "2026-11-05T16:10:27", GoldenDeer, "leather", "maker_hidden_or_no_certificate",
            "520.00", "2026-10-06", PhotoOf.NoMakersLabel, "鞋盒和鞋上都没有厂名厂址,也没有合格证。",
            AcceptedAtOnce, "520.00", "MALL-3.1.1-H") with
        { Acts = [Supplier(Minutes(7), "accept")] };
        yield return Shoe(1009, "counterfeit, admitted", "2026-11-06T09:55:50", SwiftSports, "sports", "counterfeit",
            "899.00", "2026-09-28", PhotoOf.Counterfeit, "拿去专卖店鉴定,说是假冒的。",
            AcceptedAtOnce, "1798.00", "MALL-3.1.1-FAKE") with
        { Acts = [Supplier(Minutes(9), "accept"), Answers(4, "双倍退款已收到。")] };
        yield return Garment(1010, "fur sheds, exchange refused", "2026-11-06T14:22:16", NorthernFur, "fur", "hair_shedding",
            "2680.00", "2026-10-10", PhotoOf.Fur, "大衣掉毛严重,不想换,要求退货。",
            AcceptedAtOnce, "2318.20", "MALL-3.1.2-2-DR", new() { ["exchange_refused_by_customer"] = true }) with
        { Acts = [Supplier(Minutes(8), "accept")] };
        yield return Garment(1011, "suit zip broken again", "2026-11-07T11:31:02", FineSuits, "suit", "zip_broken",
            "900.00", "2026-10-01", PhotoOf.Suit, "拉锁修过一次又坏了。",
            AcceptedAtOnce, "900.00", "MALL-3.1.2-1-REPEAT", new() { ["prior_repairs_same_defect"] = 1 }) with
        { Acts = [Supplier(Minutes(5), "accept"), Answers(5, "谢谢。")] };
        yield return Garment(1012, "shirt returned, none of its type left", "2026-11-07T17:45:39", CityFashion, "shirt", "preference",
            "268.00", "2026-11-05", PhotoOf.Shirt, "颜色不喜欢,没有同款可换,要求退货。",
            AcceptedAtOnce, "268.00", "MALL-3.1.2-3-RETURN",
            Preference(wants: "return", sameTypeAvailable: false)) with
        { Acts = [Supplier(Minutes(4), "accept")] };
    }

    /// <summary>Repaired or exchanged: a remedy, and no money to the customer but what other goods cost less.</summary>
    private static IEnumerable<Story> WithoutMoney()
    {
        yield return Shoe(1013, "heel off", "2026-11-08T10:15:28", GoldenDeer, "leather", "heel_off",
            "430.00", "2026-09-20", PhotoOf.HeelOff, "鞋跟掉了,要求修理。",
            AcceptedAtOnce, null, "MALL-3.1.1-R", kind: "repair") with
        { Acts = [Supplier(Minutes(3), "accept"), Supplier(Days(2), "repair"), Answers(5, "修得很好。")] };
        yield return Shoe(1014, "glue open exactly 5 cm", "2026-11-08T15:50:13", SwiftSports, "travel", "glue_opening",
            "240.00", "2026-10-02", PhotoOf.GlueOpening, "开胶五厘米。",
            AcceptedAtOnce, null, "MALL-3.1.1-R", new() { ["glue_opening_cm"] = "5.0" }, "repair", glueOpeningCm: 5) with
        { Acts = [Supplier(Minutes(9), "accept"), Supplier(Days(7), "repair")] };
        yield return Garment(1015, "shine marks on a suit", "2026-11-09T09:20:47", FineSuits, "suit", "shine",
            "1200.00", "2026-09-12", PhotoOf.ShinySuit, "西服肘部起光。",
            AcceptedAtOnce, null, "MALL-3.1.2-1-REPAIR", kind: "repair") with
        { Acts = [Supplier(Minutes(6), "accept"), Supplier(Days(5), "repair")] };
        yield return Garment(1016, "shirt exchanged on the third day", "2026-11-09T16:33:08", CityFashion, "shirt", "preference",
            "198.00", "2026-11-06", PhotoOf.Shirt, "花色不满意,想换一件。",
            AcceptedAtOnce, null, "MALL-3.1.2-3", Preference(wants: "exchange", sameTypeAvailable: true), "exchange") with
        { Acts = [Supplier(Minutes(5), "accept"), Answers(4, "换货方便。")] };
        yield return Garment(1017, "fur fades, exchanged for a dearer one", "2026-11-10T11:11:54", NorthernFur, "fur", "fading",
            "2680.00", "2026-10-15", PhotoOf.Fur, "大衣褪色,同意换货,愿意补差价。",
            AcceptedAtOnce, null, "MALL-3.1.2-2-DX", new() { ["exchange_refused_by_customer"] = false }, "exchange") with
        {
            Acts =
            [
                Exchanges(Minutes(7), "2980.00"),
                new MarketplaceTells(Decided, Hours(3), "difference.paid", new() { ["amount"] = "300.00" }),
            ],
        };
        yield return Shoe(1018, "broken sole, exchanged for a cheaper pair", "2026-11-10T14:02:36", GoldenDeer, "leather", "broken_sole",
            "320.00", "2026-10-20", PhotoOf.BrokenSole, "鞋底断了,换一双就行。",
            AcceptedAtOnce, "40.00", "MALL-3.1.1-DX", kind: "exchange") with
        { Acts = [Exchanges(Minutes(4), "280.00")] };
        yield return Shoe(1019, "eyelet lost on a child's shoe", "2026-11-11T10:27:19", LittleFeet, "children", "eyelet_lost",
            "75.00", "2026-10-25", PhotoOf.EyeletLost, "孩子的鞋掉了一个扣眼。",
            AcceptedAtOnce, null, "MALL-3.1.1-R", kind: "repair") with
        { Acts = [Supplier(Minutes(2), "accept"), Supplier(Days(1), "repair"), Answers(2, "修好了,但是扣眼颜色不一样。")] };
    }

    /// <summary>Excluded by a clause, or left to negotiation: the counter refuses and the floor agrees with it.</summary>
    private static IEnumerable<Story> Excluded()
    {
        yield return Shoe(1020, "no card, no voucher", "2026-11-11T15:44:41", GoldenDeer, "leather", "heel_off",
            "260.00", "2026-10-18", PhotoOf.HeelOff, "小票和三包卡都找不到了。",
            Refused, null, "MALL-3.4.1", new() { ["has_card"] = false, ["has_voucher"] = false }) with
        { Acts = RefusedByFloor("顾客无任何购物凭证。") };
        yield return Shoe(1021, "guarantee period over", "2026-11-12T09:36:25", SwiftSports, "sports", "broken_sole",
            "399.00", "2026-08-20", PhotoOf.BrokenSole, "鞋底断裂。",
            Refused, null, "MALL-3.4.2") with
        { Acts = RefusedByFloor("已超过两个月三包期。") };
        yield return Shoe(1022, "clearance goods", "2026-11-12T13:18:52", GoldenDeer, "leather", "heel_off",
            "120.00", "2026-11-01", PhotoOf.HeelOff, "鞋跟掉了。",
            Refused, null, "MALL-3.4.3", new() { ["clearance_goods"] = true }) with
        { Acts = RefusedByFloor("该商品标明为处理品。") };
        yield return Shoe(1023, "opened by the wearer", "2026-11-13T10:08:07", GoldenDeer, "leather", "glue_opening",
            "350.00", "2026-10-11", PhotoOf.GlueOpening, "开胶七厘米。",
            Refused, null, "MALL-3.4.4", new() { ["man_made_damage"] = true, ["glue_opening_cm"] = "7.0" }, glueOpeningCm: 7) with
        { Acts = RefusedByFloor("开口处有人为撕扯痕迹。") };
        yield return Shoe(1024, "another shoe than on the receipt", "2026-11-13T16:29:30", SwiftSports, "travel", "heel_off",
            "280.00", "2026-10-22", PhotoOf.SoundShoe, "鞋跟松动。",
            Refused, null, "MALL-3.4.5", new() { ["goods_match_papers"] = false }) with
        { Acts = RefusedByFloor("货号与小票不符。") };
        yield return Garment(1025, "washed out of shape", "2026-11-14T11:53:46", FineSuits, "suit", "open_seam",
            "980.00", "2026-10-08", PhotoOf.Suit, "袖口开线。",
            Refused, null, "MALL-3.4.7", new() { ["washed_out_of_shape"] = true }) with
        { Acts = RefusedByFloor("水洗后已变形。") };
        yield return Garment(1026, "underwear, not liked", "2026-11-14T15:06:12", CityFashion, "underwear", "preference",
            "96.00", "2026-11-13", PhotoOf.Receipt, "想换个颜色。",
            Refused, null, "MALL-3.4.8", Preference(wants: "exchange", sameTypeAvailable: true), "exchange") with
        { Acts = RefusedByFloor("内衣无质量问题不予退换。") };
        yield return Shoe(1027, "nothing wrong with it", "2026-11-15T10:40:58", GoldenDeer, "leather", "none",
            "460.00", "2026-11-08", PhotoOf.SoundShoe, "穿着不舒服。",
            Refused, null, "MALL-3.2") with
        { Acts = RefusedByFloor("协商未成,无质量问题。") };
        yield return Garment(1028, "shirt seam, no period listed", "2026-11-15T14:37:23", CityFashion, "shirt", "open_seam",
            "128.00", "2026-10-27", PhotoOf.Shirt, "衬衫侧缝开线。",
            Refused, null, "MALL-3.4.11") with
        { Acts = RefusedByFloor("协商未成。") };
    }

    /// <summary>Refused by the counter although covered; settled further up.</summary>
    private static IEnumerable<Story> Disputed()
    {
        yield return Shoe(1029, "floor head upholds", "2026-11-16T09:14:35", GoldenDeer, "leather", "broken_sole",
            "410.00", "2026-10-22", PhotoOf.BrokenSole, "断底,专柜不给退。",
            SettledByFloor, "358.75", "MALL-3.1.1-A") with
        { Acts = [Refuses("认为是穿着不当。"), Decides("floor-manager", Hours(1), "uphold", "断底属质量问题。"), Answers(2, "专柜态度差。")] };
        yield return Shoe(1030, "floor head upholds", "2026-11-16T11:25:01", SwiftSports, "sports", "broken_upper",
            "599.00", "2026-11-01", PhotoOf.BrokenUpper, "鞋帮断裂。",
            SettledByFloor, "554.07", "MALL-3.1.1-B") with
        { Acts = [Refuses("需送厂家检测。"), Decides("floor-manager", Hours(2), "uphold", "先行退货,再向厂家追偿。")] };
        yield return Shoe(1031, "counterfeit, denied", "2026-11-16T15:48:17", SwiftSports, "sports", "counterfeit",
            "760.00", "2026-10-14", PhotoOf.Counterfeit, "怀疑是假冒品牌。",
            SettledByFloor, "1520.00", "MALL-3.1.1-FAKE") with
        { Acts = [Refuses("坚称为正品。"), Decides("floor-manager", Hours(3), "uphold", "品牌方书面确认为假冒。"), Answers(4, "商场主持公道。")] };
        yield return Shoe(1032, "passed on, inspection upholds", "2026-11-17T09:51:44", GoldenDeer, "leather", "glue_opening",
            "288.00", "2026-10-28", PhotoOf.GlueOpening, "开胶八厘米。",
            SettledByInspection, "259.20", "MALL-3.1.1-C", new() { ["glue_opening_cm"] = "8.0" }, glueOpeningCm: 8) with
        { Acts = [Refuses("怀疑人为撕开。"), PassesOn(Hours(1)), Decides("inspection", Hours(1) + Minutes(20), "uphold", "检验无人为痕迹。")] };
        yield return Garment(1033, "passed on, inspection upholds", "2026-11-17T14:19:29", NorthernFur, "fur", "hair_shedding",
            "3200.00", "2026-11-07", PhotoOf.Fur, "掉毛严重,不愿换货。",
            SettledByInspection, "3040.00", "MALL-3.1.2-2-DR", new() { ["exchange_refused_by_customer"] = true }) with

        {
            Acts =
            [
                Refuses("属正常浮毛。"), PassesOn(Hours(2)), Decides("inspection", Hours(2) + Minutes(25), "uphold", "掉毛超过正常范围。"),
                Answers(3, "时间有点长。"),
            ],
        };
        yield return Shoe(1034, "inspection refuses, customer goes on, manager upholds", "2026-11-18T10:33:53",
            GoldenDeer, "leather", "broken_upper",
            "330.00", "2026-11-08", PhotoOf.BrokenUpper, "鞋帮断裂。",
            SettledByManager, "313.50", "MALL-3.1.1-B") with
        {
            Acts =
            [
                Refuses("认为是划伤。"), PassesOn(Hours(1)), Decides("inspection", Hours(1) + Minutes(15), "refuse", "疑似外力划伤。"),
                Customer(Hours(20), "contest", "不是划伤,请复检。"), Decides("manager", Hours(30), "uphold", "复检确认为材质断裂。"),
            ],
        };
        yield return Shoe(1035, "passed on, inspection silent, manager upholds", "2026-11-18T16:57:15",
            LittleFeet, "children", "broken_sole",
            "128.00", "2026-11-10", PhotoOf.BrokenSole, "童鞋断底。",
            SettledByManager, "122.88", "MALL-3.1.1-A") with
        { Acts = [Refuses("不同意退货。"), PassesOn(Minutes(90)), Decides("manager", Hours(5), "uphold", "同意退货。")] };
    }

    /// <summary>Somebody does nothing: what then follows is the escalation table.</summary>
    private static IEnumerable<Story> Silent()
    {
        yield return Shoe(1036, "nobody acts, covered, a person is fined", "2026-11-19T09:00:00", GoldenDeer, "leather", "broken_sole",
            "300.00", "2026-10-20", PhotoOf.BrokenSole, "断底,没人理会。",
            DecidedByRulebook, "255.00", "MALL-3.1.1-A") with
        { Acts = [Answers(1, "两天没人管,非常失望。")] };
        yield return Shoe(1037, "nobody acts, covered, nobody to fine", "2026-11-19T10:21:06", LittleFeet, "cloth", "two_same_side",
            "66.00", "2026-11-12", PhotoOf.TwoLeftShoes, "两只都是左脚。",
            DecidedByRulebook, "66.00", "MALL-3.1.1-G");
        yield return Shoe(1038, "nobody acts, not covered", "2026-11-19T13:42:38", SwiftSports, "sports", "broken_sole",
            "369.00", "2026-09-01", PhotoOf.BrokenSole, "断底。",
            Refused, null, "MALL-3.4.2");
        yield return Shoe(1039, "floor silent for four hours, inspection upholds", "2026-11-20T09:03:20",
            GoldenDeer, "leather", "broken_sole",
            "275.00", "2026-11-10", PhotoOf.BrokenSole, "断底。",
            SettledByInspection, "261.25", "MALL-3.1.1-A") with
        { Acts = [Refuses("不认可。"), Decides("inspection", Hours(4) + Minutes(20), "uphold", "属质量问题。"), Answers(3, "一般。")] };
        yield return Shoe(1040, "counter silent, inspection upholds", "2026-11-20T11:16:42",
            SwiftSports, "synthetic_leather", "broken_upper",
            "180.00", "2026-11-14", PhotoOf.BrokenUpper, "鞋帮断裂。",
            SettledByInspection, "174.60", "MALL-3.1.1-B") with
        { Acts = [Decides("inspection", Minutes(25), "uphold", "属质量问题。")] };
        yield return Shoe(1041, "counter and inspection silent, manager refuses", "2026-11-20T15:35:10", GoldenDeer, "leather", "heel_off",
            "340.00", "2026-10-30", PhotoOf.HeelOff, "鞋跟掉了。",
            Refused, null, "MALL-3.4.4", new() { ["self_disassembled"] = true }) with
        { Acts = [Decides("manager", Hours(3), "refuse", "顾客自行拆卸。")] };
        yield return Shoe(1042, "payout never answered, finance settles", "2026-11-21T09:28:33", GoldenDeer, "leather", "two_same_side",
            "310.00", "2026-11-18", PhotoOf.TwoLeftShoes, "两只同脚。",
            AcceptedAtOnce, "310.00", "MALL-3.1.1-G") with
        {
            Payout = [Silence, Silence, Silence],
            Acts = [Supplier(Minutes(5), "accept"),
            Acts("finance", Instructed, Hours(30), new JsonObject { ["action"] = "settle", ["reason"] = "已由财务线下转账。" }, nth: 3)],
        };
        yield return Shoe(1043, "payout never answered, finance cancels", "2026-11-21T14:49:57", SwiftSports, "sports", "sizes_differ",
            "420.00", "2026-11-17", PhotoOf.SizesDiffer, "两只大小不一。",
            AcceptedAtOnce, null, "MALL-3.1.1-F") with
        {
            Payout = [Silence, Silence, Silence],
            Acts = [Supplier(Minutes(6), "accept"),
            Acts("finance", Instructed, Hours(31), new JsonObject { ["action"] = "cancel-payout", ["reason"] = "顾客已当面换货。" }, nth: 3)],
        };
        yield return Shoe(1044, "payout failed, then paid", "2026-11-22T10:11:21", GoldenDeer, "leather", "sizes_differ",
            "298.00", "2026-11-19", PhotoOf.SizesDiffer, "一大一小。",
            AcceptedAtOnce, "298.00", "MALL-3.1.1-F") with
        { Payout = [Failed], Acts = [Supplier(Minutes(4), "accept"), Answers(3, "退款晚了一天。")] };
        yield return Garment(1045, "payout failed twice, then paid", "2026-11-22T15:02:48", CityFashion, "shirt", "preference",
            "158.00", "2026-11-21", PhotoOf.Shirt, "款式不满意,无货可换。",
            AcceptedAtOnce, "158.00", "MALL-3.1.2-3-RETURN", Preference(wants: "return", sameTypeAvailable: false)) with
        { Payout = [Failed, Failed], Acts = [Supplier(Minutes(7), "accept")] };
        yield return Shoe(1046, "customer accepts at once", "2026-11-23T09:37:14", GoldenDeer, "leather", "maker_hidden_or_no_certificate",
            "199.00", "2026-11-20", PhotoOf.NoMakersLabel, "没有合格证。",
            AcceptedAtOnce, "199.00", "MALL-3.1.1-H") with
        { Acts = [Supplier(Minutes(3), "accept"), Customer(Hours(2), "accept-decision"), Answers(5, "很好。")] };
        yield return Shoe(1047, "48 hours excepted, manager decides on the third day", "2026-11-23T13:54:39",
            GoldenDeer, "leather", "broken_upper",
            "640.00", "2026-11-13", PhotoOf.BrokenUpper, "鞋帮断裂,需送检。",
            SettledByManager, "608.00", "MALL-3.1.1-B") with
        {
            Acts =
            [
                Acts("manager", Requested, Hours(20),
                    new JsonObject { ["action"] = "record-exception", ["clock"] = "48h", ["reason"] = "送省质检所检测,需三日。" }),
                Decides("manager", Hours(60), "uphold", "质检报告:材质不合格。"),
            ],
        };
        yield return Shoe(1048, "4 hours excepted, floor head decides later", "2026-11-24T10:05:56", SwiftSports, "sports", "broken_sole",
            "480.00", "2026-11-12", PhotoOf.BrokenSole, "断底。",
            SettledByFloor, "451.20", "MALL-3.1.1-A") with
        {
            Acts =
            [
                Refuses("需请示厂家。"),
                Acts("inspection", Requested, Hours(3),
                    new JsonObject { ["action"] = "record-exception", ["clock"] = "4h", ["reason"] = "等厂家代表到场。" }),
                Decides("floor-manager", Hours(6), "uphold", "厂家代表同意退货。"),
            ],
        };
    }

    /// <summary>The customer contests and goes outside the mall.</summary>
    private static IEnumerable<Story> Contested()
    {
        yield return Shoe(1049, "association finds for the customer", "2026-11-24T14:23:32", GoldenDeer, "leather", "heel_off",
            "520.00", "2026-08-01", PhotoOf.HeelOff, "鞋跟脱落,三包期刚过二十几天。",
            DecidedOutside, "260.00", "MALL-LAD-5") with
        {
            Acts =
            [
                .. RefusedByManager(), Customer(Hours(40), "contest", "希望消协调解。"),
                Outcome(Days(9), 1, "for-customer", "消协调解:退一半货款。", amount: "260.00"), Answers(3, "总算解决了。"),
            ],
        };
        yield return Shoe(1050, "association finds for the supplier", "2026-11-25T09:49:08", SwiftSports, "sports", "heel_off",
            "430.00", "2026-08-15", PhotoOf.HeelOff, "鞋跟脱落。",
            Refused, null, "MALL-3.4.2") with
        { Acts = [.. RefusedByManager(), Customer(Hours(50), "contest", "不服。"), Outcome(Days(12), 1, "for-supplier", "消协认定超期。")] };
        yield return Shoe(1051, "legal counsel finds for the supplier", "2026-11-25T15:12:45", GoldenDeer, "leather", "glue_opening",
            "390.00", "2026-10-29", PhotoOf.GlueOpening, "开胶六厘米。",
            Refused, null, "MALL-3.4.4", new() { ["man_made_damage"] = true, ["glue_opening_cm"] = "6.0" }) with
        {
            Acts =
            [
                .. RefusedByManager(), Customer(Hours(60), "contest", "不是人为的。"), Outcome(Days(10), 1, "unresolved", "消协调解未成。"),
                Outcome(Days(6), 2, "for-supplier", "法律顾问:证据不足。"),
            ],
        };
        yield return Garment(1052, "nobody outside answers, up to arbitration", "2026-11-02T13:58:18", NorthernFur, "fur", "open_seam",
            "4100.00", "2026-06-15", PhotoOf.Fur, "大衣开线。",
            InArbitration, null, "MALL-3.4.2") with
        { Acts = [.. RefusedByManager(), Customer(Hours(20), "contest", "要求仲裁。")] };
        yield return Shoe(1053, "arbitration awards the price", "2026-11-26T16:07:40", SwiftSports, "sports", "glue_opening",
            "560.00", "2026-11-02", PhotoOf.GlueOpening, "开胶九厘米。",
            DecidedOutside, "560.00", "MALL-LAD-5",
            new() { ["man_made_damage"] = true, ["glue_opening_cm"] = "9.0" }, glueOpeningCm: 9) with
        {
            Acts =
            [
                .. RefusedByManager(), Customer(Hours(30), "contest", "要求仲裁。"), Outcome(Days(8), 1, "unresolved", "调解未成。"),
                Outcome(Days(5), 2, "unresolved", "建议仲裁。"), Outcome(Days(20), 3, "for-customer", "仲裁裁决:退还货款。", amount: "560.00"),
            ],
        };
    }

    /// <summary>Messages as they come in life: twice, changed, late, withdrawn.</summary>
    private static IEnumerable<Story> Untidy()
    {
        yield return Shoe(1054, "the same message three times", "2026-11-27T09:17:26", GoldenDeer, "leather", "sizes_differ",
            "345.00", "2026-11-24", PhotoOf.SizesDiffer, "一大一小。",
            AcceptedAtOnce, "345.00", "MALL-3.1.1-F") with

        {
            Acts =
            [
                new MarketplaceRepeats(Requested, Minutes(1)), Supplier(Minutes(5), "accept"), new MarketplaceRepeats(Requested, Days(2)),
            ],
        };
        yield return Shoe(1055, "one id for two bodies", "2026-11-27T11:34:51", SwiftSports, "travel", "two_same_side",
            "215.00", "2026-11-25", PhotoOf.TwoLeftShoes, "两只同脚。",
            AcceptedAtOnce, "215.00", "MALL-3.1.1-G") with
        { Acts = [new MarketplaceReusesId(Requested, Minutes(2)), Supplier(Minutes(8), "accept")] };
        yield return Without(["has_card", "has_voucher"], Shoe(
            1056, "papers told later", "2026-11-27T14:08:03", GoldenDeer, "leather", "broken_sole", "300.00", "2026-11-17",
            PhotoOf.BrokenSole,
            "断底。", AcceptedAtOnce, "285.00", "MALL-3.1.1-A")) with
        {
            Acts =
            [
                new MarketplaceTells(Requested, Minutes(3), "case.updated",
                    new() { ["facts"] = new JsonObject { ["has_card"] = true, ["has_voucher"] = true } }),
                Supplier(Minutes(9), "accept"), Answers(4, "好。"),
            ],
        };
        yield return Shoe(1057, "two statements that differ", "2026-11-28T09:41:37", SwiftSports, "sports", "broken_upper",
            "388.00", "2026-11-18", PhotoOf.BrokenUpper, "鞋帮断裂。",
            AcceptedAtOnce, "368.60", "MALL-3.1.1-B") with
        {
            Acts =
            [
                new MarketplaceTells(Requested, Minutes(2), "case.updated",
                    new() { ["facts"] = new JsonObject { ["defect"] = "heel_off" } }),
                Supplier(Minutes(6), "accept"),
            ],
        };
        yield return Shoe(1058, "withdrawn by the marketplace", "2026-11-28T13:26:14", GoldenDeer, "leather", "heel_off",
            "450.00", "2026-11-20", PhotoOf.HeelOff, "鞋跟掉了。",
            Withdrawn, null, "MALL-3.1.1-R", kind: "repair") with
        { Acts = [new MarketplaceTells(Requested, Minutes(7), "case.withdrawn", [])] };
        yield return Shoe(1059, "withdrawn by the customer", "2026-11-28T16:55:49", LittleFeet, "cloth", "heel_off",
            "58.00", "2026-11-22", PhotoOf.HeelOff, "鞋跟掉了。",
            Withdrawn, null, "MALL-3.1.1-R", kind: "repair") with
        { Acts = [Refuses("布鞋不保修。"), Decides("floor-manager", Hours(1), "refuse", "布鞋掉跟不予修理。"), Customer(Hours(3), "withdraw")] };
        yield return Shoe(1060, "a photo sent afterwards", "2026-11-29T10:30:22", GoldenDeer, "leather", "broken_sole",
            "360.00", "2026-11-09", PhotoOf.SoundShoe, "断底,照片后补。",
            AcceptedAtOnce, "324.00", "MALL-3.1.1-A") with
        {
            Acts =
            [
                new PersonUploads(Requested, Minutes(2), "marketplace",
                    new Picture("sole.jpg", () => Photo.Take(PhotoOf.BrokenSole, 61, At("2026-11-29T10:31:00")))),
                Supplier(Minutes(8), "accept"),
            ],
        };
    }

    /// <summary>The body of a story's first message.</summary>
    /// <param name="photosAt">Where the marketplace keeps the photos that it sends as links.</param>
    public static byte[] Request(Story story, Uri photosAt) => Message("case.requested", story.RequestedAt, new JsonObject
    {
        ["externalId"] = story.ExternalId,
        ["customer"] = new JsonObject
        {
            ["id"] = story.Customer.Id,
            ["name"] = story.Customer.Name,
            ["phone"] = story.Customer.Phone,
            ["email"] = story.Customer.Email,
            ["city"] = story.Customer.City,
            ["locale"] = "zh-CN",
        },
        ["supplier"] = new JsonObject { ["id"] = story.Supplier.Id, ["name"] = story.Supplier.Name },
        ["order"] = new JsonObject
        {
            ["id"] = $"O-{story.ExternalId[2..]}",
            ["line"] = "1",
            ["paid"] = story.Paid,
            ["freight"] = "0.00",
            ["currency"] = "CNY",
            ["soldAt"] = Text(story.SoldAt),
        },
        ["claim"] = new JsonObject { ["kind"] = story.Kind, ["reason"] = "quality", ["description"] = story.Description },
        ["facts"] = story.Facts.DeepClone(),
        ["evidence"] = new JsonArray([.. story.Pictures.Select(p => p.ByLink
            ? new JsonObject { ["name"] = p.Name, ["url"] = new Uri(photosAt, $"{story.ExternalId}/{p.Name}").ToString() }
            : new JsonObject { ["name"] = p.Name, ["contentType"] = "image/jpeg", ["data"] = Convert.ToBase64String(p.Jpeg) })]),
    });

    /// <summary>A message of the canonical shape.</summary>
    public static byte[] Message(string type, DateTimeOffset at, JsonObject data) =>
        Encoding.UTF8.GetBytes(new JsonObject { ["type"] = type, ["timestamp"] = Text(at), ["data"] = data }.ToJsonString());

    /// <summary>An instant of the mall's zone, from its local text.</summary>
    public static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "+08:00");

    private static string Text(DateTimeOffset instant) => instant.ToString("yyyy-MM-ddTHH:mm:sszzz");

    private static Story Shoe(
        int number, string title, string at, Supplier supplier, string goodsClass, string defect, string paid, string sold, PhotoOf photo,
        string description,
        Ending ending, string? refund, string clause, JsonObject? facts = null, string kind = "return", double glueOpeningCm = 6) =>
        Request(number, title, at, supplier, "shoe", goodsClass, defect, paid, sold, photo, description, ending, refund, clause, facts,
            kind, glueOpeningCm);

    private static Story Garment(
        int number, string title, string at, Supplier supplier, string goodsClass, string defect, string paid, string sold, PhotoOf photo,
        string description,
        Ending ending, string? refund, string clause, JsonObject? facts = null, string kind = "return") =>
        Request(number, title, at, supplier, "clothing", goodsClass, defect, paid, sold, photo, description, ending, refund, clause, facts,
            kind, 0);

    private static Story Request(
        int number, string title, string at, Supplier supplier, string category, string goodsClass, string defect, string paid, string sold,
        PhotoOf photo,
        string description, Ending ending, string? refund, string clause, JsonObject? more, string kind, double glueOpeningCm)
    {
        var requested = At(at);
        var facts = new JsonObject
        {
            ["category"] = category,
            ["goods_class"] = new JsonArray(goodsClass),
            ["defect"] = defect,
            ["has_card"] = true,
            ["has_voucher"] = true,
            ["both_acknowledge_sale"] = false,
            ["clearance_goods"] = false,
            ["man_made_damage"] = false,
            ["self_disassembled"] = false,
            ["goods_match_papers"] = true,
            ["prior_repairs_same_defect"] = 0,
        };
        foreach (var (name, value) in more ?? [])
        {
            facts[name] = value!.DeepClone();
        }

        // The defect from near, and the receipt with every second request; every fourth receipt is a link.
        var taken = requested.AddMinutes(-20);
        List<Picture> pictures = [new("defect.jpg", () => Photo.Take(photo, number, taken, glueOpeningCm))];
        if (number % 2 == 0 && photo != PhotoOf.Receipt)
        {
            pictures.Add(new("receipt.jpg", () => Photo.Take(PhotoOf.Receipt, number, taken.AddMinutes(1)), byLink: number % 4 == 0));
        }

        return new Story($"R-{number}", title, requested, People.Customer(number - 1000), supplier, paid, At($"{sold}T12:00:00"), kind,
            description, facts, pictures)
        {
            Expected = new(ending, refund, clause),
        };
    }

    private static Story Without(IEnumerable<string> facts, Story story)
    {
        foreach (var name in facts)
        {
            story.Facts.Remove(name);
        }

        return story;
    }

    private static JsonObject Preference(string wants, bool sameTypeAvailable) => new()
    {
        ["unworn"] = true,
        ["original_state"] = true,
        ["same_type_available"] = sameTypeAvailable,
        ["wants"] = wants,
        ["customer_out_of_town"] = false,
    };

    private static PersonActs Acts(string role, Moment after, TimeSpan delay, JsonObject body, int nth = 1) =>
        new(after, delay, role, body, nth);

    private static PersonActs Supplier(TimeSpan delay, string action) =>
        Acts("supplier", Requested, delay, new JsonObject { ["action"] = action });

    private static PersonActs Refuses(string statement) =>
        Acts("supplier", Requested, Minutes(6), new JsonObject { ["action"] = "refuse", ["statement"] = statement });

    private static PersonActs PassesOn(TimeSpan delay) =>
        Acts("floor-manager", Requested, delay, new JsonObject { ["action"] = "pass-on" });

    private static PersonActs Decides(
        string role, TimeSpan delay, string outcome, string reason, string? remedy = null, string? amount = null) =>
        Acts(role, Requested, delay, Granting(
            new JsonObject { ["action"] = "decide", ["outcome"] = outcome, ["reason"] = reason }, remedy, amount));

    private static IReadOnlyList<Act> RefusedByFloor(string reason) =>
        [Refuses(reason), Decides("floor-manager", Minutes(100), "refuse", reason)];

    private static IReadOnlyList<Act> RefusedByManager() =>
        [Refuses("不同意。"), PassesOn(Minutes(70)), Decides("manager", Hours(5), "refuse", "依据三包规定不予支持。")];

    private static PersonActs Customer(TimeSpan delay, string action, string? reason = null)
    {
        var body = new JsonObject { ["action"] = action };
        if (reason is not null)
        {
            body["reason"] = reason;
        }

        return Acts("customer", Decided, delay, body);
    }

    private static PersonActs Outcome(TimeSpan delay, int nthReferral, string outcome, string note, string? amount = null)
    {
        var body = new JsonObject { ["action"] = "record-outcome", ["outcome"] = outcome, ["note"] = note };
        return Acts("agent", Referred, delay, Granting(body, amount is null ? null : "compensation", amount), nthReferral);
    }

    private static CustomerAnswers Answers(int score, string comment) => new(Hours(5), score, comment);

    private static TimeSpan Minutes(double minutes) => TimeSpan.FromMinutes(minutes);

    private static TimeSpan Hours(double hours) => TimeSpan.FromHours(hours);

    private static TimeSpan Days(double days) => TimeSpan.FromDays(days);
}
