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
            // A successor may still plan what is newer than the mark: it stays known.
            if (run.Spec.ScheduledFor >= world.Store.Mark) continue;
            world.Oracle.Pruned(_inOrder[i]);
            _runs.Remove(_inOrder[i]);
            _inOrder.RemoveAt(i);
            world.Reached("history: pruned");
        }
    }

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
