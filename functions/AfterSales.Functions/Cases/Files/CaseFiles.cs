using AfterSales.Domain.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Notices;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using NodaTime.Extensions;

namespace AfterSales.Functions.Cases.Files;

/// <summary>Puts case files together, each as its reader may see the case.</summary>
public sealed class CaseFiles(
    CaseViews views, ClockHistory clocks, LetterStore letters, ExhibitBlobs exhibits, RulebookRegistry rulebooks, TimeProvider clock)
{
    /// <param name="original">All files as they were sent; the reader is one of the mall who may, and it is on record.</param>
    public async Task<CaseFileAnswer> MakeAsync(StoredCase stored, Caller reader, bool original, CancellationToken cancellationToken)
    {
        var @case = stored.State;
        var view = await views.ShowAsync(stored, reader, cancellationToken);
        var past = await clocks.OfAsync(@case, cancellationToken);
        var contents = new CaseFileContents(
            view,
            @case.Rung.Name,
            CaseViews.Local(@case, clock.GetUtcNow().ToInstant()),
            WireName.Of(reader.ToActor().Party),
            [.. past.Select(one => Shown(@case, one))],
            await ClausesAsync(@case, view, past, cancellationToken),
            MaySeeLetters(reader) ? await letters.OfAsync(@case, cancellationToken) : []);
        return new CaseFileAnswer(contents, [.. @case.Evidence.Select(file => Opening(@case, file, reader, original))]);
    }

    /// <summary>Letters are written to the customer, by name.</summary>
    private static bool MaySeeLetters(Caller reader) => reader.Role != Role.Supplier;

    private CaseFileExhibit Opening(Case @case, FiledEvidence file, Caller reader, bool original)
    {
        var copied = !original && !EvidenceSight.IsSender(reader, file);
        return new CaseFileExhibit(
            file.Name, CaseViews.By(file.By), CaseViews.Local(@case, file.At), file.ContentType, file.Sha256, copied, async token =>
            {
                var bytes = await exhibits.ReadAsync(@case.Id.ToString(), new PersonId(@case.CustomerId), file.Sha256, token);
                return bytes is null || !copied ? bytes : Exhibit.CopyWithoutMetadata(file.ContentType, bytes);
            });
    }

    private static CaseFileClock Shown(Case @case, PastClock past)
    {
        var (deadline, sum) = (past.Deadline, past.Deadline.Arithmetic);
        return new CaseFileClock(
            @case.Process.Clock(deadline.Name)?.Title ?? new Wording(deadline.Name, deadline.Name), WireName.Of(deadline.Owner),
            CaseViews.Local(@case, deadline.Due), deadline.Clause, new Wording(sum.English, sum.Chinese), deadline.OnMiss, past.End);
    }

    /// <summary>Every clause that the case's decision, its deadlines and its history name, in the order of the rulebook.</summary>
    private async Task<IReadOnlyList<CaseFileClause>> ClausesAsync(
        Case @case, CaseView view, IReadOnlyList<PastClock> past, CancellationToken cancellationToken)
    {
        var because = view.Decision.Citations.ToLookup(citation => citation.Clause);
        var named = view.Decision.Citations.Select(citation => citation.Clause)
            .Concat(view.Ruling?.Clauses ?? [])
            .Concat(past.Select(one => one.Deadline.Clause))
            .Concat(view.Timeline.Select(line => line.Clause).OfType<string>())
            .ToHashSet(StringComparer.Ordinal);
        var rulebook = await rulebooks.OfAsync(@case.Decision.Rulebook, cancellationToken);
        return
        [
            .. rulebook.Clauses.Where(clause => named.Contains(clause.Id)).Select(clause => new CaseFileClause(
                clause.Id, new Wording(clause.TextEn, clause.Text), clause.Source,
                [.. because[clause.Id].Select(citation => new Wording(citation.Because, citation.BecauseZh))])),
        ];
    }
}
