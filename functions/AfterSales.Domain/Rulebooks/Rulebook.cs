using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Engine;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>What other fields of a request say about the claim.</summary>
/// <param name="Wants">What the customer asks for: <c>refund</c>, <c>return</c>, <c>exchange</c>, <c>repair</c>, <c>complaint</c>.</param>
public sealed record ClaimContext(Money? Paid, Instant? SoldAt, Instant? ClaimedAt, string? Wants);

/// <summary>Facts with what other fields imply, and the differences found.</summary>
public sealed record DerivedFacts(Facts Facts, ImmutableArray<string> Notes);

/// <summary>A name that an answer may carry.</summary>
/// <param name="Limit">What the policy's own multiple allows, from facts and constants; null when none is stated.</param>
public sealed record ConclusionDefinition(
    string Name, CelType Type, string English, string Chinese, string? Unit, ImmutableArray<SymbolWords> Words, CelExpression? Limit);

/// <summary>
/// One written policy in one version, compiled: facts in, conclusions with citations out. Immutable; safe to share. Evaluating
/// never throws for facts that were read against its catalogue.
/// </summary>
public sealed class Rulebook
{
    private const int MostQuestionsKept = 1_000;

    // Narrowing costs about as much as this many evaluations of the whole plan; what a narrowed rule takes is about 2 KB.
    private const int TimesBeforeNarrowing = 300;
    private const int MostNarrowedRules = 5_000;
    private const int MostKinds = 20_000;

    private readonly CompiledRulebook _model;
    private readonly Dictionary<string, Clause> _clauses;
    private readonly ConcurrentDictionary<string, Question> _questions = new(StringComparer.Ordinal);
    private readonly Lazy<Question> _claim;
    private Work? _spare;
    private int _kinds;
    private int _narrowedRules;

    internal Rulebook(CompiledRulebook model)
    {
        _model = model;
        _clauses = model.Clauses.ToDictionary(clause => clause.Id);
        _claim = new Lazy<Question>(() => Plan(model.Claim?.Asks ?? [], isClaim: true));
        Version = new RulebookVersion(model.Source.Id.Value, model.Source.Version.Value, model.Source.Digest);
    }

    /// <summary>The file that it was compiled from.</summary>
    public RulebookSource Source => _model.Source;

    internal CompiledRulebook Model => _model;

    public RulebookVersion Version { get; }

    /// <summary>Local dates and times of facts and conclusions are in this zone.</summary>
    public DateTimeZone Zone => _model.Zone;

    public FactCatalogue FactCatalogue => _model.Facts;

    /// <summary>Its clauses in the order of the document.</summary>
    public IReadOnlyList<Clause> Clauses => _model.Clauses;

    /// <summary>Every name that an answer may carry.</summary>
    public ImmutableArray<ConclusionDefinition> Conclusions => _model.Conclusions;

    /// <summary>Whether it decides what a customer gets.</summary>
    public bool HasClaim => _model.Claim is not null;

    /// <summary>Compiles a file's content. Null when there is any fault; all of them are listed.</summary>
    public static Rulebook? Compile(RulebookSource source, CalendarSet calendars, ICollection<SourceFault> faults) =>
        new RulebookCompiler(source, calendars, faults).Compile() is { } model ? new Rulebook(model) : null;

    /// <summary>
    /// Reads and compiles a file. Null when there is any fault; all of them are listed, in the order of their places. Only where the shape
    /// of the file is wrong, what its expressions mean is not looked at.
    /// </summary>
    /// <param name="file">The file's name, without its folder.</param>
    public static Rulebook? Load(string file, ReadOnlyMemory<byte> utf8, CalendarSet calendars, ICollection<SourceFault> faults)
    {
        var read = new List<SourceFault>();
        var compiled = new List<SourceFault>();
        Rulebook? rulebook = RulebookFile.ReadShape(file, utf8, read) is { } source ? Compile(source, calendars, compiled) : null;
        if (rulebook is not null) compiled.AddRange(OwnExamples.Faults(rulebook));

        // An id that is missing is met by both; it is told once.
        HashSet<SourcePosition> told = [.. read.Select(fault => fault.At)];
        SourceFault[] all = [.. read, .. compiled.Where(fault => !told.Contains(fault.At))];
        foreach (SourceFault fault in all.OrderBy(fault => fault.At.Line).ThenBy(fault => fault.At.Column)) faults.Add(fault);
        return all.Length == 0 ? rulebook : null;
    }

    public Clause? FindClause(string id) => _clauses.GetValueOrDefault(id);

    /// <summary>Reads facts against this rulebook's catalogue; see <see cref="Facts.Parse"/>.</summary>
    public FactsReading ReadFacts(JsonElement json, string pointer = "/facts") => Facts.Parse(json, FactCatalogue, Zone, pointer);

    /// <summary>Lays facts out for <see cref="Evaluate(FactSlots, Question)"/>. Facts that the rulebook does not know are left aside.</summary>
    public FactSlots Bind(Facts facts) => new(this, facts);

    /// <summary>The clauses that a decision answers and the conclusions it may reach for them, by clause.</summary>
    public IEnumerable<string> ConclusionsOf(string clause) => _model.Decisions
        .Where(decision => decision.Answers.Contains(clause))
        .SelectMany(decision => decision.Outputs)
        .Where(output => output.Conclusion >= 0)
        .Select(output => Conclusions[output.Conclusion].Name)
        .Distinct();

    /// <summary>The plan of a question, made once and kept.</summary>
    /// <param name="clauses">The clauses asked about; null asks what a customer's claim asks. One that is not in the rulebook adds nothing.</param>
    public Question Ask(IReadOnlyList<string>? clauses = null)
    {
        if (clauses is null) return _claim.Value;
        string key = string.Join('\n', clauses);
        if (_questions.TryGetValue(key, out Question? known)) return known;
        Question question = Plan(clauses, isClaim: false);
        if (_questions.Count < MostQuestionsKept) _questions.TryAdd(key, question);
        return question;
    }

    /// <summary>Decides, without making any text.</summary>
    public Verdict Evaluate(FactSlots facts, Question question) => Evaluate(facts, question, PlanFor(question, facts));

    /// <param name="plan">The question's, or one narrowed to the kind of these facts.</param>
    internal Verdict Evaluate(FactSlots facts, Question question, Plan plan)
    {
        Work work = Take();
        Run.Decide(question, plan, facts, work);
        Verdict verdict = Conclude(question, plan, facts, work);
        Return(work);
        return verdict;
    }

    /// <summary>
    /// Decides. A rule whose facts were not given is not reached; what it lacked is in <see cref="DecisionDocument.Missing"/>.
    /// </summary>
    /// <param name="clauses">The clauses asked about; null asks what a customer's claim asks.</param>
    public DecisionDocument Evaluate(Facts facts, IReadOnlyList<string>? clauses = null) => Evaluate(Bind(facts), Ask(clauses)).ToDocument();

    /// <summary>For every rule of the clause that did not fire: which condition failed, and the values it looked at.</summary>
    public WhyNot WhyNot(Facts facts, string clause)
    {
        Question question = Plan([clause], isClaim: false, citing: clause);
        Work work = Take();
        Run.Decide(question, question.Plan, Bind(facts), work);
        WhyNot why = Rulebooks.WhyNot.Of(clause, question, work, Shown);
        Return(work);
        return why;
    }

    /// <summary>What the policy allows of a conclusion for these facts; null when nothing is stated or it cannot be told.</summary>
    public RuleValue? LimitOf(ConclusionDefinition conclusion, Facts facts) =>
        conclusion.Limit is { } limit ? Allowed(limit, facts) : null;

    /// <summary>The most that a claim pays the customer in all for these facts; null when nothing is stated or it cannot be told.</summary>
    public Money? LimitOfClaim(Facts facts) =>
        _model.Claim?.Limit is { } limit && Allowed(limit, facts) is RuleValue.Amount most ? most.Value : null;

    private RuleValue? Allowed(CelExpression limit, Facts facts)
    {
        Work work = Take();
        work.Begin(Bind(facts).Values);
        RuleValue? value = limit.Evaluate(work.Frame, out RuleValue? allowed) == Outcome.Value ? allowed : null;
        Return(work);
        return value;
    }

    /// <summary>What its clauses want recorded, and whether these facts say that it was.</summary>
    public IReadOnlyList<ChecklistItem> Checklist(Facts facts)
    {
        if (_model.Checklist.Length == 0) return [];
        FactSlots slots = Bind(facts);
        Work work = Take();
        work.Begin(slots.Values);
        ChecklistItem[] items = [.. _model.Checklist.Select(check => new ChecklistItem(
            check.Item.Clause.Value, check.Item.Words.Zh, check.Item.Words.En, IsDone(check, slots, work)))];
        Return(work);
        return items;
    }

    /// <summary>The evidence that a claim of this reason needs, as far as these facts say so.</summary>
    public IReadOnlyList<EvidenceItem> EvidenceFor(string reason, Facts facts)
    {
        if (_model.Evidence.Length == 0) return [];
        Work work = Take();
        work.Begin(Bind(facts).Values);
        EvidenceItem[] items = [.. _model.Evidence
            .Where(wanted => (wanted.Reasons.IsEmpty || wanted.Reasons.Contains(reason)) && (wanted.When is not { } when || work.Test(when) == true))
            .Select(wanted => wanted.Item)];
        Return(work);
        return items;
    }

    /// <summary>
    /// Adds what other fields imply where it was not given, as the claim section says (dates in the rulebook's zone). What was
    /// given wins; a difference is noted.
    /// </summary>
    public DerivedFacts Derive(Facts given, ClaimContext context)
    {
        Facts facts = given;
        var notes = ImmutableArray.CreateBuilder<string>();
        foreach ((string name, string from) in _model.Claim?.Implies ?? [])
        {
            if (Implied(from, context) is not { } value || !IsAllowed(FactCatalogue[name], value)) continue;
            if (given.Find(name) is not { } explicitly)
                facts = facts.With(name, value);
            else if (explicitly.ToString() != value.ToString())
                notes.Add($"'{name}' was given as {explicitly}; {FieldOf(from)} says {value}. The given value was used.");
        }
        return new DerivedFacts(facts, notes.ToImmutable());
    }

    internal ConclusionDefinition ConclusionAt(int index) => _model.Conclusions[index];

    internal Diagnosis Diagnose(Question question, FactSlots facts)
    {
        Work work = Take();
        Run.Decide(question, question.Plan, facts, work);
        Diagnosis diagnosis = Diagnosis.Of(question, facts, work);
        Return(work);
        return diagnosis;
    }

    private bool IsDone(CompiledCheck check, FactSlots facts, Work work) => check.Done is { } done
        ? work.Test(done) == true
        : check.Item.Fact is { } fact && facts.Values[FactCatalogue[fact.Value].Slot] is RuleValue.Truth { Value: true };

    private static bool IsAllowed(FactDefinition fact, RuleValue value) => fact.Symbols.IsEmpty || fact.Symbols.Contains(value.ToString()!);

    private static string FieldOf(string from) => from switch
    {
        "paid" => "order.paid",
        "sold_on" or "sold_at" => "order.soldAt",
        "kind" or "claim_kind" => "claim.kind",
        _ => "timestamp",
    };

    private RuleValue? Implied(string from, ClaimContext context)
    {
        Instant? at = from is "sold_on" or "sold_at" ? context.SoldAt : context.ClaimedAt;
        return (from, context.Wants) switch
        {
            ("paid", _) => context.Paid is { } paid ? paid : null,
            ("sold_on" or "claimed_on", _) => at is { } day ? day.InZone(Zone).Date : null,
            ("sold_at" or "claimed_at", _) => at is { } moment ? moment.InZone(Zone).LocalDateTime : null,
            ("kind", "refund" or "return") => new RuleValue.Text("return"),
            ("kind", "exchange" or "repair") => new RuleValue.Text(context.Wants!),
            ("claim_kind", "refund" or "return" or "exchange" or "repair" or "complaint") => new RuleValue.Text(context.Wants!),
            _ => null,
        };
    }

    /// <param name="citing">A clause whose rules are wanted, whatever question their decisions answer.</param>
    private Question Plan(IReadOnlyList<string> clauses, bool isClaim, string? citing = null)
    {
        CompiledDecision[] decisions = _model.Decisions;
        bool[] asked = [.. decisions.Select(decision => decision.Answers.Any(clauses.Contains)
            || (citing is not null && decision.Rules.Any(rule => rule.Clauses.Any(clause => clause.Id == citing))))];
        var wanted = (bool[])asked.Clone();
        CompiledClaim? claim = isClaim ? _model.Claim : null;
        foreach (int need in claim?.Needs ?? []) wanted[need] = true;
        // The order has each decision after what it reads, so one pass from the end finds all that is read.
        for (int i = decisions.Length - 1; i >= 0; i--)
        {
            if (!wanted[_model.Order[i]]) continue;
            foreach (int need in decisions[_model.Order[i]].Needs) wanted[need] = true;
        }
        CompiledDecision[] plan = [.. _model.Order.Where(index => wanted[index]).Select(index => decisions[index])];
        return new Question(this, [.. clauses], isClaim, plan, [.. plan.Select(decision => asked[decision.Index])], claim);
    }

    /// <summary>The plan narrowed to facts of this kind.</summary>
    internal Plan Narrow(Question question, FactSlots facts) => Narrowing.Of(question, facts, _model.NewWork());

    /// <summary>The plan narrowed to this kind of facts, when the kind comes up often; else the question's own.</summary>
    private Plan PlanFor(Question question, FactSlots facts)
    {
        if (!question.Kinds.TryGetValue(facts.Kind, out SeenKind? kind))
        {
            if (_kinds < MostKinds && question.Kinds.TryAdd(facts.Kind, new SeenKind())) Interlocked.Increment(ref _kinds);
            return question.Plan;
        }
        if (kind.Plan is { } known) return known;
        if (++kind.Times < TimesBeforeNarrowing || _narrowedRules >= MostNarrowedRules) return question.Plan;
        Plan plan = kind.Plan = Narrow(question, facts);
        Interlocked.Add(ref _narrowedRules, plan.Decisions.Sum(decision => 1 + decision.Rules.Length));
        return plan;
    }

    private static Verdict Conclude(Question question, Plan plan, FactSlots facts, Work work)
    {
        Concluded[] concluded = Concluded(plan, work);
        (CompiledRule[] applied, Computed[] shown) = Applied(work);
        bool hasMore = work.HasMore || work.Frame.LeansOnUnannounced;
        if (plan.Claim is not { } claim) return new Verdict(question, facts, concluded, applied, shown, hasMore);
        bool? isCovered = claim.Covered is { } covered ? work.Test(covered) : null;
        return new Verdict(question, facts, concluded, applied, shown, hasMore)
        {
            Outcome = new ClaimOutcome(isCovered, TextOf(claim.Remedy, work), TextOf(claim.RefusedBy, work)),
            Money = isCovered == true ? MoneyOf(claim.Pays, work) : [],
        };
    }

    private static Concluded[] Concluded(Plan plan, Work work)
    {
        ComputedSlots computed = work.Frame.Computed;
        int count = 0;
        foreach (Question.Candidate candidate in plan.Conclusions)
        {
            bool found = false;
            foreach (int slot in candidate.Slots)
            {
                if (computed[slot].Outcome is not (Outcome.Value or Outcome.Null)) continue;
                // Two decisions conclude it; whether they agree is looked at in the report.
                work.HasMore |= found;
                if (found) continue;
                found = true;
                RuleValue value = computed[slot].Value ?? RuleValue.Nothing.Instance;
                work.Concluded[count++] = new Concluded(candidate.Conclusion, value);
                if (candidate.ReadAt is { } place) work.Set(place, value is RuleValue.Nothing ? Outcome.Null : Outcome.Value, value);
            }
        }
        return work.Concluded.AsSpan(0, count).ToArray();
    }

    private static string? TextOf(Step? step, Work work) =>
        step is not null && work.Evaluate(step, out RuleValue? value) == Outcome.Value ? (value as RuleValue.Text)?.Value : null;

    // A line that applies but cannot be reckoned leaves no sum at all: the rest alone would be wrong.
    private static ImmutableArray<MoneyComponent> MoneyOf(PayGroup[] groups, Work work)
    {
        int count = 0;
        foreach (PayGroup group in groups)
        {
            foreach (Pay pay in group.For(work))
            {
                if (pay.When is { } when && work.Test(when) != true) continue;
                if (work.Evaluate(pay.Amount, out RuleValue? value) != Outcome.Value || value is not RuleValue.Amount amount) return [];
                work.Lines[count++] = new MoneyComponent(pay.Name, amount.Value, pay.Clause);
            }
        }
        return ImmutableArray.Create(work.Lines.AsSpan(0, count));
    }

    private static (CompiledRule[] Rules, Computed[] Shown) Applied(Work work)
    {
        ReadOnlySpan<CompiledRule> fired = work.Fired.AsSpan(0, work.FiredCount);
        int rules = 0;
        int values = 0;
        foreach (CompiledRule rule in fired)
        {
            if (!rule.IsCited(work)) continue;
            work.Prepare(rule.Shown);
            rules++;
            values += rule.Reason.Slots.Length;
        }
        var applied = new CompiledRule[rules];
        Computed[] shown = values == 0 ? [] : new Computed[values];
        (rules, values) = (0, 0);
        foreach (CompiledRule rule in fired)
        {
            if (!rule.IsCited(work)) continue;
            applied[rules++] = rule;
            foreach (int slot in rule.Reason.Slots) shown[values++] = work.Frame.Computed[slot];
        }
        return (applied, shown);
    }

    private ReadValue Shown(CelName name, RuleValue? value) =>
        _model.Words.Find(name) is { } words ? new ReadValue(name.Name, words.English, words.Chinese, value) : new ReadValue(name.Name, name.Name, name.Name, value);

    private Work Take() => Interlocked.Exchange(ref _spare, null) ?? _model.NewWork();

    private void Return(Work work) => _spare = work;
}
