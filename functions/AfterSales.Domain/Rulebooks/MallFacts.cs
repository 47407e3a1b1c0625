using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The facts that the mall's claim and supplier-charge clauses know.</summary>
internal static class MallFacts
{
    private static readonly CelType TextList = new CelType.List(CelType.Text);

    public static FactCatalogue Catalogue { get; } = new(
    [
        Fact("category", CelType.Text, "kind of goods: shoe, clothing, photosensitive, underwear, cosmetics, tobacco_alcohol_food or another", "商品类别"),
        Fact("goods_class", TextList, "product classes, such as leather, sports, suit, fur", "商品分类"),
        Fact("sale_date", CelType.Date, "day of the sale", "售出日期"),
        Fact("claim_date", CelType.Date, "day on which the claim was registered", "投诉登记日期"),
        Fact("price", CelType.Money, "price paid, by the voucher", "票面实付价款"),
        Fact("defect", CelType.Text, "what is wrong; preference or none when there is no quality problem", "质量问题"),
        Fact("extra_grounds", TextList, "further grounds A to I that apply", "另具备的退换情形", "A", "B", "C", "D", "E", "F", "G", "H", "I"),
        Fact("glue_opening_cm", CelType.Decimal, "length of the glue opening on one shoe, in centimetres", "单只鞋开胶长度(厘米)"),
        Fact("prior_repairs_same_defect", CelType.Int, "completed repairs of the same defect", "同一质量问题已修次数"),
        Fact("has_card", CelType.Bool, "the three-guarantees card is there", "有三包卡"),
        Fact("has_voucher", CelType.Bool, "the mall's invoice or sales voucher is there", "有发票或销货凭证"),
        Fact("both_acknowledge_sale", CelType.Bool, "both sides acknowledge the sale", "双方认可购买"),
        Fact("clearance_goods", CelType.Bool, "sold as clearance goods", "标明为处理品"),
        Fact("man_made_damage", CelType.Bool, "damaged by the wearer", "人为损坏"),
        Fact("self_disassembled", CelType.Bool, "taken apart by the customer", "自行拆卸"),
        Fact("goods_match_papers", CelType.Bool, "the goods match voucher and card", "实物与凭证、三包卡相符"),
        Fact("washed_out_of_shape", CelType.Bool, "soiled, damaged or washed out of shape", "弄脏弄残或洗涤变形"),
        Fact("period_override", CelType.Bool, "a manager set the guarantee period aside", "主管准予不计三包期限"),
        Fact("exchange_refused_by_customer", CelType.Bool, "the customer does not want an exchange", "消费者不愿换货"),
        Fact("wants", CelType.Text, "what the customer asks for", "消费者要求", "exchange", "return", "repair"),
        Fact("unworn", CelType.Bool, "not worn", "未穿用"),
        Fact("original_state", CelType.Bool, "in its original state", "保持原状"),
        Fact("same_type_available", CelType.Bool, "an article of the same type is available", "有同类型商品"),
        Fact("customer_out_of_town", CelType.Bool, "the customer's home is outside the mall's city", "外阜顾客"),
        Fact("quality_problem_confirmed", CelType.Bool, "a quality problem was confirmed", "确属质量问题"),
        Fact("appraisal_recorded", CelType.Bool, "an appraisal was recorded", "已鉴定"),
        Fact("spoiled", CelType.Bool, "found spoiled", "发现变质"),
        Fact("expired", CelType.Bool, "past its date", "过期"),
        Fact("mouldy", CelType.Bool, "mouldy", "发生霉变"),
        Fact("question", CelType.Text, "what is asked about goods without a clause", "咨询事项"),
        Fact("handed_in", CelType.DateOrDateTime, "when the goods were handed in for repair", "送修时间"),
        Fact("agreed_date", CelType.Date, "day agreed for the repair", "商定日期"),
        Fact("returned_to_customer", CelType.DateTime, "when the repaired goods were given back", "修好交还时间"),
        Fact("done_at", CelType.DateTime, "when the work was done", "完成时间"),
        Fact("counter_cooperates", CelType.Bool, "the counter cooperates", "专柜配合执行"),
        Fact("compensation", CelType.Money, "compensation due to the customer", "赔偿金"),
        Fact("deposit_balance", CelType.Money, "balance of the quality deposit", "质量保证金余额"),
        Fact("deposit_required", CelType.Money, "full amount of the quality deposit", "质量保证金满额"),
        Fact("deposit_paid", CelType.Money, "deposit paid in", "已交保证金"),
        Fact("supplier", CelType.Text, "supplier", "供应商"),
        Fact("pay_customer", CelType.Money, "paid to the customer out of the deposit", "从保证金支付顾客"),
        Fact("deducted_on", CelType.Date, "day of the deduction", "抵扣日期"),
        Fact("payables_to_supplier", CelType.Money, "what the mall owes the supplier", "应付供应商货款"),
        Fact("remedy", CelType.Text, "remedy given", "处理方式"),
        Fact("refund", CelType.Money, "refund to the customer", "退款"),
        Fact("refund_paid", CelType.Money, "refund that was paid out", "已付退款"),
        Fact("return_fee", CelType.Money, "depreciation kept on a return", "退货折旧费"),
        Fact("paid_by", CelType.Text, "who paid the customer first", "先行负责方"),
        Fact("responsible_party", CelType.Text, "maker or other seller responsible", "责任方"),
        Fact("injury_cost", CelType.Money, "damage to person or property", "人身财产损害"),
        Fact("quality_cause_confirmed", CelType.Bool, "the damage was caused by quality", "损害由质量问题造成"),
        Fact("finding", CelType.Text, "what was found on the counter", "查获情形"),
        Fact("confirmed", CelType.Bool, "found true", "情况属实"),
        Fact("units_on_counter", CelType.Int, "units on the counter", "柜上件数"),
        Fact("base_penalty", CelType.Money, "base amount of the penalty", "处罚基数"),
        Fact("complaint", CelType.Text, "short_weight or short_measure", "缺斤少两、少尺短寸"),
        Fact("supplier_resolved", CelType.Bool, "the supplier resolved the complaint as required", "供应商按规定解决"),
        Fact("customer_remedy_cost", CelType.Money, "cost of the customer's remedy", "顾客补救费用"),
        Fact("responsible_person", CelType.Text, "the person responsible", "当事人"),
        Fact("unresolved_cases_same_person", CelType.Int, "unresolved cases of the same person", "同一当事人未解决件数"),
    ]);

    private static FactDefinition Fact(string name, CelType type, string english, string chinese, params ImmutableArray<string> symbols) =>
        new(name, type, english, chinese, symbols);
}
