using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Shards;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Tests.Planted;

/// <summary>What could be wrong around run shards.</summary>
public static class ShardBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("effects leave before their events are stored", () => new Plant { Shard = (_, _, decision) => AtOnce(decision, _ => true) }, "no effect before its events"),
        new("a report is acknowledged before it is stored", () => new Plant { Shard = (_, _, decision) => AtOnce(decision, e => e is Effect.Send { Message: ReportStored }) }, "no effect before its events"),
        new("a shard says nothing again after its recovery", () => new Plant { Message = (host, m) => host is ShardHost && m is Recovered ? null : m }, "nothing is stuck", "history equals books"),
        new("the fence does not grow", () => new Plant { Effect = (_, e) => OrderWith(e, order => order with { Fence = 1 }) }, "the fence grows"),
        new("a released run keeps the fence of its registration", ReleasedKeepsItsFence, "the fence grows"),
        new("the history is not asked", () => new Plant { Message = (_, m) => m is HistoryAnswered answer ? answer with { Existing = ImmutableHashSet<string>.Empty, Expired = ImmutableHashSet<string>.Empty } : m }, "what has ended is not executed again", "what has succeeded stays so", "an attempt starts once"),
        new("a dispatcher of a later epoch is not heeded", OnlyTheFirstWake, "nothing is stuck", "no occurrence vanishes"),
        new("at most once is taken for at least once", () => new Plant { Message = (_, m) => SpecsWith(m, spec => spec with { Execution = ExecutionGuarantee.AtLeastOnce }) }, "at most once"),
        new("the overlap policy is not heeded", () => new Plant { Message = (_, m) => SpecsWith(m, spec => spec with { Overlap = OverlapPolicy.Allow }) }, "runs of a schedule do not overlap", "the fence grows"),
        new("a backfill is taken for live work", () => new Plant { Message = (_, m) => SpecsWith(m, spec => spec.Trigger == RunTrigger.Backfill ? spec with { Trigger = RunTrigger.Manual } : spec) }, "a backfill gives each occurrence its run"),
        new("a retry is not handed over", () => new Plant { Effect = (_, e) => e is Effect.Send { Message: PendingRuns pending } send ? send with { Message = pending with { Items = pending.Items.RemoveAll(item => item.Attempt > 1) } } : e }, "nothing is stuck"),
        new("the sweep is lost", () => new Plant { Message = (host, m) => host is ShardHost && m is Due { Timer: "sweep" } ? null : m }, "nothing is stuck"),
        new("a cancel of a retrying run is answered and not carried out", CancelOfRetryingIgnored, "what was cancelled is not executed"),
        new("a run that has succeeded is retried by hand", () => new Plant { Message = (_, m) => m is RunLoaded { Run: { } run } loaded ? loaded with { Run = run with { State = RunState.Failed } } : m }, "what has ended is not executed again"),
        new("lost nodes are not noticed", () => new Plant { Message = (host, m) => host is ShardHost && m is MembersAre ? null : m }, "nothing is stuck") { Seed = 38 },
        new("the last event of an entry is not stored", () => new Plant { Entry = entry => entry.Length > 1 ? entry[..^1] : entry }, "nothing is stuck", "a machine does not throw", "acknowledged means durable", "no occurrence vanishes", "history equals books", "what has ended is not executed again", "an attempt starts once"),
        new("the history says written before it is", () => new Plant { Effect = WrittenAtOnce }, "history equals books", "no occurrence vanishes", "nothing is stuck", "acknowledged means durable", "what has ended is not executed again"),
        new("runs released two at a time", TwoReleased, "runs of a schedule do not overlap", "the fence grows", "a machine does not throw"),
    ];

    private static void AtOnce(Decision<RunEvent> decision, Predicate<Effect> which)
    {
        foreach (var effect in decision.Effects)
            if (which(effect)) decision.AtOnce.Add(effect);
        decision.Effects.RemoveAll(which);
    }

    private static Effect OrderWith(Effect effect, Func<ExecuteRun, ExecuteRun> change) =>
        effect is Effect.Send { Message: ExecuteRun order } send ? send with { Message = change(order) } : effect;

    private static object SpecsWith(object message, Func<RunSpec, RunSpec> change) => message is RegisterRuns register
        ? register with { Runs = [.. register.Runs.Select(run => run with { Spec = change(run.Spec) })] }
        : message;

    private static Plant ReleasedKeepsItsFence()
    {
        var registered = new Dictionary<string, long>();
        return new Plant
        {
            Shard = (_, _, decision) =>
            {
                foreach (var e in decision.Events)
                    if (e is RunEvent.RunRegistered { Held: true } held) registered[held.Id] = held.Fence;
            },
            Effect = (_, e) => OrderWith(e, order => order.Attempt == 1 && registered.TryGetValue(order.RunId, out var fence) ? order with { Fence = fence } : order),
        };
    }

    private static Plant OnlyTheFirstWake()
    {
        return new Plant { Message = (host, m) => m is Wake wake && wake.Epoch > 1 ? null : m };
    }

    private static Plant CancelOfRetryingIgnored()
    {
        var retrying = new HashSet<string>();
        return new Plant
        {
            Shard = (_, message, decision) =>
            {
                foreach (var e in decision.Events)
                {
                    if (e is RunEvent.AttemptEnded { State: RunState.Retrying }) retrying.Add(e.Id);
                    else if (e is RunEvent.AttemptPlanned or RunEvent.AttemptEnded) retrying.Remove(e.Id);
                }
            },
            Message = (host, m) => m is CancelRun cancel && host is ShardHost shard && retrying.Contains(cancel.RunId) ? new GetRun(shard.Shard, cancel.RunId) : m,
            Effect = (_, e) => e is Effect.Send { Message: RunAnswer { Run: { State: RunState.Retrying } run } } send
                ? send with { Message = new RunCommandAnswer(RunCommandKind.Done, run with { State = RunState.Cancelled }, null) } : e,
        };
    }

    private static Effect? WrittenAtOnce(Host host, Effect effect)
    {
        if (effect is not WriteHistory write || host is not ShardHost shard) return effect;
        var ended = write.Runs.Where(run => run.State.IsFinished()).ToList();
        if (ended.Count == 0) return effect;
        host.Process.Plan(host.World.Loop, 0, Engine.EventKind.History, 0, () => shard.Deliver(new HistoryWritten([.. ended.Select(run => new WrittenRun(run.Spec.Id, run.Revision))]), default));
        return null;
    }

    private static Plant TwoReleased()
    {
        var held = new List<(string Schedule, string Id)>();
        return new Plant
        {
            Shard = (host, _, decision) =>
            {
                foreach (var e in decision.Events.ToArray())
                {
                    if (e is RunEvent.RunRegistered { Held: true } run) held.Add((run.Spec.Schedule!, run.Id));
                    if (e is not RunEvent.RunReleased released) continue;
                    var schedule = held.Find(pair => pair.Id == released.Id).Schedule;
                    held.RemoveAll(pair => pair.Id == released.Id);
                    if (held.Find(pair => pair.Schedule == schedule) is not { Id: { } other }) continue;
                    held.RemoveAll(pair => pair.Id == other);
                    ((ShardHost)host).Machine.Apply(released with { Id = other });
                    decision.Events.Add(released with { Id = other });
                }
            },
        };
    }
}
