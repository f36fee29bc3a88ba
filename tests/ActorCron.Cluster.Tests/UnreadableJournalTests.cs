using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using Microsoft.Data.Sqlite;

namespace ActorCron.Cluster.Tests;

public sealed class UnreadableJournalTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("shards")]
    [InlineData("catalogue")]
    public async Task A_node_that_cannot_read_an_entry_is_not_ready_says_which_and_heals_when_it_is_repaired(string part)
    {
        await using (var node = await NodeProcess.StartAsync(_folder.Path, []))
        {
            await node.PutAsync("kept", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop()));
            await node.TriggerAsync("kept");
            await node.KillAsync();
        }
        var who = part == "shards" ? RunShards.PersistenceId(RunShards.Of("kept@x")) : CatalogPartitions.PersistenceId(CatalogPartitions.Of("kept"));
        var stored = await ReplaceAsync(who, entry => [.. entry.Select(_ => (byte)0xff)]);

        await using var again = NodeProcess.Launch(_folder.Path, []);
        JsonNode? answer = null;
        Stopwatch? named = null;
        await Eventually.HoldsAsync(async () =>
        {
            using var ready = await again.Http.GetAsync("health/ready");
            answer = JsonNode.Parse(await ready.Content.ReadAsStringAsync());
            var isNamed = ready.StatusCode == HttpStatusCode.ServiceUnavailable && ((string?)answer!["parts"]?[part]?["reason"])?.StartsWith(who, StringComparison.Ordinal) == true;
            Assert.True(isNamed || named is null, $"it was named, now it is {answer?.ToJsonString()}");
            if (isNamed) named ??= Stopwatch.StartNew();
            // Long enough for several attempts.
            return named?.Elapsed > TimeSpan.FromSeconds(12);
        }, Soon, () => $"readiness names {who}: {answer?.ToJsonString()}\n{again.Output}");
        Assert.Single(again.Output.Split('\n'), line => line.Contains("ERROR", StringComparison.Ordinal));
        Assert.DoesNotContain("Scheduler of epoch 3", again.Output, StringComparison.Ordinal);

        await ReplaceAsync(who, _ => stored);

        await again.ReadyAsync();
        Assert.Equal(HttpStatusCode.Accepted, (await again.Http.PostAsync("api/v1/schedules/kept/trigger", null)).StatusCode);
    }

    // Other programs write no journals; what a disk may do to an entry is done by hand.
    private async Task<byte[]> ReplaceAsync(string persistenceId, Func<byte[], byte[]> change)
    {
        await using var connection = new SqliteConnection($"Data Source={Directory.GetFiles(Path.Combine(_folder.Path, "data"), "*.db").Single(file => !file.EndsWith("runs.db", StringComparison.Ordinal))};Pooling=false");
        await connection.OpenAsync();
        await using var read = connection.CreateCommand();
        read.CommandText = "SELECT ordering, message FROM journal WHERE persistence_id = $id ORDER BY sequence_number LIMIT 1";
        read.Parameters.AddWithValue("$id", persistenceId);
        await using var row = await read.ExecuteReaderAsync();
        Assert.True(await row.ReadAsync(), $"{persistenceId} has an entry");
        var (ordering, message) = (row.GetInt64(0), (byte[])row[1]);
        await row.CloseAsync();
        await using var write = connection.CreateCommand();
        write.CommandText = string.Create(CultureInfo.InvariantCulture, $"UPDATE journal SET message = $message WHERE ordering = {ordering}");
        write.Parameters.AddWithValue("$message", change(message));
        Assert.Equal(1, await write.ExecuteNonQueryAsync());
        return message;
    }
}
