using System.Text.RegularExpressions;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Notices;

namespace AfterSales.Functions.Tests.Notices;

/// <summary>The words of letters and notices, as data.</summary>
public sealed partial class TextTests
{
    private static readonly IReadOnlyList<Template> All =
    [
        LetterTexts.Greeting, LetterTexts.GreetingWithoutName, LetterTexts.Closing, LetterTexts.Clause, LetterTexts.ClauseHeading,
        LetterTexts.ReasonHeading, LetterTexts.NextHeading, .. LetterTexts.Next,
        .. LetterTexts.All.Values.SelectMany(letter => letter.Say.Append(letter.Subject)),
        .. NoticeTexts.All.Values.SelectMany(notice => notice.Say.Append(notice.Subject)),
        LetterTexts.PricedRepair,
        .. Enum.GetValues<ClaimKind>().Select(kind => LetterTexts.Word(kind)),
        .. Enum.GetValues<Remedy>().Select(remedy => LetterTexts.Word(remedy)),
        .. Enum.GetValues<CaseOutcome>().Select(outcome => LetterTexts.Word(outcome)),
        .. new[] { "ship-back", "pay-difference", "accept-quote", "evidence", "offer", "pause" }.Select(clock => StepLetterTexts.ToDo(clock)!),
    ];

    [Fact]
    public void Both_languages_name_the_same_things() =>
        Assert.All(All, text => Assert.Equal(text.NamesZh.Order(), text.NamesEn.Order()));

    [Fact]
    public void Chinese_is_Chinese_and_English_is_English()
    {
        Assert.All(All, text => Assert.DoesNotMatch(Latin(), Names().Replace(text.Zh, "")));
        Assert.All(All, text => Assert.DoesNotMatch(Chinese(), text.En));
    }

    [Fact]
    public void Chinese_has_Chinese_punctuation()
    {
        Assert.All(All, text => Assert.Equal(ChinesePunctuation.Of(text.Zh), text.Zh));
        Assert.Equal("未获同意，不予维修；见（2.1）。", ChinesePunctuation.Of("未获同意,不予维修;见(2.1)。"));
        Assert.Equal("在2026年11月9日 23:59之前", ChinesePunctuation.Of("在2026年11月9日 23:59之前"));
    }

    [Fact]
    public void What_can_be_asked_for_given_and_come_of_it_has_words()
    {
        Assert.All(Enum.GetValues<ClaimKind>(), kind => Assert.NotEmpty(LetterTexts.Word(kind).Zh));
        Assert.All(Enum.GetValues<Remedy>(), remedy => Assert.NotEmpty(LetterTexts.Word(remedy).Zh));
        Assert.All(Enum.GetValues<CaseOutcome>(), outcome => Assert.NotEmpty(LetterTexts.Word(outcome).Zh));
    }

    [Fact]
    public void A_sentence_that_names_what_is_not_known_is_not_said()
    {
        var known = new Dictionary<string, Template>(StringComparer.Ordinal) { ["amount"] = Template.Same("1.00") };

        Assert.Equal(new Template("付 1.00", "pay 1.00"), new Template("付 {amount}", "pay {amount}").Fill(known));
        Assert.Null(new Template("付 {amount} {currency}", "pay {amount} {currency}").Fill(known));
        Assert.Null(new Template("好", "fine") { When = "late" }.Fill(known));
    }

    [GeneratedRegex(@"\{[A-Za-z]+\}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Names();

    [GeneratedRegex("[A-Za-z]", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Latin();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Chinese();
}
