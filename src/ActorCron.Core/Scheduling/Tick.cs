using System.Collections.Immutable;
using ActorCron.Core.Messages;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Scheduling;

/// <summary>One tick of the scheduler: what is to be put on record, and how far the mark may go once it is.</summary>
internal sealed class Tick
{
    private readonly List<NewRun> _runs = [];
    private DateTimeOffset? _left;

    /// <summary>What it plans through, UTC; names it.</summary>
    public DateTimeOffset Through { get; private set; }

    /// <summary>Whether nothing is to be put on record.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>Begins the next one.</summary>
    public void Begin(DateTimeOffset now)
    {
        // A name of its own also where the clock stands still.
        Through = now == Through ? now.AddTicks(1) : now;
        _left = null;
    }

    /// <summary>Takes in what a partition has planned.</summary>
    public void Add(Planned planned)
    {
        Add(planned.Runs);
        if (planned.NextDue is { } due && (_left is null || due < _left)) _left = due;
    }

    /// <summary>Takes in runs from elsewhere.</summary>
    public void Add(ImmutableArray<PlannedRun> runs)
    {
        foreach (var run in runs) _runs.Add(new NewRun(run.Spec, run.Missed));
    }

    /// <summary>Takes in the runs of rules that fire when the cluster forms.</summary>
    public void AddReboots(ImmutableArray<Schedule> schedules, DateTimeOffset formedAt)
    {
        foreach (var schedule in schedules)
            _runs.Add(new NewRun(ScheduleCatalog.SpecOf(schedule, formedAt, RunTrigger.Schedule, late: false), null));
    }

    /// <summary>Everything as one request, and forgets it.</summary>
    public RegisterAll TakeAll()
    {
        var all = new RegisterAll(Through, [.. _runs]);
        _runs.Clear();
        return all;
    }

    /// <summary>How far everything is on record once this tick is: not past what a plan had to leave for the next.</summary>
    public DateTimeOffset Mark => _left is { } left && left <= Through ? left.AddTicks(-1) : Through;
}
