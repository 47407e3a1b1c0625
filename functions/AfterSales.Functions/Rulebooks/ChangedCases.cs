using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>
/// Which of the cases that a draft changes are listed. The next page is found by its place in the order, and cases opened since the first
/// page are left out: with the same draft, no case is listed twice and none is passed over.
/// </summary>
/// <param name="Size">How many at most.</param>
/// <param name="OpenedBy">Cases opened later are not compared.</param>
/// <param name="After">Only those that come after; <see cref="CaseRank.BeforeAll"/> for the first page.</param>
public sealed record ChangedCases(int Size, Instant OpenedBy, CaseRank After)
{
    /// <summary>The most on one page of the API, and what it gives unless asked for fewer.</summary>
    public const int LargestPage = 200;

    /// <summary>The first page, whenever its cases were opened.</summary>
    public static ChangedCases First(int size) => new(size, Instant.MaxValue, CaseRank.BeforeAll);

    /// <param name="digest">Of the draft: its next page can be asked for, another draft's cannot.</param>
    public string CursorAfter(CaseChange last, string digest)
    {
        var rank = CaseRank.Of(last);
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{digest} {OpenedBy.ToUnixTimeTicks()} {rank.Difference} {rank.Case}")));
    }

    /// <summary>The page that a cursor asks for; null when this draft's list gave none such.</summary>
    public static ChangedCases? Read(string cursor, string digest, int size)
    {
        if (!Base64Url.IsValid(cursor)) return null;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ') is [var of, var openedBy, var difference, var last]
            && of == digest
            && long.TryParse(openedBy, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ticks)
            && ticks >= Instant.MinValue.ToUnixTimeTicks() && ticks <= Instant.MaxValue.ToUnixTimeTicks()
            && long.TryParse(difference, NumberStyles.None, CultureInfo.InvariantCulture, out var fen)
            && CaseId.TryParse(last, out var id)
                ? new ChangedCases(size, Instant.FromUnixTimeTicks(ticks), new CaseRank(fen, id.ToString()))
                : null;
    }
}

/// <summary>A changed case's place in the list: the largest difference first, equal ones by their id.</summary>
/// <param name="Difference">In fen, whichever way.</param>
public readonly record struct CaseRank(long Difference, string Case)
{
    public static CaseRank BeforeAll { get; } = new(long.MaxValue, "");

    public static IComparer<CaseRank> LastFirst { get; } =
        Comparer<CaseRank>.Create((one, other) => one == other ? 0 : one.ComesAfter(other) ? -1 : 1);

    public static CaseRank Of(CaseChange change) => new(Math.Abs(change.Money.Difference.Fen), change.Case.ToString());

    public bool ComesAfter(CaseRank other) => Difference == other.Difference
        ? string.CompareOrdinal(Case, other.Case) > 0
        : Difference < other.Difference;
}
