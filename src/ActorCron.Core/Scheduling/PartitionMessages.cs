using System.Collections.Immutable;
using ActorCron.Core.Schedules;

// What the scheduler and the partitions of its catalogue tell each other. They live in one process: none of it is stored or crosses nodes.
namespace ActorCron.Core.Scheduling;

/// <summary>To the scheduler: the partition has read all that it had stored, and has written: whoever wrote before is stopped by its next
/// write.</summary>
/// <param name="Partition">Which.</param>
public sealed record PartitionReady(int Partition);

/// <summary>To a partition: everything through the mark is on record; build the index of what is due.</summary>
/// <param name="Mark">UTC.</param>
public sealed record StartPartition(DateTimeOffset Mark);

/// <summary>To the scheduler: the index is built.</summary>
/// <param name="Partition">Which.</param>
/// <param name="NextDue">When something is due next, UTC; null while nothing is.</param>
public sealed record PartitionStarted(int Partition, DateTimeOffset? NextDue);

/// <summary>To the scheduler: another moment is the next at which something is due.</summary>
/// <param name="Partition">Which.</param>
/// <param name="NextDue">UTC; null while nothing is.</param>
public sealed record NextDueChanged(int Partition, DateTimeOffset? NextDue);

/// <summary>To every partition, each tick: plan what is owed.</summary>
/// <param name="Through">What fires at or before this instant, UTC.</param>
/// <param name="Mark">Everything through this instant is on record.</param>
public sealed record PlanDue(DateTimeOffset Through, DateTimeOffset Mark);

/// <summary>To the scheduler: what is owed.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Through">As it was asked.</param>
/// <param name="Runs">A schedule's runs are in order.</param>
/// <param name="NextDue">When something is due next; not after <paramref name="Through"/> where more is owed than one plan takes.</param>
public sealed record Planned(int Partition, DateTimeOffset Through, ImmutableArray<PlannedRun> Runs, DateTimeOffset? NextDue);

/// <summary>To a partition: plan the runs of the rules that fire when the cluster forms.</summary>
/// <param name="FormedAt">When it formed, UTC; names the runs.</param>
public sealed record PlanReboot(DateTimeOffset FormedAt);

/// <summary>To the scheduler: the runs of the rules that fire when the cluster forms.</summary>
/// <param name="Partition">Which.</param>
/// <param name="FormedAt">As it was asked.</param>
/// <param name="Runs">In the order of their schedules' ids.</param>
public sealed record RebootPlanned(int Partition, DateTimeOffset FormedAt, ImmutableArray<PlannedRun> Runs);

/// <summary>To the scheduler: new entries of a node's own crontab that run when the cluster forms.</summary>
/// <param name="Schedules">As they are stored.</param>
public sealed record RebootEntriesAdded(ImmutableArray<Schedule> Schedules);

/// <summary>To the scheduler, from its shell: who is a member of the cluster now.</summary>
/// <param name="Uids">A number for each start of a node; in any order.</param>
public sealed record MembersAre(ImmutableArray<int> Uids);
