using AfterSales.LocalRuntime.Tests.Bus;
using AfterSales.LocalRuntime.Tests.Storage;

// The test assembly is also the program that tests of crashes start and kill: `dotnet AfterSales.LocalRuntime.Tests.dll <what> <folder>`.
switch (args)
{
    case ["write-storage", var folder]:
        await StorageCrash.WriteUntilKilledAsync(folder, Console.Out);
        return 0;
    case ["use-bus", var folder]:
        await BusCrash.UseUntilKilledAsync(folder, Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync("Run the tests with `dotnet test`.");
        return 2;
}
