using AfterSales.Domain;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Outbound;

namespace AfterSales.Functions.Suppliers;

/// <summary>Tells a supplier and finance when an open case brings what is left of a deposit below the level of the house's rules.</summary>
public sealed class DepositWarnings(Deposits deposits, EndpointRegister endpoints, Announcer announcer, RulesInForce rules)
{
    /// <summary>Once a case, and only for the case that makes the difference.</summary>
    public async Task WarnAsync(SupplierId supplier, Case @case, Complaint complaint, CancellationToken cancellationToken)
    {
        if (!complaint.Exposure.IsPositive) return;
        var forecast = await deposits.ForecastAsync(supplier, cancellationToken);
        if (!forecast.IsLow || forecast.Without(RulesInForce.House, complaint.Exposure).IsLow) return;
        var message = new OutboundMessage("deposit.low", rules.Now.ToDateTimeOffset(), new
        {
            CaseId = @case.Id,
            @case.ExternalId,
            Clause = "ACC-LOW",
            Amount = forecast.AfterOpenCases.ToString(),
            Currency = Currency.Cny.Code,
        });
        if (await endpoints.FindAsync(new EndpointKey(Party.Supplier, supplier.ToString()), cancellationToken) is { } own)
            await TellAsync(own);
        foreach (var finance in await endpoints.OfAsync(Party.Finance, cancellationToken)) await TellAsync(finance);

        Task TellAsync(Endpoint endpoint) => announcer.TellAsync(endpoint, $"{@case.Id}-deposit", @case, message, cancellationToken);
    }
}
