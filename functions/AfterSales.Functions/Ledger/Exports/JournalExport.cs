using System.Text;
using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger.Exports;

/// <summary>
/// A journal that hledger and ledger-cli read, and pass in their strict modes. They count debits as positive, so every balance there is
/// the ledger's own with its sign turned. What is held, let go or closed moves no account and is a comment. With a first day, each book's
/// opening balances are a transaction on the day before it.
/// </summary>
internal static class JournalExport
{
    private const int BufferBytes = 64 * 1024;

    private const string Head = """
        ; AfterSales: suppliers' ledger. 供应商账簿
        ; Debits are positive. Held amounts, and held amounts let go, are comments. 借方为正;冻结及其解除仅作注释。
        commodity CNY
            format 1000.00 CNY
        tag entry
        tag clause
        tag case
        tag reference
        tag note
        tag target
        tag belongs
        tag recorded
        tag digest

        """;

    public static async Task WriteAsync(
        IAsyncEnumerable<LedgerEntry> entries, EntrySelection selection, Stream to, CancellationToken cancellationToken)
    {
        await using var text = new StreamWriter(to, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferBytes, leaveOpen: true);
        await text.WriteAsync(Head);
        var accounts = new JournalAccounts();
        var opening = new TrialBalance();
        await foreach (LedgerEntry entry in entries.WithCancellation(cancellationToken))
        {
            if (selection.Covers(entry)) await text.WriteAsync(Text(entry, accounts));
            if (!selection.IsBefore(entry)) continue;
            foreach (LedgerLine line in LedgerLine.Of(entry)) opening.Add(line, opening: true);
        }
        foreach (var book in opening.Accounts.Where(account => !account.Opening.IsZero).GroupBy(account => account.Supplier))
            await text.WriteAsync(Opening(selection.From!.Value.PlusDays(-1), [.. book], accounts));
    }

    private static string Text(LedgerEntry entry, JournalAccounts accounts) => entry.Phase switch
    {
        EntryPhase.Posted or EntryPhase.Settled or EntryPhase.Reversal => Transaction(entry, accounts),
        EntryPhase.Pending or EntryPhase.Voided or EntryPhase.Expired => Remark(entry, entry.Postings.Select(posting =>
            $"{posting.Amount} {posting.Amount.Currency} from {posting.From} to {posting.To}")),
        EntryPhase.Closed => Remark(entry, [$"{entry.Seal?.Name}, {entry.Seal?.Entries} entries, Merkle root {entry.Seal?.Root}"]),
        _ => throw new ArgumentOutOfRangeException(nameof(entry)),
    };

    private static string Transaction(LedgerEntry entry, JournalAccounts accounts)
    {
        var lines = new StringBuilder();
        foreach (Posting posting in entry.Postings)
            lines.Append(accounts.Declare(posting.From, entry.Supplier)).Append(accounts.Declare(posting.To, entry.Supplier));
        lines.Append('\n').Append(Day(entry.Reason.EffectiveOn)).Append($" * ({entry.Supplier}/{entry.Sequence}) {Plain(entry.Reason.Kind)} {entry.Supplier}\n");
        foreach ((string tag, string? value) in Tags(entry))
        {
            if (!string.IsNullOrEmpty(value)) lines.Append($"    ; {tag}: {Plain(value)}\n");
        }
        foreach (LedgerLine line in LedgerLine.Of(entry))
            lines.Append(Posted(accounts.NameOf(line.Account!.Value, entry.Supplier), line.Debit - line.Credit));
        return lines.ToString();
    }

    private static IEnumerable<(string Tag, string? Value)> Tags(LedgerEntry entry) =>
    [
        ("entry", entry.Id),
        ("clause", string.Join(' ', entry.Reason.Clauses)),
        ("case", entry.Reason.CaseId),
        ("reference", entry.Reason.Reference),
        ("note", entry.Reason.Note),
        ("target", entry.Target),
        ("belongs", entry.Reason.BelongsTo is { } day ? Day(day) : null),
        ("recorded", InstantPattern.ExtendedIso.Format(entry.Recorded)),
        ("digest", entry.Digest),
    ];

    private static string Remark(LedgerEntry entry, IEnumerable<string> what)
    {
        string about = entry.Target is { } target ? $"{entry.Id} of {target}" : entry.Id;
        return $"\n; {Day(entry.Reason.EffectiveOn)} ({entry.Supplier}/{entry.Sequence}) {WireName.Of(entry.Phase)} {about}: {string.Join("; ", what)}\n";
    }

    private static string Opening(LocalDate day, IReadOnlyList<AccountMovement> book, JournalAccounts accounts)
    {
        var lines = new StringBuilder();
        foreach (AccountMovement account in book) lines.Append(accounts.Declare(account.Account, account.Supplier));
        lines.Append($"\n{Day(day)} * opening {book[0].Supplier}\n");
        foreach (AccountMovement account in book) lines.Append(Posted(accounts.NameOf(account.Account, account.Supplier), -account.Opening));
        return lines.ToString();
    }

    private static string Posted(string account, Money debit) => $"    {account}  {debit} {debit.Currency}\n";

    private static string Day(LocalDate day) => LocalDatePattern.Iso.Format(day);

    /// <summary>What the programs would read as more than text is written full-width: a comma ends a tag, brackets make dates.</summary>
    private static string Plain(string text) => string.Create(text.Length, text, static (plain, from) =>
    {
        for (int at = 0; at < plain.Length; at++)
        {
            plain[at] = from[at] switch
            {
                ',' => '\uFF0C',
                ';' => '\uFF1B',
                '|' => '\uFF5C',
                '[' => '\uFF3B',
                ']' => '\uFF3D',
                '\u2028' or '\u2029' => ' ',
                var c when char.IsControl(c) => ' ',
                var c => c,
            };
        }
    });
}
