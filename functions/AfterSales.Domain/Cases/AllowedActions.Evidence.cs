using NodaTime;

namespace AfterSales.Domain.Cases;

public static partial class AllowedActions
{
    private static readonly Party[] AskForEvidence = [Party.Agent, Party.FloorManager, Party.Inspection, Party.Manager];

    /// <summary>Staff ask, or end the asking; who was asked submits, on time until the due instant and marked late after it.</summary>
    private static IEnumerable<AllowedAction> AboutEvidence(Case now, Instant at)
    {
        if (now.OpenRound is { } round)
        {
            foreach (var asked in round.Requests.Where(request => request.SubmittedAt is null))
            {
                yield return new(CaseAction.SubmitEvidence, asked.From, at <= asked.Due ? asked.Due : null, null);
            }
            foreach (var party in AskForEvidence) yield return new(CaseAction.CloseEvidenceRound, party, null, null);
        }
        else if (!now.Decided)
        {
            foreach (var party in AskForEvidence) yield return new(CaseAction.RequestEvidence, party, null, null);
        }
    }
}
