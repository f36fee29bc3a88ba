using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using static ActorCron.Core.Tests.Scheduling.Answers;

namespace ActorCron.Core.Tests.Scheduling;

/// <summary>A scheduler and its partitions over journals that outlive them, in one thread: what the shells do, and crashes on demand.
/// Messages go in order; a store is quick unless it stalls.</summary>
internal sealed class SchedulingWorld(int partitions = 2)
{
    private static readonly Address Client = new("client");

    private readonly List<SchedulerEvent> _schedulerJournal = [];
    private readonly List<CatalogEvent>[] _partitionJournals = [.. Enumerable.Range(0, partitions).Select(_ => new List<CatalogEvent>())];
    private readonly Queue<(int To, object Message, Address From)> _mail = new();
    private Life<SchedulerEvent> _scheduler = null!;
    private Life<CatalogEvent>[] _catalog = [];
    private readonly Dictionary<string, TimeSpan> _timers = [];

    public double Seconds { get; set; }
    /// <summary>How far the wall clock is off.</summary>
    public TimeSpan ClockOff { get; set; }
    public Moment Now => new(Start.AddSeconds(Seconds) + ClockOff, TimeSpan.FromSeconds(Seconds));
    public int[] Members { get; set; } = [1, 2, 3];

    /// <summary>Verdicts by run id: the first stands, as the shards keep it.</summary>
    public Dictionary<string, NewRun> Records { get; } = [];
    public List<RegisterAll> Registered { get; } = [];
    public List<object> Answered { get; } = [];
    public IReadOnlyList<SchedulerEvent> SchedulerJournal => _schedulerJournal;
    public List<string> Told { get; } = [];

    /// <summary>How many runs of the next tick are put on record before the dispatcher stalls; null for all.</summary>
    public int? RegisterOnly { get; set; }

    public DateTimeOffset Mark => _schedulerJournal.OfType<TickDispatched>().Select(tick => tick.Through).DefaultIfEmpty().Max();

    /// <summary>Starts them from their journals, as after a crash: all that was under way is lost.</summary>
    public void Crash()
    {
        _mail.Clear();
        _timers.Clear();
        RegisterOnly = null;
        var scheduler = new Scheduler("n", partitions);
        foreach (var e in _schedulerJournal) scheduler.Apply(e);
        _scheduler = new Life<SchedulerEvent>(scheduler, _schedulerJournal);
        _catalog = [.. Enumerable.Range(0, partitions).Select(i =>
        {
            var partition = new CatalogPartition(i);
            foreach (var e in _partitionJournals[i]) partition.Apply(e);
            return new Life<CatalogEvent>(partition, _partitionJournals[i]);
        })];
        for (var i = 0; i < partitions; i++) _mail.Enqueue((i, Recovered.Instance, Address.Nobody));
        Send(Recovered.Instance);
        Send(new MembersAre([.. Members]));
        Run();
    }

    public void Send(object message) => _mail.Enqueue((-1, message, Client));

    public void Put(Schedule schedule, int partition = 0)
    {
        Send(new PutSchedules(partition, [new ScheduleToPut(schedule, Precondition.None)], false));
        Run();
    }

    public void Pause(string id, bool paused, int partition = 0)
    {
        Send(new SetPaused(partition, id, paused));
        Run();
    }

    /// <summary>Handles all messages; with a stalled store of the scheduler its effects wait.</summary>
    public void Run()
    {
        while (_mail.TryDequeue(out var mail))
        {
            if (mail.To < 0) CarryOut(_scheduler.Step(mail.Message, mail.From, Now), mail.To);
            else CarryOut(_catalog[mail.To].Step(mail.Message, mail.From, Now), mail.To);
        }
    }

    /// <summary>Lets time pass, firing the timers.</summary>
    public void Advance(double seconds)
    {
        var end = Seconds + seconds;
        // The scheduler wakes a millisecond after its time.
        while (_timers.Count > 0 && _timers.MinBy(timer => timer.Value) is var (name, at) && at.TotalSeconds <= end + 0.002)
        {
            _timers.Remove(name);
            Seconds = Math.Max(Seconds, at.TotalSeconds);
            Send(new Due(name));
            Run();
        }
        Seconds = Math.Max(Seconds, end);
    }

    /// <summary>The dispatcher goes on where it stalled.</summary>
    public void Resume()
    {
        RegisterOnly = null;
        if (_stalled is { } all) Register(all);
        _stalled = null;
        Run();
    }

    private RegisterAll? _stalled;

    private void CarryOut(List<Effect> effects, int of)
    {
        foreach (var effect in effects)
        {
            switch (effect)
            {
                case SendToPartition send: _mail.Enqueue((send.Partition, send.Message, send.From)); break;
                case SendToScheduler send: Send(send.Message); break;
                case SendToDispatcher { Message: RegisterAll all }: Register(all); break;
                case Effect.Send send: Answered.Add(send.Message); break;
                case Effect.Arm arm: _timers[arm.Timer] = Now.Elapsed + arm.After; break;
                case StartDispatcher start: Told.Add($"epoch {start.Epoch}"); break;
            }
        }
    }

    private void Register(RegisterAll all)
    {
        var count = RegisterOnly ?? all.Runs.Length;
        Registered.Add(all);
        foreach (var run in all.Runs.Take(count)) Records.TryAdd(run.Spec.Id, run);
        if (RegisterOnly is not null) _stalled = all;
        else Send(new AllRegistered(all.Through));
    }

    /// <summary>How many whole seconds a schedule's ranges of missed occurrences hold.</summary>
    public int InRanges(string id, int partition = 0) =>
        (int)EntryOf(id, partition)!.MissedRanges.Sum(range => (range.Through.UtcTicks / TimeSpan.TicksPerSecond) - (range.After.UtcTicks / TimeSpan.TicksPerSecond));

    public IEnumerable<int> RunsOf(string id) => Records.Values.Where(run => run.Spec.Schedule == id && run.Missed is null)
        .Select(run => (int)(run.Spec.ScheduledFor - Start).TotalSeconds).Order();

    public IEnumerable<string> RebootsOf(string id) => Records.Keys.Where(key => key.StartsWith(id + "@", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public CatalogEntry? EntryOf(string id, int partition = 0) => ((CatalogPartition)_catalog[partition].Machine).ToSnapshot().Entries.FirstOrDefault(entry => entry.Schedule.Id == id);

    private sealed class Life<TEvent>(IMachine<TEvent> machine, List<TEvent> journal)
    {
        public IMachine<TEvent> Machine => machine;

        public List<Effect> Step(object message, Address from, Moment now)
        {
            var decision = new Decision<TEvent>();
            machine.Step(message, from, now, decision);
            journal.AddRange(decision.Events);
            return [.. decision.AtOnce, .. decision.Effects];
        }
    }
}
