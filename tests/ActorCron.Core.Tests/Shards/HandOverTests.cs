using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using static ActorCron.Core.Tests.Runs.Books;

namespace ActorCron.Core.Tests.Shards;

/// <summary>The shard owns what awaits publishing.</summary>
public class HandOverTests
{
    [Fact]
    public void A_run_whose_registration_was_answered_to_nobody_is_handed_over_all_the_same_and_again_until_it_is_published()
    {
        var bench = new ShardBench();
        var run = bench.Register(Spec(1));

        Assert.Null(Assert.Single(bench.Told<RunsRegistered>()).Runs[0].Dispatch);
        Assert.Equal([run], bench.HandedOver());
        Assert.Empty(bench.After(4.9, "outbox").HandedOver());
        Assert.Equal([run], bench.After(0.2, "outbox").HandedOver());
        Assert.Empty(bench.After(5, "outbox").HandedOver());
        Assert.Equal([run], bench.After(5.1, "outbox").HandedOver());

        bench.Publish(run);
        Assert.Empty(bench.After(100, "outbox").HandedOver());
        Assert.True(bench[run].Published);
    }

    [Fact]
    public void What_the_reminder_timer_is_lost_for_the_sweep_reminds_of()
    {
        var bench = new ShardBench();
        var run = bench.Register(Spec(1));

        Assert.Equal([run], bench.Sweep().HandedOver());
    }

    [Fact]
    public void A_new_dispatcher_gets_all_that_awaits_publishing_in_the_order_of_registration()
    {
        var bench = new ShardBench();
        var runs = Enumerable.Range(1, 5).Select(minute => bench.Register(Spec(minute))).ToList();
        bench.Publish(runs[2]);

        bench.Wake(2, "its successor");

        Assert.Equal([runs[0], runs[1], runs[3], runs[4]], bench.HandedOver());
        bench.Wake(2, "its successor");
        Assert.Empty(bench.HandedOver());
        bench.Wake(1);
        Assert.Empty(bench.HandedOver());
        bench.Wake(2, "the same scheduler's next dispatcher");
        Assert.Equal(4, bench.HandedOver().Count);
    }

    [Fact]
    public void A_run_that_is_registered_before_a_dispatcher_is_known_is_handed_over_when_one_is()
    {
        var bench = new ShardBench(wake: false);
        var run = bench.Register(Spec(1));
        Assert.Empty(bench.HandedOver());

        bench.Wake(1);

        Assert.Equal([run], bench.HandedOver());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void With_an_embedded_broker_told_published_ends_the_reminders_and_a_restart_or_another_dispatcher_begins_anew(bool restart)
    {
        var bench = new ShardBench(RunShardSettings.Default(publishingIsDurable: false));
        var run = bench.Register(Spec(1));
        bench.Publish(run);
        Assert.IsType<RunEvent.RunRegistered>(Assert.Single(bench.Journal));
        Assert.Empty(bench.After(1000, "outbox").HandedOver());
        Assert.Equal(0, bench.Machine.PendingCount);

        if (restart) bench.Restart();
        bench.Wake(2);

        Assert.Equal([run], bench.HandedOver());
    }

    [Fact]
    public void Many_are_handed_over_in_bounded_messages_some_at_a_time()
    {
        var bench = new ShardBench(RunShardSettings.Default(true) with { MaxItems = 10, MaxHandOvers = 3 }, wake: false);
        var runs = Enumerable.Range(1, 75).Select(minute => bench.Register(Spec(minute))).ToList();

        bench.Wake(1);
        var first = bench.HandedOver();
        Assert.All(bench.Told<PendingRuns>(), pending => Assert.Equal(10, pending.Items.Length));
        var second = bench.After(0.02, "outbox").HandedOver();
        var third = bench.After(0.02, "outbox").HandedOver();

        Assert.Equal(runs, [.. first, .. second, .. third]);
        Assert.Equal(30, first.Count);
    }

    [Fact]
    public void A_run_that_is_cancelled_while_it_waits_with_the_dispatcher_is_withdrawn_until_that_is_answered()
    {
        var bench = new ShardBench();
        var run = bench.Register(Spec(1));

        bench.Tell(new CancelRun(ShardBench.Shard, run, "by hand"), ShardBench.Asker);

        var key = new AttemptKey(run, 1);
        Assert.Equal(key, Assert.Single(Assert.Single(bench.Told<WithdrawRuns>()).Attempts));
        Assert.Single(bench.After(5, "outbox").Told<WithdrawRuns>());
        bench.Tell(new RunsWithdrawn(ShardBench.Shard, [key]), ShardBench.Dispatcher);
        Assert.Empty(bench.After(100, "outbox").Told<WithdrawRuns>());
    }

    [Fact]
    public void A_run_that_was_cancelled_in_the_last_entry_before_a_restart_is_withdrawn_from_the_dispatcher_that_has_it()
    {
        var bench = new ShardBench();
        var run = bench.Register(Spec(1));
        bench.Tell(new CancelRun(ShardBench.Shard, run, "by hand"), ShardBench.Asker);

        bench.Restart();
        bench.Wake(1);

        Assert.Equal(new AttemptKey(run, 1), Assert.Single(Assert.Single(bench.Told<WithdrawRuns>()).Attempts));
    }

    [Fact]
    public void A_run_that_is_replaced_while_it_waits_with_the_dispatcher_is_withdrawn()
    {
        var bench = new ShardBench();
        var older = bench.Register(Spec(1, OverlapPolicy.Replace));

        bench.Register(Spec(2, OverlapPolicy.Replace));

        Assert.Equal(older, Assert.Single(Assert.Single(bench.Told<WithdrawRuns>()).Attempts).Run);
    }

    [Fact]
    public void A_registration_of_a_scheduler_that_has_been_replaced_is_refused()
    {
        var bench = new ShardBench();
        bench.Wake(5);

        bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(Spec(1), null)], Epoch: 4), ShardBench.Dispatcher);
        Assert.Empty(bench.Effects);
        Assert.Empty(bench.Journal);

        bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(Spec(1), null)], Epoch: 5, Request: 9), ShardBench.Dispatcher);
        Assert.Equal(9, Assert.Single(bench.Told<RunsRegistered>()).Request);
    }

    [Fact]
    public void A_registration_that_waits_for_the_history_is_refused_when_its_scheduler_is_replaced_meanwhile()
    {
        var bench = new ShardBench();
        bench.Tell(new RegisterRuns(ShardBench.Shard, [new NewRun(Spec(1, trigger: RunTrigger.Manual), null)], Epoch: 1),
            ShardBench.Dispatcher);
        bench.Wake(2);

        bench.AnswerHistory();

        Assert.Empty(bench.Journal);
    }

    [Fact]
    public void Attempts_that_nobody_took_are_asked_about_in_turns()
    {
        var bench = new ShardBench(RunShardSettings.Default(true) with { MaxItems = 10 });
        var runs = Enumerable.Range(1, 25).Select(minute => bench.Register(Spec(minute))).ToList();
        foreach (var run in runs) bench.Publish(run);
        bench.Pass(TimeSpan.FromMinutes(3));

        var asked = Enumerable.Range(0, 4)
            .Select(_ => bench.Sweep().Told<UntakenRuns>().Single().Runs.Select(run => run.Run).ToList()).ToList();

        Assert.Equal(runs, asked.Take(3).SelectMany(ids => ids));
        Assert.Equal(asked[0], asked[3]);
    }
}
