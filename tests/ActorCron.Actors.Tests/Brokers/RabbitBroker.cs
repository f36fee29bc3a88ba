using ActorCron.Actors.RabbitMq;
using ActorCron.Streams.Amqp;
using ActorCron.Tests.Fixtures;

namespace ActorCron.Actors.Tests.Brokers;

/// <summary>One RabbitMQ for all tests that leave it running.</summary>
public sealed class RabbitBroker : IAsyncLifetime
{
    public RabbitMqServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RabbitMqServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>Takes away the two queues that all tests share, whatever their type.</summary>
    public static async Task ClearAsync(RabbitMqServer server)
    {
        await using var provider = new AmqpConnectionProvider(AmqpConnectionSettings.FromUri(server.Uri.ToString()));
        await provider.DeleteQueueAsync(RabbitTopology.Dead);
        await provider.DeleteQueueAsync(RabbitTopology.Results);
    }
}

[CollectionDefinition(Name)]
public sealed class RabbitCollection : ICollectionFixture<RabbitBroker>
{
    public const string Name = "rabbit";
}
