using System.Runtime.CompilerServices;
using System.Text;
using AfterSales.Domain.Cases;
using NodaTime;

namespace AfterSales.Domain.Tests.Cases;

public sealed class CaseTableTests
{
    [Fact]
    public void Every_action_in_every_state_does_what_the_approved_table_says()
    {
        var table = Table();
        var approved = Beside("CaseTable.approved.txt");
        var given = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (given != table) File.WriteAllText(Beside("CaseTable.received.txt"), table);

        Assert.True(given == table, "CaseTable.received.txt differs from CaseTable.approved.txt; if the change is wanted, approve it.");
    }

    [Fact]
    public void Nobody_does_another_partys_step_in_any_state()
    {
        var strangers =
            from state in CaseStates.All()
            from action in Enum.GetValues<CaseAction>()
            from party in CaseStates.People
            where !CaseStates.MayEver(party, action)
            select (state.Name, action, party, Result: Result(state.Case, CaseStates.Command(action, state.Case, state.At, party)));

        Assert.All(strangers, one => Assert.True(
            one.Result is "not-your-step" or "no-such-remedy-step" or "case-closed", $"{one.party} {one.action} in '{one.Name}': {one.Result}"));
    }

    [Fact]
    public void Allowed_actions_are_exactly_what_the_case_accepts()
    {
        var differences =
            from state in CaseStates.All()
            let allowed = AllowedActions.Of(state.Case, state.At)
            from action in Enum.GetValues<CaseAction>()
            from party in CaseStates.People
            where party != Party.Marketplace
            let said = allowed.Any(one => one.Action == action && one.Actor == party)
            let decision = CaseDecider.Decide(state.Case, CaseStates.Command(action, state.Case, state.At, party))
            let accepted = decision is Decision.Accepted { Events.Count: > 0 }
            where said != accepted
            select $"{state.Name}: {party} {action} allowed {said}, accepted {accepted}";

        Assert.Empty(differences);
    }

    [Fact]
    public void An_allowed_action_is_still_on_time_at_the_instant_it_names_and_late_right_after()
    {
        var timed =
            from state in CaseStates.All()
            from allowed in AllowedActions.Of(state.Case, state.At)
            where allowed.Until is not null
                && allowed.Action is not (CaseAction.RecordOutcome or CaseAction.SubmitEvidence) // late evidence is marked; the agent keeps the file on the next rung too
                && allowed.Action != CaseAction.SubmitEvidence // taken late too, and marked so
            select (state, allowed);

        Assert.All(timed, one =>
        {
            var until = one.allowed.Until!.Value;
            Assert.Equal("accepted", ResultOrAccepted(one.state.Case, one.allowed, until));
            Assert.NotEqual("accepted", ResultOrAccepted(one.state.Case, one.allowed, until + Duration.FromTicks(1)));
        });
    }

    private static string Table()
    {
        var lines = new StringBuilder();
        foreach (var (name, @case, at) in CaseStates.All())
        {
            lines.Append(name).Append('\n');
            foreach (var action in Enum.GetValues<CaseAction>())
            {
                foreach (var party in CaseStates.People.Where(party => CaseStates.MayEver(party, action)))
                {
                    var result = Result(@case, CaseStates.Command(action, @case, at, party));
                    lines.Append($"  {WireName.Of(party),-14}{WireName.Of(action),-20}{result}").Append('\n');
                }
            }
        }
        return lines.ToString();
    }

    private static string Result(Case now, CaseCommand command) => CaseDecider.Decide(now, command) switch
    {
        Decision.Accepted { Events.Count: 0 } => "nothing new",
        Decision.Accepted accepted => string.Join(", ", accepted.Events.Select(happened => happened.Name)),
        Decision.Refused refused => refused.Refusal.Code,
        var other => throw new InvalidOperationException($"{other}"),
    };

    private static string ResultOrAccepted(Case now, AllowedAction allowed, Instant at) =>
        CaseDecider.Decide(now, CaseStates.Command(allowed.Action, now, at, allowed.Actor)) is Decision.Refused refused
            ? refused.Refusal.Code
            : "accepted";

    private static string Beside(string file, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, file);
}
