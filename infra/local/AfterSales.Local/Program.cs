using System.CommandLine;
using System.Text;
using AfterSales.Local;
using AfterSales.Local.Commands;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var data = new Option<string?>(
    "--data")
{ Description = "Data folder (default .aftersales/data in the working copy; demo: .aftersales/demo).", Recursive = true };
var demo = DemoCommand.Create(data);
var root = new RootCommand("AfterSales on this machine, with nothing to install but the .NET SDK. Without a command: demo.")
{
    demo, UpCommand.Create(data), TokenCommand.Create(), ClockCommand.Create(data), LedgerCommand.Create(data),
    RulebookCommand.Create(data), ReplayCommand.Create(data), IndexCommand.Create(data), data,
};
root.SetAction((parsed, cancellationToken) => DemoCommand.RunAsync(new DemoOptions(parsed.GetValue(data)), cancellationToken));
try
{
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (CommandException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return 1;
}
catch (OperationCanceledException)
{
    return 130;
}
