using System.Runtime.CompilerServices;

namespace AfterSales.Functions.Tests.Evidence;

/// <summary>Small real files in Samples, made with ffmpeg, Ghostscript and qpdf; README.txt beside them says how.</summary>
internal static class Samples
{
    public static byte[] Read(string name, [CallerFilePath] string here = "") =>
        File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(here)!, "Samples", name));
}
