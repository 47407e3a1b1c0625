using System.Net;
using System.Text;

namespace AfterSales.Functions.Http;

/// <summary>What all pages share: one look by day, by night and in print, no script, nothing fetched from elsewhere.</summary>
internal static class HtmlPage
{
    /// <summary>A whole page.</summary>
    /// <param name="language">Of the page, as in <c>zh-CN</c>.</param>
    /// <param name="title">As text; it is encoded here.</param>
    /// <param name="style">CSS of this page, beside what all share.</param>
    /// <param name="main">HTML of the page's only part.</param>
    public static string Of(string language, string title, string style, string main) => $$"""
        <!doctype html>
        <html lang="{{language}}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex">
        <title>{{Encode(title)}}</title>
        <style>
        :root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6876; --paper: #fff; --back: #eef1f4; --line: #d4dae0; --accent: #0b6b5d; --onaccent: #fff; --fault: #a3261b; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --soft: #a3afbb; --paper: #1a222b; --back: #10161c; --line: #364350; --accent: #4cc3ae; --onaccent: #06231f; --fault: #ff9b8f; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--back); color: var(--ink); font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
        main { margin: 0 auto; padding: 1.25rem; }
        a { color: var(--accent); } a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; } .fine { color: var(--soft); font-size: .9rem; }
        @media print { body { background: none; } main { padding: 0; } }
        {{style}}
        </style>
        </head>
        <body>
        <main>
        {{main}}
        </main>
        </body>
        </html>
        """;

    /// <summary>The page as an answer that is kept nowhere, shown in no frame and runs nothing.</summary>
    /// <param name="forms">Where its forms may be sent, as the content policy has it.</param>
    public static Answer ToAnswer(int status, string html, string forms = "'none'") =>
        new Answer(status, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(html))
            .With(
                "Content-Security-Policy",
                $"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action {forms}; frame-ancestors 'none'")
            .With("Referrer-Policy", "no-referrer")
            .With("Cache-Control", "private, no-store")
            .With("X-Content-Type-Options", "nosniff");

    /// <summary>Text as HTML.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);
}
