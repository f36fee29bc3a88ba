using System.Collections.Immutable;
using ActorCron.Actors.Gateway;
using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorCron.Actors.Scheduling;

/// <summary>A partition of the catalogue: stores its schedules, answers for them, and plans what is due of them when its parent,
/// the scheduler, ticks. It lives and dies with the scheduler.</summary>
public sealed class CatalogPartitionActor : GroupCommitActor<CatalogEvent>
{
    private const int MaxListBytes = 1024 * 1024;

    private readonly int _partition;
    private readonly TimeProvider _time;
    private readonly ScheduleCatalog _catalog = new();
    private long _revision;
    private DateTimeOffset? _told;

    public CatalogPartitionActor(int partition, int snapshotEvery, TimeProvider time) : base(snapshotEvery)
    {
        (_partition, _time) = (partition, time);
        Recover<SnapshotOffer>(offer => Restore((CatalogSnapshot)offer.Snapshot));
        Recover<CatalogEvents>(stored =>
        {
            foreach (var e in stored.Events) Apply(e);
        });

        Command<PutSchedules>(OnPut);
        Command<RemoveSchedule>(OnRemove);
        Command<SetPaused>(OnSetPaused);
        Command<GetEntry>(get => Answer(get, () => _catalog.TryGet(get.Id, out var entry) ? new EntryAnswer(entry, _catalog.NextOccurrence(get.Id)) : new EntryAnswer(null, null)));
        Command<ListSchedules>(list => Answer(list, () => List(list.Query)));
        Command<GetDue>(get => Answer(get, () => new ScheduleList([.. _catalog.Naming(get.At).Where(entry => get.User is null || entry.Schedule.User == get.User).Select(Stored)], HasMore: false)));
        Command<TellRecovered>(_ => Sender.Tell(new Recovered(_partition)));
        Command<Start>(OnStart);
        Command<Plan>(OnPlan);
        Command<PlanReboot>(plan => Sender.Tell(new Planned(_partition, [.. _catalog.PlanReboot(plan.FormedAt)], _catalog.NextDue)));
    }

    public override string PersistenceId => CatalogPartitions.PersistenceId(_partition);

    protected override object ToEntry(ImmutableArray<CatalogEvent> events) => new CatalogEvents(events);
    protected override object ToSnapshot() => new CatalogSnapshot(_revision, [.. _catalog.Entries]);
    protected override int SizeOf(CatalogEvent decided) => decided is CatalogEvent.SchedulePut put ? 600 + put.Schedule.Job.Params.Length + put.Schedule.Description.Length : 200;

    protected override void Apply(CatalogEvent decided)
    {
        if (decided is CatalogEvent.SchedulePut put) _revision = Math.Max(_revision, put.Revision);
        _catalog.Apply(decided);
    }

    private void Restore(CatalogSnapshot snapshot)
    {
        _revision = snapshot.Revision;
        foreach (var entry in snapshot.Entries) _catalog.Restore(entry);
    }

    private void OnStart(Start start)
    {
        _catalog.StartFrom(start.Mark);
        _told = _catalog.NextDue;
        Context.Parent.Tell(new Started(_partition, _told));
    }

    private void OnPut(PutSchedules put)
    {
        var now = _time.GetUtcNow();
        var sender = Sender;
        var parent = Context.Parent;
        var kinds = ImmutableArray.CreateBuilder<(PutKind Kind, string Id)>(put.Schedules.Length);
        var reboots = new List<Schedule>();
        foreach (var (schedule, precondition) in put.Schedules)
        {
            var exists = _catalog.TryGet(schedule.Id, out var entry);
            if (!Holds(precondition, entry))
            {
                kinds.Add((PutKind.PreconditionFailed, schedule.Id));
                continue;
            }
            var decided = _catalog.Put(schedule, _revision + 1, now);
            kinds.Add((decided is null ? PutKind.Unchanged : exists ? PutKind.Updated : PutKind.Created, schedule.Id));
            if (decided is null || put.DryRun) continue;
            Commit([decided]);
            if (!exists && schedule is { FromCrontab: true, Paused: false } && _catalog.RuleOf(schedule.Id).IsReboot) reboots.Add(schedule);
        }
        Commit([], () =>
        {
            sender.Tell(new SchedulesPut([.. kinds.Select(kind => new PutOutcome(kind.Kind, _catalog.TryGet(kind.Id, out var entry) ? Stored(entry) : null))]));
            if (reboots.Count > 0) parent.Tell(new RebootEntriesAdded([.. reboots]));
        });
        TellNextDue();
    }

    private void OnRemove(RemoveSchedule remove)
    {
        var sender = Sender;
        var outcome = !_catalog.TryGet(remove.Id, out var entry) ? RemoveOutcome.NotFound
            : Holds(remove.Precondition, entry) ? RemoveOutcome.Removed : RemoveOutcome.PreconditionFailed;
        Commit(outcome == RemoveOutcome.Removed ? [new CatalogEvent.ScheduleRemoved(_time.GetUtcNow(), remove.Id)] : [],
            () => sender.Tell(new ScheduleRemoval(outcome)));
        TellNextDue();
    }

    private void OnSetPaused(SetPaused set)
    {
        var sender = Sender;
        if (!_catalog.TryGet(set.Id, out var entry))
        {
            sender.Tell(new ScheduleAnswer(null));
            return;
        }
        var decided = _catalog.Put(entry.Schedule with { Paused = set.Paused }, _revision + 1, _time.GetUtcNow());
        Commit(decided is null ? [] : [decided], () => sender.Tell(new ScheduleAnswer(_catalog.TryGet(set.Id, out var now) ? Stored(now) : null)));
        TellNextDue();
    }

    // A question changes nothing, so one that cannot be answered ends nothing: partition and scheduler live and die together.
    private void Answer<T>(object question, Func<T> read) where T : notnull
    {
        try
        {
            Sender.Tell(read());
        }
        catch (Exception cause)
        {
            Log.Error(cause, "Catalogue partition {0} could not answer {1}", _partition, question);
            Sender.Tell(new Unavailable($"the catalogue cannot answer this question: {cause.Message}"));
        }
    }

    private static bool Holds(Precondition precondition, CatalogEntry? entry) =>
        (!precondition.MustNotExist || entry is null)
        && (!precondition.MustExist || entry is not null)
        && (precondition.Revision is not { } revision || entry?.Revision == revision);

    private ScheduleList List(ScheduleQuery query)
    {
        var items = ImmutableArray.CreateBuilder<StoredSchedule>();
        var bytes = 0;
        // Ids with a prefix stand together: start there.
        var after = query.Prefix is { Length: > 0 } prefix && (query.After is null || string.CompareOrdinal(query.After, prefix) < 0) ? prefix[..^1] + (char)(prefix[^1] - 1) + "\uffff" : query.After;
        foreach (var entry in _catalog.From(after))
        {
            var schedule = entry.Schedule;
            if (query.Prefix is not null && !schedule.Id.StartsWith(query.Prefix, StringComparison.Ordinal))
            {
                if (string.CompareOrdinal(schedule.Id, query.Prefix) > 0) break;
                continue;
            }
            if (query.User is not null && schedule.User != query.User) continue;
            if (query.Queue is not null && schedule.Queue != query.Queue) continue;
            if (query.Paused is { } paused && schedule.Paused != paused) continue;
            if (query.Tag is not null && !schedule.Tags.Contains(query.Tag)) continue;
            if (items.Count == query.Limit || bytes > MaxListBytes) return new ScheduleList(items.ToImmutable(), HasMore: true);
            items.Add(Stored(entry));
            bytes += 600 + schedule.Job.Params.Length;
        }
        return new ScheduleList(items.ToImmutable(), HasMore: false);
    }

    private StoredSchedule Stored(CatalogEntry entry) =>
        new(entry.Schedule, entry.Revision, entry.CreatedAt, entry.UpdatedAt, _catalog.NextOccurrence(entry.Schedule.Id));

    private void OnPlan(Plan plan)
    {
        var parent = Sender;
        var ranges = new List<CatalogEvent.OccurrencesMissed>();
        var runs = _catalog.Plan(plan.Through, ranges).ToImmutableArray();
        _told = _catalog.NextDue;
        Commit(ranges, () => parent.Tell(new Planned(_partition, runs, _told)));
    }

    // The scheduler wakes by what its partitions told it last; only changes are told.
    private void TellNextDue()
    {
        if (_catalog.NextDue == _told) return;
        _told = _catalog.NextDue;
        Context.Parent.Tell(new NextDueChanged(_partition, _told));
    }

    /// <summary>Answered with <see cref="Recovered"/>, once it has read all that it had stored.</summary>
    public sealed record TellRecovered : INoSerializationVerificationNeeded { public static readonly TellRecovered Instance = new(); }
    public sealed record Recovered(int Partition) : INoSerializationVerificationNeeded;

    /// <summary>Everything through the mark has been dispatched: build the index.</summary>
    public sealed record Start(DateTimeOffset Mark) : INoSerializationVerificationNeeded;
    public sealed record Plan(DateTimeOffset Through) : INoSerializationVerificationNeeded;
    public sealed record PlanReboot(DateTimeOffset FormedAt) : INoSerializationVerificationNeeded;

    /// <summary>New entries of a node's own crontab that run when the cluster forms.</summary>
    public sealed record RebootEntriesAdded(ImmutableArray<Schedule> Schedules) : INoSerializationVerificationNeeded;

    public sealed record Started(int Partition, DateTimeOffset? NextDue) : INoSerializationVerificationNeeded;
    public sealed record NextDueChanged(int Partition, DateTimeOffset? NextDue) : INoSerializationVerificationNeeded;
    public sealed record Planned(int Partition, ImmutableArray<PlannedRun> Runs, DateTimeOffset? NextDue) : INoSerializationVerificationNeeded;
}
