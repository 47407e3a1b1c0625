using System.Text.RegularExpressions;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The words for the symbols of facts and their values, so that a reason reads as a sentence in either language.</summary>
internal static partial class RuleWords
{
    private static readonly Dictionary<string, (string English, string Chinese)> Values = new()
    {
        ["shoe"] = ("shoe", "鞋类"),
        ["clothing"] = ("clothing", "服装类"),
        ["photosensitive"] = ("photosensitive material", "感光材料"),
        ["underwear"] = ("underwear", "内衣类"),
        ["cosmetics"] = ("cosmetics", "化妆、洗涤用品"),
        ["tobacco_alcohol_food"] = ("tobacco, alcohol, foodstuffs", "烟酒、副食品"),
        ["leather"] = ("leather", "皮革"),
        ["travel"] = ("travel shoes", "旅游鞋"),
        ["sports"] = ("sports shoes", "运动鞋"),
        ["synthetic_leather"] = ("synthetic leather", "合成革"),
        ["cloth"] = ("cloth shoes", "布鞋"),
        ["children"] = ("children's shoes", "童鞋"),
        ["suit"] = ("suit", "西服"),
        ["fur"] = ("fur", "裘皮"),
        ["sheepskin"] = ("sheepskin", "羊皮"),
        ["leather_garment"] = ("leather garment", "皮革服"),
        ["synthetic_leather_garment"] = ("synthetic-leather garment", "合成革服"),
        ["jacket"] = ("jacket", "茄克衫"),
        ["zhongshan_suit"] = ("Zhongshan suit", "中山服"),
        ["broken_sole"] = ("broken sole", "断底"),
        ["broken_upper"] = ("broken upper", "断帮"),
        ["sizes_differ"] = ("two sizes in one pair", "两只鞋号码大小不一致"),
        ["two_same_side"] = ("two shoes of one side", "两只鞋一顺顺"),
        ["maker_hidden_or_no_certificate"] = ("maker concealed or no certificate", "隐匿厂名、厂址或无合格证"),
        ["counterfeit"] = ("counterfeit", "假冒"),
        ["glue_opening"] = ("glue opening", "开胶"),
        ["heel_off"] = ("heel off", "掉跟"),
        ["open_seam"] = ("open seam", "开线"),
        ["paint_peel_fade"] = ("paint peeling or fading", "掉漆褪色"),
        ["fading"] = ("fading", "褪色"),
        ["zip_broken"] = ("broken zip", "拉锁坏"),
        ["eyelet_lost"] = ("eyelet lost", "掉扣眼"),
        ["shine"] = ("shine marks", "起光"),
        ["hair_shedding"] = ("hair shedding", "掉毛"),
        ["preference"] = ("preference only", "花色、规格、品种不满意"),
        ["true"] = ("yes", "是"),
        ["false"] = ("no", "否"),
        ["unknown"] = ("unknown", "不详"),
    };

    public static string English(string text, FactCatalogue facts) =>
        Symbol().Replace(text, match => Values.TryGetValue(match.Value, out var words) ? words.English
            : match.Value.Contains('_', StringComparison.Ordinal) && facts.Find(match.Value) is { } fact ? fact.English
            : match.Value);

    public static string Chinese(string text, FactCatalogue facts) =>
        Symbol().Replace(text, match => Values.TryGetValue(match.Value, out var words) ? words.Chinese : facts.Find(match.Value)?.Chinese ?? match.Value);

    [GeneratedRegex("[a-z]+(?:_[a-z]+)*", RegexOptions.None, matchTimeoutMilliseconds: 100)]
    private static partial Regex Symbol();
}
