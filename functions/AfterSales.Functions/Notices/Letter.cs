using System.Collections.Immutable;
using System.Text;

namespace AfterSales.Functions.Notices;

/// <summary>A letter in one language.</summary>
/// <param name="Greeting">With the customer's name, where it is known.</param>
public sealed record LetterText(string Subject, string Greeting, ImmutableArray<LetterPart> Parts, string Closing)
{
    /// <summary>The letter as plain text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder().AppendLine(Subject).AppendLine().AppendLine(Greeting);
        foreach (var part in Parts)
        {
            text.AppendLine();
            if (part.Heading is { } heading) text.AppendLine(heading);
            foreach (var line in part.Lines) text.AppendLine(line);
        }

        return text.AppendLine().Append(Closing).ToString();
    }
}

/// <summary>A paragraph, or several lines under a heading.</summary>
/// <param name="IsQuote">The wording of a clause.</param>
public sealed record LetterPart(string? Heading, ImmutableArray<string> Lines, bool IsQuote = false);

/// <summary>A letter to the customer of a case, in Chinese and English.</summary>
/// <param name="Id">Unique within the case: the number of the event that it tells of, or a reminder's name.</param>
/// <param name="Kind">Such as <c>granted</c>; see <see cref="LetterTexts"/>.</param>
/// <param name="At">When what it tells of happened, in the zone of the case.</param>
/// <param name="Link">Where the customer reads all letters of the case.</param>
public sealed record Letter(string Id, string Kind, DateTimeOffset At, LetterText Zh, LetterText En, Uri Link)
{
    /// <summary>Both languages one after the other, and the link.</summary>
    public string ToPlainText() => $"{Zh}\n\n{LetterTexts.LinkZh}{Link}\n\n{new string('-', 40)}\n\n{En}\n\n{LetterTexts.LinkEn}{Link}\n";

    public Mail ToMail() => new($"{Zh.Subject} / {En.Subject}", ToPlainText(), LetterPage.Of(this, others: null));
}
