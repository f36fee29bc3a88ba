using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using static ActorCron.Core.Tests.Working.WorkerBench;

namespace ActorCron.Core.Tests.Working;

/// <summary>The worker's actor ends and is started again while its process and its handlers live on.</summary>
public sealed class WorkerLifeTests
{
    private readonly WorkerBench _bench = new();

    [Fact]
    public void No_offer_of_a_later_life_has_the_name_of_an_earlier_one()
    {
        _bench.Take("a");
        var first = _bench.OfferOf("a");

        _bench.StartAgain(2);
        _bench.Take("b");

        Assert.NotEqual(first, _bench.OfferOf("b"));
    }

    [Fact]
    public void What_ran_before_runs_on_and_is_reported_under_its_own_offer()
    {
        var offer = _bench.Start("r");
        _bench.StartAgain(2, new LeftWork(offer, "q", OrderOf("r", offer), null));

        _bench.Clear().Tell(new ConfirmRunning(1, [new("r", 1)]));
        _bench.None<DisownAttempts>();

        _bench.End(offer);
        Assert.Equal((offer, RunState.Succeeded), (_bench.One<ReportAttempt>().Offer, _bench.One<ReportAttempt>().Result.State));
        _bench.Tell(new ReportStored("r", 1, offer));
        Assert.Equal(offer, _bench.One<ForgetWork>().Offer);
        _bench.None<StartWork>();
    }

    [Fact]
    public void What_ended_before_and_is_not_known_as_stored_is_reported_again_and_not_executed_again()
    {
        var offer = _bench.Start("r");
        _bench.End(offer);
        _bench.Clear().StartAgain(2, new LeftWork(offer, "q", OrderOf("r", offer), Done()));
        Assert.Equal(offer, _bench.One<ReportAttempt>().Offer);

        // The broker delivers again what the consumer had: it is offered under a new name, and the shard turns it down.
        _bench.Take("r");
        _bench.Tell(new OfferDeclined("r", _bench.OfferOf("r"), "its state is Running at attempt 1"));
        _bench.Tell(OrderOf("r", offer));
        _bench.None<StartWork>();
    }

    [Fact]
    public void What_ran_before_takes_its_place_among_the_executing()
    {
        var bench = new WorkerBench(Slots("q") with { Concurrency = 1 });
        var offer = bench.Start("a");
        bench.Clear().StartAgain(2, new LeftWork(offer, "q", OrderOf("a", offer), null));
        bench.Start("b");
        bench.None<StartWork>();

        bench.End(offer);
        Assert.Equal("b", bench.One<StartWork>().Order.RunId);
    }

    [Fact]
    public void Its_cancel_still_reaches_it()
    {
        var offer = _bench.Start("r");
        _bench.StartAgain(2, new LeftWork(offer, "q", OrderOf("r", offer), null));

        _bench.Tell(new CancelAttempt("r", 1, "by hand"));

        Assert.Equal(offer, _bench.One<CancelWork>().Offer);
    }

    [Fact]
    public void What_was_ordered_but_never_begun_is_disowned()
    {
        _bench.StartAgain(2);

        _bench.Tell(new ConfirmRunning(1, [new("r", 1)]));

        Assert.Equal(new AttemptKey("r", 1), Assert.Single(_bench.One<DisownAttempts>().Attempts));
    }

    [Fact]
    public void A_consumer_that_starts_again_hears_of_its_credit_and_what_waited_of_it_is_forgotten()
    {
        var bench = new WorkerBench(Slots("a", "b") with { Concurrency = 1 });
        bench.Start("1", "a");
        for (var i = 2; i < 20; i++) bench.Take($"{i}", "a");
        var offered = bench.All<OfferRun>().Count();
        bench.Clear().Tell(new ConsumerStarted("a"));

        Assert.Equal("a", bench.One<SetCredit>().Queue);
        bench.None<SettleDelivery>();
        bench.Clear().Tell(GetLoad.Instance);
        Assert.Equal(offered, bench.One<WorkerLoad>().Queues[0].Taken);
    }

    [Fact]
    public void A_consumer_that_starts_again_during_a_drain_takes_nothing()
    {
        _bench.Start("r");
        _bench.Tell(Drain.Instance, Stopper);
        _bench.Clear().Tell(new ConsumerStarted("q"));

        _bench.One<StopTaking>();
        _bench.None<SetCredit>();
    }
}
