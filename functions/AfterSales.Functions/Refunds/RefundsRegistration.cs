using AfterSales.Functions.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace AfterSales.Functions.Refunds;

public static class RefundsRegistration
{
    /// <summary>What was refunded of each item, and the guard that nothing is paid twice.</summary>
    public static IServiceCollection AddRefunds(this IServiceCollection services) => services
        .AddSingleton<ItemAccounts>()
        .AddSingleton<RefundGuard>()
        .AddTable(ItemAccounts.Table);
}
