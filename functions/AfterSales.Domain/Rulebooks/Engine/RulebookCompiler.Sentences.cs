using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Cel;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>Why a rule applies, in words.</summary>
internal sealed partial class RulebookCompiler
{
    private Reason Reason(RuleSource rule, Step? when, List<Conclude> then, CelScope scope, SentenceWords words)
    {
        if (rule.Because is { } because)
            return new Reason(Sentence(because.En, rule, then, scope), Sentence(because.Zh, rule, then, scope), [], words);
        IEnumerable<CelName> read = (when is null ? [] : when.ReadsDeep).Concat(then.SelectMany(one => one.Step.ReadsDeep))
            .Concat(then.Where(_ => rule.When is null && when is null).SelectMany(one => one.Step.Expression.Reads))
            .Where(name => name.Kind != NameKind.Constant).Distinct();
        return new Reason([], [], [.. read], words);
    }

    /// <summary>The decision's lets whose values a sentence shows, each after those that it reads.</summary>
    private static Let[] Shown(Reason reason, Dictionary<int, Let> lets) => [.. reason.Slots.Where(lets.ContainsKey)
        .SelectMany(slot => lets[slot].Step.Lets.Append(lets[slot])).Distinct()];

    private ImmutableArray<ReasonPart> Sentence(string text, RuleSource rule, List<Conclude> then, CelScope scope)
    {
        var parts = ImmutableArray.CreateBuilder<ReasonPart>();
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0) break;
            if (open > at) parts.Add(new ReasonPart(text[at..open], null, false));
            string name = text[(open + 1)..close].Trim();
            bool percent = name.EndsWith('%');
            if (percent) name = name[..^1].TrimEnd(':', ' ');
            CelName? found = name.StartsWith('=')
                ? then.FirstOrDefault(one => one.Output.Name == name[1..]) is { } own
                    ? new CelName($"{name[1..]}", own.Step.Expression.Type, NameKind.Computed, own.Output.Slot)
                    : null
                : scope.Find(name);
            if (found is not null) parts.Add(new ReasonPart(null, found, percent));
            else if (!_broken.Contains(name) && (faults.Count == _before || !name.StartsWith('=')))
                Add(rule.At, "unknown-name", $"The sentence shows {{{name}}}, which is no fact, constant, let or decision.output; {{=name}} shows an output of the rule itself.");
            at = close + 1;
        }
        if (at < text.Length) parts.Add(new ReasonPart(text[at..], null, false));
        return parts.ToImmutable();
    }
}
