using System.Collections.Immutable;
using System.Text;
using AfterSales.Domain;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger;

/// <summary>An account with an amount: positive what is credited.</summary>
public sealed record AccountBalance(Account Account, Money Balance);

/// <param name="Size">How many leaves: the entries of the month.</param>
/// <param name="Root">RFC 6962 root over the entries' digests.</param>
public sealed record StatementTree(long Size, string Root);

/// <summary>The entry that closed the month.</summary>
/// <param name="Content">What its digest is taken of: the size and root of the tree and the closing balances among it.</param>
public sealed record StatementSeal(string Entry, long Sequence, LocalDate LastDay, string Content, string Digest, Instant Recorded);

/// <summary>An entry of a statement.</summary>
/// <param name="Index">Its place among the leaves of the tree, from 0.</param>
/// <param name="Content">What its digest is taken of, as text.</param>
public sealed record StatementEntry(long Index, EntryView Entry, string Content);

/// <summary>A month of a supplier's book, with all that is needed to check it offline; see functions/Ledger/README.md.</summary>
public sealed record StatementView(
    SupplierId Supplier,
    string Month,
    string State,
    IReadOnlyList<AccountBalance> Opening,
    IReadOnlyList<StatementEntry> Entries,
    IReadOnlyList<AccountBalance> Closing,
    IReadOnlyList<AccountBalance> Pending,
    StatementTree Tree,
    StatementSeal? Seal)
{
    public static StatementView Of(Statement statement) => new(
        statement.Supplier,
        YearMonthPattern.Iso.Format(statement.Month),
        statement.Seal is null ? "open" : "closed",
        Balances(statement.Opening),
        [.. statement.Entries.Select((entry, index) => new StatementEntry(index, EntryView.Of(entry), ContentOf(entry)))],
        Balances(statement.Closing),
        Balances(statement.Pending),
        new StatementTree(statement.Entries.Length, statement.Root),
        statement.Seal is { } seal ? new StatementSeal(seal.Id, seal.Sequence, seal.Seal!.LastDay, ContentOf(seal), seal.Digest, seal.Recorded) : null);

    internal static string ContentOf(LedgerEntry entry) => Encoding.UTF8.GetString(entry.Content().Span);

    private static IReadOnlyList<AccountBalance> Balances(ImmutableSortedDictionary<Account, Money> accounts) =>
        [.. accounts.Select(account => new AccountBalance(account.Key, account.Value))];
}

/// <summary>That one entry is in a statement, for whoever has only its root.</summary>
/// <param name="Path">The hashes from the leaf to the root, from the bottom up.</param>
public sealed record InclusionProof(
    SupplierId Supplier, string Month, string State, long Index, string Content, string Digest, IReadOnlyList<string> Path, StatementTree Tree)
{
    /// <summary>Null when the statement has no such entry.</summary>
    public static InclusionProof? Of(Statement statement, string entryId)
    {
        int index = statement.Entries.IndexOf(statement.Entries.FirstOrDefault(entry => entry.Id == entryId)!);
        if (index < 0) return null;
        LedgerEntry entry = statement.Entries[index];
        byte[][] leaves = [.. statement.Entries.Select(leaf => Convert.FromHexString(leaf.Digest))];
        return new InclusionProof(
            statement.Supplier,
            YearMonthPattern.Iso.Format(statement.Month),
            statement.Seal is null ? "open" : "closed",
            index,
            StatementView.ContentOf(entry),
            entry.Digest,
            [.. MerkleTree.Proof(leaves, index).Select(hash => Convert.ToHexStringLower(hash))],
            new StatementTree(statement.Entries.Length, statement.Root));
    }
}

/// <summary>Balances at the end of a day, as known at an instant.</summary>
/// <param name="Entries">How many entries were counted.</param>
public sealed record BalancesView(SupplierId Supplier, LocalDate? EffectiveOn, Instant? KnownAt, long Entries, IReadOnlyList<AccountView> Accounts);
