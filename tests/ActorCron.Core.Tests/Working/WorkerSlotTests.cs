using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Working;
using static ActorCron.Core.Tests.Working.WorkerBench;

namespace ActorCron.Core.Tests.Working;

public sealed class WorkerSlotTests
{
    private static readonly Address Limiter = new("limiter");

    private static Dictionary<string, int> Credits(WorkerBench bench) => bench.All<SetCredit>().GroupBy(set => set.Queue).ToDictionary(group => group.Key, group => group.Last().Credit);

    [Fact]
    public void Idle_queues_share_all_slots()
    {
        var bench = new WorkerBench(Slots("a", "b", "c"));

        Assert.Equal(new() { ["a"] = 2, ["b"] = 1, ["c"] = 1 }, Credits(bench));
    }

    [Fact]
    public void An_idle_queue_lends_its_share_and_keeps_a_credit_of_one_until_all_slots_are_taken_for_long()
    {
        var bench = new WorkerBench(Slots("a", "b"));
        for (var i = 0; i < 4; i++) bench.Start($"{i}", "a");
        bench.Freeze(TimeSpan.FromMilliseconds(499));
        bench.Tell(new Due("share"));
        Assert.Equal(new() { ["a"] = 4, ["b"] = 1 }, Credits(bench));

        bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(0, Credits(bench)["b"]);
    }

    [Fact]
    public void Runs_of_a_few_milliseconds_are_taken_before_there_is_a_slot()
    {
        var bench = new WorkerBench();
        for (var i = 0; i < 200; i++) EndOne(bench, $"{i}", 0.001);

        bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(64, Credits(bench)["q"]);
    }

    [Fact]
    public void No_more_handlers_run_at_a_time_than_there_are_slots()
    {
        var bench = new WorkerBench();
        var offers = Enumerable.Range(0, 9).Select(i => bench.Start($"{i}")).ToList();
        Assert.Equal(4, bench.All<StartWork>().Count());

        foreach (var offer in offers.Take(3)) bench.End(offer);
        Assert.Equal(7, bench.All<StartWork>().Count());
    }

    [Fact]
    public void Of_several_queues_what_comes_beyond_the_slots_waits_first_in_line_for_the_next()
    {
        var bench = new WorkerBench(Slots("a", "b") with { Concurrency = 1 });
        var first = bench.Start("1", "a");
        bench.Take("2", "b");
        bench.Take("3", "a");
        Assert.Single(bench.All<OfferRun>());

        bench.End(first);
        Assert.Equal("2", bench.All<OfferRun>().Last().RunId);
        Assert.Equal(2, bench.All<OfferRun>().Count());
    }

    [Fact]
    public void A_bounded_worker_executes_exactly_as_many_and_says_so_once_when_they_are_stored()
    {
        var bench = new WorkerBench(Slots("q") with { MaxRuns = 2 });
        var a = bench.Start("a");
        var b = bench.Start("b");
        bench.Take("c");
        bench.One<StopTaking>();
        Assert.Equal(Settlement.Requeue, bench.One<SettleDelivery>().How);

        bench.End(a);
        bench.End(b);
        bench.Tell(new ReportStored("a", 1, a));
        bench.None<MaxRunsReached>();
        bench.Tell(new ReportStored("b", 1, b));
        bench.Tell(new ReportStored("b", 1, b));
        bench.One<MaxRunsReached>();
    }

    [Fact]
    public void Of_a_limited_queue_nothing_is_taken_before_a_permit_is_there()
    {
        var bench = new WorkerBench(null, "q");
        Assert.Equal(0, Credits(bench)["q"]);

        bench.Tell(new Permits([new QueueGrant("q", 3, null)], 1), Limiter);
        Assert.Equal(3, Credits(bench)["q"]);
    }

    [Fact]
    public void A_run_of_a_limited_queue_is_held_until_the_books_say_that_it_has_ended()
    {
        var bench = new WorkerBench(null, "q");
        bench.Tell(new Permits([new QueueGrant("q", 3, null)], 1), Limiter);
        var offer = bench.Start("r");
        bench.End(offer);
        bench.None<SettleDelivery>();
        bench.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1, bench.Needs()[0].Holding);

        bench.Tell(new ReportStored("r", 1, offer));
        bench.One<SettleDelivery>();
        bench.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(0, bench.Needs()[0].Holding);
    }

    [Fact]
    public void A_run_waits_for_a_start_of_its_queue_and_each_start_is_used_once_whatever_comes_twice()
    {
        var bench = new WorkerBench(null, "q");
        bench.Tell(new Permits([new QueueGrant("q", null, 0)], 1), Limiter);
        for (var i = 0; i < 3; i++) bench.Take($"{i}");
        bench.None<OfferRun>();
        bench.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, bench.Needs()[0].Waiting);

        var grant = new Permits([new QueueGrant("q", null, 1)], 2);
        bench.Tell(grant, Limiter);
        bench.Tell(grant, Limiter);
        Assert.Equal("0", bench.One<OfferRun>().RunId);
    }

    [Fact]
    public void An_idle_queue_saves_no_starts_up()
    {
        var bench = new WorkerBench(null, "q");
        bench.Tell(new Permits([new QueueGrant("q", null, 5)], 1), Limiter);
        bench.Pass(TimeSpan.FromMilliseconds(300));
        bench.Take("a");

        bench.None<OfferRun>();
    }

    [Fact]
    public void What_a_consumer_may_still_get_counts_against_the_limit()
    {
        var bench = new WorkerBench(null, "q");
        bench.Tell(new Permits([new QueueGrant("q", 1, null)], 1), Limiter);
        bench.Tell(new Potential("q", 6, 4));
        bench.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(6, bench.Needs()[0].MayHold);

        bench.Tell(new Potential("q", 1, 1));
        bench.Pass(TimeSpan.FromMilliseconds(300));
        Assert.Equal(1, bench.Needs()[0].MayHold);
    }

    [Fact]
    public void Work_of_an_earlier_life_counts_as_held_of_a_limited_queue()
    {
        var bench = new WorkerBench(null, "q");
        bench.StartAgain(2, new LeftWork("7-1-1", "q", OrderOf("r", "7-1-1"), null));
        bench.Pass(TimeSpan.FromMilliseconds(300));

        Assert.Equal(1, bench.Needs()[0].Holding);
    }

    private static void EndOne(WorkerBench bench, string run, double seconds)
    {
        var offer = bench.Start(run);
        bench.End(offer, seconds: seconds);
        bench.Tell(new ReportStored(run, 1, offer));
    }
}
