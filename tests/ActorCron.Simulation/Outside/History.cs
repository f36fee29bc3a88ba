using ActorCron.Core.Runs;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>The read side: the newest record of each run. It may be slow or away; an answer is as old as the moment it was read.</summary>
public sealed class History(World world, Rates rates)
{
    private readonly Draws _draws = new(world.Scenario.Seed, "history");
    private readonly Dictionary<string, Run> _runs = new(StringComparer.Ordinal);
    private readonly List<string> _inOrder = [];
    private long _slowUntil;
    private int _away;

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, PrunedSpan> _pruned = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Ids => _inOrder;

    public Run? Find(string id) => _runs.GetValueOrDefault(id);

    public void GoAway() => _away++;

    public void ComeBack() => _away--;

    public void SlowUntil(long at) => _slowUntil = Math.Max(_slowUntil, at);

    /// <summary>Writes records; one of a higher revision stays.</summary>
    public void Upsert(SimProcess process, IReadOnlyList<Run> runs, Action<bool> answered) => world.Loop.After(Delay(), EventKind.History, runs.Count, () =>
    {
        var done = !Fails();
        if (done)
            foreach (var run in runs) Put(run);
        process.Plan(world.Loop, Delay(), EventKind.History, runs.Count, () => answered(done));
    });

    /// <summary>Asks something of the records as they are now; null where there is no answer.</summary>
    public void Ask<T>(SimProcess process, Func<History, T> question, Action<T?> answered) where T : class => world.Loop.After(Delay(), EventKind.History, 0, () =>
    {
        var answer = Fails() ? null : question(this);
        process.Plan(world.Loop, Delay(), EventKind.History, 0, () => answered(answer));
    });

    /// <summary>Removes finished records, as retention does.</summary>
    public void Prune(DateTimeOffset finishedBefore)
    {
        for (var i = _inOrder.Count - 1; i >= 0; i--)
        {
            if (_runs[_inOrder[i]] is not { Finished: { } finished } run || finished >= finishedBefore || !run.State.IsFinished()) continue;
            // A successor may still plan what fires after the mark, and a little before it where clocks differ: it stays known.
            if (run.Spec.ScheduledFor + JitterOf(world, run) + ClocksDiffer >= world.Store.Mark) continue;
            Note(run);
            world.Oracle.Pruned(_inOrder[i]);
            _runs.Remove(_inOrder[i]);
            _inOrder.RemoveAt(i);
            world.Reached("history: pruned");
        }
    }

    private static TimeSpan JitterOf(World world, Run run) => TimeSpan.FromMilliseconds(world.Oracle.RunOf(run.Spec.Id).Schedule?.Row.JitterMs ?? 0);

    private void Note(Run run)
    {
        if (run.State is RunState.Missed or RunState.Skipped || RunId.OccurrenceOf(run.Spec.Id) is not { } at) return;
        var span = new PrunedSpan(at, at);
        var schedule = RunId.ShardKey(run.Spec.Id);
        _pruned[schedule] = _pruned.TryGetValue(schedule, out var known) ? known.With(span) : span;
    }

    /// <summary>Whether it falls into what has been removed of its schedule.</summary>
    public bool IsExpired(string id) =>
        RunId.OccurrenceOf(id) is { } at && _pruned.TryGetValue(RunId.ShardKey(id), out var span) && span.Has(at);

    private void Put(Run run)
    {
        var id = run.Spec.Id;
        if (!_runs.TryGetValue(id, out var known)) _inOrder.Add(id);
        else if (known.Revision >= run.Revision) return;
        _runs[id] = run;
        world.Oracle.Recorded(id, run.State.ToString());
    }

    private bool Fails()
    {
        if (_away == 0 && !(world.FaultsOn && _draws.Chance(rates.HistoryFails))) return false;
        world.Reached("history: failed");
        world.Faults++;
        return true;
    }

    private long Delay() => Math.Max(_slowUntil - world.Loop.Now, 0) + (100 * Span.Microsecond) + _draws.Around(rates.HistoryDelay * Span.Microsecond / 2);
}
