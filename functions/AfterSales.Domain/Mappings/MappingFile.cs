using System.Collections.Frozen;
using System.Collections.Immutable;
using AfterSales.Domain.Rulebooks.Format;
using NodaTime;

namespace AfterSales.Domain.Mappings;

/// <summary>Reads a mapping file. See functions/Mappings/README.md for the format.</summary>
public static class MappingFile
{
    private const string Facts = "data.facts.";

    /// <summary>The messages that a mapping can make, each with the fields that it cannot do without.</summary>
    public static FrozenDictionary<string, ImmutableArray<string>> Types { get; } = new Dictionary<string, ImmutableArray<string>>
    {
        ["case.requested"] = ["data.customer.id", "data.order.id", "data.order.paid", "data.claim.kind", "data.claim.reason"],
        ["case.updated"] = [],
        ["case.withdrawn"] = [],
        ["return.shipped"] = [],
        ["return.received"] = [],
        ["difference.paid"] = [],
        ["refund.paid"] = ["data.amount"],
        ["refund.confirmed"] = ["data.payoutId"],
        ["refund.failed"] = ["data.payoutId"],
        ["item.refunded-elsewhere"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The fields of a message; beside them <c>data.facts.NAME</c>.</summary>
    public static ImmutableArray<string> Targets { get; } =
    [
        "timestamp", "data.externalId", "data.customer.id", "data.customer.name", "data.customer.phone", "data.customer.email",
        "data.customer.city", "data.customer.locale", "data.supplier.id", "data.order.id", "data.order.line", "data.order.paid",
        "data.order.freight", "data.order.currency", "data.order.soldAt", "data.claim.kind", "data.claim.reason", "data.claim.description",
        "data.payoutId", "data.refundId", "data.amount", "data.currency", "data.reason",
    ];

    private static readonly ImmutableArray<string> Always = ["timestamp", "data.externalId"];

    private static readonly FrozenDictionary<string, FieldForm> Forms = new Dictionary<string, FieldForm>
    {
        ["text"] = FieldForm.Text,
        ["amount"] = FieldForm.Amount,
        ["minor-units"] = FieldForm.MinorUnits,
        ["instant"] = FieldForm.Instant,
        ["unix-seconds"] = FieldForm.UnixSeconds,
        ["unix-milliseconds"] = FieldForm.UnixMilliseconds,
        ["as-is"] = FieldForm.AsIs,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly ImmutableArray<string> FormNames =
        ["text", "amount", "minor-units", "instant", "unix-seconds", "unix-milliseconds", "as-is"];

    private static readonly ImmutableArray<string> VersionForms = ["number", "instant", "unix-seconds", "unix-milliseconds"];

    /// <summary>Null when there is any fault; all of them are listed.</summary>
    /// <param name="file">The file's name, without its folder; the mapping's id must be this without <c>.yaml</c>.</param>
    public static PayloadMapping? Read(string file, ReadOnlyMemory<byte> utf8, ICollection<SourceFault> faults)
    {
        var found = new FaultList(file);
        PayloadMapping? mapping = YamlTree.Read(utf8, found) is { } root ? new Reader(file, found).Mapping(root) : null;
        found.CopyTo(faults);
        return found.Any ? null : mapping;
    }

    private sealed class Reader(string file, FaultList faults)
    {
        public PayloadMapping Mapping(SourceNode root)
        {
            var top = new MapReader(root, faults, "a mapping", "id", "title", "zone", "event", "version", "ignore", "messages");
            var mapping = new PayloadMapping(
                Id(top),
                top.WordsAt("title"),
                Pointer(top.Text("event")),
                top.Node("version") is { } version ? Version(version) : null,
                Zone(top.OptionalText("zone")),
                [.. top.Texts("ignore").Select(text => text.Value)],
                [.. top.Items("messages").Select(Message)]);
            if (top.IsMap && mapping.Messages.IsEmpty) top.Fault("messages", "missing-key", "A mapping needs 'messages': what events become.");
            foreach (string both in mapping.Ignored.Intersect(mapping.Messages.SelectMany(message => message.On)))
            {
                top.Fault("ignore", "wrong-value", $"The event '{both}' is mapped and ignored; it is one or the other.");
            }

            return mapping;
        }

        private string Id(MapReader top)
        {
            SourceText id = top.Text("id");
            string expected = Path.GetFileNameWithoutExtension(file);
            if (id.Value.Length > 0 && id.Value != expected)
            {
                faults.Add(id.At, "wrong-id", $"The id '{id.Value}' is not the file's name '{expected}'; they are the same.");
            }

            return id.Value;
        }

        private VersionMapping Version(SourceNode node)
        {
            var map = new MapReader(node, faults, "the version", "from", "as");
            string form = map.OneOf("as", VersionForms).Value;
            return new VersionMapping(Pointer(map.Text("from")), Forms.GetValueOrDefault(form, FieldForm.Text));
        }

        private DateTimeZone Zone(SourceText? text)
        {
            if (text is not { Value.Length: > 0 }) return DateTimeZone.Utc;
            DateTimeZone? zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(text.Value);
            if (zone is null) faults.Add(text.At, "unknown-zone", $"'{text.Value}' is no zone; write one such as Asia/Shanghai.");
            return zone ?? DateTimeZone.Utc;
        }

        private MessageMapping Message(SourceNode node)
        {
            var map = new MapReader(node, faults, "a message", "on", "type", "fields", "files");
            ImmutableArray<SourceText> on = map.Texts("on");
            if (on.IsEmpty && map.IsMap) map.Text("on");
            SourceText type = map.OneOf("type", [.. Types.Keys.Order(StringComparer.Ordinal)]);
            ImmutableArray<FieldMapping> fields = [.. map.Entries("fields", "fields with where they come from").Select(Field)];
            foreach (string missing in Always.Concat(Types.GetValueOrDefault(type.Value, [])).Except(fields.Select(field => field.Target)))
            {
                map.Fault("fields", "missing-field", $"A message '{type.Value}' needs the field '{missing}'.");
            }

            return new MessageMapping(
                [.. on.Select(text => text.Value)], type.Value, fields, map.Node("files") is { } files ? Files(files) : null);
        }

        private FieldMapping Field(KeyValuePair<SourceText, SourceNode> entry)
        {
            (SourceText target, SourceNode node) = entry;
            bool isFact = target.Value.StartsWith(Facts, StringComparison.Ordinal);
            if (isFact)
            {
                MapReader.CheckName(new SourceText(target.Value[Facts.Length..], target.At), faults, mayBeReserved: true);
            }
            else if (!Targets.Contains(target.Value))
            {
                faults.Add(
                    target.At,
                    "unknown-field",
                    $"A message has no field '{target.Value}'.{NearestName.Question(target.Value, Targets)} Facts are '{Facts}NAME'.");
            }

            // The short form: a pointer alone.
            if (node is SourceNode.Scalar { Text: var pointer })
            {
                return new FieldMapping(target.Value, Pointer(pointer), null, isFact ? FieldForm.AsIs : FormOf(target.Value), NoValues, false);
            }

            var map = new MapReader(node, faults, $"'{target.Value}'", "from", "value", "as", "values", "optional");
            SourceText? from = map.OptionalText("from");
            SourceText? value = map.OptionalText("value");
            if (map.IsMap && from is null == value is null)
            {
                map.Fault(from is null ? "" : "value", "wrong-shape", "A field has either 'from', a JSON pointer, or 'value', a constant.");
            }

            string form = map.OneOf("as", FormNames, absent: "").Value;
            return new FieldMapping(
                target.Value,
                from is null ? null : Pointer(from),
                value is null ? null : new MappedConstant(value),
                Forms.TryGetValue(form, out FieldForm known) ? known : isFact ? FieldForm.AsIs : FormOf(target.Value),
                map.Entries("values", "the platform's codes with ours").ToImmutableDictionary(
                    pair => pair.Key.Value, pair => Constant(pair.Value), StringComparer.Ordinal),
                map.Flag("optional"));
        }

        private static ImmutableDictionary<string, MappedConstant> NoValues =>
            ImmutableDictionary.Create<string, MappedConstant>(StringComparer.Ordinal);

        private static FieldForm FormOf(string target) => target switch
        {
            "timestamp" or "data.order.soldAt" => FieldForm.Instant,
            "data.order.paid" or "data.order.freight" or "data.amount" => FieldForm.Amount,
            _ => FieldForm.Text,
        };

        private MappedConstant Constant(SourceNode node)
        {
            if (node is SourceNode.Scalar { Text: { Value.Length: > 0 } text }) return new MappedConstant(text);
            faults.Add(node.At, "wrong-shape", "Here a single value is wanted.");
            return new MappedConstant(new SourceText("", node.At));
        }

        private FilesMapping Files(SourceNode node)
        {
            var map = new MapReader(node, faults, "'files'", "each", "name", "url");
            SourceText? name = map.OptionalText("name");
            SourceText? url = map.OptionalText("url");
            return new FilesMapping(Pointer(map.Text("each")), name is null ? null : Pointer(name), url is null ? "" : Pointer(url));
        }

        private string Pointer(SourceText text)
        {
            if (text.Value.Length > 0 && text.Value[0] != '/')
            {
                faults.Add(text.At, "wrong-pointer", $"'{text.Value}' is no JSON pointer; one begins with '/', such as /order/id.");
            }

            return text.Value;
        }
    }
}
