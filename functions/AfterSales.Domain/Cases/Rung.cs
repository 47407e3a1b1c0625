using System.Text.Json.Serialization;

namespace AfterSales.Domain.Cases;

/// <summary>The rungs of the mall's escalation ladder, lowest first (MALL-LAD-1, -2, -5; reading X-30).</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Rung>))]
public enum Rung
{
    [JsonStringEnumMemberName("counter")] Counter,
    [JsonStringEnumMemberName("floor_head")] FloorHead,
    [JsonStringEnumMemberName("inspection_department")] InspectionDepartment,
    [JsonStringEnumMemberName("gm_in_charge")] GmInCharge,
    [JsonStringEnumMemberName("consumer_association")] ConsumerAssociation,
    [JsonStringEnumMemberName("legal_counsel")] LegalCounsel,
    [JsonStringEnumMemberName("legal_arbitration")] LegalArbitration,
}

/// <summary>Who sits on a rung and what comes after it.</summary>
public static class Ladder
{
    /// <summary>The next rung, or null at the top.</summary>
    public static Rung? Above(Rung rung) => rung == Rung.LegalArbitration ? null : rung + 1;

    /// <summary>Rungs outside the mall: the agent keeps the file and records what they decided.</summary>
    public static bool IsExternal(Rung rung) => rung >= Rung.ConsumerAssociation;

    public static Party Owner(Rung rung) => rung switch
    {
        Rung.Counter => Party.Supplier,
        Rung.FloorHead => Party.FloorManager,
        Rung.InspectionDepartment => Party.Inspection,
        Rung.GmInCharge => Party.Manager,
        Rung.ConsumerAssociation or Rung.LegalCounsel or Rung.LegalArbitration => Party.Agent,
        _ => throw new ArgumentOutOfRangeException(nameof(rung)),
    };

    /// <summary>The clause that makes a decision of this rung a decision.</summary>
    public static string Clause(Rung rung) => rung switch
    {
        Rung.Counter or Rung.FloorHead => "MALL-LAD-1",
        Rung.InspectionDepartment => "MALL-LAD-2",
        Rung.GmInCharge or Rung.ConsumerAssociation or Rung.LegalCounsel or Rung.LegalArbitration => "MALL-LAD-5",
        _ => throw new ArgumentOutOfRangeException(nameof(rung)),
    };
}
