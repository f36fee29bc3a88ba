using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using static ActorCron.Core.Tests.Working.WorkerBench;

namespace ActorCron.Core.Tests.Working;

public sealed class WorkerDrainTests
{
    private readonly WorkerBench _bench = new(Slots("q") with { Concurrency = 1 });

    private void DrainNow() => _bench.Clear().Tell(Drain.Instance, Stopper);

    [Fact]
    public void With_nothing_to_do_it_is_over_at_once()
    {
        DrainNow();

        Assert.Equal(Stopper, _bench.One<Drained>().To);
        _bench.One<StopTaking>();
    }

    [Fact]
    public void What_comes_after_it_began_goes_back_to_the_queue()
    {
        _bench.Start("r");
        DrainNow();
        _bench.Take("late");

        Assert.Equal(Settlement.Requeue, _bench.One<SettleDelivery>().How);
        _bench.None<OfferRun>();
    }

    [Fact]
    public void What_runs_may_end_and_its_end_is_stored_first()
    {
        var offer = _bench.Start("r");
        DrainNow();
        _bench.Pass(TimeSpan.FromSeconds(29));
        _bench.None<CancelWork>();

        _bench.End(offer);
        _bench.None<Drained>();
        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.One<Drained>();
    }

    [Fact]
    public void What_is_offered_goes_back_and_its_shard_hears_that_it_never_began()
    {
        _bench.Take("r");
        var offer = _bench.OfferOf("r");
        DrainNow();
        Assert.Equal(Settlement.Requeue, _bench.One<SettleDelivery>().How);
        Assert.Equal((offer, false), (_bench.One<ReturnAttempt>().Offer, _bench.One<ReturnAttempt>().Begun));

        // The order was on its way.
        _bench.Clear().Tell(OrderOf("r", offer));
        _bench.None<StartWork>();
        Assert.False(_bench.One<ReturnAttempt>().Begun);

        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.One<Drained>();
    }

    [Fact]
    public void An_attempt_is_given_back_only_when_its_handler_has_stopped()
    {
        var offer = _bench.Start("r");
        DrainNow();
        _bench.Pass(TimeSpan.FromSeconds(30));
        Assert.Equal(offer, _bench.One<CancelWork>().Offer);

        // It needs 20 s to stop.
        _bench.Pass(TimeSpan.FromSeconds(20)).None<ReturnAttempt>().None<Drained>();
        _bench.End(offer, RunState.Cancelled);
        Assert.True(_bench.One<ReturnAttempt>().Begun);
        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.One<Drained>();
    }

    [Fact]
    public void What_succeeds_in_spite_of_its_cancellation_has_succeeded()
    {
        var offer = _bench.Start("r");
        DrainNow();
        _bench.Pass(TimeSpan.FromSeconds(31));
        _bench.End(offer);

        Assert.Equal(RunState.Succeeded, _bench.One<ReportAttempt>().Result.State);
        _bench.None<ReturnAttempt>();
    }

    [Fact]
    public void What_never_began_goes_back_uncharged_when_the_timeout_is_over()
    {
        _bench.Start("a");
        var waiting = _bench.Start("b");
        DrainNow();
        _bench.Pass(TimeSpan.FromSeconds(30));

        Assert.Equal((waiting, false), (_bench.One<ReturnAttempt>().Offer, _bench.One<ReturnAttempt>().Begun));
    }

    [Fact]
    public void It_is_over_within_its_bound_whoever_does_not_answer_and_no_attempt_that_runs_is_given_back()
    {
        _bench.Start("deaf");
        DrainNow();
        _bench.Pass(_bench.Settings.LongestDrain);

        _bench.One<Drained>();
        _bench.None<ReturnAttempt>();
    }

    [Fact]
    public void When_the_last_handler_has_stopped_only_a_few_seconds_are_left_for_the_store()
    {
        var offer = _bench.Start("r");
        DrainNow();
        _bench.Pass(TimeSpan.FromSeconds(31));
        _bench.End(offer, RunState.Cancelled);

        _bench.Pass(TimeSpan.FromSeconds(4)).None<Drained>();
        _bench.Pass(TimeSpan.FromSeconds(1)).One<Drained>();
    }

    [Fact]
    public void A_timer_that_comes_early_or_twice_cancels_nothing_before_its_time()
    {
        _bench.Start("r");
        DrainNow();
        _bench.Tell(new ActorCron.Core.Machines.Due("drain-cancel"));
        _bench.Tell(new ActorCron.Core.Machines.Due("drain-over"));
        _bench.Pass(TimeSpan.FromSeconds(29)).None<CancelWork>();
        _bench.Pass(TimeSpan.FromSeconds(1));
        _bench.Tell(new ActorCron.Core.Machines.Due("drain-cancel"));

        _bench.One<CancelWork>();
        _bench.None<Drained>();
    }

    [Fact]
    public void Whoever_asks_again_is_answered()
    {
        var offer = _bench.Start("r");
        DrainNow();
        _bench.Tell(Drain.Instance, new ActorCron.Core.Machines.Address("another"));
        _bench.End(offer);
        _bench.Tell(new ReportStored("r", 1, offer));

        Assert.Equal(new ActorCron.Core.Machines.Address("another"), _bench.One<Drained>().To);
    }
}
