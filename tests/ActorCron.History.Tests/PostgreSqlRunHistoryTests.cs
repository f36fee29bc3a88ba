using ActorCron.Core.Runs;
using ActorCron.Tests.Fixtures;

namespace ActorCron.History.Tests;

/// <summary>One server for all the tests, a database of its own for each.</summary>
public sealed class PostgreSqlFixture : IAsyncLifetime
{
    public PostgreSqlServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PostgreSqlServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

public sealed class PostgreSqlRunHistoryTests(PostgreSqlFixture fixture) : RunHistoryConformance, IClassFixture<PostgreSqlFixture>
{
    private string _connectionString = "";

    protected override async Task<IRunHistory> CreateAsync()
    {
        _connectionString = await fixture.Server.CreateDatabaseAsync("runs_" + Guid.NewGuid().ToString("N"));
        return Another();
    }

    protected override IRunHistory Another() => new PostgreSqlRunHistory(_connectionString);
}
