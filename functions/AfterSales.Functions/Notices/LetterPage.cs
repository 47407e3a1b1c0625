using AfterSales.Functions.Http;

namespace AfterSales.Functions.Notices;

/// <summary>Letters as HTML that works on a phone, in print and in a mail program, without script: Chinese, then English.</summary>
public static class LetterPage
{
    private const string Style = """
        body { line-height: 1.7; } main { max-width: 42rem; }
        article { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem 1.75rem; margin: 0 0 1.25rem; }
        h1 { font-size: 1.3rem; line-height: 1.4; margin: 0 0 1rem; } h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
        p { margin: 0 0 .75rem; overflow-wrap: anywhere; }
        blockquote { margin: 0; padding: .25rem 0 .25rem 1rem; border-left: 3px solid var(--accent); } blockquote p { margin: .25rem 0; }
        .closing { margin-top: 1.75rem; text-align: right; color: var(--soft); }
        ul { list-style: none; margin: 0; padding: 0; } li { padding: .75rem 0; border-top: 1px solid var(--line); } time { color: var(--soft); font-size: .9rem; display: block; }
        @media print { main { max-width: none; } article { border: 0; } .fine { display: none; } }
        """;

    /// <summary>One letter.</summary>
    /// <param name="others">The address of the list of letters; null leaves the letter's own signed link.</param>
    public static string Of(Letter letter, string? others) => Page(letter.Zh.Subject, $"""
        {Article("zh-CN", letter.Zh)}
        {Article("en", letter.En)}
        <p class="fine"><a href="{Text(others ?? letter.Link.ToString())}">{LetterTexts.AllZh} · <span lang="en">{LetterTexts.AllEn}</span></a></p>
        """);

    /// <summary>The letters of a case, each by its subject.</summary>
    /// <param name="address">Of a letter, by its id.</param>
    public static string List(IReadOnlyList<Letter> letters, Func<string, string> address) => Page(LetterTexts.AllZh, $"""
        <article>
        <h1>{LetterTexts.AllZh} · <span lang="en">{LetterTexts.AllEn}</span></h1>
        <ul>
        {string.Join('\n', letters.Select(letter => Item(letter, address(letter.Id))))}
        </ul>
        </article>
        """);

    /// <inheritdoc cref="HtmlPage.ToAnswer"/>
    public static Answer ToAnswer(string html) => HtmlPage.ToAnswer(200, html);

    private static string Item(Letter letter, string address) => $"""
        <li><time datetime="{letter.At:O}">{letter.At:yyyy-MM-dd HH:mm}</time>
        <a href="{Text(address)}">{Text(letter.Zh.Subject)}<br><span lang="en">{Text(letter.En.Subject)}</span></a></li>
        """;

    private static string Article(string language, LetterText letter) => $"""
        <article lang="{language}">
        <h1>{Text(letter.Subject)}</h1>
        <p>{Text(letter.Greeting)}</p>
        {string.Join('\n', letter.Parts.Select(Part))}
        <p class="closing">{Lines(letter.Closing)}</p>
        </article>
        """;

    private static string Part(LetterPart part)
    {
        var lines = string.Join('\n', part.Lines.Select(line => $"<p>{Lines(line)}</p>"));
        var heading = part.Heading is null ? "" : $"<h2>{Text(part.Heading)}</h2>\n";
        return heading + (part.IsQuote ? $"<blockquote>{lines}</blockquote>" : lines);
    }

    private static string Page(string title, string body) => HtmlPage.Of("zh-CN", title, Style, body);

    private static string Lines(string text) => Text(text).ReplaceLineEndings("<br>");

    private static string Text(string text) => HtmlPage.Encode(text);
}
