using ActorCron.Actors.Shells;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using Akka.Actor;

namespace ActorCron.Actors.Running;

/// <summary>The shell of a node's <see cref="HistoryQueue"/>: writes into the history what it says.</summary>
/// <param name="history">Where to.</param>
/// <param name="time">The clock.</param>
public sealed class HistoryWriter(IRunHistory history, TimeProvider time)
    : MachineActor(new HistoryQueue(HistoryQueueSettings.Default), time)
{
    /// <inheritdoc />
    protected override void CarryOut(Effect effect)
    {
        if (effect is not Upsert upsert)
        {
            base.CarryOut(effect);
            return;
        }
        history.UpsertAsync(upsert.Runs, CancellationToken.None)
            .PipeTo(Self, Self, () => new Upserted(upsert.Number),
                cause => new UpsertFailed(upsert.Number, cause.GetBaseException().Message));
    }
}
