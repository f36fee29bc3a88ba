using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

// Journal entries and snapshots of the scheduler and its catalogue, as they are stored.
namespace ActorCron.Core.Scheduling;

/// <summary>A scheduler took over the journal: whoever wrote it before is stopped by its next write.</summary>
public sealed record SchedulerStarted(DateTimeOffset At, long Epoch, string Node) : IWireMessage;

/// <summary>Everything that was due through this instant is on record and dispatched: the high-water mark.</summary>
public sealed record TickDispatched(DateTimeOffset Through) : IWireMessage;

/// <summary>The members of the cluster, by uid: when none of them is left, a new cluster has formed.</summary>
public sealed record MembersSeen(ImmutableArray<int> Uids) : IWireMessage;

/// <summary>The scheduler's snapshot.</summary>
public sealed record SchedulerSnapshot(long Epoch, DateTimeOffset? Mark, ImmutableArray<int> Members) : IWireMessage;

/// <summary>One journal entry of a catalogue partition.</summary>
public sealed record CatalogEvents(ImmutableArray<CatalogEvent> Events) : IWireMessage;

/// <summary>A catalogue partition's snapshot.</summary>
public sealed record CatalogSnapshot(long Revision, ImmutableArray<CatalogEntry> Entries) : IWireMessage;
