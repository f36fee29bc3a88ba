using System.Globalization;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Outside;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Judging;

/// <summary>Judges by contract sections 2, 5 and 6 alone: what handlers did in the world, what clients were told, and what users can read in
/// the history. It knows none of the product's rules; its cron is a look at every second.</summary>
public sealed class Oracle
{
    private readonly World _world;
    private readonly Dictionary<string, ScheduleBook> _schedules = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunBook> _runs = new(StringComparer.Ordinal);
    private readonly List<RunBook> _runsInOrder = [];
    private readonly List<Execution> _live = [];
    private readonly long _skew;

    public Oracle(World world)
    {
        _world = world;
        _skew = world.Scenario.LargestSkew() * Span.Millisecond;
        foreach (var row in world.Scenario.Schedules) _schedules[row.Id] = new ScheduleBook(row, (2 * _skew) + (2 * Span.Second));
    }

    /// <summary>Runs of schedules' occurrences that the history has.</summary>
    public int Occurrences { get; private set; }

    public int Starts { get; private set; }

    /// <summary>When a handler started last.</summary>
    public long LastStart { get; private set; }

    public IReadOnlyList<RunBook> Runs => _runsInOrder;

    public ScheduleBook ScheduleOf(string id) => _schedules[id];

    public RunBook RunOf(string id)
    {
        if (_runs.TryGetValue(id, out var run)) return run;
        var at = id.LastIndexOf('@');
        _schedules.TryGetValue(at > 0 ? id[..at] : id, out var schedule);
        _runs[id] = run = new RunBook(id, schedule);
        _runsInOrder.Add(run);
        return run;
    }

    /// <summary>A handler starts.</summary>
    public Execution Started(SimProcess process, string runId, int attempt, long fence, string queue)
    {
        var run = RunOf(runId);
        var execution = new Execution(run, attempt, fence, queue, process, _world.Loop.Now);
        Starts++;
        LastStart = _world.Loop.Now;
        _world.Story?.Add($"{process} executes {execution}");
        // Of a run that is no schedule's nothing stays known once its record is gone.
        if (run is { IsPruned: true, IsAskedFor: true, Schedule: null }) Forget(run);
        foreach (var earlier in run.Executions)
            if (earlier.Attempt == attempt) Fail("an attempt starts once", $"{execution} had started as {earlier} already", run);
        if (_world.Cluster.IsMember(process)) CheckStart(run, execution);
        else _world.Reached("a removed node starts work");
        run.Executions.Add(execution);
        _live.Add(execution);
        run.Schedule?.Live.Add(execution);
        return execution;
    }

    // Retention has removed its record, and someone asked for it anew.
    private static void Forget(RunBook run)
    {
        run.Executions.RemoveAll(execution => execution.Ended != HowEnded.Not);
        (run.End, run.IsPruned, run.RevivedAfter, run.CancelledAt) = (null, false, 0, long.MaxValue);
    }

    /// <summary>A client or a program outside asks for a run.</summary>
    public void AskedFor(string runId) => RunOf(runId).IsAskedFor = true;

    /// <summary>Retention has removed a record.</summary>
    public void Pruned(string runId) => RunOf(runId).IsPruned = true;

    private void CheckStart(RunBook run, Execution execution)
    {
        if (run.End is { } end) Fail("what has ended is not executed again", $"{execution}, though it is stored as {end}", run);
        if (_world.Loop.Now > run.CancelledAt) Fail("what was cancelled is not executed", $"{execution}, though a client was told that it is cancelled", run);
        if (!run.IsAskedFor && OccurrenceOf(run) is { } occurrence) CheckOccurrence(run, execution, occurrence);
        foreach (var other in _live)
        {
            if (!Counts(other)) continue;
            if (other.Run == run) Fail("attempts do not overlap", $"{execution} starts while {other} is at work", run);
            if (other.Run.Schedule is { MayOverlap: false } schedule && schedule == run.Schedule)
                Fail("runs of a schedule do not overlap", $"{execution} starts while {other} is at work; its policy is {schedule.Row.Overlap}", run);
        }
        foreach (var earlier in run.Executions)
            if (earlier.Fence >= execution.Fence && _world.Cluster.IsMember(earlier.Process)) Fail("the fence grows", $"{execution} after {earlier}", run);
        CheckFence(run, execution);
        CheckLimits(run, execution);
        if (run.Schedule is { Row.AtMostOnce: true })
            for (var i = run.RevivedAfter; i < run.Executions.Count; i++)
                if (run.Executions[i] is { IsGivenUp: false, Ended: not HowEnded.Failed }) Fail("at most once", $"{execution} after {run.Executions[i]}, which {run.Executions[i].Ended}", run);
    }

    private void CheckOccurrence(RunBook run, Execution execution, long occurrence)
    {
        if (_world.Loop.Now + _skew + Span.Second < occurrence) Fail("no run before its time", $"{execution} starts {(occurrence - _world.Loop.Now) / Span.Millisecond} ms early", run);
        if (run.Schedule?.At(occurrence) is not { } state) return;
        if (!state.Exists) Fail("a removed schedule has no occurrences", $"{execution}", run);
        if (state.Paused) Fail("what falls into a pause stays paused", $"{execution}", run);
    }

    private void CheckFence(RunBook run, Execution execution)
    {
        if (run.Schedule is not { MayOverlap: false } schedule) return;
        if (execution.Fence <= schedule.HighestFence) Fail("the fence grows", $"{execution}, but {schedule.HighestFence} has been seen", run);
        schedule.HighestFence = execution.Fence;
    }

    private void CheckLimits(RunBook run, Execution execution)
    {
        var limit = _world.Scenario.Knobs.FewLimit;
        if (limit == 0 || execution.Queue != "few") return;
        var count = 1;
        foreach (var other in _live)
            if (other.Queue == "few" && Counts(other)) count++;
        if (count > limit) Fail("limits hold", $"{execution} is number {count} in queue few, whose limit is {limit}, beside {_live.Find(other => other.Queue == "few" && Counts(other))}", run);
    }

    private bool Counts(Execution execution) => !execution.IsGivenUp && _world.Cluster.IsMember(execution.Process);

    /// <summary>A handler has come to its end.</summary>
    public void Ended(Execution execution, HowEnded how)
    {
        if (execution.Ended != HowEnded.Not) return;
        execution.Ended = how;
        _live.Remove(execution);
        execution.Run.Schedule?.Live.Remove(execution);
        _world.Story?.Add($"{execution} ended: {how}");
    }

    public void ProcessEnds(SimProcess process)
    {
        for (var i = _live.Count - 1; i >= 0; i--)
            if (_live[i].Process == process) Ended(_live[i], HowEnded.Died);
    }

    public void MemberRemoved(SimProcess process)
    {
        foreach (var execution in _live)
            if (execution.Process == process) _world.Reached("a handler outlives its node's membership");
    }

    /// <summary>A run is stored for the first time.</summary>
    public void OnRecord(string runId)
    {
        var run = RunOf(runId);
        if (run.IsAskedFor || OccurrenceOf(run) is not { } occurrence || run.Schedule?.At(occurrence) is not { } state) return;
        if (state.Paused) Fail("what falls into a pause stays paused", $"{runId} is on record", run);
        if (!_world.IsCalm) return;
        var late = _world.Loop.Now - occurrence - Span.Ms(run.Schedule.Row.JitterMs);
        if (late > Span.Second) Fail("without faults all is on time", $"{runId} is on record {late / Span.Millisecond} ms after its time", run);
    }

    /// <summary>A run's end is stored in its journal.</summary>
    public void EndStored(string runId, string state)
    {
        var run = RunOf(runId);
        if (run.End == "Succeeded" && state != "Succeeded") Fail("what has succeeded stays so", $"{runId} is stored as {state} after it had succeeded", run);
        (run.End, run.EndedAt) = (state, _world.Loop.Now);
    }

    /// <summary>An attempt is stored as the one to come.</summary>
    public void Planned(string runId, int attempt) => RunOf(runId).Attempt = attempt;

    /// <summary>The dispatcher has given the broker a message for a program outside: nobody declines that.</summary>
    public void Published(SimProcess process, string runId, int attempt)
    {
        var run = RunOf(runId);
        if (run is { End: { } end, IsPruned: false } && _world.Loop.Now - run.EndedAt > 20 * Span.Second && _world.Cluster.IsMember(process))
            Fail("what has ended is not published", $"{runId} attempt {attempt} goes to the broker {(_world.Loop.Now - run.EndedAt) / Span.Second} s after it is stored as {end}", run);
    }

    /// <summary>A program outside begins an attempt. It cannot be told of a cancel, and a message may come to it twice.</summary>
    public void StartedOutside(string runId, int attempt, long fence)
    {
        var run = RunOf(runId);
        (Starts, LastStart) = (Starts + 1, _world.Loop.Now);
        _world.Reached("a program outside executes a run");
        _world.Story?.Add($"a program outside executes {runId} attempt {attempt} (fence {fence})");
        if (run.End is not null || run.Attempt != attempt || run.Schedule is not { MayOverlap: false } schedule) return;
        if (fence < schedule.HighestFence) Fail("the fence grows", $"{runId} attempt {attempt} has fence {fence} outside, but {schedule.HighestFence} has been seen", run);
        schedule.HighestFence = fence;
    }

    /// <summary>A program outside has come to an end with an attempt; null where it gave the message back.</summary>
    public void EndedOutside(string runId, int attempt, bool? succeeded)
    {
        LastStart = _world.Loop.Now;
        _world.Story?.Add($"a program outside is done with {runId} attempt {attempt}: {(succeeded is null ? "gives it back" : succeeded.Value ? "succeeded" : "failed")}");
        if (succeeded == true) RunOf(runId).HasSucceededOutside = true;
    }

    /// <summary>A further attempt by hand is stored.</summary>
    public void RevivedStored(string runId)
    {
        var run = RunOf(runId);
        if (run.End == "Succeeded") Fail("what has ended is not executed again", $"{runId} is retried by hand, though it has succeeded", run);
        (run.End, run.RevivedAfter, run.CancelledAt) = (null, run.Executions.Count, long.MaxValue);
    }

    /// <summary>The history has a record.</summary>
    public void Recorded(string runId, string state)
    {
        var run = RunOf(runId);
        if (run.Recorded is null && OccurrenceOf(run) is not null) Occurrences++;
        run.Recorded = state;
        if (state == "Succeeded" && !run.HasSucceededOutside && !run.Executions.Exists(execution => execution.Ended == HowEnded.Succeeded))
            Fail("what is recorded has happened", $"{runId} is recorded as succeeded, but no handler did", run);
    }

    /// <summary>Everything must have settled.</summary>
    public void CheckQuiet()
    {
        foreach (var run in _runsInOrder)
        {
            if (run.Recorded is null && run.IsAcknowledged) Fail("acknowledged means durable", $"{run.Id} was acknowledged and is not on record", run);
            if (run is { IsBackfill: true, IsCancelAsked: false, End: "Cancelled" or "Skipped" or "Missed" }) Fail("a backfill gives each occurrence its run", $"{run.Id} was acknowledged and ends {run.End}", run);
            if (run.Recorded is "Dispatched" or "Running" or "Retrying") Fail("nothing is stuck", $"{run.Id} is {run.Recorded} when all is quiet", run);
            if (run.Recorded is null && run.Executions.Count > 0) Fail("history equals books", $"{run.Id} was executed, but the history does not have it", run);
            if (run.End is not null && run.Recorded != run.End) Fail("history equals books", $"{run.Id} is stored as {run.End}, the history says {run.Recorded}", run);
        }
        foreach (var row in _world.Scenario.Schedules) CheckOccurrences(_schedules[row.Id]);
    }

    /// <summary>Whether every occurrence that must have a verdict has one.</summary>
    public bool HasAllVerdicts()
    {
        foreach (var row in _world.Scenario.Schedules)
            foreach (var (id, _) in Owed(_schedules[row.Id]))
                if (!_runs.TryGetValue(id, out var run) || run.Recorded is null) return false;
        return true;
    }

    private static IEnumerable<(string Id, long Time)> Owed(ScheduleBook schedule)
    {
        for (var second = 1; second <= schedule.Row.EndsMs / 1000; second++)
        {
            var time = second * Span.Second;
            if (schedule.At(time) is { Exists: true, Paused: false, Period: > 0 } state && second % state.Period == 0 && !schedule.IsRemovedAfter(time)) yield return (IdOf(schedule.Row.Id, time), time);
        }
    }

    private void CheckOccurrences(ScheduleBook schedule)
    {
        foreach (var (id, _) in Owed(schedule))
        {
            if (!_runs.TryGetValue(id, out var run) || run.Recorded is null) throw new BrokenPromiseException("no occurrence vanishes", $"{id} has no verdict", id);
            if (run.Recorded == "Missed" && schedule.Row is { CatchUp: CatchUpKind.All, CatchUpMs: >= 600_000 } && _skew < 60 * Span.Second)
                Fail("no occurrence vanishes", $"{id} is missed, though its window is ten minutes", run);
        }
    }

    /// <summary>The second that a run's id names, in virtual time; null for one that is no occurrence's.</summary>
    private static long? OccurrenceOf(RunBook run)
    {
        var at = run.Id.LastIndexOf('@');
        if (at < 0 || run.Schedule is null) return null;
        var text = run.Id.AsSpan(at + 1);
        string[] forms = ["yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'"];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var occurrence) ? (occurrence - World.Epoch).Ticks : null;
    }

    public static string IdOf(string schedule, long time)
    {
        var at = World.Epoch.AddTicks(time).UtcDateTime;
        return schedule + "@" + at.ToString(at.Second == 0 ? "yyyy-MM-dd'T'HH:mm'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    private void Fail(string invariant, string text, RunBook run) => throw new BrokenPromiseException(invariant, text, run.Id);
}
