using System.Collections.Immutable;
using ActorCron.Actors.Gateway;
using ActorCron.Actors.Running;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Schedules;

namespace ActorCron.Actors.Scheduling;

/// <summary>What the scheduler is told and asked, and what it answers. Sent to the singleton's proxy.</summary>
public static class SchedulerProtocol
{
    /// <summary>For one partition of the catalogue.</summary>
    public interface IToPartition : IWireMessage { int Partition { get; } }

    public sealed record ScheduleToPut(Schedule Schedule, Precondition Precondition);

    public sealed record PutSchedules(int Partition, ImmutableArray<ScheduleToPut> Schedules, bool DryRun) : IToPartition;
    public sealed record RemoveSchedule(int Partition, string Id, Precondition Precondition) : IToPartition;
    public sealed record SetPaused(int Partition, string Id, bool Paused) : IToPartition;
    public sealed record GetEntry(int Partition, string Id) : IToPartition;
    public sealed record ListSchedules(int Partition, ScheduleQuery Query) : IToPartition;
    public sealed record GetDue(int Partition, DateTimeOffset At, string? User) : IToPartition;

    /// <summary>Puts runs on record and dispatches them now: triggers and backfills.</summary>
    /// <param name="Runs">At most a few hundred a message.</param>
    /// <param name="AwaitDispatch">Whether the answer waits for the broker's confirm.</param>
    public sealed record DispatchRuns(ImmutableArray<RunShardProtocol.NewRun> Runs, bool AwaitDispatch) : IWireMessage;
    public sealed record GetBacklogs : IWireMessage;

    public sealed record SchedulesPut(ImmutableArray<PutOutcome> Outcomes) : IWireMessage;
    public sealed record ScheduleRemoval(RemoveOutcome Outcome) : IWireMessage;
    public sealed record ScheduleAnswer(StoredSchedule? Stored) : IWireMessage;
    /// <summary>All that the catalogue knows of a schedule; null when it has none of that id.</summary>
    public sealed record EntryAnswer(CatalogEntry? Entry, DateTimeOffset? NextFire) : IWireMessage;
    public sealed record ScheduleList(ImmutableArray<StoredSchedule> Items, bool HasMore) : IWireMessage;
    public sealed record RunsDispatched(ImmutableArray<RunShardProtocol.Registration> Runs) : IWireMessage;
    public sealed record Backlogs(ImmutableArray<QueueBacklog> Queues) : IWireMessage;
    public sealed record QueueBacklog(string Queue, int Waiting, long Published);
    /// <summary>The scheduler can't do it now; nothing was promised.</summary>
    public sealed record Unavailable(string Reason) : IWireMessage;
}
