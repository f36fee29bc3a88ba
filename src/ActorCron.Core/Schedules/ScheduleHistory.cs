using ActorCron.Core.Time;

namespace ActorCron.Core.Schedules;

/// <summary>Which occurrences a schedule had at any time, its changes of rule and its pauses taken into account. Pure.</summary>
public static class ScheduleHistory
{
    /// <summary>An occurrence and how the schedule was at that time.</summary>
    /// <param name="At">UTC.</param>
    /// <param name="Exists">False before the schedule was created.</param>
    /// <param name="Paused">Whether it was paused.</param>
    public sealed record Occurrence(DateTimeOffset At, bool Exists, bool Paused);

    /// <summary>The occurrences in [<paramref name="from"/>, <paramref name="to"/>], oldest first, <paramref name="max"/> at most.</summary>
    public static IReadOnlyList<Occurrence> Between(CatalogEntry entry, DateTimeOffset from, DateTimeOffset to, int max)
    {
        var found = new List<Occurrence>();
        foreach (var (start, end, time, exists, paused) in Spans(entry))
        {
            var first = CalendarEnds.Add(from, -TimeSpan.FromTicks(1));
            var after = start > first ? start : first;
            var through = end < to ? end : to;
            if (through <= after || !TimeRule.TryCreate(time, entry.Schedule.Id, entry.CreatedAt, out var rule, out _)) continue;
            for (var next = rule.Next(after); next <= through && found.Count < max; next = rule.Next(next.Value)) found.Add(new Occurrence(next.Value, exists, paused));
        }
        return found;
    }

    // An era ends with the change that began the next, and has what falls on that instant; a rule that an era does not name is that of the era after it.
    private static IEnumerable<(DateTimeOffset Start, DateTimeOffset End, TimeSpec Time, bool Exists, bool Paused)> Spans(CatalogEntry entry)
    {
        var rules = new TimeSpec[entry.Eras.Length + 1];
        rules[^1] = entry.Schedule.Time;
        for (var i = entry.Eras.Length - 1; i >= 0; i--) rules[i] = entry.Eras[i].Time ?? rules[i + 1];

        yield return (DateTimeOffset.MinValue.AddDays(1), entry.CreatedAt, rules[0], false, false);
        var start = entry.CreatedAt;
        for (var i = 0; i < entry.Eras.Length; i++)
        {
            yield return (start, entry.Eras[i].Until, rules[i], true, entry.Eras[i].Paused);
            start = entry.Eras[i].Until;
        }
        yield return (start, DateTimeOffset.MaxValue, rules[^1], true, entry.Schedule.Paused);
    }
}
