using System.Text.Json.Nodes;
using ActorCron.Core.Runs;

namespace ActorCron.Cluster.Tests.Policies;

/// <summary>The schedules of the play: each policy has its own.</summary>
internal static class PolicySchedules
{
    private const string EachSecond = "* * * * * *";
    private const string OnlyByHand = "0 0 1 1 *";

    /// <summary>Runs of each kind that are triggered together.</summary>
    public const int Copies = 9;

    /// <summary>In the same shard as its rival, so that both come to their turns at the same moment.</summary>
    public static readonly string LowPriority = Enumerable.Range(0, 10_000).Select(i => $"priority/low-{i}").First(id => RunShards.Of(id) == RunShards.Of("priority/high"));

    public static IEnumerable<(string Id, JsonObject Schedule)> From(JobReceiver receiver)
    {
        JsonObject Job(int takesMs = 0, int failures = 0, int heldFrom = int.MaxValue, int free = 0) => receiver.Job(takesMs, failures, heldFrom, free);
        static JsonObject CatchUp(string policy, string window = "10m") => new() { ["policy"] = policy, ["window"] = window };
        static JsonObject Retry(int attempts, string delay, double factor) => new() { ["maxAttempts"] = attempts, ["delay"] = delay, ["factor"] = factor };

        yield return ("catchup/all", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("all"))));
        yield return ("catchup/latest", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("latest"))));
        yield return ("catchup/none", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("none"))));
        yield return ("catchup/short", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("all", "6s"))));

        yield return ("overlap/allow", TestCluster.Schedule(EachSecond, Job(2500), ("overlap", "allow")));
        yield return ("overlap/skip", TestCluster.Schedule(EachSecond, Job(1700), ("overlap", "skip")));
        yield return ("overlap/queue", TestCluster.Schedule(EachSecond, Job(1700), ("overlap", "queue")));
        yield return ("overlap/replace", TestCluster.Schedule("*/2 * * * * *", Job(3000), ("overlap", "replace")));

        yield return ("jitter/stable", TestCluster.Schedule("*/3 * * * * *", Job(), ("jitter", "5s")));
        yield return ("priority/high", TestCluster.Schedule(EachSecond, Job(), ("priority", 9), ("user", "priority")));
        yield return (LowPriority, TestCluster.Schedule(EachSecond, Job(), ("priority", 0), ("user", "priority")));
        yield return ("fair/few", TestCluster.Schedule(EachSecond, Job(), ("user", "few")));
        yield return ("fair/crowd", TestCluster.Schedule(EachSecond, TestCluster.Noop(), ("user", "crowd"), ("paused", true)));
        yield return ("pause/all", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("all"))));
        yield return ("pause/none", TestCluster.Schedule(EachSecond, Job(), ("catchUp", CatchUp("none"))));
        yield return ("pause/stays", TestCluster.Schedule(EachSecond, Job()));

        yield return ("limit/narrow", TestCluster.Schedule(EachSecond, Job(700, heldFrom: 1, free: 6), ("queue", "narrow"), ("paused", true)));
        yield return ("limit/paced", TestCluster.Schedule(EachSecond, Job(), ("queue", "paced"), ("paused", true)));

        for (var i = 0; i < 3; i++)
        {
            yield return ($"retry/exhausted-{i}", TestCluster.Schedule(OnlyByHand, Job(failures: 4, heldFrom: 3), ("retry", Retry(4, "2s", 2))));
            yield return ($"retry/third-time-{i}", TestCluster.Schedule(OnlyByHand, Job(failures: 2, heldFrom: 2), ("retry", Retry(5, "3s", 1))));
        }
        yield return ("retry/cancelled", TestCluster.Schedule(OnlyByHand, Job(failures: 9), ("retry", Retry(5, "90s", 1))));
        yield return ("timeout/each", TestCluster.Schedule(OnlyByHand, Job(60_000), ("timeout", "8s"), ("retry", Retry(2, "1s", 1))));
        yield return ("cancel/running", TestCluster.Schedule(OnlyByHand, Job(600_000)));
        yield return ("once/at-most", TestCluster.Schedule(OnlyByHand, Job(heldFrom: 1), ("execution", "atMostOnce")));
        yield return ("once/at-least", TestCluster.Schedule(OnlyByHand, Job(heldFrom: 1)));
        yield return ("trigger/any-time", TestCluster.Schedule(OnlyByHand, Job()));
    }
}
