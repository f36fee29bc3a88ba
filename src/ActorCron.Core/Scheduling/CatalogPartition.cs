using System.Collections.Immutable;
using ActorCron.Core.Machines;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Scheduling;

/// <summary>A partition of the catalogue as a machine: it stores its schedules, answers for them, and plans what is due of them when the
/// scheduler ticks.</summary>
/// <remarks>An answer is made when its message is decided, from what that message decided, and leaves once that and everything before it is
/// stored: so it carries no one else's write, and nothing that may be lost.
/// Before it says a word it writes, if only an entry without events: a predecessor that does not know that it has been replaced then finds
/// its next number taken, and can acknowledge nothing that this partition has not read.</remarks>
public sealed class CatalogPartition : IMachine<CatalogEvent>
{
    /// <summary>How long after the cluster has formed a new entry of a node's own crontab counts as there from the start: a node reads its
    /// crontab once the cluster has formed.</summary>
    public static readonly TimeSpan CrontabsCome = TimeSpan.FromMinutes(2);

    private readonly int _partition;
    private readonly ScheduleCatalog _catalog = new();
    private readonly CatalogReads _reads;
    private long _revision;
    private DateTimeOffset? _told;
    private bool _started;

    /// <param name="partition">Its number.</param>
    public CatalogPartition(int partition) => (_partition, _reads) = (partition, new CatalogReads(_catalog));

    /// <inheritdoc />
    public void Step(object message, Address from, Moment now, Decision<CatalogEvent> into)
    {
        switch (message)
        {
            case Recovered: OnRecovered(into); break;
            case StartPartition start: OnStart(start, into); break;
            case PutSchedules put: OnPut(put, from, now, into); break;
            case RemoveSchedule remove: OnRemove(remove, from, now, into); break;
            case SetPaused set: OnSetPaused(set, from, now, into); break;
            case GetEntry or ListSchedules or GetDue: OnQuestion(message, from, into); break;
            case PlanDue plan: OnPlan(plan, into); break;
            case PlanReboot plan: OnPlanReboot(plan, into); break;
        }
    }

    /// <inheritdoc />
    public void Apply(CatalogEvent stored)
    {
        if (stored is CatalogEvent.SchedulePut put) _revision = Math.Max(_revision, put.Revision);
        _catalog.Apply(stored);
    }

    /// <summary>The state as a snapshot.</summary>
    public CatalogSnapshot ToSnapshot() => new(_revision, [.. _catalog.Entries]);

    /// <summary>Takes a snapshot in; only before anything else.</summary>
    public void Restore(CatalogSnapshot snapshot)
    {
        _revision = snapshot.Revision;
        foreach (var entry in snapshot.Entries) _catalog.Restore(entry);
    }

    /// <summary>About how many bytes an event takes in the journal.</summary>
    public static int SizeOf(CatalogEvent stored) =>
        stored is CatalogEvent.SchedulePut put ? 600 + put.Schedule.Job.Params.Length + put.Schedule.Description.Length : 200;

    private void OnRecovered(Decision<CatalogEvent> into)
    {
        into.MustWrite = true;
        into.Effects.Add(new SendToScheduler(new PartitionReady(_partition)));
    }

    private void OnStart(StartPartition start, Decision<CatalogEvent> into)
    {
        if (!_started) _catalog.StartFrom(start.Mark);
        _started = true;
        _told = _catalog.NextDue;
        into.Effects.Add(new SendToScheduler(new PartitionStarted(_partition, _told)));
    }

    private void OnPut(PutSchedules put, Address from, Moment now, Decision<CatalogEvent> into)
    {
        var outcomes = ImmutableArray.CreateBuilder<PutOutcome>(put.Schedules.Length);
        var reboots = ImmutableArray.CreateBuilder<Schedule>();
        foreach (var (schedule, precondition) in put.Schedules)
        {
            var exists = _catalog.TryGet(schedule.Id, out var entry);
            if (!Holds(precondition, entry))
            {
                outcomes.Add(Outcome(PutKind.PreconditionFailed, schedule.Id));
                continue;
            }
            if (SpentRules.Check(schedule, entry, now.Utc) is { } spent)
            {
                outcomes.Add(new PutOutcome(PutKind.Rejected, null, spent.Field, spent.Message));
                continue;
            }
            var decided = _catalog.Put(schedule, _revision + 1, now.Utc);
            if (decided is not null && !put.DryRun) Decide(decided, into);
            outcomes.Add(Outcome(decided is null ? PutKind.Unchanged : exists ? PutKind.Updated : PutKind.Created, schedule.Id));
            if (!exists && !put.DryRun && schedule is { FromCrontab: true, Paused: false } && _catalog.RuleOf(schedule.Id).IsReboot)
                reboots.Add(schedule);
        }
        into.Tell(from, new SchedulesPut(outcomes.MoveToImmutable()));
        if (reboots.Count > 0) into.Effects.Add(new SendToScheduler(new RebootEntriesAdded(reboots.ToImmutable())));
        TellNextDue(into);
    }

    private void OnRemove(RemoveSchedule remove, Address from, Moment now, Decision<CatalogEvent> into)
    {
        var outcome = !_catalog.TryGet(remove.Id, out var entry) ? RemoveOutcome.NotFound
            : Holds(remove.Precondition, entry) ? RemoveOutcome.Removed : RemoveOutcome.PreconditionFailed;
        if (outcome == RemoveOutcome.Removed) Decide(new CatalogEvent.ScheduleRemoved(now.Utc, remove.Id), into);
        into.Tell(from, new ScheduleRemoval(outcome));
        TellNextDue(into);
    }

    private void OnSetPaused(SetPaused set, Address from, Moment now, Decision<CatalogEvent> into)
    {
        if (_catalog.TryGet(set.Id, out var entry)
            && _catalog.Put(entry.Schedule with { Paused = set.Paused }, _revision + 1, now.Utc) is { } decided) Decide(decided, into);
        into.Tell(from, new ScheduleAnswer(Stored(set.Id)));
        TellNextDue(into);
    }

    private void OnQuestion(object question, Address from, Decision<CatalogEvent> into)
    {
        var answer = _reads.Answer(question);
        if (answer is Unavailable { Reason: var reason }) into.Log(Importance.Error, $"Partition {_partition}: {reason}");
        into.Tell(from, answer);
    }

    private void OnPlan(PlanDue plan, Decision<CatalogEvent> into)
    {
        if (!_started) return;
        var ranges = new List<CatalogEvent.OccurrencesMissed>();
        _catalog.Advance(plan.Mark);
        var runs = _catalog.Plan(plan.Through, ranges);
        foreach (var range in ranges) Decide(range, into);
        _told = _catalog.NextDue;
        into.Effects.Add(new SendToScheduler(new Planned(_partition, plan.Through, [.. runs], _told)));
    }

    private void OnPlanReboot(PlanReboot plan, Decision<CatalogEvent> into)
    {
        var runs = _catalog.PlanReboot(plan.FormedAt, plan.FormedAt + CrontabsCome);
        into.Effects.Add(new SendToScheduler(new RebootPlanned(_partition, plan.FormedAt, [.. runs])));
    }

    private void Decide(CatalogEvent decided, Decision<CatalogEvent> into)
    {
        Apply(decided);
        into.Events.Add(decided);
    }

    // The scheduler wakes by what its partitions told it last; only changes are told.
    private void TellNextDue(Decision<CatalogEvent> into)
    {
        if (!_started || _catalog.NextDue == _told) return;
        _told = _catalog.NextDue;
        into.Effects.Add(new SendToScheduler(new NextDueChanged(_partition, _told)));
    }

    private PutOutcome Outcome(PutKind kind, string id) => new(kind, Stored(id));

    private StoredSchedule? Stored(string id) => _catalog.TryGet(id, out var entry) ? _reads.Stored(entry) : null;

    private static bool Holds(Precondition precondition, CatalogEntry? entry) =>
        (!precondition.MustNotExist || entry is null)
        && (!precondition.MustExist || entry is not null)
        && (precondition.Revision is not { } revision || entry?.Revision == revision);
}
