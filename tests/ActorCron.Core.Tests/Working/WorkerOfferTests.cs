using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using static ActorCron.Core.Tests.Working.WorkerBench;

namespace ActorCron.Core.Tests.Working;

public sealed class WorkerOfferTests
{
    private readonly WorkerBench _bench = new();

    [Fact]
    public void A_delivery_is_offered_executed_reported_and_acknowledged()
    {
        var number = _bench.Take("r");
        var offer = _bench.One<OfferRun>();
        Assert.Equal(("r", 1, "a:1", 7, null), (offer.RunId, offer.Attempt, offer.Node, offer.Incarnation, offer.Foreign));

        _bench.Tell(OrderOf("r", offer.Offer));
        Assert.Equal(number, _bench.One<AcceptDelivery>().Number);
        Assert.Equal(offer.Offer, _bench.One<StartWork>().Offer);
        _bench.None<SettleDelivery>();

        _bench.End(offer.Offer);
        Assert.Equal(RunState.Succeeded, _bench.One<ReportAttempt>().Result.State);
        Assert.Equal(new SettleDelivery("q", number, Settlement.Ack), _bench.One<SettleDelivery>());

        _bench.Tell(new ReportStored("r", 1, offer.Offer));
        Assert.Equal(offer.Offer, _bench.One<ForgetWork>().Offer);
        Assert.Equal(0, LoadOf().Queues[0].Taken);
    }

    [Fact]
    public void A_foreign_message_brings_its_job_with_its_offer()
    {
        _bench.Take("r", trigger: RunTrigger.Message);

        Assert.Equal("r", _bench.One<OfferRun>().Foreign?.Id);
    }

    [Theory]
    [InlineData(false, Settlement.Ack)]
    [InlineData(true, Settlement.DeadLetter)]
    public void A_declined_delivery_is_given_up_and_one_that_nobody_knows_is_a_dead_letter(bool unknown, Settlement how)
    {
        _bench.Take("r");
        var offer = _bench.OfferOf("r");

        _bench.Tell(new OfferDeclined("r", offer, "why", unknown));
        Assert.Equal(how, _bench.One<SettleDelivery>().How);

        _bench.Clear().Tell(new OfferDeclined("r", offer, "why", unknown));
        Assert.Empty(_bench.Effects);
    }

    [Fact]
    public void A_job_type_without_a_handler_is_buried_and_its_message_a_dead_letter()
    {
        _bench.Take("r", hasHandler: false);

        Assert.Equal("unknown job type 'noop'", _bench.One<BuryRun>().Reason);
        Assert.Equal(Settlement.DeadLetter, _bench.One<SettleDelivery>().How);
        _bench.None<OfferRun>();
    }

    [Fact]
    public void An_order_for_a_job_type_without_a_handler_fails_for_good()
    {
        var offer = _bench.Start("r");

        _bench.Tell(new NoHandler(offer));

        Assert.Equal(new AttemptResult(RunState.Failed, Error: "unknown job type 'noop'", Permanent: true), _bench.One<ReportAttempt>().Result);
    }

    [Fact]
    public void A_question_without_an_answer_is_asked_again_under_the_same_offer()
    {
        _bench.Take("r");
        _bench.Pass(TimeSpan.FromSeconds(10));

        // At once, and every three seconds.
        Assert.Equal(4, _bench.All<OfferRun>().Count());
        Assert.Single(_bench.All<OfferRun>().Select(offer => offer.Offer).Distinct());
    }

    [Fact]
    public void An_order_that_comes_twice_starts_one_handler_also_when_it_has_ended()
    {
        var offer = _bench.Start("r");
        _bench.Tell(OrderOf("r", offer));
        _bench.End(offer);
        _bench.Tell(OrderOf("r", offer));
        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.Tell(OrderOf("r", offer));

        _bench.One<StartWork>();
        // The last one was for an offer that is gone: it goes back, without having begun.
        Assert.False(_bench.One<ReturnAttempt>().Begun);
    }

    [Fact]
    public void An_end_that_comes_twice_is_reported_once()
    {
        var offer = _bench.Start("r");
        _bench.End(offer);
        _bench.End(offer, RunState.Failed);

        Assert.Equal(RunState.Succeeded, _bench.One<ReportAttempt>().Result.State);
    }

    [Fact]
    public void A_report_is_repeated_until_it_is_stored()
    {
        var offer = _bench.Start("r");
        _bench.End(offer);
        _bench.Pass(TimeSpan.FromSeconds(7));
        Assert.True(_bench.All<ReportAttempt>().Count() >= 2);

        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.Clear().Pass(TimeSpan.FromSeconds(7)).None<ReportAttempt>();
    }

    [Fact]
    public void A_stored_answer_before_the_end_or_for_another_attempt_changes_nothing()
    {
        var offer = _bench.Start("r");
        _bench.Tell(new ReportStored("r", 1, offer));
        _bench.End(offer);
        _bench.Tell(new ReportStored("r", 2, offer));

        _bench.Clear().Pass(TimeSpan.FromSeconds(4));
        Assert.Equal(offer, _bench.One<ReportAttempt>().Offer);
    }

    [Fact]
    public void An_order_for_an_offer_that_is_not_here_goes_back_until_that_is_stored()
    {
        _bench.Tell(OrderOf("r", "7-0-1", 3));
        _bench.Pass(TimeSpan.FromSeconds(4));

        Assert.Equal(2, _bench.All<ReturnAttempt>().Count());
        Assert.All(_bench.All<ReturnAttempt>(), returned => Assert.Equal((3, "7-0-1", false), (returned.Attempt, returned.Offer, returned.Begun)));
        _bench.Tell(new ReportStored("r", 3, "7-0-1"));
        _bench.Clear().Pass(TimeSpan.FromSeconds(4)).None<ReturnAttempt>();
    }

    [Fact]
    public void What_is_ordered_and_then_declined_before_it_began_goes_back_and_does_not_begin()
    {
        var bench = new WorkerBench(Slots("q") with { Concurrency = 1 });
        var first = bench.Start("a");
        var second = bench.Start("b");
        bench.Tell(new OfferDeclined("b", second, "it has ended"));
        bench.End(first);

        Assert.Equal("a", bench.One<StartWork>().Order.RunId);
        Assert.False(bench.One<ReturnAttempt>().Begun);
    }

    private WorkerLoad LoadOf()
    {
        _bench.Clear().Tell(GetLoad.Instance);
        return _bench.One<WorkerLoad>();
    }
}
