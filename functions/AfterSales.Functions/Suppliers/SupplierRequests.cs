using AfterSales.Domain;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;
using NodaTime;

namespace AfterSales.Functions.Suppliers;

/// <summary>
/// Terms as finance sends them: <c>{name?, depositRequired?, responsiblePerson?, contractFrom?, contractTo?}</c>. They replace what was
/// agreed: without a deposit the usual one is required, without a person nobody is registered, without days there is no contract.
/// </summary>
public sealed record TermsRequest(string? Name, Money DepositRequired, string? ResponsiblePerson, LocalDate? ContractFrom, LocalDate? ContractTo)
{
    public static (TermsRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("name", "depositRequired", "responsiblePerson", "contractFrom", "contractTo");
        var request = new TermsRequest(
            fields.Text("name", required: false, longest: 100),
            fields.Amount("depositRequired", required: false, zeroAllowed: true) ?? SupplierTerms.UsualDeposit,
            fields.Text("responsiblePerson", required: false, longest: 100),
            fields.Day("contractFrom"),
            fields.Day("contractTo"));
        if (request.ContractTo < request.ContractFrom)
            fields.Faults.Add(new Fault("/contractTo", "invalid-date", "A contract does not end before it begins."));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}
