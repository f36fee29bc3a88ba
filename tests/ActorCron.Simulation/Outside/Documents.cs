using ActorCron.Core.Jobs;
using ActorCron.Core.Schedules;
using ActorCron.Core.Time;
using ActorCron.Simulation.Scenarios;

namespace ActorCron.Simulation.Outside;

/// <summary>Schedules as users write them.</summary>
public static class Documents
{
    public static Schedule Of(ScheduleRow row, string stamp) => new()
    {
        Id = row.Id,
        Description = stamp,
        Time = TimeOf(row, row.PeriodSeconds),
        Job = new JobSpec("noop", "{}"),
        Queue = row.Queue,
        CatchUp = new CatchUp((CatchUpPolicy)row.CatchUp, TimeSpan.FromMilliseconds(row.CatchUpMs)),
        Overlap = (OverlapPolicy)row.Overlap,
        Execution = row.AtMostOnce ? ExecutionGuarantee.AtMostOnce : ExecutionGuarantee.AtLeastOnce,
        Retry = new RetryPolicy(row.MaxAttempts, TimeSpan.FromMilliseconds(row.RetryMs), 1.5, TimeSpan.FromSeconds(20)),
        Timeout = TimeSpan.FromMilliseconds(row.TimeoutMs),
        Jitter = TimeSpan.FromMilliseconds(row.JitterMs),
        Tags = [],
    };

    /// <summary>Occurrences at every second that the period divides; none after the active time has ended.</summary>
    public static TimeSpec TimeOf(ScheduleRow row, int period)
    {
        var end = World.Epoch.AddMilliseconds(row.EndsMs);
        if (row.IsInterval) return new TimeSpec { Every = TimeSpan.FromSeconds(period), StartAt = World.Epoch, EndAt = end };
        var cron = period == 60 ? "0 * * * * *" : $"*/{period} * * * * *";
        return new TimeSpec { Cron = cron, EndAt = end };
    }
}
