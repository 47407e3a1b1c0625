using System.Reflection;
using AfterSales.LocalRuntime.Engine.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using NCrontab;

namespace AfterSales.LocalRuntime.Engine.Timers;

/// <summary>A schedule in UTC: six NCRONTAB fields, or five where the seconds are zero.</summary>
internal sealed class TimerFunctionTrigger : FunctionTrigger
{
    private readonly List<string> _faults = [];

    public TimerFunctionTrigger(TimerTriggerAttribute attribute, IConfiguration configuration)
    {
        Expression = SettingExpressions.Resolve(attribute.Schedule, configuration, out var missing);
        RunOnStartup = attribute.RunOnStartup;
        UseMonitor = attribute.UseMonitor;
        _faults.AddRange(missing.Select(m => $"the setting '{m}', which holds its schedule, is missing"));
        if (missing.Count > 0)
        {
            return;
        }

        var hasSeconds = Expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length != 5;
        Schedule = CrontabSchedule.TryParse(Expression, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds });
        if (Schedule is null)
        {
            _faults.Add($"the schedule '{Expression}' is not NCRONTAB (second minute hour day month day-of-the-week)");
        }
    }

    public override string Type => "timerTrigger";

    public override string Accepts => "a TimerInfo";

    public override string Source => Expression;

    public string Expression { get; }

    public CrontabSchedule? Schedule { get; }

    public bool RunOnStartup { get; }

    public bool UseMonitor { get; }

    public override ParameterBinder? BindTrigger(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(TimerInfo) ? static context => context.Payload : null;

    public override IEnumerable<string> Faults => _faults;
}
