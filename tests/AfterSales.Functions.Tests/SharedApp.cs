namespace AfterSales.Functions.Tests;

/// <summary>One running app for all tests of a class, for tests that do not mind what others did.</summary>
public sealed class SharedApp : IAsyncLifetime
{
    public AppHost App { get; private set; } = null!;

    public async Task InitializeAsync() => App = await AppHost.StartAsync();

    public async Task DisposeAsync() => await App.DisposeAsync();
}
