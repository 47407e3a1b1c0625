namespace AfterSales.Local;

/// <summary>A command cannot do what was asked; the message says why and what to do about it.</summary>
public sealed class CommandException(string message) : Exception(message);
