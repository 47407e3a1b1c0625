using System.CommandLine;
using AfterSales.Functions.Http;

namespace AfterSales.Local.Commands;

/// <summary><c>token</c>: a development token for the API, signed with the key in the settings.</summary>
public static class TokenCommand
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    public static Command Create()
    {
        var role = new Option<string>("--role")
        {
            Description = $"Who to be: {string.Join(", ", Roles)}.",
            Required = true,
        };
        var supplier = new Option<string?>("--supplier") { Description = "The supplier's id; needed for the role supplier." };
        var marketplace = new Option<string?>("--marketplace") { Description = "The marketplace's id; needed for the role marketplace." };
        var subject = new Option<string?>("--subject") { Description = "Whose token it is: two people of one role need two names." };
        var command = new Command(
            "token", "Prints a development token for the API. It is accepted on the loopback address only, for seven days.")
        {
            role, supplier, marketplace, subject,
        };
        command.SetAction(parsed =>
        {
            Console.WriteLine(Sign(
                parsed.GetValue(role)!, parsed.GetValue(supplier), parsed.GetValue(marketplace), parsed.GetValue(subject)));
            return 0;
        });
        return command;
    }

    private static IEnumerable<string> Roles => Enum.GetValues<Role>().Where(r => r != Role.Customer).Select(r => r.Name());

    /// <summary>A token.</summary>
    /// <exception cref="CommandException">No such role, or its id is missing.</exception>
    public static string Sign(string roleName, string? supplier, string? marketplace) => Sign(roleName, supplier, marketplace, subject: null);

    /// <inheritdoc cref="Sign(string, string?, string?)"/>
    /// <param name="subject">Whose token it is; null = the first of the role.</param>
    public static string Sign(string roleName, string? supplier, string? marketplace, string? subject)
    {
        if (!RoleNames.TryParse(roleName, out var role) || role == Role.Customer)
        {
            throw new CommandException(
                $"There is no role '{roleName}'. Roles: {string.Join(", ", Roles)}. Customers act by the links they are sent.");
        }

        if (role == Role.Supplier && supplier is null || role == Role.Marketplace && marketplace is null)
        {
            throw new CommandException($"The role {roleName} needs --{roleName} with its id.");
        }

        return DevelopmentTokens.Create(Convert.FromBase64String(Repository.Setting("Access:SigningKey")), role, Life, supplier,
            marketplace, subject);
    }
}
