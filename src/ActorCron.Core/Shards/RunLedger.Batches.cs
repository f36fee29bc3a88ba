using System.Globalization;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using static ActorCron.Core.Runs.RunEvent;

namespace ActorCron.Core.Shards;

/// <remarks>
/// A batch is a run that no worker executes. It goes on by what becomes of its own runs, which stand on the same books:
/// <code>
/// dispatched ─► batchBegan ─► split ─► map/0 … map/n (a thousand open at most) ─► reduce ─► ended
///                               └──────────────┴── failed too often, cancelled ───────────────┘
/// </code>
/// Each step follows from the state alone, so what a crash cut off is decided again, with the same ids.
/// </remarks>
public sealed partial class RunLedger
{
    /// <summary>Runs of one batch that are open at a time.</summary>
    public const int MaxOpenItems = 1000;

    private const int Lot = 200;
    private const int MaxOnBooks = 4 * MaxOpenItems;
    private const int MaxOpenLength = 8 * 1024 * 1024;

    private readonly Dictionary<string, BatchBook> _batches = [];
    private readonly HashSet<string> _stirred = [];

    /// <summary>What batches have to do next, after any change of the books; to be applied, and asked for again until there is nothing.</summary>
    public IReadOnlyList<RunEvent> Advance(DateTimeOffset now)
    {
        if (_stirred.Count == 0) return [];
        var stirred = _stirred.ToList();
        _stirred.Clear();
        return [.. stirred.SelectMany(id => Advance(id, now))];
    }

    /// <summary>What a worker is to be given of a run: its job, and what of its params its owner wrote where an item or results were added.</summary>
    public (JobSpec Job, string? Own) OrderOf(LedgerRun run, bool withResults = true)
    {
        var job = run.Run.Spec.Job;
        if (run.Run.Spec.Batch is not { } part || !_batches.TryGetValue(part.Parent, out var book)) return (job, null);
        return part.Role switch
        {
            BatchRole.Map => (job, book.Job.MapHasParams ? book.Job.Map.Params : null),
            BatchRole.Reduce => (withResults ? job with { Params = book.ReduceParams() } : job, job.Params),
            _ => (job, null),
        };
    }

    private IEnumerable<RunEvent> Advance(string id, DateTimeOffset now)
    {
        if (!_runs.TryGetValue(id, out var run) || run.Run.State.IsFinished() || run.Held) return [];
        if (!_batches.TryGetValue(id, out var book)) return Begin(run, now);
        if (run.CancelReason is { } reason) return Wind(run, book, reason, () => EndBatch(run, book.Reduce?.State == RunState.Succeeded ? RunState.Succeeded : RunState.Cancelled, reason, now), now);
        return book.Phase switch
        {
            BatchRole.Split => AfterSplit(run, book, now),
            BatchRole.Map => AfterItems(run, book, now),
            _ => AfterReduce(run, book, now),
        };
    }

    private List<RunEvent> Begin(LedgerRun run, DateTimeOffset now) => BatchJob.TryParse(run.Run.Spec.Job, out _, out var problem)
        ? [new BatchBegan(run.Run.Spec.Id, now, run.Run.Attempt)]
        : EndBatch(run, RunState.Failed, problem.ToString(), now);

    private List<RunEvent> AfterSplit(LedgerRun run, BatchBook book, DateTimeOffset now) => book switch
    {
        { Split: { } end } => EndBatch(run, RunState.Failed, $"split: {Why(end)}", now),
        { Open.Count: 0 } => [Child(run, book, new BatchPart(book.Parent, BatchRole.Split), book.Job.Split, now)],
        _ => [],
    };

    private IEnumerable<RunEvent> AfterItems(LedgerRun run, BatchBook book, DateTimeOffset now)
    {
        if (book.HasTooManyFailures && book.Job.OnItemFailure == BatchFailurePolicy.Stop)
            return Wind(run, book, $"the batch stops: item {book.FirstFailures[^1]} did not succeed", () => EndBatch(run, RunState.Failed, Failures(book), now), now);
        if (!book.IsMapped) return NextItems(run, book, now);
        if (book.HasTooManyFailures) return EndBatch(run, RunState.Failed, Failures(book), now);
        return book.Job.Reduce is { } reduce
            ? [Child(run, book, new BatchPart(book.Parent, BatchRole.Reduce), reduce, now)]
            : EndBatch(run, RunState.Succeeded, null, now);
    }

    private List<RunEvent> AfterReduce(LedgerRun run, BatchBook book, DateTimeOffset now) => book.Reduce switch
    {
        null => [],
        { State: RunState.Succeeded } => EndBatch(run, RunState.Succeeded, null, now),
        { } end => EndBatch(run, RunState.Failed, $"reduce: {Why(end)}", now),
    };

    // In lots: one message to the dispatcher for many, and room for what ends meanwhile.
    private IEnumerable<RunEvent> NextItems(LedgerRun run, BatchBook book, DateTimeOffset now)
    {
        var open = book.Open.Count;
        if (open > MaxOpenItems - Lot || book.OnBooks > MaxOnBooks - Lot) yield break;
        var length = book.OpenLength;
        for (var index = book.Next; index < book.Items && open < MaxOpenItems && (open == 0 || length < MaxOpenLength); index++, open++)
        {
            var parameters = book.ItemParams(index);
            length += parameters.Length;
            yield return Child(run, book, new BatchPart(book.Parent, BatchRole.Map, index), book.Job.Map with { Params = parameters }, now);
        }
    }

    // Ends what is open, and then the batch.
    private IEnumerable<RunEvent> Wind(LedgerRun run, BatchBook book, string reason, Func<IEnumerable<RunEvent>> end, DateTimeOffset now) =>
        book.Open.Count == 0 ? end() : [.. book.Open.SelectMany(id => Cancel(id, reason, now))];

    private RunRegistered Child(LedgerRun run, BatchBook book, BatchPart part, JobSpec job, DateTimeOffset now)
    {
        var spec = run.Run.Spec with { Id = part.RunId(book.Attempt), Job = job, Batch = part };
        return new RunRegistered(spec.Id, now, spec, RunState.Dispatched, null, Held: false, NextFence());
    }

    private List<RunEvent> EndBatch(LedgerRun run, RunState state, string? error, DateTimeOffset now)
    {
        var id = run.Run.Spec.Id;
        var output = _batches.GetValueOrDefault(id)?.Reduce?.Output;
        return [new AttemptEnded(id, now, run.Run.Attempt, state, null, output, state == RunState.Succeeded ? null : error, null), .. ReleaseNext(run.Run.Spec.Schedule, id, now)];
    }

    private static string Why(BatchStep end) => end.Error ?? RunStateNames.Of(end.State);

    private static string Failures(BatchBook book) => string.Create(CultureInfo.InvariantCulture,
        $"{book.Failed} of {book.Items} items did not succeed: {string.Join(", ", book.FirstFailures)}{(book.Failed > book.FirstFailures.Count ? ", …" : "")}");

    // The output of a split that has succeeded is its items; what is no array has not succeeded.
    private List<RunEvent> Split(BatchPart part, AttemptResult result, DateTimeOffset now, out AttemptResult judged)
    {
        judged = result with { Output = JobOutput.Bounded(result.Output) };
        if (result.State != RunState.Succeeded || !_batches.ContainsKey(part.Parent)) return [];
        var split = SplitOutput.Read(result.Output);
        if (split.Error is not null)
        {
            judged = judged with { State = RunState.Failed, Error = split.Error, Permanent = split.IsPermanent };
            return [];
        }
        var events = new List<RunEvent>();
        var first = 0;
        foreach (var (count, packed) in SplitOutput.Packs(split.Items))
        {
            events.Add(new BatchItems(part.Parent, now, first, count, packed));
            first += count;
        }
        // An empty array takes the place of what an earlier attempt left behind, too.
        if (events.Count == 0) events.Add(new BatchItems(part.Parent, now, 0, 0, ItemPack.Pack([])));
        return events;
    }

    private Run FoldBegan(BatchBegan e)
    {
        if (BatchJob.TryParse(_runs[e.Id].Run.Spec.Job, out var job, out _)) _batches[e.Id] = new BatchBook(e.Id, e.Attempt, job);
        return Change(e.Id, run => run with { Run = run.Run with { State = RunState.Running, Started = e.At, Dispatched = run.Run.Dispatched ?? e.At, Error = null, Output = null, Batch = _batches.GetValueOrDefault(e.Id)?.Progress } });
    }

    private Run FoldItems(BatchItems e)
    {
        if (_batches.TryGetValue(e.Id, out var book)) book.Add(new BatchItemPack(e.First, e.Count, e.Packed));
        return _runs[e.Id].Run;
    }

    private void FoldChildRegistered(RunSpec spec)
    {
        if (spec.Batch is not { } part || !_batches.TryGetValue(part.Parent, out var book)) return;
        book.Registered(spec.Id, part, spec.Job.Params.Length);
        if (part.Role == BatchRole.Reduce) ShowProgress(book);
    }

    private void FoldChildEnded(RunSpec spec, AttemptEnded e)
    {
        if (spec.Batch is not { } part || !e.State.IsFinished() || !_batches.TryGetValue(part.Parent, out var book)) return;
        book.Ended(spec.Id, part, e.State, e.Output, e.Error);
        ShowProgress(book);
        _stirred.Add(part.Parent);
    }

    private void ShowProgress(BatchBook book) => Change(book.Parent, run => run with { Run = run.Run with { Batch = book.Progress } });

    private void ForgetChild(RunSpec spec)
    {
        if (spec.Batch is not { } part || !_batches.TryGetValue(part.Parent, out var book)) return;
        book.OnBooks--;
        _stirred.Add(part.Parent);
    }

    private void RestoreBatches(IReadOnlyList<BatchSnapshot> batches)
    {
        foreach (var snapshot in batches)
            if (_runs.TryGetValue(snapshot.Parent, out var run) && BatchJob.TryParse(run.Run.Spec.Job, out var job, out _)) _batches[snapshot.Parent] = BatchBook.Restore(snapshot, job);
        foreach (var run in _runs.Values)
            if (run.Run.Spec.Batch is { } part && _batches.TryGetValue(part.Parent, out var book))
                book.Restored(run.Run.Spec.Id, run.Run.State.IsFinished(), run.Run.Spec.Job.Params.Length);
    }
}
