using ActorCron.Core.Machines;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Messages;
using static ActorCron.Core.Tests.Dispatching.Bench;

namespace ActorCron.Core.Tests.Dispatching;

public class HandOverTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void What_a_shard_hands_over_several_times_is_published_once()
    {
        _bench.Pending(Run("a"));
        _bench.Pending(Run("a"), Run("b"));

        Assert.Equal(["a", "b"], _bench.Published());
    }

    [Fact]
    public void A_shard_that_reminds_of_what_was_confirmed_is_told_again_and_nothing_is_published_twice()
    {
        _bench.Pending(Run("a"));
        _bench.Confirm("a");
        _bench.Pass(1);
        Assert.Equal([Key("a")], [.. Assert.Single(_bench.ToShards<MarkPublished>()).Attempts]);

        for (var i = 0; i < 50; i++)
        {
            _bench.Pending(Run("a"));
            _bench.Pass(80);
        }

        Assert.Equal(51, _bench.ToShards<MarkPublished>().Count());
        Assert.Equal(["a"], _bench.Published());
    }

    [Fact]
    public void Confirms_are_told_together_with_the_time_of_the_first()
    {
        _bench.Pending(Run("s@1"), Run("s@2"));
        _bench.Confirm("s@1");
        var first = _bench.Utc;
        _bench.Pass(0.015);
        _bench.Confirm("s@2");
        Assert.Empty(_bench.ToShards<MarkPublished>());

        _bench.Pass(0.005);

        var mark = Assert.Single(_bench.ToShards<MarkPublished>());
        Assert.Equal([Key("s@1"), Key("s@2")], [.. mark.Attempts]);
        Assert.Equal((_bench.Settings.ShardOf("s"), first), (mark.Shard, mark.Since!.Value));
    }

    [Fact]
    public void A_full_message_of_confirms_is_told_at_once()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1, MaxChunk = 3 });
        bench.Pending([.. Enumerable.Range(0, 4).Select(i => Run($"s@{i}"))]);
        for (var i = 0; i < 4; i++) bench.Confirm($"s@{i}");

        Assert.Equal(3, Assert.Single(bench.ToShards<MarkPublished>()).Attempts.Length);
    }

    [Fact]
    public void What_was_unconfirmed_when_the_stream_ended_is_published_again_once_another_is_open()
    {
        _bench.Pending(Run("a"), Run("b"));
        _bench.Confirm("a");
        var old = _bench.Stream;

        _bench.Tell(new StreamEnded(old, "the broker is gone"));
        _bench.Tell(new StreamEnded(old, "said twice"));
        _bench.Tell(new Published(old, Key("b"), null));
        Assert.Equal(["a", "b"], _bench.Published());
        _bench.Pass(0.5);

        Assert.Equal(["a", "b", "b"], _bench.Published());
        Assert.Equal(old + 1, _bench.Stream);
        _bench.Tell(new Published(old, Key("b"), null));
        _bench.Pass(1);
        Assert.DoesNotContain(Key("b"), _bench.ToShards<MarkPublished>().SelectMany(mark => mark.Attempts));
        _bench.Confirm("b");
        _bench.Pass(1);
        Assert.Contains(Key("b"), _bench.ToShards<MarkPublished>().SelectMany(mark => mark.Attempts));
    }

    [Fact]
    public void A_broker_that_stays_away_is_tried_ever_more_rarely_but_at_least_every_five_seconds()
    {
        var opened = new List<TimeSpan>();
        for (var i = 0; i < 8; i++)
        {
            var (from, streams) = (_bench.Elapsed, _bench.Stream);
            _bench.Tell(new StreamEnded(_bench.Stream, "away"));
            while (_bench.Stream == streams) _bench.Pass(0.05);
            opened.Add(_bench.Elapsed - from);
        }

        Assert.Equal([0.5, 1, 2, 4, 5, 5, 5, 5], opened.Select(pause => Math.Round(pause.TotalSeconds, 1)));
    }

    [Fact]
    public void A_message_that_the_broker_refused_rests_for_a_second_while_others_go_on()
    {
        _bench.Pending(Run("a"));
        _bench.Tell(new Published(_bench.Stream, Key("a"), "no room"));
        _bench.Pending(Run("b"));
        _bench.Pass(0.9);
        Assert.Equal(["a", "b"], _bench.Published());

        _bench.Pass(0.2);

        Assert.Equal(["a", "b", "a"], _bench.Published());
    }

    [Fact]
    public void A_broker_that_refuses_a_queue_is_a_line_a_minute_however_many_runs_wait_and_one_when_it_is_over()
    {
        _bench.Pending([.. Enumerable.Range(0, 3).Select(i => Run($"s@{i}"))]);
        for (var (second, seen) = (0, 0); second < 150; second++, _bench.Pass(1))
            for (var published = _bench.Published(); seen < published.Count; seen++)
                _bench.Tell(new Published(_bench.Stream, Key(published[seen]), "it is a fanout"));

        var lines = _bench.Effects.OfType<Effect.Log>().Where(line => line.Level == Importance.Warning).Select(line => line.Text).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.Contains("queue default", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("(it is a fanout)", line, StringComparison.Ordinal));
        // Soon at first, every five seconds later.
        Assert.InRange(_bench.Published().Count(run => run == "s@0"), 25, 40);

        var before = _bench.Published().Count;
        _bench.ConfirmAll(ref before);
        _bench.Pass(6);
        _bench.ConfirmAll(ref before);

        Assert.Single(_bench.Effects.OfType<Effect.Log>(), line => line.Text.Contains("takes the runs of queue default again", StringComparison.Ordinal));
    }

    [Fact]
    public void A_stream_that_never_says_what_became_of_a_message_is_replaced()
    {
        _bench.Pending(Run("a"));
        _bench.Pass(100);

        Assert.Equal(["a", "a"], _bench.Published());
        Assert.Equal(2, _bench.Stream);
    }

    [Fact]
    public void No_more_than_the_window_is_unconfirmed_at_a_time()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1, ConfirmWindow = 3 });
        bench.Pending([.. Enumerable.Range(0, 5).Select(i => Run($"s@{i}"))]);
        Assert.Equal(3, bench.Published().Count);

        bench.Confirm("s@0");

        Assert.Equal(4, bench.Published().Count);
    }

    [Fact]
    public void A_run_that_was_cancelled_while_it_waited_is_not_published_and_its_shard_hears_that_it_is_withdrawn()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1, ConfirmWindow = 1 });
        bench.Pending(Run("s@1"), Run("s@2"), Run("s@3"));

        Assert.Equal([Key("s@2")], [.. bench.Withdraw("s@2").Attempts]);
        bench.Confirm("s@1");
        bench.Confirm("s@3");

        Assert.Equal(["s@1", "s@3"], bench.Published());
    }

    [Fact]
    public void A_run_that_was_cancelled_while_its_message_was_unconfirmed_is_not_published_again()
    {
        _bench.Pending(Run("a"), Run("b"), Run("c"));
        _bench.Withdraw("a");
        _bench.Withdraw("b");
        _bench.Tell(new Published(_bench.Stream, Key("b"), "refused"));
        _bench.Tell(new StreamEnded(_bench.Stream, null));
        _bench.Pass(5);

        Assert.Equal(["a", "b", "c", "c"], _bench.Published());
    }

    [Fact]
    public void A_hand_over_that_arrives_after_its_withdrawal_is_passed_over()
    {
        _bench.Withdraw("a");
        _bench.Pending(Run("a"));
        _bench.Pass(1);

        Assert.Empty(_bench.Published());
        Assert.Empty(_bench.ToShards<MarkPublished>());
    }

    [Fact]
    public void The_shards_are_told_again_and_again_who_the_dispatcher_is()
    {
        _bench.Pass(4.1);

        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3], _bench.ToShards<Wake>().Select(wake => wake.Shard));
        Assert.All(_bench.ToShards<Wake>(), wake => Assert.Equal(7, wake.Epoch));
    }
}
