using System.Text.RegularExpressions;

namespace AfterSales.Functions.Notices;

/// <summary>Rulebooks and histories may write half-width marks in Chinese; a letter does not.</summary>
public static partial class ChinesePunctuation
{
    private const string Chinese = @"\p{IsCJKUnifiedIdeographs}\p{IsCJKSymbolsandPunctuation}\p{IsHalfwidthandFullwidthForms}";

    /// <summary>Commas, semicolons, colons and brackets beside Chinese, as Chinese writes them.</summary>
    public static string Of(string text) => BesideChinese().Replace(text, match => match.Value switch
    {
        "," => "，",
        ";" => "；",
        ":" => "：",
        "(" => "（",
        _ => "）",
    });

    [GeneratedRegex($"(?<=[{Chinese}])[,;:()]|[,;:()](?=[{Chinese}])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 100)]
    private static partial Regex BesideChinese();
}
