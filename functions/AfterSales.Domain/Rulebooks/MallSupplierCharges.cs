using System.Collections.Immutable;
using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Rulebooks;

/// <summary>What a case costs the supplier: deposit, recovery, doubles and the fine on the person responsible.</summary>
internal static class MallSupplierCharges
{
    public static readonly Money FineOnPerson = Money.Yuan("20.00");

    private const int TopUpDays = 7;

    /// <summary>The customer is paid first; what was paid out, net of fees kept, is recovered from whoever is responsible (X-41).</summary>
    public static void Recovery(Evaluation charge)
    {
        Facts facts = charge.Facts;
        if (facts.Amount("refund") is { } refund && facts.Text("paid_by") is { } payer && facts.Text("responsible_party") is { } responsible
            && facts.Text("remedy") is "return" or null)
        {
            charge.Conclude("entries", Rows(
                Entry(payer, "customer", refund, "quality return paid first"),
                Entry(responsible, payer, refund, "recovery")));
            charge.Conclude("customer_waits_for_blame", false);
            charge.Conclude("recovery_claim", refund);
            charge.Cite("MALL-QFR-1", $"{payer} paid {refund} first", $"{payer}先行支付{refund}");
            charge.Cite("MALL-QFR-3", $"{refund} recovered from {responsible}", $"向{responsible}追偿{refund}");
            return;
        }
        if (facts.Amount("injury_cost") is { } injury && facts.Truth("quality_cause_confirmed") is { } caused)
        {
            Money paid = caused ? injury : Money.Zero;
            charge.Conclude("paid_to_customer", paid);
            charge.Conclude("recovery_claim", paid);
            charge.Cite("MALL-QFR-2", $"quality_cause_confirmed {new RuleValue.Truth(caused)}, {injury}", $"损害{injury},{(caused ? "系" : "非")}质量问题造成");
            return;
        }
        if ((facts.Amount("refund_paid") ?? facts.Amount("price") - facts.Amount("return_fee")) is not { } net || facts.Find("responsible_party") is null) return;
        charge.Conclude("recovery_claim", net);
        charge.Cite("MALL-QFR-3", $"net amount paid out {net}", $"实际支付净额{net}");
    }

    public static void NonCooperation(Evaluation charge)
    {
        if (charge.Facts.Find("compensation") is null && charge.Facts.Find("handed_in") is not null) return;
        if (charge.Truth("counter_cooperates", "MALL-LIM-6") is not { } cooperates
            || charge.Amount("compensation", "MALL-LIM-6") is not { } compensation)
            return;
        charge.Conclude("entries", cooperates ? Rows() : Rows(Entry("deposit", "customer", compensation)));
        charge.Cite("MALL-LIM-6", $"counter_cooperates {new RuleValue.Truth(cooperates)}, compensation {compensation}", $"专柜{(cooperates ? "" : "不")}配合,赔偿金{compensation}");
        if (charge.Amount("deposit_balance", "MALL-LIM-6") is { } balance)
            charge.Conclude("deposit_balance", cooperates ? balance : balance - compensation);
    }

    public static void DepositPaid(Evaluation charge)
    {
        if (charge.Text("supplier", "MALL-DEP-1") is not { } supplier || charge.Amount("deposit_paid", "MALL-DEP-1") is not { } paid) return;
        charge.Conclude("account", $"quality_deposit:{supplier}");
        charge.Conclude("balance", paid);
        charge.Conclude("held_by", "finance");
        charge.Cite("MALL-DEP-1", $"deposit_paid {paid}", $"已交{paid}");
    }

    /// <summary>Paid out of the deposit, then topped up from payables within 7 days, the rest claimed in cash (X-31).</summary>
    public static void PaidFromDeposit(Evaluation charge)
    {
        if (charge.Amount("deposit_balance", "MALL-LAD-3") is not { } balance || charge.Amount("pay_customer", "MALL-LAD-3") is not { } paid) return;
        Money after = balance - paid;
        charge.Conclude("balance_after_deduction", after);
        charge.Cite("MALL-LAD-3", $"{balance} - {paid} = {after}", $"{balance} - {paid} = {after}");
        if (charge.Day("deducted_on", "MALL-LAD-4") is { } day) charge.Conclude("top_up_due", DayCount.EndOfDay(day, TopUpDays));
        if (charge.Amount("deposit_required", "MALL-LAD-4") is not { } required || charge.Amount("payables_to_supplier", "MALL-LAD-4") is not { } payables) return;
        Money shortfall = Money.Max(required - after, Money.Zero);
        Money topUp = Money.Min(shortfall, payables);
        charge.Conclude("top_up", topUp);
        charge.Conclude("payables_after", payables - topUp);
        charge.Conclude("deposit_balance", after + topUp);
        charge.Conclude("cash_claim", shortfall - topUp);
        charge.Cite("MALL-LAD-4", $"short of {required} by {shortfall}; payables {payables}", $"距满额{required}差{shortfall};货款{payables}");
    }

    public static void CounterfeitOnCounter(Evaluation charge)
    {
        if (charge.Truth("confirmed", "MALL-LAD-7") is not { } confirmed) return;
        Money? penalty = charge.Amount("base_penalty", "MALL-LAD-7");
        if (penalty is { } amount) charge.Conclude("penalty", confirmed ? amount * 2 : Money.Zero);
        if (charge.Whole("units_on_counter", "MALL-LAD-7") is { } units) charge.Conclude("confiscate_units", confirmed ? units : 0);
        if (confirmed) charge.Conclude("charged_to", "deposit");
        charge.Cite("MALL-LAD-7", $"confirmed {new RuleValue.Truth(confirmed)}, base {penalty}", $"{(confirmed ? "属实" : "不属实")},基数{penalty}");
    }

    /// <summary>The remedy, and the price once more: double in all, from the supplier's deposit (X-36).</summary>
    public static void ShortMeasure(Evaluation charge)
    {
        if (charge.Truth("confirmed", "MALL-LAD-9") is not { } confirmed) return;
        if (!confirmed)
        {
            charge.Conclude("compensation", Money.Zero);
            charge.Cite("MALL-LAD-9", "confirmed false", "情况不属实");
            return;
        }
        if (charge.Amount("price", "MALL-LAD-9") is not { } price) return;
        charge.Conclude("compensation", price);
        charge.Conclude("charged_to", "supplier_deposit");
        string? remedy = charge.Text("remedy", "MALL-LAD-8");
        charge.Cite("MALL-LAD-8", $"confirmed true, remedy {remedy ?? "open"}", $"情况属实,处理方式 {remedy ?? "未定"}");
        charge.Cite("MALL-LAD-9", $"1 x {price} on top of the remedy", $"另按原价{price}加倍补偿");
        if (remedy == "return")
        {
            charge.Conclude("refund", price);
            charge.Conclude("customer_total", price * 2);
            charge.Pay("price", price, "MALL-LAD-8");
        }
        else if (remedy == "exchange")
        {
            charge.Conclude("exchange_fee", Money.Zero);
            charge.Conclude("customer_total", price);
        }
        charge.Pay("compensation", price, "MALL-LAD-9");
    }

    /// <summary>The supplier did not resolve the complaint: cost from the deposit, 20 yuan a case on the person (X-35).</summary>
    public static void Unresolved(Evaluation charge)
    {
        if (charge.Facts.Whole("unresolved_cases_same_person") is { } cases)
        {
            charge.Conclude("fine_total", FineOnPerson * cases);
            charge.Cite("MALL-C8.4-20", $"{cases} unresolved case(s) x {FineOnPerson}", $"未解决{cases}件 × {FineOnPerson}元");
        }
        if (charge.Facts.Truth("supplier_resolved") is not { } resolved)
        {
            if (charge.Facts.Find("unresolved_cases_same_person") is null) charge.Miss("supplier_resolved", "MALL-C8.4-DED");
            return;
        }
        var entries = new List<RuleValue>();
        Money cost = charge.Facts.Amount("customer_remedy_cost") ?? Money.Zero;
        if (!resolved && charge.Amount("customer_remedy_cost", "MALL-C8.4-DED") is not null) entries.Add(Entry("deposit", "customer", cost));
        if (!resolved && charge.Text("responsible_person", "MALL-C8.4-20") is { } person) entries.Add(Entry(person, "mall", FineOnPerson));
        charge.Conclude("entries", new RuleValue.Items([.. entries]));
        charge.Conclude("notice_to_supplier", !resolved);
        if (charge.Facts.Amount("deposit_balance") is { } balance) charge.Conclude("deposit_balance", resolved ? balance : balance - cost);
        charge.Cite("MALL-C8.4-DED", $"supplier_resolved {new RuleValue.Truth(resolved)}, cost {cost}", $"供应商{(resolved ? "已" : "未")}按规定解决,费用{cost}");
        if (entries.Count > 1) charge.Cite("MALL-C8.4-20", $"supplier_resolved false: {FineOnPerson} on the person", $"当事人罚款{FineOnPerson}元");
    }

    private static RuleValue Rows(params IEnumerable<RuleValue> rows) => new RuleValue.Items([.. rows]);

    private static RuleValue Entry(string from, string to, Money amount, string? reason = null)
    {
        ImmutableArray<KeyValuePair<string, RuleValue>> fields =
            [KeyValuePair.Create<string, RuleValue>("from", from), KeyValuePair.Create<string, RuleValue>("to", to), KeyValuePair.Create<string, RuleValue>("amount", amount)];
        return new RuleValue.Row(reason is null ? fields : fields.Add(KeyValuePair.Create<string, RuleValue>("reason", reason)));
    }
}
