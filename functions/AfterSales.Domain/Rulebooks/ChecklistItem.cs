namespace AfterSales.Domain.Rulebooks;

/// <summary>Something that a clause wants recorded in every case.</summary>
/// <param name="Done">The facts say that it was done; otherwise it is missing.</param>
public sealed record ChecklistItem(string Clause, string Chinese, string English, bool Done);
