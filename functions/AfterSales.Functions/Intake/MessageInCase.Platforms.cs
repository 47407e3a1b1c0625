using AfterSales.Domain.Cases;
using AfterSales.Domain.Rulebooks;

namespace AfterSales.Functions.Intake;

/// <summary>
/// What a platform's event means for the case, whatever came before it. Of statements the newest counts, fact by fact, whichever came
/// first; reports, a withdrawal and a payment are each known once they were said. So every order of the same events, and every
/// repetition, ends in the same case.
/// </summary>
public sealed partial record MessageInCase
{
    private IReadOnlyList<CaseCommand> Opening(CanonicalMessage.CaseRequested message)
    {
        var open = Open(message);
        return Version is { } version
            ? [open, new TakeSnapshot(Now, By, version, open.Claim, open.Order, [.. open.Decision.Facts.All.Select(fact => fact.Key)], [], open.Decision)]
            : [open];
    }

    private IEnumerable<CaseCommand> Statement(Case current, CanonicalMessage.CaseRequested message, SnapshotVersion version)
    {
        if (current.CustomerId != Customer.Value)
        {
            yield return new NoteContradiction(Now, By, new Contradiction("customer", current.CustomerId, Customer.Value));
        }

        var derived = Rulebook.Derive(message.Facts, Context(message));
        foreach (var command in Statement(current, message, derived.Facts, version))
        {
            yield return command;
        }
    }

    private IEnumerable<CaseCommand> Statement(Case current, CanonicalMessage.CaseRequested? whole, Facts given, SnapshotVersion version)
    {
        var taken = current.Snapshot ?? MarketplaceSnapshot.None;
        var held = current.Decision.Facts;
        (given, var notTaken) = InTermsOfCase(given);

        // What somebody else than the platform gave stands.
        notTaken.AddRange(Differences(held, given).Where(difference => !taken.Facts.ContainsKey(difference.About["fact:".Length..])));
        foreach (var contradiction in notTaken)
        {
            yield return new NoteContradiction(Now, By, contradiction);
        }

        var news = given.All.Where(fact => taken.IsNewsOf(fact.Key, version) && (held.Find(fact.Key) is null || taken.Facts.ContainsKey(fact.Key)))
            .ToList();
        var claim = whole is not null && taken.IsNewsOfClaim(version) ? whole : null;
        if (news.Count == 0 && claim is null)
        {
            yield break;
        }

        var facts = news.Aggregate(held, (all, fact) => all.With(fact.Key, fact.Value));
        yield return new TakeSnapshot(
            Now,
            By,
            version,
            claim?.Claim,
            claim?.Order,
            [.. news.Select(fact => fact.Key)],
            [.. DifferencesOfClaim(current, claim), .. Differences(held, Only(news))],
            Rulebook.Evaluate(facts) with { Notes = current.Decision.Notes });
    }

    private static Facts Only(IEnumerable<KeyValuePair<string, RuleValue>> facts) =>
        facts.Aggregate(Facts.None, (all, fact) => all.With(fact.Key, fact.Value));

    private static IEnumerable<Contradiction> DifferencesOfClaim(Case current, CanonicalMessage.CaseRequested? claim)
    {
        if (claim is null)
        {
            yield break;
        }

        if (claim.Claim != current.Claim)
        {
            yield return new Contradiction("claim", Written(current.Claim), Written(claim.Claim));
        }

        if (claim.Order.Paid != current.Order.Paid)
        {
            yield return new Contradiction("order.paid", current.Order.Paid.ToString(), claim.Order.Paid.ToString());
        }
    }

    private static string Written(Claim claim) => $"{WireName.Of(claim.Kind)}: {claim.Reason}";

    private IReadOnlyList<CaseCommand> Withdrawal(Case? current)
    {
        var withdraw = new WithdrawCase(Now, By);
        return current is not null && CaseDecider.Decide(current, withdraw) is Decision.Refused
            ? [new NoteContradiction(Now, By, new Contradiction("withdrawal", "answered", "withdrawn"))]
            : [withdraw];
    }
}
