namespace AfterSales.Domain.Tests.Rulebooks.Checks;

/// <summary>The complete example of functions/Rulebooks/README.md.</summary>
internal static class ReadmeExample
{
    public static string Yaml { get; } = Read();

    private static string Read()
    {
        using var reader = new StreamReader(typeof(ReadmeExample).Assembly.GetManifestResourceStream("rulebooks.README.md")!);
        string readme = reader.ReadToEnd();
        int start = readme.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        return readme[start..readme.IndexOf("```\n", start, StringComparison.Ordinal)];
    }
}
