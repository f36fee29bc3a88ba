using ActorCron.Core.Schedules;

namespace ActorCron.Hosting.Configuration;

/// <summary>How the scheduler plans and dispatches.</summary>
/// <param name="DefaultTimeZone">The IANA zone of schedules that name none.</param>
/// <param name="DefaultCatchUp">The catch-up policy of schedules that name none.</param>
/// <param name="DispatchParallelism">Dispatches that may wait for the broker's confirm at one time.</param>
/// <param name="RedispatchAfter">How long a dispatched run may stay unaccepted before it is handed to the broker again.</param>
/// <param name="CatchUpRate">Late and backfill runs dispatched a second, so that they do not crowd out live ones.</param>
public sealed record SchedulerSettings(string DefaultTimeZone, CatchUp DefaultCatchUp, int DispatchParallelism, TimeSpan RedispatchAfter, int CatchUpRate);
