using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>Which attempts are lost with their nodes.</summary>
public class MembershipTests
{
    private static readonly Member Stranger = new("new:1", 70);

    private readonly ShardBench _bench = new();

    private string RunOn(Member node)
    {
        var run = _bench.Register(Spec(1));
        _bench.Offer(run, node: node);
        return run;
    }

    private int AttemptOf(string run) => _bench[run].Run.Attempt;

    [Fact]
    public void An_attempt_is_lost_with_its_node()
    {
        var run = RunOn(ShardBench.Node);

        _bench.Members(ShardBench.Self);

        Assert.Equal((2, "node lost"), (AttemptOf(run), _bench[run].Run.Error));
        Assert.Equal([run], _bench.HandedOver());
    }

    [Fact]
    public void A_node_that_was_seen_to_be_removed_is_lost_though_the_list_of_members_still_has_it()
    {
        var run = RunOn(ShardBench.Node);

        _bench.Tell(new MembersAre([ShardBench.Self, ShardBench.Node], [ShardBench.Node]));

        Assert.Equal((2, "node lost"), (AttemptOf(run), _bench[run].Run.Error));
    }

    [Fact]
    public void An_attempt_that_is_offered_after_its_node_was_removed_is_lost_at_the_next_sweep()
    {
        _bench.Members(ShardBench.Self);
        var run = RunOn(ShardBench.Node);

        _bench.Sweep();

        Assert.Equal(2, AttemptOf(run));
    }

    [Fact]
    public void A_node_that_this_one_has_not_heard_of_yet_is_not_taken_for_lost()
    {
        var run = RunOn(Stranger);
        _bench.Sweep().Members(ShardBench.Self, ShardBench.Node);
        Assert.Equal(1, AttemptOf(run));

        _bench.Members(ShardBench.Self, ShardBench.Node, Stranger);
        _bench.Sweep(10);

        Assert.Equal(1, AttemptOf(run));
    }

    [Fact]
    public void A_node_that_nobody_hears_of_for_half_a_minute_is_lost()
    {
        var run = RunOn(Stranger);

        _bench.Sweep(3);

        Assert.Equal(2, AttemptOf(run));
    }

    // Its process is another one by now; so is that of a node that was restarted on the same address, once it is known.
    [Fact]
    public void What_an_earlier_process_of_the_shards_own_node_executed_is_lost_at_once()
    {
        var run = RunOn(ShardBench.Self with { Uid = -1 });

        _bench.Restart();
        _bench.Members(ShardBench.Self);

        Assert.Equal(2, AttemptOf(run));
    }

    [Fact]
    public void A_new_process_on_a_known_address_is_not_taken_for_lost_before_it_is_known()
    {
        var run = RunOn(ShardBench.Node with { Uid = 8 });

        _bench.Sweep();
        Assert.Equal(1, AttemptOf(run));
        _bench.Members(ShardBench.Self, ShardBench.Node with { Uid = 8 });
        _bench.Sweep(5);

        Assert.Equal(1, AttemptOf(run));
    }

    [Fact]
    public void A_node_that_was_seen_to_leave_before_the_shard_came_is_lost_at_once()
    {
        var run = RunOn(ShardBench.Node);
        _bench.Restart();

        _bench.Tell(new MembersAre([ShardBench.Self], [ShardBench.Node]));

        Assert.Equal(2, AttemptOf(run));
    }

    [Fact]
    public void Workers_are_asked_only_about_attempts_that_they_have_known_for_a_while()
    {
        var run = RunOn(ShardBench.Node);

        Assert.Empty(_bench.Sweep().ToldWorkers<ConfirmRunning>());
        Assert.Equal(new AttemptKey(run, 1), Assert.Single(Assert.Single(_bench.Sweep().ToldWorkers<ConfirmRunning>()).Attempts));
        _bench.Tell(new DisownAttempts(ShardBench.Shard, [new AttemptKey(run, 1)]), ShardBench.Worker);
        Assert.Equal(2, AttemptOf(run));
    }
}
