using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Ledger.Books;

public sealed class AnchorFunction(LedgerAnchors anchors)
{
    /// <summary>Anchors the heads that an instance took down with it: every five minutes, and at start because a crash is what it cleans up after.</summary>
    [Function("ledger-anchors")]
    public Task Run([TimerTrigger("20 */5 * * * *", RunOnStartup = true)] TimerInfo timer, CancellationToken cancellationToken) =>
        anchors.SweepAsync(cancellationToken);
}
