using ActorCron.Core.Schedules;

namespace ActorCron.Core.Documents;

/// <summary>What a schedule gets that its document leaves out, where the configuration decides it (<c>actorcron.scheduler.default-…</c>).</summary>
/// <param name="TimeZone">An IANA zone id.</param>
/// <param name="CatchUp">A document may replace its policy, its window or both.</param>
public sealed record ScheduleDefaults(string TimeZone, CatchUp CatchUp)
{
    public static readonly ScheduleDefaults BuiltIn = new("UTC", CatchUp.Default);
}
