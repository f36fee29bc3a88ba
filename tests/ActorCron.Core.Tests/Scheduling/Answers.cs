using ActorCron.Core.Jobs;
using ActorCron.Core.Machines;
using ActorCron.Core.Schedules;
using ActorCron.Core.Scheduling;
using ActorCron.Core.Time;

namespace ActorCron.Core.Tests.Scheduling;

/// <summary>Short forms for the tests of the scheduler's machines.</summary>
internal static class Answers
{
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 1, 0, 0, TimeSpan.Zero);

    public static Schedule Every(string cron, string id = "s") => new()
    {
        Id = id,
        Time = new TimeSpec { Cron = cron },
        Job = new JobSpec("noop", "{}"),
        CatchUp = new CatchUp(CatchUpPolicy.All, TimeSpan.FromDays(30)),
    };

    public static Schedule Reboot(string id = "s") => Every("@reboot", id) with { FromCrontab = true };

    public static Moment At(double seconds) => new(Start.AddSeconds(seconds), TimeSpan.FromSeconds(seconds));

    /// <summary>What one party is told after the store.</summary>
    public static IEnumerable<T> Told<T>(this IEnumerable<Effect> effects, Address to) => effects.OfType<Effect.Send>().Where(send => send.To == to).Select(send => send.Message).OfType<T>();

    public static IEnumerable<T> ToScheduler<T>(this IEnumerable<Effect> effects) => effects.OfType<SendToScheduler>().Select(send => send.Message).OfType<T>();

    public static IEnumerable<T> ToPartitions<T>(this IEnumerable<Effect> effects) => effects.OfType<SendToPartition>().Select(send => send.Message).OfType<T>();

    public static IEnumerable<T> ToDispatcher<T>(this IEnumerable<Effect> effects) => effects.OfType<SendToDispatcher>().Select(send => send.Message).OfType<T>();
}
