using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Functions.Rulebooks;

/// <summary>A rulebook in the list: the version in force now.</summary>
/// <param name="Decides">Whether it decides what a customer gets, so that a marketplace can choose it.</param>
public sealed record RulebookSummary(
    string Id, string Version, string Digest, string State, Words Title, string Zone, int Facts, int Clauses, bool Decides)
{
    internal static RulebookSummary Of(Rulebook rulebook)
    {
        var source = rulebook.Source;
        return new RulebookSummary(
            rulebook.Version.Id, rulebook.Version.Version, rulebook.Version.Digest, "published", source.Title, source.Zone.Value,
            source.Facts.Length, source.Clauses.Length, source.Claim is not null);
    }
}

/// <summary>A version in the list of its rulebook.</summary>
/// <param name="From">From when it decides new cases; absent for a shipped version, which does from the beginning.</param>
public sealed record VersionView(
    string Id,
    string Version,
    string Digest,
    string State,
    bool InForce,
    string Author,
    OffsetDateTime? SavedAt,
    string? Publisher,
    OffsetDateTime? PublishedAt,
    OffsetDateTime? From,
    string? WithdrawnBy,
    OffsetDateTime? WithdrawnAt,
    string? Reason,
    CheckReport Checks)
{
    internal static VersionView Of(VersionEntry entry, RulebookVersion? inForce, DateTimeZone zone)
    {
        OffsetDateTime? At(Instant? instant) => instant?.InZone(zone).ToOffsetDateTime();
        return new VersionView(
            entry.Id, entry.Version, entry.Digest, entry.State.ToString().ToLowerInvariant(), entry.Digest == inForce?.Digest, entry.Author,
            At(entry.SavedAt), entry.Publisher, At(entry.PublishedAt), At(entry.From), entry.WithdrawnBy, At(entry.WithdrawnAt),
            entry.Reason, entry.Check);
    }
}

/// <summary>A rulebook in one version, whole, for reading. Expressions are as written.</summary>
public sealed record RulebookView(
    string Id,
    string Version,
    string Digest,
    Words Title,
    SourceView Source,
    string Zone,
    string? Calendar,
    IReadOnlyList<HoursView> Hours,
    IReadOnlyList<FactView> Facts,
    IReadOnlyList<ConstantView> Constants,
    IReadOnlyList<ConclusionView> Conclusions,
    IReadOnlyList<ClauseView> Clauses,
    IReadOnlyList<ClockView> Clocks,
    IReadOnlyList<LadderView> Ladder,
    IReadOnlyList<ChecklistItemView> Checklist,
    IReadOnlyList<SupplierTermView> Supplier,
    IReadOnlyList<CallbackView> Callbacks,
    IReadOnlyList<VersionView> Versions)
{
    internal static RulebookView Of(Rulebook rulebook, IReadOnlyList<VersionView> versions)
    {
        var source = rulebook.Source;
        var readings = source.Readings.ToDictionary(reading => reading.Id.Value, reading => reading.Words);
        return new RulebookView(
            rulebook.Version.Id,
            rulebook.Version.Version,
            rulebook.Version.Digest,
            source.Title,
            new SourceView(source.Document, source.Lines),
            source.Zone.Value,
            source.Calendar?.Value,
            [.. source.Hours.Select(HoursView.Of)],
            [.. source.Facts.Select(FactView.Of)],
            [.. source.Constants.Select(ConstantView.Of)],
            [.. source.Conclusions.Select(ConclusionView.Of)],
            [.. source.Clauses.Select(clause => ClauseView.Of(clause, readings))],
            [.. source.Clocks.Select(ClockView.Of)],
            [.. source.Ladder.Select(
                step => new LadderView(step.Step.Value, step.Clause.Value, step.Words, step.Clock?.Value, step.External))],
            [.. source.Checklist.Select(item => new ChecklistItemView(item.Clause.Value, item.Fact?.Value, item.Done?.Value, item.Words))],
            [.. source.Supplier.Select(
                term => new SupplierTermView(term.Clause.Value, term.Kind.Value, term.On, term.Amount?.Value, term.Words))],
            [.. source.Callbacks.Select(call => new CallbackView(call.Clause.Value, call.Clock?.Value, call.Method, call.Words))],
            versions);
    }
}

/// <summary>Where the policy was written.</summary>
public sealed record SourceView(string Document, string Lines);

/// <summary>Opening hours.</summary>
/// <param name="Open">Such as <c>09:00-12:00</c>; none: closed.</param>
public sealed record HoursView(IReadOnlyList<string> Days, IReadOnlyList<string> Open, string? Clause)
{
    internal static HoursView Of(HoursSource hours) => new(
        [.. hours.Days.Select(day => RulebookFile.DayNames[(int)day])], [.. hours.Open.Select(window => $"{window}")], hours.Clause?.Value);
}

public sealed record SymbolView(string Symbol, Words Words)
{
    internal static IReadOnlyList<SymbolView> Of(IEnumerable<SymbolSource> values) =>
        [.. values.Select(value => new SymbolView(value.Symbol.Value, value.Words))];
}

/// <param name="Optional">It may be null, and nobody is asked for it.</param>
/// <param name="Closed">Only the values listed are taken.</param>
public sealed record FactView(
    string Name, string Type, string? Unit, Words Meaning, bool Optional, bool Closed, bool Signed, IReadOnlyList<SymbolView> Values)
{
    internal static FactView Of(FactSource fact) => new(
        fact.Name.Value, fact.Type.Value, fact.Unit, fact.Words, fact.Optional, fact.Closed, fact.Signed, SymbolView.Of(fact.Values));
}

/// <param name="Value">As written; of a map, by key.</param>
public sealed record ConstantView(string Name, string Type, object Value, string? Unit, string? Clause, Words Meaning)
{
    internal static ConstantView Of(ConstantSource constant) => new(
        constant.Name.Value, constant.Type.Value, Plain(constant.Value), constant.Unit, constant.Clause?.Value, constant.Words);

    private static object Plain(SourceNode node) => node switch
    {
        SourceNode.Scalar scalar => scalar.Text.Value,
        SourceNode.Sequence sequence => sequence.Items.Select(Plain).ToList(),
        SourceNode.Map map => map.Entries.ToDictionary(entry => entry.Key.Value, entry => Plain(entry.Value)),
        _ => throw new InvalidOperationException($"No such node: {node}"),
    };
}

public sealed record ConclusionView(string Name, string Type, string? Unit, Words Meaning, IReadOnlyList<SymbolView> Values)
{
    internal static ConclusionView Of(ConclusionSource conclusion) => new(
        conclusion.Name.Value, conclusion.Type.Value, conclusion.Unit, conclusion.Words, SymbolView.Of(conclusion.Values));
}

public sealed record ReadingView(string Id, Words Words);

/// <param name="Text">Original wording.</param>
/// <param name="TextEn">What it says, in English.</param>
/// <param name="Source">File and line of the source document.</param>
public sealed record ClauseView(
    string Id, IReadOnlyList<string> Marks, string Text, string TextEn, string Source, IReadOnlyList<ReadingView> Readings)
{
    internal static ClauseView Of(ClauseSource clause, IReadOnlyDictionary<string, Words> readings) => new(
        clause.Id.Value,
        [.. clause.Marks.Select(mark => mark.Value)],
        clause.Text,
        clause.TextEn,
        clause.Source,
        [.. clause.Readings.Select(id => new ReadingView(id.Value, readings[id.Value]))]);
}

/// <param name="Stated">The document says so itself; otherwise a reading proposes it.</param>
public sealed record OnMissView(bool Stated, string Action, string? To, Words Words);

public sealed record ClockView(
    string Id, IReadOnlyList<string> Clauses, string? Start, string? Length, string? Due, string? Met, Words? Owner, OnMissView? OnMiss)
{
    internal static ClockView Of(ClockSource clock) => new(
        clock.Id.Value,
        [.. clock.Clauses.Select(clause => clause.Value)],
        clock.Start?.Value,
        clock.Length?.Value,
        clock.Due?.Value,
        clock.Met?.Value,
        clock.Owner,
        clock.OnMiss is { } miss ? new OnMissView(miss.Stated, miss.Action.Value, miss.To, miss.Words) : null);
}

public sealed record LadderView(string Step, string Clause, Words Words, string? Clock, bool External);

public sealed record ChecklistItemView(string Clause, string? Fact, string? Done, Words Words);

public sealed record SupplierTermView(string Clause, string Kind, string? On, string? Amount, Words Words);

public sealed record CallbackView(string Clause, string? Clock, string? Method, Words Words);
