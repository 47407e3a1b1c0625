using System.Collections.Immutable;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>The static type of an expression.</summary>
public abstract record CelType
{
    private CelType()
    {
    }

    public static CelType Bool { get; } = new Simple("boolean");

    public static CelType Int { get; } = new Simple("integer");

    /// <summary>CEL's own floating point; never mixed with decimals, never a fact or a conclusion.</summary>
    public static CelType Double { get; } = new Simple("double");

    public static CelType Decimal { get; } = new Simple("decimal");

    /// <summary>An amount in CNY, exact to the fen.</summary>
    public static CelType Money { get; } = new Simple("money");

    public static CelType Text { get; } = new Simple("text");

    public static CelType Date { get; } = new Simple("date");

    /// <summary>A date and time local to the rulebook's zone.</summary>
    public static CelType DateTime { get; } = new Simple("datetime");

    /// <summary>Either; only <c>date(x)</c> and clocks can use it.</summary>
    public static CelType DateOrDateTime { get; } = new Simple("date | datetime");

    public static CelType Time { get; } = new Simple("time");

    public static CelType Month { get; } = new Simple("month");

    /// <summary>An exact length of time: hours, minutes, seconds.</summary>
    public static CelType Duration { get; } = new Simple("duration");

    /// <summary>Days, months or years of the calendar.</summary>
    public static CelType Period { get; } = new Simple("period");

    public static CelType Null { get; } = new Simple("null");

    public sealed record Simple(string Name) : CelType
    {
        public override string ToString() => Name;
    }

    /// <param name="Element">Null: the empty list, whose elements may be anything.</param>
    public sealed record List(CelType? Element) : CelType
    {
        public override string ToString() => $"list of {Element}";
    }

    /// <summary>Text keys.</summary>
    public sealed record Map(CelType? Element) : CelType
    {
        public override string ToString() => $"map of {Element}";
    }

    /// <summary>Named fields.</summary>
    public sealed record Row(ImmutableArray<Field> Fields) : CelType
    {
        public bool Equals(Row? other) => other is not null && Fields.AsSpan().SequenceEqual(other.Fields.AsSpan());

        public override int GetHashCode() => Fields.Length;

        public override string ToString() => "{" + string.Join(", ", Fields) + "}";
    }

    public sealed record Field(string Name, CelType Type, bool Optional)
    {
        public override string ToString() => $"{Name}: {Type}{(Optional ? "?" : "")}";
    }

    /// <summary>A value or null.</summary>
    public sealed record Optional(CelType Of) : CelType
    {
        public override string ToString() => $"{Of} or null";
    }

    /// <summary>One of several; conclusions only.</summary>
    public sealed record Union(ImmutableArray<CelType> Of) : CelType
    {
        public bool Equals(Union? other) => other is not null && Of.AsSpan().SequenceEqual(other.Of.AsSpan());

        public override int GetHashCode() => Of.Length;

        public override string ToString() => string.Join(" | ", Of);
    }
}
