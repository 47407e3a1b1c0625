using AfterSales.Domain.Calendars;
using NodaTime;

namespace AfterSales.Domain.Rulebooks.Cel;

/// <summary>Functions of the rulebook's opening hours.</summary>
internal sealed partial class CelCompiler
{
    private CelCode<bool>? IsOpen(CelNode.Call node, CelCode<LocalTime> time)
    {
        if (Hours(node) is not { } hours) return null;
        if (hours.IsSameEveryDay) return (CelCode<bool>?)Lift(node, CelType.Bool, CelShapes.Bool, time, hours.IsOpen);
        Report(node.Start, "hours-differ", "The hours differ from day to day; write isOpen(dateTime(date, time)).");
        return null;
    }

    private CelCode<bool>? IsOpen(CelNode.Call node, CelCode<LocalDateTime> moment, Evaluator<WorkingDays> calendar)
    {
        if (Hours(node) is not { } hours) return null;
        Evaluator<LocalDateTime> of = moment.Run;
        return new CelCode<bool>(CelType.Bool, CelShapes.Bool, (Frame frame, out bool value) =>
        {
            value = false;
            if (Needed(of, frame, out LocalDateTime at) is not Outcome.Value and var unknown) return unknown;
            if (Needed(calendar, frame, out WorkingDays days) is not Outcome.Value and var none) return none;
            value = hours.IsOpen(at, days, out bool leans);
            frame.LeansOnUnannounced |= leans;
            return Outcome.Value;
        }, isConstant: false);
    }

    private CelCode<LocalDateTime>? OpenAfter(
        CelNode.Call node, CelCode<LocalDateTime> start, CelCode<Duration> open, Evaluator<WorkingDays> calendar)
    {
        if (Hours(node) is not { } hours) return null;
        Evaluator<LocalDateTime> from = start.Run;
        Evaluator<Duration> length = open.Run;
        return new CelCode<LocalDateTime>(CelType.DateTime, CelShapes.DateTime, (Frame frame, out LocalDateTime value) =>
        {
            if (Needed(from, frame, out value) is not Outcome.Value and var unknown) return unknown;
            if (Needed(length, frame, out Duration counted) is not Outcome.Value and var endless) return endless;
            if (Needed(calendar, frame, out WorkingDays days) is not Outcome.Value and var none) return none;
            if (!DayCount.IsPlausible(value.Date) || !frame.Spend(OpeningHours.MostDays)) return Outcome.Fault;
            if (hours.After(value, counted, days, out bool leans) is not { } due) return Outcome.Fault;
            value = due;
            frame.LeansOnUnannounced |= leans;
            return Outcome.Value;
        }, isConstant: false);
    }

    // Null is no moment and no length to reckon with.
    private static Outcome Needed<T>(Evaluator<T> of, Frame frame, out T value)
    {
        Outcome outcome = of(frame, out value);
        return outcome == Outcome.Null ? Outcome.Fault : outcome;
    }

    private OpeningHours? Hours(CelNode.Call node)
    {
        if (scope.Hours is { } hours) return hours;
        Report(node.Start, "no-hours", "The rulebook states no opening hours; write them under 'hours' at its head.");
        return null;
    }

    // Hours by weekday need no calendar; those of working days do, which is checked where they are stated.
    private Evaluator<WorkingDays> DaysOfHours()
    {
        WorkingDays calendar = scope.Calendar ?? WorkingDays.Weekdays;
        return (Frame _, out WorkingDays days) =>
        {
            days = calendar;
            return Outcome.Value;
        };
    }
}
