using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>How a customer's case is read from the conclusions.</summary>
internal sealed partial class RulebookCompiler
{
    private const string AnswerPrefix = "answer.";

    private static readonly Dictionary<string, CelType[]> TypesImplied = new()
    {
        ["paid"] = [CelType.Money],
        ["sold_on"] = [CelType.Date, CelType.DateOrDateTime],
        ["claimed_on"] = [CelType.Date, CelType.DateOrDateTime],
        ["sold_at"] = [CelType.DateTime, CelType.DateOrDateTime],
        ["claimed_at"] = [CelType.DateTime, CelType.DateOrDateTime],
        ["kind"] = [CelType.Text],
        ["claim_kind"] = [CelType.Text],
    };

    private CompiledClaim Claim(
        ClaimSource claim, CompiledDecision[] decisions, CelScope global, FactCatalogue facts, CelExpression? limit)
    {
        var scope = new CelScope(global);
        var answers = new Dictionary<int, int>();
        foreach (Output output in decisions.SelectMany(decision => decision.Outputs).Where(output => output.Conclusion >= 0).DistinctBy(output => output.Conclusion))
        {
            scope.TryAdd(new CelName(AnswerPrefix + output.Name, new CelType.Optional(_conclusions[output.Name].Type), NameKind.Computed, _slots));
            answers.Add(output.Conclusion, _slots++);
        }
        var optionalText = new CelType.Optional(CelType.Text);
        var implies = new List<(string, string)>();
        foreach (NamedExpression implied in claim.Implies)
        {
            if (!TypesImplied.TryGetValue(implied.Expression.Value, out CelType[]? types))
                Add(implied.Expression, "unknown-source", $"'{implied.Expression.Value}' is no field of a request; there are {string.Join(", ", TypesImplied.Keys)}.");
            else if (facts.Find(implied.Name.Value) is not { } fact)
                Add(implied.Name, "unknown-fact", $"There is no fact '{implied.Name.Value}'.");
            else if (!types.Contains(fact.Type))
                Add(implied.Name, "mistyped", $"'{implied.Name.Value}' is {fact.Type}; '{implied.Expression.Value}' gives {types[0]}.");
            else
                implies.Add((implied.Name.Value, implied.Expression.Value));
        }
        return new CompiledClaim(
            Expanded(claim.Asks),
            Expression(claim.Covered, scope, new CelType.Optional(CelType.Bool), []),
            claim.Remedy is { } remedy ? Expression(remedy, scope, optionalText, []) : null,
            claim.RefusedBy is { } refused ? Expression(refused, scope, optionalText, []) : null,
            [.. claim.Pays.Select(pay => Pay(pay, scope)).OfType<Pay>()],
            [.. implies])
        { Answers = answers, Limit = limit };
    }

    private Pay? Pay(PaySource pay, CelScope scope)
    {
        Step? when = pay.When is { } condition ? Expression(condition, scope, CelType.Bool, []) : null;
        Step? amount = Expression(pay.Amount, scope, CelType.Money, []);
        Clause? clause = Cited(pay.Clause);
        return amount is null || clause is null ? null : new Pay(pay.Name.Value, when, amount, clause.Id);
    }
}
