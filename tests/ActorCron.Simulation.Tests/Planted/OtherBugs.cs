using System.Collections.Immutable;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Working;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Hosting;

namespace ActorCron.Simulation.Tests.Planted;

/// <summary>What could be wrong around scheduler, catalogue, dispatcher, limiter, worker and store.</summary>
public static class OtherBugs
{
    public static IEnumerable<PlantedBug> All =>
    [
        new("the mark moves before the runs are registered", MarkFirst, "no occurrence vanishes") { Seed = 22 },
        new("the mark covers partitions that were not asked", () => new Plant { Effect = NotAsked }, "no occurrence vanishes"),
        new("a successor starts from its wall clock", () => new Plant { Effect = FromNow }, "no occurrence vanishes"),
        new("plans by a clock that is ahead", () => new Plant { Time = (host, now) => host is SchedulerHost or PartitionHost ? now with { Utc = now.Utc.AddSeconds(8) } : now }, "no run before its time"),
        new("a change of what is due next is not told", () => new Plant { Effect = (_, e) => e is SendToScheduler { Message: NextDueChanged } ? null : e }, "without faults all is on time", "no occurrence vanishes"),
        new("a pause is answered and not stored", PauseNotStored, "acknowledged means durable", "what falls into a pause stays paused"),
        new("a put is answered with another one's", () => new Plant { Effect = (_, e) => e is Effect.Send { Message: SchedulesPut put } send ? send with { Message = OfAnother(put) } : e }, "an answer is about its question"),
        new("a removal is answered and not carried out", () => new Plant { Message = (host, m) => host is PartitionHost && m is RemoveSchedule remove ? remove with { Precondition = new Precondition(Revision: -1) } : m, Effect = (_, e) => e is Effect.Send { Message: ScheduleRemoval } send ? send with { Message = new ScheduleRemoval(RemoveOutcome.Removed) } : e }, "a removed schedule has no occurrences", "acknowledged means durable"),
        new("a shard reminds of nothing", OnceOnly<PendingRuns>(pending => pending.Items.Length == 1 ? pending.Items[0].Spec.Id + pending.Items[0].Attempt : null), "nothing is stuck"),
        new("what is published is not told to its shard", () => new Plant { Effect = (_, e) => e is SendToShard { Message: MarkPublished } ? null : e }, "nothing is stuck", "the work has an end", "attempts do not overlap"),
        new("nobody looks for messages that are gone", () => new Plant { Effect = (_, e) => e is Effect.Send { Message: UntakenRuns } ? null : e }, "nothing is stuck") { Seed = 23 },
        new("what is lost is not dispatched again", () => new Plant { Message = (_, m) => m is RedispatchRuns ? null : m }, "nothing is stuck"),
        new("late work never goes again", () => new Plant { Time = (host, now) => host is DispatcherHost ? now with { Elapsed = TimeSpan.FromSeconds(1) } : now }, "nothing is stuck", "no occurrence vanishes"),
        new("a registration that is not answered is not asked again", () => new Plant { Message = (host, m) => host is DispatcherHost && m is Due { Timer: "registrations" } ? null : m }, "no occurrence vanishes", "nothing is stuck", "acknowledged means durable"),
        new("the limiter deals one too many", () => new Plant { Effect = (_, e) => e is Effect.Send { Message: Permits permits } send ? send with { Message = permits with { Queues = [.. permits.Queues.Select(grant => grant with { Concurrency = grant.Concurrency + 1 })] } } : e }, "limits hold"),
        new("a worker says that it holds nothing", () => new Plant { Effect = (_, e) => e is AskLimiter ask ? new AskLimiter(ask.Question with { Queues = [.. ask.Question.Queues.Select(need => need with { Holding = 0, MayHold = 0 })] }) : e }, "limits hold") { Seed = 658 },
        new("a worker forgets what an earlier life began", () => new Plant { Message = (_, m) => m is LifeBegan ? new LifeBegan([]) : m }, "attempts do not overlap", "at most once", "nothing is stuck", "an attempt starts once", "runs of a schedule do not overlap") { Seed = 52 },
        new("an attempt is given back before it has stopped", () => new Plant { Effect = StoppedAtOnce }, "attempts do not overlap", "runs of a schedule do not overlap", "at most once"),
        new("an offer is asked once", OnceOnly<OfferRun>(offer => offer.Offer), "nothing is stuck"),
        new("a report is made once", OnceOnly<ReportAttempt>(report => report.Offer), "nothing is stuck"),
        new("a failure is reported as success", () => new Plant { Message = (_, m) => m is WorkEnded { Result.State: RunState.Failed } ended ? ended with { Result = ended.Result with { State = RunState.Succeeded } } : m }, "what is recorded has happened"),
        new("deliveries are taken beyond the credit", () => new Plant { Effect = (_, e) => e is Core.Working.OpenStream open ? open with { Credit = open.Credit + 3 } : e }, "limits hold") { Seed = 10 },
        new("a snapshot is ahead of its journal", () => new Plant { Snapshot = number => number + 1 }, "nothing is stuck", "acknowledged means durable", "no occurrence vanishes", "history equals books", "a machine does not throw", "what has ended is not executed again", "an attempt starts once", "the fence grows", "runs of a schedule do not overlap", "attempts do not overlap", "what has succeeded stays so"),
        new("a journal does not fence", () => new Plant { Unfenced = true, Deaf = true }, "an attempt starts once", "attempts do not overlap", "acknowledged means durable", "what falls into a pause stays paused", "no occurrence vanishes", "runs of a schedule do not overlap", "the fence grows", "what has ended is not executed again", "what has succeeded stays so", "nothing is stuck") { Seed = 97 },
        new("a journal is trimmed up to its snapshot, and a writer that was frozen goes on", () => new Plant { Trim = number => number, Deaf = true }, "acknowledged means durable", "no occurrence vanishes", "nothing is stuck", "what has ended is not executed again", "an attempt starts once", "attempts do not overlap", "runs of a schedule do not overlap", "the fence grows", "history equals books", "what has succeeded stays so") { Seed = 491 },
    ];

    private static Plant MarkFirst() => new()
    {
        Effect = (host, e) =>
        {
            if (e is not SendToDispatcher { Message: RegisterAll all } || host is not SchedulerHost scheduler) return e;
            host.Process.Plan(host.World.Loop, 0, EventKind.Message, 0, () => scheduler.Deliver(new AllRegistered(all.Through), default));
            return e;
        },
    };

    private static Effect? NotAsked(Host host, Effect effect)
    {
        if (effect is not SendToPartition { Message: PlanDue plan } send || host is not SchedulerHost scheduler || send.Partition % 2 == 0 || plan.Through.Second % 10 != 0) return effect;
        host.Process.Plan(host.World.Loop, 0, EventKind.Message, 0, () => scheduler.Deliver(new Planned(send.Partition, plan.Through, [], null), default));
        return null;
    }

    private static Effect FromNow(Host host, Effect effect) =>
        effect is SendToPartition { Message: StartPartition } send ? send with { Message = new StartPartition(host.Process.MomentAt(host.World.Loop.Now).Utc) } : effect;

    private static PauseUnstored PauseNotStored() => new();

    private static SchedulesPut OfAnother(SchedulesPut put) => new([.. put.Outcomes.Select(outcome =>
        outcome.Stored is { } stored ? outcome with { Stored = stored with { Schedule = stored.Schedule with { Description = "another" } } } : outcome)]);

    private static Func<Seam> OnceOnly<T>(Func<T, string?> key) where T : class => () =>
    {
        var seen = new HashSet<string>();
        return new Plant
        {
            Effect = (_, e) => (e switch { SendToShard to => to.Message, Effect.Send to => to.Message, _ => null }) is T said && key(said) is { } name && !seen.Add(name) ? null : e,
        };
    };

    private static Effect StoppedAtOnce(Host host, Effect effect)
    {
        if (effect is CancelWork cancel && host is WorkerHost worker)
            host.Process.Plan(host.World.Loop, 0, EventKind.Handler, 0, () => worker.Deliver(new WorkEnded(cancel.Offer, new AttemptResult(RunState.Cancelled, Error: cancel.Reason), TimeSpan.Zero), default));
        return effect is CancelWork ? new Effect.Log(Importance.Debug, "not cancelled") : effect;
    }

    private sealed class PauseUnstored : Seam
    {
        public override void Writing<TEvent>(Host host, ref ImmutableArray<TEvent> entry)
        {
            if (entry is ImmutableArray<CatalogEvent> events)
                entry = (ImmutableArray<TEvent>)(object)events.RemoveAll(e => e is CatalogEvent.SchedulePut { Schedule.Paused: true });
        }
    }
}
