using AfterSales.Functions.Cases;
using AfterSales.Functions.Evidence;
using AfterSales.Functions.Http;
using AfterSales.Functions.Intake;
using AfterSales.Functions.Ledger;
using AfterSales.Functions.Messaging;
using AfterSales.Functions.Notices;
using AfterSales.Functions.Outbound;
using AfterSales.Functions.Penalties;
using AfterSales.Functions.Refunds;
using AfterSales.Functions.Rulebooks;
using AfterSales.Functions.Storage;
using AfterSales.Functions.Suppliers;
using AfterSales.Functions.Surveys;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AfterSales.Functions;

/// <summary>The app, built the same way by its own process, by the tests and by the command line.</summary>
public static class FunctionApp
{
    /// <summary>Builds the host.</summary>
    /// <param name="configure">Runs before the app's own registrations; what it puts into the services (a clock, a storage transport) is
    /// used.</param>
    /// <exception cref="SettingsException">Some settings are missing or out of range; lists all of them.</exception>
    public static IHost Build(string[] args, Action<FunctionsApplicationBuilder>? configure = null)
    {
        var builder = FunctionsApplication.CreateBuilder(args);
        configure?.Invoke(builder);
        builder.ConfigureFunctionsWebApplication();
        builder.UseMiddleware<OutageMiddleware>();
        builder.UseMiddleware<AccessMiddleware>();

        // Their lines hold whole addresses, and addresses hold signed links.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Logging.AddFilter("Azure", LogLevel.Warning);

        var settings = new Settings(builder.Configuration);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddStorage(settings);
        services.AddHttp(settings);
        services.AddMessaging(settings);
        services.AddEvidence(settings);
        services.AddRulebooks();
        services.AddIntake(settings);
        services.AddOutbound(settings);
        services.AddNotices(settings);
        services.AddCases();
        services.AddLedger(settings);
        services.AddPenalties();
        services.AddSuppliers();
        services.AddRefunds();
        services.AddSurveys();
        settings.ThrowIfFaulty();
        return builder.Build();
    }
}
