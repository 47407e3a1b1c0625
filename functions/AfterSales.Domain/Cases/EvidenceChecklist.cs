using AfterSales.Domain.Rulebooks;

namespace AfterSales.Domain.Cases;

/// <summary>Evidence that a rulebook wants and a case has not.</summary>
/// <param name="Wanted">How many files more.</param>
public sealed record MissingEvidence(EvidenceItem Item, int Wanted);

/// <summary>Holds the files of a case against what its rulebook wants. A file counts for one item only, for whichever lets the most be met.</summary>
public static class EvidenceChecklist
{
    public static IReadOnlyList<MissingEvidence> Missing(IReadOnlyList<EvidenceItem> items, IReadOnlyList<FiledEvidence> files)
    {
        var places = items.SelectMany(item => Enumerable.Repeat(item, item.Count)).ToList();
        var placeOf = new int?[files.Count];
        var met = new HashSet<int>();
        for (var place = 0; place < places.Count; place++)
        {
            if (Fill(place, places, files, placeOf, [])) met.Add(place);
        }

        return
        [
            .. places.Index().Where(place => !met.Contains(place.Index)).GroupBy(place => place.Item)
                .Select(group => new MissingEvidence(group.Key, group.Count())),
        ];
    }

    /// <summary>Finds a file for the place; one that is taken moves on where another place of it can be filled otherwise.</summary>
    private static bool Fill(
        int place, List<EvidenceItem> places, IReadOnlyList<FiledEvidence> files, int?[] placeOf, HashSet<int> tried)
    {
        for (var file = 0; file < files.Count; file++)
        {
            if (!Fits(places[place], files[file]) || !tried.Add(file)) continue;
            if (placeOf[file] is not { } taken || Fill(taken, places, files, placeOf, tried))
            {
                placeOf[file] = place;
                return true;
            }
        }

        return false;
    }

    // What the marketplace sends with a request is the customer's.
    private static bool Fits(EvidenceItem item, FiledEvidence file) =>
        item.Kinds.Contains(WireName.Of(file.Kind)) && item.From switch
        {
            null => true,
            "customer" => file.By.Party is Party.Customer or Party.Marketplace,
            var party => WireName.Of(file.By.Party) == party,
        };
}
