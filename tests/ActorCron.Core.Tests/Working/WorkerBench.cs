using System.Collections.Immutable;
using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Working;

namespace ActorCron.Core.Tests.Working;

/// <summary>One worker with a clock of its own; what it asks for is collected.</summary>
internal sealed class WorkerBench
{
    public static readonly Address Shard = new("shard");
    public static readonly Address Stopper = new("stopper");
    private readonly Decision<NoEvent> _decision = new();
    private readonly Dictionary<string, TimeSpan> _timers = [];
    private long _deliveries;
    private TimeSpan _now;
    private Worker _worker;

    public WorkerBench(SlotSettings? settings = null, params string[] limited)
    {
        Settings = settings ?? Slots("q") with { Limited = limited.ToHashSet() };
        _worker = new Worker("a:1", 7, 1, Settings);
        Tell(new LifeBegan([]));
    }

    public SlotSettings Settings { get; }

    /// <summary>All effects since the last <see cref="Clear"/>, timers and lines of the log apart.</summary>
    public List<Effect> Effects { get; } = [];

    public TimeSpan Now => _now;

    public static SlotSettings Slots(params string[] queues) => new(queues, 4, 0, 64, new HashSet<string>(), TimeSpan.FromSeconds(30));

    public static RunSpec Spec(string id, string queue = "q", RunTrigger trigger = RunTrigger.Schedule) => new()
    {
        Id = id, Schedule = "s", User = "rob", Queue = queue, ScheduledFor = DateTimeOffset.UnixEpoch, Trigger = trigger,
        Job = new JobSpec("noop", "{}"),
    };

    public static AttemptResult Done(RunState state = RunState.Succeeded) => new(state);

    public IEnumerable<T> All<T>() => Effects.OfType<T>().Concat(Effects.OfType<SendToShard>().Select(send => send.Message).OfType<T>())
        .Concat(Effects.OfType<Effect.Send>().Select(send => send.Message).OfType<T>());

    public T One<T>() => Assert.Single(All<T>());

    public WorkerBench None<T>()
    {
        Assert.Empty(All<T>());
        return this;
    }

    public WorkerBench Clear()
    {
        Effects.Clear();
        return this;
    }

    /// <summary>Tells the worker, and answers what it asks for.</summary>
    public IReadOnlyList<Effect> Tell(object message, Address? from = null)
    {
        _worker.Step(message, from ?? Shard, new Moment(DateTimeOffset.UnixEpoch + _now, _now), _decision);
        var asked = _decision.AtOnce.Concat(_decision.Effects).ToList();
        _decision.Clear();
        foreach (var effect in asked)
        {
            if (effect is Effect.Arm arm) _timers[arm.Timer] = _now + arm.After;
            else if (effect is not Effect.Log) Effects.Add(effect);
        }
        return asked;
    }

    /// <summary>Time passes; timers fire in their order.</summary>
    public WorkerBench Pass(TimeSpan span)
    {
        var end = _now + span;
        while (_timers.Count > 0 && _timers.MinBy(timer => (timer.Value, timer.Key)) is var (name, at) && at <= end)
        {
            _timers.Remove(name);
            if (at > _now) _now = at;
            Tell(new Due(name));
        }
        _now = end;
        return this;
    }

    /// <summary>Time passes and no timer fires.</summary>
    public void Freeze(TimeSpan span) => _now += span;

    /// <summary>A delivery comes; answers its number.</summary>
    public long Take(string run, string queue = "q", int attempt = 1, bool hasHandler = true, RunTrigger trigger = RunTrigger.Schedule)
    {
        Tell(new DeliveryTaken(++_deliveries, queue, Spec(run, queue, trigger), attempt, hasHandler));
        return _deliveries;
    }

    /// <summary>The offer of a run, the newest.</summary>
    public string OfferOf(string run) => All<OfferRun>().Last(offer => offer.RunId == run).Offer;

    public static ExecuteRun OrderOf(string run, string offer, int attempt = 1, string queue = "q") =>
        new(run, offer, Spec(run, queue), attempt, 1);

    /// <summary>A delivery is taken, offered and ordered; answers its offer.</summary>
    public string Start(string run, string queue = "q", int attempt = 1)
    {
        Take(run, queue, attempt);
        var offer = OfferOf(run);
        Tell(OrderOf(run, offer, attempt, queue));
        return offer;
    }

    public void End(string offer, RunState state = RunState.Succeeded, double seconds = 1) =>
        Tell(new WorkEnded(offer, Done(state), TimeSpan.FromSeconds(seconds)));

    /// <summary>The worker's actor is started again.</summary>
    public void StartAgain(long life, params LeftWork[] left)
    {
        _timers.Clear();
        _worker = new Worker("a:1", 7, life, Settings);
        Tell(new LifeBegan([.. left]));
    }

    public ImmutableArray<QueueNeed> Needs() => All<AskLimiter>().Last().Question.Queues;
}
