using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace ActorCron.Cluster.Tests;

/// <summary>Programs that know nothing of ActorCron but its messages.</summary>
[Collection(ClusterTests.Name)]
public sealed class ForeignProgramTests(Servers servers)
{
    [Fact]
    public async Task An_outside_worker_serves_an_external_queue_and_the_run_follows_its_reports()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.queues.outside.external=true");
        await cluster.StartAsync(1);
        var node = cluster.Nodes[0];
        await node.PutAsync("ext/job", TestCluster.Schedule("0 0 1 1 *", new JsonObject { ["type"] = "transcode", ["params"] = new JsonObject { ["n"] = 7 } }, ("queue", "outside")));
        var id = (string)(await node.TriggerAsync("ext/job"))["runId"]!;
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();

        var delivery = await TakeAsync(channel, $"{cluster.Exchange}.outside");
        var body = JsonNode.Parse(delivery.Body.Span)!;
        Assert.Equal(id, (string)body["runId"]!);
        Assert.Equal(id, delivery.BasicProperties.MessageId);
        Assert.Equal("actorcron.job", delivery.BasicProperties.Type);
        Assert.Equal(7, (int)body["job"]!["params"]!["n"]!);
        Assert.Equal(1, (int)body["attempt"]!);

        await ReportAsync(channel, new JsonObject { ["runId"] = id, ["attempt"] = 1, ["outcome"] = "running", ["worker"] = "py-1" });
        await StateAsync(node, id, "running");
        await ReportAsync(channel, new JsonObject { ["runId"] = id, ["attempt"] = 2, ["outcome"] = "failed", ["error"] = "of no attempt", ["worker"] = "py-2" });
        await ReportAsync(channel, new JsonObject { ["runId"] = id, ["attempt"] = 1, ["outcome"] = "succeeded", ["output"] = "done\n", ["worker"] = "py-1" });
        var run = await StateAsync(node, id, "succeeded");

        Assert.Equal("done\n", (string)run["output"]!);
        Assert.Equal("py-1", (string)run["node"]!);
        await channel.BasicAckAsync(delivery.DeliveryTag, false);
    }

    [Fact]
    public async Task An_external_queues_max_concurrency_and_rate_hold_back_its_messages_through_a_fail_over_too()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.queues.few.external=true", "actorcron.queues.few.max-concurrency=2",
            "actorcron.queues.slow.external=true", "actorcron.queues.slow.rate=10/m");
        await cluster.StartAsync(2);
        await cluster.Nodes[0].PutAsync("few", TestCluster.Schedule("0 0 1 1 *", Outside(), ("queue", "few")));
        await cluster.Nodes[0].PutAsync("slow", TestCluster.Schedule("0 0 1 1 *", Outside(), ("queue", "slow")));
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => cluster.Nodes[0].TriggerAsync(i % 2 == 0 ? "few" : "slow")));
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        // The queues are declared for their first messages.
        foreach (var schedule in new[] { "few", "slow" })
            await Eventually.HoldsAsync(async () => (await cluster.Nodes[0].RunsAsync($"schedule={schedule}")).Any(run => run["dispatched"] is not null), Soon, () => $"a run of {schedule} is out");

        var first = await TakeAsync(channel, $"{cluster.Exchange}.few");
        var second = await TakeAsync(channel, $"{cluster.Exchange}.few");
        var early = await TakeAsync(channel, $"{cluster.Exchange}.slow");
        // One in six seconds: on a busy machine the next may be due by now.
        Assert.InRange((await OthersAsync(channel, $"{cluster.Exchange}.slow", early)).Count, 0, (int)(clock.Elapsed.TotalSeconds / 6));
        Assert.Empty(await OthersAsync(channel, $"{cluster.Exchange}.few", first, second));

        var scheduler = await cluster.SchedulerAsync();
        var survivor = cluster.Nodes.Single(node => node != scheduler);
        await scheduler.StopAsync();
        await SucceedAsync(channel, first);
        var third = await TakeAsync(channel, $"{cluster.Exchange}.few");
        await Eventually.HoldsAsync(async () => (await survivor.RunsAsync("schedule=few")).Count(run => run["dispatched"] is not null) == 3, Soon, () => "one more is out\n" + cluster.Outputs());
        Assert.Empty(await OthersAsync(channel, $"{cluster.Exchange}.few", second, third));

        await SucceedAsync(channel, second);
        await SucceedAsync(channel, third);
        for (var i = 0; i < 2; i++) await SucceedAsync(channel, await TakeAsync(channel, $"{cluster.Exchange}.few"));
        await TakeAsync(channel, $"{cluster.Exchange}.slow");
        await Eventually.HoldsAsync(async () => (await survivor.RunsAsync("schedule=few")).All(run => (string)run["state"]! == "succeeded"), Soon, () => "all five end");
    }

    // The runs that wait in the queue besides these. A message may come twice; the run is the same.
    private static async Task<List<string>> OthersAsync(IChannel channel, string queue, params BasicGetResult[] known)
    {
        var others = new List<string>();
        while (await channel.BasicGetAsync(queue, autoAck: true) is { } delivery) others.Add(delivery.BasicProperties.MessageId!);
        return [.. others.Except(known.Select(each => each.BasicProperties.MessageId!))];
    }

    private static JsonObject Outside() => new() { ["type"] = "outside", ["params"] = new JsonObject() };

    private static Task SucceedAsync(IChannel channel, BasicGetResult delivery) =>
        ReportAsync(channel, new JsonObject { ["runId"] = delivery.BasicProperties.MessageId, ["attempt"] = 1, ["outcome"] = "succeeded", ["worker"] = "outside" });

    [Fact]
    public async Task A_foreign_message_becomes_one_run_and_a_poisoned_one_a_dead_letter_with_its_reason()
    {
        await using var cluster = await TestCluster.CreateAsync(servers);
        await cluster.StartAsync(1);
        var node = cluster.Nodes[0];
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var poison = $"poison-{Guid.NewGuid():N}";

        foreach (var text in new[] { "", "{", "[]", """{ "job": 7 }""", new string('[', 5000) }) await PublishAsync(channel, cluster.Exchange, poison, text);
        await PublishAsync(channel, cluster.Exchange, poison, """{ "job": { "type": "no-such-type", "params": {} } }""");
        await PublishAsync(channel, cluster.Exchange, poison, """{ "runId": "made-up", "schedule": "a/b", "trigger": "schedule", "attempt": 1, "fence": 9, "job": { "type": "noop", "params": {} } }""");
        await PublishAsync(channel, cluster.Exchange, poison, """{ "runId": "a/b@2099-01-01T00:00Z", "job": { "type": "noop", "params": {} } }""");
        await PublishAsync(channel, cluster.Exchange, "foreign-7", """{ "runId": "foreign-7", "attempt": 7, "job": { "type": "noop", "params": {} } }""");
        Assert.Equal(1, (int)(await StateAsync(node, "foreign-7", "succeeded"))["attempt"]!);
        for (var i = 0; i < 2; i++) await PublishAsync(channel, cluster.Exchange, "foreign-1", """{ "job": { "type": "noop", "params": {} } }""");
        var run = await StateAsync(node, "foreign-1", "succeeded");

        Assert.Equal("message", (string)run["trigger"]!);
        Assert.Equal(1, (int)run["attempt"]!);
        await Eventually.HoldsAsync(async () => (await node.RunsAsync("state=succeeded")).Count > 0, Soon, () => "the list follows");
        Assert.Single(await node.RunsAsync(""), item => (string)item["runId"]! == "foreign-1");
        var reasons = new List<string>();
        await Eventually.HoldsAsync(async () =>
        {
            while (await channel.BasicGetAsync("actorcron.dead", autoAck: true) is { } dead)
                if (dead.BasicProperties.MessageId == poison) reasons.Add(Encoding.UTF8.GetString((byte[])dead.BasicProperties.Headers!["actorcron-reason"]!));
            return reasons.Count == 8;
        }, Soon, () => $"eight dead letters; there are {reasons.Count}: {string.Join("; ", reasons)}\n{cluster.Outputs()}");
        Assert.Contains(reasons, reason => reason.Contains("no-such-type", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.StartsWith("unknown-run", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.StartsWith("reserved-run-id", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dead_letter_that_goes_back_has_its_run_tried_again()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.queues.later.external=true", "actorcron.worker.queues=default");
        await cluster.StartAsync(1);
        var node = cluster.Nodes[0];
        // No node knows the type, so no node would take the schedule; where outsiders serve the queue, any type goes.
        await node.PutAsync("ext/unknown", TestCluster.Schedule("0 0 1 1 *", new JsonObject { ["type"] = "not-yet-there" }, ("queue", "later")));
        var id = (string)(await node.TriggerAsync("ext/unknown"))["runId"]!;
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        // A worker of ours that finds it gives it up.
        await cluster.AddAsync(wait: true, "actorcron.node.roles=worker", "actorcron.queues.later.external=false", "actorcron.worker.queues=later");
        await StateAsync(node, id, "dead");
        await Eventually.HoldsAsync(async () => (await DeadAsync(node)).Contains(id), Soon, () => "its letter is there");
        await cluster.Nodes[1].KillAsync();

        using var answer = await node.Http.PostAsync("api/v1/queues/dead/requeue", new StringContent($$"""{ "messageId": "{{id}}" }""", Encoding.UTF8, "application/json"));

        Assert.Equal("""{"requeued":1}""", await answer.Content.ReadAsStringAsync());
        var delivery = await TakeAsync(channel, $"{cluster.Exchange}.later");
        Assert.Equal((id, 2), (delivery.BasicProperties.MessageId, (int)JsonNode.Parse(delivery.Body.Span)!["attempt"]!));
        await ReportAsync(channel, new JsonObject { ["runId"] = id, ["attempt"] = 2, ["outcome"] = "succeeded", ["worker"] = "py-1" });
        await StateAsync(node, id, "succeeded");
        await channel.BasicAckAsync(delivery.DeliveryTag, false);
        Assert.DoesNotContain(id, await DeadAsync(node));
    }

    [Fact]
    public async Task A_run_whose_message_was_purged_is_dispatched_again()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.scheduler.redispatch-after=5s");
        await cluster.StartAsync(1, "actorcron.node.roles=scheduler");
        var node = cluster.Nodes[0];
        await node.PutAsync("lost", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop()));
        var id = (string)(await node.TriggerAsync("lost"))["runId"]!;
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        await Eventually.HoldsAsync(async () => await channel.QueuePurgeAsync($"{cluster.Exchange}.default") == 1, Soon, () => "its message is purged");

        await cluster.AddAsync(wait: true, "actorcron.node.roles=worker");

        await Eventually.HoldsAsync(async () => (string?)(await node.RunAsync(id))?["state"] == "succeeded", Soon, () => "it is dispatched again and runs\n" + cluster.Outputs());
    }

    [Fact]
    public async Task The_python_worker_and_publisher_of_the_docs_work()
    {
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.queues.python.external=true");
        await cluster.StartAsync(1);
        var node = cluster.Nodes[0];
        await node.PutAsync("py/noop", TestCluster.Schedule("0 0 1 1 *", TestCluster.Noop(), ("queue", "python")));
        await node.PutAsync("py/unknown", TestCluster.Schedule("0 0 1 1 *", new JsonObject { ["type"] = "other" }, ("queue", "python")));
        var done = (string)(await node.TriggerAsync("py/noop"))["runId"]!;
        var failed = (string)(await node.TriggerAsync("py/unknown"))["runId"]!;

        await PythonAsync(cluster, "worker.py", ("QUEUE", "python"), ("COUNT", "2"), ("WORKER_NAME", "py-7"));
        await PythonAsync(cluster, "publisher.py", ("QUEUE", "default"), ("ID_PREFIX", "from-python"));

        Assert.Equal("py-7", (string)(await StateAsync(node, done, "succeeded"))["node"]!);
        Assert.Contains("other", (string)(await StateAsync(node, failed, "failed"))["error"]!, StringComparison.Ordinal);
        Assert.Equal("message", (string)(await StateAsync(node, "from-python-1", "succeeded"))["trigger"]!);
    }

    private async Task PythonAsync(TestCluster cluster, string program, params (string Name, string Value)[] environment)
    {
        // Debian's own interpreter: its package brings pika.
        var start = new System.Diagnostics.ProcessStartInfo("/usr/bin/python3") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(NodeProcess.Repository, "docs", "examples", "python", program));
        start.Environment["AMQP_URL"] = servers.RabbitMq.Uri.ToString();
        start.Environment["EXCHANGE"] = cluster.Exchange;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var python = System.Diagnostics.Process.Start(start)!;
        using var bound = new CancellationTokenSource(Soon);
        var errors = python.StandardError.ReadToEndAsync(bound.Token);
        await python.WaitForExitAsync(bound.Token);
        Assert.True(python.ExitCode == 0, await errors);
    }

    private static async Task<List<string>> DeadAsync(NodeProcess node) =>
        [.. JsonNode.Parse(await node.Http.GetStringAsync("api/v1/queues/dead?limit=1000"))!["items"]!.AsArray().Select(letter => (string?)letter!["messageId"]).OfType<string>()];

    private Task<IConnection> ConnectAsync() => new ConnectionFactory { Uri = servers.RabbitMq.Uri }.CreateConnectionAsync();

    private static async Task<BasicGetResult> TakeAsync(IChannel channel, string queue)
    {
        BasicGetResult? taken = null;
        await Eventually.HoldsAsync(async () => (taken = await channel.BasicGetAsync(queue, autoAck: false)) is not null, Soon, () => $"a message is in {queue}");
        return taken!;
    }

    private static async Task ReportAsync(IChannel channel, JsonObject report) =>
        await channel.BasicPublishAsync("actorcron.results", "results", mandatory: true, new BasicProperties { ContentType = "application/json" }, Encoding.UTF8.GetBytes(report.ToJsonString()));

    private static async Task PublishAsync(IChannel channel, string exchange, string messageId, string body) =>
        await channel.BasicPublishAsync(exchange, "default", mandatory: true, new BasicProperties { MessageId = messageId, ContentType = "application/json" }, Encoding.UTF8.GetBytes(body));

    private static async Task<JsonNode> StateAsync(NodeProcess node, string id, string state)
    {
        JsonNode? run = null;
        await Eventually.HoldsAsync(async () => (string?)(run = await node.RunAsync(id))?["state"] == state, Soon, () => $"{id} is {state}; it is {run?.ToJsonString()}\n{node.Output}");
        return run!;
    }
}
