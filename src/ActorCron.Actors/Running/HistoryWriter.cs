using System.Collections.Immutable;
using ActorCron.Core.Runs;
using Akka.Actor;
using Akka.Event;

namespace ActorCron.Actors.Running;

/// <summary>Carries a node's run records into the history, in batches, the newest record of a run only: ended runs first, each in the
/// order of their arrival. Under load the others are thus overtaken by their own ends, and are written once instead of three times. One
/// write is under way at a time; what failed is written again, since the shards keep a run until they hear that it is written.</summary>
public sealed class HistoryWriter : ReceiveActor, IWithTimers
{
    private const int MaxBatch = 2000;
    private const int ShareUnderWay = MaxBatch / 8;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IRunHistory _history;
    private readonly Dictionary<string, (Run Run, IActorRef Shard)> _pending = [];
    private readonly Queue<string> _ended = new();
    private readonly Queue<string> _underWay = new();
    private bool _writing;
    private bool _failing;

    public HistoryWriter(IRunHistory history)
    {
        _history = history;
        Receive<Write>(OnWrite);
        Receive<Done>(OnDone);
        Receive<Failed>(OnFailed);
        Receive<Again>(_ =>
        {
            _writing = false;
            WriteNext();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void OnWrite(Write write)
    {
        foreach (var run in write.Runs) Add(run, Sender);
        if (!_writing) WriteNext();
    }

    private void Add(Run run, IActorRef shard)
    {
        var id = run.Spec.Id;
        var isKnown = _pending.TryGetValue(id, out var known);
        if (isKnown && known.Run.Revision >= run.Revision) return;
        _pending[id] = (run, shard);
        if (!isKnown || known.Run.State.IsFinished() != run.State.IsFinished()) (run.State.IsFinished() ? _ended : _underWay).Enqueue(id);
    }

    private void WriteNext()
    {
        if (_pending.Count == 0) return;
        _writing = true;
        var batch = new List<(Run Run, IActorRef Shard)>();
        // The others have a part of each batch all the same: a job of hours must not wait for a quiet one.
        Take(_ended, isEnded: true, MaxBatch - ShareUnderWay, batch);
        Take(_underWay, isEnded: false, MaxBatch, batch);
        Take(_ended, isEnded: true, MaxBatch, batch);
        _history.UpsertAsync([.. batch.Select(item => item.Run)], CancellationToken.None)
            .PipeTo(Self, Self, () => new Done(batch), cause => new Failed(batch, cause));
    }

    // A queue may name what has been written by now, or what stands in the other one since its newest record: both are passed over.
    private void Take(Queue<string> ids, bool isEnded, int upTo, List<(Run Run, IActorRef Shard)> batch)
    {
        while (batch.Count < upTo && ids.TryDequeue(out var id))
        {
            if (!_pending.TryGetValue(id, out var item) || item.Run.State.IsFinished() != isEnded) continue;
            _pending.Remove(id);
            batch.Add(item);
        }
    }

    private void OnDone(Done done)
    {
        if (_failing) _log.Info("The run history takes records again");
        (_writing, _failing) = (false, false);
        foreach (var shard in done.Batch.GroupBy(item => item.Shard))
            shard.Key.Tell(new Written([.. shard.Select(item => (item.Run.Spec.Id, item.Run.Revision))]));
        WriteNext();
    }

    private void OnFailed(Failed failed)
    {
        if (!_failing) _log.Warning(failed.Cause, "The run history takes no records; tried again every second");
        _failing = true;
        foreach (var (run, shard) in failed.Batch) Add(run, shard);
        Timers.StartSingleTimer(nameof(Again), Again.Instance, RetryAfter);
    }

    /// <summary>Records to write; the sender is told when they are.</summary>
    public sealed record Write(ImmutableArray<Run> Runs) : INoSerializationVerificationNeeded;

    /// <summary>These records, or newer ones of the same runs, are in the history.</summary>
    public sealed record Written(ImmutableArray<(string Id, long Revision)> Revisions) : INoSerializationVerificationNeeded;

    private sealed record Done(List<(Run Run, IActorRef Shard)> Batch) : INoSerializationVerificationNeeded;
    private sealed record Failed(List<(Run Run, IActorRef Shard)> Batch, Exception Cause) : INoSerializationVerificationNeeded;
    private sealed record Again : INoSerializationVerificationNeeded { public static readonly Again Instance = new(); }
}
