using System.Diagnostics;

namespace AfterSales.Domain.Cases;

public static partial class CaseTimeline
{
    private static (Wording What, string? Clause, string? Sealed) EvidenceLine(CaseEvent happened) => happened switch
    {
        EvidenceRequested e => Says(
            $"Evidence is asked of {string.Join(" and ", e.From.Select(wanted => WireName.Of(wanted.From)))} (round {e.Round}).",
            $"要求{string.Join("、", e.From.Select(wanted => Zh(wanted.From)))}举证(第 {e.Round} 轮)。",
            null,
            e.SealedNote),
        EvidenceStaged e => Says(
            $"{e.File.Name} is staged, SHA-256 {e.File.Sha256}; it does not count yet.",
            $"{e.File.Name} 已暂存,尚未提交,SHA-256 {e.File.Sha256}。"),
        EvidenceSubmitted { Files.Count: 0 } e => Says(
            $"{Capital(WireName.Of(e.By.Party))} has no more evidence to submit (round {e.Round}).",
            $"{Zh(e.By.Party)}声明没有更多证据(第 {e.Round} 轮)。"),
        EvidenceSubmitted e => Says(
            $"{Capital(WireName.Of(e.By.Party))} submits {string.Join(", ", e.Files)} (round {e.Round}){(e.Late ? ", late" : "")}.",
            $"{Zh(e.By.Party)}{(e.Late ? "逾期" : "")}提交证据 {string.Join("、", e.Files)}(第 {e.Round} 轮)。"),
        EvidenceRoundClosed e => Says($"Round {e.Round} of evidence is closed.", $"第 {e.Round} 轮举证结束。"),
        EvidenceOriginalOpened e => Says($"The original of {e.File} was opened.", $"查看了 {e.File} 的原件。"),
        _ => throw new UnreachableException($"Unknown event {happened.GetType().Name}."),
    };
}
