using ActorCron.Actors.Gateway;
using ActorCron.Core.Runs;
using ActorCron.Core.Schedules;

namespace ActorCron.Hosting.Library;

/// <summary>The application's way to the cluster. Usable while the host runs (else <see cref="InvalidOperationException"/>). Each call ends within
/// a bound: <see cref="UnavailableException"/> where scheduler, store or broker is away. What has returned is durable.</summary>
public interface ICronClient
{
    /// <summary>All that a node can ask of the cluster. Its writes take schedules unchecked.</summary>
    ICronGateway Gateway { get; }

    /// <summary>Stores a schedule: the short form, five fields as in a crontab. The same call again leaves the same schedule.</summary>
    /// <param name="user">Its owner.</param>
    /// <param name="params">The job's parameters: anything that serializes to a JSON object of up to 64 KiB, names as written; a string is taken as JSON text; null for none.</param>
    /// <param name="minute">0 to 59.</param>
    /// <param name="hour">0 to 23.</param>
    /// <param name="day">Of the month, 1 to 31.</param>
    /// <param name="month">1 to 12, or names.</param>
    /// <param name="dayOfWeek">0 to 7 (0 and 7 are Sunday), or names.</param>
    /// <param name="jobType">Left out: the application's own job type, where it has registered exactly one.</param>
    /// <param name="id">Left out: derived from everything above, so that equal calls name one schedule and different ones do not.</param>
    /// <param name="timeZone">An IANA zone; left out: <c>scheduler.default-time-zone</c>.</param>
    /// <param name="queue">Left out: the first queue that this node serves, else <c>default</c>.</param>
    /// <param name="adjust">Sets what has no parameter here, such as <c>s => s with { Timeout = … }</c>.</param>
    /// <param name="cancellationToken">Gives the call up; whether it took effect is then open.</param>
    /// <exception cref="ArgumentException">Something is wrong; the message names each field and where in it.</exception>
    Task<StoredSchedule> ScheduleAsync(string user, object? @params = null, CronValue minute = default, CronValue hour = default, CronValue day = default,
        CronValue month = default, CronValue dayOfWeek = default, string? jobType = null, string? id = null, string? timeZone = null, string? queue = null,
        Func<Schedule, Schedule>? adjust = null, CancellationToken cancellationToken = default);

    /// <summary>Creates or replaces a schedule in its full form.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="ArgumentException">Something is wrong; the message names each field and where in it.</exception>
    Task<StoredSchedule> ScheduleAsync(Schedule schedule, CancellationToken cancellationToken = default);

    /// <summary>The schedules that name the current minute, ordered by id.</summary>
    /// <param name="user">Only this owner's; null for all.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<IReadOnlyList<StoredSchedule>> CurrentSchedulesAsync(string? user = null, CancellationToken cancellationToken = default);

    /// <summary>Makes a run now, durable and dispatched when it returns; null when there is no such schedule.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<Run?> TriggerAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Makes a run now with params of its own; null when there is no such schedule.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="params">Takes the place of the schedule's params for this run: as in <see cref="ScheduleAsync(Schedule, CancellationToken)"/>'s short form; null where the schedule's hold.</param>
    /// <param name="key">Asked again with the same key within 24 hours, the answer is the run of the first time; null for a run in any case.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="ArgumentException">The params are no JSON object, or the job would refuse them.</exception>
    Task<Run?> TriggerAsync(string id, object? @params, string? key = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a schedule; its runs stay. Whether there was one.</summary>
    /// <param name="id">The schedule.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken = default);
}
