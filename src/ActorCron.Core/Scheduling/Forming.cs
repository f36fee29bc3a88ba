using System.Collections.Immutable;

namespace ActorCron.Core.Scheduling;

/// <summary>Who is a member of the cluster, when it formed, and whether the runs of its forming may not all be on record yet.</summary>
/// <remarks>When it formed is stored before any of these runs is registered: their ids follow from it, so that a successor repeats them
/// instead of adding others.</remarks>
internal sealed class Forming
{
    private ImmutableArray<int> _stored = [];
    private ImmutableArray<int> _present = [];
    private TimeSpan _crontabsUntil;

    /// <summary>When the cluster formed, UTC, in whole seconds; null before the first time.</summary>
    public DateTimeOffset? At { get; private set; }

    /// <summary>Whether runs of the forming may not be on record yet.</summary>
    public bool OwesReboots { get; private set; }

    /// <summary>Whether it has been told who the members are.</summary>
    public bool KnowsMembers => !_present.IsEmpty;

    /// <summary>As a snapshot holds it.</summary>
    public ImmutableArray<int> Members => _stored;

    /// <summary>Folds a stored event in.</summary>
    public void Apply(MembersSeen seen) => (_stored, At, OwesReboots) = (seen.Uids.Sort(), seen.FormedAt ?? At, seen.OwesReboots);

    /// <summary>Takes a snapshot in.</summary>
    public void Restore(SchedulerSnapshot snapshot) =>
        (_stored, At, OwesReboots) = (snapshot.Members.Sort(), snapshot.FormedAt, snapshot.OwesReboots);

    /// <summary>Notes who the members are; nobody is no answer.</summary>
    public void See(ImmutableArray<int> uids)
    {
        if (!uids.IsEmpty) _present = uids.Sort();
    }

    /// <summary>What a scheduler that begins stores of the members; null for nothing. The cluster has formed anew when none of those is left
    /// that were there.</summary>
    public MembersSeen? Begin(DateTimeOffset now)
    {
        foreach (var uid in _stored)
            if (_present.BinarySearch(uid) >= 0) return Changed();
        var second = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond));
        // Each forming has runs of its own, also where the clock was set back.
        return new MembersSeen(_present, At is { } before && second <= before ? before.AddSeconds(1) : second, OwesReboots: true);
    }

    /// <summary>What is to be stored of the members now; null where they are the same.</summary>
    public MembersSeen? Changed() => _present.AsSpan().SequenceEqual(_stored.AsSpan()) ? null : new MembersSeen(_present, At, OwesReboots);

    /// <summary>What is to be stored once all runs of the forming are on record.</summary>
    public MembersSeen Done() => new(_stored, At, OwesReboots: false);

    /// <summary>Begins to wait for the crontabs of the nodes.</summary>
    /// <returns>How long that takes; a fail-over or a clock that was set makes it no longer.</returns>
    public TimeSpan AwaitCrontabs(Machines.Moment now)
    {
        var left = At is { } formedAt ? formedAt + CatalogPartition.CrontabsCome - now.Utc : TimeSpan.Zero;
        left = left < CatalogPartition.CrontabsCome ? left : CatalogPartition.CrontabsCome;
        _crontabsUntil = now.Elapsed + left;
        return left;
    }

    /// <summary>Whether an entry that comes now still counts as there from the start.</summary>
    public bool AwaitsCrontabs(TimeSpan elapsed) => OwesReboots && elapsed < _crontabsUntil;
}
