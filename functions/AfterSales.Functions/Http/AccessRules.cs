using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace AfterSales.Functions.Http;

/// <summary>Which roles may call which HTTP function, by the function's entry point. Null = anyone.</summary>
public sealed class AccessRules
{
    private readonly Dictionary<string, IReadOnlyList<Role>?> _rules;

    private AccessRules(Dictionary<string, IReadOnlyList<Role>?> rules) => _rules = rules;

    /// <summary>Reads the rules of an assembly's functions.</summary>
    /// <exception cref="InvalidOperationException">An HTTP function says nothing about access; lists all of them.</exception>
    public static AccessRules Of(Assembly assembly)
    {
        var functions = assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Where(m => m.IsDefined(typeof(FunctionAttribute)) && m.GetParameters().Any(p => p.IsDefined(typeof(HttpTriggerAttribute))))
            .ToList();
        var silent = functions.Where(m => !m.IsDefined(typeof(AccessAttribute)) && !m.IsDefined(typeof(Access.AnyoneAttribute))).ToList();
        if (silent.Count > 0)
        {
            throw new InvalidOperationException(
                $"HTTP functions without [Access] or [Access.Anyone]: {string.Join(", ", silent.Select(EntryPoint))}");
        }

        return new AccessRules(functions.ToDictionary(EntryPoint, m => m.GetCustomAttribute<AccessAttribute>()?.Roles));
    }

    /// <summary>The roles let in; null = anyone, empty = any token.</summary>
    /// <exception cref="InvalidOperationException">The entry point is none of the assembly's HTTP functions.</exception>
    public IReadOnlyList<Role>? For(string entryPoint) => _rules.TryGetValue(entryPoint, out var roles)
        ? roles
        : throw new InvalidOperationException($"No access rule for {entryPoint}.");

    private static string EntryPoint(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";
}
