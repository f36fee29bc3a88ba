using ActorCron.Core.Text;
using ActorCron.Core.Time;

namespace ActorCron.Core.Crontabs;

/// <summary>Asks the rule engine whether it knows a zone.</summary>
internal static class CrontabZone
{
    public static FieldProblem? Check(string field, string zone)
    {
        var everyMinute = new TimeSpec { Cron = "* * * * *", TimeZone = zone };
        return TimeRule.TryCreate(everyMinute, "zone", DateTimeOffset.UnixEpoch, out _, out var problem) ? null : new FieldProblem(field, problem.Message);
    }
}
