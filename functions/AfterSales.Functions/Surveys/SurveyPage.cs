using System.Globalization;
using AfterSales.Domain.Surveys;
using AfterSales.Functions.Http;
using NodaTime;
using NodaTime.Text;

namespace AfterSales.Functions.Surveys;

/// <summary>
/// The survey's pages: plain HTML that works on a phone, without script, in Chinese and English. Nothing personal is shown; a
/// link that went astray tells no more than a request's number.
/// </summary>
internal sealed class SurveyPage(SurveyWords words, string token)
{
    private const string Style = """
        main { max-width: 34rem; }
        article { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem; }
        nav { display: flex; justify-content: flex-end; gap: 1rem; padding: .25rem 0 .75rem; }
        nav a, nav b { color: var(--soft); min-height: 2rem; }
        h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .5rem; }
        .lead { margin: 0 0 .5rem; }
        .fault { color: var(--fault); font-weight: 600; }
        fieldset { border: 0; margin: 1.25rem 0; padding: 0; } legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
        .scores { display: grid; grid-template-columns: repeat(5, 1fr); gap: .5rem; }
        .score { position: relative; display: block; text-align: center; border: 1px solid var(--line); border-radius: .5rem; padding: .6rem .2rem; cursor: pointer; }
        .score input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: pointer; }
        .face { display: block; font-size: 1.35rem; font-weight: 700; } .word { display: block; font-size: .75rem; color: var(--soft); }
        .score:has(input:checked) { background: var(--accent); border-color: var(--accent); color: var(--onaccent); } .score:has(input:checked) .word { color: inherit; }
        .score:has(input:focus-visible), textarea:focus-visible, button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
        @supports not selector(:has(a)) { .score input { position: static; opacity: 1; width: auto; height: auto; } }
        textarea { width: 100%; margin: .25rem 0 1rem; padding: .6rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--soft); border-radius: .5rem; }
        button { font: inherit; font-weight: 600; width: 100%; padding: .75rem; border: 0; border-radius: .5rem; background: var(--accent); color: var(--onaccent); cursor: pointer; }
        .stars { font-size: 1.8rem; letter-spacing: .2rem; color: var(--accent); margin: 0; }
        """;

    private static readonly LocalDateTimePattern Minutes = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd HH:mm");

    public Answer Form(SurveyRecord record, string? fault, int? score, string? comment) => Page(fault is null ? 200 : 422, words.Title, $"""
        <p class="lead">{words.Lead}</p>
        <p class="fine">{words.Request} <b>{Text(record.ExternalId)}</b> · {words.Until} <time datetime="{record.Survey.Times.Due}">{Minutes.Format(record.Survey.Times.Due.InZone(DateTimeZoneProviders.Tzdb[record.Zone]).LocalDateTime)}</time></p>
        {(fault is null ? "" : $"<p class=\"fault\" role=\"alert\">{Text(fault)}</p>")}
        <form method="post" action="/surveys/{Text(token)}?lang={words.Code}">
          <fieldset>
            <legend>{words.Question}</legend>
            <div class="scores">
        {string.Concat(Enumerable.Range(SurveyDecider.Worst, SurveyDecider.Best).Select(value => Choice(value, value == score)))}
            </div>
          </fieldset>
          <label for="comment">{words.Comment}</label>
          <textarea id="comment" name="comment" rows="4" maxlength="{SurveyDecider.LongestComment}">{Text(comment ?? "")}</textarea>
          <button type="submit">{words.Send}</button>
        </form>
        """);

    public Answer Thanks(SurveyRecord record) => Page(200, words.Thanks, $"""
        <p class="stars" role="img" aria-label="{record.Survey.Score} / {SurveyDecider.Best}">{Stars(record.Survey.Score ?? 0)}</p>
        <p class="lead">{(record.Survey.ReviewOpened ? words.ThanksReview : words.ThanksText)}</p>
        <p class="fine">{words.Request} <b>{Text(record.ExternalId)}</b> · {words.OnlyOnce}</p>
        """);

    public Answer Expired() => Page(410, words.Expired, $"<p class=\"lead\">{words.ExpiredText}</p>");

    public Answer NotFound() => Page(404, words.Unknown, $"<p class=\"lead\">{words.UnknownText}</p>");

    private string Choice(int value, bool chosen) => $"""
              <label class="score"><input type="radio" name="score" value="{value}" required{(chosen ? " checked" : "")}><span class="face">{value}</span><span class="word">{words.Scores[value - 1]}</span></label>

        """;

    private Answer Page(int status, string title, string body) => HtmlPage.ToAnswer(
        status,
        HtmlPage.Of(words.Lang, title, Style, $"""
            <nav aria-label="{words.Languages}">{Language("zh", "中文")}{Language("en", "English")}</nav>
            <article>
            <h1>{title}</h1>
            {body}
            </article>
            """),
        forms: "'self'").With("Content-Language", words.Lang);

    private string Language(string code, string name) => code == words.Code
        ? $"<b aria-current=\"true\">{name}</b>"
        : $"<a href=\"/surveys/{Text(token)}?lang={code}\" hreflang=\"{code}\" lang=\"{code}\">{name}</a>";

    private static string Stars(int score) => new string('★', score) + new string('☆', Math.Max(0, SurveyDecider.Best - score));

    private static string Text(string text) => HtmlPage.Encode(text);
}

/// <summary>The words of the pages in one language.</summary>
internal sealed record SurveyWords(
    string Code, string Lang, string Title, string Lead, string Request, string Until, string Question, string[] Scores, string Comment, string Send,
    string ScoreWanted, string CommentTooLong, string Thanks, string ThanksText, string ThanksReview, string OnlyOnce, string Expired, string ExpiredText,
    string Unknown, string UnknownText, string Languages)
{
    public static SurveyWords Chinese { get; } = new(
        "zh", "zh-CN", "售后服务回访", "您的售后申请已经办结。请用一分钟告诉我们办得怎么样。", "申请编号", "请在此前回复:", "您对这次处理满意吗?",
        ["很不满意", "不满意", "一般", "满意", "很满意"], "还有什么想告诉我们的?(可不填)", "提交", "请选择 1 到 5 分。",
        $"留言最多 {SurveyDecider.LongestComment} 个字。", "谢谢您的评价", "您的评价已经收到。", "您的评价已经收到。很抱歉没有让您满意,我们会重新查看这件申请。",
        "每件申请评价一次。", "回访已结束", "这次回访的回复时间已过。如仍有问题,请联系商场顾客投诉处。", "没有找到这个页面", "链接不完整或已失效,请从通知中重新打开。", "语言");

    public static SurveyWords English { get; } = new(
        "en", "en", "How did we do?", "Your after-sales request is closed. Please take a minute to tell us how it went.", "Request", "open until",
        "How satisfied are you?", ["Very poor", "Poor", "Fair", "Good", "Very good"], "Anything else you would like to tell us? (optional)", "Send",
        "Please choose a score from 1 to 5.", $"A comment has at most {SurveyDecider.LongestComment} characters.", "Thank you", "We have your answer.",
        "We have your answer. We are sorry that you were not satisfied; the request will be looked at again.", "Each request is rated once.",
        "This survey is over", "The time to answer has passed. If something is still wrong, please contact the mall's complaints office.",
        "Page not found", "The link is incomplete or no longer valid. Please open it from the notice again.", "Language");

    /// <summary>By the switch on the page; else by what the browser prefers; else Chinese, the mall's own.</summary>
    public static SurveyWords For(string? chosen, string? acceptLanguage)
    {
        if (chosen is "zh" or "en") return chosen == "en" ? English : Chinese;
        string? preferred = (acceptLanguage ?? "").Split(',')
            .Select(part => part.Split(';'))
            .Select(part => (Tag: part[0].Trim(), Weight: Weight(part)))
            .Where(part => part.Tag.StartsWith("zh", StringComparison.OrdinalIgnoreCase) || part.Tag.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(part => part.Weight)
            .Select(part => part.Tag)
            .FirstOrDefault();
        return preferred?.StartsWith("en", StringComparison.OrdinalIgnoreCase) == true ? English : Chinese;
    }

    private static double Weight(string[] part) =>
        part.Length > 1 && part[1].Trim() is ['q', '=', .. var value] && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double weight)
            ? weight
            : 1;
}
