using System.Collections.Immutable;
using ActorCron.Core.Schedules;

// What the scheduler and its catalogue answer.
namespace ActorCron.Core.Messages;

public sealed record SchedulesPut(ImmutableArray<PutOutcome> Outcomes) : IWireMessage;

public sealed record ScheduleRemoval(RemoveOutcome Outcome) : IWireMessage;

public sealed record ScheduleAnswer(StoredSchedule? Stored) : IWireMessage;

/// <summary>All that the catalogue knows of a schedule; null when it has none of that id.</summary>
public sealed record EntryAnswer(CatalogEntry? Entry, DateTimeOffset? NextFire) : IWireMessage;

public sealed record ScheduleList(ImmutableArray<StoredSchedule> Items, bool HasMore) : IWireMessage;

public sealed record RunsDispatched(ImmutableArray<Registration> Runs) : IWireMessage;

public sealed record Backlogs(ImmutableArray<QueueBacklog> Queues) : IWireMessage;

public sealed record QueueBacklog(string Queue, int Waiting, long Published);

/// <summary>The scheduler can't do it now; nothing was promised.</summary>
public sealed record Unavailable(string Reason) : IWireMessage;
