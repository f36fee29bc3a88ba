using System.Globalization;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests;

[Collection(ClusterTests.Name)]
public sealed class KillAndRestartTests(Servers servers)
{
    [Theory, OnPostgreSql, OnMongoDb]
    public async Task What_was_acknowledged_outlasts_a_kill_of_every_node_at_once_and_nothing_due_is_lost(string store)
    {
        await using var cluster = await TestCluster.CreateOnAsync(store, servers);
        await cluster.StartAsync(3);
        await cluster.Nodes[0].PutAsync("tick", TestCluster.Schedule("* * * * * *", TestCluster.Noop()));
        await cluster.Nodes[0].PutAsync("long", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(4000)));
        await Eventually.HoldsAsync(async () => (await cluster.Nodes[1].RunsAsync("schedule=tick&state=succeeded")).Count > 2, Soon, () => "runs succeed\n" + cluster.Outputs());
        var puts = Task.WhenAll(Enumerable.Range(0, 60).Select(i => cluster.Nodes[i % 3].PutAsync($"kept/{i}", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop()))));
        var triggered = await Task.WhenAll(Enumerable.Range(0, 9).Select(i => cluster.Nodes[i % 3].TriggerAsync("long")));
        await puts;

        await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
        await cluster.StartAgainAsync();

        var witness = cluster.Nodes[2];
        var kept = JsonNode.Parse(await witness.Http.GetStringAsync("api/v1/schedules?prefix=kept/&limit=1000"))!["items"]!.AsArray();
        Assert.Equal(60, kept.Count);
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(triggered.Select(run => witness.RunAsync((string)run["runId"]!)))).All(run => (string?)run?["state"] == "succeeded"),
            Soon, () => "what was triggered ends\n" + cluster.Outputs());
        var through = DateTimeOffset.UtcNow;
        List<JsonNode> ticks = [];
        await Eventually.HoldsAsync(async () =>
        {
            ticks = [.. (await witness.RunsAsync("schedule=tick")).Where(run => Due(run) <= through)];
            return ticks.Max(Due) > through.AddSeconds(-2) && ticks.TrueForAll(run => (string)run["state"]! == "succeeded");
        }, Soon, () => "the ticks of the outage are made up for\n" + cluster.Outputs());
        var seconds = ticks.Select(run => Due(run).ToUnixTimeSeconds()).ToList();
        Assert.Equal(seconds.Count, seconds.Distinct().Count());
        Assert.Equal(seconds.Max() - seconds.Min() + 1, seconds.Count);
    }

    private static DateTimeOffset Due(JsonNode run) => DateTimeOffset.Parse((string)run["scheduledFor"]!, CultureInfo.InvariantCulture);
}
