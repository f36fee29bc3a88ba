using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace ActorCron.Cluster.Tests;

/// <summary>Batches across nodes and programs.</summary>
[Collection(ClusterTests.Name)]
public sealed class BatchClusterTests(Servers servers)
{
    private const int Count = 3000;
    [Fact]
    public async Task A_batch_outlives_the_node_that_keeps_its_books()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.jobs.shell.enabled=on", "actorcron.worker.concurrency=8");
        await cluster.StartAsync(3);
        var map = new JsonObject { ["type"] = "noop", ["params"] = new JsonObject { ["sleepMs"] = 40 } };
        var id = await Batch.StartAsync(cluster.Nodes[0], "b/cluster", Batch.Of(Batch.Numbers(Count), map, Batch.Python("""import json,sys; print(json.load(sys.stdin)["succeeded"])""")));
        await Eventually.HoldsAsync(async () => Batch.Progress(await cluster.Nodes[0].RunAsync(id), "succeeded") > Count / 10, Soon, () => "a part is done\n" + cluster.Outputs());
        var shards = JsonNode.Parse(await cluster.Nodes[0].Http.GetStringAsync("api/v1/sharding/shards"))!["items"]!.AsArray();
        var owner = (string)shards.MaxBy(shard => (int)shard!["activeRuns"]!)!["address"]!;
        var victim = cluster.Nodes.Single(node => node.Address == owner);
        var witness = cluster.Nodes.First(node => node != victim);

        await victim.KillAsync();

        var run = await Batch.EndAsync(witness, id, Soon, cluster.Outputs);
        Assert.Equal(("succeeded", $"{Count}\n"), ((string)run["state"]!, (string)run["output"]!));
        List<JsonNode> items = [];
        await Eventually.HoldsAsync(async () => (items = await Batch.ItemsAsync(witness, id)).Count == Count && items.All(item => (string)item["state"]! == "succeeded"), Soon, () => "every item has its record");
        Assert.Equal(Enumerable.Range(0, Count), items.Select(item => (int)item["index"]!));
        Assert.Contains(items, item => (string)item["node"]! != victim.Name);
    }

    [Fact]
    public async Task Programs_in_any_language_split_map_and_reduce_on_an_external_queue()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.queues.outside.external=true");
        await cluster.StartAsync(1);
        var node = cluster.Nodes[0];
        var id = await Batch.StartAsync(node, "b/outside", Batch.Of(new JsonObject { ["type"] = "list" }, "measure", new JsonObject { ["type"] = "add", ["params"] = new JsonObject { ["unit"] = "m" } }), ("queue", "outside"));
        // A queue that has only just been declared has no leader yet: RabbitMQ answers whoever takes from it by closing the connection.
        await Eventually.HoldsAsync(async () => (await node.RunsAsync("queue=outside&state=dispatched")).Any(run => run["dispatched"] is not null), Soon, () => "the split is at the broker\n" + node.Output);
        var text = new string('x', 900);
        await using var connection = await new ConnectionFactory { Uri = servers.RabbitMq.Uri }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();

        async Task Answer(Func<JsonNode, string> work)
        {
            BasicGetResult? message = null;
            await Eventually.HoldsAsync(async () => (message = await channel.BasicGetAsync($"{cluster.Exchange}.outside", autoAck: true)) is not null, Soon, () => "a message comes\n" + node.Output);
            var body = JsonNode.Parse(message!.Body.Span)!;
            var result = new JsonObject { ["runId"] = (string)body["runId"]!, ["attempt"] = (int)body["attempt"]!, ["outcome"] = "succeeded", ["output"] = work(body), ["worker"] = "any" };
            await channel.BasicPublishAsync("actorcron.results", "results", mandatory: true, new BasicProperties { ContentType = "application/json" }, Encoding.UTF8.GetBytes(result.ToJsonString()));
        }

        // Two megabytes: far more than a run's output is kept to.
        await Answer(body => new JsonArray([.. Enumerable.Range(0, 2000).Select(i => (JsonNode)new JsonObject { ["n"] = i, ["text"] = text })]).ToJsonString());
        for (var i = 0; i < 2000; i++)
            await Answer(body =>
            {
                Assert.Equal(id, (string)body["parent"]!);
                Assert.Equal((int)body["index"]!, (int)body["job"]!["params"]!["n"]!);
                return $"{(int)body["index"]!} {text}";
            });
        JsonNode? reduce = null;
        await Answer(body =>
        {
            reduce = body["job"]!;
            return "done";
        });
        var run = await Batch.EndAsync(node, id, Soon);

        Assert.Equal(("succeeded", "done"), ((string)run["state"]!, (string)run["output"]!));
        Assert.Equal("m", (string)reduce!["params"]!["unit"]!);
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"{i} {text}"), reduce["params"]!["results"]!.AsArray().Select(result => (string)result!["output"]!));
    }
}
