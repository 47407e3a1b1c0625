namespace AfterSales.LocalRuntime;

/// <summary>The app cannot start; <see cref="Faults"/> holds every reason, each with the method that it is about.</summary>
public sealed class FunctionFaultsException(IReadOnlyList<string> faults)
    : InvalidOperationException($"The function app cannot start:{string.Concat(faults.Select(f => $"{Environment.NewLine}  - {f}"))}")
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
