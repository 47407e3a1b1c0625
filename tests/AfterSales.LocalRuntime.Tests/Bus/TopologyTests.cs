using AfterSales.LocalRuntime.Engine.Bus;

namespace AfterSales.LocalRuntime.Tests.Bus;

public sealed class TopologyTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public void The_emulators_shape_is_read()
    {
        var topology = Load("""
            {
              "UserConfig": {
                "Namespaces": [
                  {
                    "Name": "local",
                    "Queues": [
                      {
                        "Name": "parked",
                        "Properties": {
                          "DeadLetteringOnMessageExpiration": true, "DefaultMessageTimeToLive": "P14D", "LockDuration": "PT30S",
                          "MaxDeliveryCount": 5, "RequiresDuplicateDetection": true, "DuplicateDetectionHistoryTimeWindow": "PT20S",
                          "ForwardTo": "", "ForwardDeadLetteredMessagesTo": "", "RequiresSession": false
                        }
                      }
                    ],
                    "Topics": [
                      {
                        "Name": "events",
                        "Properties": { "DefaultMessageTimeToLive": "PT1H" },
                        "Subscriptions": [
                          { "Name": "all", "Properties": { "MaxDeliveryCount": 2 } },
                          {
                            "Name": "some",
                            "Rules": [
                              {
                                "Name": "r",
                                "Properties": {
                                  "FilterType": "Correlation",
                                  "CorrelationFilter": { "Label": "l", "Properties": { "type": "opened", "level": 3, "urgent": true } }
                                }
                              }
                            ]
                          }
                        ]
                      }
                    ]
                  }
                ],
                "Logging": { "Type": "File" }
              }
            }
            """);

        Assert.Equal(
            new QueueSettings(
                "parked", 5, TimeSpan.FromSeconds(30), TimeSpan.FromDays(14), DeadLetterExpired: true, null, TimeSpan.FromSeconds(20)),
            topology.Queues.Single());
        var topic = topology.Topics.Single();
        Assert.Equal(("events", TimeSpan.FromHours(1)), (topic.Name, topic.DefaultTimeToLive));
        Assert.Equal(["all", "some"], topic.Subscriptions.Select(s => s.Queue.Name));
        Assert.Equal(2, topic.Subscriptions[0].Queue.MaxDeliveryCount);
        var rule = topic.Subscriptions[1].Rules.Single();
        Assert.Equal("l", rule.Fields[CorrelationField.Label]);
        Assert.Equal<object>(["opened", 3L, true], [rule.Properties["type"], rule.Properties["level"], rule.Properties["urgent"]]);
    }

    [Fact]
    public void Every_fault_is_listed_with_its_place()
    {
        var faults = Faults("""
            {
              "UserConfig": {
                "Namespaces": [
                  {
                    "Name": "local",
                    "Queues": [
                      { "Name": "a", "Properties": { "MaxDeliveryCuont": 5, "LockDuration": "1 minute", "MaxDeliveryCount": 0 } },
                      { "Name": "A" },
                      { "Properties": { "LockDuration": "PT6M", "RequiresSession": true, "ForwardTo": "nowhere" } }
                    ],
                    "Topics": [
                      {
                        "Name": "t",
                        "Subscriptions": [
                          {
                            "Name": "s",
                            "Rules": [ { "Name": "sql", "Properties": { "FilterType": "Sql", "SqlFilter": { "SqlExpression": "1=1" } } } ]
                          },
                          { "Name": "s" }
                        ]
                      }
                    ]
                  }
                ]
              }
            }
            """);

        var all = "UserConfig.Namespaces[0]";
        string[] expected =
        [
            $"{all}.Queues[0].Properties.MaxDeliveryCuont: unknown key",
            $"{all}.Queues[0].Properties.MaxDeliveryCount: 0 is out of range, 1 to 2000",
            $"{all}.Queues[0].Properties.LockDuration: '1 minute' is not an ISO 8601 duration",
            $"{all}.Queues[2].Name: missing",
            $"{all}.Queues[2].Properties.RequiresSession: sessions are not supported",
            $"{all}.Queues[2].Properties.LockDuration: PT6M is out of range, PT5S to PT5M",
            $"{all}.Topics[0].Subscriptions[0].Rules[0].Properties: a filter of type Sql is not supported",
            $"{all}: the name 'a' is given to two queues or topics",
            $"{all}: the topic 't' has two subscriptions 's'",
            "forwards to 'nowhere', which does not exist",
        ];
        Assert.All(expected, e => Assert.Contains(faults, f => f.Contains(e, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, faults.Count);
    }

    [Fact]
    public void Forwarding_in_a_circle_is_refused() => Assert.Contains(
        "in a circle",
        string.Concat(Faults("""
            {"UserConfig":{"Namespaces":[{"Name":"n","Queues":[
              {"Name":"a","Properties":{"ForwardTo":"b"}}, {"Name":"b","Properties":{"ForwardTo":"a"}}]}]}}
            """)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("[]", "an object is expected")]
    [InlineData("""{"UserConfig":{"Namespaces":[]}}""", "exactly one namespace")]
    public void A_file_of_another_kind_is_refused(string json, string fault) =>
        Assert.Contains(fault, string.Concat(Faults(json)), StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_refused() => Assert.Throws<BusConfigurationException>(() => BusTopology.Load(_file + ".none"));

    [Fact]
    public void Host_json_sets_the_limits_of_triggers()
    {
        File.WriteAllText(_file, """
            {"version":"2.0","extensions":{"serviceBus":{"maxConcurrentCalls":7,"prefetchCount":0,"autoCompleteMessages":false,
             "maxAutoLockRenewalDuration":"00:01:00","maxMessageBatchSize":20}}}
            """);

        var options = BusOptions.Load(_file);

        Assert.Equal(
            (7, false, TimeSpan.FromMinutes(1), 20),
            (options.MaxConcurrentCalls, options.AutoCompleteMessages, options.MaxAutoLockRenewalDuration, options.MaxMessageBatchSize));
    }

    [Fact]
    public void Every_fault_of_host_json_is_listed()
    {
        File.WriteAllText(_file, """{"extensions":{"serviceBus":{"maxConcurrentCalls":0,"maxConcurentCalls":3}}}""");

        var refusal = Assert.Throws<BusConfigurationException>(() => BusOptions.Load(_file));

        Assert.Equal(
            ["extensions.serviceBus.maxConcurrentCalls: 0 is out of range", "extensions.serviceBus.maxConcurentCalls: unknown key"],
            refusal.Faults);
    }

    private BusTopology Load(string json)
    {
        File.WriteAllText(_file, json);
        return BusTopology.Load(_file);
    }

    private IReadOnlyList<string> Faults(string json) => Assert.Throws<BusConfigurationException>(() => Load(json)).Faults;
}
