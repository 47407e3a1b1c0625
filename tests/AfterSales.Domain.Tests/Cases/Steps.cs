using AfterSales.Domain.Cases;

namespace AfterSales.Domain.Tests.Cases;

/// <summary>The steps of the mall's ladder.</summary>
internal static class Steps
{
    public static readonly StepCode Counter = new("counter");
    public static readonly StepCode FloorHead = new("floor_head");
    public static readonly StepCode InspectionDepartment = new("inspection_department");
    public static readonly StepCode GmInCharge = new("gm_in_charge");
    public static readonly StepCode ConsumerAssociation = new("consumer_association");
    public static readonly StepCode LegalCounsel = new("legal_counsel");
    public static readonly StepCode LegalArbitration = new("legal_arbitration");
}
