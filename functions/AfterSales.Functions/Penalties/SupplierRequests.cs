using AfterSales.Domain;
using AfterSales.Domain.Suppliers;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Penalties;

/// <summary>
/// Terms as finance sends them: <c>{name?, depositRequired?, responsiblePerson?}</c>. They replace what was agreed: without a
/// deposit the usual one is required, without a person nobody is registered.
/// </summary>
public sealed record TermsRequest(string? Name, Money DepositRequired, string? ResponsiblePerson)
{
    public static (TermsRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("name", "depositRequired", "responsiblePerson");
        var request = new TermsRequest(
            fields.Text("name", required: false, longest: 100),
            fields.Amount("depositRequired", required: false, zeroAllowed: true) ?? SupplierTerms.UsualDeposit,
            fields.Text("responsiblePerson", required: false, longest: 100));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }
}
