using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.Tests.Brokers;

public sealed class EmbeddedBrokerTests : BrokerConformance
{
    protected override IRunBroker Broker { get; } = new EmbeddedBroker();
}
