using System.Collections.Immutable;
using System.Runtime.InteropServices;
using AfterSales.Domain.Calendars;

namespace AfterSales.Domain.Rulebooks.Format;

/// <summary>A place in a rulebook file; lines and columns count from 1.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SourcePosition(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}

/// <summary>A fault or a finding in a rulebook file.</summary>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Code">kebab-case, such as <c>unknown-key</c>.</param>
/// <param name="Detail">What is wrong and what would be right.</param>
public sealed record SourceFault(string File, SourcePosition At, string Code, string Detail)
{
    public override string ToString() => $"{File}:{At.Line}:{At.Column}: {Code}: {Detail}";
}

/// <summary>A scalar of the file with its place; of an expression, the place of its first character.</summary>
/// <param name="Plain">Whether it was written without quotes, so that <c>null</c>, <c>true</c> and numbers are meant as such.</param>
public sealed record SourceText(string Value, SourcePosition At, bool Plain = true)
{
    public override string ToString() => Value;
}

/// <summary>Words in both languages.</summary>
public sealed record Words(string Zh, string En);

/// <summary>
/// A rulebook file as written: its shape checked, its expressions not yet compiled. See functions/Rulebooks/README.md for the format.
/// </summary>
/// <param name="File">The file's name, without its folder.</param>
/// <param name="Digest">SHA-256 of the file's bytes, lower-case hexadecimal.</param>
public sealed record RulebookSource(
    string File,
    string Digest,
    SourceText Id,
    SourceText Version,
    Words Title,
    string Document,
    string Lines,
    SourceText Zone,
    SourceText? Calendar,
    ImmutableArray<HoursSource> Hours,
    ImmutableArray<FactSource> Facts,
    ImmutableArray<ConstantSource> Constants,
    ImmutableArray<ConclusionSource> Conclusions,
    ImmutableArray<ReadingSource> Readings,
    ImmutableArray<ClauseSource> Clauses,
    ImmutableArray<DecisionSource> Decisions,
    ImmutableArray<ClockSource> Clocks,
    ImmutableArray<LadderStepSource> Ladder,
    ImmutableArray<ChecklistSource> Checklist,
    ImmutableArray<SupplierTermSource> Supplier,
    ImmutableArray<CallbackSource> Callbacks,
    ClaimSource? Claim,
    CaseSource? Case,
    ImmutableArray<ExampleSource> Examples,
    ImmutableArray<WideningSource> Widens)
{
    public ImmutableArray<EvidenceSource> Evidence { get; init; } = [];
}

/// <param name="Reasons">Of claims that it is wanted for; empty: of every claim.</param>
/// <param name="When">Says of the facts whether it is wanted; null: always.</param>
/// <param name="Count">How many files.</param>
/// <param name="From">customer, supplier; null: anybody.</param>
/// <param name="HoldsClocks">The case's clocks wait for it.</param>
/// <param name="Clause">A clause of the file, or P.</param>
public sealed record EvidenceSource(
    SourceText Id, ImmutableArray<SourceText> Reasons, SourceText? When, ImmutableArray<SourceText> Kinds, int Count, string? From,
    bool HoldsClocks, SourceText Clause, Words Words);

/// <summary>Opening hours of some days.</summary>
/// <param name="Open">By the clock on the wall of the rulebook's zone, in order; none: closed.</param>
public sealed record HoursSource(
    SourcePosition At, ImmutableArray<OpenDays> Days, ImmutableArray<OpenWindow> Open, SourceText? Clause);

/// <summary>A symbol of a text fact, put into words.</summary>
public sealed record SymbolSource(SourceText Symbol, Words Words);

/// <param name="Type">As written, such as <c>list of {case: integer, priority: text}</c>.</param>
/// <param name="Closed">Only the symbols of <paramref name="Values"/> are taken.</param>
public sealed record FactSource(
    SourceText Name, SourceText Type, Words Words, string? Unit, bool Optional, bool Closed, bool Signed, ImmutableArray<SymbolSource> Values);

/// <param name="Value">One text, or a map of texts.</param>
public sealed record ConstantSource(SourceText Name, SourceText Type, SourceNode Value, SourceText? Clause, Words Words, string? Unit);

/// <param name="Limit">What the policy's own multiple allows, an expression; null: no limit stated.</param>
public sealed record ConclusionSource(SourceText Name, SourceText Type, Words Words, string? Unit, SourceText? Limit, ImmutableArray<SymbolSource> Values);

public sealed record ReadingSource(SourceText Id, Words Words);

/// <param name="Marks">computable, timed, ledger, record, conduct.</param>
public sealed record ClauseSource(
    SourceText Id, ImmutableArray<SourceText> Marks, string Text, string TextEn, string Source, ImmutableArray<SourceText> Readings);

public sealed record NamedExpression(SourceText Name, SourceText Expression);

/// <param name="Answers">Empty: every clause that its rules cite.</param>
/// <param name="Hit">first, known, each, collect.</param>
/// <param name="Otherwise"><c>nothing</c>: where none of its rules holds, nothing is meant to be concluded.</param>
/// <param name="IsOrdered">Where two of its rules hold, the first is meant to win.</param>
public sealed record DecisionSource(
    SourceText Id,
    ImmutableArray<SourceText> Answers,
    SourceText? When,
    ImmutableArray<NamedExpression> Let,
    SourceText Hit,
    bool Internal,
    bool Partial,
    SourceText? Otherwise,
    bool IsOrdered,
    ImmutableArray<RuleSource> Rules);

public sealed record RuleSource(
    SourcePosition At, SourceText? When, ImmutableArray<NamedExpression> Then, ImmutableArray<SourceText> Clauses, Words? Because);

/// <param name="Length">Such as <c>3 days</c>; null when <paramref name="Due"/> says it.</param>
/// <param name="Concludes">Role (<c>due</c>, <c>on_time</c>) to the conclusion's name.</param>
public sealed record ClockSource(
    SourceText Id,
    ImmutableArray<SourceText> Clauses,
    ImmutableArray<SourceText> Answers,
    SourceText? When,
    SourceText? Start,
    SourceText? Length,
    SourceText? Due,
    SourceText? Met,
    Words? Owner,
    OnMissSource? OnMiss,
    ImmutableArray<NamedExpression> Concludes,
    ImmutableArray<NamedExpression> OnTime,
    ImmutableArray<NamedExpression> Late);

/// <param name="Stated">Whether the document says so itself, or a reading proposes it.</param>
/// <param name="Action">alert, escalate, breach, refuse, close, charge, none.</param>
public sealed record OnMissSource(bool Stated, SourceText Action, string? To, Words Words);

/// <param name="Role">Who sits on it; needed where the file says how cases go.</param>
/// <param name="Binding">What is decided here cannot be contested.</param>
/// <param name="Refuse">Where a supplier's refusal leads; absent: it is a decision.</param>
/// <param name="PassOn">Where the step may hand a case on undecided.</param>
public sealed record LadderStepSource(
    SourceText Step, SourceText Clause, Words Words, SourceText? Clock, bool External, SourceText? Role, bool Binding, SourceText? Refuse,
    SourceText? PassOn, SourceText? ContestTo, SourceText? ContestClause);

/// <param name="Fact">An optional truth fact of this name; null when <paramref name="Done"/> says it.</param>
public sealed record ChecklistSource(SourceText Clause, SourceText? Fact, SourceText? Done, Words Words);

/// <param name="Kind">deposit, recovery, fine, levy, penalty, compensation, release, reward, warning, expulsion, other.</param>
public sealed record SupplierTermSource(SourceText Clause, SourceText Kind, string? On, SourceText? Amount, Words Words);

public sealed record CallbackSource(SourceText Clause, SourceText? Clock, string? Method, Words Words);

/// <param name="Implies">Fact to the field of the request that implies it.</param>
/// <param name="Limit">The most that the customer gets in all, an expression of facts and constants; null: not stated.</param>
public sealed record ClaimSource(
    SourcePosition At,
    ImmutableArray<SourceText> Asks,
    ImmutableArray<NamedExpression> Implies,
    SourceText Covered,
    SourceText? Remedy,
    SourceText? RefusedBy,
    SourceText? Limit,
    ImmutableArray<PaySource> Pays);

public sealed record PaySource(SourceText Name, SourceText? When, SourceText Amount, SourceText Clause);

/// <summary>Says that this version allows more of something than the one before, on purpose.</summary>
/// <param name="Of">A constant, <c>clock.id</c>, a conclusion with a limit, or <c>claim</c>.</param>
public sealed record WideningSource(SourceText Of, Words Words);

public sealed record ExampleSource(
    SourceText Id, ImmutableArray<SourceText> Clauses, SourceNode.Map Given, SourceNode.Map Expect, string? Explain);

/// <summary>A value written in the file as JSON would be: examples and constants.</summary>
public abstract record SourceNode(SourcePosition At)
{
    public sealed record Scalar(SourceText Text) : SourceNode(Text.At);

    public sealed record Sequence(ImmutableArray<SourceNode> Items, SourcePosition At) : SourceNode(At);

    public sealed record Map(ImmutableArray<KeyValuePair<SourceText, SourceNode>> Entries, SourcePosition At) : SourceNode(At);
}
