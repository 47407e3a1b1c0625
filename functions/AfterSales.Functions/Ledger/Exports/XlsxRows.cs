using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using NodaTime;
using NodaTime.Text;
using SpreadCheetah;
using SpreadCheetah.Styling;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>How the cells of a workbook look.</summary>
internal sealed record XlsxStyles(StyleId Head, StyleId Amount, StyleId Day);

/// <summary>The rows of a workbook's sheets, and the headings above them.</summary>
internal sealed class XlsxRows(XlsxStyles styles)
{
    private readonly ChartNames _names = new();

    public XlsxStyles Styles => styles;

    /// <summary>Of a sheet of lines.</summary>
    public static IReadOnlyList<(string Name, int Width)> LineColumns { get; } =
    [
        ("供应商 Supplier", 14), ("序号 Sequence", 10), ("行 Line", 6), ("日期 Date", 12), ("状态 Phase", 10), ("类别 Kind", 12),
        ("科目 Account", 30), ("科目名称", 16), ("Account name", 22), ("借方 Debit", 14), ("贷方 Credit", 14), ("冻结借方 Held debit", 14),
        ("冻结贷方 Held credit", 14), ("币种 Currency", 8), ("条款 Clauses", 24), ("案件 Case", 34), ("凭证 Reference", 24), ("备注 Note", 30),
        ("所属日期 Belongs to", 12), ("记账时间 Recorded (UTC)", 22), ("分录 Entry", 34), ("针对分录 Target", 34), ("摘要值 Digest", 20),
    ];

    /// <summary>Of the sheet of balances; an amount in credit is positive.</summary>
    public static IReadOnlyList<(string Name, int Width)> BalanceColumns { get; } =
    [
        ("供应商 Supplier", 14), ("科目 Account", 30), ("科目名称", 16), ("Account name", 22), ("类型 Type", 10), ("期初 Opening", 14),
        ("借方 Debit", 14), ("贷方 Credit", 14), ("期末 Closing", 14), ("冻结 Held", 14),
    ];

    /// <summary>Of the sheet of totals.</summary>
    public static IReadOnlyList<(string Name, int Width)> TotalColumns { get; } = [("项目 Item", 44), ("合计 Total", 18), ("核对 Check", 16)];

    public Cell[] Of(LedgerLine line)
    {
        (LedgerEntry entry, EntryReason reason) = (line.Entry, line.Entry.Reason);
        ChartLine? chart = line.Account is { } account ? _names.LineOf(account, entry.Supplier) : null;
        return
        [
            new(entry.Supplier.ToString()), new(entry.Sequence), new(line.Number), Day(reason.EffectiveOn), new(WireName.Of(entry.Phase)),
            new(reason.Kind), new(line.Account?.ToString()), new(chart?.Name.Zh), new(chart?.Name.En), Amount(line.Debit), Amount(line.Credit),
            Amount(line.HeldDebit), Amount(line.HeldCredit), new(line.Debit.Currency.Code), new(string.Join(' ', reason.Clauses)),
            new(reason.CaseId), new(reason.Reference), new(reason.Note), Day(reason.BelongsTo), new(InstantPattern.General.Format(entry.Recorded)),
            new(entry.Id), new(entry.Target), new(entry.Digest),
        ];
    }

    public Cell[] Of(AccountMovement account)
    {
        ChartLine? chart = _names.LineOf(account.Account, account.Supplier);
        return
        [
            new(account.Supplier.ToString()), new(account.Account.ToString()), new(chart?.Name.Zh), new(chart?.Name.En),
            new(chart is null ? null : WireName.Of(chart.Type)), Amount(account.Opening), Amount(account.Debit), Amount(account.Credit),
            Amount(account.Closing), Amount(account.Held),
        ];
    }

    /// <summary>Each sum, and whether it is what it must be.</summary>
    public IEnumerable<Cell[]> Totals(TrialBalance balance, long entries, EntrySelection selection)
    {
        Money debit = balance.Sum(account => account.Debit);
        Money credit = balance.Sum(account => account.Credit);
        Money opening = balance.Sum(account => account.Opening);
        Money closing = balance.Sum(account => account.Closing);
        return
        [
            [new("期间 Period"), new($"{Text(selection.From)} – {Text(selection.Through)}"), default],
            [new("分录数 Entries"), new(entries), default],
            [new("借方合计 Debits"), Amount(debit), default],
            [new("贷方合计 Credits"), Amount(credit), Check(debit == credit)],
            [new("期初余额合计 Opening balances"), Amount(opening), Check(opening.IsZero)],
            [new("期末余额合计 Closing balances"), Amount(closing), Check(closing.IsZero && closing == opening + credit - debit)],
        ];
    }

    private static Cell Check(bool ties) => new(ties ? "平 ok" : "不平 DIFFERS");

    private static string Text(LocalDate? day) => day is { } known ? LocalDatePattern.Iso.Format(known) : "…";

    private Cell Amount(Money amount) => new(amount.Units, styles.Amount);

    private Cell Day(LocalDate? day) => day is { } known ? new Cell(known.ToDateTimeUnspecified(), styles.Day) : default;
}
