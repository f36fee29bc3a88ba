using System.Collections.Immutable;
using ActorCron.Core.Schedules;

namespace ActorCron.Core.Crontabs;

/// <summary>What an import has to change so that the schedules under its prefix are those of the file.</summary>
public sealed record CrontabDiff
{
    public ImmutableArray<Schedule> Create { get; init; } = [];
    /// <summary>As they are to be. A pause set by an operator stays: a crontab cannot express one.</summary>
    public ImmutableArray<Schedule> Update { get; init; } = [];
    /// <summary>Ids.</summary>
    public ImmutableArray<string> Unchanged { get; init; } = [];
    /// <summary>Ids of earlier entries that the file no longer has.</summary>
    public ImmutableArray<string> Remove { get; init; } = [];
    /// <summary>Ids that are not among the file's good lines, but may be one of its bad lines: they stay until the file is right.</summary>
    public ImmutableArray<string> Held { get; init; } = [];

    /// <summary>Compares what is stored with what the file says.</summary>
    /// <param name="existing">Stored schedules; those outside the prefix are passed over.</param>
    /// <param name="crontab">The file. Only what came from a crontab (<see cref="Schedule.CrontabEntry"/>) of the same origin (<see cref="Schedule.FromCrontab"/>) is ever removed.</param>
    public static CrontabDiff Between(IEnumerable<Schedule> existing, Crontab crontab)
    {
        var options = crontab.Options;
        var stored = existing.Where(schedule => schedule.Id.StartsWith(options.Prefix, StringComparison.Ordinal)).ToDictionary(schedule => schedule.Id, StringComparer.Ordinal);
        var wanted = crontab.Entries.Select(entry => entry.Schedule).ToList();
        var kept = wanted.Where(schedule => stored.ContainsKey(schedule.Id))
            .Select(schedule => schedule with { Paused = stored[schedule.Id].Paused }).ToLookup(schedule => schedule == stored[schedule.Id]);
        var ids = wanted.Select(schedule => schedule.Id).ToHashSet(StringComparer.Ordinal);
        var gone = stored.Values
            .Where(schedule => !ids.Contains(schedule.Id) && (schedule.CrontabEntry || schedule.FromCrontab) && schedule.FromCrontab == options.FromCrontab)
            .Select(schedule => schedule.Id).Order(StringComparer.Ordinal)
            .ToLookup(id => crontab.HasUnreadLines || crontab.UnreadIds.Contains(id));
        return new CrontabDiff
        {
            Create = [.. wanted.Where(schedule => !stored.ContainsKey(schedule.Id))],
            Update = [.. kept[false]],
            Unchanged = [.. kept[true].Select(schedule => schedule.Id)],
            Remove = [.. gone[false]],
            Held = [.. gone[true]],
        };
    }
}
