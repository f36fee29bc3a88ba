using ActorCron.Tests.Fixtures;
using Npgsql;

namespace ActorCron.Persistence.MongoDb.Tests.Stores;

/// <summary>A database of one PostgreSQL server, which all suites share and which ends with the test process.</summary>
public sealed class PostgreSqlStore : SqlStore, IStoreKind
{
    private static readonly Lazy<Task<PostgreSqlServer>> Server = new(PostgreSqlServer.StartAsync);

    private string _connectionString = "";

    public static string? WhyNot => PostgreSqlServer.IsInstalled ? null : "PostgreSQL is not installed here.";

    protected override string ConnectionString => _connectionString;

    protected override string Provider => "PostgreSQL.15";

    public async Task CreateAsync()
    {
        var server = await Server.Value;
        _connectionString = await server.CreateDatabaseAsync($"t{Guid.NewGuid():N}") + ";Maximum Pool Size=10";
    }

    public async ValueTask DisposeAsync()
    {
        await using var connection = new NpgsqlConnection(_connectionString);
        NpgsqlConnection.ClearPool(connection);
    }
}
