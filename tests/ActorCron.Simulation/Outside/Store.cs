using System.Collections.Immutable;
using ActorCron.Core.Runs;
using ActorCron.Core.Scheduling;
using ActorCron.Simulation.Engine;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>The store of journals and snapshots, one for all nodes. A write may be slow, fail, find its number taken, or succeed although its
/// answer is lost.</summary>
public sealed class Store(World world, Rates rates)
{
    private readonly Draws _draws = new(world.Scenario.Seed, "store");
    private readonly Dictionary<string, Journal> _journals = new(StringComparer.Ordinal);
    private readonly List<Journal> _inOrder = [];
    private long _stalledUntil;
    private int _away;

    public IReadOnlyList<Journal> Journals => _inOrder;

    /// <summary>The scheduler's mark as it was stored last.</summary>
    public DateTimeOffset Mark { get; private set; }

    public void StallUntil(long at) => _stalledUntil = Math.Max(_stalledUntil, at);

    public void GoAway() => _away++;

    public void ComeBack() => _away--;

    public Journal Of(string id)
    {
        if (_journals.TryGetValue(id, out var journal)) return journal;
        _journals[id] = journal = new Journal(id);
        _inOrder.Add(journal);
        return journal;
    }

    public bool Has(string id) => _journals.TryGetValue(id, out var journal) && !journal.IsEmpty;

    /// <summary>Writes an entry under its number.</summary>
    /// <param name="process">Who writes.</param>
    /// <param name="id">The persistence id.</param>
    /// <param name="number">Its number.</param>
    /// <param name="entry">What.</param>
    /// <param name="answered">Told whether it is stored, as far as the writer can know.</param>
    public void Write(SimProcess process, string id, long number, object entry, Action<bool> answered)
    {
        world.Loop.After(Delay(), EventKind.Store, number, () =>
        {
            var written = Arrive(process, id, number, entry);
            var lost = written && world.FaultsOn && _draws.Chance(rates.StoreAnswerLost);
            if (lost) Note("written, its answer lost");
            process.Plan(world.Loop, lost ? Span.Second : Delay(), EventKind.Store, number, () => answered(written && !lost));
        });
    }

    private bool Arrive(SimProcess process, string id, long number, object entry)
    {
        if (_away > 0 || (world.FaultsOn && _draws.Chance(rates.StoreFails)))
        {
            Note("write failed");
            return false;
        }
        var journal = Of(id);
        if (journal.IsTaken(number) && !world.Seam.IsFenced) number = journal.Highest + 1;
        if (journal.IsTaken(number))
        {
            Note("number taken");
            world.Story?.Add($"{process} finds entry {number} of {id} taken");
            return false;
        }
        if (number <= journal.Highest) Note("an old writer wrote below the newest entry");
        journal.Add(new StoredEntry(number, entry, process.Uid, world.Loop.Now));
        if (entry is ImmutableArray<RunEvent> events) Observe(events);
        if (entry is ImmutableArray<SchedulerEvent> marks)
            foreach (var e in marks)
                if (e is TickDispatched tick) Mark = tick.Through;
        return true;
    }

    private void Observe(ImmutableArray<RunEvent> events)
    {
        foreach (var e in events)
        {
            if (e is RunEvent.AttemptEnded ended && ended.State.IsFinished()) world.Oracle.EndStored(ended.Id, ended.State.ToString());
            else if (e is RunEvent.AttemptPlanned planned) world.Oracle.Planned(e.Id, planned.Attempt);
            else if (e is RunEvent.RunRevived) world.Oracle.RevivedStored(e.Id);
            else if (e is RunEvent.RunRegistered registered)
            {
                world.Oracle.OnRecord(e.Id);
                if (registered.State.IsFinished()) world.Oracle.EndStored(e.Id, registered.State.ToString());
            }
        }
    }

    public void SaveSnapshot(SimProcess process, string id, long number, object state, Action<bool> answered) => world.Loop.After(Delay(), EventKind.Snapshot, number, () =>
    {
        var saved = _away == 0 && !(world.FaultsOn && _draws.Chance(rates.SnapshotFails));
        if (saved) Of(id).Save(new StoredSnapshot(number, state, world.Loop.Now));
        else Note("snapshot failed");
        process.Plan(world.Loop, Delay(), EventKind.Snapshot, number, () => answered(saved));
    });

    public void Delete(string id, long entriesThrough, long snapshotsThrough) => world.Loop.After(Delay(), EventKind.Snapshot, entriesThrough, () =>
    {
        if (_away > 0 || (world.FaultsOn && _draws.Chance(rates.DeleteFails)))
        {
            Note("delete failed");
            return;
        }
        if (entriesThrough > 0) Of(id).DeleteEntries(entriesThrough);
        if (snapshotsThrough > 0) Of(id).DeleteSnapshots(snapshotsThrough);
    });

    /// <summary>Reads what is stored under an id, at one moment; null where the store is away.</summary>
    public void Read(SimProcess process, string id, Action<StoredState?> answered) => world.Loop.After(Delay(), EventKind.Store, 0, () =>
    {
        var journal = Of(id);
        var state = _away > 0 ? null : journal.NewestSnapshot is var snapshot ? new StoredState(snapshot, [.. journal.After(snapshot?.Number ?? 0)], journal.Highest) : null;
        process.Plan(world.Loop, Delay(), EventKind.Store, 0, () => answered(state));
    });

    private long Delay() => Math.Max(_stalledUntil - world.Loop.Now, 0) + (100 * Span.Microsecond) + _draws.Around(rates.StoreDelay * Span.Microsecond / 2);

    private void Note(string what)
    {
        world.Reached("store: " + what);
        world.Faults++;
    }
}

/// <summary>What a recovery reads.</summary>
public sealed record StoredState(StoredSnapshot? Snapshot, IReadOnlyList<StoredEntry> Entries, long Highest);
