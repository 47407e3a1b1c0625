using AfterSales.LocalRuntime.Engine.Http;

namespace AfterSales.LocalRuntime.Engine.Functions;

/// <summary>The list of functions that is printed when the app has started, HTTP functions with their URLs first.</summary>
internal static class StartBanner
{
    private static readonly (string Type, string Title)[] Groups =
    [
        ("httpTrigger", "HTTP"),
        ("serviceBusTrigger", "Service Bus"),
        ("timerTrigger", "Timers (UTC)"),
        ("orchestrationTrigger", "Orchestrators"),
        ("activityTrigger", "Activities"),
    ];

    public static void Print(TextWriter to, IReadOnlyList<FoundFunction> functions, string url)
    {
        to.WriteLine();
        to.WriteLine(functions.Count == 0 ? "No functions found." : "Functions:");
        foreach (var (type, title) in Groups)
        {
            var group = functions.Where(f => f.Trigger.Type == type).ToList();
            if (group.Count == 0)
            {
                continue;
            }

            to.WriteLine();
            to.WriteLine($"  {title}");
            foreach (var function in group)
            {
                to.WriteLine($"    {Line(function, url)}");
            }
        }

        to.WriteLine();
        to.Flush();
    }

    private static string Line(FoundFunction function, string url) => function.Trigger switch
    {
        HttpFunctionTrigger { Methods.Count: 0 } http => $"{function.Name}: {url}/{http.Route}",
        HttpFunctionTrigger http => $"{function.Name}: [{string.Join(',', http.Methods)}] {url}/{http.Route}",
        { Source: "" } trigger => $"{function.Name}: {trigger.Type}",
        var trigger => $"{function.Name}: {trigger.Type} {trigger.Source}",
    };
}
