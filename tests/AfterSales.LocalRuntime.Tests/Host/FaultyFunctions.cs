using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AfterSales.LocalRuntime.Tests.Host;

public interface IUnregistered;

/// <summary>Every method is wrong in one way, which its name says.</summary>
public sealed class FaultyFunctions(IUnregistered unregistered)
{
    [Function("NoTrigger")]
    public void NoTrigger(HttpRequest request) => GC.KeepAlive(unregistered);

    [Function("TwoTriggers")]
    public void TwoTriggers([HttpTrigger] HttpRequest request, [TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
    }

    [Function("WrongTriggerType")]
    public void WrongTriggerType([HttpTrigger(Route = "wrong")] string body)
    {
    }

    [Function("UnknownName")]
    public void UnknownName([HttpTrigger(Route = "unknown/{id}")] HttpRequest request, string idd)
    {
    }

    [Function("Twin")]
    public void FirstTwin([HttpTrigger(Route = "first")] HttpRequest request)
    {
    }

    [Function("twin")]
    public void SecondTwin([HttpTrigger(Route = "second")] HttpRequest request)
    {
    }

    [Function("RouteA")]
    public void RouteA([HttpTrigger("get", "post", Route = "same/{a}")] HttpRequest request)
    {
    }

    [Function("RouteB")]
    public void RouteB([HttpTrigger("post", Route = "same/{b}")] HttpRequest request)
    {
    }

    [Function("RouteC")]
    public void RouteC([HttpTrigger("delete", Route = "same/{c}")] HttpRequest request)
    {
    }

    [Function("BadRoute")]
    public void BadRoute([HttpTrigger(Route = "bad/{id")] HttpRequest request)
    {
    }

    [Function("HostRoute")]
    public void HostRoute([HttpTrigger(Route = "admin/mine")] HttpRequest request)
    {
    }

    [Function("BadSchedule")]
    public void BadSchedule([TimerTrigger("every day")] TimerInfo timer)
    {
    }

    [Function("MissingSchedule")]
    public void MissingSchedule([TimerTrigger("%No_Such_Setting%")] TimerInfo timer)
    {
    }

    [Function("MissingConnection")]
    public void MissingConnection([ServiceBusTrigger("here", Connection = "NoSuchBus")] string message)
    {
    }

    [Function("MissingQueue")]
    public void MissingQueue([ServiceBusTrigger("not-here", Connection = "ServiceBus")] string message)
    {
    }

    [Function("MissingSubscription")]
    public void MissingSubscription([ServiceBusTrigger("topic", "not-here", Connection = "ServiceBus")] string message)
    {
    }

    [Function("BinaryMessage")]
    public void BinaryMessage([ServiceBusTrigger("here", Connection = "ServiceBus")] BinaryData message)
    {
    }

    [Function("MissingOutput")]
    [ServiceBusOutput("no-output", Connection = "ServiceBus")]
    public string MissingOutput([TimerTrigger("0 * * * * *")] TimerInfo timer) => "";

    [Function("AsyncVoid")]
    [AsyncStateMachine(typeof(FaultyFunctions))]
    public void AsyncVoid([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
    }

    [Function("Stream")]
    public IAsyncEnumerable<string>? Stream([TimerTrigger("0 * * * * *")] TimerInfo timer) => null;

    [Function("ByReference")]
    public void ByReference([HttpTrigger(Route = "ref")] HttpRequest request, ref int number) => number++;

    [Function("WrongClient")]
    public void WrongClient([HttpTrigger(Route = "client")] HttpRequest request, [DurableClient] string client)
    {
    }

    [Function("ClientInOrchestrator")]
    public void ClientInOrchestrator(
        [OrchestrationTrigger] Microsoft.DurableTask.TaskOrchestrationContext context, [DurableClient] DurableTaskClient client)
    {
    }

    [Function("TwoInputs")]
    public void TwoInputs([OrchestrationTrigger] Microsoft.DurableTask.TaskOrchestrationContext context, string first, string second)
    {
    }

    [Function("has space")]
    public void BadName([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
    }

    [Function("NotPublic")]
    internal void NotPublic([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
    }
}
