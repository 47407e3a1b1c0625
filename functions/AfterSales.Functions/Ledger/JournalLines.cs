using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Ledger;

/// <summary>
/// The lines of a journal entry as accountants write them, <c>{account, debit}</c> or <c>{account, credit}</c>, turned into postings: debits are
/// taken off one account, credits are put on another, each in the order of the lines.
/// </summary>
internal static class JournalLines
{
    /// <summary>What is wrong is told, every fault with the place of its line; the postings are then of no use.</summary>
    public static ImmutableArray<Posting> Read(IReadOnlyList<JsonElement> items, List<Fault> faults)
    {
        int before = faults.Count;
        var debits = new Queue<(Account Account, Money Amount)>();
        var credits = new Queue<(Account Account, Money Amount)>();
        foreach ((int index, JsonElement item) in items.Index())
        {
            if (Line(item, $"/lines/{index}", faults) is { } line) (line.IsDebit ? debits : credits).Enqueue((line.Account, line.Amount));
        }
        if (faults.Count > before || items.Count == 0) return [];
        decimal debit = debits.Sum(line => line.Amount.Units);
        decimal credit = credits.Sum(line => line.Amount.Units);
        if (debit == credit) return Paired(debits, credits);
        faults.Add(new Fault("/lines", "entry-unbalanced", $"Debits are {debit:0.00} and credits {credit:0.00}; they must be equal."));
        return [];
    }

    private static (bool IsDebit, Account Account, Money Amount)? Line(JsonElement item, string at, List<Fault> faults)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            faults.Add(new Fault(at, "invalid-line", "A line is an object with account and debit or credit."));
            return null;
        }
        string[] names = [.. item.EnumerateObject().Select(property => property.Name)];
        foreach (string unknown in names.Except(["account", "debit", "credit"]))
            faults.Add(new Fault($"{at}/{unknown}", "unknown-field", "Known are account, debit, credit."));
        bool isDebit = names.Contains("debit");
        if (isDebit == names.Contains("credit")) faults.Add(new Fault(at, "invalid-line", "A line has either debit or credit."));
        bool known = Account.TryParse(Text(item, "account"), out Account account);
        if (!known) faults.Add(new Fault($"{at}/account", "invalid-account", "An account such as supplier:S-1:deposit is wanted."));
        string side = isDebit ? "debit" : "credit";
        if (Money.TryParse(Text(item, side), out Money amount) && amount.IsPositive) return known ? (isDebit, account, amount) : null;
        if (names.Contains(side))
            faults.Add(new Fault($"{at}/{side}", "invalid-amount", "An amount above zero with at most two decimals, such as \"300.00\", is wanted."));
        return null;
    }

    private static string? Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static ImmutableArray<Posting> Paired(Queue<(Account Account, Money Amount)> debits, Queue<(Account Account, Money Amount)> credits)
    {
        var postings = ImmutableArray.CreateBuilder<Posting>();
        (Account Account, Money Amount) debit = default;
        (Account Account, Money Amount) credit = default;
        while (debit.Amount.IsPositive || debits.Count > 0)
        {
            if (!debit.Amount.IsPositive) debit = debits.Dequeue();
            if (!credit.Amount.IsPositive) credit = credits.Dequeue();
            var part = Money.Min(debit.Amount, credit.Amount);
            postings.Add(new Posting(debit.Account, credit.Account, part));
            debit.Amount -= part;
            credit.Amount -= part;
        }
        return postings.ToImmutable();
    }
}
