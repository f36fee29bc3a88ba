using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Shards;

/// <summary>Brings a node's run records into the history, in batches, the newest record of a run only: ended runs first, each in the
/// order of their arrival. Under load the others are thus overtaken by their own ends, and are written once instead of three
/// times.</summary>
/// <remarks>
/// <code>
/// idle ─ records ─► writing ─ written ─► idle, or the next batch
///                      └─ failed ─► waiting ─ 1 s ─► writing again
/// </code>
/// What failed is written again, unless something newer has come. It holds one record a run on the books of the node's shards; they keep a
/// run until they hear that it is written, and give its record again when they do not.
/// </remarks>
/// <param name="settings">Its bounds.</param>
public sealed class HistoryQueue(HistoryQueueSettings settings) : IMachine<NoEvent>
{
    private const string Again = "again";

    private readonly Dictionary<string, (Run Run, Address Shard)> _pending = [];
    private readonly Queue<string> _ended = new();
    private readonly Queue<string> _underWay = new();
    private readonly List<(Run Run, Address Shard)> _batch = [];
    private long _number;
    private bool _writing;
    private bool _failing;
    private bool _waiting;

    /// <summary>Runs whose newest record is not in the history yet.</summary>
    public int Count => _pending.Count + _batch.Count;

    /// <inheritdoc/>
    public void Apply(NoEvent stored) => throw new NotSupportedException("The history queue stores nothing.");

    /// <inheritdoc/>
    public void Step(object message, Address from, Moment now, Decision<NoEvent> into)
    {
        switch (message)
        {
            case WriteRuns write:
                foreach (var run in write.Runs) Add(run, from);
                break;
            case Upserted done when _writing && done.Number == _number: OnWritten(into); break;
            case UpsertFailed failed when _writing && failed.Number == _number: OnFailed(failed.Cause, into); break;
            case Due { Timer: Again }: _waiting = false; break;
            default: break;
        }
        if (!_writing && !_waiting) WriteNext(into);
    }

    // A shard that starts again gives the same records: it is the one to tell then, the one before is gone.
    private void Add(Run run, Address shard)
    {
        var id = run.Spec.Id;
        var isKnown = _pending.TryGetValue(id, out var known);
        if (isKnown && known.Run.Revision > run.Revision)
        {
            _pending[id] = (known.Run, shard);
            return;
        }
        _pending[id] = (run, shard);
        if (!isKnown || known.Run.State.IsFinished() != run.State.IsFinished()) (run.State.IsFinished() ? _ended : _underWay).Enqueue(id);
    }

    private void WriteNext(Decision<NoEvent> into)
    {
        if (_pending.Count == 0) return;
        // The others have a part of each batch all the same: a job of hours must not wait for a quiet one.
        Take(_ended, isEnded: true, settings.MaxBatch - Math.Max(1, settings.MaxBatch / 8));
        Take(_underWay, isEnded: false, settings.MaxBatch);
        Take(_ended, isEnded: true, settings.MaxBatch);
        if (_batch.Count == 0) return;
        _writing = true;
        var runs = ImmutableArray.CreateBuilder<Run>(_batch.Count);
        foreach (var (run, _) in _batch) runs.Add(run);
        into.Effects.Add(new Upsert(++_number, runs.MoveToImmutable()));
    }

    // A queue may name what has been written by now, or what stands in the other one since its newest record: both are passed over.
    private void Take(Queue<string> ids, bool isEnded, int upTo)
    {
        while (_batch.Count < upTo && ids.TryDequeue(out var id))
        {
            if (!_pending.TryGetValue(id, out var item) || item.Run.State.IsFinished() != isEnded) continue;
            _pending.Remove(id);
            _batch.Add(item);
        }
    }

    private void OnWritten(Decision<NoEvent> into)
    {
        if (_failing) into.Log(Importance.Info, "The run history takes records again");
        (_writing, _failing) = (false, false);
        var (shards, byShard) = (new List<Address>(), new Dictionary<Address, ImmutableArray<WrittenRun>.Builder>());
        foreach (var (run, shard) in _batch)
        {
            if (!byShard.TryGetValue(shard, out var runs))
            {
                byShard[shard] = runs = ImmutableArray.CreateBuilder<WrittenRun>();
                shards.Add(shard);
            }
            runs.Add(new WrittenRun(run.Spec.Id, run.Revision));
        }
        _batch.Clear();
        foreach (var shard in shards) into.Tell(shard, new HistoryWritten(byShard[shard].DrainToImmutable()));
    }

    private void OnFailed(string cause, Decision<NoEvent> into)
    {
        if (!_failing)
            into.Log(Importance.Warning,
                $"The run history takes no records ({cause}); tried again every {settings.RetryAfter.TotalSeconds:0.#} s");
        (_writing, _failing, _waiting) = (false, true, true);
        var failed = _batch.ToArray();
        _batch.Clear();
        foreach (var (run, shard) in failed)
            if (!_pending.ContainsKey(run.Spec.Id)) Add(run, shard);
        into.Arm(Again, settings.RetryAfter);
    }
}
