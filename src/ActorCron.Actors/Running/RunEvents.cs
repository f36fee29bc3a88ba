using System.Collections.Immutable;
using ActorCron.Actors.Serialization;
using ActorCron.Core.Runs;

namespace ActorCron.Actors.Running;

/// <summary>One journal entry of a shard: all that was decided while the entry before was being written.</summary>
public sealed record RunEvents(ImmutableArray<RunEvent> Events) : IWireMessage;

/// <summary>A shard's snapshot.</summary>
public sealed record RunShardSnapshot(LedgerSnapshot Ledger) : IWireMessage;
