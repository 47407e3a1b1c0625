using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks;

/// <summary>The facts that the mall's claim and supplier-charge clauses know.</summary>
internal static class MallFacts
{
    public static FactCatalogue Catalogue { get; } = new(
    [
        Fact("category", FactKinds.Text, "kind of goods: shoe, clothing, photosensitive, underwear, cosmetics, tobacco_alcohol_food or another", "商品类别"),
        Fact("goods_class", FactKinds.TextList, "product classes, such as leather, sports, suit, fur", "商品分类"),
        Fact("sale_date", FactKinds.Day, "day of the sale", "售出日期"),
        Fact("claim_date", FactKinds.Day, "day on which the claim was registered", "投诉登记日期"),
        Fact("price", FactKinds.Amount, "price paid, by the voucher", "票面实付价款"),
        Fact("defect", FactKinds.Text, "what is wrong; preference or none when there is no quality problem", "质量问题"),
        Fact("extra_grounds", FactKinds.TextList, "further grounds A to I that apply", "另具备的退换情形", "A", "B", "C", "D", "E", "F", "G", "H", "I"),
        Fact("glue_opening_cm", FactKinds.Number, "length of the glue opening on one shoe, in centimetres", "单只鞋开胶长度(厘米)"),
        Fact("prior_repairs_same_defect", FactKinds.Whole, "completed repairs of the same defect", "同一质量问题已修次数"),
        Fact("has_card", FactKinds.Truth, "the three-guarantees card is there", "有三包卡"),
        Fact("has_voucher", FactKinds.Truth, "the mall's invoice or sales voucher is there", "有发票或销货凭证"),
        Fact("both_acknowledge_sale", FactKinds.Truth, "both sides acknowledge the sale", "双方认可购买"),
        Fact("clearance_goods", FactKinds.Truth, "sold as clearance goods", "标明为处理品"),
        Fact("man_made_damage", FactKinds.Truth, "damaged by the wearer", "人为损坏"),
        Fact("self_disassembled", FactKinds.Truth, "taken apart by the customer", "自行拆卸"),
        Fact("goods_match_papers", FactKinds.Truth, "the goods match voucher and card", "实物与凭证、三包卡相符"),
        Fact("washed_out_of_shape", FactKinds.Truth, "soiled, damaged or washed out of shape", "弄脏弄残或洗涤变形"),
        Fact("period_override", FactKinds.Truth, "a manager set the guarantee period aside", "主管准予不计三包期限"),
        Fact("exchange_refused_by_customer", FactKinds.Truth, "the customer does not want an exchange", "消费者不愿换货"),
        Fact("wants", FactKinds.Text, "what the customer asks for", "消费者要求", "exchange", "return", "repair"),
        Fact("unworn", FactKinds.Truth, "not worn", "未穿用"),
        Fact("original_state", FactKinds.Truth, "in its original state", "保持原状"),
        Fact("same_type_available", FactKinds.Truth, "an article of the same type is available", "有同类型商品"),
        Fact("customer_out_of_town", FactKinds.Truth, "the customer's home is outside the mall's city", "外阜顾客"),
        Fact("quality_problem_confirmed", FactKinds.Truth, "a quality problem was confirmed", "确属质量问题"),
        Fact("appraisal_recorded", FactKinds.Truth, "an appraisal was recorded", "已鉴定"),
        Fact("spoiled", FactKinds.Truth, "found spoiled", "发现变质"),
        Fact("expired", FactKinds.Truth, "past its date", "过期"),
        Fact("mouldy", FactKinds.Truth, "mouldy", "发生霉变"),
        Fact("question", FactKinds.Text, "what is asked about goods without a clause", "咨询事项"),
        Fact("handed_in", FactKinds.Day | FactKinds.Moment, "when the goods were handed in for repair", "送修时间"),
        Fact("agreed_date", FactKinds.Day, "day agreed for the repair", "商定日期"),
        Fact("returned_to_customer", FactKinds.Moment, "when the repaired goods were given back", "修好交还时间"),
        Fact("done_at", FactKinds.Moment, "when the work was done", "完成时间"),
        Fact("counter_cooperates", FactKinds.Truth, "the counter cooperates", "专柜配合执行"),
        Fact("compensation", FactKinds.Amount, "compensation due to the customer", "赔偿金"),
        Fact("deposit_balance", FactKinds.Amount, "balance of the quality deposit", "质量保证金余额"),
        Fact("deposit_required", FactKinds.Amount, "full amount of the quality deposit", "质量保证金满额"),
        Fact("deposit_paid", FactKinds.Amount, "deposit paid in", "已交保证金"),
        Fact("supplier", FactKinds.Text, "supplier", "供应商"),
        Fact("pay_customer", FactKinds.Amount, "paid to the customer out of the deposit", "从保证金支付顾客"),
        Fact("deducted_on", FactKinds.Day, "day of the deduction", "抵扣日期"),
        Fact("payables_to_supplier", FactKinds.Amount, "what the mall owes the supplier", "应付供应商货款"),
        Fact("remedy", FactKinds.Text, "remedy given", "处理方式"),
        Fact("refund", FactKinds.Amount, "refund to the customer", "退款"),
        Fact("refund_paid", FactKinds.Amount, "refund that was paid out", "已付退款"),
        Fact("return_fee", FactKinds.Amount, "depreciation kept on a return", "退货折旧费"),
        Fact("paid_by", FactKinds.Text, "who paid the customer first", "先行负责方"),
        Fact("responsible_party", FactKinds.Text, "maker or other seller responsible", "责任方"),
        Fact("injury_cost", FactKinds.Amount, "damage to person or property", "人身财产损害"),
        Fact("quality_cause_confirmed", FactKinds.Truth, "the damage was caused by quality", "损害由质量问题造成"),
        Fact("finding", FactKinds.Text, "what was found on the counter", "查获情形"),
        Fact("confirmed", FactKinds.Truth, "found true", "情况属实"),
        Fact("units_on_counter", FactKinds.Whole, "units on the counter", "柜上件数"),
        Fact("base_penalty", FactKinds.Amount, "base amount of the penalty", "处罚基数"),
        Fact("complaint", FactKinds.Text, "short_weight or short_measure", "缺斤少两、少尺短寸"),
        Fact("supplier_resolved", FactKinds.Truth, "the supplier resolved the complaint as required", "供应商按规定解决"),
        Fact("customer_remedy_cost", FactKinds.Amount, "cost of the customer's remedy", "顾客补救费用"),
        Fact("responsible_person", FactKinds.Text, "the person responsible", "当事人"),
        Fact("unresolved_cases_same_person", FactKinds.Whole, "unresolved cases of the same person", "同一当事人未解决件数"),
    ]);

    private static FactDefinition Fact(string name, FactKinds kinds, string english, string chinese, params ImmutableArray<string> symbols) =>
        new(name, kinds, english, chinese, symbols);
}
