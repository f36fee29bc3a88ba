using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>Plays the play: schedules, a kill in the middle, operators who go on working, and then the records.</summary>
internal sealed class PolicyPlay(TestCluster cluster, JobReceiver receiver)
{
    public const int CatchUpRate = 60;
    public const int NarrowRuns = 36;
    public const int PacedRuns = 30;
    public const int CrowdRuns = 900;
    public const int PriorityRuns = 240;

    private readonly List<string> _triggered = [];
    private int _refused;

    public static async Task<PolicyEvidence> PlayAsync(Servers servers)
    {
        await using var receiver = await JobReceiver.StartAsync();
        await using var cluster = await TestCluster.CreateAsync(servers, "actorcron.worker.queues=default,narrow,paced", "actorcron.worker.concurrency=96",
            "actorcron.broker.rabbitmq.prefetch=128", "actorcron.queues.narrow.max-concurrency=3", "actorcron.queues.paced.rate=3/s", $"actorcron.scheduler.catch-up-rate={CatchUpRate}");
        await cluster.StartAsync(3);
        return await new PolicyPlay(cluster, receiver).PlayAsync();
    }

    private async Task<PolicyEvidence> PlayAsync()
    {
        var victim = await cluster.SchedulerAsync();
        var witness = cluster.Nodes.Last(node => node != victim);
        await WarmUpAsync(witness);
        await Task.WhenAll(PolicySchedules.From(receiver).Select(item => witness.PutAsync(item.Id, item.Schedule)));
        var begun = DateTimeOffset.UtcNow;
        var dryRun = await BackfillAsync(witness, "fair/crowd", 50, dryRun: true);
        var afterDryRun = (await witness.RunsAsync("schedule=fair/crowd")).Count;
        foreach (var i in Enumerable.Range(0, 3)) await witness.TriggerAsync($"retry/exhausted-{i}");
        var waitingForRetry = (string)(await witness.TriggerAsync("retry/cancelled"))["runId"]!;
        await Until(begun.AddSeconds(5));

        foreach (var id in new[] { "pause/all", "pause/none", "pause/stays" }) await InsistAsync(() => witness.Http.PostAsync($"api/v1/schedules/{id}/pause", null));
        var pausedAt = DateTimeOffset.UtcNow;
        foreach (var i in Enumerable.Range(0, 3)) await witness.TriggerAsync($"retry/third-time-{i}");
        List<string> running = [];
        foreach (var id in new[] { "once/at-most", "once/at-least", "cancel/running" }) running.AddRange(await TriggerOnAllNodesAsync(witness, id));
        // Not before it is stored, however busy the machine: what a schedule's creation comes after is no occurrence of it.
        var windowStart = WholeSecond(DateTimeOffset.UtcNow.AddSeconds(4));
        var windowEnd = windowStart.AddSeconds(8);
        await witness.PutAsync("window/inside", TestCluster.Schedule("* * * * * *", receiver.Job(), ("startAt", windowStart.ToString("O")), ("endAt", windowEnd.ToString("O"))));
        await Until(windowStart.AddSeconds(1));
        var timed = await TriggerAllAsync(witness, "timeout/each");
        await BegunAsync(witness, timed);
        var backfills = Task.WhenAll(BackfillAsync(witness, "limit/narrow", NarrowRuns), BackfillAsync(witness, "limit/paced", PacedRuns), BackfillAsync(witness, "fair/crowd", CrowdRuns));
        foreach (var id in new[] { "fair/crowd", "limit/narrow", "limit/paced" })
            await Eventually.HoldsAsync(async () => (await witness.RunsAsync($"schedule={id}&state=succeeded")).Count > 0, Soon, () => $"the backfill of {id} begins\n" + cluster.Outputs());
        // Seconds of dispatching: most of it still waits when the kill comes.
        await Task.WhenAll(BackfillAsync(witness, PolicySchedules.LowPriority, PriorityRuns), BackfillAsync(witness, "priority/high", PriorityRuns));
        var onVictim = await ExecutingAsync(witness, victim.Name, [.. running, .. timed]);

        var killed = DateTimeOffset.UtcNow;
        await victim.KillAsync();
        receiver.Release();
        using var enough = new CancellationTokenSource();
        var triggering = TriggerAgainAndAgainAsync(witness, enough.Token);
        var cancelling = Task.WhenAll(running.Where(id => id.StartsWith("cancel/", StringComparison.Ordinal)).Append(waitingForRetry).Select(id => InsistAsync(() => witness.Http.PostAsync($"api/v1/runs/{Uri.EscapeDataString(id)}/cancel", null))));
        await Task.WhenAll(new[] { "pause/all", "pause/none" }.Select(id => InsistAsync(() => witness.Http.PostAsync($"api/v1/schedules/{id}/resume", null))));
        var resumedAt = DateTimeOffset.UtcNow;
        DateTimeOffset? takenOver = null;
        await Eventually.HoldsAsync(async () => (takenOver = (await witness.RunsAsync("schedule=catchup/all")).Select(RunRecord.Of)
            .Where(run => run.ScheduledFor > killed.AddSeconds(1) && run.Dispatched > killed).Min(run => run.Dispatched)) is not null, Soon, () => "a successor dispatches\n" + cluster.Outputs());
        await Until(takenOver!.Value.AddSeconds(10));
        await enough.CancelAsync();
        await Task.WhenAll(triggering, cancelling, backfills);

        var through = WholeSecond(DateTimeOffset.UtcNow).AddSeconds(-1);
        await SettledAsync(witness, through);
        List<RunRecord> exhausted = [.. (await witness.RunsAsync("state=failed")).Select(RunRecord.Of).Where(run => run.Schedule.StartsWith("retry/", StringComparison.Ordinal))];
        foreach (var run in exhausted) await InsistAsync(() => witness.Http.PostAsync($"api/v1/runs/{Uri.EscapeDataString(run.Id)}/retry", null));
        await SettledAsync(witness, through);
        var verdicts = new Dictionary<string, IReadOnlyList<VerdictRecord>>();
        foreach (var (id, _) in PolicySchedules.From(receiver)) verdicts[id] = await VerdictsAsync(witness, id, begun, through);
        return new PolicyEvidence
        {
            Begun = begun, Killed = killed, TakenOver = takenOver.Value, Through = through, Victim = victim.Name, OnVictim = onVictim,
            Runs = [.. (await witness.RunsAsync("")).Select(RunRecord.Of)], Calls = receiver.Calls, Verdicts = verdicts,
            Triggered = _triggered, TriggersRefused = _refused, PausedAt = pausedAt, ResumedAt = resumedAt, WindowStart = windowStart, WindowEnd = windowEnd,
            DryRunCreated = dryRun, RunsAfterDryRun = afterDryRun, ExhaustedBeforeTheRetryByHand = exhausted, Outputs = cluster.Outputs(),
        };
    }

    // The first call that a process makes may take seconds to arrive: the receiver would see it after those that began later.
    private async Task WarmUpAsync(NodeProcess witness)
    {
        await witness.PutAsync("warm-up", TestCluster.Schedule("0 0 1 1 *", receiver.Job(1000)));
        for (var i = 0; i < 4 * cluster.Nodes.Count; i++) await witness.TriggerAsync("warm-up");
        await Eventually.HoldsAsync(async () => (await witness.RunsAsync("schedule=warm-up")).All(run => (string)run["state"]! == "succeeded"), Soon, () => "all nodes are warm\n" + cluster.Outputs());
    }

    private static async Task<List<string>> TriggerAllAsync(NodeProcess witness, params string[] schedules) =>
        [.. await Task.WhenAll(schedules.SelectMany(schedule => Enumerable.Range(0, PolicySchedules.Copies).Select(async _ => (string)(await witness.TriggerAsync(schedule))["runId"]!)))];

    /// <summary>Runs that are held, until each node executes one of them at least.</summary>
    private async Task<List<string>> TriggerOnAllNodesAsync(NodeProcess witness, string schedule)
    {
        List<string> ids = [];
        var nodes = new HashSet<string?>();
        while (nodes.Count < cluster.Nodes.Count)
        {
            Assert.True(ids.Count < 20 * PolicySchedules.Copies, $"no node but {string.Join(", ", nodes)} took any of {ids.Count} runs of {schedule}\n{cluster.Outputs()}");
            ids.AddRange(await TriggerAllAsync(witness, schedule));
            await Eventually.HoldsAsync(async () =>
            {
                var executing = (await witness.RunsAsync($"schedule={schedule}&state=running")).Select(RunRecord.Of).ToDictionary(run => run.Id, run => run.Node);
                nodes = [.. ids.Select(id => executing.GetValueOrDefault(id))];
                return ids.All(executing.ContainsKey);
            }, Soon, () => $"all runs of {schedule} execute\n" + cluster.Outputs());
        }
        return ids;
    }

    private async Task BegunAsync(NodeProcess witness, IReadOnlyCollection<string> ids)
    {
        var begun = new HashSet<string>();
        await Eventually.HoldsAsync(async () =>
        {
            begun.UnionWith((await witness.RunsAsync("schedule=timeout/each")).Select(RunRecord.Of).Where(run => run.Started is not null).Select(run => run.Id));
            return ids.All(begun.Contains);
        }, Soon, () => "all runs with a timeout have begun\n" + cluster.Outputs());
    }

    /// <summary>Which of these runs execute on the node, and the attempt of each. None with a timeout is about to end by it: it would be
    /// over when the kill comes.</summary>
    private async Task<Dictionary<string, int>> ExecutingAsync(NodeProcess witness, string node, IReadOnlyCollection<string> ids)
    {
        List<RunRecord> executing = [];
        await Eventually.HoldsAsync(async () =>
        {
            executing = [.. (await witness.RunsAsync("state=running")).Select(RunRecord.Of).Where(run => run.Node == node && ids.Contains(run.Id))];
            return executing.All(run => run.Schedule != "timeout/each" || DateTimeOffset.UtcNow - run.Started < TimeSpan.FromSeconds(6));
        }, Soon, () => "no run is about to time out\n" + cluster.Outputs());
        return executing.ToDictionary(run => run.Id, run => run.Attempt);
    }

    private async Task SettledAsync(NodeProcess witness, DateTimeOffset through)
    {
        List<RunRecord> open = [];
        await Eventually.HoldsAsync(async () =>
        {
            open = [.. (await witness.RunsAsync("state=dispatched,running,retrying")).Select(RunRecord.Of).Where(run => run.ScheduledFor <= through)];
            return open.Count == 0;
        }, Soon, () => $"all that was due has ended; {open.Count} have not: {string.Join(", ", open.Take(10))}\n{cluster.Outputs()}");
    }

    private static async Task<List<VerdictRecord>> VerdictsAsync(NodeProcess witness, string id, DateTimeOffset from, DateTimeOffset to) =>
        [.. JsonNode.Parse(await witness.Http.GetStringAsync($"api/v1/schedules/{id}/verdicts?from={from.UtcDateTime:O}&to={to.UtcDateTime:O}"))!["items"]!.AsArray().Select(item => VerdictRecord.Of(item!))];

    /// <summary>One run for each of the last so many seconds before this moment; answers how many there were to make.</summary>
    private static async Task<int> BackfillAsync(NodeProcess witness, string id, int runs, bool dryRun = false)
    {
        var to = WholeSecond(DateTimeOffset.UtcNow).AddMinutes(-10);
        return (int)JsonNode.Parse(await InsistAsync(() => witness.Http.PostAsync($"api/v1/schedules/{id}/backfill", JsonContent.Create(new { from = to.AddSeconds(1 - runs), to, dryRun }))))!["created"]!;
    }

    private async Task TriggerAgainAndAgainAsync(NodeProcess witness, CancellationToken enough)
    {
        List<Task> calls = [];
        while (!enough.IsCancellationRequested)
        {
            calls.Add(TriggerAsync());
            await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
        }
        await Task.WhenAll(calls);

        async Task TriggerAsync()
        {
            using var answer = await witness.Http.PostAsync("api/v1/schedules/trigger/any-time/trigger", null, CancellationToken.None);
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) Interlocked.Increment(ref _refused);
            else
            {
                Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                var id = (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync(CancellationToken.None))!["runId"]!;
                lock (_triggered) _triggered.Add(id);
            }
        }
    }

    // An operator who is told to come back does so.
    private static async Task<string> InsistAsync(Func<Task<HttpResponseMessage>> ask)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await ask();
            var text = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode) return text;
            Assert.True(answer.StatusCode == HttpStatusCode.ServiceUnavailable && clock.Elapsed < Soon, $"{answer.RequestMessage?.RequestUri}: {(int)answer.StatusCode} {text}");
            await Task.Delay(TimeSpan.FromMilliseconds(300));
        }
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));

    private static Task Until(DateTimeOffset at) => Eventually.HoldsAsync(() => Task.FromResult(DateTimeOffset.UtcNow >= at), Soon, () => $"it is {at:O}");
}
