using ActorCron.Core.Working;
using CsCheck;

namespace ActorCron.Core.Tests.Working;

public sealed class CreditPlanTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly CreditBench _bench = new();

    [Fact]
    public void What_is_missing_is_taken_with_another_stream_beside_the_busy_one()
    {
        _bench.Allow(8);
        while (_bench.Deliver()) { }
        _bench.Allow(64);
        _bench.Pass(Second);

        Assert.Equal(2, _bench.Opened);
        Assert.Equal(64, _bench.Possible);
        Assert.Empty(_bench.Draining);
    }

    [Fact]
    public void With_less_credit_nothing_comes_until_what_is_held_leaves_room()
    {
        _bench.Allow(8);
        while (_bench.Deliver()) { }
        _bench.Allow(2);
        _bench.Drained();
        for (var i = 0; i < 6; i++) _bench.ReleaseOldest();
        _bench.Pass(Second);
        Assert.Equal(2, _bench.Possible);
        Assert.False(_bench.Deliver());

        _bench.ReleaseOldest();
        _bench.Pass(Second);
        Assert.True(_bench.Deliver());
        Assert.False(_bench.Deliver());
    }

    [Fact]
    public void A_queue_that_has_calmed_down_has_one_stream_with_all_of_the_credit()
    {
        _bench.Allow(8);
        while (_bench.Deliver()) { }
        _bench.Allow(16);
        _bench.Pass(Second);
        while (_bench.Deliver()) { }
        while (_bench.Held.Count > 0) _bench.ReleaseOldest();
        _bench.Drained();
        _bench.EndEmpty();
        _bench.Pass(Second);

        Assert.Equal(16, Assert.Single(_bench.Open).Value);
    }

    [Fact]
    public void A_delivery_of_a_long_run_is_acknowledged_and_brings_no_other()
    {
        _bench.Allow(2);
        _bench.Deliver();
        _bench.Deliver();
        _bench.Accept(_bench.Held.Peek());
        _bench.Pass(TimeSpan.FromSeconds(13));
        _bench.Drained();

        Assert.Equal(("m1", Settlement.Ack), Assert.Single(_bench.Settled));
        Assert.False(_bench.Deliver());
        // Its run has ended: the broker hears of it once.
        _bench.ReleaseOldest();
        Assert.Single(_bench.Settled);
    }

    [Fact]
    public void After_a_lost_connection_it_tries_again_later_and_later_and_settles_nothing_of_what_it_held()
    {
        _bench.Allow(4);
        _bench.Deliver();
        _bench.Fail();
        _bench.ReleaseOldest();
        Assert.Empty(_bench.Settled);
        Assert.Empty(_bench.Open);

        var opened = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            _bench.Pass(Second);
            opened.Add(_bench.Opened);
            _bench.Fail();
        }
        Assert.InRange(opened[^1], 5, 8);
    }

    [Fact]
    public void What_is_held_when_the_connection_is_lost_still_counts_its_run_may_be_under_way()
    {
        _bench.Allow(4);
        while (_bench.Deliver()) { }
        _bench.Fail();
        _bench.Pass(TimeSpan.FromSeconds(10));
        Assert.Empty(_bench.Open);

        _bench.ReleaseOldest();
        _bench.Pass(Second);
        Assert.Equal(1, _bench.Open.Values.Sum());
    }

    [Fact]
    public void One_that_is_to_stop_takes_nothing_any_more_and_what_it_holds_can_be_settled()
    {
        _bench.Allow(4);
        _bench.Deliver();
        _bench.Tell(new StopTaking("q"));
        _bench.Allow(8);
        _bench.Drained();
        _bench.Pass(Second);
        Assert.False(_bench.Deliver());

        _bench.ReleaseOldest(Settlement.Requeue);
        Assert.Equal(("m1", Settlement.Requeue), Assert.Single(_bench.Settled));
    }

    [Fact]
    public void No_delivery_and_no_stream_bears_a_number_of_an_earlier_life_and_what_is_settled_of_that_is_passed_over()
    {
        var later = new CreditBench(life: 2);
        _bench.Allow(1);
        _bench.Deliver();
        later.Allow(1);
        later.Deliver();
        Assert.NotEqual(_bench.Held.Peek(), later.Held.Peek());
        Assert.NotEqual(_bench.Streams.Keys.Single(), later.Streams.Keys.Single());

        later.Tell(new SettleDelivery("q", _bench.Held.Peek(), Settlement.Ack));
        later.Tell(new Delivered(_bench.Streams.Keys.Single(), "late"));
        Assert.Empty(later.Settled);
        Assert.Single(later.Held);
    }

    [Fact]
    public void Whatever_comes_the_credit_is_never_exceeded_the_streams_are_few_and_in_the_end_all_of_it_is_there() =>
        Gen.Int.Sample(seed =>
    {
        var random = new Random(seed);
        var bench = new CreditBench();
        var (allowed, most) = (0, 0);
        for (var step = 0; step < 200; step++)
        {
            switch (random.Next(8))
            {
                case 0:
                    bench.Allow(allowed = random.Next(12));
                    break;
                case 1 or 2 or 3: bench.Deliver(); break;
                case 4 when bench.Held.Count > 0: bench.ReleaseOldest((Settlement)random.Next(3)); break;
                case 5: bench.Drained(); break;
                case 6: bench.Pass(TimeSpan.FromMilliseconds(random.Next(2000))); break;
                case 7 when random.Next(10) == 0: bench.Fail(); break;
                default: bench.EndEmpty(); break;
            }
            most = Math.Max(Math.Min(most, bench.Possible), allowed);
            Assert.True(bench.Possible <= most, $"seed {seed}, step {step}: {bench.Possible} of {most}");
            Assert.True(bench.Open.Count <= 4, $"seed {seed}, step {step}: {bench.Open.Count} streams");
            Assert.True(bench.Potential is null || bench.Potential.Count >= bench.Possible,
                $"seed {seed}, step {step}: says {bench.Potential}, may be {bench.Possible}");
        }
        bench.Allow(10);
        for (var i = 0; i < 40; i++)
        {
            bench.Drained();
            while (bench.Held.Count > 0) bench.ReleaseOldest();
            bench.EndEmpty();
            bench.Pass(Second);
        }
        Assert.Equal(10, bench.Open.Values.Sum());
    }, iter: 3000);
}
