using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Suppliers;
using Microsoft.Azure.Functions.Worker;
using NodaTime;

namespace AfterSales.Functions.Ledger;

public sealed class ExpiryFunction(LedgerStore ledger, SupplierRegister suppliers, TimeProvider clock)
{
    /// <summary>Lets go what was held for a time that is over. Until then it cannot be settled any more either, so an hour's delay moves no money.</summary>
    [Function("ledger-expiry")]
    public async Task Run([TimerTrigger("0 5 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        Instant now = Instant.FromDateTimeOffset(clock.GetUtcNow());
        foreach (SupplierTerms terms in await suppliers.AllAsync(cancellationToken))
        {
            foreach (HeldForATime held in await ledger.OverdueAsync(terms.Id, now, cancellationToken))
            {
                var reason = new EntryReason("expiry", [], null, held.EntryId, null, held.Expires.InZone(Zones.Shanghai).Date);
                // Refused when somebody let it go in the meantime, which is as good.
                await ledger.ExecuteAsync(
                    terms.Id, new Expire($"expiry:{held.EntryId}", reason, now, held.EntryId) { LandsLater = true }, cancellationToken);
            }
        }
    }
}
