namespace AfterSales.Domain.Rulebooks.Engine;

/// <summary>
/// The names in an expression's text, before it is checked: enough to know which decisions it reads, so that they are compiled in
/// order. Texts in quotes are passed over.
/// </summary>
internal static class MentionedNames
{
    /// <summary>Dotted names, such as <c>price</c>, <c>repair_time.days</c>.</summary>
    public static IEnumerable<string> In(string expression)
    {
        int at = 0;
        while (at < expression.Length)
        {
            char c = expression[at];
            if (c is '"' or '\'') at = AfterQuoted(expression, at);
            else if (IsStart(c))
            {
                int start = at;
                at = AfterName(expression, at);
                // What follows a point after a bracket is a field, not a name.
                if (start == 0 || expression[start - 1] != '.') yield return expression[start..at];
            }
            else if (char.IsAsciiDigit(c))
            {
                while (at < expression.Length && (char.IsAsciiLetterOrDigit(expression[at]) || expression[at] == '.')) at++;
            }
            else at++;
        }
    }

    private static int AfterName(string text, int at)
    {
        while (at < text.Length && (IsStart(text[at]) || char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && IsStart(text[at + 1])))) at++;
        return at;
    }

    private static int AfterQuoted(string text, int at)
    {
        char quote = text[at++];
        while (at < text.Length && text[at] != quote) at += text[at] == '\\' ? 2 : 1;
        return at + 1;
    }

    private static bool IsStart(char c) => char.IsAsciiLetter(c) || c == '_';
}
