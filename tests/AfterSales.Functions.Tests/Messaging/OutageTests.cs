using AfterSales.Functions.Messaging;
using Grpc.Core;

namespace AfterSales.Functions.Tests.Messaging
{
    public class OutageTests
    {
        [Theory]
        [InlineData("Unavailable", true)]
        [InlineData("DeadlineExceeded", true)]
        [InlineData("Internal", true)]
        [InlineData("Unknown", true)]
        [InlineData("InvalidArgument", false)]
        [InlineData("AlreadyExists", false)]
        public void What_the_durable_client_of_the_genuine_worker_throws_is_told_apart_by_its_status(string code, bool outage)
        {
            Assert.Equal(outage, Outage.Is(new RpcException($"Status(StatusCode=\"{code}\", Detail=\"was StatusCode=\\\"Unavailable\\\"\")")));
        }
    }
}

// Bears the name by which the app knows the exception of the gRPC packages, which the local runtime has not.
namespace Grpc.Core
{
    internal sealed class RpcException(string message) : Exception(message);
}
