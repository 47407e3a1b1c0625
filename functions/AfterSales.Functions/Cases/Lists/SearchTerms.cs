using System.Text;
using AfterSales.Domain.Cases;
using AfterSales.Functions.Storage;
using NodaTime.TimeZones;
using PhoneNumbers;

namespace AfterSales.Functions.Cases.Lists;

/// <summary>
/// The words by which a case is found, exactly: external id, order id, and the customer's phone and e-mail. All are kept as keyed hashes,
/// the same for every marketplace, so that staff find a person's cases wherever they came from, and the table says nothing about anybody.
/// </summary>
/// <remarks>A phone is known by its E.164 form and by its national number, which is what people type. Who comes with a country code finds
/// that one number; who comes without finds every country's.</remarks>
public sealed class SearchTerms(PersonVault vault)
{
    // No country: a number is only understood with its code.
    private const string NoRegion = "ZZ";

    private static readonly PhoneNumberUtil Phones = PhoneNumberUtil.GetInstance();

    /// <summary>The words of a case. Without a card (the customer's data was erased) neither phone nor e-mail is among them.</summary>
    public IEnumerable<string> Of(Case @case, CustomerCard? card)
    {
        yield return Id(@case.ExternalId);
        yield return Id(@case.Order.OrderId);
        if (card is null) yield break;
        yield return Of(new PersonId(@case.CustomerId));
        if (card.Customer.Email is { Length: > 0 } email) yield return Email(email);
        if (card.Customer.Phone is not { Length: > 0 } phone) yield break;
        if (Parse(phone, RegionOf(@case.Zone)) is { } number)
        {
            yield return Phone(Phones.Format(number, PhoneNumberFormat.E164));
            yield return Phone(Phones.GetNationalSignificantNumber(number));
        }
        else
        {
            yield return Phone(Digits(phone));
        }
    }

    /// <summary>The word under which a person's cases are, for erasure.</summary>
    public string Of(PersonId person) => vault.SearchTerm("person", person.Value);

    /// <summary>What <paramref name="q"/> may mean.</summary>
    /// <param name="contacts">Whether the one who asks may know whose phone or e-mail it is; if not, only ids are looked for.</param>
    public IReadOnlyList<string> Meant(string q, bool contacts)
    {
        var text = q.Trim();
        List<string> meant = [Id(text)];
        if (!contacts) return meant;
        if (text.Contains('@', StringComparison.Ordinal)) meant.Add(Email(text));
        else if (text.StartsWith('+') && Parse(text, NoRegion) is { } number) meant.Add(Phone(Phones.Format(number, PhoneNumberFormat.E164)));
        else if (Digits(text) is { Length: >= 5 } digits) meant.Add(Phone(digits));
        return meant;
    }

    private string Id(string id) => vault.SearchTerm("id", id);

    private string Email(string email) => vault.SearchTerm("e-mail", email.Trim().ToLowerInvariant());

    private string Phone(string phone) => vault.SearchTerm("phone", phone);

    private static PhoneNumber? Parse(string phone, string region)
    {
        try
        {
            var number = Phones.Parse(phone, region);
            return Phones.IsPossibleNumber(number) ? number : null;
        }
        catch (NumberParseException)
        {
            // Marketplaces pass on what people typed.
            return null;
        }
    }

    /// <summary>The digits without a trunk prefix.</summary>
    private static string Digits(string phone) =>
        phone.Normalize(NormalizationForm.FormKC).Where(char.IsAsciiDigit).Aggregate(new StringBuilder(), (all, digit) => all.Append(digit))
            .ToString().TrimStart('0');

    /// <summary>The country of a zone, by the zone database.</summary>
    private static string RegionOf(string zone) =>
        TzdbDateTimeZoneSource.Default.ZoneLocations?.FirstOrDefault(place => place.ZoneId == zone)?.CountryCode ?? NoRegion;
}
