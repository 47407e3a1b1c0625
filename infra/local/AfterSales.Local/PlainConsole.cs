using Spectre.Console;

namespace AfterSales.Local;

/// <summary>The console to print on: colours and a live progress bar on a terminal, plain lines in a file or a log.</summary>
internal static class PlainConsole
{
    private const int WidthOfLogs = 140;

    public static IAnsiConsole Create()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(Console.Out),
        });
        console.Profile.Width = WidthOfLogs;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
