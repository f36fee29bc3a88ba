using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Batches;

/// <summary>What a shard keeps of a batch under way. The ledger folds the events of its runs in; nothing here reads a clock, so a replay ends
/// in the same state. An item's end costs the same whatever the batch's size.</summary>
internal sealed class BatchBook
{
    private readonly List<BatchItemPack> _packs = [];
    private readonly SortedDictionary<string, int> _open = new(StringComparer.Ordinal);
    private (int First, string[] Items)? _unpacked;
    private ItemResults? _results;

    public BatchBook(string parent, int attempt, BatchJob job) => (Parent, Attempt, Job) = (parent, attempt, job);

    public string Parent { get; }
    public int Attempt { get; }
    public BatchJob Job { get; }
    public BatchRole Phase { get; private set; } = BatchRole.Split;

    /// <summary>The first item that has no run yet.</summary>
    public int Next { get; private set; }

    /// <summary>How the split and the reduce ended; null before.</summary>
    public BatchStep? Split { get; private set; }
    public BatchStep? Reduce { get; private set; }

    /// <summary>Runs of the batch that have not ended, and the length of their params in all.</summary>
    public IReadOnlyCollection<string> Open => _open.Keys;
    public long OpenLength { get; private set; }

    /// <summary>Runs of the batch on the shard's books, those that have ended and are not in the history yet included.</summary>
    public int OnBooks { get; set; }

    public int Items => _results?.Count ?? 0;
    public int Failed => _results?.Failed ?? 0;
    public IReadOnlyList<string> FirstFailures => _results?.FirstFailures ?? [];
    public bool IsMapped => _results is { } results && results.Ended == results.Count;
    public bool HasTooManyFailures => Job.OnItemFailure != BatchFailurePolicy.Continue && Failed > Job.ToleratedFailures;
    public BatchProgress Progress => new(Phase, _results?.Count, _results?.Succeeded ?? 0, Failed);

    /// <summary>The params that the reduce gets.</summary>
    public string ReduceParams() => ChildParams.OfReduce(Job.Reduce!.Params, _results!);

    /// <summary>The params of an item's run.</summary>
    public string ItemParams(int index)
    {
        if (_unpacked is not { } unpacked || index < unpacked.First || index >= unpacked.First + unpacked.Items.Length)
        {
            var pack = _packs.First(pack => index >= pack.First && index < pack.First + pack.Count);
            _unpacked = unpacked = (pack.First, ItemPack.Unpack(pack.Packed));
        }
        var item = unpacked.Items[index - unpacked.First];
        return Job.MapHasParams ? ChildParams.OfItem(Job.Map.Params, item) : item;
    }

    public void Add(BatchItemPack pack)
    {
        // What an earlier attempt of the split left behind does not count.
        if (pack.First == 0) _packs.Clear();
        _packs.Add(pack);
    }

    public void Registered(string id, BatchPart part, int length)
    {
        if (!_open.TryAdd(id, length)) return;
        OpenLength += length;
        OnBooks++;
        if (part.Role == BatchRole.Reduce) Phase = BatchRole.Reduce;
        if (part is not { Role: BatchRole.Map, Index: { } index }) return;
        Next = Math.Max(Next, index + 1);
        while (_packs.Count > 0 && _packs[0].First + _packs[0].Count <= Next) _packs.RemoveAt(0);
    }

    public void Ended(string id, BatchPart part, RunState state, string? output, string? error)
    {
        if (_open.TryGetValue(id, out var length)) OpenLength -= length;
        _open.Remove(id);
        switch (part.Role)
        {
            case BatchRole.Split:
                Split = new BatchStep(state, null, error);
                if (state == RunState.Succeeded) BeginItems();
                break;
            case BatchRole.Map: _results?.Note(part.Index ?? -1, state, output, error); break;
            default: Reduce = new BatchStep(state, output, error); break;
        }
    }

    public BatchSnapshot ToSnapshot() => new(Parent, Attempt, Phase, _results?.Count, Next, [.. _packs], _results?.Succeeded ?? 0, Failed,
        [.. FirstFailures], _results?.Pack(), Split, Reduce);

    /// <summary>The batch as it was; its runs are told of with <see cref="Restored"/>.</summary>
    public static BatchBook Restore(BatchSnapshot snapshot, BatchJob job)
    {
        var book = new BatchBook(snapshot.Parent, snapshot.Attempt, job) { Phase = snapshot.Phase, Next = snapshot.Next, Split = snapshot.Split, Reduce = snapshot.Reduce };
        book._packs.AddRange(snapshot.Packs);
        if (snapshot is { Items: { } items, Results: { } results }) book._results = ItemResults.Restore(items, snapshot.Succeeded, snapshot.Failed, snapshot.Failures, results);
        return book;
    }

    /// <summary>A run of the batch stands among those of the snapshot.</summary>
    public void Restored(string id, bool hasEnded, int length)
    {
        OnBooks++;
        if (hasEnded || !_open.TryAdd(id, length)) return;
        OpenLength += length;
    }

    private void BeginItems()
    {
        Phase = BatchRole.Map;
        _results = new ItemResults(_packs.Sum(pack => pack.Count));
    }
}
