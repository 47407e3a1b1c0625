using AfterSales.Domain.Calendars;
using AfterSales.Domain.Ledger;
using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using NodaTime;

namespace AfterSales.Functions.Ledger;

/// <param name="OnWorkingDay">Months are closed on this working day of the next month; 0 leaves it to finance.</param>
public sealed record PeriodOptions(int OnWorkingDay);

/// <summary>Months of the ledger: finance closes them, or else the calendar does.</summary>
public sealed class PeriodFunctions(
    PeriodClosing periods, PeriodOptions options, Idempotency idempotency, TimeProvider clock, ILogger<PeriodFunctions> log)
{
    private const string Calendar = "china";

    [Function("ledger-period")]
    [Access(Role.Finance, Role.Auditor, Role.Manager)]
    public async Task<IResult> Get(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/v1/ledger/periods/{month}")] HttpRequest request,
        string month,
        CancellationToken cancellationToken) =>
        LedgerMonth.TryParse(month, out YearMonth parsed)
            ? Answer.Json(200, await periods.ViewAsync(parsed, cancellationToken))
            : LedgerMonth.Invalid(month);

    [Function("ledger-period-close")]
    [Access(Role.Finance)]
    public async Task<IResult> Close(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/v1/ledger/periods/{month}/close")] HttpRequest request,
        string month,
        CancellationToken cancellationToken) =>
        await idempotency.RunAsync(request, ReadOnlyMemory<byte>.Empty, _ => CloseAsync(month, cancellationToken), cancellationToken);

    /// <summary>Every evening; closes the month before on the working day of the setting, or on the first day after it that the app runs. What is
    /// open of earlier months is closed first, and does not wait for that day.</summary>
    [Function("ledger-period-timer")]
    public async Task CloseInTime([TimerTrigger("0 0 12 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        if (options.OnWorkingDay == 0) return;
        LocalDate today = Instant.FromDateTimeOffset(clock.GetUtcNow()).InZone(Zones.Shanghai).Date;
        LocalDate before = today.With(DateAdjusters.StartOfMonth).PlusDays(-1);
        WorkingDays days = CalendarSet.Shipped.Find(Calendar)!.Days;
        YearMonth through = before.ToYearMonth().PlusMonths(today < days.NthAfter(before, options.OnWorkingDay, out _) ? -1 : 0);
        foreach (var (supplier, refusal) in await periods.CloseAsync(through, cancellationToken))
            log.LogWarning("{Month} stays open in the book of {Supplier}: {Code}. {Detail}", through, supplier, refusal.Code, refusal.Detail);
    }

    private async Task<Answer> CloseAsync(string month, CancellationToken cancellationToken)
    {
        if (!LedgerMonth.TryParse(month, out YearMonth parsed)) return LedgerMonth.Invalid(month);
        IReadOnlyList<(Domain.Suppliers.SupplierId Supplier, LedgerOutcome.Refused Refusal)> refusals = await periods.CloseAsync(parsed, cancellationToken);
        return refusals.Count == 0
            ? Answer.Json(200, await periods.ViewAsync(parsed, cancellationToken))
            : Problem.Of(
                409,
                refusals[0].Refusal.Code,
                $"{month} cannot be closed; see errors.",
                [.. refusals.Select(refused => new Fault($"/{refused.Supplier}", refused.Refusal.Code, refused.Refusal.Detail))]);
    }
}
