using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases;

public sealed class EvidenceCountTests
{
    [Fact]
    public void A_case_takes_forty_files_and_those_being_fetched_have_their_place()
    {
        var at = Mall.At("2026-11-02 09:01:00");
        var mall = Mall.CoveredShoes().Do(new RequestEvidence(at, Mall.Marketplace, "awaited.jpg", "sealed"));
        foreach (var number in Enumerable.Range(1, CaseDecider.MostEvidence - 1))
        {
            mall.Do(Add(number.ToString()));
        }

        Assert.Equal("evidence-too-many", mall.Refuses(Add("more")));
        Assert.Equal("evidence-too-many", mall.Refuses(new RequestEvidence(at, Mall.Marketplace, "more", "sealed")));
        mall.Do(Add("1")).Do(Add("awaited.jpg"));
        Assert.Equal(CaseDecider.MostEvidence, mall.Now.Evidence.Length);

        AddEvidence Add(string name) => new(at, Mall.Customer, new EvidenceFile(name, "00", 1, "image/jpeg", 1, 1));
    }
}
