using System.Text;
using AfterSales.Domain.Ledger;
using AfterSales.Domain.Rulebooks.Format;
using AfterSales.Domain.Suppliers;
using NodaTime;

namespace AfterSales.Domain.Tests.Ledger;

public class ChartTests
{
    private static readonly SupplierId Supplier = SupplierId.Parse("S-1");

    [Theory]
    [InlineData("supplier:S-1:deposit", "Quality deposit", AccountType.Liability)]
    [InlineData("person:p.1:fines", "Fines owed by a person", AccountType.Asset)]
    [InlineData("house:levies", "Complaint fund levies", AccountType.Income)]
    [InlineData("supplier:S-2:deposit", null, null)]
    [InlineData("supplier:S-1", null, null)]
    [InlineData("supplier:S-1:deposit:more", null, null)]
    [InlineData("house:slush", null, null)]
    public void An_account_is_in_the_chart_of_its_own_book_only(string account, string? name, AccountType? type)
    {
        ChartLine? line = ChartOfAccounts.Shipped.LineOf(Account.Parse(account), Supplier);
        Assert.Equal((name, type), (line?.Name.En, line?.Type));
    }

    [Fact]
    public void Every_account_that_the_code_names_is_in_the_chart()
    {
        Account[] named =
        [
            .. typeof(Account).GetProperties().Where(property => property.PropertyType == typeof(Account)).Select(property => (Account)property.GetValue(null)!),
            .. typeof(Account).GetMethods()
                .Where(method => method.ReturnType == typeof(Account) && method.GetParameters() is [{ ParameterType: var type }] && type == typeof(SupplierId))
                .Select(method => (Account)method.Invoke(null, [Supplier])!),
            Account.Fines("p-1"),
        ];
        Assert.True(named.Length > 12);
        Assert.All(named, account => Assert.NotNull(ChartOfAccounts.Shipped.LineOf(account, Supplier)));
    }

    [Fact]
    public void An_entry_on_an_account_that_is_not_in_the_chart_is_refused()
    {
        var books = new Books(Supplier);
        var reason = new EntryReason("deposit", [], null, null, null, new LocalDate(2026, 11, 2));
        Account other = Account.Deposit(SupplierId.Parse("S-2"));
        Assert.Equal(
            LedgerRefusals.AccountUnknown,
            books.Refused(new Post("k", reason, default, [new Posting(Account.HouseCash, other, Money.Yuan("1.00"))])));
    }

    [Fact]
    public void Every_fault_of_a_chart_is_listed()
    {
        const string yaml = """
            version: 0
            accounts:
              - {path: "house:cash", type: asset, name: {zh: 现金, en: Cash}}
              - {path: "house:cash", type: money, name: {zh: 现金, en: Cash}}
              - {path: "house", type: asset, name: {zh: 现金}}
            """;
        var faults = new List<SourceFault>();
        Assert.Null(ChartOfAccounts.Read(Encoding.UTF8.GetBytes(yaml), faults));
        Assert.Equal(["missing-key", "twice", "unknown-value", "wrong-value", "wrong-value"], faults.Select(fault => fault.Code).Order());
    }
}
