namespace AfterSales.LocalRuntime.Engine.Bus;

/// <summary>The paths by which the broker's clients name entities; they are compared without regard to case.</summary>
internal static class BusPath
{
    public static string Subscription(string topic, string subscription) => $"{topic}/Subscriptions/{subscription}";

    public static string DeadLetters(string path) => $"{path}/$DeadLetterQueue";
}
