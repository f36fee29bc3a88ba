using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using static ActorCron.Core.Tests.Working.WorkerBench;

namespace ActorCron.Core.Tests.Working;

public sealed class WorkerCancelTests
{
    private readonly WorkerBench _bench = new(Slots("q") with { Concurrency = 1 });

    [Fact]
    public void A_handler_that_runs_is_told_to_stop()
    {
        var offer = _bench.Start("r");

        _bench.Tell(new CancelAttempt("r", 1, "by hand"));

        Assert.Equal(new CancelWork(offer, "by hand"), _bench.One<CancelWork>());
    }

    [Fact]
    public void Another_attempt_of_the_run_is_left_alone()
    {
        _bench.Start("r");

        _bench.Tell(new CancelAttempt("r", 2, "by hand"));

        _bench.None<CancelWork>();
    }

    [Fact]
    public void A_cancel_that_comes_before_the_order_is_not_lost()
    {
        _bench.Take("r");
        _bench.Tell(new CancelAttempt("r", 1, "by hand"));
        _bench.Tell(OrderOf("r", _bench.OfferOf("r")));

        _bench.None<StartWork>();
        Assert.Equal(new AttemptResult(RunState.Cancelled, Error: "by hand"), _bench.One<ReportAttempt>().Result);
    }

    [Fact]
    public void A_cancel_of_another_attempt_that_comes_before_the_order_does_not_count()
    {
        _bench.Take("r", attempt: 2);
        _bench.Tell(new CancelAttempt("r", 1, "by hand"));
        _bench.Tell(OrderOf("r", _bench.OfferOf("r"), 2));

        _bench.One<StartWork>();
    }

    [Fact]
    public void What_is_ordered_and_waits_for_a_place_ends_cancelled_and_never_begins()
    {
        var first = _bench.Start("a");
        _bench.Start("b");
        _bench.Tell(new CancelAttempt("b", 1, "by hand"));
        _bench.End(first);

        Assert.Equal("a", _bench.One<StartWork>().Order.RunId);
        Assert.Equal(RunState.Cancelled, _bench.All<ReportAttempt>().Single(report => report.RunId == "b").Result.State);
    }

    [Fact]
    public void Only_the_attempts_that_are_not_here_are_disowned()
    {
        _bench.Start("executing", attempt: 2);
        _bench.Take("offered", attempt: 3);
        _bench.Take("foreign", attempt: 9, trigger: RunTrigger.Message);
        ImmutableArray<AttemptKey> asked =
            [new("executing", 2), new("executing", 1), new("offered", 3), new("offered", 2), new("foreign", 1), new("unknown", 1)];

        _bench.Tell(new ConfirmRunning(5, asked));

        var disowned = _bench.One<DisownAttempts>();
        Assert.Equal<IEnumerable<AttemptKey>>([new("executing", 1), new("offered", 2), new("unknown", 1)], disowned.Attempts.ToList());
        Assert.Equal(5, disowned.Shard);
    }

    [Fact]
    public void What_has_ended_is_not_disowned_before_its_end_is_stored()
    {
        var offer = _bench.Start("r");
        _bench.End(offer);
        _bench.Tell(new ConfirmRunning(5, [new("r", 1)]));
        _bench.None<DisownAttempts>();

        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.Tell(new ConfirmRunning(5, [new("r", 1)]));
        _bench.One<DisownAttempts>();
    }

    [Fact]
    public void One_message_that_came_twice_is_two_offers_of_which_one_is_executed()
    {
        _bench.Take("r");
        _bench.Take("r");
        var offers = _bench.All<OfferRun>().Select(offer => offer.Offer).ToList();
        Assert.Equal(2, offers.Distinct().Count());

        _bench.Tell(OrderOf("r", offers[0]));
        _bench.Tell(new OfferDeclined("r", offers[1], "its state is Running"));

        _bench.One<StartWork>();
        Assert.Equal(Settlement.Ack, _bench.One<SettleDelivery>().How);
        _bench.Tell(new CancelAttempt("r", 1, "by hand"));
        Assert.Equal(offers[0], _bench.One<CancelWork>().Offer);
    }
}
