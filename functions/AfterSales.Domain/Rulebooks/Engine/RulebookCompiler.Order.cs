using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>The decisions as written and as clocks make them, each after those that it reads.</summary>
internal sealed partial class RulebookCompiler
{
    private static bool HasFields(CelType type) => type is CelType.Map or CelType.Row || (type is CelType.Optional optional && HasFields(optional.Of));

    private Draft[] Drafts(CelScope scope)
    {
        var drafts = new Dictionary<string, Draft>();
        foreach (DecisionSource decision in source.Decisions)
        {
            HitPolicy hit = decision.Hit.Value switch
            {
                "first" => HitPolicy.First,
                "known" => HitPolicy.Known,
                "each" => HitPolicy.Each,
                "collect" => HitPolicy.Collect,
                _ => Refuse(decision.Hit, "unknown-hit-policy", "first, known, each or collect", HitPolicy.First),
            };
            if (!drafts.TryAdd(decision.Id.Value, Draft.Of(decision, hit)))
                Add(decision.Id, "duplicate-id", $"The decision '{decision.Id.Value}' is there twice.");
            else if (scope.Find(decision.Id.Value) is { } name && HasFields(name.Type))
                Add(decision.Id, "duplicate-name", $"'{decision.Id.Value}' is also the name of a fact or constant with fields, so that what follows the point could be either.");
        }
        foreach (ClockSource clock in source.Clocks)
        {
            Draft draft = ClockDraft.Of(clock, (text, wanted) => Add(text, "invalid-length", $"'{text.Value}' is no length; it must be {wanted}."));
            if (!drafts.TryAdd(draft.Id, draft)) Add(clock.Id, "duplicate-id", $"The clock '{clock.Id.Value}' is there twice.");
        }
        return [.. drafts.Values];
    }

    /// <summary>Each decision after those that it reads, otherwise as in the file. Decisions in a cycle are left out and named.</summary>
    private int[] Order(Draft[] drafts)
    {
        var byOutput = new Dictionary<string, int>();
        for (int i = 0; i < drafts.Length; i++)
        {
            foreach (string name in drafts[i].Outputs.Select(output => output.Value).Concat(drafts[i].Exports)) byOutput[$"{drafts[i].Id}.{name}"] = i;
        }
        int[][] reads = [.. drafts.Select(draft => draft.Mentions.SelectMany(mention => DecisionOf(mention, byOutput)).Distinct().ToArray())];
        var order = new List<int>();
        var state = new int[drafts.Length];
        var path = new List<int>();
        for (int i = 0; i < drafts.Length; i++) Visit(i);
        return [.. order];

        bool Visit(int index)
        {
            if (state[index] == 2) return true;
            if (state[index] == 3) return false;
            if (state[index] == 1)
            {
                IEnumerable<string> cycle = path.SkipWhile(on => on != index).Append(index).Select(on => drafts[on].Id);
                Add(drafts[index].At, "cycle", $"These decisions read each other: {string.Join(" → ", cycle)}. One of them has to do without the others.");
                return false;
            }
            state[index] = 1;
            path.Add(index);
            bool sound = true;
            foreach (int read in reads[index]) sound &= Visit(read);
            path.RemoveAt(path.Count - 1);
            state[index] = sound ? 2 : 3;
            if (sound) order.Add(index);
            return sound;
        }
    }

    private static IEnumerable<int> DecisionOf(string mention, Dictionary<string, int> byOutput)
    {
        for (string name = mention; name.Contains('.', StringComparison.Ordinal); name = name[..name.LastIndexOf('.')])
        {
            if (byOutput.TryGetValue(name, out int index)) return [index];
        }
        return [];
    }
}
