using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.Tests.Brokers;

public sealed class EmbeddedBrokerTests : BrokerConformance
{
    protected override IRunBroker Broker { get; } = new EmbeddedBroker();

    [Fact]
    public async Task Dead_letters_that_could_not_be_sent_back_are_still_there()
    {
        await Publish(Runs(2));
        foreach (var delivery in await Consume(2).Next(2)) await delivery.DeadLetterAsync("unusable");
        var asked = 0;

        await Assert.ThrowsAsync<TimeoutException>(() => Broker.RequeueDeadLettersAsync(null, _ => ++asked == 2 ? throw new TimeoutException() : Task.FromResult(true), default));

        Assert.Equal(1, await Broker.CountDeadLettersAsync(default));
        Assert.Equal(1, await Broker.RequeueDeadLettersAsync(null, _ => Task.FromResult(true), default));
        Assert.Equal(0, await Broker.CountDeadLettersAsync(default));
    }
}
