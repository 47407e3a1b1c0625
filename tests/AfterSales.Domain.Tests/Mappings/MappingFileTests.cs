using System.Text;
using AfterSales.Domain.Mappings;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Tests.Mappings;

public sealed class MappingFileTests
{
    private const string Right = """
        id: shop
        title: {zh: 店, en: Shop}
        event: /event
        version: {from: /rev, as: number}
        messages:
          - on: closed
            type: case.withdrawn
            fields:
              timestamp: /at
              data.externalId: {from: /no}
        """;

    [Fact]
    public void Every_shipped_mapping_is_right() => Assert.All(ShippedMappings.Ids, id =>
    {
        var faults = new List<SourceFault>();
        Assert.NotNull(ShippedMappings.Find(id, faults));
        Assert.Empty(faults);
    });

    [Fact]
    public void A_mapping_that_is_not_shipped_is_not_found() => Assert.Null(ShippedMappings.Find("nowhere", []));

    [Fact]
    public void A_file_without_faults_is_read()
    {
        var (mapping, faults) = Read(Right);

        Assert.Empty(faults);
        var message = Assert.Single(mapping!.Messages);
        Assert.Equal(("case.withdrawn", "closed"), (message.Type, Assert.Single(message.On)));
        Assert.Equal([("timestamp", FieldForm.Instant), ("data.externalId", FieldForm.Text)], message.Fields.Select(field => (field.Target, field.Form)));
    }

    [Theory]
    [InlineData("id: shop", "id: store", "1:5 wrong-id")]
    [InlineData("event: /event", "event: event", "3:8 wrong-pointer")]
    [InlineData("event: /event", "evnt: /event", "1:1 missing-key, 3:1 unknown-key")]
    [InlineData("as: number", "as: guess", "4:27 unknown-value")]
    [InlineData("type: case.withdrawn", "type: case.withdrew", "7:11 unknown-value")]
    [InlineData("              timestamp: /at\n", "", "8:5 missing-field")]
    [InlineData("timestamp: /at", "timestmp: /at", "8:5 missing-field, 9:7 unknown-field")]
    [InlineData("{from: /no}", "{from: /no, value: x}", "10:36 wrong-shape")]
    [InlineData("{from: /no}", "{as: text}", "10:24 wrong-shape")]
    [InlineData("{from: /no}", "{from: /no, as: money}", "10:40 unknown-value")]
    [InlineData("{from: /no}", "{from: /no, optional: perhaps}", "10:46 wrong-shape")]
    [InlineData("messages:", "ignore: [closed]\nmessages:", "5:1 wrong-value")]
    [InlineData("title: {zh: 店, en: Shop}", "title: {zh: 店, en: Shop}\nzone: Mars/Olympus", "3:7 unknown-zone")]
    public void A_fault_is_told_with_its_place(string right, string wrong, string expected)
    {
        var (mapping, faults) = Read(Right.Replace("\r", "", StringComparison.Ordinal).Replace(right.TrimStart(), wrong, StringComparison.Ordinal));

        Assert.Null(mapping);
        Assert.Equal(expected, string.Join(", ", faults.Select(fault => $"{fault.At} {fault.Code}")));
    }

    [Fact]
    public void A_request_needs_all_that_opens_a_case() =>
        Assert.Equal(
            ["data.customer.id", "data.order.id", "data.order.paid", "data.claim.kind", "data.claim.reason"],
            Read(Right.Replace("case.withdrawn", "case.requested", StringComparison.Ordinal)).Faults.Select(fault => fault.Detail.Split('\'')[^2]));

    private static (PayloadMapping? Mapping, List<SourceFault> Faults) Read(string text)
    {
        var faults = new List<SourceFault>();
        return (MappingFile.Read("shop.yaml", Encoding.UTF8.GetBytes(text), faults), faults);
    }
}
