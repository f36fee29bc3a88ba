using ActorCron.Tests.Fixtures;
using Npgsql;

namespace ActorCron.Persistence.MongoDb.Tests;

public class PostgreSqlServerTests
{
    [Fact]
    public async Task A_killed_server_comes_back_with_what_it_had_acknowledged()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        var connectionString = await server.CreateDatabaseAsync("kept");
        await ExecuteAsync(connectionString, "create table t (n int); insert into t values (42)");

        await server.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => ExecuteAsync(connectionString, "select 1"));
        await server.StartAgainAsync();

        Assert.Equal(42, await ExecuteAsync(connectionString, "select n from t"));
    }

    private static async Task<object?> ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
