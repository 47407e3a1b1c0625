using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using Azure.Data.Tables;
using NodaTime;
using NodaTime.Extensions;

namespace AfterSales.Functions.Evidence;

/// <summary>Another case has the same file or a like picture. It is advice for those who decide, never proof.</summary>
/// <param name="At">When the other file came.</param>
/// <param name="Distance">Bits in which the looks of the two pictures differ, of 64; 0 for the same file.</param>
/// <param name="Exact">The files are equal byte for byte.</param>
public sealed record EvidenceMatch(CaseId Case, string Name, Instant At, int Distance, bool Exact);

/// <summary>A file of a case, and an earlier one of another case that is like it.</summary>
public sealed record EvidenceAdvice(string File, string Case, string Name, int Distance, bool Exact);

/// <summary>A file as the index has it.</summary>
/// <param name="Looks">As <see cref="PictureLook.Of"/> gives them; empty for what is no picture.</param>
public sealed record IndexedFile(CaseId Case, FiledEvidence File, ImmutableArray<ulong> Looks);

/// <summary>
/// Finds the same file or a like picture in other cases. A partition for each file's keyed hash, and six for each picture: its look is cut
/// into six bands, so two looks that differ in at most five bits have a band in common and are found by reading few, short partitions,
/// newest rows first. Rows hold case, name and look: nothing of a person, so they outlive an erasure.
/// </summary>
public sealed class EvidenceIndex(Tables tables, PersonVault vault)
{
    internal const string Table = "evidenceindex";

    /// <summary>The most bits, of 64, in which the looks of two pictures that count as like may differ.</summary>
    public const int MostBits = 5;

    /// <summary>Most advice on one file that is shown, the nearest first.</summary>
    public const int MostAdvice = 10;

    private const int Bands = MostBits + 1;
    private const int RowsPerPartition = 100;
    private const int AtOnce = 8;

    /// <summary>Adds the file; the same again changes nothing.</summary>
    public Task AddAsync(IndexedFile file, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        Partitions(file, file.Looks.Take(1)), Options(cancellationToken), async (partition, token) =>
        {
            var row = new TableEntity(partition, RowKey(file))
            {
                ["Case"] = file.Case.ToString(),
                ["Name"] = file.File.Name,
                ["Sha"] = ExactPartition(file),
                ["At"] = file.File.At.ToDateTimeOffset(),
            };
            if (!file.Looks.IsEmpty) row["Look"] = unchecked((long)file.Looks[0]);
            await tables.Get(Table).UpsertEntityAsync(row, TableUpdateMode.Replace, token);
        });

    /// <summary>The same file, or like pictures also if turned or mirrored, in other cases.</summary>
    public async Task<IReadOnlyList<EvidenceMatch>> FindAsync(IndexedFile file, CancellationToken cancellationToken)
    {
        var found = new ConcurrentBag<EvidenceMatch>();
        await Parallel.ForEachAsync(
            Partitions(file, file.Looks), Options(cancellationToken), async (partition, token) =>
            {
                var rows = tables.Get(Table).QueryAsync<TableEntity>(
                    TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), RowsPerPartition, cancellationToken: token);
                await foreach (var page in rows.AsPages())
                {
                    foreach (var row in page.Values)
                    {
                        if (Match(file, row) is { } match) found.Add(match);
                    }

                    break;
                }
            });
        return
        [
            .. found.GroupBy(match => (match.Case, match.Name)).Select(same => same.MinBy(match => (!match.Exact, match.Distance))!),
        ];
    }

    /// <summary>
    /// Keeps a match as advice on the later of the two files, whichever was searched for: what is advised does not depend on the order
    /// in which messages come.
    /// </summary>
    public Task AdviseAsync(IndexedFile file, EvidenceMatch match, CancellationToken cancellationToken)
    {
        var isLater = (file.File.At, Id: file.Case.ToString()).CompareTo((match.At, match.Case.ToString())) > 0;
        var (laterCase, later, earlierCase, earlier) =
            isLater ? (file.Case, file.File.Name, match.Case, match.Name) : (match.Case, match.Name, file.Case, file.File.Name);
        var row = new TableEntity(AdvicePartition(laterCase), $"{NameKey(later)}_{earlierCase}_{NameKey(earlier)}")
        {
            ["File"] = later,
            ["Case"] = earlierCase.ToString(),
            ["Name"] = earlier,
            ["Distance"] = match.Distance,
            ["Exact"] = match.Exact,
        };
        return tables.Get(Table).UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>What is advised on the files of a case; of each file the nearest first.</summary>
    public async Task<ILookup<string, EvidenceAdvice>> AdviceAsync(CaseId id, CancellationToken cancellationToken)
    {
        var advice = new List<EvidenceAdvice>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {AdvicePartition(id)}");
        await foreach (var row in tables.Get(Table).QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            advice.Add(new EvidenceAdvice(
                row.GetString("File"), row.GetString("Case"), row.GetString("Name"), row.GetInt32("Distance")!.Value, row.GetBoolean("Exact")!.Value));
        }

        return advice.OrderBy(one => !one.Exact).ThenBy(one => one.Distance).ThenBy(one => one.Case, StringComparer.Ordinal)
            .ThenBy(one => one.Name, StringComparer.Ordinal).GroupBy(one => one.File).SelectMany(file => file.Take(MostAdvice))
            .ToLookup(one => one.File);
    }

    private EvidenceMatch? Match(IndexedFile file, TableEntity row)
    {
        var other = CaseId.Parse(row.GetString("Case"));
        if (other == file.Case) return null;
        var at = row.GetDateTimeOffset("At")!.Value.ToInstant();
        if (row.GetString("Sha") == ExactPartition(file)) return new EvidenceMatch(other, row.GetString("Name"), at, 0, Exact: true);
        if (row.GetInt64("Look") is not { } look || file.Looks.IsEmpty) return null;
        var distance = file.Looks.Min(one => PictureLook.Distance(one, unchecked((ulong)look)));
        return distance <= MostBits ? new EvidenceMatch(other, row.GetString("Name"), at, distance, Exact: false) : null;
    }

    private IEnumerable<string> Partitions(IndexedFile file, IEnumerable<ulong> looks) =>
        looks.SelectMany(look => Enumerable.Range(0, Bands).Select(band => BandPartition(look, band))).Append(ExactPartition(file)).Distinct();

    private string ExactPartition(IndexedFile file) => $"same:{vault.NameOf("evidence", Convert.FromHexString(file.File.Sha256))}";

    /// <summary>Four bands of eleven bits and two of ten.</summary>
    private static string BandPartition(ulong look, int band)
    {
        var (first, width) = band < 4 ? (band * 11, 11) : (44 + ((band - 4) * 10), 10);
        return string.Create(CultureInfo.InvariantCulture, $"like:{band}:{(look >> first) & ((1UL << width) - 1):x3}");
    }

    private string RowKey(IndexedFile file)
    {
        var newestFirst = (long.MaxValue - file.File.At.ToUnixTimeTicks()).ToString("D19", CultureInfo.InvariantCulture);
        return $"{newestFirst}_{file.Case}_{NameKey(file.File.Name)}";
    }

    private string NameKey(string name) => vault.NameOf("evidence-name", Encoding.UTF8.GetBytes(name));

    private static string AdvicePartition(CaseId id) => $"case:{id}";

    private static ParallelOptions Options(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
}
