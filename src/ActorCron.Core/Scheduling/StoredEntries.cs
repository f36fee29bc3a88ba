using System.Collections.Immutable;
using System.Text.Json.Serialization;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

// Journal entries and snapshots of the scheduler and its catalogue, as they are stored.
namespace ActorCron.Core.Scheduling;

/// <summary>What a scheduler stores. The discriminators are part of the stored format: never reuse or rename one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "e")]
[JsonDerivedType(typeof(SchedulerStarted), "started")]
[JsonDerivedType(typeof(TickDispatched), "tick")]
[JsonDerivedType(typeof(MembersSeen), "members")]
public abstract record SchedulerEvent;

/// <summary>Several events as one journal entry; one alone is an entry itself.</summary>
/// <param name="Events">In order.</param>
public sealed record SchedulerEvents(ImmutableArray<SchedulerEvent> Events) : IWireMessage;

/// <summary>A scheduler took over the journal: whoever wrote it before is stopped by its next write.</summary>
/// <param name="At">UTC; the mark begins here where there was none.</param>
/// <param name="Epoch">One more than its predecessor's.</param>
/// <param name="Node"><c>host:port</c>.</param>
public sealed record SchedulerStarted(DateTimeOffset At, long Epoch, string Node) : SchedulerEvent, IWireMessage;

/// <summary>Everything that was due through this instant is on record: the high-water mark, which never goes back. The same mark again
/// shows that its writer is still the scheduler.</summary>
/// <param name="Through">UTC.</param>
public sealed record TickDispatched(DateTimeOffset Through) : SchedulerEvent, IWireMessage;

/// <summary>The members of the cluster, by uid: when none of them is left, a new cluster has formed.</summary>
/// <param name="Uids">In ascending order; version 0.1.0 stored them in any.</param>
/// <param name="FormedAt">When the cluster formed, UTC, in whole seconds; null where version 0.1.0 stored it.</param>
/// <param name="OwesReboots">Whether the runs of its forming may not all be on record yet.</param>
public sealed record MembersSeen(ImmutableArray<int> Uids, DateTimeOffset? FormedAt = null, bool OwesReboots = false)
    : SchedulerEvent, IWireMessage;

/// <summary>The scheduler's snapshot.</summary>
/// <param name="Epoch">See <see cref="SchedulerStarted"/>.</param>
/// <param name="Mark">See <see cref="TickDispatched"/>.</param>
/// <param name="Members">See <see cref="MembersSeen"/>.</param>
/// <param name="FormedAt">See <see cref="MembersSeen"/>.</param>
/// <param name="OwesReboots">See <see cref="MembersSeen"/>.</param>
public sealed record SchedulerSnapshot(
    long Epoch, DateTimeOffset? Mark, ImmutableArray<int> Members, DateTimeOffset? FormedAt = null, bool OwesReboots = false)
    : IWireMessage;

/// <summary>One journal entry of a catalogue partition.</summary>
public sealed record CatalogEvents(ImmutableArray<CatalogEvent> Events) : IWireMessage;

/// <summary>A catalogue partition's snapshot.</summary>
public sealed record CatalogSnapshot(long Revision, ImmutableArray<CatalogEntry> Entries) : IWireMessage;
