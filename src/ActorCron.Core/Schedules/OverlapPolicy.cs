namespace ActorCron.Core.Schedules;

/// <summary>What happens to a run that is due while an earlier run of its schedule has not ended.</summary>
public enum OverlapPolicy
{
    /// <summary>It runs beside it.</summary>
    Allow,
    /// <summary>It is recorded as skipped.</summary>
    Skip,
    /// <summary>One waits for the earlier run's end; further ones are recorded as skipped.</summary>
    Queue,
    /// <summary>The earlier run is cancelled, then it runs.</summary>
    Replace,
}
