using System.Text.Json;
using System.Xml;

namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>Reads <c>servicebus.json</c> and collects every fault before it refuses.</summary>
internal sealed class TopologyReader
{
    private readonly List<string> _faults = [];

    public static BusTopology Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new BusConfigurationException(path, ["the file does not exist"]);
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(File.ReadAllBytes(path));
        }
        catch (JsonException e)
        {
            throw new BusConfigurationException(path, [$"not JSON: {e.Message}"]);
        }

        using (document)
        {
            var reader = new TopologyReader();
            var topology = reader.ReadRoot(document.RootElement);
            reader.CheckNames(topology);
            reader.CheckForwarding(topology);
            return reader._faults.Count == 0 ? topology : throw new BusConfigurationException(path, reader._faults);
        }
    }

    private BusTopology ReadRoot(JsonElement root)
    {
        var user = Object(Object(root, "", "UserConfig").Child("UserConfig"), "UserConfig", "Namespaces", "Logging");
        var namespaces = List(user, "Namespaces");
        if (namespaces.Count != 1)
        {
            _faults.Add($"UserConfig.Namespaces: exactly one namespace is served, found {namespaces.Count}");
            return new BusTopology([], []);
        }

        var names = Object(namespaces[0].Element, namespaces[0].Path, "Name", "Queues", "Topics");
        return new BusTopology([.. List(names, "Queues").Select(ReadQueue)], [.. List(names, "Topics").Select(ReadTopic)]);
    }

    private QueueSettings ReadQueue((JsonElement Element, string Path) at)
    {
        var queue = Object(at.Element, at.Path, "Name", "Properties");
        var properties = Object(
            queue.Child("Properties"),
            queue.Place("Properties"),
            "DeadLetteringOnMessageExpiration",
            "DefaultMessageTimeToLive",
            "DuplicateDetectionHistoryTimeWindow",
            "ForwardDeadLetteredMessagesTo",
            "ForwardTo",
            "LockDuration",
            "MaxDeliveryCount",
            "RequiresDuplicateDetection",
            "RequiresSession");
        return ReadDelivery(Name(queue, 260), properties) with { DuplicateWindow = DuplicateWindow(properties) };
    }

    private TopicSettings ReadTopic((JsonElement Element, string Path) at)
    {
        var topic = Object(at.Element, at.Path, "Name", "Properties", "Subscriptions");
        var properties = Object(
            topic.Child("Properties"),
            topic.Place("Properties"),
            "DefaultMessageTimeToLive",
            "DuplicateDetectionHistoryTimeWindow",
            "RequiresDuplicateDetection");
        return new TopicSettings(
            Name(topic, 260),
            TimeToLive(properties),
            DuplicateWindow(properties),
            [.. List(topic, "Subscriptions").Select(ReadSubscription)]);
    }

    private SubscriptionSettings ReadSubscription((JsonElement Element, string Path) at)
    {
        var subscription = Object(at.Element, at.Path, "Name", "Properties", "Rules");
        var properties = Object(
            subscription.Child("Properties"),
            subscription.Place("Properties"),
            "DeadLetteringOnMessageExpiration",
            "DefaultMessageTimeToLive",
            "ForwardDeadLetteredMessagesTo",
            "ForwardTo",
            "LockDuration",
            "MaxDeliveryCount",
            "RequiresSession");
        var rules = List(subscription, "Rules").Select(ReadRule).ToList();
        foreach (var name in Repeated(rules.Select(r => r.Name)))
        {
            _faults.Add($"{at.Path}.Rules: the name '{name}' is given twice");
        }

        return new SubscriptionSettings(ReadDelivery(Name(subscription, 50), properties), rules);
    }

    private QueueSettings ReadDelivery(string name, JsonPlace properties)
    {
        if (Flag(properties, "RequiresSession"))
        {
            _faults.Add($"{properties.Place("RequiresSession")}: sessions are not supported by the local runtime");
        }

        if (Text(properties, "ForwardDeadLetteredMessagesTo") is { Length: > 0 })
        {
            _faults.Add(
                $"{properties.Place("ForwardDeadLetteredMessagesTo")}: forwarding of dead letters is not supported by the local runtime");
        }

        return new QueueSettings(
            name,
            MaxDeliveryCount: Number(properties, "MaxDeliveryCount", 10, 1, 2000),
            LockDuration: Duration(properties, "LockDuration", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5)),
            DefaultTimeToLive: TimeToLive(properties),
            DeadLetterExpired: Flag(properties, "DeadLetteringOnMessageExpiration"),
            ForwardTo: Text(properties, "ForwardTo") is { Length: > 0 } target ? target : null,
            DuplicateWindow: null);
    }

    private CorrelationRule ReadRule((JsonElement Element, string Path) at)
    {
        var rule = Object(at.Element, at.Path, "Name", "Properties");
        var properties = Object(
            rule.Child("Properties"), rule.Place("Properties"), "FilterType", "CorrelationFilter", "SqlFilter", "Action");
        var type = Text(properties, "FilterType") ?? "Correlation";
        if (!string.Equals(type, "Correlation", StringComparison.OrdinalIgnoreCase) || properties.Has("SqlFilter"))
        {
            var named = properties.Has("SqlFilter") ? "Sql" : type;
            _faults.Add($"{properties.Path}: a filter of type {named} is not supported by the local runtime; "
                + "use correlation filters, several rules of one subscription are alternatives");
        }

        if (properties.Has("Action"))
        {
            _faults.Add($"{properties.Place("Action")}: rule actions are not supported by the local runtime");
        }

        var filter = Object(
            properties.Child("CorrelationFilter"),
            properties.Place("CorrelationFilter"),
            [.. Enum.GetNames<CorrelationField>(), "Properties", "ReplyToSessionId", "SessionId"]);
        foreach (var session in new[] { "ReplyToSessionId", "SessionId" }.Where(filter.Has))
        {
            _faults.Add($"{filter.Place(session)}: sessions are not supported by the local runtime");
        }

        var fields = Enum.GetValues<CorrelationField>()
            .Select(f => (Field: f, Value: Text(filter, f.ToString())))
            .Where(f => f.Value is not null)
            .ToDictionary(f => f.Field, f => f.Value!);
        var values = ReadValues(filter.Child("Properties"), filter.Place("Properties"));
        if (fields.Count == 0 && values.Count == 0 && type == "Correlation" && !properties.Has("SqlFilter"))
        {
            _faults.Add($"{filter.Path}: a filter names at least one field or property; leave the rules out to get every message");
        }

        return new CorrelationRule(Name(rule, 50), fields, values);
    }

    private Dictionary<string, object> ReadValues(JsonElement? element, string path)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var property in Properties(element, path))
        {
            object? value = property.Value.ValueKind switch
            {
                JsonValueKind.String => property.Value.GetString(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Number => property.Value.TryGetInt64(out var whole) ? (object)whole : property.Value.GetDouble(),
                _ => null,
            };
            if (value is null)
            {
                _faults.Add($"{path}.{property.Name}: a text, a number or a truth value is expected");
            }
            else
            {
                values[property.Name] = value;
            }
        }

        return values;
    }

    private void CheckNames(BusTopology topology)
    {
        foreach (var name in Repeated(topology.Queues.Select(q => q.Name).Concat(topology.Topics.Select(t => t.Name))))
        {
            _faults.Add($"UserConfig.Namespaces[0]: the name '{name}' is given to two queues or topics");
        }

        foreach (var topic in topology.Topics)
        {
            foreach (var name in Repeated(topic.Subscriptions.Select(s => s.Queue.Name)))
            {
                _faults.Add($"UserConfig.Namespaces[0]: the topic '{topic.Name}' has two subscriptions '{name}'");
            }
        }
    }

    /// <summary>A message is forwarded at most four times, as on the service, and never in a circle.</summary>
    private void CheckForwarding(BusTopology topology)
    {
        var forwarding = topology.Queues.Select(q => (Source: q.Name, Target: q.ForwardTo))
            .Concat(topology.Topics.SelectMany(t => t.Subscriptions.Select(s => (Source: t.Name, Target: s.Queue.ForwardTo))))
            .Where(f => f.Target is not null)
            .ToLookup(f => f.Source, f => f.Target!, StringComparer.OrdinalIgnoreCase);
        var known = topology.Queues.Select(q => q.Name)
            .Concat(topology.Topics.Select(t => t.Name))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var source in forwarding)
        {
            _faults.AddRange(source.Where(t => !known.Contains(t)).Select(t => $"'{source.Key}' forwards to '{t}', which does not exist"));
            if (Hops(source.Key, 0) > 4)
            {
                _faults.Add($"'{source.Key}' forwards in a circle or over more than four entities");
            }
        }

        int Hops(string name, int depth) => depth > 4
            ? depth
            : forwarding[name].Select(next => Hops(next, depth + 1)).DefaultIfEmpty(depth).Max();
    }

    private JsonPlace Object(JsonElement? element, string path, params string[] keys)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in Properties(element, path))
        {
            if (!keys.Contains(property.Name))
            {
                var known = string.Join(", ", keys.Order(StringComparer.Ordinal));
                _faults.Add($"{JsonPlace.Join(path, property.Name)}: unknown key; known here: {known}");
            }
            else if (!found.TryAdd(property.Name, property.Value))
            {
                _faults.Add($"{JsonPlace.Join(path, property.Name)}: given twice");
            }
        }

        return new JsonPlace(path, found);
    }

    private IEnumerable<JsonProperty> Properties(JsonElement? element, string path)
    {
        if (element is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            _faults.Add($"{(path.Length == 0 ? "the file" : path)}: an object is expected");
            return [];
        }

        return value.EnumerateObject();
    }

    private List<(JsonElement Element, string Path)> List(JsonPlace at, string key)
    {
        if (at.Child(key) is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            _faults.Add($"{at.Place(key)}: a list is expected");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, i) => (item, $"{at.Place(key)}[{i}]"))];
    }

    private string Name(JsonPlace at, int longest)
    {
        var name = Text(at, "Name");
        if (name is null)
        {
            _faults.Add($"{at.Place("Name")}: missing");
            return $"({at.Path})";
        }

        if (name.Length is 0 || name.Length > longest || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '/'))
        {
            _faults.Add($"{at.Place("Name")}: '{name}' is no name: 1 to {longest} letters, digits and . - _ /");
        }

        return name;
    }

    private TimeSpan TimeToLive(JsonPlace at) =>
        Duration(at, "DefaultMessageTimeToLive", TimeSpan.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.MaxValue);

    private TimeSpan? DuplicateWindow(JsonPlace at)
    {
        var window = Duration(
            at, "DuplicateDetectionHistoryTimeWindow", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20), TimeSpan.FromDays(7));
        return Flag(at, "RequiresDuplicateDetection") ? window : null;
    }

    private TimeSpan Duration(JsonPlace at, string key, TimeSpan absent, TimeSpan least, TimeSpan most)
    {
        if (Text(at, key) is not { } text)
        {
            return absent;
        }

        TimeSpan value;
        try
        {
            value = XmlConvert.ToTimeSpan(text);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            _faults.Add($"{at.Place(key)}: '{text}' is not an ISO 8601 duration such as PT1M or P14D");
            return absent;
        }

        if (value < least || value > most)
        {
            var range = most == TimeSpan.MaxValue
                ? $"at least {XmlConvert.ToString(least)}"
                : $"{XmlConvert.ToString(least)} to {XmlConvert.ToString(most)}";
            _faults.Add($"{at.Place(key)}: {text} is out of range, {range}");
        }

        return value;
    }

    private int Number(JsonPlace at, string key, int absent, int least, int most)
    {
        if (at.Child(key) is not { } value)
        {
            return absent;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
        {
            return number;
        }

        _faults.Add($"{at.Place(key)}: {value.GetRawText()} is out of range, {least} to {most}");
        return absent;
    }

    private bool Flag(JsonPlace at, string key)
    {
        if (at.Child(key) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            _faults.Add($"{at.Place(key)}: true or false is expected");
            return false;
        }

        return value.GetBoolean();
    }

    private string? Text(JsonPlace at, string key)
    {
        if (at.Child(key) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            _faults.Add($"{at.Place(key)}: a text is expected");
            return null;
        }

        return value.GetString();
    }

    private static IEnumerable<string> Repeated(IEnumerable<string> names) =>
        names.GroupBy(n => n, StringComparer.OrdinalIgnoreCase).Where(g => g.Skip(1).Any()).Select(g => g.Key);

    /// <summary>An object of the file with where it stands.</summary>
    private sealed record JsonPlace(string Path, Dictionary<string, JsonElement> Found)
    {
        public static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

        public string Place(string key) => Join(Path, key);

        public bool Has(string key) => Found.ContainsKey(key);

        public JsonElement? Child(string key) => Found.TryGetValue(key, out var value) ? value : null;
    }
}
