using AfterSales.Domain.Surveys;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Surveys;

/// <summary>The signed address of a survey's page. It outlives the survey, so that a late customer is told so politely.</summary>
public sealed class SurveyLinks(SignedLinks links, LinkOptions options)
{
    private const string Purpose = "survey";
    private static readonly TimeSpan LifeAfterDue = TimeSpan.FromDays(90);

    public Uri Address(SurveyKey key, SurveyTimes times) =>
        new(options.PublicUrl, $"surveys/{links.Token(Purpose, key.Subject, times.Due.ToDateTimeOffset() + LifeAfterDue)}");

    public LinkReading Read(string token) => links.Read(token, Purpose);
}
