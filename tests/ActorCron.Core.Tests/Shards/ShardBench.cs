using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Shards;
using ActorCron.Core.Tests.Runs;

namespace ActorCron.Core.Tests.Shards;

/// <summary>A run shard whose store answers at once. Everything else is done by hand: the dispatcher, workers, the history, the
/// clock.</summary>
internal sealed class ShardBench
{
    public const int Shard = 3;
    public static readonly Address Dispatcher = new("dispatcher");
    public static readonly Address Worker = new("worker");
    public static readonly Address Asker = new("asker");
    public static readonly Member Node = new("n:1", 7);
    public static readonly Member Self = new("self:1", 1);

    private readonly RunShardSettings _settings;
    private readonly Decision<RunEvent> _decision = new();
    private readonly Dictionary<Effect, object> _answers = [];

    public ShardBench(RunShardSettings? settings = null, bool wake = true)
    {
        _settings = (settings ?? RunShardSettings.Default(true)) with { Node = Self.Node };
        Machine = new RunShard(Shard, _settings);
        Tell(Recovered.Instance);
        Members(Self, Node);
        if (wake) Wake(1);
    }

    public RunShard Machine { get; private set; }
    public DateTimeOffset Utc { get; set; } = Books.Start;
    public TimeSpan Elapsed { get; private set; }
    public List<RunEvent> Journal { get; } = [];

    /// <summary>What the last message led to.</summary>
    public List<Effect> Effects { get; } = [];

    /// <summary>All that was asked of the history and is not answered.</summary>
    public List<Effect> Questions { get; } = [];

    /// <summary>The newest record of each run that was to be written.</summary>
    public Dictionary<string, Run> History { get; } = [];

    public bool MustWrite { get; private set; }

    public LedgerRun this[string id] => Machine.Ledger[id];

    public ShardBench Tell(object message, Address from = default)
    {
        Machine.Step(message, from, new Moment(Utc, Elapsed), _decision);
        Journal.AddRange(_decision.Events);
        Effects.Clear();
        Effects.AddRange(_decision.Effects);
        MustWrite = _decision.MustWrite;
        foreach (var question in _decision.AtOnce.Where(effect => effect is AskHistory or LoadRun)) Ask(question);
        foreach (var write in _decision.Effects.OfType<WriteHistory>())
            foreach (var run in write.Runs) History[run.Spec.Id] = run;
        _decision.Clear();
        return this;
    }

    public void Pass(TimeSpan time) => (Utc, Elapsed) = (Utc + time, Elapsed + time);

    /// <summary>Time passes and the named timer fires.</summary>
    public ShardBench After(double seconds, string timer)
    {
        Pass(TimeSpan.FromSeconds(seconds));
        return Tell(new Due(timer));
    }

    public ShardBench Sweep(int times = 1)
    {
        for (var i = 0; i < times; i++) After(15, "sweep");
        return this;
    }

    public void Wake(long epoch, string dispatcher = "dispatcher") => Tell(new Wake(Shard, epoch), new Address(dispatcher));

    public void Members(params Member[] members) => Tell(new MembersAre([.. members], []));

    public string Register(RunSpec spec, string? missed = null)
    {
        Tell(new RegisterRuns(Shard, [new NewRun(spec, missed)]), Dispatcher);
        AnswerHistory();
        return spec.Id;
    }

    public ShardBench Publish(string id, int attempt = 1) => Tell(new MarkPublished(Shard, [new AttemptKey(id, attempt)]), Dispatcher);

    public ShardBench Offer(string id, string offer = "o-1", int attempt = 1, Member? node = null, RunSpec? foreign = null) =>
        Tell(new OfferRun(Shard, id, attempt, offer, (node ?? Node).Node, (node ?? Node).Uid, foreign), Worker);

    public ShardBench Report(string id, RunState state = RunState.Succeeded, string offer = "o-1", int attempt = 1) =>
        Tell(new ReportAttempt(Shard, id, attempt, offer, new AttemptResult(state, Error: state == RunState.Succeeded ? null : "broke")),
            Worker);

    public void Execute(string id, string offer = "o-1", int attempt = 1)
    {
        Offer(id, offer, attempt);
        Assert.Single(Told<ExecuteRun>());
        Report(id, RunState.Succeeded, offer, attempt);
    }

    /// <summary>The history has taken all that was to be written: ended runs leave the books.</summary>
    public ShardBench Written() => Tell(new HistoryWritten([.. History.Values.Select(run => new WrittenRun(run.Spec.Id, run.Revision))]));

    /// <summary>Answers all open questions with what the history had when it was asked.</summary>
    public void AnswerHistory()
    {
        foreach (var question in Questions.ToList()) Answer(question);
    }

    public ShardBench Answer(Effect question)
    {
        Questions.Remove(question);
        _answers.Remove(question, out var answer);
        return Tell(answer!);
    }

    // What is on the books the history may or may not have; what has left them it has.
    private void Ask(Effect question)
    {
        Questions.Add(question);
        _answers[question] = question switch
        {
            AskHistory ask => new HistoryAnswered(ask.Question, ask.Ids.Where(HasLeft).ToHashSet(), ask.Ids.Where(id => !HasLeft(id) && Expired.Contains(id)).ToHashSet()),
            LoadRun load => new RunLoaded(load.Question, HasLeft(load.Id) ? History[load.Id] : null),
            _ => throw new ArgumentOutOfRangeException(nameof(question)),
        };
    }

    /// <summary>What falls into the pruned span of its schedule.</summary>
    public HashSet<string> Expired { get; } = [];

    private bool HasLeft(string id) => History.ContainsKey(id) && !Machine.Ledger.TryGet(id, out _);

    /// <summary>As after a crash: a fresh machine with what was stored.</summary>
    public ShardBench Restart(bool fromSnapshot = false)
    {
        var fresh = new RunShard(Shard, _settings);
        if (fromSnapshot) fresh.Restore(Machine.ToSnapshot());
        else foreach (var e in Journal) fresh.Apply(e);
        Machine = fresh;
        Questions.Clear();
        _answers.Clear();
        return Tell(Recovered.Instance);
    }

    public List<T> Told<T>() => [.. Effects.OfType<Effect.Send>().Select(send => send.Message).OfType<T>()];
    public List<T> ToldWorkers<T>() => [.. Effects.OfType<Effect.SendToWorker>().Select(send => send.Message).OfType<T>()];
    public List<string> HandedOver() => [.. Told<PendingRuns>().SelectMany(pending => pending.Items).Select(item => item.Spec.Id)];
    public RunState StateOf(string id) => Machine.Ledger.TryGet(id, out var run) ? run.Run.State : History[id].State;
}
