using ActorCron.Core.Dispatching;
using ActorCron.Core.Messages;
using ActorCron.Core.Limits;

namespace ActorCron.Core.Tests.Dispatching;

public class ExternalQueueGateTests
{
    private static readonly TimeSpan Start = TimeSpan.FromHours(1);

    private static ExternalQueueGate Max(int max) => new(new QueueLimit(max, null, TimeSpan.Zero), Start);

    private static AttemptKey Key(int number) => new($"a@{number}", 1);

    [Fact]
    public void A_fresh_gate_lets_nothing_through_before_it_has_counted()
    {
        var gate = Max(2);
        Assert.False(gate.MayGo(Start));

        Assert.True(gate.MustCount(Start));
        gate.Counted([Key(1)]);

        Assert.True(gate.MayGo(Start));
        gate.Published(Key(2));
        Assert.False(gate.MayGo(Start));
    }

    [Fact]
    public void What_was_published_while_the_shards_were_asked_counts_although_they_did_not_know_of_it()
    {
        var gate = Max(2);
        gate.MustCount(Start);
        gate.Counted([]);
        gate.Published(Key(1));
        Assert.True(gate.MustCount(Start + ExternalQueueGate.CountEvery));
        gate.Published(Key(2));
        gate.Counted([]);

        Assert.True(gate.MayGo(Start));
        gate.Published(Key(3));
        Assert.False(gate.MayGo(Start));
    }

    [Fact]
    public void A_count_that_failed_changes_nothing_and_is_made_again()
    {
        var gate = Max(1);
        gate.MustCount(Start);
        gate.Counted(null);
        Assert.False(gate.MayGo(Start));

        Assert.True(gate.MustCount(Start + ExternalQueueGate.CountEvery));
    }

    [Fact]
    public void It_counts_one_at_a_time_and_not_all_the_time()
    {
        var gate = Max(1);
        Assert.True(gate.MustCount(Start));
        Assert.False(gate.MustCount(Start + TimeSpan.FromMinutes(1)));
        gate.Counted([]);
        Assert.False(gate.MustCount(Start + TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public void A_rate_lets_that_many_through_and_asks_no_shard()
    {
        var gate = new ExternalQueueGate(new QueueLimit(null, 10, TimeSpan.FromSeconds(1)), Start);
        var gone = 0;
        for (var now = Start; now <= Start + TimeSpan.FromSeconds(10); now += TimeSpan.FromMilliseconds(20))
        {
            Assert.False(gate.MustCount(now));
            while (gate.MayGo(now))
            {
                gate.Published(Key(++gone));
            }
        }

        Assert.InRange(gone, 95, 103);
    }
}
