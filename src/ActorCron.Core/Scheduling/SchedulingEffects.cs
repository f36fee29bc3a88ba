using ActorCron.Core.Machines;

namespace ActorCron.Core.Scheduling;

/// <summary>Start the dispatcher. The scheduler ends when it ends.</summary>
/// <param name="Epoch">Which epoch it registers and wakes in.</param>
public sealed record StartDispatcher(long Epoch) : Effect;

/// <summary>Start the dealer of permits. The scheduler ends when it ends.</summary>
/// <param name="Epoch">Which epoch it deals in: no answer of it bears the number of one of its predecessor's.</param>
public sealed record StartLimiter(long Epoch) : Effect;

/// <summary>Tell a partition of the catalogue.</summary>
/// <param name="Partition">Which.</param>
/// <param name="Message">The message.</param>
/// <param name="From">Whom it answers; nobody for the scheduler's own messages, which it answers to the scheduler.</param>
public sealed record SendToPartition(int Partition, object Message, Address From) : Effect;

/// <summary>Tell the dispatcher, as the scheduler.</summary>
/// <param name="Message">The message.</param>
public sealed record SendToDispatcher(object Message) : Effect;

/// <summary>Tell the scheduler, as one of its partitions.</summary>
/// <param name="Message">The message.</param>
public sealed record SendToScheduler(object Message) : Effect;
