using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AfterSales.LocalRuntime.Tests.Surface;

/// <summary>Writes the public API of types as the listings of the real packages do: a header line a type, a line a member.</summary>
internal static class Signatures
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(decimal)] = "decimal",
        [typeof(double)] = "double",
        [typeof(float)] = "float",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(void)] = "void",
    };

    /// <summary>The public and protected API of a type.</summary>
    public static ListedType Of(Type type)
    {
        var usage = type.GetCustomAttributesData().FirstOrDefault(a => a.AttributeType == typeof(AttributeUsageAttribute));
        if (IsDelegate(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            var constraints = Constraints(type.GetGenericArguments());
            var header = $"public delegate {Returned(invoke)} {FullName(type)}({Parameters(invoke)}){constraints}";
            return new ListedType(FullName(type), header, null, []);
        }

        var members = type.IsEnum ? EnumValues(type) : Members(type);
        return new ListedType(FullName(type), Header(type), usage is null ? null : Usage(usage), [.. members]);
    }

    private static string Header(Type type)
    {
        if (type.IsEnum)
        {
            return $"public enum {FullName(type)} : {Keywords[type.GetEnumUnderlyingType()]}";
        }

        var kind = (type.IsInterface, type.IsValueType) switch
        {
            (true, _) => "interface",
            (_, true) => type.GetMethod("PrintMembers", Declared) is null ? "struct" : "record struct",
            _ when type.IsAbstract && type.IsSealed => "static class",
            _ when type.GetMethod("<Clone>$") is not null => $"{Modifier(type)}record class",
            _ => $"{Modifier(type)}class",
        };
        string[] basis = type.BaseType is { } b && b != typeof(object) && b != typeof(ValueType) ? [Name(b, new Nullability(type))] : [];
        var interfaces = type.GetInterfaces().Where(i => i.IsVisible).Select(i => Name(i, new Nullability([1])));
        var bases = string.Join(", ", basis.Concat(interfaces.Order(StringComparer.Ordinal)));
        return $"public {kind} {FullName(type)}{(bases.Length == 0 ? "" : $" : {bases}")}{Constraints(type.GetGenericArguments())}";
    }

    private static string Modifier(Type type) => type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";

    private static IEnumerable<string> EnumValues(Type type) =>
        Enum.GetNames(type).Select(n => $"{n} = {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}");

    private static IEnumerable<string> Members(Type type)
    {
        foreach (var constructor in type.GetConstructors(Declared).Where(c => !c.IsStatic && IsVisible(c)))
        {
            yield return $"ctor {Access(constructor)} {type.Name.Split('`')[0]}({Parameters(constructor)})";
        }

        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
        {
            var kind = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            var value = field.IsLiteral ? $" = {Value(field.GetRawConstantValue(), field.FieldType)}" : "";
            var access = field.IsPublic ? "public" : "protected";
            yield return $"field {access} {kind}{Name(field.FieldType, new Nullability(field))} {field.Name}{value}";
        }

        foreach (var property in type.GetProperties(Declared))
        {
            if (Property(property) is { } line)
            {
                yield return line;
            }
        }

        var accessors = type.GetProperties(Declared).SelectMany(p => p.GetAccessors(nonPublic: true)).ToHashSet();
        foreach (var method in type.GetMethods(Declared).Where(m => IsVisible(m) && !accessors.Contains(m)))
        {
            var arguments = method.GetGenericArguments();
            var generics = arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(a => a.Name))}>";
            yield return $"method {Access(method)} {Returned(method)} {method.Name}{generics}({Parameters(method)}){Constraints(arguments)}";
        }
    }

    private static string? Property(PropertyInfo property)
    {
        var get = property.GetMethod is { } g && IsVisible(g) ? g : null;
        var set = property.SetMethod is { } s && IsVisible(s) ? s : null;
        if ((get ?? set) is not { } accessor)
        {
            return null;
        }

        var isInit = set?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) == true;
        var accessors = $"{(get is null ? "" : "get; ")}{(set is null ? "" : isInit ? "init; " : "set; ")}";
        return $"property {Access(accessor)} {Name(property.PropertyType, new Nullability(property))} {property.Name} {{ {accessors}}}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Access(MethodBase method)
    {
        var access = method.IsPublic ? "public" : "protected";
        if (method is ConstructorInfo || method.DeclaringType!.IsInterface)
        {
            return access;
        }

        var isOverride = method is MethodInfo m && m.GetBaseDefinition().DeclaringType != m.DeclaringType;
        return access + (method.IsStatic ? " static"
            : isOverride ? method.IsFinal && !method.DeclaringType.IsValueType ? " sealed override" : " override"
            : method.IsAbstract ? " abstract"
            : method.IsVirtual && !method.IsFinal ? " virtual"
            : "");
    }

    private static string Returned(MethodInfo method) => Name(method.ReturnType, new Nullability(method.ReturnParameter));

    private static string Parameters(MethodBase method) =>
        string.Join(", ", method.GetParameters().Select((p, i) => Parameter(p, i, method)));

    private static string Parameter(ParameterInfo parameter, int index, MethodBase method)
    {
        var type = parameter.ParameterType;
        var modifier = index == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this "
            : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params "
            : parameter.IsOut ? "out "
            : type.IsByRef && parameter.IsIn ? "in "
            : type.IsByRef ? "ref "
            : "";
        var value = parameter.HasDefaultValue ? $" = {Value(parameter.RawDefaultValue, type)}" : "";
        return $"{modifier}{Name(type.IsByRef ? type.GetElementType()! : type, new Nullability(parameter))} {parameter.Name}{value}";
    }

    /// <summary>The listings write <c>default</c> or <c>null</c> for what reflection cannot tell apart; both are read as null.</summary>
    private static string Value(object? value, Type type) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ when type.IsEnum => $"{FullName(type)}.{Enum.GetName(type, value)}",
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static string Constraints(IEnumerable<Type> parameters) => string.Concat(parameters.Select(p =>
    {
        var attributes = p.GenericParameterAttributes;
        var isStruct = attributes.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        string[] kind = attributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint) ? ["class"] : isStruct ? ["struct"] : [];
        string[] make = attributes.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct ? ["new()"] : [];
        var types = p.GetGenericParameterConstraints().Where(t => t != typeof(ValueType)).Select(t => Name(t, new Nullability([1])));
        var all = kind.Concat(types).Concat(make).ToList();
        return all.Count == 0 ? "" : $" where {p.Name} : {string.Join(", ", all)}";
    }));

    private static string Usage(CustomAttributeData usage)
    {
        var targets = (AttributeTargets)usage.ConstructorArguments[0].Value!;
        var text = Enum.IsDefined(targets) ? $"System.AttributeTargets.{targets}" : $"(System.AttributeTargets){(int)targets}";
        var named = usage.NamedArguments.Select(n => $", {n.MemberName} = {((bool)n.TypedValue.Value! ? "true" : "false")}");
        return $"[System.AttributeUsageAttribute({text}{string.Concat(named)})]";
    }

    private static bool IsDelegate(Type type) => type.IsSubclassOf(typeof(MulticastDelegate));

    private static string FullName(Type type) => Name(type, new Nullability([0]));

    /// <summary>A type's name with its nullability, whose bytes are in the order in which the type is written.</summary>
    private static string Name(Type type, Nullability nullability)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return $"{Name(underlying, nullability)}?";
        }

        if (Keywords.TryGetValue(type, out var keyword))
        {
            return type.IsValueType ? keyword : keyword + nullability.NextMark();
        }

        if (type.IsGenericParameter)
        {
            return type.Name + nullability.NextMark();
        }

        if (type.IsArray)
        {
            var mark = nullability.NextMark();
            return $"{Name(type.GetElementType()!, nullability)}[]{mark}";
        }

        var own = !type.IsValueType || type.IsGenericType ? nullability.NextMark() : "";
        var name = new StringBuilder((type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.'));
        if (type.IsGenericType)
        {
            var text = name.ToString();
            name.Clear().Append(text[..text.IndexOf('`', StringComparison.Ordinal)]).Append('<')
                .AppendJoin(", ", type.GetGenericArguments().Select(a => Name(a, nullability))).Append('>');
        }

        return name + (type.IsValueType ? "" : own);
    }
}
