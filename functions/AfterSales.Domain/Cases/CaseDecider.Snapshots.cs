namespace AfterSales.Domain.Cases;

/// <summary>What a marketplace states, in whatever order its statements come.</summary>
public static partial class CaseDecider
{
    private static Refusal? Take(Story story, TakeSnapshot take)
    {
        if (story.Now.Ruling is null)
        {
            story.Happens(new SnapshotTaken(take.At, take.By, take.Version, take.Claim, take.Order, take.FactsTaken, take.Decision));
            return null;
        }

        foreach (var difference in take.Differences)
        {
            NoteOnce(story, take.At, take.By, difference);
        }

        return null;
    }

    private static Refusal? NoteContradicting(Story story, NoteContradiction note)
    {
        NoteOnce(story, note.At, note.By, note.Contradiction);
        return null;
    }

    /// <summary>A platform would only send again what is refused: what it says beyond the limit is heard and not noted.</summary>
    private static void NoteOnce(Story story, NodaTime.Instant at, Actor by, Contradiction contradiction)
    {
        if (story.Now.Contradictions.Length < CaseRoom.MostContradictions) NoteAnyway(story, at, by, contradiction);
    }

    /// <summary>Once, however many there are: what is said of money is noted always.</summary>
    private static void NoteAnyway(Story story, NodaTime.Instant at, Actor by, Contradiction contradiction)
    {
        if (story.Now.Contradictions.Contains(contradiction)) return;
        story.Happens(new ContradictionNoted(at, by, contradiction.About, contradiction.Held, contradiction.Given));
    }

    private static Case WithSnapshot(Case now, SnapshotTaken taken) => now with
    {
        Claim = taken.Claim ?? now.Claim,
        Order = taken.Order ?? now.Order,
        Decision = taken.Decision,
        Snapshot = new MarketplaceSnapshot(
            taken.Claim is null ? now.Snapshot?.Claim : taken.Version,
            (now.Snapshot ?? MarketplaceSnapshot.None).Facts.SetItems(taken.FactsTaken.Select(name => KeyValuePair.Create(name, taken.Version)))),
    };
}
