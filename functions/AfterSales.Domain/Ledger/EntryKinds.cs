using System.Collections.Immutable;

namespace AfterSales.Domain.Ledger;

/// <summary>Kinds of entries on which something hangs; see <see cref="EntryReason.Kind"/>.</summary>
public static class EntryKinds
{
    /// <summary>Held by finance, for a time or until finance ends it.</summary>
    public const string Reservation = "reservation";

    /// <summary>1,000 yuan into the complaint fund.</summary>
    public const string Levy = "levy";

    /// <summary>A deposit that an expelled supplier loses.</summary>
    public const string Forfeit = "forfeit";

    /// <summary>For banned goods and short weight.</summary>
    public const string Penalty = "penalty";

    /// <summary>Those that a penalty holds, settles and takes back.</summary>
    public static ImmutableArray<string> OfPenalties { get; } = [Levy, Forfeit, Penalty];
}
