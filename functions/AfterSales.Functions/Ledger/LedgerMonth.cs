using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Ledger;

/// <summary>Months as addresses name them: <c>2026-11</c>, from 2000 to 2199.</summary>
internal static class LedgerMonth
{
    public static bool TryParse(string text, out YearMonth month) =>
        YearMonthPattern.Iso.Parse(text).TryGetValue(default, out month) && month.Year is >= 2000 and <= 2199;

    public static Answer Invalid(string text) => Problem.Of(404, "no-such-month", $"'{text}' is no month such as 2026-11.");
}
