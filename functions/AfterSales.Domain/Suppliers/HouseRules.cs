using AfterSales.Domain.Calendars;
using AfterSales.Domain.Rulebooks;
using AfterSales.Domain.Rulebooks.Format;

namespace AfterSales.Domain.Suppliers;

/// <summary>
/// The house's own rules of functions/Suppliers/accountability.yaml, where the mall's document is silent: the scorecard with its bands, when
/// a deposit is low, and how long notice, appeals and confirmations take.
/// </summary>
public sealed class HouseRules
{
    public const string Notice = "ACC-NOTICE";
    public const string Appeal = "ACC-APPEAL";
    public const string Confirmation = "ACC-CONFIRM";

    private const string File = "accountability.yaml";

    private static readonly Lazy<HouseRules> Embedded = new(() => new HouseRules(Load()));

    private HouseRules(Rulebook rulebook)
    {
        Rulebook = rulebook;
        Conclusions said = rulebook.Evaluate(Facts.None, [Notice, Appeal, Confirmation]).Conclusions;
        (NoticeDays, DecisionDays, ConfirmationDays, Rounds) =
            (Whole(said, "notice_days"), Whole(said, "appeal_decision_days"), Whole(said, "confirm_days"), Whole(said, "rounds"));
        ScoreDays = Whole(Score(0, 0, 0, 0, 0).Conclusions, "score_window_days");
    }

    public static HouseRules Shipped => Embedded.Value;

    internal Rulebook Rulebook { get; }

    /// <summary>Days of notice in which an appeal may be filed.</summary>
    public int NoticeDays { get; }

    public int DecisionDays { get; }

    public int ConfirmationDays { get; }

    /// <summary>How many appeals there are against one penalty.</summary>
    public int Rounds { get; }

    /// <summary>How many days back count for the score.</summary>
    public int ScoreDays { get; }

    /// <param name="complaintPercent">The supplier's fault shares of the complaints that count, added up.</param>
    public DecisionDocument Score(int complaintPercent, int lateResponses, int warnings, int ultimatums, int penalties) => Rulebook.Evaluate(
        Facts.None
            .With("complaint_percent", complaintPercent)
            .With("late_responses", lateResponses)
            .With("warnings", warnings)
            .With("ultimatums", ultimatums)
            .With("penalties", penalties),
        ["ACC-SCORE", "ACC-BAND"]);

    /// <param name="available">The deposit less what is held against it; may be below zero.</param>
    public DecisionDocument Forecast(Money required, Money available, Money exposure) => Rulebook.Evaluate(
        Facts.None.With("deposit_required", required).With("deposit_available", available).With("open_exposure", exposure), ["ACC-LOW"]);

    private static int Whole(Conclusions said, string name) => said.Find(name) is RuleValue.Whole whole
        ? checked((int)whole.Value)
        : throw new InvalidOperationException($"{File} does not conclude '{name}'.");

    private static Rulebook Load()
    {
        using Stream stream = typeof(HouseRules).Assembly.GetManifestResourceStream($"suppliers/{File}")
            ?? throw new InvalidOperationException($"{File} is not in this assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var faults = new List<SourceFault>();
        return Rulebook.Load(File, bytes, CalendarSet.Shipped, faults)
            ?? throw new InvalidOperationException($"{File} has faults:\n{string.Join('\n', faults)}");
    }
}
