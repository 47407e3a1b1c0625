using System.Numerics;
using System.Security.Cryptography;

namespace AfterSales.Domain.Ledger;

/// <summary>
/// A Merkle tree over hashes as RFC 6962 section 2.1 has it: a leaf is SHA-256(00 ‖ content), a node SHA-256(01 ‖ left ‖ right), and the
/// left side of a split is the largest power of two that is smaller than the whole. It grows by one leaf at a time and keeps a hash a level.
/// </summary>
public sealed class MerkleTree
{
    // The roots of the full subtrees that make up the tree, the largest first: one for each bit of the count that is set.
    private readonly List<byte[]> _full = [];

    public long Count { get; private set; }

    /// <summary>Of an empty tree, the hash of nothing.</summary>
    public byte[] Root => _full.Count == 0 ? SHA256.HashData([]) : _full.AsEnumerable().Reverse().Aggregate((right, left) => Node(left, right));

    public void Append(ReadOnlySpan<byte> content)
    {
        byte[] hash = Leaf(content);
        for (int merges = BitOperations.TrailingZeroCount(~Count); merges > 0; merges--)
        {
            hash = Node(_full[^1], hash);
            _full.RemoveAt(_full.Count - 1);
        }
        _full.Add(hash);
        Count++;
    }

    /// <summary>The hashes that lead from one leaf to the root, from the bottom up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such leaf.</exception>
    public static IReadOnlyList<byte[]> Proof(IReadOnlyList<byte[]> contents, int leaf)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(leaf);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, contents.Count);
        byte[][] leaves = [.. contents.Select(content => Leaf(content))];
        var path = new List<byte[]>();
        Walk(leaves, leaf, path);
        return path;
    }

    /// <summary>Whether the leaf is in the tree of that size and root (RFC 9162 section 2.1.3.2).</summary>
    public static bool Verify(ReadOnlySpan<byte> content, long leaf, long count, IReadOnlyList<byte[]> proof, ReadOnlySpan<byte> root)
    {
        if (leaf < 0 || leaf >= count) return false;
        (long at, long last, byte[] hash) = (leaf, count - 1, Leaf(content));
        foreach (byte[] sibling in proof)
        {
            if (last == 0) return false;
            if ((at & 1) == 1 || at == last)
            {
                hash = Node(sibling, hash);
                for (; (at & 1) == 0 && at != 0; at >>= 1) last >>= 1;
            }
            else
            {
                hash = Node(hash, sibling);
            }
            (at, last) = (at >> 1, last >> 1);
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    private static byte[] Walk(ReadOnlySpan<byte[]> leaves, int leaf, List<byte[]>? path)
    {
        if (leaves.Length == 1) return leaves[0];
        int left = 1 << (31 - BitOperations.LeadingZeroCount((uint)leaves.Length - 1));
        bool isLeft = leaf < left;
        byte[] first = Walk(leaves[..left], leaf, isLeft ? path : null);
        byte[] second = Walk(leaves[left..], leaf - left, isLeft ? null : path);
        path?.Add(isLeft ? second : first);
        return Node(first, second);
    }

    private static byte[] Leaf(ReadOnlySpan<byte> content) => Hash(0, content, []);

    private static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Hash(1, left, right);

    private static byte[] Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        Span<byte> input = stackalloc byte[1 + first.Length + second.Length];
        input[0] = prefix;
        first.CopyTo(input[1..]);
        second.CopyTo(input[(1 + first.Length)..]);
        return SHA256.HashData(input);
    }
}
