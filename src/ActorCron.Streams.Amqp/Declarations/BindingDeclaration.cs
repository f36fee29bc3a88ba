using RabbitMQ.Client;

namespace ActorCron.Streams.Amqp;

/// <summary>A binding: messages of <paramref name="Exchange"/> that match go to <paramref name="Queue"/>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Exchange">The exchange.</param>
/// <param name="RoutingKey">The key, for a topic exchange a pattern; a headers exchange matches <see cref="AmqpDeclaration.Arguments"/> instead.</param>
public sealed record BindingDeclaration(string Queue, string Exchange, string RoutingKey = "") : AmqpDeclaration
{
    internal override string Subject => $"binding of queue '{Queue}' to exchange '{Exchange}' by '{RoutingKey}'";

    internal override Task DeclareAsync(IChannel channel, CancellationToken token) =>
        channel.QueueBindAsync(Queue, Exchange, RoutingKey, AllArguments(), noWait: false, token);
}

/// <summary>A binding between exchanges: messages of <paramref name="Source"/> that match go to <paramref name="Destination"/>.</summary>
/// <param name="Destination">The exchange that receives.</param>
/// <param name="Source">The exchange that gives.</param>
/// <param name="RoutingKey">The key or pattern.</param>
public sealed record ExchangeBindingDeclaration(string Destination, string Source, string RoutingKey = "") : AmqpDeclaration
{
    internal override string Subject => $"binding of exchange '{Destination}' to exchange '{Source}' by '{RoutingKey}'";

    internal override Task DeclareAsync(IChannel channel, CancellationToken token) =>
        channel.ExchangeBindAsync(Destination, Source, RoutingKey, AllArguments(), noWait: false, token);
}
