namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class A_faulty_app_is_refused_at_start
{
    private const string Bus = """
        { "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "here" } ],
          "Topics": [ { "Name": "topic", "Subscriptions": [ { "Name": "sub" } ] } ] } ] } }
        """;

    private static readonly IReadOnlyList<string> Faults = FaultsOf([typeof(FaultyFunctions)]);

    [Theory]
    [InlineData("NoTrigger", "no parameter has a trigger's attribute")]
    [InlineData("TwoTriggers", "several triggers: request, timer")]
    [InlineData("WrongTriggerType", "'body' (String) cannot be a httpTrigger's; it must be an HttpRequest")]
    [InlineData("UnknownName", "'idd' (String) cannot be bound: the route's values are id")]
    [InlineData("FirstTwin", "the function's name 'Twin' is also that of AfterSales.LocalRuntime.Tests.Host.FaultyFunctions.SecondTwin")]
    [InlineData("SecondTwin", "the function's name 'twin' is also that of AfterSales.LocalRuntime.Tests.Host.FaultyFunctions.FirstTwin")]
    [InlineData("RouteA", "the route [GET,POST] /same/{a} is also that of AfterSales.LocalRuntime.Tests.Host.FaultyFunctions.RouteB")]
    [InlineData("RouteB", "the route [POST] /same/{b} is also that of AfterSales.LocalRuntime.Tests.Host.FaultyFunctions.RouteA")]
    [InlineData("BadRoute", "'bad/{id' is not a route template")]
    [InlineData("HostRoute", "under /admin, which belongs to the host")]
    [InlineData("BadSchedule", "the schedule 'every day' is not NCRONTAB")]
    [InlineData("MissingSchedule", "the setting 'No_Such_Setting', which holds its schedule, is missing")]
    [InlineData("MissingConnection", "the connection setting 'NoSuchBus' is missing")]
    [InlineData("MissingQueue", "the queue 'not-here' is not in servicebus.json")]
    [InlineData("MissingSubscription", "the subscription 'not-here' of the topic 'topic' is not in servicebus.json")]
    [InlineData("BinaryMessage", "'message' (BinaryData) cannot be a serviceBusTrigger's")]
    [InlineData("MissingOutput", "the queue or topic 'no-output' of [ServiceBusOutput] is not in servicebus.json")]
    [InlineData("AsyncVoid", "wrong return type: 'async void'")]
    [InlineData("Stream", "wrong return type: IAsyncEnumerable<String>")]
    [InlineData("ByReference", "'number' (Int32&) is passed by reference")]
    [InlineData("WrongClient", "'client' (String) has [DurableClient] and must be a DurableTaskClient")]
    [InlineData("ClientInOrchestrator", "a durable client, which an orchestrator may not use")]
    [InlineData("TwoInputs", "'second' (String) cannot be bound: one parameter takes the orchestration's input")]
    [InlineData("BadName", "the function's name 'has space' must begin with a letter")]
    [InlineData("NotPublic", "must be public")]
    [InlineData("NoTrigger", "the constructor of FaultyFunctions needs IUnregistered, which is not registered")]
    public void With_every_fault_and_its_method(string method, string fault)
    {
        var place = $"AfterSales.LocalRuntime.Tests.Host.FaultyFunctions.{method}: ";

        Assert.Contains(Faults, f => f.StartsWith(place, StringComparison.Ordinal) && f.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void And_nothing_more() => Assert.Equal(26, Faults.Count);

    [Fact]
    public void A_route_that_another_method_shares_is_no_fault() =>
        Assert.DoesNotContain(Faults, f => f.Contains("RouteC", StringComparison.Ordinal));

    [Fact]
    public void A_host_json_that_is_not_json_is_named()
    {
        var fault = Assert.Single(FaultsOf([], hostJson: "{ nonsense"));

        Assert.Contains("host.json", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_of_the_bus_s_file_are_listed_too() =>
        Assert.NotEmpty(FaultsOf([], serviceBusJson: """{ "UserConfig": { "Namespaces": [] } }"""));

    [Fact]
    public void Nothing_is_opened()
    {
        var folder = Directory.CreateTempSubdirectory("runtime-").FullName;

        Assert.Throws<FunctionFaultsException>(() => RunningApp.Build([typeof(FaultyFunctions)], folder, serviceBusJson: Bus));

        Assert.False(Directory.Exists(Path.Combine(folder, "data")));
        Directory.Delete(folder, recursive: true);
    }

    private static IReadOnlyList<string> FaultsOf(Type[] functions, string? hostJson = null, string serviceBusJson = Bus)
    {
        var folder = Directory.CreateTempSubdirectory("runtime-").FullName;
        try
        {
            var refusal = Assert.Throws<FunctionFaultsException>(
                () => RunningApp.Build(functions, folder, hostJson: hostJson, serviceBusJson: serviceBusJson));
            return refusal.Faults;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
