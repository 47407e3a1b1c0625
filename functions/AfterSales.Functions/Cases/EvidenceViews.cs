using AfterSales.Domain.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Cases;

/// <param name="DurationSeconds">Of a video.</param>
/// <param name="By">The sender's role, with its id where it is a business.</param>
/// <param name="Late">It came after the instant until which its sender had been asked.</param>
/// <param name="State"><c>submitted</c>, or <c>staged</c>: the caller's own, seen by nobody else and not counted yet.</param>
/// <param name="Reuse">Earlier files of other cases that are the same or look like it; only for those who decide.</param>
public sealed record EvidenceView(
    string Name, string Sha256, long Bytes, string ContentType, int? Width, int? Height, decimal? DurationSeconds, int? Pages, string By,
    OffsetDateTime At, bool Late, string State, string Href, IReadOnlyList<ReuseView>? Reuse);

/// <param name="Distance">Bits in which the looks of the two pictures differ, of 64.</param>
public sealed record ReuseView(string Case, string Name, int Distance, bool Exact, Wording Advice);

public sealed record EvidenceRoundView(
    int Number, OffsetDateTime AskedAt, string AskedBy, OffsetDateTime? ClosedAt, IReadOnlyList<EvidenceRequestView> Requests);

public sealed record EvidenceRequestView(string Party, OffsetDateTime Due, OffsetDateTime? SubmittedAt);

/// <summary>What the API shows of a case's evidence, each to whom it is shown.</summary>
internal static class EvidenceViews
{
    private static readonly Wording SameFile = new(
        "The same file is in another case. Look at both before you decide; it proves nothing.", "同一文件见于另一案件。请对照查看后再决定;此项仅供参考,不是证明。");

    private static readonly Wording LikePicture = new(
        "A picture like this one is in another case. Look at both before you decide; it proves nothing.",
        "另一案件有相近图片。请对照查看后再决定;此项仅供参考,不是证明。");

    public static IReadOnlyList<EvidenceView> Files(Case @case, Caller caller, ILookup<string, EvidenceAdvice>? advice) =>
    [
        .. @case.Evidence.Select(file => Shown(@case, file, "submitted", advice)),
        .. EvidenceSight.Staged(@case, caller).Select(file => Shown(@case, file, "staged", null)),
    ];

    public static IReadOnlyList<EvidenceRoundView> Rounds(Case @case) =>
    [
        .. @case.EvidenceRounds.Select(round => new EvidenceRoundView(
            round.Number,
            CaseViews.Local(@case, round.AskedAt),
            CaseViews.By(round.AskedBy),
            round.ClosedAt is { } closed ? CaseViews.Local(@case, closed) : null,
            [.. round.Requests.Select(request => new EvidenceRequestView(
                WireName.Of(request.From),
                CaseViews.Local(@case, request.Due),
                request.SubmittedAt is { } submitted ? CaseViews.Local(@case, submitted) : null))])),
    ];

    private static EvidenceView Shown(Case @case, FiledEvidence file, string state, ILookup<string, EvidenceAdvice>? advice) => new(
        file.Name, file.Sha256, file.Bytes, file.ContentType, file.Width, file.Height, file.Milliseconds / 1000m, file.Pages,
        CaseViews.By(file.By), CaseViews.Local(@case, file.At), file.Late, state,
        $"/api/v1/cases/{@case.Id}/evidence/{Uri.EscapeDataString(file.Name)}",
        advice is null ? null : [.. advice[file.Name].Select(Shown)]);

    private static ReuseView Shown(EvidenceAdvice advice) =>
        new(advice.Case, advice.Name, advice.Distance, advice.Exact, advice.Exact ? SameFile : LikePicture);
}
