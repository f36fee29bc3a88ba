using ActorCron.Tests.Fixtures;

namespace ActorCron.Cluster.Tests;

/// <summary>One RabbitMQ and one PostgreSQL for all tests that leave them running; each test gets a database and an exchange of its own.</summary>
public sealed class Servers : IAsyncLifetime
{
    public RabbitMqServer RabbitMq { get; private set; } = null!;
    public PostgreSqlServer PostgreSql { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        var rabbit = RabbitMqServer.StartAsync();
        PostgreSql = await PostgreSqlServer.StartAsync();
        RabbitMq = await rabbit;
    }

    public async Task DisposeAsync()
    {
        await RabbitMq.DisposeAsync();
        await PostgreSql.DisposeAsync();
    }
}

/// <summary>Tests that share the servers run one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ClusterTests : ICollectionFixture<Servers>, ICollectionFixture<Policies.PolicyScenario>
{
    public const string Name = "cluster";
}
