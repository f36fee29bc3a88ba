using ActorCron.Core.Runs;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Running;

/// <summary>How long finished runs are kept, and how many of a schedule.</summary>
public sealed record RetentionRule(TimeSpan Runs, int RunsPerSchedule);

/// <summary>Removes old run records every few minutes. Several nodes may do it at a time without harm.</summary>
public sealed class HistoryPruner : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    // What a successor may still plan again must stay known, or it would run twice.
    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();

    public HistoryPruner(IRunHistory history, RetentionRule rule, TimeProvider time)
    {
        Receive<Prune>(_ =>
        {
            var now = time.GetUtcNow();
            history.PruneAsync(now - rule.Runs, rule.RunsPerSchedule, now - Keep, CancellationToken.None).PipeTo(Self, Self,
                count => new Pruned(count, null), cause => new Pruned(0, cause));
        });
        Receive<Pruned>(pruned =>
        {
            if (pruned.Cause is not null)
                _log.Warning(pruned.Cause, "Old run records could not be removed; tried again in {0} minutes", Every.TotalMinutes);
            else if (pruned.Count > 0) _log.Info("{0} old run records removed", pruned.Count);
            Timers.StartSingleTimer(nameof(Prune), Prune.Instance, Every);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartSingleTimer(nameof(Prune), Prune.Instance, TimeSpan.FromMinutes(1));

    private sealed record Prune : INoSerializationVerificationNeeded { public static readonly Prune Instance = new(); }
    private sealed record Pruned(int Count, Exception? Cause) : INoSerializationVerificationNeeded;
}
