using ActorCron.Core.Dispatching;
using ActorCron.Core.Limits;
using ActorCron.Core.Messages;
using static ActorCron.Core.Tests.Dispatching.Bench;

namespace ActorCron.Core.Tests.Dispatching;

public class UntakenTests
{
    private readonly Bench _bench = new(new DispatchSettings { Shards = 1, ExternalQueues = new HashSet<string> { "outside" } });
    private int _seen;

    // The shard says that nobody has taken it; the broker tells how many wait in its queue.
    private void Look(long messages, int consumers = 1, string queue = "default", double sinceMinutes = 3)
    {
        _bench.Tell(new UntakenRuns(0, [new UntakenRun("s@lost", 1, queue, _bench.Utc.AddMinutes(-sinceMinutes))]));
        Answer(queue, new MeasuredDepth(messages, consumers));
    }

    private void Answer(string queue, MeasuredDepth? depth) =>
        _bench.Tell(new DepthMeasured(_bench.Effects.OfType<MeasureDepth>().Last(measure => measure.Queue == queue).Question, queue, depth));

    private void Publish(int count, string queue = "default")
    {
        var first = _bench.Published().Count;
        _bench.Pending([.. Enumerable.Range(first, count).Select(i => Run($"s@{i}", queue))]);
        _bench.ConfirmAll(ref _seen);
    }

    private List<AttemptKey> Redispatched => [.. _bench.ToShards<RedispatchRuns>().SelectMany(redispatch => redispatch.Attempts)];

    [Fact]
    public void A_run_that_nobody_took_from_an_empty_queue_is_dispatched_again()
    {
        Look(messages: 0);

        Assert.Equal([Key("s@lost")], Redispatched);
    }

    [Fact]
    public void A_broker_that_does_not_answer_gives_no_reason()
    {
        _bench.Tell(new UntakenRuns(0, [new UntakenRun("s@lost", 1, "default", Start)]));
        Answer("default", null);

        Assert.Empty(Redispatched);
    }

    // In 0.1.0 it was given up while anything waited.
    [Fact]
    public void A_message_that_vanished_from_a_queue_that_is_never_empty_is_found_out_by_what_was_published_behind_it()
    {
        Publish(20);
        Look(messages: 20);
        Assert.Empty(Redispatched);
        Publish(10);
        Look(messages: 11);
        Assert.Empty(Redispatched);

        Publish(5);
        Look(messages: 15);

        Assert.Equal([Key("s@lost")], Redispatched);
    }

    [Fact]
    public void A_run_that_was_dispatched_again_is_published_again_although_it_was_confirmed_before()
    {
        _bench.Pending(Run("s@lost"));
        _bench.Confirm("s@lost");
        Look(messages: 0);
        _bench.Pending(Run("s@lost"));

        Assert.Equal(["s@lost", "s@lost"], _bench.Published());
    }

    [Fact]
    public void A_run_that_waits_behind_others_is_left_alone_for_as_long_as_nobody_takes_any()
    {
        for (var i = 0; i < 100; i++)
        {
            Look(messages: 40, consumers: 0);
            _bench.Pass(60);
        }

        Assert.Empty(Redispatched);
    }

    [Fact]
    public void A_run_that_others_may_stand_before_is_dispatched_again_in_the_end_without_proof()
    {
        for (var i = 0; i < 20; i++)
        {
            Look(messages: 40);
            Assert.Empty(Redispatched);
            _bench.Pass(60);
        }
        _bench.Pass(1);
        Look(messages: 40);

        Assert.Equal([Key("s@lost")], Redispatched);
    }

    [Fact]
    public void What_an_outsider_may_still_hold_is_dispatched_again_only_when_it_would_have_come_back()
    {
        Look(messages: 0, queue: "outside", sinceMinutes: 30);
        Assert.Empty(Redispatched);

        Look(messages: 0, queue: "outside", sinceMinutes: 36);

        Assert.Equal([Key("s@lost")], Redispatched);
    }

    [Fact]
    public void What_nobody_outside_takes_from_an_empty_queue_is_gone()
    {
        Look(messages: 0, consumers: 0, queue: "outside");

        Assert.Equal([Key("s@lost")], Redispatched);
    }

    [Fact]
    public void One_question_serves_all_the_runs_of_a_queue()
    {
        _bench.Tell(new UntakenRuns(0, [new UntakenRun("s@1", 1, "a", Start), new UntakenRun("s@2", 1, "a", Start), new UntakenRun("s@3", 1, "b", Start)]));
        Assert.Equal(["a", "b"], _bench.Effects.OfType<MeasureDepth>().Select(measure => measure.Queue));

        Answer("a", new MeasuredDepth(0, 1));

        Assert.Equal([Key("s@1"), Key("s@2")], Redispatched);
    }
}

public class OutsideLimitTests
{
    private readonly Bench _bench = new(new DispatchSettings
    {
        Shards = 2,
        ExternalQueues = new HashSet<string> { "outside" },
        Limits = new Dictionary<string, QueueLimit> { ["outside"] = new(2, null, TimeSpan.FromSeconds(1)) },
    });

    private List<GetOpenAttempts> Asked => [.. _bench.ToShards<GetOpenAttempts>()];

    [Fact]
    public void Nothing_goes_out_before_all_shards_have_said_what_is_out()
    {
        _bench.Pending(Run("a", "outside"), Run("b", "outside"), Run("c", "outside"));
        Assert.Equal([0, 1], Asked.Select(asked => asked.Shard));

        _bench.Tell(new OpenAttempts(0, [Key("z")], Asked[0].Request));
        _bench.Tell(new OpenAttempts(0, [Key("z")], Asked[0].Request));
        _bench.Tell(new OpenAttempts(1, [], Asked[0].Request - 1));
        Assert.Empty(_bench.Published());
        _bench.Tell(new OpenAttempts(1, [], Asked[0].Request));

        Assert.Single(_bench.Published());
    }

    [Fact]
    public void A_shard_that_does_not_answer_is_asked_again()
    {
        _bench.Pending(Run("a", "outside"));
        _bench.Tell(new OpenAttempts(0, [], Asked[0].Request));
        _bench.Pass(10.2);
        Assert.Equal(4, Asked.Count);
        var again = Asked[^1].Request;
        Assert.NotEqual(Asked[0].Request, again);

        _bench.Tell(new OpenAttempts(1, [], Asked[0].Request));
        Assert.Empty(_bench.Published());
        _bench.Tell(new OpenAttempts(0, [], again));
        _bench.Tell(new OpenAttempts(1, [], again));

        Assert.Equal(["a"], _bench.Published());
    }

    [Fact]
    public void The_shards_hear_what_was_confirmed_before_they_count()
    {
        _bench.Pending(Run("a", "outside"), Run("b", "outside"), Run("c", "outside"));
        foreach (var asked in Asked) _bench.Tell(new OpenAttempts(asked.Shard, [], asked.Request));
        _bench.Pass(0.45);
        foreach (var run in _bench.Published()) _bench.Confirm(run);
        Assert.Equal(2, _bench.Published().Count);
        Assert.Empty(_bench.ToShards<MarkPublished>());

        _bench.Pass(0.1);

        var messages = _bench.ToShards<IToShard>().ToList();
        var second = Asked.Skip(2).ToList();
        Assert.Equal(2, second.Count);
        Assert.All(_bench.ToShards<MarkPublished>(), mark => Assert.True(messages.IndexOf(mark) < messages.IndexOf(second[0])));
        Assert.Equal(_bench.Published().Order(), second.SelectMany(asked => asked.Published).Select(key => key.Run).Order());
    }
}
