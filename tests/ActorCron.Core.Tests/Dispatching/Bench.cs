using System.Collections.Immutable;
using ActorCron.Core.Dispatching;
using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;

namespace ActorCron.Core.Tests.Dispatching;

/// <summary>A dispatcher alone with a clock: what it wants done is listed, and its timers fire when the clock gets there.</summary>
internal sealed class Bench
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);
    public static readonly Address Asker = new("asker");
    public static readonly Address Scheduler = new("scheduler");

    private readonly Dispatcher _dispatcher;
    private readonly Decision<NoEvent> _decision = new();
    private readonly SortedDictionary<string, TimeSpan> _timers = new(StringComparer.Ordinal);

    public Bench(DispatchSettings? settings = null)
    {
        Settings = settings ?? new DispatchSettings { Shards = 4 };
        _dispatcher = new Dispatcher(7, Settings);
        Tell(Recovered.Instance, Address.Nobody);
    }

    public DispatchSettings Settings { get; }
    public TimeSpan Elapsed { get; private set; }
    public TimeSpan ClockIsOff { get; set; }
    public List<Effect> Effects { get; } = [];
    public long Stream => Effects.OfType<OpenStream>().Last().Number;
    public DateTimeOffset Utc => Start + Elapsed + ClockIsOff;

    public IEnumerable<T> ToShards<T>() => Effects.OfType<SendToShard>().Select(send => send.Message).OfType<T>();
    public IEnumerable<T> To<T>(Address to) => Effects.OfType<Effect.Send>().Where(send => send.To == to).Select(send => send.Message).OfType<T>();
    public List<string> Published() => [.. Effects.OfType<Publish>().Select(publish => publish.Item.Spec.Id)];

    public void Tell(object message, Address? from = null)
    {
        _dispatcher.Step(message, from ?? Address.Nobody, new Moment(Utc, Elapsed), _decision);
        foreach (var effect in _decision.AtOnce.Concat(_decision.Effects))
        {
            if (effect is Effect.Arm arm) _timers[arm.Timer] = Elapsed + arm.After;
            else Effects.Add(effect);
        }
        _decision.Clear();
    }

    public void Pass(TimeSpan span)
    {
        for (var until = Elapsed + span; ;)
        {
            var next = _timers.Where(timer => timer.Value <= until).OrderBy(timer => timer.Value).Select(timer => timer.Key).FirstOrDefault();
            if (next is null)
            {
                Elapsed = until;
                return;
            }
            Elapsed = _timers[next] > Elapsed ? _timers[next] : Elapsed;
            _timers.Remove(next);
            Tell(new Due(next));
        }
    }

    public void Pass(double seconds) => Pass(TimeSpan.FromSeconds(seconds));

    /// <summary>A shard hands these over.</summary>
    public void Pending(params RunSpec[] runs)
    {
        foreach (var shard in runs.GroupBy(run => Settings.ShardOf(run.Id)))
            Tell(new PendingRuns(shard.Key, [.. shard.Select(run => new DispatchItem(run, 1, 1))]));
    }

    public void Confirm(string run, int attempt = 1) => Tell(new Published(Stream, new AttemptKey(run, attempt), null));

    /// <summary>The broker confirms all that was published and not confirmed so far, in order.</summary>
    public void ConfirmAll(ref int seen)
    {
        for (var published = Published(); seen < published.Count; published = Published()) Confirm(published[seen++]);
    }

    public RunsWithdrawn Withdraw(string run)
    {
        Tell(new WithdrawRuns(Settings.ShardOf(run), [Key(run)]));
        return ToShards<RunsWithdrawn>().Last();
    }

    /// <summary>A shard answers the registration that it was asked for.</summary>
    public void Answer(RegisterRuns asked, RegistrationKind kind = RegistrationKind.New) =>
        Tell(new RunsRegistered(asked.Shard, [.. asked.Runs.Select(run => new Registration(run.Spec.Id, kind))], asked.Request));

    public static AttemptKey Key(string run) => new(run, 1);

    public static RunSpec Run(string id, string queue = "default", bool late = false, string user = "rob") => new()
    {
        Id = id,
        Schedule = RunId.ShardKey(id),
        User = user,
        Queue = queue,
        Late = late,
        ScheduledFor = Start,
        Trigger = RunTrigger.Schedule,
        Job = new JobSpec("noop", "{}"),
    };

    public static ImmutableArray<NewRun> New(params RunSpec[] runs) => [.. runs.Select(run => new NewRun(run, null))];

    /// <summary>Names of schedules, so many that each belong to another shard.</summary>
    public static string[] OnDifferentShards(DispatchSettings settings) =>
        [.. Enumerable.Range(0, 1000).Select(i => $"s{i}").GroupBy(settings.ShardOf).OrderBy(shard => shard.Key).Select(shard => shard.First())];
}
