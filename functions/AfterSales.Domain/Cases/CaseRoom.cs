using System.Collections.Frozen;

namespace AfterSales.Domain.Cases;

/// <summary>
/// How large a case grows. It is kept whole in one place that holds a megabyte, so what the parties may repeat ends while there is still room for
/// the staff who close it, and what staff write ends while there is still room for money and clocks, which are never kept waiting.
/// </summary>
public static class CaseRoom
{
    /// <summary>The largest case, in bytes as it is stored, that what a party or a marketplace says may make.</summary>
    public const int ForParties = 512 * 1024;

    /// <summary>The same of what staff do, and of an answer of the customer that needs no words.</summary>
    public const int ForStaff = 704 * 1024;

    /// <summary>The same of deadlines, of what a marketplace reports of money, and of finance.</summary>
    public const int ForMoneyAndClocks = 960 * 1024;

    public const int MostReopenings = 10;
    public const int MostOffers = 20;
    public const int MostContradictions = 100;
    public const int MostLinks = 20;
    public const int MostPauses = 20;
    public const int MostFilesAskedFor = 100;
    public const int MostRejectedFiles = 100;
    public const int MostStagedFiles = 200;
    public const int MostEvidenceRounds = 20;

    private static readonly FrozenDictionary<Type, int> Most = new Dictionary<Type, int>
    {
        [typeof(CaseReopened)] = MostReopenings,
        [typeof(OfferMade)] = MostOffers,
        [typeof(ContradictionNoted)] = MostContradictions,
        [typeof(CaseLinked)] = MostLinks,
        [typeof(ClocksPaused)] = MostPauses,
        [typeof(EvidenceFetchRequested)] = MostFilesAskedFor,
        [typeof(EvidenceStaged)] = MostStagedFiles,
        [typeof(EvidenceRequested)] = MostEvidenceRounds,
    }.ToFrozenDictionary();

    /// <summary>How many bytes the case may have after the commands, as it is stored.</summary>
    public static int After(IEnumerable<CaseCommand> commands) => commands.Max(After);

    /// <inheritdoc cref="After(IEnumerable{CaseCommand})"/>
    public static int After(CaseCommand command) => command switch
    {
        DeadlineElapsed or ConfirmPayout or FailPayout or HoldPayout or NoteOverpayment or NoteReport => ForMoneyAndClocks,
        { By.Party: Party.Finance } => ForMoneyAndClocks,
        AcceptDecision or WithdrawCase => ForStaff,
        { By.Party: Party.Customer or Party.Supplier or Party.Marketplace } => ForParties,
        _ => ForStaff,
    };

    /// <summary>Whether something has happened to the case more often than it may. Money and clocks are never counted.</summary>
    internal static bool IsFull(Case after, CaseCommand command, IReadOnlyList<CaseEvent> happened)
    {
        if (After(command) == ForMoneyAndClocks) return false;
        foreach (var one in happened)
        {
            if (Most.TryGetValue(one.GetType(), out var most) && after.Timeline.Count(line => line.Event == one.Name) > most) return true;
        }
        return false;
    }
}
