using Spectre.Console;

namespace AfterSales.Local.Month;

/// <summary>Shows how far the month is: a bar on a terminal, a line every few cases elsewhere.</summary>
internal static class MonthProgress
{
    private const int CasesPerLine = 20;

    public static async Task ShowAsync(IAnsiConsole console, Player player, int requests, CancellationToken cancellationToken)
    {
        if (!console.Profile.Capabilities.Interactive)
        {
            var shown = 0;
            await player.PlayAsync(clock =>
            {
                var (sent, closed) = player.Count;
                if (closed >= shown + CasesPerLine)
                {
                    shown = closed;
                    var now = clock.Now.ToOffset(SampleMonth.Start.Offset);
                    console.WriteLine($"  {now:yyyy-MM-dd HH:mm}  {sent} of {requests} requests sent, {closed} cases closed");
                }
            }, cancellationToken);
            return;
        }

        await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async progress =>
            {
                var bar = progress.AddTask("Starting", maxValue: requests * 2);
                await player.PlayAsync(clock =>
                {
                    var (sent, closed) = player.Count;
                    bar.Value = sent + closed;
                    bar.Description = $"{clock.Now.ToOffset(SampleMonth.Start.Offset):d MMM yyyy HH:mm}  {sent} requests, {closed} closed";
                }, cancellationToken);
                bar.Value = bar.MaxValue;
            });
    }
}
