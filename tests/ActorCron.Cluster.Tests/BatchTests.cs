using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests;

/// <summary>Batches on one node with nothing but itself.</summary>
public sealed class BatchTests
{
    private static readonly string[] ShellOn = ["--set", "actorcron.jobs.shell.enabled=on"];
    [Fact]
    public async Task A_batch_of_shell_jobs_splits_maps_and_reduces_and_says_what_went_wrong()
    {
        using var folder = new TempFolder();
        await using var node = await NodeProcess.StartAsync(folder.Path, ShellOn);
        var square = Batch.Python("""import json,sys; print(json.load(sys.stdin)["item"] ** 2)""");

        var squares = await Batch.StartAsync(node, "b/squares", Batch.Of(Batch.Shell("echo preparing >&2; echo '[1, 2, 3, 4]'"), square, Batch.Sum()));
        var partly = await Batch.StartAsync(node, "b/partly", Batch.Of(Batch.Shell("echo '[1,2,3]'"), Batch.Shell("exit $ACTORCRON_BATCH_INDEX"), Batch.Shell("cat")));
        var whatever = await Batch.StartAsync(node, "b/whatever", Batch.Of(Batch.Shell("echo '[1,2,3]'"), Batch.Shell("echo x; exit $ACTORCRON_BATCH_INDEX"), Batch.Shell("cat"), "continue"));
        var many = await Batch.StartAsync(node, "b/many", Batch.Of(Batch.Numbers(100_001), "noop"));
        var wrong = await Batch.StartAsync(node, "b/wrong", Batch.Of(Batch.Shell("echo '{}'"), "noop"));

        var run = await Batch.EndAsync(node, squares, Soon);
        Assert.Equal(("succeeded", "30\n"), ((string)run["state"]!, (string)run["output"]!));
        Assert.Equal(["1\n", "4\n", "9\n", "16\n"], await Task.WhenAll(Enumerable.Range(0, 4).Select(async i => (string)(await node.RunAsync($"{squares}/map/{i}"))!["output"]!)));
        Assert.Equal([squares], (await node.RunsAsync("schedule=b/squares")).Select(run => (string)run["runId"]!));
        run = await Batch.EndAsync(node, partly, Soon);
        Assert.Equal("failed", (string)run["state"]!);
        Assert.StartsWith("2 of 3 items did not succeed: ", (string)run["error"]!, StringComparison.Ordinal);
        run = await Batch.EndAsync(node, whatever, Soon);
        Assert.Equal("succeeded", (string)run["state"]!);
        Assert.Equal("""[{"index":0,"state":"succeeded","output":"x"},{"index":1,"state":"failed","error":"exit code 1","output":"x"},{"index":2,"state":"failed","error":"exit code 2","output":"x"}]""",
            JsonNode.Parse((string)run["output"]!)!["results"]!.ToJsonString());
        Assert.Equal("split: the split gave 100001 items; at most 100000 are allowed", (string)(await Batch.EndAsync(node, many, Soon))["error"]!);
        Assert.Equal("split: the split's output must be a JSON array, not an object", (string)(await Batch.EndAsync(node, wrong, Soon))["error"]!);

        // Last: its items fill every slot of the worker.
        var cancelled = await Batch.StartAsync(node, "b/cancelled", Batch.Of(Batch.Numbers(100), Batch.Shell("sleep 600")));
        await Eventually.HoldsAsync(async () => (string?)(await node.RunAsync($"{cancelled}/map/0"))?["state"] == "running", Soon, () => "an item runs\n" + node.Output);
        Assert.Equal(HttpStatusCode.OK, (await node.Http.PostAsync($"api/v1/runs/{Uri.EscapeDataString(cancelled)}/cancel", null)).StatusCode);
        Assert.Equal("cancelled", (string)(await Batch.EndAsync(node, cancelled, Soon))["state"]!);
        await Eventually.HoldsAsync(async () => (await Batch.ItemsAsync(node, cancelled)) is { Count: 100 } items && items.All(item => (string)item["state"]! == "cancelled"), Soon, () => "all items are cancelled");
        Assert.Equal(HttpStatusCode.Conflict, (await node.Http.PostAsync($"api/v1/runs/{Uri.EscapeDataString(cancelled + "/map/0")}/retry", null)).StatusCode);
    }

    [Fact]
    public async Task A_batch_goes_on_after_a_kill_and_no_item_is_executed_to_success_twice()
    {
        const int Count = 400;
        using var folder = new TempFolder();
        var ledger = Path.Combine(folder.Path, "executed");
        // The second half waits, so that the kill finds the batch unfinished on the fastest machine.
        var gate = Path.Combine(folder.Path, "gate");
        var item = $"while [ $ACTORCRON_BATCH_INDEX -ge {Count / 2} ] && [ ! -e {gate} ]; do sleep 0.2; done; echo $ACTORCRON_BATCH_INDEX >> {ledger}; echo $ACTORCRON_BATCH_INDEX";
        string id;
        await using (var node = await NodeProcess.StartAsync(folder.Path, ShellOn))
        {
            id = await Batch.StartAsync(node, "b/killed", Batch.Of(Batch.Numbers(Count), Batch.Shell(item), Batch.Sum()));
            await Eventually.HoldsAsync(async () => Batch.Progress(await node.RunAsync(id), "succeeded") > Count / 8, Soon, () => "a part is done\n" + node.Output);
            await node.KillAsync();
        }

        await using var again = await NodeProcess.StartAsync(folder.Path, ShellOn);
        Assert.InRange(Batch.Progress(await again.RunAsync(id), "succeeded"), 0, Count / 2);
        await File.WriteAllTextAsync(gate, "");
        var run = await Batch.EndAsync(again, id, Soon);

        Assert.Equal(("succeeded", $"{Count * (Count - 1) / 2}\n"), ((string)run["state"]!, (string)run["output"]!));
        List<JsonNode> items = [];
        await Eventually.HoldsAsync(async () => (items = await Batch.ItemsAsync(again, id)).Count == Count, Soon, () => "every item has its record");
        Assert.All(items, each => Assert.Equal("succeeded", (string)each["state"]!));
        // A second execution is one whose end was not on record when the node died: its attempt says so.
        var executed = (await File.ReadAllLinesAsync(ledger)).GroupBy(int.Parse).ToDictionary(line => line.Key, line => line.Count());
        Assert.All(items, each => Assert.InRange(executed[(int)each["index"]!], 1, (int)each["attempt"]!));
    }

    [Fact]
    public async Task A_batch_that_could_not_run_is_refused_when_it_is_written()
    {
        using var folder = new TempFolder();
        await using var node = await NodeProcess.StartAsync(folder.Path, []);

        async Task<string?> FieldOf(JsonObject job)
        {
            using var answer = await node.Http.PutAsJsonAsync("api/v1/schedules/b/refused", TestCluster.Schedule("* * * * *", job));
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            return (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["field"];
        }

        Assert.Equal("job.params.split.type", await FieldOf(Batch.Of(Batch.Shell("echo []"), "noop")));
        Assert.Equal("job.params.map", await FieldOf(Batch.Of(TestCluster.Noop(), "shell")));
        Assert.Equal("job.params.map.type", await FieldOf(Batch.Of(TestCluster.Noop(), Batch.Shell("cat"))));
        Assert.Equal("job.params.reduce.type", await FieldOf(Batch.Of(TestCluster.Noop(), "noop", Batch.Shell("cat"))));
        Assert.Equal("job.params.map", await FieldOf(Batch.Of(TestCluster.Noop(), "no-such-type")));
        Assert.Equal("job.params.reduce.params", await FieldOf(Batch.Of(TestCluster.Noop(), "noop", new JsonObject { ["type"] = "noop", ["params"] = new JsonObject { ["sleep"] = 1 } })));
        Assert.Equal("job.params.map", await FieldOf(Batch.Of(TestCluster.Noop(), "batch")));
    }
}
