using System.Collections.Immutable;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Limits;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using ActorCron.Simulation.Outside;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Hosting;

/// <summary>The product's settings as a scenario wants them.</summary>
public static class SettingsOf
{
    public static readonly ImmutableArray<string> Queues = ["default", "few", "slow"];

    private static readonly ImmutableHashSet<string> External = [Outsiders.Queue];

    public static RunShardSettings Shard(Knobs knobs) =>
        new(knobs.DurableBroker, TimeSpan.FromMilliseconds(knobs.UntakenAfterMs), TimeSpan.FromMilliseconds(knobs.ReconcileMs), knobs.SnapshotEvery) { ExternalQueues = External, RemindAfter = TimeSpan.FromMilliseconds(knobs.RemindMs) };

    public static DispatchSettings Dispatch(Knobs knobs) => new()
    {
        ConfirmWindow = knobs.ConfirmWindow,
        CatchUpRate = knobs.CatchUpRate,
        ExternalQueues = External,
        Limits = Limits(knobs),
        PublishingIsDurable = knobs.DurableBroker,
        ExternalHold = TimeSpan.FromSeconds(40),
        RememberFor = TimeSpan.FromMilliseconds(knobs.RemindMs * 18),
    };

    public static SlotSettings Slots(Knobs knobs) =>
        new(Queues, knobs.Concurrency, 0, knobs.Prefetch, Limits(knobs).Keys.ToImmutableHashSet(), TimeSpan.FromMilliseconds(knobs.DrainMs))
        {
            AckWithin = TimeSpan.FromMilliseconds(knobs.AckWithinMs),
            CancelGrace = TimeSpan.FromMilliseconds(knobs.CancelGraceMs),
        };

    private static ImmutableSortedDictionary<string, QueueLimit> Limits(Knobs knobs)
    {
        var limits = ImmutableSortedDictionary.CreateBuilder<string, QueueLimit>(StringComparer.Ordinal);
        if (knobs.FewLimit > 0) limits["few"] = new QueueLimit(knobs.FewLimit, null, TimeSpan.FromSeconds(1));
        if (knobs.SlowRate > 0) limits["slow"] = new QueueLimit(null, knobs.SlowRate, TimeSpan.FromSeconds(1));
        return limits.ToImmutable();
    }
}
