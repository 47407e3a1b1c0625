using NodaTime;

namespace AfterSales.Domain.Suppliers;

/// <summary>What is agreed with a supplier.</summary>
/// <param name="Name">The counter's or company's name, when known.</param>
/// <param name="DepositRequired">The full amount of the quality deposit (MALL-DEP-1, MALL-LAD-4).</param>
/// <param name="ResponsiblePersonId">Whom the fine of MALL-C8.4-20 falls on; null when nobody is registered. The name itself is
/// personal data and kept elsewhere.</param>
/// <param name="ContractFrom">The first day of the contract; null where none is registered.</param>
/// <param name="ContractTo">The last day of the contract as agreed.</param>
public sealed record SupplierTerms(
    SupplierId Id, string? Name, Money DepositRequired, string? ResponsiblePersonId, LocalDate? ContractFrom = null, LocalDate? ContractTo = null)
{
    /// <summary>The deposit that is asked of a supplier about whom nothing was agreed.</summary>
    public static readonly Money UsualDeposit = Money.Yuan("10000.00");

    public static SupplierTerms Usual(SupplierId id) => new(id, null, UsualDeposit, null);

    /// <summary>Whether the contract has ended otherwise than by its time: by expulsion, by a levy unpaid or because the deposit was given
    /// back; and none has begun since.</summary>
    public bool HasLeft(IEnumerable<Penalty> penalties, IEnumerable<DepositRelease> releases, DateTimeZone zone)
    {
        Instant? ended = penalties.Select(penalty => penalty.ContractEndedAt).Concat(releases.Select(release => release.ReleasedAt)).Max();
        return ended is { } at && !(ContractFrom > at.InZone(zone).Date);
    }

    /// <summary>What is lacking to a full deposit; zero when it is full.</summary>
    public Money Shortfall(Money deposit) => Money.Max(DepositRequired - deposit, Money.Zero);
}
