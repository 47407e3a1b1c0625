using AfterSales.Functions.Http;
using Microsoft.AspNetCore.Http;

namespace AfterSales.Functions.Tests.Http;

public sealed class RequestBodyTests
{
    private const int Limit = 25 * 1024 * 1024;

    [Fact]
    public void A_length_that_is_only_claimed_takes_no_memory()
    {
        var request = Request([1, 2, 3], claimed: Limit);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var reading = request.ReadWithinAsync(Limit, CancellationToken.None);

        Assert.True(reading.IsCompletedSuccessfully);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }

    [Fact]
    public async Task A_body_longer_than_the_first_buffer_is_read_whole()
    {
        var body = new byte[300_000];
        new Random(1).NextBytes(body);

        Assert.Equal(body, (await Request(body, body.Length).ReadWithinAsync(Limit, CancellationToken.None))!.Value.ToArray());
    }

    private static HttpRequest Request(byte[] body, long claimed)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentLength = claimed;
        request.Body = new MemoryStream(body);
        return request;
    }
}
