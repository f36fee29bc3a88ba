using ActorCron.Core.Schedules;
using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Core.Scheduling;

/// <summary>Refuses rules that name nothing any more: an <c>at</c> in the past, an <c>endAt</c> that leaves no occurrence. Whoever stores
/// such a schedule waits for a run that never comes.</summary>
public static class SpentRules
{
    private const string AtMacro = "@at";

    /// <summary>What is wrong with a schedule's rule at this time, or null. A rule that is stored already as it is may have had its time.</summary>
    /// <param name="schedule">A checked schedule.</param>
    /// <param name="stored">What is stored under its id, or null.</param>
    /// <param name="now">UTC.</param>
    public static FieldProblem? Check(Schedule schedule, CatalogEntry? stored, DateTimeOffset now)
    {
        if (!MayBeSpent(schedule.Time) || stored?.Schedule.Time == schedule.Time) return null;
        if (!TimeRule.TryCreate(schedule.Time, schedule.Id, stored?.CreatedAt ?? now, out var rule, out _)) return null;
        if (rule.Once is { } once) return once < StartOfSecond(now) ? Past(schedule.Time.At is null ? "cron" : "at", once, now) : null;
        if (rule.IsReboot || schedule.Time.EndAt is not { } end || rule.Next(now) is not null) return null;
        return end < now ? Past("endAt", end, now) : new FieldProblem("endAt", $"leaves no occurrence from now ({Show(now)}) on: name a later instant");
    }

    /// <summary>From when on a new rule counts: from now, or from just before a single instant that lies within the current second, so that
    /// it runs.</summary>
    public static DateTimeOffset CountsFrom(Schedule schedule, DateTimeOffset now)
    {
        if (!MayBeSpent(schedule.Time) || !TimeRule.TryCreate(schedule.Time, schedule.Id, now, out var rule, out _)) return now;
        return rule.Once is { } once && once <= now && once >= StartOfSecond(now) ? once.AddTicks(-1) : now;
    }

    // Compiling a rule costs; most rules have no end.
    private static bool MayBeSpent(TimeSpec time) =>
        time.At is not null || time.EndAt is not null || time.Cron?.Contains(AtMacro, StringComparison.OrdinalIgnoreCase) == true;

    private static DateTimeOffset StartOfSecond(DateTimeOffset now) => new(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static FieldProblem Past(string field, DateTimeOffset instant, DateTimeOffset now) =>
        new(field, $"{Show(instant)} lies in the past (it is {Show(now)}): name an instant to come");

    private static string Show(DateTimeOffset instant) => Instants.Format(instant);
}
