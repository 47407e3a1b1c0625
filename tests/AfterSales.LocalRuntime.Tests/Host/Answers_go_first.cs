using AfterSales.LocalRuntime.Engine.Functions;

namespace AfterSales.LocalRuntime.Tests.Host;

public sealed class Answers_go_first
{
    private static readonly TimeSpan Never = TimeSpan.FromDays(1);
    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Nothing_waits_when_nobody_does()
    {
        using var first = new AnswersFirst(Never);

        Assert.True(first.TurnAsync().IsCompleted);
    }

    [Fact]
    public async Task What_runs_behind_peoples_backs_begins_when_the_last_one_is_answered()
    {
        using var first = new AnswersFirst(Never);
        var (one, other) = (new TaskCompletionSource(), new TaskCompletionSource());
        Task[] answers = [first.AnswerAsync(() => one.Task), first.AnswerAsync(() => other.Task)];
        Task[] turns = [first.TurnAsync(), first.TurnAsync()];

        one.SetResult();
        await answers[0];
        Assert.DoesNotContain(turns, turn => turn.IsCompleted);

        other.SetException(new InvalidOperationException("failed"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => answers[1]);
        await Task.WhenAll(turns).WaitAsync(Patience);
    }

    [Fact]
    public async Task An_answer_that_is_long_in_coming_holds_nothing_up()
    {
        using var first = new AnswersFirst(AtOnce);
        var answer = first.AnswerAsync(() => new TaskCompletionSource().Task);

        await first.TurnAsync().WaitAsync(Patience);
        await first.TurnAsync().WaitAsync(Patience);

        Assert.False(answer.IsCompleted);
    }
}
