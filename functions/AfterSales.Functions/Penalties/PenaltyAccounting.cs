using System.Collections.Immutable;
using AfterSales.Domain;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Cases;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Refunds;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Ledger.Books;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using NodaTime;

namespace AfterSales.Functions.Penalties;

/// <summary>
/// What a case costs its supplier, booked: the deposit is charged pending with the decision, posted when the customer has the
/// money, voided when finance cancels the payout, lessened when less is owed than was granted, booked anew when the marketplace
/// paid all the same; what was paid for a quality problem is recovered from the maker (MALL-QFR-3);
/// a fine falls on the responsible person when the supplier let a just claim come up to the manager (MALL-C8.4-20).
/// </summary>
public sealed class PenaltyAccounting(
    LedgerStore ledger, SupplierRegister suppliers, CaseStore cases, Deposits deposits, FaultFunds funds, RulesInForce rules, TimeProvider clock)
{
    private const string Charge = "charge";
    private const string Counterfeit = "MALL-3.1.1-FAKE";

    /// <summary>Books what follows from an event. Safe to repeat: every entry's key follows from the event, the case or the payout.</summary>
    /// <exception cref="OutageException">An event came before the one that it rests on; trying again later helps.</exception>
    public async Task HandleAsync(Envelope envelope, CaseEvent happened, CancellationToken cancellationToken)
    {
        SupplierId supplier = SupplierId.Parse(envelope.SupplierId ?? throw new InvalidOperationException($"{envelope.Id} names no supplier."));
        await suppliers.MeetAsync(supplier, cancellationToken);
        switch (happened)
        {
            case ClaimUpheld upheld:
                await ChargeAsync(supplier, envelope, upheld, cancellationToken);
                await FineAsync(supplier, envelope, upheld, cancellationToken);
                break;
            case RefundConfirmed { Cancellation: { } cancellation } paid:
                await PostAnewAsync(supplier, envelope, paid, CancellationOf(paid.PayoutId, cancellation), cancellationToken);
                break;
            case RefundConfirmed paid:
                await PostAsync(supplier, envelope, paid.PayoutId, paid.Amount, paid.At, cancellationToken);
                break;
            case PayoutSettled paid:
                // The day that finance names is the one on which it counts.
                Instant at = paid.PaidOn is { } day ? day.AtStartOfDayInZone(Zones.Shanghai).ToInstant() : paid.At;
                await PostAsync(supplier, envelope, paid.PayoutId, paid.Amount, at, cancellationToken);
                break;
            case PayoutCancelled cancelled:
                string effect = CancellationOf(cancelled.PayoutId, CaseStore.SequenceOf(envelope));
                await CloseHeldAsync(
                    supplier, envelope, cancelled.PayoutId, effect, cancelled.Amount, cancelled.At, Voided, cancellationToken);
                break;
            case GrantReduced reduced:
                await LessenAsync(supplier, envelope, reduced, cancellationToken);
                break;
            case LateResponseRecorded late:
                await suppliers.StrikeAsync(
                    supplier, envelope.Id, new Strike("late-response", envelope.CaseId, late.Clause, late.At), cancellationToken);
                break;
            default:
                break;
        }
    }

    private async Task ChargeAsync(SupplierId supplier, Envelope envelope, ClaimUpheld upheld, CancellationToken cancellationToken)
    {
        if (!upheld.Increase.IsPositive) return;
        EntryReason reason = Reason(Charge, [.. WhyCharged(upheld), .. upheld.Clauses], envelope.CaseId, null, upheld.At);
        await BookAsync(
            supplier,
            new Reserve(ChargeKey(envelope.Id), reason, Now(), [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, upheld.Increase)]),
            cancellationToken);
    }

    /// <summary>
    /// An agreed claim is the counter's own liability; otherwise the mall pays out of the deposit, and from the manager's step on
    /// because the counter did not cooperate.
    /// </summary>
    private static ImmutableArray<string> WhyCharged(ClaimUpheld upheld) => upheld switch
    {
        { SupplierAgreed: true } => ["MALL-QFR-1"],
        { ReachedStep4: true } => ["MALL-LIM-6", "MALL-LAD-3", "MALL-C8.4-DED"],
        _ => ["MALL-LAD-3"],
    };

    private async Task FineAsync(SupplierId supplier, Envelope envelope, ClaimUpheld upheld, CancellationToken cancellationToken)
    {
        if (upheld.SupplierAgreed || !upheld.ReachedStep4) return;
        Case? @case = await cases.LoadAsync(CaseId.Parse(envelope.CaseId), cancellationToken);
        if (@case?.Decision.Covered != true) return;
        Money fine = (await rules.MallAsync(cancellationToken)).FinePerCase();
        var task = new FinanceTask(FinanceTask.RegisterPerson, envelope.CaseId, MallRules.PersonFine, fine, upheld.At);
        if (await suppliers.FindAsync(supplier, cancellationToken) is { ResponsiblePersonId: { } person })
        {
            await FineAsync(supplier, person, task, cancellationToken);
            return;
        }
        await suppliers.AskFinanceAsync(supplier, task, cancellationToken);
        // Whoever registered somebody meanwhile did not see the task.
        if (await suppliers.FindAsync(supplier, cancellationToken) is { } terms) await FineForOpenTasksAsync(terms, cancellationToken);
    }

    /// <summary>Books the fines that waited for somebody to be registered, and ends their tasks; nothing while nobody is.</summary>
    public async Task FineForOpenTasksAsync(SupplierTerms terms, CancellationToken cancellationToken)
    {
        if (terms.ResponsiblePersonId is not { } person) return;
        foreach (FinanceTask task in await suppliers.TasksAsync(terms.Id, cancellationToken))
        {
            if (task.Kind != FinanceTask.RegisterPerson) continue;
            await FineAsync(terms.Id, person, task, cancellationToken);
            await suppliers.DoneAsync(terms.Id, task, cancellationToken);
        }
    }

    /// <summary>Once a case, however often it is decided anew and whoever is registered by then.</summary>
    private async Task FineAsync(SupplierId supplier, string person, FinanceTask task, CancellationToken cancellationToken)
    {
        string key = $"fine:{task.CaseId}";
        if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, key), cancellationToken) is not null) return;
        EntryReason reason = Reason("fine", [task.Clause], task.CaseId, null, task.At);
        await BookAsync(supplier, new Post(key, reason, Now(), [new Posting(Account.Fines(person), Account.HouseFines, task.Amount)]), cancellationToken);
    }

    private async Task PostAsync(
        SupplierId supplier, Envelope envelope, PayoutId payoutId, Money amount, Instant at, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> clauses =
            await CloseHeldAsync(supplier, envelope, payoutId, payoutId.ToString(), amount, at, Settled, cancellationToken);
        await deposits.DeductedAsync(supplier, payoutId.ToString(), at.InZone(Zones.Shanghai).Date, cancellationToken);
        await RecoverAsync(supplier, envelope, payoutId, amount, at, clauses, cancellationToken);
    }

    /// <summary>
    /// What was held is voided, and the marketplace paid: the charge is booked anew, posted, for the reasons of the voided one.
    /// </summary>
    private async Task PostAnewAsync(
        SupplierId supplier, Envelope envelope, RefundConfirmed paid, string cancellation, CancellationToken cancellationToken)
    {
        PayoutProgress voided = await ledger.BookedAsync(supplier, cancellation, cancellationToken);
        if (voided.Booked < paid.Amount)
            throw new OutageException($"The cancellation of {paid.PayoutId} is not in the book of {supplier} yet.");
        await BookAsync(
            supplier,
            new Post(
                $"paid-after-cancellation:{paid.PayoutId}",
                Reason(Charge, voided.Clauses, envelope.CaseId, paid.PayoutId.ToString(), paid.At),
                Now(),
                [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, paid.Amount)]),
            cancellationToken);
        await deposits.DeductedAsync(supplier, paid.PayoutId.ToString(), paid.At.InZone(Zones.Shanghai).Date, cancellationToken);
        await RecoverAsync(supplier, envelope, paid.PayoutId, paid.Amount, paid.At, voided.Clauses, cancellationToken);
    }

    private async Task RecoverAsync(
        SupplierId supplier, Envelope envelope, PayoutId payoutId, Money amount, Instant at, IReadOnlyList<string> clauses,
        CancellationToken cancellationToken)
    {
        if (!IsRecoverable(clauses)) return;
        await BookAsync(
            supplier,
            new Post(
                RecoveryKey(payoutId),
                Reason("recovery", ["MALL-QFR-3"], envelope.CaseId, payoutId.ToString(), at),
                Now(),
                [new Posting(Account.Makers(supplier), Account.Recoverable(supplier), amount)]),
            cancellationToken);
        await funds.RecoveredAsync(supplier, CaseId.Parse(envelope.CaseId), cancellationToken);
    }

    /// <summary>The key of what is recovered for a payout.</summary>
    public static string RecoveryKey(PayoutId payout) => $"recovery:{payout}";

    /// <summary>A quality problem is the maker's in the end; a counterfeit is the counter's own, and taste is nobody's (MALL-QFR-3, X-41).</summary>
    private static bool IsRecoverable(IReadOnlyList<string> clauses) =>
        clauses.Any(clause => clause.StartsWith("MALL-3.1", StringComparison.Ordinal))
        && !clauses.Any(clause => clause == Counterfeit || clause.StartsWith("MALL-3.1.2-3", StringComparison.Ordinal));

    /// <summary>
    /// Settles or voids what is held for the case and makes up the payout's amount exactly; nothing when it cannot be made up yet.
    /// What an earlier, interrupted run did counts, so a repeat goes on where that one stopped.
    /// </summary>
    /// <param name="effect">What is being booked: the payout's id, or one cancellation of it.</param>
    /// <returns>The clauses of what was closed.</returns>
    private async Task<IReadOnlyList<string>> CloseHeldAsync(
        SupplierId supplier, Envelope envelope, PayoutId payoutId, string effect, Money amount, Instant at,
        Func<string, EntryReason, Instant, string, LedgerCommand> close, CancellationToken cancellationToken)
    {
        // What is open first: what another delivery of the event closes in between then counts as booked, and is not closed twice.
        IReadOnlyList<OpenCharge> open = await ledger.OpenChargesAsync(supplier, envelope.CaseId, cancellationToken);
        PayoutProgress progress = await ledger.BookedAsync(supplier, effect, cancellationToken);
        IReadOnlyList<OpenCharge> held = ChargesBehind.Payout(amount - progress.Booked, open)
            ?? throw new OutageException($"The charge behind {payoutId} is not in the book of {supplier} yet.");
        foreach (OpenCharge charge in held)
        {
            progress = progress with { Booked = progress.Booked + charge.Amount, Clauses = [.. progress.Clauses, .. charge.Clauses] };
            EntryReason reason = Reason(Charge, [.. charge.Clauses], envelope.CaseId, payoutId.ToString(), at);
            await BookAsync(supplier, close($"{payoutId}:{charge.EntryId}", reason, Now(), charge.EntryId), cancellationToken, progress);
        }
        return progress.Clauses;
    }

    /// <summary>
    /// Lets as much go of what is held for the case as is no longer owed. Only what was granted last can have been reduced: what
    /// earlier grants hold may be on its way to the customer. A charge that is larger than what is left to let go is voided whole,
    /// and the rest of it held anew; both steps are known by their keys, so a repeat goes on where an interrupted run stopped.
    /// </summary>
    /// <exception cref="OutageException">A charge of an earlier decision is not in the book yet, or a payout holds it.</exception>
    private async Task LessenAsync(SupplierId supplier, Envelope envelope, GrantReduced reduced, CancellationToken cancellationToken)
    {
        string effect = $"{envelope.Id}.reduced";
        await MeetChargesAsync(supplier, envelope, cancellationToken);
        IReadOnlyList<OpenCharge> open = await ledger.OpenChargesAsync(supplier, envelope.CaseId, cancellationToken);
        PayoutProgress progress = await ledger.BookedAsync(supplier, effect, cancellationToken);
        foreach (OpenCharge charge in open.Reverse().TakeWhile(_ => progress.Booked < reduced.Amount))
        {
            progress = progress with
            {
                Booked = progress.Booked + charge.Amount,
                Clauses = [.. progress.Clauses.Union(charge.Clauses)],
            };
            EntryReason reason = Reason(Charge, [.. charge.Clauses], envelope.CaseId, effect, reduced.At);
            await BookAsync(supplier, Voided($"{effect}:{charge.EntryId}", reason, Now(), charge.EntryId), cancellationToken, progress);
        }
        if (progress.Booked < reduced.Amount)
            throw new OutageException($"What {envelope.Id} takes off is not held in the book of {supplier} yet.");
        if (progress.Booked == reduced.Amount) return;
        await BookAsync(
            supplier,
            new Reserve(
                $"{effect}:rest",
                Reason(Charge, progress.Clauses, envelope.CaseId, effect, reduced.At),
                Now(),
                [new Posting(Account.Deposit(supplier), Account.CustomerRefunds, progress.Booked - reduced.Amount)]),
            cancellationToken);
    }

    /// <summary>Messages come in any order: whatever was granted before is in the book before any of it is let go.</summary>
    private async Task MeetChargesAsync(SupplierId supplier, Envelope envelope, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Id, ClaimUpheld Happened)> granted = await cases.EarlierAsync<ClaimUpheld>(
            CaseId.Parse(envelope.CaseId), "claim-upheld", CaseStore.SequenceOf(envelope), cancellationToken);
        foreach ((string id, ClaimUpheld upheld) in granted.Where(grant => grant.Happened.Increase.IsPositive))
        {
            if (await ledger.FindAsync(supplier, LedgerEntry.IdOf(supplier, ChargeKey(id)), cancellationToken) is null)
                throw new OutageException($"The charge of {id} is not in the book of {supplier} yet.");
        }
    }

    /// <param name="upheld">The id of the event of the decision.</param>
    private static string ChargeKey(string upheld) => $"charge:{upheld}";

    /// <summary>Granted anew, a payout keeps its id and can be cancelled again.</summary>
    /// <param name="sequence">The number of the cancelling event in its case.</param>
    private static string CancellationOf(PayoutId payoutId, long sequence) => $"{payoutId}.cancelled.{sequence}";

    private async Task BookAsync(SupplierId supplier, LedgerCommand command, CancellationToken cancellationToken, PayoutProgress? progress = null)
    {
        if (await ledger.ExecuteAsync(supplier, command with { LandsLater = true }, cancellationToken, progress) is LedgerOutcome.Refused refused)
            throw new InvalidOperationException($"The ledger refused {command.Key}: {refused.Code}. {refused.Detail}");
    }

    private static LedgerCommand Settled(string key, EntryReason reason, Instant now, string target) => new Settle(key, reason, now, target);

    private static LedgerCommand Voided(string key, EntryReason reason, Instant now, string target) => new Release(key, reason, now, target);

    private static EntryReason Reason(string kind, ImmutableArray<string> clauses, string caseId, string? reference, Instant at) =>
        new(kind, clauses, caseId, reference, null, at.InZone(Zones.Shanghai).Date);

    private Instant Now() => Instant.FromDateTimeOffset(clock.GetUtcNow());
}
