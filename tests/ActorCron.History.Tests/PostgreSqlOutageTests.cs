using ActorCron.Core.Runs;
using ActorCron.Tests.Fixtures;
using Npgsql;
using static ActorCron.History.Tests.Runs;

namespace ActorCron.History.Tests;

public sealed class PostgreSqlOutageTests
{
    [Fact]
    public async Task While_the_server_is_away_every_call_fails_soon_and_afterwards_the_same_instance_works()
    {
        await using var server = await PostgreSqlServer.StartAsync();
        await using var history = new PostgreSqlRunHistory(server.ConnectionString());
        await history.InitializeAsync(default);
        await history.UpsertAsync([Of("a", 0)], default);

        await server.KillAsync();
        foreach (var call in new Func<Task>[] { () => history.UpsertAsync([Of("a", 1)], default), () => history.ListAsync(new RunQuery(), default), () => history.PingAsync(default) })
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => call().WaitAsync(TimeSpan.FromSeconds(15)));
        await server.StartAgainAsync();

        await UntilItWorksAsync(() => history.UpsertAsync([Of("a", 1)], default));
        Assert.Equal(2, (await history.ListAsync(new RunQuery { Schedule = "a" }, default)).Items.Count);
    }

    // A pooled connection of before the outage may still have to find out that it is dead.
    private static async Task UntilItWorksAsync(Func<Task> call)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await call();
                return;
            }
            catch (NpgsqlException) when (attempt < 10)
            {
            }
        }
    }
}
