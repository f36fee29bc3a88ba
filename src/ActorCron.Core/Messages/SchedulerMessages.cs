using System.Collections.Immutable;
using ActorCron.Core.Schedules;

// What the scheduler and its catalogue are told and asked.
namespace ActorCron.Core.Messages;

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
public sealed record DispatchRuns(ImmutableArray<NewRun> Runs, bool AwaitDispatch) : IWireMessage;

public sealed record GetBacklogs : IWireMessage;
