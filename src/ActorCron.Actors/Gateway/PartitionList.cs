using ActorCron.Core.Messages;
using ActorCron.Core.Schedules;

namespace ActorCron.Actors.Gateway;

/// <summary>One partition's part of a list, fetched in small bites while the parts are merged into one order.</summary>
internal sealed class PartitionList
{
    private readonly Func<ScheduleQuery, Task<ScheduleList>> _ask;
    private ScheduleQuery _query;
    private ScheduleList _bite;
    private int _at;

    private PartitionList(Func<ScheduleQuery, Task<ScheduleList>> ask, ScheduleQuery query, ScheduleList bite) =>
        (_ask, _query, _bite) = (ask, query, bite);

    private StoredSchedule? Current => _at < _bite.Items.Length ? _bite.Items[_at] : null;

    public static async Task<PartitionList> StartAsync(Func<ScheduleQuery, Task<ScheduleList>> ask, ScheduleQuery query)
    {
        // About its share of the page: partitions hold random parts of the catalogue.
        var bite = query with { Limit = Math.Min(Math.Max(query.Limit / 12, 4), query.Limit) };
        return new PartitionList(ask, bite, await ask(bite));
    }

    public static async Task<SchedulePage> MergeAsync(IReadOnlyList<PartitionList> parts, int limit)
    {
        var heads = new PriorityQueue<PartitionList, string>(StringComparer.Ordinal);
        foreach (var part in parts)
            if (part.Current is { } first) heads.Enqueue(part, first.Schedule.Id);
        var items = new List<StoredSchedule>(limit);
        while (items.Count < limit && heads.TryDequeue(out var part, out _))
        {
            items.Add(part.Current!);
            if (await part.AdvanceAsync() is { } next) heads.Enqueue(part, next.Schedule.Id);
        }
        return new SchedulePage(items, heads.Count > 0 && items.Count > 0 ? items[^1].Schedule.Id : null);
    }

    private async Task<StoredSchedule?> AdvanceAsync()
    {
        var last = Current!;
        _at++;
        if (Current is null && _bite.HasMore)
        {
            _query = _query with { After = last.Schedule.Id };
            (_bite, _at) = (await _ask(_query), 0);
        }
        return Current;
    }
}
