using ActorCron.Actors.Brokers;

namespace ActorCron.Actors.RabbitMq;

internal sealed class RabbitRunDelivery(Settling settling) : RunDelivery
{
    public override Task AckAsync() => settling.AckAsync();

    public override Task DeadLetterAsync(string reason) => settling.BuryAsync(reason);

    public override Task RequeueAsync() => settling.RequeueAsync();
}

internal sealed class RabbitResultDelivery(Settling settling) : ResultDelivery
{
    public override Task AckAsync() => settling.AckAsync();

    public override Task RequeueAsync() => settling.RequeueAsync();
}
