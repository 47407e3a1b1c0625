using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using AfterSales.Domain.Mappings;
using AfterSales.Functions.Http;

namespace AfterSales.Functions.Intake.Platforms;

/// <summary>Reads payloads as a mapping file says.</summary>
public sealed class MappedAdapter(PayloadMapping mapping) : PlatformAdapter
{
    public override Translation Translate(PlatformEvent happened, JsonElement? document)
    {
        var faults = new List<Fault>();
        var payload = new PayloadValues(happened.Body, "", faults);
        var name = happened.Topic ?? payload.TextOf(mapping.Event);
        if (name is null)
        {
            return new Translation.Faulty([new Fault(mapping.Event, "missing", "The name of the event is required.")]);
        }

        if (mapping.Ignored.Contains(name))
        {
            return new Translation.Ignored($"'{name}' means nothing here.");
        }

        var wanted = mapping.Messages.Where(message => message.On.Contains(name)).ToList();
        if (wanted.Count == 0)
        {
            var known = mapping.Messages.SelectMany(message => message.On).Concat(mapping.Ignored).Distinct();
            return new Translation.Faulty([new Fault(mapping.Event, "unknown-value", $"This must be one of {string.Join(", ", known)}.")]);
        }

        long? version = mapping.Version is { } at ? VersionOf(payload, at) : null;
        var messages = wanted.Select(message => Made(message, payload, version)).ToList();
        var cases = messages.Select(message => message.Body.TextOf("data.externalId")).Distinct().ToList();
        if (cases.Count > 1)
        {
            faults.Add(new Fault("", "contradiction", "The messages of one event are about different cases."));
        }

        return faults.Count > 0
            ? new Translation.Faulty(faults)
            : new Translation.Messages(cases[0] ?? "", messages.Select(m => m.Body.TextOf("data.customer.id")).FirstOrDefault(id => id is not null), messages);
    }

    private TranslatedMessage Made(MessageMapping message, PayloadValues payload, long? version)
    {
        var body = new CanonicalBody(message.Type);
        foreach (var field in message.Fields)
        {
            body.Set(field.Target, ValueOf(field, payload), field.From ?? "");
        }

        if (message.Files is { } files && payload.Find(files.Each) is { } given)
        {
            AddFiles(body, files, given, payload);
        }

        return new TranslatedMessage(body, message.Type is "case.requested" or "case.updated" ? version : null);
    }

    private JsonNode? ValueOf(FieldMapping field, PayloadValues payload)
    {
        if (field.Constant is { } constant)
        {
            return Node(field, constant);
        }

        if (payload.Find(field.From!) is not { } value)
        {
            if (!field.Optional)
            {
                payload.Refuse(field.From!, "missing", $"This is required: it is the {field.Target} of the message.");
            }

            return null;
        }

        if (field.Values.IsEmpty)
        {
            return field.Form switch
            {
                FieldForm.Text => payload.Text(field.From!),
                FieldForm.Amount => payload.Amount(field.From!),
                FieldForm.MinorUnits => payload.MinorUnits(field.From!),
                FieldForm.Instant => payload.Time(field.From!, mapping.Zone),
                FieldForm.UnixSeconds => payload.UnixTime(field.From!, milliseconds: false),
                FieldForm.UnixMilliseconds => payload.UnixTime(field.From!, milliseconds: true),
                FieldForm.AsIs => PayloadValues.AsIs(value),
                _ => throw new InvalidOperationException($"No such form: {field.Form}"),
            };
        }

        if (field.Values.TryGetValue(PayloadValues.TextOf(value) ?? value.GetRawText(), out var ours))
        {
            return Node(field, ours);
        }

        payload.Refuse(field.From!, "unknown-value", $"This must be one of {string.Join(", ", field.Values.Keys.Order(StringComparer.Ordinal))}.");
        return null;
    }

    private static JsonNode Node(FieldMapping field, MappedConstant constant)
    {
        var (text, plain) = (constant.Text.Value, constant.Text.Plain && field.Form == FieldForm.AsIs);
        return plain && bool.TryParse(text, out var truth) ? JsonValue.Create(truth)
            : plain && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number)
            : JsonValue.Create(text);
    }

    private static void AddFiles(CanonicalBody body, FilesMapping files, JsonElement given, PayloadValues payload)
    {
        if (given.ValueKind != JsonValueKind.Array)
        {
            payload.Refuse(files.Each, "mistyped", "This must be an array.");
            return;
        }

        for (var i = 0; i < given.GetArrayLength(); i++)
        {
            var at = $"{files.Each}/{i}";
            body.AddFile(files.Name is { } name ? payload.TextOf(at + name) : null, payload.Text(at + files.Url), at);
        }
    }

    private long VersionOf(PayloadValues payload, VersionMapping version)
    {
        if (version.Form == FieldForm.Instant)
        {
            return payload.VersionOf(version.From, mapping.Zone);
        }

        // A number, or Unix time: the greater is the newer.
        if (long.TryParse(payload.TextOf(version.From), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        payload.Refuse(version.From, payload.Find(version.From) is null ? "missing" : "mistyped", "This whole number says which event is the newer one.");
        return 0;
    }
}
