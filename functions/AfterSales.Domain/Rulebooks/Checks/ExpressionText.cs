using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace AfterSales.Domain.Rulebooks.Checks;

/// <summary>What the text of a compiled expression mentions: enough to say what is used and which values matter to it.</summary>
/// <param name="Names">Bare and dotted names, as written.</param>
/// <param name="Texts">Text literals, without their quotes.</param>
/// <param name="Numbers">Numbers as written.</param>
/// <param name="IsPlainLogic">Nothing but names and literals compared and joined: no arithmetic, no call.</param>
internal sealed partial record ExpressionText(
    ImmutableArray<string> Names, ImmutableArray<string> Texts, ImmutableArray<decimal> Numbers, bool IsPlainLogic)
{
    private static readonly string[] Arithmetic = ["+", "-", "*", "/", "%"];

    public static ExpressionText Of(string expression)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var texts = ImmutableArray.CreateBuilder<string>();
        var numbers = ImmutableArray.CreateBuilder<decimal>();
        bool plain = true;
        string before = "";
        foreach (Match token in Token().Matches(expression))
        {
            string text = token.Value;
            if (token.Groups["text"].Success) texts.Add(text[1..^1]);
            else if (token.Groups["number"].Success)
            {
                if (decimal.TryParse(text, out decimal number)) numbers.Add(number);
            }
            else if (token.Groups["name"].Success && text is not ("true" or "false" or "null" or "in"))
            {
                // A name after a point that follows a bracket is a field or a method.
                if (before != ".") names.Add(text);
                else plain = false;
            }
            else if (Arithmetic.Contains(text) || (text == "(" && before.Length > 0 && char.IsLetterOrDigit(before[^1]) && before != "in"))
            {
                plain = false;
            }
            before = text;
        }
        return new ExpressionText([.. names.Distinct()], [.. texts.Distinct()], [.. numbers.Distinct()], plain);
    }

    [GeneratedRegex(
        """(?<text>"(\\.|[^"\\])*"|'(\\.|[^'\\])*')|(?<name>[A-Za-z_]\w*(\.[A-Za-z_]\w*)*)|(?<number>[0-9]+(\.[0-9]+)?)|[^\s]""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Token();
}
