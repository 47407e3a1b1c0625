using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Ledger.Reconciliation;
using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Ledger;

public static class LedgerRegistration
{
    /// <summary>The suppliers' books, their anchors, their months, and what was compared with them. Setting <c>Ledger:CloseOnWorkingDay</c> (5): the working day of the next
    /// month on which a month is closed; 0 leaves it to finance.</summary>
    public static IServiceCollection AddLedger(this IServiceCollection services, Settings settings)
    {
        services.AddTable(LedgerStore.Table);
        services.AddContainer(LedgerAnchors.Container);
        services.AddTable(ReconciliationStore.Table);
        services.AddContainer(ReconciliationStore.Container);
        services.AddSingleton<ReconciliationStore>();
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<LedgerAnchors>();
        services.AddHostedService(provider => provider.GetRequiredService<LedgerAnchors>());
        services.AddSingleton(new PeriodOptions(settings.Number("Ledger:CloseOnWorkingDay", 0, 20, otherwise: 5)));
        services.AddSingleton<PeriodClosing>();
        return services;
    }
}
