using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests;

/// <summary>Documents of batches, and how to wait for them.</summary>
internal static class Batch
{
    public static JsonObject Of(JsonNode split, JsonNode map, JsonNode? reduce = null, string? onItemFailure = null)
    {
        var parameters = new JsonObject { ["split"] = split, ["map"] = map };
        if (reduce is not null) parameters["reduce"] = reduce;
        if (onItemFailure is not null) parameters["onItemFailure"] = onItemFailure;
        return new JsonObject { ["type"] = "batch", ["params"] = parameters };
    }

    public static JsonObject Shell(string command) => new() { ["type"] = "shell", ["params"] = new JsonObject { ["command"] = command } };

    public static JsonObject Python(string program) => Shell($"python3 -c '{program}'");

    /// <summary>Adds up what the items printed.</summary>
    public static JsonObject Sum() => Python("""import json,sys; print(sum(int(r.get("output") or 0) for r in json.load(sys.stdin)["results"]))""");

    public static JsonObject Numbers(int count) => Python($"import json; print(json.dumps(list(range({count}))))");

    public static async Task<string> StartAsync(NodeProcess node, string id, JsonObject job, params (string Name, JsonNode Value)[] more)
    {
        await node.PutAsync(id, TestCluster.Schedule("0 0 1 1 *", job, more));
        return (string)(await node.TriggerAsync(id))["runId"]!;
    }

    public static async Task<JsonNode> EndAsync(NodeProcess node, string runId, TimeSpan within, Func<string>? more = null)
    {
        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => (run = await node.RunAsync(runId)) is not null && run["finished"] is not null, within,
            () => $"{runId} ends: {run?.ToJsonString()}\n{(more ?? (() => node.Output))()}");
        return run!;
    }

    public static async Task<List<JsonNode>> ItemsAsync(NodeProcess node, string runId) =>
        [.. (await node.RunsAsync($"parent={Uri.EscapeDataString(runId)}")).Where(run => run["index"] is not null).OrderBy(run => (int)run["index"]!)];

    public static int Progress(JsonNode? run, string what) => (int?)run?["batch"]?[what] ?? 0;
}
