using System.Collections.Immutable;
using ActorCron.Core.Batches;
using ActorCron.Core.Jobs;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;
using Akka.Actor;

namespace ActorCron.Actors.Working;

/// <summary>The handlers that run on this node. It outlives the worker's actor: what runs when the actor is started again runs on, and the
/// actor's next life takes it over, so that nothing is executed twice. Started and forgotten by the actor alone, one life at a
/// time.</summary>
/// <param name="handlers">The handler of a job type, or null.</param>
/// <param name="cancelGrace">How long a handler may take to heed its cancellation before it is given up.</param>
/// <param name="time">The clock.</param>
public sealed class RunningWork(Func<string, IJobHandler?> handlers, TimeSpan cancelGrace, TimeProvider time)
{
    private readonly Dictionary<string, Entry> _entries = [];
    private long _lives;
    private int _started;

    /// <summary>How many handlers were started since the process began.</summary>
    public int Started => _started;

    /// <summary>Who waits for the end of a drain; null while there is none. A later life goes on with it.</summary>
    public IActorRef? DrainAskedBy { get; set; }

    /// <summary>A number that no other life of worker or consumer in this process has. Safe to call from several threads.</summary>
    public long NextLife() => Interlocked.Increment(ref _lives);

    /// <summary>Whether this node can execute a job type. Safe to call from several threads.</summary>
    public bool HasHandler(string type) => handlers(type) is not null;

    /// <summary>What an earlier life has started and not forgotten, in the order of its start.</summary>
    public ImmutableArray<LeftWork> Left() =>
        [.. _entries.Values.OrderBy(entry => entry.Number).Select(entry => entry.ToLeft())];

    /// <summary>Starts a handler; <paramref name="worker"/> is told of its end.</summary>
    public void Start(StartWork start, IActorRef worker)
    {
        if (handlers(start.Order.Spec.Job.Type) is not { } handler)
        {
            worker.Tell(new NoHandler(start.Offer));
            return;
        }
        var execution = new AttemptExecution(ContextOf(start), handler, start.Order.Spec.Timeout, cancelGrace, time);
        var entry = new Entry(++_started, start, execution);
        _entries[start.Offer] = entry;
        _ = RunAsync(entry, worker);
    }

    /// <summary>Asks a handler to stop.</summary>
    public void Cancel(string offer, string reason)
    {
        if (_entries.TryGetValue(offer, out var entry)) entry.Execution.Cancel(reason);
    }

    /// <summary>Its end is stored.</summary>
    public void Forget(string offer) => _entries.Remove(offer);

    /// <summary>What an attempt has printed so far; null where it does not run here.</summary>
    public string? OutputOf(string? offer) =>
        offer is not null && _entries.TryGetValue(offer, out var entry)
            ? JobOutput.Bounded(entry.Execution.Context.Output.ToString())
            : null;

    // The result is on the entry before the message leaves: a life that ends over the message has not lost it.
    private async Task RunAsync(Entry entry, IActorRef worker)
    {
        var startedAt = time.GetTimestamp();
        var result = await entry.Execution.RunAsync();
        entry.Result = result;
        worker.Tell(new WorkEnded(entry.Start.Offer, result, time.GetElapsedTime(startedAt)));
    }

    private static JobContext ContextOf(StartWork start)
    {
        var (order, spec) = (start.Order, start.Order.Spec);
        return new JobContext
        {
            RunId = spec.Id, Schedule = spec.Schedule, User = spec.User, ScheduledFor = spec.ScheduledFor,
            Attempt = order.Attempt, Fence = order.Fence,
            Job = spec.Job, OwnParams = order.Own ?? spec.Job.Params, Batch = spec.Batch, FromCrontab = spec.FromCrontab, RunAs = spec.FromCrontab ? spec.RunAs : null,
            TraceParent = spec.TraceParent ?? start.TraceParent,
            Output = spec.Batch is { Role: BatchRole.Split } ? new JobOutput(SplitOutput.MaxBytes) : new JobOutput(),
        };
    }

    private sealed class Entry(int number, StartWork start, AttemptExecution execution)
    {
        private volatile AttemptResult? _result;

        public int Number => number;
        public StartWork Start => start;
        public AttemptExecution Execution => execution;

        public AttemptResult? Result { get => _result; set => _result = value; }

        public LeftWork ToLeft() => new(start.Offer, start.Queue, start.Order, Result);
    }
}
