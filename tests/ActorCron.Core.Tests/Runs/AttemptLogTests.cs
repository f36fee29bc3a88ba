using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Runs;

public class AttemptLogTests
{
    private readonly Books _books = new();

    [Fact]
    public void Each_attempt_keeps_its_node_its_times_its_error_and_its_output()
    {
        var run = _books.Register(Retried(3));
        _books.Begin(run, "n1:1");
        _books.Pass(TimeSpan.FromSeconds(2));
        _books.End(run, RunState.Failed, error: "exit code 1", output: "first\n");
        Assert.Equal([(1, RunState.Failed)], Of(run).Select(attempt => (attempt.Attempt, attempt.State)));
        _books.WaitForRetry(run);
        _books.Begin(run, "n2:1");
        _books.End(run, RunState.TimedOut, error: "took too long");
        _books.WaitForRetry(run);
        _books.Begin(run, "n1:1");
        Assert.Equal(RunState.Running, Of(run)[^1].State);
        _books.End(run, output: "third\n");

        Assert.Equal(
            [(1, "n1:1", RunState.Failed, "exit code 1", "first\n"), (2, "n2:1", RunState.TimedOut, "took too long", null), (3, "n1:1", RunState.Succeeded, null, "third\n")],
            Of(run).Select(attempt => (attempt.Attempt, attempt.Node, attempt.State, attempt.Error, attempt.Output)));
        Assert.Equal((Start, Start.AddSeconds(2)), (Of(run)[0].Started, Of(run)[0].Finished));
        Assert.Equal(Of(run).Select(attempt => attempt.Fence).Order(), Of(run).Select(attempt => attempt.Fence).Distinct());
    }

    [Fact]
    public void What_a_lost_node_and_a_stopping_node_had_begun_is_told_and_so_is_what_was_retried_by_hand()
    {
        var run = _books.Register(Retried(1));
        _books.Begin(run, "n1:1");
        _books.Lose(run);
        _books.Begin(run, "n2:1");
        _books.Lose(run, returned: true);
        _books.Begin(run, "n3:1");
        _books.End(run, RunState.Failed, output: "third");
        _books.Do(_books.Ledger.Revive(_books[run].Run, _books.Now));
        _books.Begin(run, "n4:1");

        Assert.Equal(
            [(1, "n1:1", RunState.Failed, "node lost", null), (2, "n2:1", RunState.Cancelled, "node lost", null), (3, "n3:1", RunState.Failed, "broke", "third"), (4, "n4:1", RunState.Running, null, null)],
            Of(run).Select(attempt => (attempt.Attempt, attempt.Node, attempt.State, attempt.Error, attempt.Output)));
    }

    [Fact]
    public void A_run_that_waits_for_its_first_attempt_has_none_and_one_that_succeeds_at_once_keeps_nothing_beside()
    {
        var run = _books.Register(Retried(3));
        Assert.Empty(Of(run));
        _books.Begin(run);
        _books.End(run);

        Assert.Null(_books[run].Run.Earlier);
        Assert.Single(Of(run));
    }

    [Fact]
    public void What_is_kept_is_bounded_and_the_oldest_outputs_go_first()
    {
        var run = _books.Register(Retried(1000));
        for (var i = 0; i < 130; i++)
        {
            _books.Begin(run);
            _books.End(run, RunState.Failed, output: $"{i} " + new string('x', 20_000));
            _books.WaitForRetry(run);
        }

        var attempts = Of(run);
        Assert.Equal((100, 31, 130), (attempts.Count, attempts[0].Attempt, attempts[^1].Attempt));
        Assert.InRange(attempts.Sum(attempt => attempt.Output?.Length ?? 0), 24 * 1024, 32 * 1024);
        Assert.StartsWith("129 ", attempts[^1].Output, StringComparison.Ordinal);
        Assert.Null(attempts[0].Output);
    }

    private static RunSpec Retried(int attempts) => Spec(1) with { Retry = new RetryPolicy(attempts, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1)) };

    private IReadOnlyList<RunAttempt> Of(string run) => AttemptLog.Of(_books[run].Run);
}
