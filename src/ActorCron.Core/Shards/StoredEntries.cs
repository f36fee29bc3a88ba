using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

// Journal entries and snapshots of a run shard, as they are stored.
namespace ActorCron.Core.Shards;

/// <summary>One journal entry of a shard: all that was decided while the entry before was being written.</summary>
public sealed record RunEvents(ImmutableArray<RunEvent> Events) : IWireMessage;

/// <summary>A shard's snapshot.</summary>
public sealed record RunShardSnapshot(LedgerSnapshot Ledger) : IWireMessage;
