using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions.Suppliers;

public sealed class SupplierDaysFunction(SupplierDays days, SupplierRegister suppliers, ILogger<SupplierDaysFunction> log)
{
    /// <summary>Does what is due for every supplier, each day at 16:05 UTC, which is 00:05 in the mall. What fails for one supplier does not
    /// hold up the others, and is tried again the next day; the run then fails, so that it shows.</summary>
    [Function("supplier-days")]
    public async Task Run([TimerTrigger("0 5 16 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var failures = new List<Exception>();
        foreach (var terms in await suppliers.AllAsync(cancellationToken))
        {
            try
            {
                await days.RunAsync(terms, cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                SupplierLog.NotDone(log, terms.Id.ToString(), e);
                failures.Add(e);
            }
        }

        if (failures.Count > 0) throw new AggregateException(failures);
    }
}

internal static partial class SupplierLog
{
    [LoggerMessage(1501, LogLevel.Error, "What is due today for supplier {Supplier} was not done")]
    public static partial void NotDone(ILogger log, string supplier, Exception fault);
}
