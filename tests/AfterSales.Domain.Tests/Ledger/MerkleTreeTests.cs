using System.Text;
using AfterSales.Domain.Ledger;
using CsCheck;

namespace AfterSales.Domain.Tests.Ledger;

public class MerkleTreeTests
{
    // The eight leaves and the roots of the reference tests of RFC 6962 implementations (Certificate Transparency).
    private static readonly string[] Leaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_roots_are_those_of_certificate_transparency(int leaves, string root) =>
        Assert.Equal(root, Convert.ToHexStringLower(TreeOf(Leaves.Take(leaves).Select(Convert.FromHexString)).Root));

    [Fact]
    public void Every_leaf_of_every_tree_is_proved_and_no_other() => Gen.Int[1, 70].Sample(count =>
    {
        byte[][] contents = [.. Enumerable.Range(0, count).Select(i => Encoding.UTF8.GetBytes($"entry {i}"))];
        byte[] root = TreeOf(contents).Root;
        for (int i = 0; i < count; i++)
        {
            IReadOnlyList<byte[]> proof = MerkleTree.Proof(contents, i);
            Assert.True(MerkleTree.Verify(contents[i], i, count, proof, root));
            Assert.False(MerkleTree.Verify("another"u8, i, count, proof, root));
            if (count > 1) Assert.False(MerkleTree.Verify(contents[i], (i + 1) % count, count, proof, root));
        }
    });

    private static MerkleTree TreeOf(IEnumerable<byte[]> contents)
    {
        var tree = new MerkleTree();
        foreach (byte[] content in contents) tree.Append(content);
        return tree;
    }
}
