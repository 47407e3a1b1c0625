using NodaTime;

namespace AfterSales.Domain.Rulebooks;

/// <summary>
/// The shopping mall's three-guarantees policy (售后服务规范): what a customer's claim gives, and what it costs the supplier.
/// Written by hand over the clause file; facts and conclusions carry the vocabulary's names.
/// </summary>
public sealed class MallSanbao : Rulebook
{
    public const string RulebookId = "mall-sanbao";

    private static readonly (string Prefix, Action<Evaluation> Decide)[] Decisions =
    [
        ("MALL-3.1.1-R-TIME", MallRepairTime.Decide),
        ("MALL-3.", MallClaim.Decide),
        ("MALL-LIM-4", MallRepairTime.Decide),
        ("MALL-LIM-5", MallRepairTime.Decide),
        ("MALL-LIM-5", MallSupplierCharges.NonCooperation),
        ("MALL-LIM-6", MallSupplierCharges.NonCooperation),
        ("MALL-QFR-", MallSupplierCharges.Recovery),
        ("MALL-3.1.1-DR", MallSupplierCharges.Recovery),
        ("MALL-DEP-1", MallSupplierCharges.DepositPaid),
        ("MALL-LAD-3", MallSupplierCharges.PaidFromDeposit),
        ("MALL-LAD-4", MallSupplierCharges.PaidFromDeposit),
        ("MALL-LAD-7", MallSupplierCharges.CounterfeitOnCounter),
        ("MALL-LAD-8", MallSupplierCharges.ShortMeasure),
        ("MALL-LAD-9", MallSupplierCharges.ShortMeasure),
        ("MALL-C8.4-", MallSupplierCharges.Unresolved),
    ];

    private readonly ClauseFile _file;

    private MallSanbao(ClauseFile file, DateTimeZone zone)
    {
        _file = file;
        Zone = zone;
    }

    public static MallSanbao Shipped { get; } = Load();

    public override RulebookVersion Version => _file.Version;

    public override DateTimeZone Zone { get; }

    public override FactCatalogue FactCatalogue => MallFacts.Catalogue;

    public override IReadOnlyList<Clause> Clauses => _file.Clauses;

    public override DecisionDocument Evaluate(Facts facts, IReadOnlyList<string>? clauses = null)
    {
        var evaluation = new Evaluation(this, facts);
        if (clauses is null)
        {
            MallClaim.Decide(evaluation);
        }
        else
        {
            foreach (Action<Evaluation> decide in Decisions
                .Where(decision => clauses.Any(clause => clause.StartsWith(decision.Prefix, StringComparison.Ordinal)))
                .Select(decision => decision.Decide)
                .Distinct())
            {
                decide(evaluation);
            }
        }
        return evaluation.ToDocument();
    }

    private static MallSanbao Load()
    {
        var file = ClauseFile.Load("mall-sanbao.clauses.yaml");
        return new MallSanbao(file, Calendars.Zones.Find(file.Zone) ?? throw new InvalidOperationException($"No time zone '{file.Zone}'."));
    }
}
