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

    /// <summary>Batches that have not ended, in the order of their registration.</summary>
    public IReadOnlyList<string> OpenBatches()
    {
        var open = new List<string>();
        for (var slot = _first; slot is not null; slot = slot.After)
            if (slot.Run.Run.Spec.IsBatch && !slot.Run.Run.State.IsFinished()) open.Add(slot.Id);
        return open;
    }

    /// <summary>The batch that may have something to do after an event of this run: itself, or the one that it is part of where it has
    /// ended.</summary>
    public static string? BatchToAdvance(Run run) =>
        run.Spec.IsBatch ? run.State.IsFinished() ? null : run.Spec.Id
        : run.Spec.Batch is { } part && run.State.IsFinished() ? part.Parent
        : null;

    /// <summary>What a batch has to do next; to be applied, and asked for again until there is nothing.</summary>
    /// <param name="id">The batch's run.</param>
    /// <param name="now">UTC.</param>
    public IReadOnlyList<RunEvent> Advance(string id, DateTimeOffset now)
    {
        if (SlotOf(id) is not { } slot || slot.Run.Run.State.IsFinished() || slot.Run.Held) return [];
        if (!_batches.TryGetValue(id, out var book)) return Begin(slot, now);
        if (slot.Run.CancelReason is { } reason)
            return book.Open.Count > 0
                ? Wind(book, reason, now)
                : EndBatch(slot, book.Reduce?.State == RunState.Succeeded ? RunState.Succeeded : RunState.Cancelled, reason, now);
        return book.Phase switch
        {
            BatchRole.Split => AfterSplit(slot, book, now),
            BatchRole.Map => AfterItems(slot, book, now),
            _ => AfterReduce(slot, book, now),
        };
    }

    /// <summary>What a worker is to be given of a run: its job, and what of its params its owner wrote where an item or results were
    /// added.</summary>
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

    private RunEvent[] Begin(LedgerSlot batch, DateTimeOffset now) =>
        BatchJob.TryParse(batch.Run.Run.Spec.Job, out _, out var problem)
            ? [new BatchBegan(batch.Id, now, batch.Run.Run.Attempt)]
            : EndBatch(batch, RunState.Failed, problem.ToString(), now);

    private RunEvent[] AfterSplit(LedgerSlot batch, BatchBook book, DateTimeOffset now) => book switch
    {
        { Split: { } end } => EndBatch(batch, RunState.Failed, $"split: {Why(end)}", now),
        { Open.Count: 0 } => [Child(batch.Run, book, new BatchPart(book.Parent, BatchRole.Split), book.Job.Split, _fence + 1, now)],
        _ => [],
    };

    private IReadOnlyList<RunEvent> AfterItems(LedgerSlot batch, BatchBook book, DateTimeOffset now)
    {
        if (book.HasTooManyFailures && book.Job.OnItemFailure == BatchFailurePolicy.Stop && book.Open.Count > 0)
            return Wind(book, $"the batch stops: item {book.FirstFailures[^1]} did not succeed", now);
        if (book.HasTooManyFailures && (book.IsMapped || book.Job.OnItemFailure == BatchFailurePolicy.Stop))
            return EndBatch(batch, RunState.Failed, Failures(book), now);
        if (!book.IsMapped) return NextItems(batch.Run, book, now);
        return book.Job.Reduce is { } reduce
            ? [Child(batch.Run, book, new BatchPart(book.Parent, BatchRole.Reduce), reduce, _fence + 1, now)]
            : EndBatch(batch, RunState.Succeeded, null, now);
    }

    private RunEvent[] AfterReduce(LedgerSlot batch, BatchBook book, DateTimeOffset now) => book.Reduce switch
    {
        null => [],
        { State: RunState.Succeeded } => EndBatch(batch, RunState.Succeeded, null, now),
        { } end => EndBatch(batch, RunState.Failed, $"reduce: {Why(end)}", now),
    };

    // In lots: one message to the dispatcher for many, and room for what ends meanwhile.
    private List<RunEvent> NextItems(LedgerRun run, BatchBook book, DateTimeOffset now)
    {
        var open = book.Open.Count;
        if (open > MaxOpenItems - Lot || book.OnBooks > MaxOnBooks - Lot) return [];
        var (length, fence, events) = (book.OpenLength, _fence, new List<RunEvent>());
        for (var index = book.Next; index < book.Items && open < MaxOpenItems && (open == 0 || length < MaxOpenLength); index++, open++)
        {
            var parameters = book.ItemParams(index);
            length += parameters.Length;
            events.Add(Child(run, book, new BatchPart(book.Parent, BatchRole.Map, index), book.Job.Map with { Params = parameters },
                ++fence, now));
        }
        return events;
    }

    // Ends what is open; the batch ends when nothing is.
    private List<RunEvent> Wind(BatchBook book, string reason, DateTimeOffset now)
    {
        var events = new List<RunEvent>();
        foreach (var id in book.Open) events.AddRange(Cancel(id, reason, now));
        return events;
    }

    private static RunRegistered Child(LedgerRun run, BatchBook book, BatchPart part, JobSpec job, long fence, DateTimeOffset now)
    {
        var spec = run.Run.Spec with { Id = part.RunId(book.Attempt), Job = job, Batch = part };
        return new RunRegistered(spec.Id, now, spec, RunState.Dispatched, null, Held: false, fence);
    }

    private RunEvent[] EndBatch(LedgerSlot batch, RunState state, string? error, DateTimeOffset now)
    {
        var output = _batches.GetValueOrDefault(batch.Id)?.Reduce?.Output;
        var end = new AttemptEnded(batch.Id, now, batch.Run.Run.Attempt, state, null, output, state == RunState.Succeeded ? null : error,
            null);
        return WithNext(batch, end);
    }

    private static string Why(BatchStep end) => end.Error ?? RunStateNames.Of(end.State);

    private static string Failures(BatchBook book)
    {
        var more = book.Failed > book.FirstFailures.Count ? ", …" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"{book.Failed} of {book.Items} items did not succeed: {string.Join(", ", book.FirstFailures)}{more}");
    }

    // The output of a split that has succeeded is its items; what is no array has not succeeded.
    private List<RunEvent>? Split(BatchPart part, AttemptResult result, DateTimeOffset now, out AttemptResult judged)
    {
        judged = result with { Output = JobOutput.Bounded(result.Output) };
        if (result.State != RunState.Succeeded || !_batches.ContainsKey(part.Parent)) return null;
        var split = SplitOutput.Read(result.Output);
        if (split.Error is not null)
        {
            judged = judged with { State = RunState.Failed, Error = split.Error, Permanent = split.IsPermanent };
            return null;
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
}
