using ActorCron.Core.Dispatching;
using ActorCron.Core.Messages;
using CsCheck;
using static ActorCron.Core.Tests.Dispatching.Bench;

namespace ActorCron.Core.Tests.Dispatching;

public class FairnessTests
{
    private static DispatchSettings Small => new() { Shards = 1, ConfirmWindow = 2, PublishingIsDurable = false };

    // In 0.1.0 each look began at the first queue, which took the place of every confirm.
    [Fact]
    public void A_busy_queue_does_not_starve_the_others_while_the_window_of_unconfirmed_messages_is_full()
    {
        var bench = new Bench(Small with { ConfirmWindow = 1 });
        bench.Pending([.. Enumerable.Range(0, 100).Select(i => Run($"s@busy{i}", "busy")), .. Enumerable.Range(0, 5).Select(i => Run($"s@quiet{i}", "quiet"))]);

        for (var i = 0; i < 11; i++) bench.Confirm(bench.Published()[^1]);

        Assert.Equal(5, bench.Published().Count(run => run.Contains("quiet", StringComparison.Ordinal)));
    }

    [Fact]
    public void Queues_take_turns_whatever_the_window_is_and_whenever_confirms_come() => Gen.Select(Gen.Int[1, 7], Gen.Int[2, 5], Gen.Int[0, 1000]).Sample((window, queues, seed) =>
    {
        var bench = new Bench(Small with { ConfirmWindow = window });
        bench.Pending([.. Enumerable.Range(0, queues).SelectMany(queue => Enumerable.Range(0, 30).Select(i => Run($"s@{queue}-{i}", $"q{queue}")))]);
        var random = new Random(seed);
        var open = bench.Published();
        for (var seen = open.Count; open.Count > 0 && bench.Published().Count < queues * 20;)
        {
            var at = random.Next(open.Count);
            bench.Confirm(open[at]);
            open.RemoveAt(at);
            open.AddRange(bench.Published().Skip(seen));
            seen = bench.Published().Count;
        }

        var counts = bench.Published().GroupBy(run => run.Split('-')[0]).Select(queue => queue.Count()).ToList();
        // The first window was filled while only the first queue was known: hand-overs of one message are added before any is published.
        Assert.True(counts.Count == queues && counts.Max() - counts.Min() <= 1, string.Join(' ', counts));
    }, iter: 200);

    [Fact]
    public void Late_work_goes_at_its_rate_by_elapsed_time_and_live_work_does_not_wait_for_it()
    {
        var bench = new Bench(Small with { ConfirmWindow = 10_000, CatchUpRate = 100 });
        bench.Pending([.. Enumerable.Range(0, 1000).Select(i => Run($"s@late{i}", late: true))]);
        bench.ClockIsOff = TimeSpan.FromHours(-3);
        bench.Pass(2);
        Assert.InRange(bench.Published().Count, 180, 222);

        bench.ClockIsOff = TimeSpan.FromHours(3);
        bench.Pending(Run("s@live"));
        Assert.Equal("s@live", bench.Published()[^1]);
        bench.Pass(2);

        Assert.InRange(bench.Published().Count, 380, 422);
    }

    [Fact]
    public void Late_work_of_several_queues_shares_the_rate()
    {
        var bench = new Bench(Small with { ConfirmWindow = 10_000, CatchUpRate = 20 });
        bench.Pending([.. Enumerable.Range(0, 2).SelectMany(queue => Enumerable.Range(0, 200).Select(i => Run($"s@{queue}-{i}", $"q{queue}", late: true)))]);
        bench.Pass(5);

        Assert.InRange(bench.Published().Count, 90, 105);
        Assert.InRange(bench.Published().Count(run => run.StartsWith("s@0", StringComparison.Ordinal)), 40, 60);
    }

    [Fact]
    public void A_queue_whose_backlog_stands_at_the_broker_waits_until_its_depth_is_known_and_others_go_on()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1 });
        bench.Pending([.. Enumerable.Range(0, 500).Select(i => Run($"s@{i}", "slow"))]);
        var window = bench.Published().Count;
        var question = Assert.Single(bench.Effects.OfType<MeasureDepth>());
        bench.Pending(Run("s@other", "other"));
        Assert.Equal("s@other", bench.Published()[^1]);
        for (var i = 0; i < window; i++) bench.Confirm($"s@{i}");
        bench.Pass(1);
        Assert.Equal(window + 1, bench.Published().Count);

        // All that was published was unconfirmed when it was asked: it may not have been counted.
        bench.Tell(new DepthMeasured(question.Question, "slow", new MeasuredDepth(0, 1)));
        Assert.Equal(window + 1, bench.Published().Count);
        bench.Pass(0.06);
        bench.Tell(new DepthMeasured(bench.Effects.OfType<MeasureDepth>().Last().Question, "slow", new MeasuredDepth(10, 1)));

        Assert.True(bench.Published().Count > window + 1);
    }

    [Fact]
    public void A_depth_that_is_never_told_is_asked_for_again()
    {
        var bench = new Bench(new DispatchSettings { Shards = 1 });
        bench.Pending([.. Enumerable.Range(0, 500).Select(i => Run($"s@{i}", "slow"))]);
        Assert.Single(bench.Effects.OfType<MeasureDepth>());

        bench.Pass(30);
        var again = bench.Effects.OfType<MeasureDepth>().Skip(1).First();
        bench.Tell(new DepthMeasured(again.Question, "slow", null));
        bench.Pass(0.1);

        Assert.True(bench.Effects.OfType<MeasureDepth>().Last().Question > again.Question);
    }

    [Fact]
    public void Queues_that_have_been_idle_for_long_are_forgotten()
    {
        var bench = new Bench(Small);
        for (var i = 0; i < 1000; i++)
        {
            bench.Pending(Run($"s@{i}", $"q{i}"));
            bench.Confirm($"s@{i}");
        }
        bench.Pending(Run("s@busy", "busy"));
        bench.Tell(new GetBacklogs(), Asker);
        Assert.Equal(1001, bench.To<Backlogs>(Asker).Last().Queues.Length);

        bench.Pass(bench.Settings.IdleQueueAfter + TimeSpan.FromSeconds(3));
        bench.Tell(new GetBacklogs(), Asker);

        Assert.Equal(["busy"], bench.To<Backlogs>(Asker).Last().Queues.Select(queue => queue.Queue));
    }

    [Fact]
    public void Backlogs_say_what_waits_and_how_much_was_confirmed()
    {
        var bench = new Bench(Small);
        bench.Pending(Run("s@1"), Run("s@2"), Run("s@3"), Run("s@4"));
        bench.Confirm("s@1");
        bench.Tell(new GetBacklogs(), Asker);

        Assert.Equal(new QueueBacklog("default", 1, 1), Assert.Single(bench.To<Backlogs>(Asker).Single().Queues));
    }
}
