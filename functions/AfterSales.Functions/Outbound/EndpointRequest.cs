using AfterSales.Functions.Http;
using AfterSales.Functions.Notices;
using NodaTime;

namespace AfterSales.Functions.Outbound;

/// <summary>An endpoint as it is put: <c>{url?, email?, zone?}</c>, one of url and email at least. It replaces what was put before; secrets
/// stay.</summary>
public sealed record EndpointRequest(Uri? Url, string? Email, string? Zone)
{
    private const int LongestUrl = 2000;
    private const int LongestEmail = 254;

    public static (EndpointRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body, AddressGuard guard)
    {
        var fields = new RequestFields(body);
        fields.AllowOnly("url", "email", "zone");
        var email = EmailOf(fields);
        var request = new EndpointRequest(Address(fields, guard, required: email is null), email, ZoneOf(fields));
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (request, []);
    }

    private static Uri? Address(RequestFields fields, AddressGuard guard, bool required)
    {
        if (fields.Text("url", required, LongestUrl) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && guard.MayAsk(address))
        {
            return address;
        }

        fields.Faults.Add(new Fault("/url", "address-not-allowed", "An https address on the public network is wanted, without a user name."));
        return null;
    }

    private static string? EmailOf(RequestFields fields)
    {
        var text = fields.Text("email", required: false, LongestEmail);
        if (text is null || MailAddress.IsOne(text))
        {
            return text;
        }

        fields.Faults.Add(new Fault("/email", "invalid-email", "One e-mail address such as desk@example.com is wanted."));
        return null;
    }

    private static string? ZoneOf(RequestFields fields)
    {
        var id = fields.Text("zone", required: false, longest: 64);
        if (id is null || DateTimeZoneProviders.Tzdb.GetZoneOrNull(id) is not null)
        {
            return id;
        }

        fields.Faults.Add(new Fault("/zone", "invalid-zone", "A TZDB zone such as Asia/Shanghai is wanted."));
        return null;
    }
}

/// <summary>A change of secrets: <c>{overlapHours?}</c>, for how long those before the new one go on signing; 24 when not said.</summary>
public sealed record RotationRequest(TimeSpan Overlap)
{
    private const int MostHours = 7 * 24;
    private const int UsualHours = 24;

    public static (RotationRequest? Request, IReadOnlyList<Fault> Faults) Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return (new RotationRequest(TimeSpan.FromHours(UsualHours)), []);
        }

        var fields = new RequestFields(body);
        fields.AllowOnly("overlapHours");
        var hours = fields.Whole("overlapHours", 0, MostHours) ?? UsualHours;
        return fields.Faults.Count > 0 ? (null, fields.Faults) : (new RotationRequest(TimeSpan.FromHours(hours)), []);
    }
}
