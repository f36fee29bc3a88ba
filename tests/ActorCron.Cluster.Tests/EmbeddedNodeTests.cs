using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests;

public sealed class EmbeddedNodeTests
{
    [Fact]
    public async Task A_crontab_runs_its_commands_and_everything_is_there_after_a_kill()
    {
        using var folder = new TempFolder();
        var crontab = folder.Write("jobs.crontab", "# name: hello\n@every 1s echo hello $ACTORCRON_RUN_ID\n61 * * * * echo never\n# name: fails\n@every 1s echo oh no >&2; exit 3\n");
        string id;
        await using (var node = await NodeProcess.StartAsync(folder.Path, ["--crontab", crontab]))
        {
            await Eventually.HoldsAsync(async () => (await node.RunsAsync("schedule=crontab/hello&state=succeeded")).Count > 2, Soon, () => "the command runs\n" + node.Output);
            id = (string)(await node.RunsAsync("schedule=crontab/hello&state=succeeded")).Last()["runId"]!;
            Assert.Equal($"hello {id}\n", (string)(await node.RunAsync(id))!["output"]!);
            var failed = (await node.RunsAsync("schedule=crontab/fails&state=failed")).First();
            Assert.Equal(3, (int)failed["exitCode"]!);
            Assert.Contains($"{crontab}:3", node.Output, StringComparison.Ordinal); // The bad line is named, the good ones count.
            await node.KillAsync();
        }

        await using var again = await NodeProcess.StartAsync(folder.Path, ["--crontab", crontab]);

        Assert.Equal($"hello {id}\n", (string)(await again.RunAsync(id))!["output"]!);
        await Eventually.HoldsAsync(async () => (await again.RunsAsync("schedule=crontab/hello&state=dispatched,running")).Count < 3, Soon, () => "the backlog is worked off");
        var runs = await again.RunsAsync("schedule=crontab/hello");
        Assert.Equal(runs.Count, runs.Select(run => (string)run["runId"]!).Distinct().Count());
        var seconds = runs.Select(run => DateTimeOffset.Parse((string)run["scheduledFor"]!).ToUnixTimeSeconds()).ToList();
        Assert.Equal(seconds.Max() - seconds.Min() + 1, seconds.Count);
        Assert.Equal(0, await again.StopAsync());
    }

    [Fact]
    public async Task A_write_that_was_acknowledged_survives_a_kill_at_once()
    {
        using var folder = new TempFolder();
        await using (var node = await NodeProcess.StartAsync(folder.Path, []))
        {
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => node.PutAsync($"kept/{i}", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop()))));
            await node.KillAsync();
        }

        await using var again = await NodeProcess.StartAsync(folder.Path, []);

        var page = JsonNode.Parse(await again.Http.GetStringAsync("api/v1/schedules?prefix=kept/&limit=1000"))!;
        Assert.Equal(50, page["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_second_node_on_the_same_data_folder_exits_2()
    {
        using var folder = new TempFolder();
        await using var first = await NodeProcess.StartAsync(folder.Path, []);
        await using var second = NodeProcess.Launch(folder.Path, []);

        Assert.Equal(2, await second.ExitAsync(Soon));
        Assert.Contains("data", second.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_for_the_start_of_the_cluster_runs_once_at_each_start_the_first_included()
    {
        using var folder = new TempFolder();
        var crontab = folder.Write("jobs.crontab", "# name: up\n@reboot echo up\n");
        for (var starts = 1; starts <= 2; starts++)
        {
            await using var node = await NodeProcess.StartAsync(folder.Path, ["--crontab", crontab]);
            await Eventually.HoldsAsync(async () => (await node.RunsAsync("schedule=crontab/up&state=succeeded")).Count == starts, Soon, () => $"it ran at start {starts}\n{node.Output}");
            var run = (await node.RunAsync((string)(await node.RunsAsync("schedule=crontab/up"))[0]["runId"]!))!;
            Assert.Equal(("schedule", "up\n"), ((string)run["trigger"]!, (string)run["output"]!));
            Assert.Equal(0, await node.StopAsync());
        }
    }

    [Fact]
    public async Task What_may_execute_once_only_and_is_cut_off_by_a_clean_stop_has_failed()
    {
        using var folder = new TempFolder();
        string once, again;
        await using (var node = await NodeProcess.StartAsync(folder.Path, ["--set", "actorcron.node.drain-timeout=1s"]))
        {
            await node.PutAsync("cut/once", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(60_000), ("execution", "atMostOnce")));
            await node.PutAsync("cut/again", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(60_000)));
            once = (string)(await node.TriggerAsync("cut/once"))["runId"]!;
            again = (string)(await node.TriggerAsync("cut/again"))["runId"]!;
            foreach (var id in new[] { once, again })
                await Eventually.HoldsAsync(async () => (string?)(await node.RunAsync(id))!["state"] == "running", Soon, () => "it runs");
            Assert.Equal(0, await node.StopAsync());
        }

        await using var next = await NodeProcess.StartAsync(folder.Path, []);

        await Eventually.HoldsAsync(async () => (int)(await next.RunAsync(again))!["attempt"]! == 2, Soon, () => "the other one is tried again");
        var cut = (await next.RunAsync(once))!;
        Assert.Equal(("failed", "node lost", 1), ((string)cut["state"]!, (string)cut["error"]!, (int)cut["attempt"]!));
    }
}
